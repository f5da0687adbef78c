package weight

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Family is the distribution of the outcome of a regression.
type Family string

// Gaussian is weighted least squares with the identity link, Binomial logistic
// regression of an outcome between 0 and 1.
const (
	Gaussian Family = "gaussian"
	Binomial Family = "binomial"
)

// Regression is a fitted regression. Beta has one entry a model column, Fitted
// the expected outcome by row. Rounds counts the Newton steps.
type Regression struct {
	Beta, Fitted []float64
	Rounds       int

	model  *Model
	family Family
	mean   []float64 // taken off each column, 0 for the constant
	scale  []float64 // each column is divided by
	x      []float64 // group by column, standardized
	gamma  []float64 // coefficients of the standardized columns
	chol   mat.Cholesky
}

// Limits of Regress: Newton steps, halvings of a step, doubles of the model
// matrix, and the squared share of a column that the earlier ones must leave.
const (
	regressRounds   = 100
	regressHalvings = 40
	maxModelCells   = 1 << 27
	aliasedShare    = 1e-11
)

// Regress solves Σ w·x·(y - mu(x'beta)) = 0, the pseudo maximum likelihood of
// Binder (1983, International Statistical Review 51, 279-292), by Newton's
// method with step halving on columns centred and scaled to unit variance. Rows
// of weight 0 may hold anything. It fails on an outcome that is missing (or
// outside 0 to 1 for Binomial), on a column that the earlier ones determine,
// and where a combination of the columns separates the outcomes so that no
// finite coefficients exist.
func Regress(family Family, w, y []float64, model *Model) (*Regression, error) {
	if err := checkRegression(family, w, y, model); err != nil {
		return nil, err
	}
	r := &Regression{model: model, family: family}
	mass, sums := make([]float64, len(model.first)), make([]float64, len(model.first))
	for i, k := range model.group {
		if w[i] != 0 {
			mass[k] += w[i]
			sums[k] += w[i] * y[i]
		}
	}
	if err := r.standardize(mass); err != nil {
		return nil, err
	}
	if err := r.solve(mass, sums); err != nil {
		return nil, err
	}
	r.finish()
	return r, nil
}

func checkRegression(family Family, w, y []float64, model *Model) error {
	if len(w) != model.n || len(y) != model.n {
		return Errorf("weight.length", "", "%d weights and %d outcomes for a model of %d rows", len(w), len(y), model.n)
	}
	if family != Gaussian && family != Binomial {
		return Errorf("regression.family", "family", "the family %q is not known; use gaussian or binomial", string(family))
	}
	if len(model.first) > maxModelCells/len(model.names) {
		return Errorf("regression.too_large", "terms", "%d rows of %d columns do not fit into memory; use fewer terms", len(model.first), len(model.names))
	}
	if err := Check(w); err != nil {
		return err
	}
	return checkOutcomes(family, w, y)
}

func checkOutcomes(family Family, w, y []float64) error {
	for i, v := range y {
		switch {
		case w[i] == 0:
		case math.IsNaN(v) || math.IsInf(v, 0):
			return Errorf("regression.missing", fmt.Sprintf("row %d", i+1), "the outcome has no value; fill it in or filter the row")
		case family == Binomial && (v < 0 || v > 1):
			return Errorf("regression.outcome", fmt.Sprintf("row %d", i+1), "the outcome is %v; it lies between 0 and 1", v)
		}
	}
	return nil
}

// standardize spells the model matrix out by group, centred where there is a
// constant and scaled to a weighted mean square of 1.
func (r *Regression) standardize(mass []float64) error {
	m := r.model
	p := len(m.names)
	r.mean, r.scale, r.x = make([]float64, p), make([]float64, p), make([]float64, len(m.first)*p)
	total := 0.0
	for k, w := range mass {
		m.AddGroupRow(r.x[k*p:(k+1)*p], k, 1)
		total += w
	}
	for j := range p {
		if m.constant && j > 0 {
			for k, w := range mass {
				r.mean[j] += w / total * r.x[k*p+j]
			}
		}
		square, plain := 0.0, 0.0
		for k, w := range mass {
			if w == 0 {
				r.x[k*p+j] = 0
				continue
			}
			plain += w / total * r.x[k*p+j] * r.x[k*p+j]
			r.x[k*p+j] -= r.mean[j]
			square += w / total * r.x[k*p+j] * r.x[k*p+j]
		}
		if !(square > 1e-24*plain) || math.IsInf(plain, 0) {
			return r.aliased(j)
		}
		r.scale[j] = math.Sqrt(square)
		for k := range mass {
			r.x[k*p+j] /= r.scale[j]
		}
	}
	return r.checkRank(mass, total)
}

func (r *Regression) aliased(j int) error {
	return Errorf("regression.aliased", r.model.place(j), "the column is constant or follows from the terms before it, so it has no "+
		"coefficient of its own; leave it out or join levels")
}

// checkRank names the first column of which the earlier ones leave less than
// aliasedShare, by the pivots of Cholesky's factorization.
func (r *Regression) checkRank(mass []float64, total float64) error {
	p := len(r.scale)
	gram := mat.NewSymDense(p, nil)
	for k, w := range mass {
		addRow(gram, r.x[k*p:(k+1)*p], w/total)
	}
	low := mat.NewTriDense(p, mat.Lower, nil)
	for j := range p {
		pivot := gram.At(j, j)
		for c := range j {
			v := gram.At(j, c)
			for e := range c {
				v -= low.At(j, e) * low.At(c, e)
			}
			v /= low.At(c, c)
			low.SetTri(j, c, v)
			pivot -= v * v
		}
		if !(pivot > aliasedShare*gram.At(j, j)) {
			return r.aliased(j)
		}
		low.SetTri(j, j, math.Sqrt(pivot))
	}
	return nil
}

func addRow(gram *mat.SymDense, x []float64, f float64) {
	raw := gram.RawSymmetric()
	for i, v := range x {
		if g := f * v; g != 0 {
			row := raw.Data[i*raw.Stride:]
			for j := i; j < len(x); j++ {
				row[j] += g * x[j]
			}
		}
	}
}

// expected returns the mean of the outcome at eta and its slope.
func (f Family) expected(eta float64) (mu, slope float64) {
	if f == Gaussian {
		return eta, 1
	}
	mu = 1 / (1 + math.Exp(-eta))
	return mu, mu * (1 - mu)
}

// deviance is twice the loss of a group of weight w with the weighted sum s.
func (f Family) deviance(eta, w, s float64) float64 {
	if f == Gaussian {
		return w*eta*eta - 2*s*eta
	}
	soft := math.Max(eta, 0) + math.Log1p(math.Exp(-math.Abs(eta)))
	return 2 * (w*soft - s*eta)
}

func (r *Regression) eta(k int) float64 {
	p, v := len(r.gamma), 0.0
	for j, g := range r.gamma {
		v += g * r.x[k*p+j]
	}
	return v
}

// score fills grad and returns the loss and the information.
func (r *Regression) score(mass, sums, grad []float64) (float64, *mat.SymDense) {
	p, loss := len(r.gamma), 0.0
	info := mat.NewSymDense(p, nil)
	clear(grad)
	for k, w := range mass {
		if w == 0 {
			continue
		}
		eta := r.eta(k)
		mu, slope := r.family.expected(eta)
		loss += r.family.deviance(eta, w, sums[k])
		x := r.x[k*p : (k+1)*p]
		for j, v := range x {
			grad[j] += v * (sums[k] - w*mu)
		}
		addRow(info, x, w*slope)
	}
	return loss, info
}

func (r *Regression) loss(mass, sums []float64) float64 {
	out := 0.0
	for k, w := range mass {
		if w != 0 {
			out += r.family.deviance(r.eta(k), w, sums[k])
		}
	}
	return out
}

func (r *Regression) solve(mass, sums []float64) error {
	p := len(r.scale)
	r.gamma = make([]float64, p)
	grad, step := make([]float64, p), mat.NewVecDense(p, nil)
	for r.Rounds = 0; r.Rounds < regressRounds; r.Rounds++ {
		loss, info := r.score(mass, sums, grad)
		if !r.chol.Factorize(info) || r.chol.SolveVecTo(step, mat.NewVecDense(p, grad)) != nil {
			return r.separated()
		}
		size, reach := 0.0, 0.0
		for j, g := range r.gamma {
			size, reach = math.Max(size, math.Abs(step.AtVec(j))), math.Max(reach, math.Abs(g))
		}
		if math.IsNaN(size) {
			return r.separated()
		}
		if r.Rounds > 0 && size <= 1e-13*(1+reach) {
			return nil
		}
		r.walk(mass, sums, loss, step)
		if r.Rounds > 2 && size <= 1e-10*(1+reach) {
			return nil // Newton's next step is below the rounding of this one
		}
	}
	return r.separated()
}

// walk takes the step, halved until the loss does not grow.
func (r *Regression) walk(mass, sums []float64, loss float64, step *mat.VecDense) {
	from := append([]float64(nil), r.gamma...)
	for t, k := 1.0, 0; k < regressHalvings; t, k = t/2, k+1 {
		for j := range r.gamma {
			r.gamma[j] = from[j] + t*step.AtVec(j)
		}
		if r.loss(mass, sums) <= loss+1e-12*math.Abs(loss) {
			return
		}
	}
}

// separated names the column with the largest coefficient.
func (r *Regression) separated() error {
	worst := 0
	for j, g := range r.gamma {
		if math.Abs(g) > math.Abs(r.gamma[worst]) {
			worst = j
		}
	}
	return Errorf("regression.separated", r.model.place(worst), "the terms tell the outcomes apart without fail, so no finite coefficients "+
		"exist; join small levels or leave this term out")
}

// finish takes the coefficients back to the columns as given.
func (r *Regression) finish() {
	r.Beta = append([]float64(nil), r.gamma...)
	r.unscale(r.Beta)
	fitted := make([]float64, len(r.model.first))
	for k := range fitted {
		fitted[k], _ = r.family.expected(r.model.Dot(k, r.Beta))
	}
	r.Fitted = make([]float64, r.model.n)
	for i, k := range r.model.group {
		r.Fitted[i] = fitted[k]
	}
}

func (r *Regression) unscale(v []float64) {
	for j := range v {
		v[j] /= r.scale[j]
		if r.mean[j] != 0 {
			v[0] -= r.mean[j] * v[j]
		}
	}
}

// Influence returns the linearized values of the coefficients, one column each:
// row i has w·(y-mu)·A⁻¹x, A the information Σ w·mu'·x·x' (Binder 1983, section
// 3), and 0 where the weight is 0. w and y are those of the fit.
func (r *Regression) Influence(w, y []float64) [][]float64 {
	p := len(r.gamma)
	out := make([][]float64, p)
	for j := range out {
		out[j] = make([]float64, r.model.n)
	}
	byGroup, v := make([]float64, len(r.x)), mat.NewVecDense(p, nil)
	for k := range r.model.first {
		if r.chol.SolveVecTo(v, mat.NewVecDense(p, r.x[k*p:(k+1)*p])) != nil {
			continue
		}
		copy(byGroup[k*p:(k+1)*p], v.RawVector().Data)
		r.unscale(byGroup[k*p : (k+1)*p])
	}
	for i, k := range r.model.group {
		if w[i] == 0 {
			continue
		}
		left := w[i] * (y[i] - r.Fitted[i])
		for j := range out {
			out[j][i] = left * byGroup[int(k)*p+j]
		}
	}
	return out
}
