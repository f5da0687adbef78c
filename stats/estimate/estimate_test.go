package estimate_test

import (
	"errors"
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

func near(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*(1+math.Abs(want))) {
		t.Errorf("%s: got %.15g, want %.15g", name, got, want)
	}
}

func refused(t *testing.T, name string, err error, code string) {
	t.Helper()
	var known *weight.Error
	if !errors.As(err, &known) || known.Code != code {
		t.Errorf("%s: got %v, want %s", name, err, code)
	}
}

// simple is a simple random sample with replacement, weight 1.
func simple(t *testing.T, n int) *design.Design {
	t.Helper()
	d, err := design.New(design.Spec{N: n})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func numbers(name string, values ...float64) estimate.Variable {
	return estimate.Variable{Name: name, Values: values}
}

func factor(name string, levels []string, codes ...int32) estimate.Variable {
	return estimate.Variable{Name: name, Levels: levels, Code: codes}
}

// Textbook values of a simple random sample: mean 3.2, S² = 3.7, se² = S²/n;
// t(0.975, 4) = 2.776445105 (Abramowitz and Stegun, table 26.10).
func TestSimpleRandomSampleIsTheTextbook(t *testing.T) {
	t.Parallel()
	d, y := simple(t, 5), numbers("y", 1, 2, 3, 4, 6)
	mean, err := estimate.Mean(d, []estimate.Variable{y}, estimate.Options{Deff: estimate.WithReplacement})
	if err != nil {
		t.Fatal(err)
	}
	se := math.Sqrt(3.7 / 5)
	near(t, "mean", mean.Est[0], 3.2, 1e-12)
	near(t, "se", mean.SE[0], se, 1e-12)
	near(t, "df", mean.DF, 4, 0)
	near(t, "low", mean.Low[0], 3.2-2.7764451051977987*se, 1e-9)
	near(t, "deff", mean.Deff[0], 1, 1e-12)
	wor, err := estimate.Total(d, []estimate.Variable{y}, estimate.Options{Deff: estimate.WithoutReplacement})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "total", wor.Est[0], 16, 1e-12)
	if !math.IsInf(wor.Deff[0], 1) {
		t.Errorf("a sample that is the population: got deff %v, want infinite", wor.Deff[0])
	}
	s2, err := estimate.Variance(d, []estimate.Variable{y}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance", s2.Est[0], 3.7, 1e-12)
	ratio, err := estimate.Ratio(d, y, numbers("x", 1, 1, 2, 2, 2), estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ratio", ratio.Est[0], 2, 1e-12) // residuals -1, 0, -1, 0, 2 over 8
	near(t, "ratio se", ratio.SE[0], math.Sqrt(5.0/4*6)/8, 1e-12)
}

func TestFactorsGiveOneShareALevel(t *testing.T) {
	t.Parallel()
	f := factor("f", []string{"a", "b", "c"}, 0, 1, 1, -1)
	e, err := estimate.Mean(simple(t, 4), []estimate.Variable{f}, estimate.Options{DropMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{1.0 / 3, 2.0 / 3, 0} {
		near(t, e.Names[k], e.Est[k], want, 1e-12)
	}
	if e.Names[1] != "f=b" || e.N != 3 || e.Missing != 1 {
		t.Errorf("got %+v", e)
	}
	open, err := estimate.Mean(simple(t, 4), []estimate.Variable{f}, estimate.Options{})
	if err != nil || !math.IsNaN(open.Est[0]) {
		t.Errorf("missing and not dropped: got %v (%v), want NaN", open, err)
	}
}

func TestGroupsContrastsAndTTests(t *testing.T) {
	t.Parallel()
	d := simple(t, 6)
	y := numbers("y", 1, 2, 3, 7, 8, 12)
	by := estimate.Grouping{Code: []int32{0, 0, 0, 1, 1, 1}, Count: 2}
	means, err := estimate.GroupMeans(d, y, by, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	totals, err := estimate.GroupTotals(d, y, by, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean", means.Est[1], 9, 1e-12)
	near(t, "total", totals.Est[0], 6, 1e-12)
	near(t, "se", means.SE[0], math.Sqrt(6.0/5*2)/3, 1e-12)
	near(t, "no covariance between means of disjoint groups", means.Cov.At(0, 1), 0, 1e-15)
	c, err := means.Contrast([]float64{-1, 1}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	test, err := estimate.TTest(d, y, &by, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "difference", test.Est, 7, 1e-12)
	near(t, "the same standard error", test.SE, c.SE, 1e-12)
	near(t, "df", test.DF, 4, 0)
	one, err := estimate.TTest(d, numbers("y", 1, 2, 3, math.NaN(), 5, 6), nil, estimate.Options{DropMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "df without the missing row", one.DF, 3, 0)
	_, err = means.Contrast([]float64{1}, estimate.Options{})
	refused(t, "coefficients", err, "estimate.coef")
	_, err = estimate.TTest(d, y, &estimate.Grouping{Code: by.Code, Count: 3}, estimate.Options{})
	refused(t, "three groups", err, "estimate.two_groups")
	_, err = estimate.GroupMeans(d, factor("f", []string{"a"}, 0, 0, 0, 0, 0, 0), by, estimate.Options{})
	refused(t, "a factor", err, "estimate.not_number")
	_, err = estimate.GroupMeans(d, y, estimate.Grouping{Code: []int32{0}, Count: 1}, estimate.Options{})
	refused(t, "codes", err, "estimate.length")
}

// Clopper and Pearson (1934) for 8 of 10: 0.4439 to 0.9748; Wilson (1927):
// 0.4902 to 0.9433. With se² = p(1-p)/n and normal quantiles the design-based
// intervals are these.
func TestShareLimitsAreThePublishedOnesUnderSimpleSampling(t *testing.T) {
	t.Parallel()
	p, n := 0.8, 10.0
	se := math.Sqrt(p * (1 - p) / n)
	wilsonLow, wilsonHigh, err := estimate.ShareLimits(estimate.Wilson, p, se, math.Inf(1), n, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Wilson low", wilsonLow, 0.4902, 5e-5)
	near(t, "Wilson high", wilsonHigh, 0.9433, 5e-5)
	low, high := estimate.KornGraubard(p, se, n-1, n, 1, 0)
	near(t, "Clopper-Pearson low", low, 0.4439, 5e-5)
	near(t, "Clopper-Pearson high", high, 0.9748, 5e-5)
	low, high, err = estimate.ShareLimits(estimate.Beta, p, se, n-1, n, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "beta low", low, 0.4439, 5e-5)
	near(t, "beta high", high, 0.9748, 5e-5)
	_, _, err = estimate.ShareLimits("other", p, se, 9, n, 0)
	refused(t, "an unknown interval", err, "estimate.interval")
}

// Every interval holds the estimate, and none panics at the edges. The arcsine
// interval folds back beyond 0 and 1 (see its comment) and is not held to that.
func TestIntervalsAtTheEdges(t *testing.T) {
	t.Parallel()
	methods := []estimate.Interval{
		estimate.Plain, estimate.XLogit, estimate.Logit, estimate.ArcSine,
		estimate.Beta, estimate.Wilson, estimate.Likelihood,
	}
	for _, method := range methods {
		for _, p := range []float64{0, 0.02, 0.5, 0.99, 1} {
			for _, df := range []float64{0, 1, 30, math.Inf(1)} {
				low, high, err := estimate.ShareLimits(method, p, 0.3*math.Sqrt(p*(1-p)), df, 40, 0.95)
				if err != nil {
					t.Fatal(err)
				}
				inside := low <= p+1e-12 && high >= p-1e-12
				if defined := p > 0 && p < 1 && df > 1 && method != estimate.ArcSine; defined && !inside {
					t.Errorf("%s at p = %v, df = %v: got %v to %v", method, p, df, low, high)
				}
			}
		}
	}
	for name, c := range map[string][5]float64{
		"none": {0, 0, 9, 20, 1}, "all": {1, 0, 9, 20, 1}, "a zero variance": {0.5, 0, 9, 20, 2},
	} {
		low, high := estimate.KornGraubard(c[0], c[1], c[2], c[3], c[4], 0.95)
		if !(low <= c[0] && c[0] <= high && high-low > 0.1) {
			t.Errorf("%s: got %v to %v, want an honest interval", name, low, high)
		}
	}
	if low, _ := estimate.KornGraubard(0.5, 0.1, 0, 20, 1, 0.95); !math.IsNaN(low) {
		t.Errorf("no degrees of freedom: got %v, want NaN", low)
	}
}

func TestProportionNeedsZerosAndOnes(t *testing.T) {
	t.Parallel()
	d := simple(t, 4)
	s, err := estimate.Proportion(d, numbers("y", 0, 1, 1, math.NaN()), estimate.Wilson, estimate.Options{DropMissing: true})
	if err != nil || s.N != 3 || s.Missing != 1 {
		t.Fatalf("got %+v (%v)", s, err)
	}
	near(t, "share", s.Est, 2.0/3, 1e-12)
	_, err = estimate.Proportion(d, numbers("y", 0, 1, 2, 1), estimate.Wilson, estimate.Options{})
	refused(t, "a two", err, "estimate.not_binary")
	_, err = estimate.Proportion(d, factor("f", []string{"a"}, 0, 0, 0, 0), estimate.Wilson, estimate.Options{})
	refused(t, "a factor", err, "estimate.not_number")
}

func TestQuantileRules(t *testing.T) {
	t.Parallel()
	d, y := simple(t, 4), numbers("y", 10, 20, 30, 40)
	for rule, want := range map[estimate.QuantileRule]float64{
		estimate.RuleMath: 20, estimate.RuleSchool: 25, estimate.RuleHF7: 25, // R: quantile(c(10,20,30,40), .5, type=7)
	} {
		q, err := estimate.Quantile(d, y, []float64{0, 0.5, 1}, rule, estimate.Plain, estimate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		near(t, string(rule), q.Est[1], want, 1e-12)
		near(t, string(rule)+" min", q.Est[0], 10, 1e-12)
		near(t, string(rule)+" max", q.Est[2], 40, 1e-12)
	}
	one, err := estimate.Quantile(simple(t, 2), numbers("y", 5, 5), []float64{0.5}, estimate.RuleHF7, estimate.Plain, estimate.Options{})
	if err != nil || one.Est[0] != 5 {
		t.Errorf("all the same: got %+v (%v), want 5", one, err)
	}
	missing, err := estimate.Quantile(d, numbers("y", 1, math.NaN(), 2, 3), []float64{0.5}, estimate.RuleMath, estimate.Plain, estimate.Options{})
	if err != nil || !math.IsNaN(missing.Est[0]) {
		t.Errorf("missing: got %+v (%v), want NaN", missing, err)
	}
	for name, f := range map[string]func() error{
		"estimate.qrule": func() error {
			_, err := estimate.Quantile(d, y, []float64{0.5}, "other", estimate.Plain, estimate.Options{})
			return err
		},
		"estimate.prob": func() error {
			_, err := estimate.Quantile(d, y, []float64{1.5}, estimate.RuleMath, estimate.Plain, estimate.Options{})
			return err
		},
		"estimate.not_number": func() error {
			_, err := estimate.Quantile(d, factor("f", []string{"a"}, 0, 0, 0, 0), []float64{0.5}, estimate.RuleMath, estimate.Plain, estimate.Options{})
			return err
		},
		"estimate.interval": func() error {
			_, err := estimate.Quantile(d, y, []float64{0.5}, estimate.RuleMath, "other", estimate.Options{})
			return err
		},
	} {
		refused(t, name, f(), name)
	}
}

// A 2 × 2 table of a simple random sample: Pearson's X² is 40·(12·13-8·7)²/
// (20·20·19·21); every variance is that of the sample, up to n/(n-1).
func TestIndependenceOfATwoByTwoTable(t *testing.T) {
	t.Parallel()
	counts := [4]int{12, 8, 7, 13}
	var row, col []int32
	for k, n := range counts {
		for range n {
			row, col = append(row, int32(k/2)), append(col, int32(k%2))
		}
	}
	d := simple(t, 40)
	r, c := factor("r", []string{"a", "b", "unused"}, row...), factor("c", []string{"x", "y"}, col...)
	table, err := estimate.Table(d, []estimate.Variable{c, r}, estimate.Options{})
	if err != nil || table[0] != 12 || table[1] != 8 || table[3] != 13 || table[5] != 0 {
		t.Errorf("table: got %v (%v)", table, err)
	}
	x2 := 40.0 * (12*13 - 8*7) * (12*13 - 8*7) / (20 * 20 * 19 * 21)
	first, err := estimate.Chisq(d, r, c, estimate.TestChisq, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Pearson", first.Statistic, x2, 1e-12)
	for _, test := range []estimate.Independence{estimate.TestF, estimate.TestExact, estimate.TestWald, estimate.TestAdjWald} {
		a, err := estimate.Chisq(d, r, c, test, estimate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a.P-first.P) > 0.02 {
			t.Errorf("%s: got p = %v, want near %v", test, a.P, first.P)
		}
	}
	_, err = estimate.Chisq(d, r, c, "other", estimate.Options{})
	refused(t, "an unknown test", err, "estimate.statistic")
	_, err = estimate.Chisq(d, r, factor("one", []string{"x"}, make([]int32, 40)...), estimate.TestF, estimate.Options{})
	refused(t, "one level", err, "estimate.one_level")
	_, err = estimate.Chisq(d, numbers("y", make([]float64, 40)...), c, estimate.TestF, estimate.Options{})
	refused(t, "no factor", err, "estimate.not_factor")
	_, err = estimate.Table(d, []estimate.Variable{numbers("y", make([]float64, 40)...)}, estimate.Options{})
	refused(t, "no factor", err, "estimate.not_factor")
}

func TestAvailableMeansTreatEachColumnAsItsOwnDomain(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	d := simple(t, 5)
	a, b := numbers("a", 1, nan, 3, nan, nan), numbers("b", 2, 4, nan, 6, 8)
	e, err := estimate.AvailableMeans(d, []estimate.Variable{a, b, numbers("none", nan, nan, nan, nan, nan)}, estimate.Options{Deff: estimate.WithReplacement})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a", e.Est[0], 2, 1e-12)
	near(t, "b", e.Est[1], 5, 1e-12)
	near(t, "df of a", e.DFs[0], 1, 0)
	if !math.IsNaN(e.Est[2]) || e.Counts[0] != 2 || e.Counts[1] != 4 || e.Counts[2] != 0 {
		t.Errorf("got %+v", e)
	}
	alone, err := estimate.Mean(d, []estimate.Variable{b}, estimate.Options{DropMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the same as alone", e.SE[1], alone.SE[0], 1e-12)
	if picked := e.Select([]int{1, 0}); picked.Est[0] != e.Est[1] || picked.Cov.At(0, 1) != e.Cov.At(0, 1) {
		t.Errorf("got %+v", picked)
	}
	_, err = estimate.AvailableMeans(d, []estimate.Variable{factor("f", []string{"a"}, 0, 0, 0, 0, 0)}, estimate.Options{})
	refused(t, "a factor", err, "estimate.not_number")
}

func TestBadRequestsAreRefused(t *testing.T) {
	t.Parallel()
	d, y := simple(t, 2), numbers("y", 1, 2)
	for name, c := range map[string]struct {
		vars []estimate.Variable
		o    estimate.Options
		code string
	}{
		"no variable":  {nil, estimate.Options{}, "estimate.no_variable"},
		"domain":       {[]estimate.Variable{y}, estimate.Options{Domain: []bool{true}}, "estimate.length"},
		"level":        {[]estimate.Variable{y}, estimate.Options{Level: 95}, "estimate.level"},
		"short column": {[]estimate.Variable{numbers("z", 1)}, estimate.Options{}, "estimate.length"},
		"short codes":  {[]estimate.Variable{factor("f", []string{"a"}, 0)}, estimate.Options{}, "estimate.length"},
	} {
		for _, f := range []func(*design.Design, []estimate.Variable, estimate.Options) (*estimate.Estimates, error){
			estimate.Mean, estimate.Total, estimate.Variance,
		} {
			_, err := f(d, c.vars, c.o)
			refused(t, name, err, c.code)
		}
	}
	_, err := estimate.Ratio(d, y, factor("f", []string{"a"}, 0, 0), estimate.Options{})
	refused(t, "a ratio of a factor", err, "estimate.not_number")
}

// Without area effects (Sigma2 = 0) the model is weighted least squares.
func TestFayHerriotWithoutAreaEffects(t *testing.T) {
	t.Parallel()
	y, d := []float64{1.0, 1.1, 0.9, 1.05}, []float64{1, 1, 2, 2}
	x := [][]float64{{1}, {1}, {1}, {1}}
	for _, fit := range []estimate.VarianceFit{estimate.FitREML, estimate.FitML, estimate.FitMoment} {
		m, err := estimate.FayHerriot(y, d, x, fit)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "sigma2", m.Sigma2, 0, 0)
		near(t, "beta", m.Beta[0], (1+1.1+0.45+0.525)/3, 1e-12)
		near(t, "eblup", m.EBLUP[2], m.Beta[0], 1e-12)
	}
	_, err := estimate.FayHerriot(y, d, x, "other")
	refused(t, "method", err, "estimate.fit")
	_, err = estimate.FayHerriot(y, []float64{1, 0, 1, 1}, x, estimate.FitML)
	refused(t, "a variance of 0", err, "estimate.area")
	_, err = estimate.FayHerriot(y[:1], d[:1], x[:1], estimate.FitML)
	refused(t, "one area", err, "estimate.areas")
	_, err = estimate.FayHerriot(y, d, [][]float64{{1}, {math.NaN()}, {1}, {1}}, estimate.FitML)
	refused(t, "a missing cell", err, "estimate.area")
	_, err = estimate.FayHerriot(y, d, [][]float64{{1, 2}, {1, 2}, {1, 2}, {1, 2}}, estimate.FitREML)
	refused(t, "dependent columns", err, "estimate.singular")
	_, err = estimate.FayHerriot(nil, nil, nil, estimate.FitML)
	refused(t, "nothing", err, "estimate.length")
}
