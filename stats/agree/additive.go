package agree

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Additive is the model y = mu + unit + scorer + error, the effects of each kind
// summing to zero.
type Additive struct {
	Grand      float64     // mu, the mean of a unit and a scorer of middle severity
	Severity   []float64   // of each scorer: above 0 gives more than others
	SeveritySE []float64   // of Severity
	Adjusted   []float64   // mu + unit: the mean that a scorer of middle severity would give
	SE         []float64   // of Adjusted
	Between    [][]float64 // covariance matrix of Adjusted; its diagonal is SE squared
	Sigma      float64     // standard deviation of the error; NaN without degrees of freedom
	DF         int         // scores less parameters
	Residual   []float64   // by score, in the order of the panel
}

// LeastSquares fits the model by ordinary least squares with sum-to-zero effects.
// A panel that is not connected is agree.unconnected: assign so that scorers
// share units.
func LeastSquares(p Panel) (*Additive, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if !p.Connected() {
		return nil, errorf("agree.unconnected", "", "some scorers share no unit with the others: their severity cannot be told")
	}
	x, y := p.contrasts()
	var normal mat.SymDense
	normal.SymOuterK(1, x.T())
	var chol mat.Cholesky
	if !chol.Factorize(&normal) {
		return nil, errorf("agree.unconnected", "", "the scores do not determine severity and quality apart")
	}
	var xy, b mat.VecDense
	xy.MulVec(x.T(), y)
	if err := chol.SolveVecTo(&b, &xy); err != nil {
		return nil, errorf("agree.unconnected", "", "the scores do not determine severity and quality apart")
	}
	var cov mat.SymDense
	if err := chol.InverseTo(&cov); err != nil {
		return nil, errorf("agree.unconnected", "", "the scores do not determine severity and quality apart")
	}
	return p.additive(x, y, &b, &cov), nil
}

// contrasts builds the design: an intercept, units and scorers with sum-to-zero
// coding, the last of each kind being minus the others.
func (p Panel) contrasts() (*mat.Dense, *mat.VecDense) {
	width := 1 + p.Units - 1 + p.Scorers - 1
	x, y := mat.NewDense(len(p.Scores), width, nil), mat.NewVecDense(len(p.Scores), nil)
	code := func(row, at, count, which int) {
		for k := range count - 1 {
			switch which {
			case k:
				x.Set(row, at+k, 1)
			case count - 1:
				x.Set(row, at+k, -1)
			}
		}
	}
	for i, s := range p.Scores {
		x.Set(i, 0, 1)
		code(i, 1, p.Units, s.Unit)
		code(i, p.Units, p.Scorers, s.Scorer)
		y.SetVec(i, s.Value)
	}
	return x, y
}

func (p Panel) additive(x *mat.Dense, y, b *mat.VecDense, cov *mat.SymDense) *Additive {
	a := &Additive{
		Grand: b.AtVec(0), DF: len(p.Scores) - b.Len(),
		Severity: effects(b, p.Units, p.Scorers), Adjusted: effects(b, 1, p.Units),
		SE: make([]float64, p.Units), SeveritySE: make([]float64, p.Scorers), Residual: make([]float64, len(p.Scores)),
	}
	var fitted mat.VecDense
	fitted.MulVec(x, b)
	rss := 0.0
	for i := range a.Residual {
		a.Residual[i] = y.AtVec(i) - fitted.AtVec(i)
		rss += a.Residual[i] * a.Residual[i]
	}
	a.Sigma = math.NaN()
	if a.DF > 0 {
		a.Sigma = math.Sqrt(rss / float64(a.DF))
	}
	deviation := func(intercept float64, from, count, which int) float64 {
		c := mat.NewVecDense(b.Len(), nil)
		c.SetVec(0, intercept)
		contrast(c, from, count, which)
		return a.Sigma * math.Sqrt(mat.Inner(c, cov, c))
	}
	for u := range a.Adjusted {
		a.Adjusted[u] += a.Grand
		a.SE[u] = deviation(1, 1, p.Units, u)
	}
	a.Between = a.between(p, cov)
	for j := range a.SeveritySE {
		a.SeveritySE[j] = deviation(0, p.Units, p.Scorers, j)
	}
	return a
}

// between is the covariance of the units' adjusted means.
func (a *Additive) between(p Panel, cov *mat.SymDense) [][]float64 {
	width := cov.SymmetricDim()
	c := mat.NewDense(p.Units, width, nil)
	for u := range p.Units {
		row := mat.NewVecDense(width, nil)
		row.SetVec(0, 1)
		contrast(row, 1, p.Units, u)
		c.SetRow(u, row.RawVector().Data)
	}
	var half, all mat.Dense
	half.Mul(c, cov)
	all.Mul(&half, c.T())
	all.Scale(a.Sigma*a.Sigma, &all)
	out := make([][]float64, p.Units)
	for u := range out {
		out[u] = mat.Row(nil, u, &all)
	}
	return out
}

// contrast writes one of count effects in terms of its count-1 contrasts, the
// last being minus the others.
func contrast(c *mat.VecDense, from, count, which int) {
	for k := range count - 1 {
		switch which {
		case k:
			c.SetVec(from+k, 1)
		case count - 1:
			c.SetVec(from+k, -1)
		}
	}
}

// effects reads count effects from their count-1 contrasts.
func effects(b *mat.VecDense, from, count int) []float64 {
	out := make([]float64, count)
	for k := range count - 1 {
		out[k] = b.AtVec(from + k)
		out[count-1] -= out[k]
	}
	return out
}
