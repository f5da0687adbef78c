package regress

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// Driver is one item of an importance-performance picture. Performance is its
// weighted mean with limits, over the rows of the regression. Beta is its
// coefficient in the regression of the outcome on all items, in standard
// deviations of both, with limits that take the deviations as known; P the
// coefficient's p value. Share is its part of the variance explained, by
// relative weights, all shares adding up to 1. R is its correlation with the
// outcome.
type Driver struct {
	Name                   string
	Performance, PLow, PHi float64
	Beta, BLow, BHi, P     float64
	R, Share               float64
}

// Drivers are the items with the variance that they explain together. DF and
// Failed are those of the regression (Fit).
type Drivers struct {
	Items              []Driver
	R2, DF             float64
	N, Missing, Failed int
}

// FindDrivers describes how much each item (number columns) does for the
// outcome y and how well it fares: design-based linear regression for the
// coefficients, and the relative weights of Johnson (2000, Multivariate
// Behavioral Research 35, 1-19, equations 4 to 9) for the shares, which items
// that go together cannot turn negative. Fails as Run does, and on an item or
// outcome that does not vary.
func FindDrivers(d *design.Design, y estimate.Variable, items []estimate.Variable, o estimate.Options) (*Drivers, error) {
	for _, v := range items {
		if v.Levels != nil {
			return nil, weight.Errorf("regression.item", v.Name, "the item is no number column; declare it as number")
		}
	}
	fit, err := Run(d, Spec{Family: weight.Gaussian, Y: y, Terms: items}, o)
	if err != nil {
		return nil, err
	}
	o.DropMissing = true
	rows, err := estimate.NewRows(d, append([]estimate.Variable{y}, items...), o)
	if err != nil {
		return nil, err
	}
	o.Domain = rows.Use
	means, err := estimate.Mean(d, items, o)
	if err != nil {
		return nil, err
	}
	r, sd := correlations(rows, d.Weights(), len(items)+1)
	if !(sd[0] > 0) {
		return nil, weight.Errorf("regression.outcome", y.Name, "the outcome does not vary, so nothing drives it")
	}
	out := &Drivers{Items: make([]Driver, len(items)), R2: fit.R2, DF: fit.DF, N: fit.N, Missing: fit.Missing, Failed: fit.Failed}
	shares := relativeWeights(r)
	for k := range items {
		f := sd[k+1] / sd[0]
		out.Items[k] = Driver{
			Name: items[k].Name, Performance: means.Est[k], PLow: means.Low[k], PHi: means.High[k],
			Beta: f * fit.Est[k+1], BLow: f * fit.Low[k+1], BHi: f * fit.High[k+1], P: fit.P[k+1],
			R: r.At(0, k+1), Share: shares[k],
		}
	}
	return out, nil
}

// correlations returns the weighted correlations and standard deviations of
// the first p columns of the rows in use.
func correlations(rows *estimate.Rows, w []float64, p int) (*mat.SymDense, []float64) {
	mean, mass := make([]float64, p), 0.0
	each := func(do func(i int)) {
		for i, use := range rows.Use {
			if use && w[i] != 0 {
				do(i)
			}
		}
	}
	each(func(i int) {
		mass += w[i]
		for c := range mean {
			mean[c] += w[i] * rows.At(c, i)
		}
	})
	for c := range mean {
		mean[c] /= mass
	}
	s, dev := mat.NewSymDense(p, nil), make([]float64, p)
	raw := s.RawSymmetric()
	each(func(i int) {
		for c := range dev {
			dev[c] = rows.At(c, i) - mean[c]
		}
		for a, x := range dev {
			for b := a; b < p; b++ {
				raw.Data[a*raw.Stride+b] += w[i] / mass * x * dev[b]
			}
		}
	})
	sd := make([]float64, p)
	for c := range sd {
		sd[c] = math.Sqrt(s.At(c, c))
	}
	for a := range p {
		for b := a; b < p; b++ {
			s.SetSym(a, b, s.At(a, b)/(sd[a]*sd[b]))
		}
	}
	return s, sd
}

// relativeWeights splits the variance explained among the items: with the
// square root L of their correlations and b = L⁻¹·r, item j gets
// Σ_k L_jk²·b_k², over the sum.
func relativeWeights(r *mat.SymDense) []float64 {
	p := r.SymmetricDim() - 1
	inner := mat.NewSymDense(p, nil)
	for a := range p {
		for b := a; b < p; b++ {
			inner.SetSym(a, b, r.At(a+1, b+1))
		}
	}
	out, b := make([]float64, p), make([]float64, p)
	root, ok := symmetricPower(inner, 0.5)
	back, also := symmetricPower(inner, -0.5)
	if !ok || !also {
		for j := range out {
			out[j] = math.NaN()
		}
		return out
	}
	sum := 0.0
	for k := range b {
		for c := range p {
			b[k] += back.At(k, c) * r.At(0, c+1)
		}
	}
	for j := range out {
		for k, v := range b {
			l := root.At(j, k)
			out[j] += l * l * v * v
		}
		sum += out[j]
	}
	for j := range out {
		out[j] /= sum
	}
	return out
}

// symmetricPower raises a positive definite matrix to a power by its
// eigenvalues.
func symmetricPower(m *mat.SymDense, power float64) (*mat.SymDense, bool) {
	var eigen mat.EigenSym
	if !eigen.Factorize(m, true) {
		return nil, false
	}
	var q mat.Dense
	eigen.VectorsTo(&q)
	n := m.SymmetricDim()
	out := mat.NewSymDense(n, nil)
	for a := range n {
		for b := a; b < n; b++ {
			v := 0.0
			for k, e := range eigen.Values(nil) {
				v += q.At(a, k) * q.At(b, k) * math.Pow(e, power)
			}
			out.SetSym(a, b, v)
		}
	}
	return out, true
}
