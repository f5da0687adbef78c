package quality

import (
	"math"
	"slices"

	"minyi/stats/careless"
)

// Heaping says how the whole numbers that people gave to one question end: numbers
// that are made up, or guessed by whoever holds the form, pile up at 0 and 5 or
// shun them. People round too, each question in its way, so that a group is
// compared with the others of the survey and not with equal digits. It flags no
// answer.
type Heaping struct {
	Question string
	N        int
	Digits   [10]int // how many end in each digit
	Chi      float64 // Pearson's, of the digits against equal shares, 9 degrees of freedom; NaN below leastHeap
	P        float64 // of Chi
	Groups   []HeapGroup
}

// HeapGroup is one batch or interviewer. Z is the difference of its share of 0 and
// 5 from that of the others, in standard errors of the pooled share (NaN where
// nothing can be compared).
type HeapGroup struct {
	Name  string
	N     int
	Round float64 // share that ends in 0 or 5
	Z     float64
}

// Ending is one number of one person: only its last digit is taken.
type Ending struct {
	Digit int    // 0 to 9
	Group string // empty for none
}

// leastHeap is how many numbers are needed for five expected a digit.
const leastHeap = 50

// HeapOf looks at the last digits of the answers to a question: Pearson's test
// against equal shares (Mosimann, Wiseman and Edelman 1995; Beber and Scacco 2012),
// and of each group the share of 0 and 5, as in Whipple's index (Shryock and Siegel
// 1976), against that of the others by the pooled test of two proportions.
func HeapOf(question string, endings []Ending) Heaping {
	out := Heaping{Question: question, N: len(endings), Chi: math.NaN(), P: math.NaN()}
	type tally struct{ n, round int }
	groups, all := map[string]*tally{}, tally{}
	for _, e := range endings {
		out.Digits[e.Digit]++
		round := 0
		if e.Digit%5 == 0 {
			round = 1
		}
		all.n, all.round = all.n+1, all.round+round
		if e.Group == "" {
			continue
		}
		if groups[e.Group] == nil {
			groups[e.Group] = &tally{}
		}
		groups[e.Group].n++
		groups[e.Group].round += round
	}
	if out.N >= leastHeap {
		out.Chi, out.P = careless.EqualDigits(out.Digits)
	}
	for name, g := range groups {
		one := HeapGroup{Name: name, N: g.n, Round: float64(g.round) / float64(g.n)}
		one.Z = careless.TwoShares(g.round, g.n, all.round-g.round, all.n-g.n)
		out.Groups = append(out.Groups, one)
	}
	slices.SortFunc(out.Groups, func(a, b HeapGroup) int {
		switch d := strength(b.Z) - strength(a.Z); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		case a.Name < b.Name:
			return -1
		}
		return 1
	})
	return out
}

func strength(z float64) float64 {
	if math.IsNaN(z) {
		return -1
	}
	return math.Abs(z)
}
