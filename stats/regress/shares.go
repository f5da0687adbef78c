package regress

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/estimate"
)

// RelativeWeights estimates the shares of FindDrivers with their covariance: by
// replicates where the design has them, else linearized, the derivatives of the
// shares by the weighted covariances of outcome and items taken numerically. The
// limits are those of t on ln(share/(1-share)), so that they stay between 0 and 1.
// It fails as FindDrivers does on columns; where items follow from each other the
// shares are NaN.
func RelativeWeights(d *design.Design, y estimate.Variable, items []estimate.Variable, o estimate.Options) (*estimate.Estimates, error) {
	o.DropMissing = true
	rows, err := estimate.NewRows(d, append([]estimate.Variable{y}, items...), o)
	if err != nil {
		return nil, err
	}
	p := len(items) + 1
	theta := func(w []float64) []float64 {
		r, _ := correlations(rows, w, p)
		return relativeWeights(r)
	}
	out := &estimate.Estimates{Est: theta(d.Weights()), DF: d.DF(rows.Use), N: rows.N, Missing: rows.Missing}
	for _, one := range items {
		out.Names = append(out.Names, one.Name)
	}
	out.Cov, err = estimate.Covariance(d, out.Est, theta, func() [][]float64 { return shareValues(rows, d.Weights(), p) })
	if err != nil {
		return nil, err
	}
	out.SetLimits(o)
	for k, share := range out.Est {
		t := (out.High[k] - share) / out.SE[k]
		out.Low[k], out.High[k] = logitLimits(share, out.SE[k], t)
	}
	return out, nil
}

// logitLimits are share ± t standard errors on ln(share/(1-share)).
func logitLimits(share, se, t float64) (low, high float64) {
	at, half := math.Log(share/(1-share)), t*se/(share*(1-share))
	return 1 / (1 + math.Exp(half-at)), 1 / (1 + math.Exp(-half-at))
}

// shareValues are the linearized values of the shares, a column a share: their
// derivative by each covariance times what a row adds to it, w/Σw·(dd' - S).
func shareValues(rows *estimate.Rows, w []float64, p int) [][]float64 {
	r, sd := correlations(rows, w, p)
	s := mat.NewSymDense(p, nil)
	for a := range p {
		for b := a; b < p; b++ {
			s.SetSym(a, b, r.At(a, b)*sd[a]*sd[b])
		}
	}
	slope := shareSlopes(s, sd)
	mean, mass := means(rows, w, p)
	out := make([][]float64, p-1)
	for k := range out {
		out[k] = make([]float64, len(w))
	}
	dev := make([]float64, p)
	for i, use := range rows.Use {
		if !use || w[i] == 0 {
			continue
		}
		for c := range dev {
			dev[c] = rows.At(c, i) - mean[c]
		}
		at := 0
		for a := range p {
			for b := a; b < p; b++ {
				gain := w[i] / mass * (dev[a]*dev[b] - s.At(a, b))
				for k := range out {
					out[k][i] += slope[at][k] * gain
				}
				at++
			}
		}
	}
	return out
}

// shareSlopes are the derivatives of the shares by each covariance (row by row from
// the diagonal), by central differences.
func shareSlopes(s *mat.SymDense, sd []float64) [][]float64 {
	const step = 1e-5
	p := len(sd)
	var out [][]float64
	shares := func(a, b int, by float64) []float64 {
		moved, r := mat.NewSymDense(p, nil), mat.NewSymDense(p, nil)
		moved.CopySym(s)
		moved.SetSym(a, b, s.At(a, b)+by)
		for i := range p {
			for j := i; j < p; j++ {
				r.SetSym(i, j, moved.At(i, j)/math.Sqrt(moved.At(i, i)*moved.At(j, j)))
			}
		}
		return relativeWeights(r)
	}
	for a := range p {
		for b := a; b < p; b++ {
			h := step * sd[a] * sd[b]
			up, down := shares(a, b, h), shares(a, b, -h)
			for k := range up {
				up[k] = (up[k] - down[k]) / (2 * h)
			}
			out = append(out, up)
		}
	}
	return out
}

// means are the weighted means of the first p columns of the rows in use, and the
// sum of their weights.
func means(rows *estimate.Rows, w []float64, p int) (mean []float64, mass float64) {
	mean = make([]float64, p)
	for i, use := range rows.Use {
		if !use || w[i] == 0 {
			continue
		}
		mass += w[i]
		for c := range mean {
			mean[c] += w[i] * rows.At(c, i)
		}
	}
	for c := range mean {
		mean[c] /= mass
	}
	return mean, mass
}
