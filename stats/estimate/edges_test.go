package estimate_test

import (
	"math"
	"strconv"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// A stratum with a single PSU stops every statistic with the same error, whichever
// way it takes to its variance.
func TestALonelyPSUStopsEveryStatistic(t *testing.T) {
	t.Parallel()
	d, err := design.New(design.Spec{N: 5, Weights: []float64{1, 1, 1, 2, 1}, Strata: []int32{0, 0, 1, 1, 2}})
	stop(t, err)
	y, b := numbers("y", 1, 2, 4, 3, 6), numbers("b", 0, 1, 1, 0, 1)
	f, g := factor("f", []string{"u", "v"}, 0, 1, 0, 1, 0), factor("g", []string{"p", "q"}, 0, 0, 1, 1, 1)
	vars, by, o := []estimate.Variable{y}, estimate.Grouping{Code: []int32{0, 1, 0, 1, 0}, Count: 2}, estimate.Options{}
	items := []estimate.Item{{Name: "i", Code: []uint8{0, 1, 1, 0, 1}, Value: []float64{0, 1}}}
	for name, f := range map[string]func() error{
		"mean":      func() error { _, err := estimate.Mean(d, vars, o); return err },
		"total":     func() error { _, err := estimate.Total(d, vars, o); return err },
		"variance":  func() error { _, err := estimate.Variance(d, vars, o); return err },
		"ratio":     func() error { _, err := estimate.Ratio(d, y, b, o); return err },
		"groups":    func() error { _, err := estimate.GroupMeans(d, y, by, o); return err },
		"items":     func() error { _, err := estimate.ItemMeans(d, items, by, o); return err },
		"available": func() error { _, err := estimate.AvailableMeans(d, vars, o); return err },
		"share":     func() error { _, err := estimate.Proportion(d, b, estimate.Own, o); return err },
		"threshold": func() error { _, err := estimate.Threshold(d, b, 0.5, o); return err },
		"quantile": func() error {
			_, err := estimate.Quantile(d, y, []float64{0.5}, estimate.RuleMath, estimate.Plain, o)
			return err
		},
		"t test":     func() error { _, err := estimate.TTest(d, y, nil, o); return err },
		"two groups": func() error { _, err := estimate.TTest(d, y, &by, o); return err },
		"Rao-Scott":  func() error { _, err := estimate.Chisq(d, f, g, estimate.TestF, o); return err },
		"Wald":       func() error { _, err := estimate.Chisq(d, f, g, estimate.TestWald, o); return err },
	} {
		refused(t, name, f(), "design.lonely_psu")
	}
}

// Columns of another length than the design, a level that is none and a name without
// column are refused by every statistic alike.
func TestColumnsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	d, y, o := simple(t, 3), numbers("y", 1, 2, 4), estimate.Options{}
	short, many := numbers("y", 1, 2), estimate.Grouping{Code: []int32{0, 1, 2}, Count: 5001}
	f := factor("f", []string{"a", "b"}, 0, 1, 0)
	wide := estimate.Variable{Name: "w", Code: []int32{0, 1, 2}, Levels: make([]string, 60)}
	for k := range wide.Levels {
		wide.Levels[k] = strconv.Itoa(k)
	}
	shortFactor := factor("f", []string{"a", "b"}, 0, 1)
	for name, c := range map[string]struct {
		f    func() error
		code string
	}{
		"a mean": {func() error { _, err := estimate.Mean(d, []estimate.Variable{short}, o); return err }, "estimate.length"},
		"compact values": {func() error {
			_, err := estimate.Mean(d, []estimate.Variable{{Name: "s", Small: []uint8{0}, Points: []float64{1}}}, o)
			return err
		}, "estimate.length"},
		"codes": {func() error { _, err := estimate.Mean(d, []estimate.Variable{shortFactor}, o); return err }, "estimate.length"},
		"a domain": {func() error {
			_, err := estimate.Total(d, []estimate.Variable{y}, estimate.Options{Domain: []bool{true}})
			return err
		}, "estimate.length"},
		"a level": {func() error {
			_, err := estimate.Variance(d, []estimate.Variable{y}, estimate.Options{Level: 1})
			return err
		}, "estimate.level"},
		"groups": {func() error {
			_, err := estimate.GroupMeans(d, short, estimate.Grouping{Code: []int32{0, 0, 0}, Count: 1}, o)
			return err
		}, "estimate.length"},
		"too many groups": {func() error { _, err := estimate.GroupTotals(d, y, many, o); return err }, "estimate.too_many_groups"},
		"a quantile": {func() error {
			_, err := estimate.Quantile(d, short, []float64{0.5}, estimate.RuleMath, estimate.Plain, o)
			return err
		}, "estimate.length"},
		"no rule": {func() error { _, err := estimate.Quantile(d, y, []float64{0.5}, "hf9", estimate.Plain, o); return err }, "estimate.qrule"},
		"no interval": {func() error {
			_, err := estimate.Quantile(d, y, []float64{0.5}, estimate.RuleMath, estimate.Own, o)
			return err
		}, "estimate.interval"},
		"a t test": {func() error { _, err := estimate.TTest(d, short, nil, o); return err }, "estimate.length"},
		"a t test of levels": {func() error {
			_, err := estimate.TTest(d, f, &estimate.Grouping{Code: []int32{0, 1, 0}, Count: 2}, o)
			return err
		}, "estimate.not_number"},
		"a table":            {func() error { _, err := estimate.Table(d, []estimate.Variable{shortFactor}, o); return err }, "estimate.length"},
		"a table of numbers": {func() error { _, err := estimate.Table(d, []estimate.Variable{y}, o); return err }, "estimate.not_factor"},
		"a huge table":       {func() error { _, err := estimate.Table(d, []estimate.Variable{wide, wide, wide, wide}, o); return err }, "estimate.table_size"},
		"a test":             {func() error { _, err := estimate.Chisq(d, shortFactor, f, estimate.TestF, o); return err }, "estimate.length"},
		"means of levels":    {func() error { _, err := estimate.AvailableMeans(d, []estimate.Variable{f}, o); return err }, "estimate.not_number"},
		"means":              {func() error { _, err := estimate.AvailableMeans(d, []estimate.Variable{short}, o); return err }, "estimate.length"},
		"a share": {func() error {
			_, err := estimate.Proportion(d, numbers("b", 1, 0, 1), estimate.Plain, estimate.Options{Level: 2})
			return err
		}, "estimate.level"},
	} {
		refused(t, name, c.f(), c.code)
	}
}

// A test takes a table of at most 2,500 cells that occur.
func TestATestOfManyCellsIsRefused(t *testing.T) {
	t.Parallel()
	const n = 51
	v := estimate.Variable{Name: "v", Code: make([]int32, n), Levels: make([]string, n)}
	for i := range n {
		v.Code[i], v.Levels[i] = int32(i), strconv.Itoa(i)
	}
	_, err := estimate.Chisq(simple(t, n), v, v, estimate.TestF, estimate.Options{})
	refused(t, "51 by 51", err, "estimate.table_size")
}

// Under simple random sampling with equal weights the Rao-Scott statistics come from
// Pearson's X², here of the 2 by 2 table 10, 20, 30, 15 (X² = 75·(150-600)²/(30·45·40·35)
// = 8.0357143), with the design effect n/(n-1); a test with given degrees of freedom
// takes them.
func TestSimpleChiSquareIsPearsons(t *testing.T) {
	t.Parallel()
	var r, c []int32
	for cell, count := range []int{10, 20, 30, 15} {
		for range count {
			r, c = append(r, int32(cell/2)), append(c, int32(cell%2))
		}
	}
	row, col, x2 := factor("r", []string{"a", "b"}, r...), factor("c", []string{"p", "q", "never"}, c...), 75*450.0*450.0/(30*45*40*35)
	first, err := estimate.Chisq(simple(t, 75), row, col, estimate.TestChisq, estimate.Options{})
	stop(t, err)
	near(t, "Pearson", first.Statistic, x2, 1e-12)
	near(t, "on one degree", first.NDF, 1, 0)
	inf := math.Inf(1)
	second, err := estimate.Chisq(simple(t, 75), row, col, estimate.TestF, estimate.Options{DF: &inf})
	stop(t, err)
	near(t, "divided by n/(n-1)", second.Statistic, x2*74/75, 1e-9)
	near(t, "the chi-square tail", second.P, math.Erfc(math.Sqrt(x2*74/75/2)), 1e-9)
}

// The ends of a distribution: p of 0 and 1 give the smallest and largest value, one
// row gives itself, a missing value kept gives nothing.
func TestQuantilesAtTheEnds(t *testing.T) {
	t.Parallel()
	d, y, df := simple(t, 4), numbers("y", 7, 1, 5, 3), 30.0
	for _, rule := range []estimate.QuantileRule{estimate.RuleMath, estimate.RuleSchool, estimate.RuleHF7} {
		q, err := estimate.Quantile(d, y, []float64{0, 1}, rule, estimate.Plain, estimate.Options{DF: &df})
		stop(t, err)
		near(t, string(rule)+", smallest", q.Est[0], 1, 0)
		near(t, string(rule)+", largest", q.Est[1], 7, 0)
		near(t, string(rule)+", df", q.DF, 30, 0)
		one, err := estimate.Quantile(d, y, []float64{0.3}, rule, estimate.Plain, estimate.Options{Domain: []bool{false, false, true, false}})
		stop(t, err)
		near(t, string(rule)+", one row", one.Est[0], 5, 0)
		gone, err := estimate.Quantile(d, numbers("y", 7, math.NaN(), 5, 3), []float64{0.5}, rule, estimate.Plain, estimate.Options{})
		stop(t, err)
		if !math.IsNaN(gone.Est[0]) || gone.Missing != 1 {
			t.Errorf("%s: got %v with %d missing, want none with 1", rule, gone.Est[0], gone.Missing)
		}
	}
	// For 1, 3, 5, 7 with equal weights type 7 is 1 + 6p.
	q, err := estimate.Quantile(d, y, []float64{0.1, 0.5, 0.9}, estimate.RuleHF7, estimate.Plain, estimate.Options{})
	stop(t, err)
	for k, p := range q.Probs {
		near(t, "type 7", q.Est[k], 1+6*p, 1e-12)
	}
}

// More answers than the people the weights stand for: the comparison without
// replacement has no meaning, the one with replacement has.
func TestDesignEffectsOfMoreRowsThanPeople(t *testing.T) {
	t.Parallel()
	d, err := design.New(design.Spec{N: 4, Weights: []float64{.5, .5, .5, .5}})
	stop(t, err)
	y := []estimate.Variable{numbers("y", 1, 2, 4, 6)}
	without, err := estimate.Mean(d, y, estimate.Options{Deff: estimate.WithoutReplacement})
	stop(t, err)
	if !math.IsNaN(without.Deff[0]) {
		t.Errorf("got design effect %v, want none", without.Deff[0])
	}
	with, err := estimate.Mean(d, y, estimate.Options{Deff: estimate.WithReplacement})
	stop(t, err)
	near(t, "with replacement", with.Deff[0], 1, 1e-12)
	df := 9.0
	each, err := estimate.AvailableMeans(d, y, estimate.Options{Deff: estimate.WithReplacement, DF: &df})
	stop(t, err)
	near(t, "of its own domain", each.Deff[0], 1, 1e-12)
	near(t, "with the df given", each.DFs[0], 9, 0)
	half := each.Select([]int{0})
	near(t, "selected", half.Cov.At(0, 0), each.Cov.At(0, 0), 0)
}

// Minyi's own interval takes the Kish design effect of the rows with weight and
// answer; groups may come as bytes.
func TestOwnIntervalAndSmallGroups(t *testing.T) {
	t.Parallel()
	w := []float64{1, 3, 2, 0, 5, 1}
	d, err := design.New(design.Spec{N: 6, Weights: w})
	stop(t, err)
	v := numbers("b", 1, 0, 1, 1, 1, math.NaN())
	s, err := estimate.Proportion(d, v, estimate.Own, estimate.Options{DropMissing: true})
	stop(t, err)
	kish := weight.Summarize([]float64{1, 3, 2, 5}).KishDeff
	low, high := estimate.KornGraubard(8.0/11, s.SE, s.DF, 4, kish, 0.95)
	near(t, "low", s.Low, low, 1e-12)
	near(t, "high", s.High, high, 1e-12)

	y := numbers("y", 2, 4, 1, 8, 5, 7)
	bytes, err := estimate.GroupMeans(d, y, estimate.Grouping{Small: []uint8{0, 1, 0, 1, 1, 0}, Count: 2}, estimate.Options{})
	stop(t, err)
	codes, err := estimate.GroupMeans(d, y, estimate.Grouping{Code: []int32{0, 1, 0, 1, 1, 0}, Count: 2}, estimate.Options{})
	stop(t, err)
	for g := range 2 {
		near(t, "group", bytes.Est[g], codes.Est[g], 0)
		near(t, "its standard error", bytes.SE[g], codes.SE[g], 1e-14)
	}
	test, err := estimate.TTest(d, y, &estimate.Grouping{Small: []uint8{0, 1, 0, 1, 1, 0}, Count: 2}, estimate.Options{})
	stop(t, err)
	near(t, "t test of bytes", test.Est, codes.Est[1]-codes.Est[0], 1e-14)
	_, err = estimate.TTest(d, y, &estimate.Grouping{Code: []int32{0, 1}, Count: 2}, estimate.Options{})
	refused(t, "a t test of too few codes", err, "estimate.length")
}
