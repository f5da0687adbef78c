// Package regress fits linear and logistic regressions to surveys, with
// covariances that know the design, and ranks items by importance and
// performance.
//
// It picks no model and transforms no variable: what a term is, the caller says.
//
// Sources: Binder (1983), On the variances of asymptotically normal estimators
// from complex surveys, International Statistical Review 51, 279-292; Fuller
// (2009), Sampling Statistics, section 6.3; degrees of freedom and tests are
// those of svyglm and regTermTest of R's survey, with which the numbers agree.
package regress

import (
	"math"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// Error is the error of this package: code, place, remedy.
type Error = weight.Error

// Spec describes a regression of Y, a number column (0 to 1 for
// weight.Binomial), on Terms: number columns, and factors as 0/1 columns
// "name=level" without the first level that occurs (with NoIntercept the first
// factor keeps all levels). Levels without rows in use are left out.
type Spec struct {
	Family      weight.Family
	Y           estimate.Variable
	Terms       []estimate.Variable
	NoIntercept bool
}

// Fit is a fitted regression: coefficients with covariance, t limits and tests.
// DF is the design's degrees of freedom plus 1 minus the number of coefficients,
// NullDF those of the design. Tests has one entry a term, nil for a single term
// of a singular covariance. R2 is the weighted share of variance explained, for
// Gaussian only (else NaN). Failed counts the replicates on which the model had
// no fit; they are left out of the covariance.
type Fit struct {
	*estimate.Estimates
	T, P   []float64
	Tests  []TermTest
	NullDF float64
	R2     float64
	Failed int
}

// TermTest is the Wald test that all coefficients of a term are 0. NotDefined
// says why there is none.
type TermTest struct {
	Term       string
	NotDefined error
	estimate.Association
}

// Run fits the regression over the rows of the domain that have all values; a
// row without one is left out, as R does, and counted in Missing. Statistic by
// replicates where the design has them. Errors name a term that is constant or
// follows from others, separated outcomes, and too few rows.
func Run(d *design.Design, s Spec, o estimate.Options) (*Fit, error) {
	m, err := newModel(d, s, o)
	if err != nil {
		return nil, err
	}
	w := m.weights(d.Weights())
	full, err := weight.Regress(s.Family, w, m.y, m.model)
	if err != nil {
		return nil, err
	}
	failed := 0
	theta := func(w []float64) []float64 {
		again, err := weight.Regress(s.Family, m.weights(w), m.y, m.model)
		if err != nil {
			failed++
			return []float64{math.NaN()}
		}
		return again.Beta
	}
	cov, err := estimate.Covariance(d, full.Beta, theta, func() [][]float64 { return full.Influence(w, m.y) })
	if err != nil {
		return nil, err
	}
	null := d.DF(m.rows.Use)
	e := &estimate.Estimates{
		Names: m.model.Names(), Est: full.Beta, Cov: cov, N: m.rows.N, Missing: m.rows.Missing,
		DF: null + 1 - float64(len(full.Beta)),
	}
	e.SetLimits(o)
	out := &Fit{Estimates: e, NullDF: null, R2: math.NaN(), Failed: failed}
	out.T, out.P = e.TTests()
	if s.Family == weight.Gaussian {
		out.R2 = explained(w, m.y, full.Fitted)
	}
	out.testTerms(m)
	return out, nil
}

func (f *Fit) testTerms(m *model) {
	for k, name := range m.terms {
		var chosen []int
		for j := m.at[k]; j < m.at[k+1]; j++ {
			chosen = append(chosen, j)
		}
		test := TermTest{Term: name}
		if a, err := f.Wald(chosen); err != nil {
			test.NotDefined = err
		} else {
			test.Association = *a
		}
		f.Tests = append(f.Tests, test)
	}
}

// explained is 1 - Σw(y-fit)²/Σw(y-mean)².
func explained(w, y, fitted []float64) float64 {
	mass, sum := 0.0, 0.0
	for i, v := range w {
		if v != 0 {
			mass += v
			sum += v * y[i]
		}
	}
	mean, left, all := sum/mass, 0.0, 0.0
	for i, v := range w {
		if v != 0 {
			left += v * (y[i] - fitted[i]) * (y[i] - fitted[i])
			all += v * (y[i] - mean) * (y[i] - mean)
		}
	}
	return 1 - left/all
}
