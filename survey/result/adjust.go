package result

import (
	"cmp"
	"math"
	"slices"
)

// Holm corrects p values for their number, so that with probability at most the
// level any true hypothesis is rejected (Holm 1979, A simple sequentially rejective
// multiple test procedure, Scandinavian Journal of Statistics 6, 65-70). A value
// that is not a number stays so and does not count.
func Holm(p []float64) []float64 {
	order := ascending(p)
	out, last := slices.Clone(p), 0.0
	for rank, i := range order {
		last = max(last, min(1, float64(len(order)-rank)*p[i]))
		out[i] = last
	}
	return out
}

// BenjaminiHochberg corrects p values so that of the rejected hypotheses at most
// the level are true on average, for independent or positively dependent tests
// (Benjamini and Hochberg 1995, Controlling the false discovery rate, JRSS B 57,
// 289-300). Missing values as in Holm.
func BenjaminiHochberg(p []float64) []float64 {
	order := ascending(p)
	out, last := slices.Clone(p), 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		last = min(last, p[i]*float64(len(order))/float64(rank+1))
		out[i] = last
	}
	return out
}

// ascending lists the places of the numbers, smallest first.
func ascending(p []float64) []int {
	var order []int
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return order
}
