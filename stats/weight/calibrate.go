package weight

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// Calibration asks Calibrate for weights that meet Totals (by model column)
// at the smallest distance from the old ones.
type Calibration struct {
	Method Method
	Bounds Bounds
	Totals []float64
	Control
}

// Calibrate returns weights w·F(x'lambda) whose model totals equal c.Totals to
// Epsilon, relative to 1+|total| (Deville and Särndal 1992, equations 2.5 and
// 2.6). The dual problem is convex, so a damped Newton method with line search
// finds lambda whenever weights within the bounds exist; when they do not, the
// error names the column that misses most.
func Calibrate(w []float64, model *Model, c Calibration) (Fit, error) {
	c.Control = c.filled()
	if len(w) != model.n || len(c.Totals) != len(model.names) {
		return Fit{}, Errorf("weight.length", "", "%d weights and %d totals for a model of %d rows and %d columns",
			len(w), len(c.Totals), model.n, len(model.names))
	}
	mass, err := checkedMass(w, model.group, len(model.first))
	if err != nil {
		return Fit{}, err
	}
	if err := checkBounds(c.Method, c.Bounds); err != nil {
		return Fit{}, err
	}
	s := newSolver(w, mass, model, c)
	if err := s.minimize(c.Control); err != nil {
		return Fit{}, err
	}
	fit := Fit{Weights: make([]float64, len(w)), Iterations: s.rounds, Misfit: s.misfit, model: model, before: w, mass: mass}
	InBlocks(len(w), Blocks(len(w)), func(_, low, high int) {
		out, of := fit.Weights[low:high], s.of[low:high]
		for i, v := range w[low:high] {
			out[i] = v * s.g[of[i]]
		}
	})
	fit.MinG, fit.MaxG = s.rangeOfG()
	if !c.Bounds.Const {
		fit.ByGroup = s.g
	}
	return fit, nil
}

// rangeOfG returns the smallest and largest g of the groups with weight.
func (s *solver) rangeOfG() (low, high float64) {
	low, high = math.NaN(), math.NaN()
	for k, d := range s.d {
		if d == 0 {
			continue
		}
		if g := s.g[k]; !(g >= low) {
			low = g
		}
		if g := s.g[k]; !(g <= high) {
			high = g
		}
	}
	return low, high
}

// solver minimizes phi(lambda) = sum_k d_k G_k(x_k'lambda) - lambda'T over the
// groups k of rows with equal x, d_k being their weight.
type solver struct {
	model  *Model
	of     []int32
	row    []int   // a row of each group, nil for the groups of the model
	places []int32 // of a model of factors: the columns of each group, len(totals) for none
	padded []float64
	plain  int // how many of the first columns are a constant
	d      []float64
	dist   []distance
	scale  []float64 // of each column
	totals []float64 // scaled
	g      []float64
	rounds int
	misfit float64
	worst  int
}

func newSolver(w, mass []float64, model *Model, c Calibration) *solver {
	s := &solver{model: model, of: model.group, d: mass}
	if c.Bounds.Const {
		s.of, s.row = ownGroups(len(w))
		s.d = w
	}
	count := len(s.d)
	s.place()
	s.dist = distances(s.d, c)
	s.g = make([]float64, count)
	p := len(model.names)
	s.scale, s.totals = make([]float64, p), make([]float64, p)
	var store [16]entry
	for k := range s.d {
		for _, e := range s.entries(k, store[:0]) {
			s.scale[e.column] = math.Max(s.scale[e.column], math.Abs(e.value))
		}
	}
	for j, t := range c.Totals {
		if s.scale[j] == 0 {
			s.scale[j] = 1
		}
		s.totals[j] = t / s.scale[j]
	}
	return s
}

// distances returns one distance for all groups, or with bounds on the weights
// one for each row.
func distances(d []float64, c Calibration) []distance {
	low, high := math.Inf(-1), math.Inf(1)
	if c.Bounds.set() {
		low, high = c.Bounds.Low, c.Bounds.High
	}
	if !c.Bounds.Const {
		return []distance{newDistance(c.Method, low, high)}
	}
	out := make([]distance, len(d))
	for k, v := range d {
		if v == 0 {
			v = 1
		}
		out[k] = newDistance(c.Method, low/v, high/v)
	}
	return out
}

func (s *solver) distance(k int) distance {
	if len(s.dist) == 1 {
		return s.dist[0]
	}
	return s.dist[k]
}

// entries is the x of group k.
func (s *solver) entries(k int, buf []entry) []entry {
	if s.row == nil {
		return s.model.groupRow(k, buf)
	}
	return s.model.row(s.row[k], buf)
}

// evaluate returns phi at lambda, fills grad and, where it is not nil, hess,
// and notes g and the largest relative misfit.
func (s *solver) evaluate(lambda, grad []float64, hess *mat.SymDense) float64 {
	if s.places != nil {
		return s.evaluateCells(lambda, grad, hess)
	}
	for j, t := range s.totals {
		grad[j] = -t
	}
	if hess != nil {
		hess.Zero()
	}
	phi := 0.0
	var store [16]entry
	for k, d := range s.d {
		if d == 0 {
			s.g[k] = 1
			continue
		}
		entries := s.entries(k, store[:0])
		u := 0.0
		for e := range entries {
			entries[e].value /= s.scale[entries[e].column]
			u += lambda[entries[e].column] * entries[e].value
		}
		g, slope, integral := s.distance(k).at(u)
		s.g[k] = g
		phi += d * integral
		for _, e := range entries {
			grad[e.column] += d * g * e.value
		}
		if hess != nil && slope != 0 {
			addOuter(hess, entries, d*slope)
		}
	}
	for j, t := range s.totals {
		phi -= lambda[j] * t
	}
	s.noteMisfit(grad)
	return phi
}

func addOuter(hess *mat.SymDense, entries []entry, f float64) {
	data := hess.RawSymmetric()
	for a, x := range entries {
		for _, y := range entries[a:] {
			i, j := min(x.column, y.column), max(x.column, y.column)
			data.Data[i*data.Stride+j] += f * x.value * y.value
		}
	}
}

func (s *solver) noteMisfit(grad []float64) {
	s.misfit, s.worst = 0, 0
	for j, g := range grad {
		miss := math.Abs(g) * s.scale[j] / (1 + math.Abs(s.totals[j])*s.scale[j])
		if miss > s.misfit || math.IsNaN(miss) {
			s.misfit, s.worst = miss, j
		}
	}
}

// minimize runs damped Newton steps. Once within Epsilon it polishes with up
// to three more steps as long as they help.
func (s *solver) minimize(control Control) error {
	p := len(s.totals)
	lambda, grad := make([]float64, p), make([]float64, p)
	hess := mat.NewSymDense(p, nil)
	phi := s.evaluate(lambda, grad, hess)
	for s.rounds < control.MaxIter && s.misfit > control.Epsilon {
		s.rounds++
		step := newtonStep(hess, grad)
		moved := false
		if phi, moved = s.search(lambda, grad, step, phi, hess); !moved {
			break
		}
	}
	if !(s.misfit <= control.Epsilon) {
		return s.failure(control)
	}
	s.polish(lambda, grad, hess)
	return nil
}

func (s *solver) polish(lambda, grad []float64, hess *mat.SymDense) {
	for range 3 {
		before := s.misfit
		if before < 1e-15 {
			return
		}
		step := newtonStep(hess, grad)
		next := make([]float64, len(lambda))
		for j := range next {
			next[j] = lambda[j] - step[j]
		}
		s.evaluate(next, grad, hess)
		if !(s.misfit < before) {
			s.evaluate(lambda, grad, hess)
			return
		}
		lambda = next
	}
}

// search halves the step until phi falls enough (Armijo) or, where rounding
// hides the fall, until the misfit shrinks. Then lambda, grad and hess are those
// of the point it found, and it returns phi there.
func (s *solver) search(lambda, grad, step []float64, phi float64, hess *mat.SymDense) (float64, bool) {
	slope, before := 0.0, s.misfit
	for j := range step {
		slope += grad[j] * step[j]
	}
	next, trial := make([]float64, len(lambda)), make([]float64, len(lambda))
	for t := 1.0; t > 1e-12; t /= 2 {
		for j := range next {
			next[j] = lambda[j] - t*step[j]
		}
		value := s.evaluate(next, trial, hess)
		if value <= phi-1e-4*t*slope || (math.Abs(value-phi) <= 1e-9*(1+math.Abs(phi)) && s.misfit < before) {
			copy(lambda, next)
			copy(grad, trial)
			return value, true
		}
	}
	return phi, false
}

func (s *solver) failure(control Control) error {
	return Errorf("weight.infeasible", s.model.place(s.worst), "after %d of %d rounds the totals still miss by %.3g "+
		"(relative), this column most; widen the bounds, join small categories or check the total",
		s.rounds, control.MaxIter, s.misfit)
}

// maxCondition is how far a Cholesky factorization is trusted.
const maxCondition = 1e12

// newtonStep solves hess·step = grad. A singular matrix (clipped rows, or
// columns that depend on each other) is solved by its eigenvalues; those
// below 1e-12 of the largest count as 1e-3 of it, so that the step still leads
// downhill where the curvature is lost.
func newtonStep(hess *mat.SymDense, grad []float64) []float64 {
	p := len(grad)
	if step := plainStep(hess, grad); step != nil {
		return step
	}
	g := mat.NewVecDense(p, grad)
	var chol mat.Cholesky
	step := mat.NewVecDense(p, nil)
	if chol.Factorize(hess) && chol.Cond() < maxCondition {
		if chol.SolveVecTo(step, g) == nil {
			return step.RawVector().Data
		}
	}
	return pseudoSolve(hess, grad)
}

// minPivot is the least pivot, relative to the largest, with which a factorization
// needs no estimate of its condition.
const minPivot = 1e-4

// plainStep solves hess·step = grad where the pivots leave no doubt, else it is nil.
func plainStep(hess *mat.SymDense, grad []float64) []float64 {
	raw, step := hess.RawSymmetric(), append([]float64(nil), grad...)
	raw.Data = append([]float64(nil), raw.Data...)
	factor, ok := lapack64.Potrf(raw)
	if !ok {
		return nil
	}
	least, most := math.Inf(1), 0.0
	for j := range grad {
		pivot := factor.Data[j*factor.Stride+j]
		least, most = min(least, pivot), max(most, pivot)
	}
	if !(least > minPivot*most) {
		return nil
	}
	lapack64.Potrs(factor, blas64.General{Rows: len(step), Cols: 1, Stride: 1, Data: step})
	return step
}

func pseudoSolve(hess *mat.SymDense, grad []float64) []float64 {
	p := len(grad)
	var eigen mat.EigenSym
	if !eigen.Factorize(hess, true) {
		return append([]float64(nil), grad...)
	}
	values := eigen.Values(nil)
	top := values[p-1]
	if !(top > 0) {
		return append([]float64(nil), grad...)
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	out := make([]float64, p)
	for k, v := range values {
		if !(v > 1e-12*top) {
			v = 1e-3 * top
		}
		dot := 0.0
		for j := range p {
			dot += vectors.At(j, k) * grad[j]
		}
		for j := range p {
			out[j] += vectors.At(j, k) * dot / v
		}
	}
	return out
}
