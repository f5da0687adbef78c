// Package result makes the further tables of a survey's results, from the same
// answers under the same weights as the official one: every item and the index by
// groups, one way to group by another, the change since an earlier round, units
// beside each other with their ranks, the verdict on a threshold, importance and
// performance, and the reliability of the scale. Each number has its interval.
//
// What fewer than a set number of answers are behind is hidden, and so is what
// would give it away in a list, by the total of it (Line). Tables of two ways put
// groups together until none is small (tabulate.Blocks). A cell is the people of a group who answered
// an item; its share, mean and distribution are shown or hidden together. Hidden
// figures are nowhere in a Table: whoever draws or writes it out cannot leak them.
//
// It stores nothing, knows no page, and decides neither what is official nor who
// may read it.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	shares, means and distributions by group | R survey 4.1-1: svyby of svymean | 240 answers, 24 PSUs, raked | 1e-8 | TestGroupsHaveTheNumbersOfR
//	test between groups | R survey 4.1-1: svychisq, statistic F | the same | 1e-8 | TestGroupsHaveTheNumbersOfR
//	index by group | R survey 4.1-1: svytotal of its linearized value; the official table | the same | 1e-8 | TestGroupsHaveTheNumbersOfR TestTheTableOfAllIsTheOfficialOne
//	Holm, Benjamini and Hochberg | R 4.2.2: p.adjust | nine p values, some missing | 1e-12 | TestCorrectionsAreThoseOfR
//	difference of two surveys | R 4.2.2: t.test (Welch), in package stats/estimate; svyttest of both samples in one design | two samples | 1e-8 | TestChangeIsThatOfTwoSamples
//	ranks and their sets | R csranks 1.2.3 by its reference vectors, in package stats/rank | PISA 2018 | one place where the draws decide | TestRanksOfPISA
//	threshold | R 4.2.2: binom.test, in package stats/estimate; both one-sided limits here | 240 answers | 1e-8 | TestVerdictFollowsTheLimits
//	importance | R survey 4.1-1, in package stats/regress; corners by hand | 240 answers | exact | TestImportancePartsTheItems
//	reliability | R survey 4.1-1: svycralpha; psych 2.2.9: alpha, in package stats/scale | the same | 1e-8 | TestReliabilityIsThatOfR
//	hiding in a list | by hand | seven lists | exact | TestALineHidesSmallOnesWithCompany
//	two tables beside each other | by hand | six pairs of tables; a signed document | exact | TestTwoTablesDoNotTellOfTheFewByWhichTheyDiffer TestWhatIsSignedDoesNotTellOfAFewInsiders
//	hiding in groups that lie in groups | linear systems in exact numbers: no hidden count follows from all shown ones | 300 lists of up to 7 groups in up to 3 | exact | TestNoAgeAsAskedFollowsFromTheAgesOfTheCensus
//	hidden figures are nowhere | the JSON of the tables | every number of a hidden cell | exact | TestAHiddenCellHasNoNumbers
package result

import (
	"fmt"
	"math"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/survey/tabulate"
)

// Sample is the answers of one survey's sample with the design and weights that its
// official table rests on, and the ways to group them.
type Sample struct {
	design *design.Design // nil without answers
	items  []tabulate.Item
	points []tabulate.Points
	ways   []way
	survey *tabulate.Survey // for what is put together in crossings
	n      int
}

// way sorts the people into named categories, in the order of names; those whose
// category is not known are the last one, named "".
type way struct {
	name  string
	names []string
	code  []int32

	within []int // the group of a coarser way that each lies in; nil without one
	blocks int   // groups of that way
}

// The ways to group: names of Table.Way.
const (
	Everybody = "all"
	Sex       = "sex"
	Age       = "age"
	AgeAsked  = "age_asked" // in the bands of the paper, which lie in those of the census
	Residence = "residence"
	Stratum   = "stratum"
)

// NewSample reads the answers of a survey; ages names the one of its other variables
// that has the age as it was asked, empty for none. It refuses what tabulate refuses.
func NewSample(s tabulate.Survey, ages string) (*Sample, error) {
	s, d, err := s.Weighted()
	if err != nil {
		return nil, err
	}
	out := &Sample{design: d, items: s.Items, points: s.Sampled.Points, n: s.Sampled.N, survey: &s}
	if d == nil {
		out.n = 0
	}
	for _, one := range []struct {
		name string
		of   tabulate.Category
	}{{Sex, s.Sampled.Sex}, {Age, s.Sampled.Age}, {Residence, s.Sampled.Residence}} {
		out.ways = append(out.ways, sorted(one.name, one.of))
	}
	if of := s.Sampled.Other(ages); of != nil && d != nil {
		coarse, _ := out.way(Age)
		if w, ok := asked(AgeAsked, of, coarse); ok {
			out.ways = append(out.ways, w)
		}
	}
	out.ways = append(out.ways, strata(&s.Sampled))
	return out, nil
}

// Has reports whether the answers can be grouped by a way.
func (s *Sample) Has(name string) bool {
	_, ok := s.way(name)
	return ok
}

// People is the number of sampled answers.
func (s *Sample) People() int { return s.n }

// sorted is a way of what is known of each person; categories that nobody has are
// left out.
func sorted(name string, of tabulate.Category) way {
	seen := make([]int, len(of.Names))
	for _, c := range of.Code {
		seen[c]++
	}
	w := way{name: name, code: make([]int32, len(of.Code))}
	place := make([]int32, len(of.Names))
	for last := range 2 {
		for k, category := range of.Names {
			if seen[k] > 0 && (category == "") == (last == 1) {
				place[k] = int32(len(w.names))
				w.names = append(w.names, category)
			}
		}
	}
	for i, c := range of.Code {
		w.code[i] = place[c]
	}
	return w.inOrder()
}

// strata is the way by the strata of the draw.
func strata(s *tabulate.Sheets) way {
	w := way{name: Stratum, code: make([]int32, len(s.Of))}
	place := map[string]int32{}
	for i, u := range s.Of {
		name := s.Units[u].Stratum
		k, ok := place[name]
		if !ok {
			k = int32(len(w.names))
			place[name] = k
			w.names = append(w.names, name)
		}
		w.code[i] = k
	}
	return w.inOrder()
}

// inOrder puts the names in the order of their letters, "" last, so that tables do
// not depend on who came first.
func (w way) inOrder() way {
	order := make([]int32, len(w.names))
	out := way{name: w.name, names: make([]string, len(w.names)), code: make([]int32, len(w.code))}
	for k, name := range w.names {
		at := 0
		for _, other := range w.names {
			if name == "" && other != "" || name != "" && other != "" && other < name {
				at++
			}
		}
		order[k] = int32(at)
		out.names[at] = name
	}
	for i, c := range w.code {
		out.code[i] = order[c]
	}
	return out
}

// everybody is the way that has one category.
func (s *Sample) everybody() way {
	return way{name: Everybody, names: []string{""}, code: make([]int32, s.n)}
}

func (s *Sample) way(name string) (way, bool) {
	if name == Everybody {
		return s.everybody(), true
	}
	for _, w := range s.ways {
		if w.name == name {
			return w, true
		}
	}
	return way{}, false
}

// item returns the place of an item.
func (s *Sample) item(id string) (int, bool) {
	for k, one := range s.items {
		if one.ID == id {
			return k, true
		}
	}
	return 0, false
}

// span is the lowest and highest point of an item.
func span(item *tabulate.Item) (low, high int) {
	low, high = math.MaxInt, math.MinInt
	for _, p := range item.Valid {
		low, high = min(low, p), max(high, p)
	}
	return low, high
}

// column is an item's answers as numbers for stats: its points, what is no point
// missing.
func (s *Sample) column(k int) estimate.Variable {
	v := estimate.Variable{Name: s.items[k].ID, Small: s.points[k].Code}
	for _, p := range s.points[k].Of {
		v.Points = append(v.Points, item{&s.items[k]}.mean(p))
	}
	return v
}

func unknown() tabulate.Estimate {
	n := tabulate.Number(math.NaN())
	return tabulate.Estimate{Est: n, SE: n, Low: n, High: n, Deff: n, DF: n}
}

// Unknown is an estimate of which nothing is known.
func Unknown() tabulate.Estimate { return unknown() }

func wrap(what string, err error) error {
	return fmt.Errorf("result: %s: %w", what, err)
}
