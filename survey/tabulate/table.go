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

// official is the table of everybody, kept where somebody wants what it is made from.
func (r *Result) official(s *Survey, d *design.Design, on *domain) (Table, error) {
	e, err := r.estimates(s.Items, d, on)
	if err != nil {
		return Table{}, err
	}
	if r.keep != nil {
		r.keep(s, d, on, e)
	}
	return e.table(r, s.Items, d, on)
}

// table estimates everything for the people of the domain.
func (r *Result) table(items []Item, d *design.Design, on *domain) (Table, error) {
	e, err := r.estimates(items, d, on)
	if err != nil {
		return Table{}, err
	}
	return e.table(r, items, d, on)
}

// table makes the figures from their footing, and what stands behind them.
func (e *estimates) table(r *Result, items []Item, d *design.Design, on *domain) (Table, error) {
	footing, err := e.footing(items, d, on)
	if err != nil {
		return Table{}, err
	}
	out := footing.Table()
	out.footing = footing
	for k := range items {
		out.Items[k].Answers = e.answers(&items[k], &on.points[k], k)
		if out.Items[k].Mean.N == 0 {
			r.note("tabulate.note.item_empty")
		}
	}
	if !(e.df > 0) {
		r.note("tabulate.note.no_variance")
	}
	return out, e.withIndex(items, d, on, out.Items)
}

// estimates makes what the tables need of the design.
func (r *Result) estimates(items []Item, d *design.Design, on *domain) (*estimates, error) {
	asked := on.asked(items)
	whole := estimate.Grouping{Small: make([]uint8, d.Rows()), Count: 1}
	means, err := estimate.ItemMeans(d, asked, whole, estimate.Options{Level: Level, DF: r.df})
	if err != nil {
		return nil, fmt.Errorf("tabulate: estimate: %w", err)
	}
	return &estimates{
		asked: asked, means: means, sums: on.sums(d.Weights()), df: r.degrees(d, on),
		kish: math.Max(1, weight.Summarize(d.Weights()).KishDeff),
	}, nil
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

func unknown() Estimate {
	return Estimate{Est: nan(), SE: nan(), Low: nan(), High: nan(), Deff: nan(), DF: nan()}
}

func emptyTable(items []Item) Table {
	out := Table{Index: unknown(), Satisfied: unknown(), Items: make([]ItemTable, len(items))}
	for k := range items {
		out.Items[k] = emptyItem(&items[k], items[k].NotApplicable == 0)
	}
	return out
}

// emptyItem is an item of which only the name is known.
func emptyItem(item *Item, applies bool) ItemTable {
	out := ItemTable{
		ID: item.ID, Indicator: item.Indicator, AtLeast: nan(),
		Satisfied: unknown(), Mean: unknown(), DontKnow: unknown(), NoAnswer: unknown(),
	}
	if !applies {
		none := unknown()
		out.NotApplicable = &none
	}
	return out
}
