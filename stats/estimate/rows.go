package estimate

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Rows are the rows of a domain with the values of some variables, for
// statistics that other packages build on this one. Use marks the rows in use,
// N counts those of them with weight, Missing those of the domain without a
// value. Names has one entry a column, a factor giving one a level.
type Rows struct {
	Use        []bool
	N, Missing int
	Names      []string

	columns []column
}

// NewRows finds the rows that the options ask for. It fails without a variable,
// on a column of another length than the design and on a level outside (0, 1).
func NewRows(d *design.Design, vars []Variable, o Options) (*Rows, error) {
	f, err := newFrame(d, vars, o)
	if err != nil {
		return nil, err
	}
	return &Rows{Use: f.use, N: f.n, Missing: f.missing, Names: f.names, columns: f.columns}, nil
}

// At returns the value of column c in row i, NaN where it is missing.
func (r *Rows) At(c, i int) float64 { return r.columns[c].at(i) }

// Covariance returns the covariance matrix of the statistics est: by replicates of
// theta where the design has them, else of the linearized values z, one column a
// statistic. It fails where the design has no variance, as a lonely PSU under
// LonelyFail.
func Covariance(d *design.Design, est []float64, theta func(w []float64) []float64, z func() [][]float64) (*mat.SymDense, error) {
	if d.Replicated() {
		return d.ReplicateCovariance(est, theta), nil
	}
	return d.Covariance(z())
}

// TTests returns t = est/se of every estimate and its two-sided p value with
// e.DF degrees of freedom; NaN where the degrees of freedom are not positive.
func (e *Estimates) TTests() (t, p []float64) {
	t, p = make([]float64, len(e.Est)), make([]float64, len(e.Est))
	for k, est := range e.Est {
		t[k] = est / e.SE[k]
		p[k] = tTails(t[k], e.DF)
	}
	return t, p
}

// Wald tests whether the chosen estimates are all 0: F = b'V⁻¹b/q on q and e.DF
// degrees of freedom, as regTermTest of R's survey has it; with infinite degrees
// of freedom the chi-square on q, of which Statistic is still the q-th part. It
// fails where the covariance of the chosen estimates has no inverse.
func (e *Estimates) Wald(chosen []int) (*Association, error) {
	q := len(chosen)
	if q == 0 {
		return nil, weight.Errorf("estimate.no_variable", "terms", "no estimate is chosen to test")
	}
	v, b := mat.NewSymDense(q, nil), mat.NewVecDense(q, nil)
	for i, k := range chosen {
		if k < 0 || k >= len(e.Est) {
			return nil, weight.Errorf("estimate.coef", "terms", "there is no estimate %d among %d", k, len(e.Est))
		}
		// Scaled by the standard errors, so that units do not spoil the inverse.
		b.SetVec(i, e.Est[k]/e.SE[k])
		for j, l := range chosen[:i+1] {
			v.SetSym(i, j, e.Cov.At(k, l)/e.SE[k]/e.SE[l])
		}
	}
	x := mat.NewVecDense(q, nil)
	var chol mat.Cholesky
	if !allFinite(v) || !chol.Factorize(v) || chol.SolveVecTo(x, b) != nil {
		return nil, weight.Errorf("estimate.singular", "terms", "the covariance of the %d estimates has no inverse, as with fewer PSUs than estimates; "+
			"test fewer at a time", q)
	}
	f := mat.Dot(b, x) / float64(q)
	return &Association{Statistic: f, NDF: float64(q), DDF: e.DF, P: fTail(f, float64(q), e.DF)}, nil
}

func allFinite(m *mat.SymDense) bool {
	for i := range m.SymmetricDim() {
		for j := range i + 1 {
			if v := m.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}
