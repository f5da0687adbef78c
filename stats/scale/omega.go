package scale

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// OmegaFit is McDonald's omega with the factor behind it: Loading standardized,
// Unique the share of an item's variance that is its own. Heywood names the
// items whose own share reached its floor of 0.005, Negative those that load
// against the others and should be reversed.
type OmegaFit struct {
	Reliability
	Loading, Unique   []float64
	Heywood, Negative []string
}

// omegaItems is the fewest items that identify a factor.
const omegaItems = 3

// Omega estimates McDonald's omega of three items or more,
// (Σ loading)²/((Σ loading)² + Σ unique variance), from a single factor fitted
// to the weighted covariance matrix by maximum likelihood (McDonald 1999,
// equation 6.20b; Jöreskog 1967, Psychometrika 32, 443-482, for the fit), the
// unique variances kept at 0.005 of the item's variance at least. Its limits
// come from the design's covariance of the weighted covariance matrix, so they
// need no normal answers. Missing answers as in Alpha. It fails on fewer than
// three items and on an item that everybody answered alike.
func Omega(d *design.Design, items []estimate.Variable, method Interval, o estimate.Options) (*OmegaFit, error) {
	if err := checkInterval(method, false); err != nil {
		return nil, err
	}
	m, err := newMoments(d, items, o, omegaItems)
	if err != nil {
		return nil, err
	}
	out := &OmegaFit{}
	if m.defined() {
		if err := out.fit(m, items); err != nil {
			return nil, err
		}
	}
	r, err := m.reliability(statistic{value: omega, gradient: omegaGradient}, method)
	if err != nil {
		return nil, err
	}
	out.Reliability = *r
	return out, nil
}

func (out *OmegaFit) fit(m *moments, items []estimate.Variable) error {
	_, s := m.covariance(m.d.Weights())
	for c := range items {
		if !(s.At(c, c) > 0) || math.IsInf(s.At(c, c), 0) {
			return weight.Errorf("scale.no_variance", items[c].Name, "the answers do not vary; leave the item out")
		}
	}
	f := oneFactor(correlations(s))
	if f == nil {
		return weight.Errorf("scale.no_factor", "items", "no single factor can be fitted to these items; see their correlations")
	}
	out.Loading, out.Unique = f.loading, f.unique
	for c, item := range items {
		if f.unique[c] <= uniqueFloor {
			out.Heywood = append(out.Heywood, item.Name)
		}
		if f.loading[c] < 0 {
			out.Negative = append(out.Negative, item.Name)
		}
	}
	return nil
}

// omega of a covariance matrix, NaN where no factor fits.
func omega(s *mat.SymDense) float64 {
	f := oneFactor(correlations(s))
	if f == nil {
		return math.NaN()
	}
	common, unique := 0.0, 0.0
	for c, l := range f.loading {
		common += l * math.Sqrt(s.At(c, c))
		unique += f.unique[c] * s.At(c, c)
	}
	return common * common / (common*common + unique)
}

// omegaGradient is the gradient of omega by the covariance matrix. At the fit
// the scores g(θ, R) are 0, so dθ = -H⁻¹·dg with H = ∂g/∂θ; with q = H⁻¹·∂ω/∂θ
// the gradient is -q'·∂g/∂R. The items are scaled by their standard deviations,
// which the fit follows.
func omegaGradient(s *mat.SymDense) *mat.SymDense {
	k := s.SymmetricDim()
	r, sd := correlations(s), make([]float64, k)
	for a := range sd {
		sd[a] = math.Sqrt(s.At(a, a))
	}
	out := mat.NewSymDense(k, nil)
	f := oneFactor(r)
	if f == nil {
		return nanMatrix(out)
	}
	slope := f.omegaSlope(sd)
	h := f.hessian(r)
	q, ok := f.solveFree(h, slope)
	if !ok {
		return nanMatrix(out)
	}
	p, _ := f.inverse()
	u, v := times(p, q[:k]), times(p, f.loading)
	for a := range k {
		for b := a; b < k; b++ {
			g := u[a]*v[b] + u[b]*v[a]
			for c := range k {
				g += q[k+c] * p.At(c, a) * p.At(c, b)
			}
			if a == b && f.unique[a] <= uniqueFloor {
				g += uniqueFloor * f.throughFloor(h, q, slope, k+a)
			}
			out.SetSym(a, b, g/(sd[a]*sd[b]))
		}
	}
	return out
}

func nanMatrix(m *mat.SymDense) *mat.SymDense {
	for a := range m.SymmetricDim() {
		for b := range a + 1 {
			m.SetSym(a, b, math.NaN())
		}
	}
	return m
}

func times(m *mat.SymDense, x []float64) []float64 {
	out := make([]float64, len(x))
	for a := range out {
		for b, v := range x {
			out[a] += m.At(a, b) * v
		}
	}
	return out
}

// omegaSlope is the gradient of omega by loadings and own shares.
func (f *factor) omegaSlope(sd []float64) []float64 {
	k, common, unique := len(sd), 0.0, 0.0
	for a, l := range f.loading {
		common += l * sd[a]
		unique += f.unique[a] * sd[a] * sd[a]
	}
	all := common*common + unique
	out := make([]float64, 2*k)
	for a := range sd {
		out[a] = 2 * common * unique / (all * all) * sd[a]
		out[k+a] = -common * common / (all * all) * sd[a] * sd[a]
	}
	return out
}

// hessianStep is the step of the central differences of the scores, whose
// error is of the order of its square.
const hessianStep = 1e-5

// hessian is the derivative of the scores by the parameters, a column each.
func (f *factor) hessian(r *mat.SymDense) *mat.Dense {
	k := len(f.loading)
	out := mat.NewDense(2*k, 2*k, nil)
	for a := range 2 * k {
		step := hessianStep
		if a >= k {
			step *= f.unique[a-k]
		}
		up, down := f.scoresAt(r, a, step), f.scoresAt(r, a, -step)
		for b := range up {
			out.Set(b, a, (up[b]-down[b])/(2*step))
		}
	}
	return out
}

func (f *factor) scoresAt(r *mat.SymDense, a int, step float64) []float64 {
	k := len(f.loading)
	moved := &factor{loading: append([]float64(nil), f.loading...), unique: append([]float64(nil), f.unique...)}
	if a < k {
		moved.loading[a] += step
	} else {
		moved.unique[a-k] += step
	}
	p, _ := moved.inverse()
	gradient, _ := moved.scores(r, p)
	return gradient
}

// solveFree solves H·q = slope over the parameters that are not on their floor.
func (f *factor) solveFree(h *mat.Dense, slope []float64) ([]float64, bool) {
	k := len(f.loading)
	var free []int
	for a := range 2 * k {
		if a < k || f.unique[a-k] > uniqueFloor {
			free = append(free, a)
		}
	}
	m, b := mat.NewDense(len(free), len(free), nil), mat.NewVecDense(len(free), nil)
	for i, a := range free {
		b.SetVec(i, slope[a])
		for j, c := range free {
			m.Set(i, j, (h.At(a, c)+h.At(c, a))/2)
		}
	}
	x, q := mat.NewVecDense(len(free), nil), make([]float64, 2*k)
	if x.SolveVec(m, b) != nil {
		return nil, false
	}
	for i, a := range free {
		q[a] = x.AtVec(i)
	}
	return q, true
}

// throughFloor is the derivative of omega by an own share that rests on its
// floor and moves with the item's variance.
func (f *factor) throughFloor(h *mat.Dense, q, slope []float64, a int) float64 {
	out := slope[a]
	for b, v := range q {
		out -= v * h.At(b, a)
	}
	return out
}
