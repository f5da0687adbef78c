package analysis

import (
	"math"

	"minyi/stats/weight"
)

// fitted remembers the last step that tied the weights to totals, for its report.
type fitted struct {
	totals      []float64
	sums        func(w []float64) []float64 // what stands against the totals
	before, now []float64
}

// property reports how well the last calibration, raking or post-stratification met
// its totals and the range of g = new/old weight.
func (r *runner) property() (map[string]any, error) {
	f := r.fitted
	if f == nil {
		return nil, weight.Errorf("analysis.no_calibration", "kind", "there is no calibrate, rake or poststratify step to report on")
	}
	sums := f.sums(f.now)
	misfit, low, high := 0.0, math.Inf(1), math.Inf(-1)
	for j, t := range f.totals {
		misfit = math.Max(misfit, math.Abs(sums[j]-t)/(1+math.Abs(t)))
	}
	for i, w := range f.before {
		if w != 0 {
			low, high = math.Min(low, f.now[i]/w), math.Max(high, f.now[i]/w)
		}
	}
	return map[string]any{"max_misfit": number(misfit), "g_min": number(low), "g_max": number(high)}, nil
}

// modelSums are the sums of weights times model columns.
func modelSums(model *weight.Model, columns int) func(w []float64) []float64 {
	return func(w []float64) []float64 {
		sums := make([]float64, columns)
		of, _ := model.Groups()
		for i, v := range w {
			model.AddGroupRow(sums, int(of[i]), v)
		}
		return sums
	}
}

// cellSums are the sums of weights by cell, one classification after the other; a row
// without a cell has no weight.
func cellSums(codes [][]int32, sizes []int) func(w []float64) []float64 {
	return func(w []float64) []float64 {
		var out []float64
		for m, code := range codes {
			sums := make([]float64, sizes[m])
			for i, k := range code {
				if k >= 0 {
					sums[k] += w[i]
				}
			}
			out = append(out, sums...)
		}
		return out
	}
}
