package estimate

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/weight"
)

// VarianceFit names the way to fit the variance between areas.
type VarianceFit string

// FitREML and FitML are restricted and full maximum likelihood; FitMoment is
// Fay and Herriot's (1979) own moment equation.
const (
	FitREML   VarianceFit = "REML"
	FitML     VarianceFit = "ML"
	FitMoment VarianceFit = "FH"
)

// SmallAreas is a fitted Fay-Herriot model: the variance Sigma2 between areas,
// the coefficients with their standard errors, and for every area the empirical
// best linear unbiased predictor with its mean squared error.
type SmallAreas struct {
	Sigma2       float64
	Beta, BetaSE []float64
	EBLUP, MSE   []float64
}

// FayHerriot fits y_i = x_i'b + u_i + e_i with u ~ N(0, Sigma2) and known
// var(e_i) = vardir (Fay and Herriot 1979, JASA 74, 269-277), by Fisher scoring
// from the mean of vardir, Sigma2 not below 0. The mean squared errors are those
// of Prasad and Rao (1990) for REML and of Datta and Lahiri (2000) and Datta,
// Rao and Smith (2005) for the others, as sae::mseFH of R has them. x has one
// row an area. It fails on missing values, on a variance that is not positive,
// on columns of x that depend on each other and when the scoring does not
// converge.
func FayHerriot(y, vardir []float64, x [][]float64, fit VarianceFit) (*SmallAreas, error) {
	m, err := newAreas(y, vardir, x)
	if err != nil {
		return nil, err
	}
	var step func(a float64) (float64, bool)
	switch fit {
	case FitREML:
		step = m.reml
	case FitML:
		step = m.ml
	case FitMoment:
		step = m.moment
	default:
		return nil, weight.Errorf("estimate.fit", "method", "the method %q is not known; use REML, ML or FH", string(fit))
	}
	a := 0.0
	for _, d := range vardir {
		a += d / float64(len(vardir))
	}
	const rounds = 5000
	for range rounds {
		move, ok := step(a)
		if !ok {
			return nil, weight.Errorf("estimate.singular", "terms", "the columns of the model depend on each other; drop one")
		}
		next := math.Max(0, a+move)
		if math.Abs(next-a) <= 1e-14*(1e-3+next) {
			return m.predict(next, fit)
		}
		a = next
	}
	return nil, weight.Errorf("estimate.not_converged", "", "the variance between areas did not settle in %d rounds", rounds)
}

// areas holds the model's data as matrices.
type areas struct {
	n, p int
	y, d []float64
	x    *mat.Dense
}

func newAreas(y, vardir []float64, x [][]float64) (*areas, error) {
	if len(y) == 0 || len(vardir) != len(y) || len(x) != len(y) {
		return nil, weight.Errorf("estimate.length", "", "%d values, %d variances and %d rows of the model", len(y), len(vardir), len(x))
	}
	m := &areas{n: len(y), p: len(x[0]), y: y, d: vardir}
	if m.p == 0 || m.n <= m.p {
		return nil, weight.Errorf("estimate.areas", "", "%d areas do not suffice for %d coefficients", m.n, m.p)
	}
	m.x = mat.NewDense(m.n, m.p, nil)
	return m, m.fill(x)
}

// fill checks the areas and copies the model.
func (m *areas) fill(x [][]float64) error {
	y, vardir := m.y, m.d
	for i := range y {
		if !finite(y[i]) || !finite(vardir[i]) || vardir[i] <= 0 || len(x[i]) != m.p {
			return weight.Errorf("estimate.area", "", "area %d: it needs a value, a positive variance and all columns of the model", i+1)
		}
		for j, v := range x[i] {
			if !finite(v) {
				return weight.Errorf("estimate.area", "", "area %d: column %d of the model has no value", i+1, j+1)
			}
			m.x.Set(i, j, v)
		}
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// at returns the inverse variances, (X'V⁻¹X)⁻¹, the coefficients and Py.
func (m *areas) at(a float64) (v []float64, q *mat.Dense, beta, py []float64, ok bool) {
	v = make([]float64, m.n)
	gram, rhs := mat.NewDense(m.p, m.p, nil), mat.NewVecDense(m.p, nil)
	for i := range v {
		v[i] = 1 / (a + m.d[i])
		row := m.x.RawRowView(i)
		for j := range row {
			rhs.SetVec(j, rhs.AtVec(j)+v[i]*row[j]*m.y[i])
			for k := range row {
				gram.Set(j, k, gram.At(j, k)+v[i]*row[j]*row[k])
			}
		}
	}
	q = mat.NewDense(m.p, m.p, nil)
	if err := q.Inverse(gram); err != nil {
		return nil, nil, nil, nil, false
	}
	var b mat.VecDense
	b.MulVec(q, rhs)
	beta, py = b.RawVector().Data, make([]float64, m.n)
	for i := range py {
		py[i] = v[i] * (m.y[i] - mat.Dot(m.x.RowView(i), &b))
	}
	return v, q, beta, py, true
}

// form returns X'diag(weights)X times q, whose trace enters several formulas.
func (m *areas) form(weights []float64, q *mat.Dense) *mat.Dense {
	g := mat.NewDense(m.p, m.p, nil)
	for i, w := range weights {
		row := m.x.RawRowView(i)
		for j := range row {
			for k := range row {
				g.Set(j, k, g.At(j, k)+w*row[j]*row[k])
			}
		}
	}
	var out mat.Dense
	out.Mul(g, q)
	return &out
}

func powers(v []float64, exponent int) (out []float64, sum float64) {
	out = make([]float64, len(v))
	for i, x := range v {
		out[i] = math.Pow(x, float64(exponent))
		sum += out[i]
	}
	return out, sum
}

// reml is the scoring step of the restricted likelihood:
// s = (y'PPy - tr P)/2 over F = tr(PP)/2, P = V⁻¹ - V⁻¹XQX'V⁻¹.
func (m *areas) reml(a float64) (float64, bool) {
	v, q, _, py, ok := m.at(a)
	if !ok {
		return 0, false
	}
	squares, sum2 := powers(v, 2)
	cubes, _ := powers(v, 3)
	_, sum1 := powers(v, 1)
	second := m.form(squares, q)
	var product mat.Dense
	product.Mul(second, second)
	trace := sum1 - mat.Trace(second)
	information := sum2 - 2*mat.Trace(m.form(cubes, q)) + mat.Trace(&product)
	_, quadratic := powers(py, 2)
	return (quadratic - trace) / information, true
}

// ml is the scoring step of the likelihood.
func (m *areas) ml(a float64) (float64, bool) {
	v, _, _, py, ok := m.at(a)
	if !ok {
		return 0, false
	}
	_, sum1 := powers(v, 1)
	_, sum2 := powers(v, 2)
	_, quadratic := powers(py, 2)
	return (quadratic - sum1) / sum2, true
}

// moment solves Σ(y-x'b)²/(A+D) = n-p by Fay and Herriot's step.
func (m *areas) moment(a float64) (float64, bool) {
	v, q, _, py, ok := m.at(a)
	if !ok {
		return 0, false
	}
	squares, _ := powers(v, 2)
	_, sum1 := powers(v, 1)
	quadratic := 0.0
	for i := range py {
		quadratic += py[i] * py[i] / v[i]
	}
	return (quadratic - float64(m.n-m.p)) / (sum1 - mat.Trace(m.form(squares, q))), true
}

func (m *areas) predict(a float64, fit VarianceFit) (*SmallAreas, error) {
	v, q, beta, py, ok := m.at(a)
	if !ok {
		return nil, weight.Errorf("estimate.singular", "terms", "the columns of the model depend on each other; drop one")
	}
	out := &SmallAreas{Sigma2: a, Beta: beta, BetaSE: make([]float64, m.p)}
	for j := range out.BetaSE {
		out.BetaSE[j] = math.Sqrt(q.At(j, j))
	}
	spread, bias := m.bias(v, q, fit)
	for i := range m.y {
		row := m.x.RowView(i)
		shrink := m.d[i] * v[i]
		g1 := a * shrink
		g2 := shrink * shrink * mat.Inner(row, q, row)
		g3 := m.d[i] * m.d[i] * v[i] * v[i] * v[i] * spread
		out.EBLUP = append(out.EBLUP, mat.Dot(row, mat.NewVecDense(m.p, beta))+a*py[i])
		out.MSE = append(out.MSE, g1+g2+2*g3-shrink*shrink*bias)
	}
	return out, nil
}

// bias returns the asymptotic variance of the fitted Sigma2 and its bias.
func (m *areas) bias(v []float64, q *mat.Dense, fit VarianceFit) (spread, bias float64) {
	squares, sum2 := powers(v, 2)
	_, sum1 := powers(v, 1)
	n := float64(m.n)
	switch fit {
	case FitML:
		return 2 / sum2, -mat.Trace(m.form(squares, q)) / sum2
	case FitMoment:
		return 2 * n / (sum1 * sum1), 2 * (n*sum2 - sum1*sum1) / (sum1 * sum1 * sum1)
	default:
		return 2 / sum2, 0
	}
}
