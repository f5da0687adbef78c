package estimate_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// Rows and Covariance are what other packages build statistics of: a mean built with
// them is that of Mean, by linearization and by replicates.
func TestAMeanBuiltFromRowsIsTheMean(t *testing.T) {
	t.Parallel()
	y := []float64{2, 5, math.NaN(), 4, 9, 1}
	domain := []bool{true, true, true, true, false, true}
	jackknife, err := simple(t, 6).Resample(design.ResampleSpec{Method: design.JK1})
	stop(t, err)
	for name, d := range map[string]*design.Design{"linearized": simple(t, 6), "replicated": jackknife} {
		o := estimate.Options{Domain: domain, DropMissing: true}
		rows, err := estimate.NewRows(d, []estimate.Variable{numbers("y", y...), factor("f", []string{"a", "b"}, 0, 1, 0, 1, 0, 0)}, o)
		stop(t, err)
		if rows.N != 4 || rows.Missing != 1 || len(rows.Names) != 3 || rows.Names[2] != "f=b" || rows.At(2, 1) != 1 || !math.IsNaN(rows.At(0, 2)) {
			t.Errorf("%s: got %d rows, %d missing, columns %v", name, rows.N, rows.Missing, rows.Names)
		}
		theta := func(w []float64) []float64 {
			mass, sum := 0.0, 0.0
			for i, use := range rows.Use {
				if use {
					mass, sum = mass+w[i], sum+w[i]*rows.At(0, i)
				}
			}
			return []float64{sum / mass, mass}
		}
		est := theta(d.Weights())
		cov, err := estimate.Covariance(d, est, theta, func() [][]float64 {
			z := [][]float64{make([]float64, 6), make([]float64, 6)}
			for i, use := range rows.Use {
				if use {
					z[0][i], z[1][i] = (rows.At(0, i)-est[0])/est[1], 1
				}
			}
			return z
		})
		stop(t, err)
		want, err := estimate.Mean(d, []estimate.Variable{numbers("y", y...)}, o)
		stop(t, err)
		near(t, name, est[0], want.Est[0], 1e-12)
		near(t, name+", variance", cov.At(0, 0), want.Cov.At(0, 0), 1e-12)
	}
	_, err = estimate.NewRows(simple(t, 6), nil, estimate.Options{})
	refused(t, "no variable", err, "estimate.no_variable")
}

// Published points of the t, F, chi-square and normal tables (Abramowitz and Stegun
// 1964, tables 26.1, 26.8, 26.9, 26.10).
func TestTestsHaveThePublishedTails(t *testing.T) {
	t.Parallel()
	of := func(est, df float64) *estimate.Estimates {
		return &estimate.Estimates{Est: []float64{est, est}, SE: []float64{1, 1}, DF: df, Cov: mat.NewSymDense(2, []float64{1, 0, 0, 1})}
	}
	inf := math.Inf(1)
	for _, c := range []struct{ x, df, p float64 }{
		{1.959963985, inf, 0.05},
		{2.575829304, inf, 0.01},
		{2.228138852, 10, 0.05},
		{12.70620474, 1, 0.05},
		{0.699812061, 10, 0.5},
		{-2.228138852, 10, 0.05},
		{inf, 10, 0},
		{0, 10, 1},
	} {
		_, p := of(c.x, c.df).TTests()
		near(t, "t", p[0], c.p, 1e-8)
		one, err := of(c.x, c.df).Wald([]int{0})
		stop(t, err)
		if !math.IsInf(c.x, 0) {
			near(t, "F on 1 and df is t squared", one.P, c.p, 1e-8)
		}
	}
	for _, c := range []struct{ f, df, p float64 }{{4.102821015, 10, 0.05}, {2.995732274, inf, 0.05}, {7.559432158, 10, 0.01}} {
		both, err := of(math.Sqrt(c.f), c.df).Wald([]int{0, 1})
		stop(t, err)
		near(t, "F on 2 and df", both.P, c.p, 1e-8)
		near(t, "its statistic", both.Statistic, c.f, 1e-9)
	}
	zero, err := of(0, 10).Wald([]int{0, 1})
	stop(t, err)
	near(t, "no difference", zero.P, 1, 0)
	for _, df := range []float64{0, -1, math.NaN()} {
		_, p := of(2, df).TTests()
		w, err := of(2, df).Wald([]int{0, 1})
		stop(t, err)
		if !math.IsNaN(p[0]) || !math.IsNaN(w.P) {
			t.Errorf("df %v: got p values %v and %v, want none", df, p[0], w.P)
		}
	}
	_, err = of(1, 10).Wald(nil)
	refused(t, "nothing to test", err, "estimate.no_variable")
	_, err = of(1, 10).Wald([]int{2})
	refused(t, "no such estimate", err, "estimate.coef")
	same := of(1, 10)
	same.Cov = mat.NewSymDense(2, []float64{1, 1, 1, 1})
	_, err = same.Wald([]int{0, 1})
	refused(t, "the same estimate twice", err, "estimate.singular")
	same.Cov = mat.NewSymDense(2, []float64{math.NaN(), 1, 1, 1})
	_, err = same.Wald([]int{0, 1})
	refused(t, "no covariance", err, "estimate.singular")
}

// With one variance for all areas and an intercept only, the model has a closed form:
// A = S² - D for REML and FH, (n-1)/n·S² - D for ML, not below 0, and the predictor
// draws each value to the mean by D/(A + D) (Rao and Molina 2015, section 6.1).
func TestFayHerriotOfEqualVariancesIsTheClosedForm(t *testing.T) {
	t.Parallel()
	y := []float64{3, 7, 8, 12, 5, 13}
	const mean, square, d = 8.0, 15.2, 4.0 // S² = 76/5
	x, same := make([][]float64, 6), make([]float64, 6)
	for i := range x {
		x[i], same[i] = []float64{1}, d
	}
	for fit, a := range map[estimate.VarianceFit]float64{estimate.FitREML: square - d, estimate.FitMoment: square - d, estimate.FitML: square*5/6 - d} {
		got, err := estimate.FayHerriot(y, same, x, fit)
		stop(t, err)
		near(t, string(fit), got.Sigma2, a, 1e-9)
		near(t, string(fit)+", mean", got.Beta[0], mean, 1e-9)
		near(t, string(fit)+", its standard error", got.BetaSE[0], math.Sqrt((a+d)/6), 1e-9)
		for i, v := range y {
			near(t, string(fit)+", predictor", got.EBLUP[i], mean+a/(a+d)*(v-mean), 1e-9)
		}
	}
	for i := range same {
		same[i] = 100
	}
	got, err := estimate.FayHerriot(y, same, x, estimate.FitREML)
	stop(t, err)
	near(t, "no variance between areas", got.Sigma2, 0, 0)
	near(t, "all areas at the mean", got.EBLUP[3], mean, 1e-9)
}

func TestFayHerriotRefusals(t *testing.T) {
	t.Parallel()
	one := [][]float64{{1}, {1}, {1}}
	for name, c := range map[string]struct {
		y, d []float64
		x    [][]float64
		fit  estimate.VarianceFit
		code string
	}{
		"nothing":              {nil, nil, nil, estimate.FitREML, "estimate.length"},
		"a variance too few":   {[]float64{1, 2, 3}, []float64{1, 2}, one, estimate.FitREML, "estimate.length"},
		"too many columns":     {[]float64{1, 2}, []float64{1, 2}, [][]float64{{1, 2}, {1, 3}}, estimate.FitREML, "estimate.areas"},
		"no value":             {[]float64{1, math.NaN(), 3}, []float64{1, 2, 1}, one, estimate.FitREML, "estimate.area"},
		"no variance":          {[]float64{1, 2, 3}, []float64{1, 0, 1}, one, estimate.FitREML, "estimate.area"},
		"a model without cell": {[]float64{1, 2, 3}, []float64{1, 1, 1}, [][]float64{{1}, {math.Inf(1)}, {1}}, estimate.FitREML, "estimate.area"},
		"a ragged model":       {[]float64{1, 2, 3}, []float64{1, 1, 1}, [][]float64{{1}, {1, 2}, {1}}, estimate.FitREML, "estimate.area"},
		"no such fit":          {[]float64{1, 2, 3}, []float64{1, 1, 1}, one, "OLS", "estimate.fit"},
		"REML, columns alike":  {[]float64{1, 2, 3, 5}, []float64{1, 1, 1, 1}, [][]float64{{0, 0}, {1, 1}, {1, 1}, {2, 2}}, estimate.FitREML, "estimate.singular"},
		"ML, columns alike":    {[]float64{1, 2, 3, 5}, []float64{1, 1, 1, 1}, [][]float64{{0, 0}, {1, 1}, {1, 1}, {2, 2}}, estimate.FitML, "estimate.singular"},
		"FH, columns alike":    {[]float64{1, 2, 3, 5}, []float64{1, 1, 1, 1}, [][]float64{{0, 0}, {1, 1}, {1, 1}, {2, 2}}, estimate.FitMoment, "estimate.singular"},
	} {
		_, err := estimate.FayHerriot(c.y, c.d, c.x, c.fit)
		refused(t, name, err, c.code)
	}
}

// CalibratedItems is the road design, calibration, group means in one call.
func TestCalibratedItemsAreTheStepsOneByOne(t *testing.T) {
	t.Parallel()
	c := newCrowd()
	group, groups := make([]uint8, itemRows), 3
	for i, g := range c.within {
		group[i] = uint8(g)
	}
	totals := map[string]float64{"(Intercept)": 24_000, "sex=m": 11_000, "age=b": 9_000, "age=c": 7_000}
	control := weight.Control{Epsilon: 1e-10, MaxIter: 100}
	survey := estimate.Survey{Weights: c.spec.Weights, Strata: c.spec.Strata, PSU: c.spec.IDs[0], Margins: c.terms, Group: group, Groups: groups, Items: c.items}
	got, err := estimate.CalibratedItems(survey, totals, control, estimate.Options{})
	stop(t, err)
	d, err := design.New(c.spec)
	stop(t, err)
	model, err := weight.NewModel(itemRows, true, c.terms)
	stop(t, err)
	values, err := model.Totals(totals)
	stop(t, err)
	d, err = d.Calibrate(model, weight.Calibration{Method: weight.Raking, Control: control, Totals: values})
	stop(t, err)
	for k, item := range c.items {
		column := make([]float64, itemRows)
		for i, code := range item.Code {
			column[i] = item.Value[code]
		}
		want, err := estimate.GroupMeans(d, numbers(item.Name, column...), estimate.Grouping{Code: c.within, Count: groups}, estimate.Options{DropMissing: true})
		stop(t, err)
		for g := range groups {
			near(t, item.Name, got[k].Est[g], want.Est[g], 1e-10)
			near(t, item.Name+", se", got[k].SE[g], want.SE[g], 1e-9)
		}
	}
	for name, c := range map[string]struct {
		change func(s *estimate.Survey)
		totals map[string]float64
		code   string
	}{
		"a group too few":     {func(s *estimate.Survey) { s.Group = s.Group[1:] }, totals, "estimate.length"},
		"a stratum too few":   {func(s *estimate.Survey) { s.Strata = s.Strata[1:] }, totals, "design.length"},
		"a margin twice":      {func(s *estimate.Survey) { s.Margins = append(s.Margins, s.Margins[0]) }, totals, "weight.term_twice"},
		"a total missing":     {func(*estimate.Survey) {}, map[string]float64{"(Intercept)": 9}, "weight.total_missing"},
		"totals out of reach": {func(*estimate.Survey) {}, map[string]float64{"(Intercept)": 9, "sex=m": 11, "age=b": 1, "age=c": 1}, "weight.infeasible"},
	} {
		other := survey
		c.change(&other)
		_, err := estimate.CalibratedItems(other, c.totals, control, estimate.Options{})
		refused(t, name, err, c.code)
	}
}
