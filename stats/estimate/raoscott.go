package estimate

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/weight"
)

// raoScott computes Pearson's statistic of the weighted table scaled to n rows
// and corrects its distribution by the generalized design effects.
func (t *twoWay) raoScott(test Independence, o Options) (*Association, error) {
	e, err := Mean(t.d, []Variable{t.cells}, t.options(o))
	if err != nil {
		return nil, err
	}
	x2 := t.pearson(e.Est)
	delta, err := t.designEffects(e)
	if err != nil {
		return nil, err
	}
	k, _ := delta.Dims()
	var square mat.Dense
	square.Mul(delta, delta)
	trace := mat.Trace(delta)
	d0, nu := trace*trace/mat.Trace(&square), designDF(t.d, t.use, o)
	if test == TestChisq {
		return &Association{Statistic: x2, P: chiTail(x2/(trace/float64(k)), float64(k)), NDF: float64(k), DDF: math.NaN()}, nil
	}
	if test == TestExact {
		var eigen mat.Eigen
		if !eigen.Factorize(delta, mat.EigenNone) {
			return nil, weight.Errorf("estimate.eigen", "", "the design effects have no eigenvalues; merge small cells")
		}
		lambda := make([]float64, k)
		for j, v := range eigen.Values(nil) {
			lambda[j] = real(v)
		}
		return &Association{Statistic: x2, P: weightedTail(lambda, x2, d0*nu), NDF: math.NaN(), DDF: math.NaN()}, nil
	}
	return &Association{Statistic: x2 / trace, P: fTail(x2/trace, d0, d0*nu), NDF: d0, DDF: d0 * nu}, nil
}

// designEffects is Delta = (C'D⁻¹C/n)⁻¹ C'D⁻¹ V D⁻¹C with C the interaction
// contrasts orthogonal to the main effects (Rao and Scott 1984, equation 2.9).
func (t *twoWay) designEffects(e *Estimates) (*mat.Dense, error) {
	cells, k := t.rows*t.cols, (t.rows-1)*(t.cols-1)
	c := t.contrasts()
	scaled := mat.NewDense(cells, k, nil)
	for i := range cells {
		for j := range k {
			if e.Est[i] > 0 {
				scaled.Set(i, j, c.At(i, j)/e.Est[i])
			}
		}
	}
	var half, under, over, delta mat.Dense
	under.Mul(c.T(), scaled)
	under.Scale(1/float64(t.n), &under)
	half.Mul(e.Cov, scaled)
	over.Mul(scaled.T(), &half)
	if err := delta.Solve(&under, &over); err != nil {
		return nil, weight.Errorf("estimate.sparse", "", "the table has too many empty cells for the test; merge levels")
	}
	return &delta, nil
}

// contrasts is the product of row and column contrasts "level k against the
// mean of the others", which is orthogonal to both main effects.
func (t *twoWay) contrasts() *mat.Dense {
	c := mat.NewDense(t.rows*t.cols, (t.rows-1)*(t.cols-1), nil)
	side := func(level, which, n int) float64 {
		if level == which {
			return 1 - 1/float64(n)
		}
		return -1 / float64(n)
	}
	for i := range t.rows * t.cols {
		for j := range (t.rows - 1) * (t.cols - 1) {
			c.Set(i, j, side(i%t.rows, j%(t.rows-1), t.rows)*side(i/t.rows, j/(t.rows-1), t.cols))
		}
	}
	return c
}

// wald is the Wald test of cell counts minus r·c/N, without first row and column.
func (t *twoWay) wald(test Independence, o Options) (*Association, error) {
	e, err := Total(t.d, []Variable{t.cells}, t.options(o))
	if err != nil {
		return nil, err
	}
	row, col, total := t.margins(e.Est)
	k := (t.rows - 1) * (t.cols - 1)
	jacobian, y := mat.NewDense(k, t.rows*t.cols, nil), mat.NewVecDense(k, nil)
	for j := range k {
		r, c := j%(t.rows-1)+1, j/(t.rows-1)+1
		y.SetVec(j, e.Est[r+t.rows*c]-row[r]*col[c]/total)
		for i := range t.rows * t.cols {
			v := row[r] * col[c] / (total * total)
			if i%t.rows == r {
				v -= col[c] / total
			}
			if i/t.rows == c {
				v -= row[r] / total
			}
			if i == r+t.rows*c {
				v++
			}
			jacobian.Set(j, i, v)
		}
	}
	var half, v mat.Dense
	half.Mul(jacobian, e.Cov)
	v.Mul(&half, jacobian.T())
	var solved mat.VecDense
	if err := solved.SolveVec(&v, y); err != nil {
		return nil, weight.Errorf("estimate.sparse", "", "the covariance of the table is singular; merge levels or use the F test")
	}
	w, nu, kk := mat.Dot(y, &solved), designDF(t.d, t.use, o), float64(k)
	if test == TestWald {
		return &Association{Statistic: w / kk, P: fTail(w/kk, kk, nu), NDF: kk, DDF: nu}, nil
	}
	adjusted := w * (nu - kk + 1) / (kk * nu)
	return &Association{Statistic: adjusted, P: fTail(adjusted, kk, nu-kk+1), NDF: kk, DDF: nu - kk + 1}, nil
}

// weightedTail is P(Σ lambda_i·chi²_1 - x·chi²_d/d > 0), by Imhof's inversion of
// the characteristic function (1961, Biometrika 48, 419-426):
// 1/2 + 1/pi ∫ Im(phi(u))/u du over u > 0, substituted u = exp(s) and summed by
// the trapezoidal rule, which converges geometrically for such integrands.
func weightedTail(lambda []float64, x, d float64) float64 {
	scale := math.Abs(x)
	for _, l := range lambda {
		scale = math.Max(scale, math.Abs(l))
	}
	if scale == 0 || math.IsNaN(scale) || !(d > 0) {
		return math.NaN()
	}
	integrand := func(u float64) float64 {
		logPhi := complex(0, 0)
		for _, l := range lambda {
			logPhi -= 0.5 * cmplx.Log(complex(1, -2*u*l/scale))
		}
		logPhi -= complex(d/2, 0) * cmplx.Log(complex(1, 2*u*x/scale/d))
		return imag(cmplx.Exp(logPhi))
	}
	const step, low, high = 1e-3, -45.0, 45.0
	sum := 0.0
	for s := low; s <= high; s += step {
		sum += integrand(math.Exp(s))
	}
	return math.Min(1, math.Max(0, 0.5+sum*step/math.Pi))
}
