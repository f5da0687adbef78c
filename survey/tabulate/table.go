package tabulate

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// domain is whom a table speaks of: their points, the codes of all others being
// leftOut, who they are (nil: all), and how many.
type domain struct {
	points []Points
	use    []bool
	n      int
}

// aspect is one thing asked of an item: the number that a point stands for, NaN
// where it is outside of what is asked.
type aspect int

const (
	satisfied aspect = iota
	meanPoint
	dontKnow
	noAnswer
	notApplicable
	aspects // how many
)

// value is the number that a point of the item stands for.
func (i *Item) value(a aspect, point int) float64 {
	if slices.Contains(i.Valid, point) {
		return [aspects]float64{satisfied: indicator(slices.Contains(i.Satisfied, point)), meanPoint: float64(point)}[a]
	}
	if a == satisfied || a == meanPoint || !i.apart(point) {
		return math.NaN()
	}
	return indicator(point == [aspects]int{dontKnow: i.DontKnow, noAnswer: i.NoAnswer, notApplicable: i.NotApplicable}[a])
}

// asked spells out the aspects of the items over the points of the domain, aspect a
// of item k at aspects·k+a: all of them come from one pass over the rows.
func (on *domain) asked(items []Item) []estimate.Item {
	out := make([]estimate.Item, 0, int(aspects)*len(items))
	for k := range items {
		for a := range aspects {
			one := estimate.Item{Name: items[k].ID, Code: on.points[k].Code}
			for _, point := range on.points[k].Of {
				one.Value = append(one.Value, items[k].value(a, point))
			}
			out = append(out, one)
		}
	}
	return out
}

// apart reports whether a point is that of an answer which is not substantive.
func (i *Item) apart(point int) bool {
	return point > 0 && (point == i.DontKnow || point == i.NoAnswer || point == i.NotApplicable)
}

func span(points []int) (low, high int) {
	if len(points) == 0 {
		return 0, 1
	}
	low, high = slices.Min(points), slices.Max(points)
	if low == high {
		high++
	}
	return low, high
}

func indicator(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// table estimates everything for the people of the domain.
func (r *Result) table(items []Item, d *design.Design, on *domain) (Table, error) {
	asked := on.asked(items)
	whole := estimate.Grouping{Small: make([]uint8, d.Rows()), Count: 1}
	means, err := estimate.ItemMeans(d, asked, whole, estimate.Options{Level: Level, DF: r.df})
	if err != nil {
		return Table{}, fmt.Errorf("tabulate: estimate: %w", err)
	}
	e := estimates{
		asked: asked, means: means, sums: on.sums(d.Weights()), df: r.degrees(d, on),
		kish: math.Max(1, weight.Summarize(d.Weights()).KishDeff),
	}
	out := Table{N: on.n, Items: make([]ItemTable, len(items))}
	for k := range items {
		out.Items[k] = e.item(&items[k], k)
		out.Items[k].Answers = e.answers(&items[k], &on.points[k], k)
		if out.Items[k].Mean.N == 0 {
			r.note("tabulate.note.item_empty")
		}
	}
	if !(e.df > 0) {
		r.note("tabulate.note.no_variance")
	}
	if out.Index, out.Satisfied, err = e.composites(items, d, on); err != nil {
		return out, err
	}
	return out, e.withIndex(items, d, on, out.Items)
}

// degrees are the degrees of freedom of the domain.
func (r *Result) degrees(d *design.Design, on *domain) float64 {
	if r.df != nil {
		return *r.df
	}
	return d.DF(on.use)
}

// sums is the weight of each code of each item.
func (on *domain) sums(w []float64) [][256]float64 {
	out := make([][256]float64, len(on.points))
	var wait sync.WaitGroup
	for k, p := range on.points {
		wait.Go(func() {
			for i, code := range p.Code {
				out[k][code] += w[i]
			}
		})
	}
	wait.Wait()
	return out
}

// estimates are those of the aspects of all items.
type estimates struct {
	asked []estimate.Item
	means []*estimate.Estimates
	sums  [][256]float64 // by item and code
	df    float64        // of the design over the domain
	kish  float64
}

func at(k int, a aspect) int { return int(aspects)*k + int(a) }

// item is the row of item k.
func (e *estimates) item(item *Item, k int) ItemTable {
	out := ItemTable{
		ID: item.ID, Indicator: item.Indicator,
		Satisfied: e.share(k, satisfied), Mean: within(e.plain(k, meanPoint), item.Valid),
		DontKnow: e.share(k, dontKnow), NoAnswer: e.share(k, noAnswer),
	}
	one := e.means[at(k, satisfied)]
	low, _ := estimate.KornGraubard(one.Est[0], one.SE[0], one.DF, float64(one.N), e.kish, 2*Level-1)
	out.AtLeast = Number(low) // the lower end of the two-sided interval at this level
	if item.NotApplicable != 0 {
		s := e.share(k, notApplicable)
		out.NotApplicable = &s
	}
	return out
}

// share is an estimated share with Korn and Graubard's interval.
func (e *estimates) share(k int, a aspect) Estimate {
	out, one := e.plain(k, a), e.means[at(k, a)]
	low, high := estimate.KornGraubard(one.Est[0], one.SE[0], one.DF, float64(one.N), e.kish, Level)
	out.Low, out.High = Number(low), Number(high)
	return out
}

// plain is an estimate with its t interval. Without degrees of freedom a
// standard error of 0 would be a false promise: it is not defined.
func (e *estimates) plain(k int, a aspect) Estimate {
	one := e.means[at(k, a)]
	out := Estimate{
		Est: Number(one.Est[0]), SE: Number(one.SE[0]), Low: Number(one.Low[0]), High: Number(one.High[0]),
		Deff: Number(e.deff(k, a)), DF: Number(one.DF), N: one.N,
	}
	if !(one.DF > 0) {
		out.SE, out.Deff = nan(), nan()
	}
	return out
}

// deff divides the variance by that of simple random sampling with replacement of
// as many answers: S²/n (Kish 1965, section 8.2).
func (e *estimates) deff(k int, a aspect) float64 {
	one, n := e.means[at(k, a)], float64(e.means[at(k, a)].N)
	mass, squares := 0.0, 0.0
	for code, y := range e.asked[at(k, a)].Value {
		if w := e.sums[k][code]; w > 0 && !math.IsNaN(y) {
			mass += w
			squares += w * (y - one.Est[0]) * (y - one.Est[0])
		}
	}
	return one.Cov.At(0, 0) / (squares / mass * n / (n - 1) / n)
}

// composites are the index and the share satisfied, averaged over the items that
// anybody answered. Their standard errors come from one linearized value a person:
// the sum over the items of what each answer adds.
func (e *estimates) composites(items []Item, d *design.Design, on *domain) (index, share Estimate, err error) {
	used := e.used(items)
	if len(used) == 0 {
		return unknown(), unknown(), nil
	}
	var wait sync.WaitGroup
	var wrong error
	wait.Go(func() {
		index, wrong = e.composite(d, on, used, hundred, onIndex(items), meanPoint)
	})
	share, err = e.composite(d, on, used, 1, asIs, satisfied)
	wait.Wait()
	if err == nil {
		err = wrong
	}
	if err != nil {
		return index, share, fmt.Errorf("tabulate: composite: %w", err)
	}
	return index, share, nil
}

// composite averages one aspect, each item's on a scale of its own, over the items.
// Limits keep to 0 … top.
func (e *estimates) composite(d *design.Design, on *domain, used []int, top float64, scale scaling, a aspect) (Estimate, error) {
	est, add := e.adds(used, scale, a)
	cov, err := estimate.Covariance(d, []float64{est}, func(w []float64) []float64 {
		return []float64{e.mean(on.sums(w), used, scale, a)}
	}, func() [][]float64 { return [][]float64{on.linear(d.Weights(), used, add)} })
	if err != nil {
		return Estimate{}, err
	}
	one := estimate.Estimates{Est: []float64{est}, Cov: cov, DF: e.df}
	c, err := one.Contrast([]float64{1}, estimate.Options{Level: Level})
	if err != nil {
		return Estimate{}, err
	}
	out := Estimate{
		Est: Number(c.Est), SE: Number(c.SE), DF: Number(c.DF), Deff: nan(), N: on.n,
		Low: Number(math.Max(0, c.Low)), High: Number(math.Min(top, c.High)),
	}
	if !(c.DF > 0) {
		out.SE, out.Low, out.High = nan(), nan(), nan()
	}
	return out, nil
}

// adds is a composite, and what a person of weight 1 adds to it, by code.
func (e *estimates) adds(used []int, scale scaling, a aspect) (est float64, add [][256]float64) {
	add = make([][256]float64, len(used))
	for j, k := range used {
		mean, mass := scale(k, e.means[at(k, a)].Est[0]), 0.0
		values := e.asked[at(k, a)].Value
		for code, y := range values {
			if !math.IsNaN(y) {
				mass += e.sums[k][code]
			}
		}
		for code, y := range values {
			if !math.IsNaN(y) {
				add[j][code] = (scale(k, y) - mean) / mass / float64(len(used))
			}
		}
		est += mean / float64(len(used))
	}
	return est, add
}

// mean is the composite under other weights, given their sums by item and code.
func (e *estimates) mean(sums [][256]float64, used []int, scale scaling, a aspect) float64 {
	out := 0.0
	for _, k := range used {
		mass, sum := 0.0, 0.0
		for code, y := range e.asked[at(k, a)].Value {
			if !math.IsNaN(y) {
				mass += sums[k][code]
				sum += sums[k][code] * y
			}
		}
		out += scale(k, sum/mass) / float64(len(used))
	}
	return out
}

// linear is the linearized value of each person: the weight times what the answers
// to the items add.
func (on *domain) linear(w []float64, used []int, add [][256]float64) []float64 {
	z := make([]float64, len(w))
	weight.InBlocks(len(w), weight.Blocks(len(w)), func(_, low, high int) {
		part := z[low:high]
		for j, k := range used {
			gain := &add[j]
			for i, code := range on.points[k].Code[low:high] {
				part[i] += gain[code]
			}
		}
		for i := range part {
			part[i] *= w[low+i]
		}
	})
	return z
}

// within keeps the limits of a mean to the points of its scale.
func within(e Estimate, valid []int) Estimate {
	low, high := span(valid)
	e.Low, e.High = max(e.Low, Number(low)), min(e.High, Number(high))
	return e
}

func unknown() Estimate {
	return Estimate{Est: nan(), SE: nan(), Low: nan(), High: nan(), Deff: nan(), DF: nan()}
}

func emptyTable(items []Item) Table {
	out := Table{Index: unknown(), Satisfied: unknown(), Items: make([]ItemTable, len(items))}
	for k, item := range items {
		out.Items[k] = ItemTable{
			ID: item.ID, Indicator: item.Indicator, AtLeast: nan(),
			Satisfied: unknown(), Mean: unknown(), DontKnow: unknown(), NoAnswer: unknown(),
		}
		if item.NotApplicable != 0 {
			none := unknown()
			out.Items[k].NotApplicable = &none
		}
	}
	return out
}
