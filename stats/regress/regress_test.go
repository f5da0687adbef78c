package regress_test

import (
	"errors"
	"math"
	"runtime"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/regress"
	"minyi/stats/weight"
)

func near(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

func refused(t *testing.T, name string, err error, code string) {
	t.Helper()
	var known *regress.Error
	if !errors.As(err, &known) || known.Code != code || known.Error() == "" {
		t.Errorf("%s: got %v, want %s", name, err, code)
	}
}

func sample(t *testing.T, w ...float64) *design.Design {
	t.Helper()
	d, err := design.New(design.Spec{N: len(w), Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func ones(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

func column(name string, values ...float64) estimate.Variable {
	return estimate.Variable{Name: name, Values: values}
}

func nan() float64 { return math.NaN() }

// A regression on a factor alone gives the means of its levels; rows without a
// value or weight and levels without rows are left out.
func TestRegressionOnAFactorIsTheMeansOfItsLevels(t *testing.T) {
	t.Parallel()
	d := sample(t, 1, 3, 2, 2, 1, 0, 1)
	y := column("y", 1, 5, 2, 4, 100, 100, nan())
	f := estimate.Variable{Name: "f", Code: []int32{1, 1, 3, 3, -1, 0, 1}, Levels: []string{"a", "b", "c", "d"}}
	fit, err := regress.Run(d, regress.Spec{Family: weight.Gaussian, Y: y, Terms: []estimate.Variable{f}}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "level b", fit.Est[0], 4, 1e-12)
	near(t, "level d", fit.Est[1], -1, 1e-12)
	if got, want := fit.Names[1], "f=d"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if fit.N != 4 || fit.Missing != 2 {
		t.Errorf("got %d rows and %d missing, want 4 and 2", fit.N, fit.Missing)
	}
	t2 := fit.T[1] * fit.T[1]
	near(t, "the test of one coefficient is its t squared", fit.Tests[0].Statistic, t2, 1e-9*t2)
	near(t, "with the same p", fit.Tests[0].P, fit.P[1], 1e-12)
	bare, err := regress.Run(d, regress.Spec{Family: weight.Gaussian, Y: y, Terms: []estimate.Variable{f}, NoIntercept: true}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "without an intercept", bare.Est[1], 3, 1e-12)
}

// Logistic regression on a factor gives the log odds of its levels.
func TestLogisticRegressionOnAFactorIsItsLogOdds(t *testing.T) {
	t.Parallel()
	f := estimate.Variable{Name: "f", Code: []int32{0, 0, 0, 1, 1, 1, 1}, Levels: []string{"a", "b"}}
	fit, err := regress.Run(sample(t, ones(7)...), regress.Spec{Family: weight.Binomial, Y: column("y", 1, 0, 0, 1, 1, 1, 0), Terms: []estimate.Variable{f}},
		estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "level a", fit.Est[0], math.Log(1.0/2), 1e-12)
	near(t, "level b", fit.Est[1], math.Log(3)-math.Log(1.0/2), 1e-12)
	if !math.IsNaN(fit.R2) {
		t.Errorf("R2: got %v, want NaN", fit.R2)
	}
}

// Two regressions of many rows have the same bits whatever the number of
// processors.
func TestRegressionHasTheSameBitsOnAnyNumberOfProcessors(t *testing.T) {
	n := 5000
	w, x, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		w[i], x[i] = 1+float64(i%7), math.Sin(float64(i))
		y[i] = float64(i % 2)
	}
	run := func() float64 {
		fit, err := regress.Run(sample(t, w...), regress.Spec{Family: weight.Binomial, Y: column("y", y...), Terms: []estimate.Variable{column("x", x...)}},
			estimate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return fit.SE[1]
	}
	before := runtime.GOMAXPROCS(1)
	one := run()
	runtime.GOMAXPROCS(4)
	four := run()
	runtime.GOMAXPROCS(before)
	if one != four {
		t.Errorf("got %v on one processor, %v on four", one, four)
	}
}

func TestFewPSUsLeaveNoTest(t *testing.T) {
	t.Parallel()
	d, err := design.New(design.Spec{N: 6, Weights: ones(6), IDs: [][]int32{{0, 0, 0, 1, 1, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	f := estimate.Variable{Name: "f", Code: []int32{0, 1, 2, 0, 1, 2}, Levels: []string{"a", "b", "c"}}
	fit, err := regress.Run(d, regress.Spec{Family: weight.Gaussian, Y: column("y", 1, 5, 2, 4, 3, 9), Terms: []estimate.Variable{f}}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fit.DF, -1.0; got != want {
		t.Errorf("degrees of freedom: got %v, want %v", got, want)
	}
	if !math.IsNaN(fit.P[1]) || !math.IsNaN(fit.Low[1]) {
		t.Errorf("got p %v and limit %v, want NaN", fit.P[1], fit.Low[1])
	}
	refused(t, "two coefficients of two PSUs", fit.Tests[0].NotDefined, "estimate.singular")
	_, err = fit.Wald(nil)
	refused(t, "a test of nothing", err, "estimate.no_variable")
	_, err = fit.Wald([]int{7})
	refused(t, "a test of what is not there", err, "estimate.coef")
}

func TestRegressionsThatAreRefused(t *testing.T) {
	t.Parallel()
	d := sample(t, ones(4)...)
	y, x := column("y", 1, 2, 4, 3), column("x", 1, 2, 3, 4)
	factor := estimate.Variable{Name: "f", Code: []int32{0, 0, 0, 0}, Levels: []string{"a", "b"}}
	foreign := estimate.Variable{Name: "f", Code: []int32{0, 1, 2, 0}, Levels: []string{"a", "b"}}
	for name, c := range map[string]struct {
		family weight.Family
		y      estimate.Variable
		terms  []estimate.Variable
		o      estimate.Options
		code   string
	}{
		"a factor as outcome":    {weight.Gaussian, factor, []estimate.Variable{x}, estimate.Options{}, "regression.outcome"},
		"a factor of one level":  {weight.Gaussian, y, []estimate.Variable{factor}, estimate.Options{}, "regression.one_level"},
		"a level without a name": {weight.Gaussian, y, []estimate.Variable{foreign}, estimate.Options{}, "regression.missing"},
		"an infinite value":      {weight.Gaussian, y, []estimate.Variable{column("x", 1, 2, math.Inf(1), 4)}, estimate.Options{}, "regression.missing"},
		"a term twice":           {weight.Gaussian, y, []estimate.Variable{x, x}, estimate.Options{}, "weight.term_twice"},
		"too short":              {weight.Gaussian, y, []estimate.Variable{column("x", 1)}, estimate.Options{}, "estimate.length"},
		"no rows":                {weight.Gaussian, y, []estimate.Variable{x}, estimate.Options{Domain: make([]bool, 4)}, "estimate.no_rows"},
		"too few rows":           {weight.Gaussian, y, []estimate.Variable{x}, estimate.Options{Domain: []bool{true, false, false, false}}, "regression.rows"},
		"outcomes beyond 1":      {weight.Binomial, y, []estimate.Variable{x}, estimate.Options{}, "regression.outcome"},
		"an unknown family":      {"poisson", y, []estimate.Variable{x}, estimate.Options{}, "regression.family"},
	} {
		_, err := regress.Run(d, regress.Spec{Family: c.family, Y: c.y, Terms: c.terms}, c.o)
		refused(t, name, err, c.code)
	}
	_, err := regress.FindDrivers(d, y, []estimate.Variable{factor}, estimate.Options{})
	refused(t, "a factor as driver", err, "regression.item")
	_, err = regress.FindDrivers(d, y, []estimate.Variable{x, column("2x", 2, 4, 6, 8)}, estimate.Options{})
	refused(t, "drivers that are the same", err, "regression.aliased")
	_, err = regress.FindDrivers(d, column("y", 1, 1, 1, 1), []estimate.Variable{x}, estimate.Options{})
	refused(t, "an outcome that does not vary", err, "regression.outcome")
}

// Items that do not go together share what is explained by their squared
// correlations; the shares add up to 1.
func TestSharesOfUnrelatedDriversAreSquaredCorrelations(t *testing.T) {
	t.Parallel()
	a, b, own := []float64{1, 1, 1, 1, -1, -1, -1, -1}, []float64{1, 1, -1, -1, 1, 1, -1, -1}, []float64{1, -1, 1, -1, 1, -1, 1, -1}
	y := make([]float64, 8)
	for i := range y {
		y[i] = 2*a[i] + b[i] + own[i]
	}
	found, err := regress.FindDrivers(sample(t, ones(8)...), column("y", y...), []estimate.Variable{column("a", a...), column("b", b...)}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "explained", found.R2, 5.0/6, 1e-12)
	near(t, "share of a", found.Items[0].Share, 0.8, 1e-12)
	near(t, "share of b", found.Items[1].Share, 0.2, 1e-12)
	near(t, "beta of a", found.Items[0].Beta, 2/math.Sqrt(6), 1e-12)
	near(t, "correlation of b", found.Items[1].R, 1/math.Sqrt(6), 1e-12)
	near(t, "performance", found.Items[0].Performance, 0, 1e-12)
}
