package design

import (
	"math"
	"sync"

	"minyi/stats/weight"
)

// adjustment is one step that tied the weights to known totals: what it leaves
// of a linearized value enters the variance.
type adjustment interface {
	residual(z []float64) ([]float64, error)
}

// share divides by the weights, 0 where there is no weight.
func share(z, w []float64) []float64 {
	y := make([]float64, len(z))
	for i, v := range z {
		if w[i] != 0 {
			y[i] = v / w[i]
		}
	}
	return y
}

func times(y, w []float64) []float64 {
	for i := range y {
		y[i] *= w[i]
	}
	return y
}

// with returns a copy of the design with other weights; change computes them
// from old ones and is run on every replicate too.
func (d *Design) with(change func(w []float64) ([]float64, error)) (*Design, error) {
	w, err := change(d.weights)
	if err != nil {
		return nil, err
	}
	out := *d
	out.weights = w
	out.adjust = append([]adjustment(nil), d.adjust...)
	if d.rep != nil {
		if out.rep, err = d.rep.with(change); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// Poststratify scales the weights to the cell totals (weight.Poststratify). In the
// variance every cell gives its residuals about the cell mean, weighted by the
// weights before. It fails as that does, on every replicate too.
func (d *Design) Poststratify(cells weight.Cells) (*Design, error) {
	out, err := d.with(func(w []float64) ([]float64, error) { return weight.Poststratify(w, cells) })
	if err != nil {
		return nil, err
	}
	out.adjust = append(out.adjust, cellAdjustment{code: cells.Code, count: len(cells.Totals), before: d.weights, after: out.weights})
	return out, nil
}

type cellAdjustment struct {
	code          []int32
	count         int
	before, after []float64
}

func (a cellAdjustment) residual(z []float64) ([]float64, error) {
	y := share(z, a.after)
	removeMeans(y, a.before, a.code, a.count)
	return times(y, a.after), nil
}

// removeMeans takes the cell means off y, weighted by w.
func removeMeans(y, w []float64, code []int32, cells int) {
	sum, mass := make([]float64, cells), make([]float64, cells)
	for i, k := range code {
		sum[k] += w[i] * y[i]
		mass[k] += w[i]
	}
	for k := range sum {
		if mass[k] != 0 {
			sum[k] /= mass[k]
		}
	}
	for i, k := range code {
		y[i] -= sum[k]
	}
}

// Rake rakes the weights to the margins (weight.Rake). In the variance the margins'
// cell means are removed ten times in turn and unweighted, which is the rule of R's
// rake; Calibrate with weight.Raking gives the same weights with the regression
// residual of Deville and Särndal instead. It fails as weight.Rake does, on every
// replicate too.
func (d *Design) Rake(margins []weight.Margin, control weight.Control) (*Design, error) {
	out, err := d.with(func(w []float64) ([]float64, error) {
		fit, err := weight.Rake(w, margins, control)
		return fit.Weights, err
	})
	if err != nil {
		return nil, err
	}
	out.adjust = append(out.adjust, rakeAdjustment{margins: margins, after: out.weights})
	return out, nil
}

// rakeRounds is the number of rounds of R's svyrecvar for raked weights.
const rakeRounds = 10

type rakeAdjustment struct {
	margins []weight.Margin
	after   []float64
}

func (a rakeAdjustment) residual(z []float64) ([]float64, error) {
	y, here := share(z, a.after), share(a.after, a.after)
	for range rakeRounds {
		for m := range a.margins {
			removeMeans(y, here, a.margins[m].Code, len(a.margins[m].Totals))
		}
	}
	return times(y, a.after), nil
}

// Calibrate calibrates the weights (weight.Calibrate). In the variance a value gives
// its residual of the regression on the model, weighted by the weights before
// (Deville and Särndal 1992, equation 3.4). It fails as weight.Calibrate does, on
// every replicate too.
func (d *Design) Calibrate(model *weight.Model, c weight.Calibration) (*Design, error) {
	var first *weight.Fit // of the design's own weights, which come before those of replicates
	out, err := d.with(func(w []float64) ([]float64, error) {
		fit, err := weight.Calibrate(w, model, c)
		if first == nil {
			first = &fit
		}
		return fit.Weights, err
	})
	if err != nil {
		return nil, err
	}
	out.adjust = append(out.adjust, &modelAdjustment{residuals: first.Residuals(), after: out.weights, gain: first.ByGroup})
	return out, nil
}

type modelAdjustment struct {
	residuals *weight.Residuals
	after     []float64
	gain      []float64 // weight after over before by group of the model; nil where its rows differ
	once      sync.Once
	perUnit   []float64 // Σwx of every unit of the first stage, and one entry more
}

func (a *modelAdjustment) residual(z []float64) ([]float64, error) {
	y, err := a.residuals.Apply(share(z, a.after))
	if err != nil {
		return nil, err
	}
	return times(y, a.after), nil
}

// Trim trims the weights (weight.Trim). The variance keeps the residuals of the
// steps before. It fails as weight.Trim does, on every replicate too.
func (d *Design) Trim(lower, upper float64, strict bool) (*Design, error) {
	return d.with(func(w []float64) ([]float64, error) { return weight.Trim(w, lower, upper, strict) })
}

// Scale multiplies all weights so that they sum to total, which must be positive and
// finite. Any other total is an error (weight.bad_total).
func (d *Design) Scale(total float64) (*Design, error) {
	if !(total > 0) || math.IsInf(total, 0) {
		return nil, weight.Errorf("weight.bad_total", "", "the weights cannot be scaled to %v", total)
	}
	return d.with(func(w []float64) ([]float64, error) {
		f := total / weight.Summarize(w).Sum
		out := make([]float64, len(w))
		for i, v := range w {
			out[i] = v * f
		}
		return out, weight.Check(out)
	})
}
