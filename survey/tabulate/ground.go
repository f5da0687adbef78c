package tabulate

import (
	"fmt"
	"math"
	"slices"

	"minyi/stats/design"
	"minyi/stats/estimate"
)

// Footing returns what the figures of the table were computed from; nil of a table
// that was read, and of one without answers.
func (t *Table) Footing() *Footing { return t.footing }

// footing brings the sums and spreads together, everybody in one cell and the spreads
// in one number.
func (e *estimates) footing(items []Item, d *design.Design, on *domain) (*Footing, error) {
	f := &Footing{People: on.n, DF: Exact(e.df), Kish: Exact(e.kish), Items: make([]ItemFooting, len(items))}
	for k := range items {
		f.Items[k] = e.ground(&items[k], &on.points[k], k)
	}
	if err := e.composites(f, items, d, on); err != nil {
		return nil, fmt.Errorf("tabulate: composite: %w", err)
	}
	return f, nil
}

// ground is an item with the sums over everybody.
func (e *estimates) ground(item *Item, given *Points, k int) ItemFooting {
	out := ItemFooting{ID: item.ID, Indicator: item.Indicator, Applies: item.NotApplicable == 0}
	out.Low, out.High = span(item.Valid)
	var counts [256]int
	for _, code := range given.Code {
		counts[code]++
	}
	sums := item.sums(given.Of, &counts, &e.sums[k])
	out.Sums = []Sums{sums}
	mean := float64(sums.Points / sums.On)
	for code, point := range given.Of {
		if slices.Contains(item.Valid, point) {
			off := float64(point) - mean
			out.Scatter += Exact(e.sums[k][code] * off * off)
		}
	}
	out.ShareSpread, out.MeanSpread = e.spread(k, satisfied), e.spread(k, meanPoint)
	out.DontKnow, out.NoAnswer = e.spread(k, dontKnow), e.spread(k, noAnswer)
	if !out.Applies {
		one := e.spread(k, notApplicable)
		out.NotApplicable = &one
	}
	return out
}

// sums sorts counts and weights by code into what is asked of the item.
func (i *Item) sums(points []int, counts *[256]int, weights *[256]float64) (s Sums) {
	for code, point := range points {
		n, w := counts[code], Exact(weights[code])
		on := slices.Contains(i.Valid, point)
		if n == 0 || !on && !i.apart(point) {
			continue
		}
		s.All, s.Whole = s.All+n, s.Whole+w
		switch {
		case on:
			s.N, s.On, s.Points = s.N+n, s.On+w, s.Points+w*Exact(point)
			if slices.Contains(i.Satisfied, point) {
				s.Satisfied += w
			}
		case point == i.DontKnow:
			s.DontKnow += w
		case point == i.NoAnswer:
			s.NoAnswer += w
		default:
			s.NotApplicable += w
		}
	}
	return s
}

// spread is the variance of one aspect of an item, in one number.
func (e *estimates) spread(k int, a aspect) Spread {
	one := e.means[at(k, a)]
	return Spread{DF: Exact(one.DF), Rest: Exact(one.Cov.At(0, 0))}
}

// composites are the spreads of the index and of the share satisfied, averaged over
// the items that anybody answered. Their standard errors come from one linearized value
// a person: the sum over the items of what each answer adds.
func (e *estimates) composites(f *Footing, items []Item, d *design.Design, on *domain) error {
	f.Index, f.Satisfied = Spread{Rest: Exact(math.NaN())}, Spread{Rest: Exact(math.NaN())}
	used := e.used(items)
	if len(used) == 0 {
		return nil
	}
	for _, one := range []struct {
		to    *Spread
		scale scaling
		of    aspect
	}{{&f.Index, onIndex(items), meanPoint}, {&f.Satisfied, asIs, satisfied}} {
		v, err := e.composite(d, on, used, one.scale, one.of)
		if err != nil {
			return err
		}
		*one.to = Spread{DF: Exact(e.df), Rest: Exact(v)}
	}
	return nil
}

// composite is the variance of one aspect averaged over the items, each on a scale of
// its own.
func (e *estimates) composite(d *design.Design, on *domain, used []int, scale scaling, a aspect) (float64, error) {
	est, add := e.adds(used, scale, a)
	cov, err := estimate.Covariance(d, []float64{est}, func(w []float64) []float64 {
		return []float64{e.mean(on.sums(w), used, scale, a)}
	}, func() [][]float64 { return [][]float64{on.linear(d.Weights(), used, add)} })
	if err != nil {
		return 0, err
	}
	return cov.At(0, 0), nil
}
