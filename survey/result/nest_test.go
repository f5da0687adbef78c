package result_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// nested is a survey of one item whose people have an age as asked in the group of
// the census that within names.
func nested(counts, within []int) tabulate.Survey {
	s := tabulate.Survey{Population: 9000, Items: []tabulate.Item{{ID: "q1", Valid: []int{1, 2}, Satisfied: []int{2}}}}
	list := &s.Sampled
	list.Units = []tabulate.Unit{{Stratum: "A", PSU: "1", Weight: 20}, {Stratum: "A", PSU: "2", Weight: 20}}
	list.Points = []tabulate.Points{{Of: []int{1, 2}}}
	list.Others = []tabulate.Known{{Variable: "s1"}}
	asked := &list.Others[0].Category
	list.Sex.Names, list.Residence.Names = []string{"x"}, []string{"y"}
	for range 3 {
		list.Age.Names = append(list.Age.Names, "census"+strconv.Itoa(len(list.Age.Names)))
	}
	for c, n := range counts {
		asked.Names = append(asked.Names, "asked"+strconv.Itoa(c))
		for range n {
			list.Points[0].Code = append(list.Points[0].Code, uint8(list.N/2%2))
			list.Sex.Code, list.Residence.Code = append(list.Sex.Code, 0), append(list.Residence.Code, 0)
			list.Age.Code, asked.Code = append(list.Age.Code, uint8(within[c])), append(asked.Code, uint8(c))
			list.Of, list.Insider = append(list.Of, int32(list.N%2)), append(list.Insider, false)
			list.N++
		}
	}
	return s
}

// follows reports whether the unknown is fixed by the equations, each a list of
// numbers of unknowns: whether it alone is left in a row after elimination.
func follows(equations [][]float64, unknown int) bool {
	rank := func(rows [][]float64) (n int) {
		work := make([][]float64, len(rows))
		for i := range rows {
			work[i] = append([]float64(nil), rows[i]...)
		}
		for c := 0; len(work) > n && c < len(work[0]); c++ {
			for i := n; i < len(work); i++ {
				if math.Abs(work[i][c]) < 1e-9 {
					continue
				}
				work[n], work[i] = work[i], work[n]
				for k := n + 1; k < len(work); k++ {
					by := work[k][c] / work[n][c]
					for j := range work[k] {
						work[k][j] -= by * work[n][j]
					}
				}
				n++
				break
			}
		}
		return n
	}
	unit := make([]float64, len(equations[0]))
	unit[unknown] = 1
	return rank(append(equations, unit)) == rank(equations)
}

// TestNoAgeAsAskedFollowsFromTheAgesOfTheCensus solves for the hidden groups with
// everything that the tables of both ways and that of all show, of the item and of
// the index.
func TestNoAgeAsAskedFollowsFromTheAgesOfTheCensus(t *testing.T) {
	t.Parallel()
	chance, hidden, shown := rand.New(rand.NewPCG(5, 6)), 0, 0
	for range 300 {
		counts := make([]int, 4+chance.IntN(4))
		within := make([]int, len(counts))
		for c := range counts {
			counts[c], within[c] = 1+int(chance.ExpFloat64()*30), chance.IntN(3)
		}
		s, err := result.NewSample(nested(counts, within), "s1")
		if err != nil {
			t.Fatal(err)
		}
		coarse, err := s.By(result.Age, 10)
		if err != nil {
			t.Fatal(err)
		}
		fine, err := s.By(result.AgeAsked, 10)
		if err != nil || len(fine.Index) != len(counts) {
			t.Fatalf("got %d groups of %d, %v", len(fine.Index), len(counts), err)
		}
		for what, of := range map[string]func(*result.Table, int) (string, bool){
			"item": func(t *result.Table, c int) (string, bool) {
				return t.Items[0].Cells[c].Category, t.Items[0].Cells[c].Hidden == ""
			},
			"index": func(t *result.Table, c int) (string, bool) { return t.Index[c].Category, t.Index[c].Hidden == "" },
		} {
			all := make([]float64, len(counts))
			for c := range all {
				all[c] = 1
			}
			known := [][]float64{all}
			for b := range coarse.Index {
				name, ok := of(coarse, b)
				row := make([]float64, len(counts))
				for c := range counts {
					if ok && name == "census"+strconv.Itoa(within[c]) {
						row[c] = 1
					}
				}
				known = append(known, row)
			}
			var secret []int
			for c := range counts {
				if _, ok := of(fine, c); !ok {
					secret = append(secret, c)
					continue
				}
				row := make([]float64, len(counts))
				row[c] = 1
				known = append(known, row)
				shown++
			}
			for _, c := range secret {
				hidden++
				if follows(known, c) {
					t.Fatalf("%s: group %d of %v in %v follows from the rest", what, c, counts, within)
				}
			}
		}
	}
	if hidden < 100 || shown < 100 {
		t.Errorf("%d hidden and %d shown: nothing to judge", hidden, shown)
	}
}

// TestAgeAsAskedIsNoWayWhereItDoesNotLieInTheCensus leaves it out where it is no
// finer, and where one of its groups is in two of the census.
func TestAgeAsAskedIsNoWayWhereItDoesNotLieInTheCensus(t *testing.T) {
	t.Parallel()
	torn := nested([]int{20, 20, 20, 20}, []int{0, 1, 2, 2})
	torn.Sampled.Age.Code[0] = 1
	for name, of := range map[string]tabulate.Survey{"no finer": nested([]int{20, 20, 20}, []int{0, 1, 2}), "in two": torn} {
		s, err := result.NewSample(of, "s1")
		if err != nil {
			t.Fatal(err)
		}
		if s.Has(result.AgeAsked) || !s.Has(result.Age) {
			t.Errorf("%s: it is a way", name)
		}
	}
}
