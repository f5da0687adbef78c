package coding

import (
	"slices"

	"minyi/stats/agree"
)

// Agreement is how far two people agree over the texts that both coded.
type Agreement struct {
	First, Second string
	N             int     // texts that both coded
	Same          int     // with the same code
	Kappa         float64 // Cohen (1960)
	Known         bool    // false where both always gave one code: nothing to expect
}

// Agreements are those of all pairs of people with a text in common, by name. A
// settled text counts with the codes that were given before.
func Agreements(all []Standing) []Agreement {
	given := map[[2]string][][2]string{}
	var codes []string
	for _, s := range all {
		for i, a := range s.Marks {
			if !slices.Contains(codes, a.Code) {
				codes = append(codes, a.Code)
			}
			for _, b := range s.Marks[i+1:] {
				if a.Coder > b.Coder {
					a, b = b, a
				}
				pair := [2]string{a.Coder, b.Coder}
				given[pair] = append(given[pair], [2]string{a.Code, b.Code})
			}
		}
	}
	slices.Sort(codes)
	var out []Agreement
	for pair, list := range given {
		out = append(out, agreement(pair, list, codes))
	}
	slices.SortFunc(out, func(a, b Agreement) int {
		return slices.Compare([]string{a.First, a.Second}, []string{b.First, b.Second})
	})
	return out
}

func agreement(pair [2]string, list [][2]string, codes []string) Agreement {
	out := Agreement{First: pair[0], Second: pair[1], N: len(list)}
	var first, second, categories []float64
	for i := range codes {
		categories = append(categories, float64(i))
	}
	for _, both := range list {
		if both[0] == both[1] {
			out.Same++
		}
		first = append(first, float64(slices.Index(codes, both[0])))
		second = append(second, float64(slices.Index(codes, both[1])))
	}
	kappa, err := agree.Kappa(first, second, categories, agree.Unweighted)
	if err == nil {
		out.Kappa, out.Known = kappa, true
	}
	return out
}

// Count is how many texts have a code.
type Count struct {
	Code Code
	N    int // texts as they came, the same words as often as they did
}

// Counts are those of the codes that stand, in the order of the book, and how many
// texts have none yet (Open): without a code, or with two that differ. A code that
// only one person gave counts, and Once says how many texts that are.
type Counts struct {
	Codes []Count
	Open  int
	Once  int
	All   int
}

// Sum counts the texts by their codes.
func Sum(b *Book, all []Standing) Counts {
	out := Counts{}
	n := map[string]int{}
	for _, s := range all {
		out.All += s.N
		if s.State == Once {
			out.Once += s.N
		}
		if s.Code == "" {
			out.Open += s.N
			continue
		}
		n[s.Code] += s.N
	}
	for _, c := range b.Codes {
		if n[c.Key] > 0 || !c.Retired {
			out.Codes = append(out.Codes, Count{c, n[c.Key]})
		}
	}
	return out
}
