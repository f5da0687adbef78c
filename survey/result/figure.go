package result

import (
	"math"
	"slices"

	"minyi/stats/estimate"
	"minyi/survey/tabulate"
)

// Cell is what the answers of one group to one item say. Points are the shares of
// the item's points in their order; DontKnow and NoAnswer are shares of all answers,
// the others of those on the scale. Of a hidden cell nothing is known, not even how
// many answers there are.
type Cell struct {
	Category  string              `json:"category"`
	Hidden    Hiding              `json:"hidden,omitempty"`
	N         int                 `json:"n"`
	Satisfied tabulate.Estimate   `json:"satisfied"`
	Mean      tabulate.Estimate   `json:"mean"`
	DontKnow  tabulate.Estimate   `json:"dont_know"`
	NoAnswer  tabulate.Estimate   `json:"no_answer"`
	Points    []tabulate.Estimate `json:"points"`
}

// hide forgets everything about a cell but its name.
func (c *Cell) hide(why Hiding) {
	*c = Cell{
		Category: c.Category, Hidden: why, Points: make([]tabulate.Estimate, len(c.Points)),
		Satisfied: unknown(), Mean: unknown(), DontKnow: unknown(), NoAnswer: unknown(),
	}
	for k := range c.Points {
		c.Points[k] = unknown()
	}
}

// item is one item of the paper as numbers that its points stand for.
type item struct{ *tabulate.Item }

func (i item) mean(point int) float64 {
	if slices.Contains(i.Valid, point) {
		return float64(point)
	}
	return math.NaN()
}

func (i item) satisfied(point int) float64 {
	if !slices.Contains(i.Valid, point) {
		return math.NaN()
	}
	return indicator(slices.Contains(i.Satisfied, point))
}

// is asks whether an answer on the scale is one point.
func (i item) is(which int) func(int) float64 {
	return func(point int) float64 {
		if !slices.Contains(i.Valid, point) {
			return math.NaN()
		}
		return indicator(point == which)
	}
}

// apart asks among all answers whether one is the point of a kind that is not on
// the scale; 0 is no such point.
func (i item) apart(which int) func(int) float64 {
	return func(point int) float64 {
		other := point > 0 && (point == i.DontKnow || point == i.NoAnswer || point == i.NotApplicable)
		if !slices.Contains(i.Valid, point) && !other {
			return math.NaN()
		}
		return indicator(which > 0 && point == which)
	}
}

func indicator(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// The questions asked of each item, in this order, before those of its points.
const (
	askSatisfied = iota
	askMean
	askDontKnow
	askNoAnswer
	askPoints
)

// asked spells out the questions of one item.
func (s *Sample) asked(k int) []estimate.Item {
	one := item{&s.items[k]}
	values := []func(int) float64{one.satisfied, one.mean, one.apart(one.DontKnow), one.apart(one.NoAnswer)}
	for _, p := range one.Valid {
		values = append(values, one.is(p))
	}
	out := make([]estimate.Item, len(values))
	for a, value := range values {
		out[a] = estimate.Item{Name: one.ID, Code: s.points[k].Code}
		for _, p := range s.points[k].Of {
			out[a].Value = append(out[a].Value, value(p))
		}
	}
	return out
}

// grouped is what is known of the groups of a way as such.
type grouped struct {
	way
	df, kish []float64
	people   []int
	counts   [][][256]int // by item, group and code
}

func (s *Sample) grouped(w way) *grouped {
	g := &grouped{way: w, people: make([]int, len(w.names)), counts: make([][][256]int, len(s.items))}
	sum, squares := make([]float64, len(w.names)), make([]float64, len(w.names))
	weights := s.design.Weights()
	for i, c := range w.code {
		g.people[c]++
		sum[c] += weights[i]
		squares[c] += weights[i] * weights[i]
	}
	use := make([]bool, s.n)
	for c := range w.names {
		for i, code := range w.code {
			use[i] = int(code) == c
		}
		g.df = append(g.df, s.design.DF(use))
		g.kish = append(g.kish, math.Max(1, squares[c]*float64(g.people[c])/(sum[c]*sum[c])))
	}
	for k := range s.items {
		g.counts[k] = make([][256]int, len(w.names))
		for i, c := range w.code {
			g.counts[k][c][s.points[k].Code[i]]++
		}
	}
	return g
}

// answers counts the answers of a group to an item for which the value is a number.
func (g *grouped) answers(k, c int, values []float64) int {
	n := 0
	for code, v := range values {
		if !math.IsNaN(v) {
			n += g.counts[k][c][code]
		}
	}
	return n
}

// cells are those of one item, before anything is hidden.
func (s *Sample) cells(k int, g *grouped) ([]Cell, error) {
	asked := s.asked(k)
	got, err := estimate.ItemMeans(s.design, asked, estimate.Grouping{Code: g.code, Count: len(g.names)}, estimate.Options{Level: tabulate.Level})
	if err != nil {
		return nil, wrap("estimate", err)
	}
	out := make([]Cell, len(g.names))
	for c := range out {
		take := func(a int) tabulate.Estimate { return g.share(got[a], c, g.answers(k, c, asked[a].Value)) }
		out[c] = Cell{
			Category: g.names[c], N: g.answers(k, c, asked[askMean].Value),
			Satisfied: take(askSatisfied), DontKnow: take(askDontKnow), NoAnswer: take(askNoAnswer),
			Mean: g.mean(got[askMean], c, g.answers(k, c, asked[askMean].Value), &s.items[k]),
		}
		for p := range s.items[k].Valid {
			out[c].Points = append(out[c].Points, take(askPoints+p))
		}
	}
	return out, nil
}

// plain is the estimate of a group with t limits on the degrees of freedom of the
// group's own strata and PSUs.
func (g *grouped) plain(e *estimate.Estimates, c, n int) tabulate.Estimate {
	if n == 0 {
		return unknown()
	}
	return limited(e.Select([]int{c}), g.df[c], n)
}

// limited is the one estimate with its t limits, which it has only with degrees of
// freedom.
func limited(one *estimate.Estimates, df float64, n int) tabulate.Estimate {
	one.SetLimits(estimate.Options{Level: tabulate.Level, DF: &df})
	out := tabulate.Estimate{
		Est: tabulate.Number(one.Est[0]), SE: tabulate.Number(one.SE[0]), Low: tabulate.Number(one.Low[0]),
		High: tabulate.Number(one.High[0]), DF: tabulate.Number(df), Deff: tabulate.Number(math.NaN()), N: n,
	}
	if !(df > 0) {
		nothing := tabulate.Number(math.NaN())
		out.SE, out.Low, out.High = nothing, nothing, nothing
	}
	return out
}

// share is plain with the limits that behave near 0 and 1.
func (g *grouped) share(e *estimate.Estimates, c, n int) tabulate.Estimate {
	out := g.plain(e, c, n)
	if n > 0 && g.df[c] > 0 {
		low, high := estimate.KornGraubard(e.Est[c], e.SE[c], g.df[c], float64(n), g.kish[c], tabulate.Level)
		out.Low, out.High = tabulate.Number(low), tabulate.Number(high)
	}
	return out
}

// mean is plain with limits that keep to the points of the scale.
func (g *grouped) mean(e *estimate.Estimates, c, n int, of *tabulate.Item) tabulate.Estimate {
	out := g.plain(e, c, n)
	low, high := span(of)
	out.Low, out.High = max(out.Low, tabulate.Number(low)), min(out.High, tabulate.Number(high))
	return out
}
