package careless

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Effects says how much of the differences between people lies between groups
// such as batches or interviewers: a one-way analysis of variance.
type Effects struct {
	Groups  []GroupEffect
	N       int
	Mean    float64
	F       float64 // mean square between over that within
	Between int     // degrees of freedom
	Within  int
	P       float64 // of F
	ICC     float64 // (MSB - MSW) / (MSB + (n0 - 1) MSW), which may be below 0
	Size    float64 // sum of n squared over n: the size of the group that a person is in
	Deff    float64 // 1 + (Size - 1) ICC, no less than 1 (Kish 1965)
}

// GroupEffect is one group: Z is the difference of its mean from that of the
// others, in standard errors under the variance within.
type GroupEffect struct {
	N    int
	Mean float64
	Z    float64
}

// BetweenGroups takes the effects of groups on a value; group[i] is the place of
// person i's group from 0, or -1 for none. People without a value (NaN) or group
// are left out. What is not defined, with fewer than two groups or nobody to spare,
// is NaN. Sources: Fisher (1925); Shrout and Fleiss (1979) for the intraclass
// correlation, with n0 = (n - sum of n squared over n) / (k - 1) for groups of
// unequal size (Donner 1986); Kish (1962) for interviewers' effects.
func BetweenGroups(value []float64, group []int) Effects {
	var count, sum []float64
	var squares float64
	var out Effects
	for i, v := range value {
		if math.IsNaN(v) || group[i] < 0 {
			continue
		}
		for group[i] >= len(count) {
			count, sum = append(count, 0), append(sum, 0)
		}
		count[group[i]]++
		sum[group[i]] += v
		squares += v * v
		out.N++
		out.Mean += v
	}
	out.Mean /= float64(out.N)
	out.spread(count, sum, squares)
	return out
}

// spread takes the analysis from the sums of the groups.
func (e *Effects) spread(count, sum []float64, squares float64) {
	n, groups, means, sizes := float64(e.N), 0, 0.0, 0.0
	for g, c := range count {
		if c > 0 {
			groups++
			means += sum[g] * sum[g] / c
			sizes += c * c
		}
	}
	e.Between, e.Within, e.Size = groups-1, e.N-groups, sizes/n
	between := max(0, means-n*e.Mean*e.Mean) / float64(e.Between) // rounding may carry it below 0
	within := (squares - means) / float64(e.Within)
	if within <= 1e-12*squares/n {
		within = 0
	}
	e.F, e.P, e.ICC, e.Deff = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	if e.Between > 0 && e.Within > 0 && within > 0 {
		e.F = between / within
		e.P = distuv.F{D1: float64(e.Between), D2: float64(e.Within)}.Survival(e.F)
		n0 := (n - sizes/n) / float64(e.Between)
		e.ICC = (between - within) / (between + (n0-1)*within)
		e.Deff = max(1, 1+(e.Size-1)*e.ICC)
	}
	e.Groups = make([]GroupEffect, len(count))
	for g, c := range count {
		one := GroupEffect{N: int(c), Mean: sum[g] / c, Z: math.NaN()}
		if others := n - c; c > 0 && others > 0 && within > 0 {
			rest := (n*e.Mean - sum[g]) / others
			one.Z = (one.Mean - rest) / math.Sqrt(within*(1/c+1/others))
		}
		e.Groups[g] = one
	}
}
