package scale

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// factor is a fitted one-factor model of a correlation matrix.
type factor struct {
	loading, unique []float64
}

// Limits of the fit: the smallest own share, that of R's factanal; scoring
// steps; halvings of a step; the step that ends it.
const (
	uniqueFloor    = 0.005
	factorRounds   = 1000
	factorHalvings = 40
	factorEnough   = 1e-12
)

// oneFactor fits Σ = λλ' + diag(ψ) to the correlation matrix by maximum
// likelihood, minimizing ln|Σ| + tr(RΣ⁻¹) by Fisher scoring with step halving
// (Lawley and Maxwell 1971, Factor Analysis as a Statistical Method, chapter 4);
// nil for a matrix that is not finite or where the steps do not end.
func oneFactor(r *mat.SymDense) *factor {
	f := startFactor(r)
	if f == nil {
		return nil
	}
	loss, step := f.loss(r), []float64(nil)
	for range factorRounds {
		if step = f.scoringStep(r); step == nil {
			return nil
		}
		next, value, moved := f.walk(r, step, loss)
		f, loss = next, value
		if moved < factorEnough {
			return f.signed()
		}
	}
	return nil
}

// startFactor starts from the first principal component.
func startFactor(r *mat.SymDense) *factor {
	k := r.SymmetricDim()
	for a := range k {
		for b := a; b < k; b++ {
			if v := r.At(a, b); math.IsNaN(v) || math.IsInf(v, 0) {
				return nil
			}
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(r, true) {
		return nil
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	size := math.Sqrt(math.Max(eigen.Values(nil)[k-1], 0))
	f := &factor{loading: make([]float64, k), unique: make([]float64, k)}
	for a := range k {
		f.loading[a] = 0.9 * size * vectors.At(a, k-1)
		f.unique[a] = math.Max(0.1, 1-f.loading[a]*f.loading[a])
	}
	return f
}

// inverse returns Σ⁻¹ = Ψ⁻¹ - Ψ⁻¹λλ'Ψ⁻¹/(1+λ'Ψ⁻¹λ) and ln|Σ|.
func (f *factor) inverse() (*mat.SymDense, float64) {
	k := len(f.loading)
	scaled, c, log := make([]float64, k), 1.0, 0.0
	for a, l := range f.loading {
		scaled[a] = l / f.unique[a]
		c += l * scaled[a]
		log += math.Log(f.unique[a])
	}
	out := mat.NewSymDense(k, nil)
	for a := range k {
		for b := a; b < k; b++ {
			v := -scaled[a] * scaled[b] / c
			if a == b {
				v += 1 / f.unique[a]
			}
			out.SetSym(a, b, v)
		}
	}
	return out, log + math.Log(c)
}

func (f *factor) loss(r *mat.SymDense) float64 {
	p, log := f.inverse()
	for a := range f.loading {
		for b := range f.loading {
			log += r.At(a, b) * p.At(a, b)
		}
	}
	return log
}

// scoringStep solves information·step = -gradient over loadings and own
// shares; an own share on its floor that would go below stays there.
func (f *factor) scoringStep(r *mat.SymDense) []float64 {
	k := len(f.loading)
	p, _ := f.inverse()
	gradient, info := f.scores(r, p)
	free := make([]int, 0, 2*k)
	for a := range 2 * k {
		if a < k || f.unique[a-k] > uniqueFloor || gradient[a] < 0 {
			free = append(free, a)
		}
	}
	h, g := mat.NewSymDense(len(free), nil), mat.NewVecDense(len(free), nil)
	for i, a := range free {
		g.SetVec(i, -gradient[a])
		for j, b := range free[:i+1] {
			h.SetSym(i, j, info(a, b))
		}
	}
	x := solveRidged(h, g)
	if x == nil {
		return nil
	}
	step := make([]float64, 2*k)
	for i, a := range free {
		step[a] = x.AtVec(i)
	}
	return step
}

// solveRidged solves h·x = g; where h is singular, as with a loading of 0 among
// three, its diagonal grows until it is not (Levenberg 1944).
func solveRidged(h *mat.SymDense, g *mat.VecDense) *mat.VecDense {
	n := g.Len()
	x := mat.NewVecDense(n, nil)
	var chol mat.Cholesky
	for ridge := 1e-10; ridge < 1; ridge *= 100 {
		if chol.Factorize(h) && chol.SolveVecTo(x, g) == nil {
			return x
		}
		for a := range n {
			h.SetSym(a, a, h.At(a, a)*(1+ridge)+ridge)
		}
	}
	return nil
}

// scores returns the gradient of the loss and its information matrix as a
// function of two parameters, loadings first.
func (f *factor) scores(r, p *mat.SymDense) ([]float64, func(a, b int) float64) {
	k := len(f.loading)
	var m, left mat.Dense
	left.Mul(p, r)
	m.Mul(&left, p) // Σ⁻¹RΣ⁻¹
	gradient, v, c := make([]float64, 2*k), make([]float64, k), 0.0
	for a := range k {
		for b, l := range f.loading {
			v[a] += p.At(a, b) * l
		}
	}
	for a, l := range f.loading {
		c += l * v[a]
		for b, other := range f.loading {
			gradient[a] += 2 * (p.At(a, b) - m.At(a, b)) * other
		}
		gradient[k+a] = p.At(a, a) - m.At(a, a)
	}
	return gradient, func(a, b int) float64 {
		switch i, j := a%k, b%k; {
		case a < k && b < k:
			return 2 * (v[i]*v[j] + p.At(i, j)*c)
		case a >= k && b >= k:
			return p.At(i, j) * p.At(i, j)
		case a < k:
			return 2 * p.At(i, j) * v[j]
		default:
			return 2 * p.At(i, j) * v[i]
		}
	}
}

// walk takes the step, halved until the loss falls, and returns how far the
// parameters moved.
func (f *factor) walk(r *mat.SymDense, step []float64, loss float64) (*factor, float64, float64) {
	k := len(f.loading)
	for t, n := 1.0, 0; n < factorHalvings; t, n = t/2, n+1 {
		next := &factor{loading: make([]float64, k), unique: make([]float64, k)}
		moved := 0.0
		for a := range k {
			next.loading[a] = f.loading[a] + t*step[a]
			next.unique[a] = math.Max(uniqueFloor, f.unique[a]+t*step[k+a])
			moved = max(moved, math.Abs(next.loading[a]-f.loading[a]), math.Abs(next.unique[a]-f.unique[a]))
		}
		if value := next.loss(r); value <= loss+1e-14*math.Abs(loss) {
			return next, value, moved
		}
	}
	return f, loss, 0
}

// signed turns the factor so that most of the loadings are positive.
func (f *factor) signed() *factor {
	sum := 0.0
	for _, l := range f.loading {
		sum += l
	}
	if sum < 0 {
		for a := range f.loading {
			f.loading[a] = -f.loading[a]
		}
	}
	return f
}
