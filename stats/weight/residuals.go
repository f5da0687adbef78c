package weight

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// Residuals is the weighted regression on a model that turns a linearized
// value into the part that calibration leaves free.
type Residuals struct {
	model *Model
	w     []float64
	gram  *mat.SymDense
	once  sync.Once
	root  []float64     // of the diagonal of gram
	scale *mat.SymDense // gram, its diagonal brought to 1
	chol  mat.Cholesky
	sound bool // chol solves scale well
}

// NewResiduals prepares the regression on the model with the weights before the
// calibration. It fails on weights of another length than the model.
func NewResiduals(w []float64, model *Model) (*Residuals, error) {
	if len(w) != model.n {
		return nil, Errorf("weight.length", "", "%d weights for a model of %d rows", len(w), model.n)
	}
	return newResiduals(w, massOf(w, model.group, len(model.first)), model), nil
}

// Residuals is NewResiduals for the model of a calibration and the weights before it.
// The Fit must come from Calibrate.
func (f *Fit) Residuals() *Residuals { return newResiduals(f.before, f.mass, f.model) }

func newResiduals(w, mass []float64, model *Model) *Residuals {
	r := &Residuals{model: model, w: w, gram: mat.NewSymDense(len(model.names), nil)}
	var store [16]entry
	for k, v := range mass {
		if model.cells != nil {
			addOnes(r.gram, model.cells[k*model.width:][:model.width], v)
		} else {
			addOuter(r.gram, model.groupRow(k, store[:0]), v)
		}
	}
	return r
}

// addOnes is addOuter for a row that is 1 in the columns (-1: none), which ascend.
func addOnes(gram *mat.SymDense, columns []int32, f float64) {
	raw := gram.RawSymmetric()
	for a, i := range columns {
		if i < 0 {
			continue
		}
		row := raw.Data[int(i)*raw.Stride:][:raw.N]
		for _, j := range columns[a:] {
			if j >= 0 {
				row[j] += f
			}
		}
	}
}

// Model returns the model of the regression.
func (r *Residuals) Model() *Model { return r.model }

// Weights returns the weights of the regression, those before the calibration.
func (r *Residuals) Weights() []float64 { return r.w }

// factorize prepares the solution of the normal equations, once.
func (r *Residuals) factorize() {
	p := len(r.model.names)
	r.root, r.scale = make([]float64, p), mat.NewSymDense(p, nil)
	for j := range p {
		r.root[j] = math.Sqrt(r.gram.At(j, j))
		if r.root[j] == 0 {
			r.root[j] = 1
		}
	}
	for j := range p {
		for k := j; k < p; k++ {
			r.scale.SetSym(j, k, r.gram.At(j, k)/r.root[j]/r.root[k])
		}
	}
	r.sound = r.chol.Factorize(r.scale) && r.chol.Cond() < maxCondition
}

// Coefficients solves the normal equations for the given sum of w·x·y. It may be
// called from several goroutines.
func (r *Residuals) Coefficients(xwy []float64) []float64 {
	r.once.Do(r.factorize)
	beta := make([]float64, len(xwy))
	for j, v := range xwy {
		beta[j] = v / r.root[j]
	}
	solution := mat.NewVecDense(len(beta), nil)
	if r.sound && r.chol.SolveVecTo(solution, mat.NewVecDense(len(beta), beta)) == nil {
		beta = solution.RawVector().Data
	} else {
		beta = pseudoSolve(r.scale, beta)
	}
	for j := range beta {
		beta[j] /= r.root[j]
	}
	return beta
}

// ManyCoefficients is Coefficients for many sums at once.
func (r *Residuals) ManyCoefficients(xwy [][]float64) [][]float64 {
	r.once.Do(r.factorize)
	out := make([][]float64, len(xwy))
	right, solution := mat.NewDense(len(r.root), max(1, len(xwy)), nil), &mat.Dense{}
	for g, sums := range xwy {
		for j, v := range sums {
			right.Set(j, g, v/r.root[j])
		}
	}
	if !r.sound || r.chol.SolveTo(solution, right) != nil {
		for g, sums := range xwy {
			out[g] = r.Coefficients(sums)
		}
		return out
	}
	for g := range out {
		out[g] = mat.Col(nil, g, solution)
		for j := range out[g] {
			out[g][j] /= r.root[j]
		}
	}
	return out
}

// maxInverse is the condition up to which an inverse is as good as a solution.
const maxInverse = 1e8

// Inverse returns the inverse of the normal equations, nil where they are too near to
// singular for it.
func (r *Residuals) Inverse() *mat.Dense {
	r.once.Do(r.factorize)
	p := len(r.root)
	inverse := mat.NewSymDense(p, nil)
	if !r.sound || r.chol.Cond() > maxInverse || r.chol.InverseTo(inverse) != nil {
		return nil
	}
	out := mat.NewDense(p, p, nil)
	for j := range p {
		for k := range p {
			out.Set(j, k, inverse.At(j, k)/(r.root[j]*r.root[k]))
		}
	}
	return out
}

// Apply returns y minus its fit, by row. It runs the regression twice, the second
// time on the residuals, which removes the rounding of the first. It fails on a y of
// another length than the model.
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
