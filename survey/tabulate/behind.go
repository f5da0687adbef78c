package tabulate

import (
	"fmt"
	"math"
	"slices"

	"minyi/stats/design"
	"minyi/stats/estimate"
)

// scaling brings a point of item k to the scale of a composite.
type scaling func(k int, y float64) float64

func asIs(_ int, y float64) float64 { return y }

// onIndex brings the points of each item to 0 … 100.
func onIndex(items []Item) scaling {
	return func(k int, point float64) float64 {
		low, high := span(items[k].Valid)
		return hundred * (point - float64(low)) / float64(high-low)
	}
}

// used are the items that anybody answered.
func (e *estimates) used(items []Item) (out []int) {
	for k := range items {
		if e.means[at(k, meanPoint)].N > 0 {
			out = append(out, k)
		}
	}
	return out
}

// answers counts who gave which answer to item k, with their weights: what the
// item's figures are made of. Points that mean no answer are left out.
func (e *estimates) answers(item *Item, given *Points, k int) []Answer {
	var counts [256]int
	for _, code := range given.Code {
		counts[code]++
	}
	scale, out := onIndex([]Item{*item}), []Answer{}
	for code, point := range given.Of {
		on := slices.Contains(item.Valid, point)
		if counts[code] == 0 || !on && !item.apart(point) {
			continue
		}
		n := slices.IndexFunc(out, func(a Answer) bool { return a.Point == point })
		if n < 0 {
			n, out = len(out), append(out, Answer{Point: point, Mark: nan()})
		}
		out[n].N += counts[code]
		out[n].Weight += Number(e.sums[k][code])
		if on {
			out[n].Mark = Number(scale(0, float64(point)))
		}
	}
	slices.SortFunc(out, func(a, b Answer) int {
		if a.Mark.Known() != b.Mark.Known() {
			if a.Mark.Known() {
				return -1
			}
			return 1
		}
		return a.Point - b.Point
	})
	return out
}

// withIndex adds to every item that feeds an indicator the covariance of its share
// satisfied with the index: both are of the same people, so that their errors hang
// together.
func (e *estimates) withIndex(items []Item, d *design.Design, on *domain, out []ItemTable) error {
	used := e.used(items)
	var fed []int
	for k := range out {
		out[k].WithIndex = nan()
		if slices.Contains(used, k) && items[k].Indicator != "" {
			fed = append(fed, k)
		}
	}
	if len(fed) == 0 || !(e.df > 0) {
		return nil
	}
	index, add := e.adds(used, onIndex(items), meanPoint)
	est, parts := []float64{index}, [][][256]float64{}
	for _, k := range fed {
		share, one := e.adds([]int{k}, asIs, satisfied)
		est, parts = append(est, share), append(parts, one)
	}
	cov, err := estimate.Covariance(d, est, func(w []float64) []float64 {
		sums := on.sums(w)
		now := []float64{e.mean(sums, used, onIndex(items), meanPoint)}
		for _, k := range fed {
			now = append(now, e.mean(sums, []int{k}, asIs, satisfied))
		}
		return now
	}, func() [][]float64 {
		z := [][]float64{on.linear(d.Weights(), used, add)}
		for j, k := range fed {
			z = append(z, on.linear(d.Weights(), []int{k}, parts[j]))
		}
		return z
	})
	if err != nil {
		return fmt.Errorf("tabulate: share and index: %w", err)
	}
	for j, k := range fed {
		if v := cov.At(0, j+1); !math.IsInf(v, 0) {
			out[k].WithIndex = Number(v)
		}
	}
	return nil
}
