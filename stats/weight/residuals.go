package weight

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Residuals is the weighted regression on a model that turns a linearized
// value into the part that calibration leaves free.
type Residuals struct {
	model *Model
	w     []float64
	gram  *mat.SymDense
}

// NewResiduals prepares the regression on the model with the weights before
// the calibration.
func NewResiduals(w []float64, model *Model) (*Residuals, error) {
	if len(w) != model.n {
		return nil, Errorf("weight.length", "", "%d weights for a model of %d rows", len(w), model.n)
	}
	p := len(model.names)
	r := &Residuals{model: model, w: w, gram: mat.NewSymDense(p, nil)}
	d := make([]float64, len(model.first))
	for i, k := range model.group {
		d[k] += w[i]
	}
	var store [16]entry
	for k, v := range d {
		addOuter(r.gram, model.row(model.first[k], store[:0]), v)
	}
	return r, nil
}

// Model returns the model of the regression.
func (r *Residuals) Model() *Model { return r.model }

// Weights returns the weights of the regression, those before the calibration.
func (r *Residuals) Weights() []float64 { return r.w }

// Coefficients solves the normal equations for the given sum of w·x·y.
func (r *Residuals) Coefficients(xwy []float64) []float64 {
	p := len(xwy)
	root := make([]float64, p)
	scaled := mat.NewSymDense(p, nil)
	for j := range p {
		root[j] = math.Sqrt(r.gram.At(j, j))
		if root[j] == 0 {
			root[j] = 1
		}
	}
	rhs := make([]float64, p)
	for j := range p {
		rhs[j] = xwy[j] / root[j]
		for k := j; k < p; k++ {
			scaled.SetSym(j, k, r.gram.At(j, k)/root[j]/root[k])
		}
	}
	beta := newtonStep(scaled, rhs)
	for j := range beta {
		beta[j] /= root[j]
	}
	return beta
}

// Apply returns y minus its fit, by row. It runs the regression twice, the
// second time on the residuals, which removes the rounding of the first.
func (r *Residuals) Apply(y []float64) ([]float64, error) {
	if len(y) != r.model.n {
		return nil, Errorf("weight.length", "", "%d values for a model of %d rows", len(y), r.model.n)
	}
	out := append([]float64(nil), y...)
	for range 2 {
		r.subtractFit(out)
	}
	return out, nil
}

func (r *Residuals) subtractFit(y []float64) {
	m := r.model
	sums := make([]float64, len(m.first))
	for i, k := range m.group {
		sums[k] += r.w[i] * y[i]
	}
	xwy := make([]float64, len(m.names))
	for k, v := range sums {
		m.AddGroupRow(xwy, k, v)
	}
	beta := r.Coefficients(xwy)
	for k := range sums {
		sums[k] = m.Dot(k, beta)
	}
	for i, k := range m.group {
		y[i] -= sums[k]
	}
}
