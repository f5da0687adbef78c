package agree

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// Mixed is the model y = mu + unit + scorer + error with normal random effects of
// units and scorers, crossed.
type Mixed struct {
	Mu                           float64
	VarUnit, VarScorer, VarError float64   // variance components, REML
	Unit, Scorer                 []float64 // best linear unbiased predictions
	UnitSE, ScorerSE             []float64 // of the prediction errors, variances taken as known
	ICC                          float64   // share of the units in the variance of one score
	Adjusted                     []float64 // mu + unit: what a scorer of middle severity would give, drawn to the mean
}

// REML fits the model by restricted maximum likelihood (Patterson and Thompson
// 1971, Biometrika 58, 545-554; criterion and predictions as in Searle, Casella
// and McCulloch 1992, Variance Components, sections 6.6 and 7.4). The error
// variance is profiled out and the two ratios are searched for; a ratio may come
// out as 0. A fit needs more scores than units and scorers tell apart: fewer than
// four scores, or scores without variance, are agree.variance.
func REML(p Panel) (*Mixed, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if !p.Connected() {
		return nil, errorf("agree.unconnected", "", "some scorers share no unit with the others: their severity cannot be told")
	}
	if p.equal() {
		return nil, errorf("agree.variance", "", "all scores are equal: there is nothing to tell apart")
	}
	r := newRestricted(p)
	best, value := []float64{1, 1}, math.Inf(1)
	for _, start := range [][]float64{{1, 1}, {3, 0.3}, {0.3, 3}} {
		found, err := optimize.Minimize(optimize.Problem{Func: r.criterion}, start,
			&optimize.Settings{MajorIterations: 2000, Converger: &optimize.FunctionConverge{Absolute: 1e-13, Iterations: 60}},
			&optimize.NelderMead{})
		if err == nil && found.F < value {
			best, value = found.X, found.F
		}
	}
	s, ok := r.solve(best)
	if !ok || !(s.sigma2 > 0) || math.IsInf(value, 0) {
		return nil, errorf("agree.variance", "", "the scores do not vary enough for a model with units and scorers")
	}
	return r.predictions(best, s), nil
}

// restricted is the data of one fit.
type restricted struct {
	p    Panel
	y, x *mat.VecDense // scores; ones
}

func newRestricted(p Panel) *restricted {
	r := &restricted{p: p, y: mat.NewVecDense(len(p.Scores), nil), x: mat.NewVecDense(len(p.Scores), nil)}
	for i, s := range p.Scores {
		r.y.SetVec(i, s.Value)
		r.x.SetVec(i, 1)
	}
	return r
}

// solved is the generalized least squares at given variance ratios, in units of
// the error variance.
type solved struct {
	chol    mat.Cholesky
	mu      float64
	weight  float64      // 1'V^-1 1
	resid   mat.VecDense // V^-1 (y - mu)
	sigma2  float64
	logDetV float64
}

// solve takes the square roots of the ratios, so that any number is allowed.
func (r *restricted) solve(theta []float64) (*solved, bool) {
	n := len(r.p.Scores)
	unit, scorer := theta[0]*theta[0], theta[1]*theta[1]
	v := mat.NewSymDense(n, nil)
	for i, a := range r.p.Scores {
		for j := i; j < n; j++ {
			b, c := r.p.Scores[j], 0.0
			if a.Unit == b.Unit {
				c += unit
			}
			if a.Scorer == b.Scorer {
				c += scorer
			}
			if i == j {
				c++
			}
			v.SetSym(i, j, c)
		}
	}
	s := &solved{}
	if !s.chol.Factorize(v) {
		return nil, false
	}
	var vx, vy mat.VecDense
	if s.chol.SolveVecTo(&vx, r.x) != nil || s.chol.SolveVecTo(&vy, r.y) != nil {
		return nil, false
	}
	s.weight = mat.Dot(r.x, &vx)
	s.mu = mat.Dot(r.x, &vy) / s.weight
	s.resid.AddScaledVec(&vy, -s.mu, &vx)
	s.sigma2 = (mat.Dot(r.y, &s.resid) - s.mu*mat.Dot(r.x, &s.resid)) / float64(n-1)
	s.logDetV = s.chol.LogDet()
	return s, true
}

// criterion is minus twice the restricted log likelihood, constants left out.
func (r *restricted) criterion(theta []float64) float64 {
	s, ok := r.solve(theta)
	if !ok || !(s.sigma2 > 0) {
		return math.Inf(1)
	}
	return float64(len(r.p.Scores)-1)*math.Log(s.sigma2) + s.logDetV + math.Log(s.weight)
}

func (r *restricted) predictions(theta []float64, s *solved) *Mixed {
	unit, scorer := theta[0]*theta[0], theta[1]*theta[1]
	m := &Mixed{Mu: s.mu, VarUnit: unit * s.sigma2, VarScorer: scorer * s.sigma2, VarError: s.sigma2}
	m.ICC = m.VarUnit / (m.VarUnit + m.VarScorer + m.VarError)
	m.Unit, m.UnitSE = r.effects(s, r.p.Units, unit, func(one Score) int { return one.Unit })
	m.Scorer, m.ScorerSE = r.effects(s, r.p.Scorers, scorer, func(one Score) int { return one.Scorer })
	m.Adjusted = make([]float64, r.p.Units)
	for i, u := range m.Unit {
		m.Adjusted[i] = m.Mu + u
	}
	return m
}

// effects predicts the effects of one kind: ratio Z'V^-1(y - mu), with the
// variance of their error, sigma^2 (ratio - ratio^2 z'Pz), where
// P = V^-1 - V^-1 1 (1'V^-1 1)^-1 1'V^-1.
func (r *restricted) effects(s *solved, count int, ratio float64, of func(Score) int) (effect, se []float64) {
	effect, se = make([]float64, count), make([]float64, count)
	for k := range count {
		z := mat.NewVecDense(len(r.p.Scores), nil)
		for i, one := range r.p.Scores {
			if of(one) == k {
				z.SetVec(i, 1)
			}
		}
		effect[k] = ratio * mat.Dot(z, &s.resid)
		var vz mat.VecDense
		if s.chol.SolveVecTo(&vz, z) != nil {
			se[k] = math.NaN()
			continue
		}
		cross := mat.Dot(r.x, &vz)
		pz := mat.Dot(z, &vz) - cross*cross/s.weight
		se[k] = math.Sqrt(max(0, s.sigma2*(ratio-ratio*ratio*pz)))
	}
	return effect, se
}
