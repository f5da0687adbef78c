package weight_test

import (
	"math"
	"testing"

	"minyi/stats/weight"
)

func modelOf(t *testing.T, n int, constant bool, terms ...weight.Term) *weight.Model {
	t.Helper()
	m, err := weight.NewModel(n, constant, terms)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A model of one factor fits the share that answered in each level, so that
// dividing by it is the adjustment by classes (by hand: 2 of 3 and 1 of 2).
func TestPropensityOfOneFactorIsTheRateOfItsLevels(t *testing.T) {
	t.Parallel()
	w := []float64{1, 1, 1, 4, 4}
	answered := []bool{true, true, false, true, false}
	model := modelOf(t, 5, true, weight.Term{Name: "area", Code: []int32{0, 0, 0, 1, 1}, Levels: []string{"north", "south"}})
	got, err := weight.AdjustByPropensity(w, answered, model, weight.PropensitySpec{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1.5, 1.5, 0, 8, 0} {
		near(t, "weight", got.Weights[i], want, 1e-12)
	}
	near(t, "rate", got.Rate, 6.0/11, 1e-12)
	near(t, "smallest propensity", got.MinFitted, 0.5, 1e-12)
	near(t, "largest propensity", got.MaxFitted, 2.0/3, 1e-12)
	near(t, "factor", got.MaxFactor, 2, 1e-12)
	// 1 - 2·SD of 2/3 three times and 1/2 twice.
	near(t, "R indicator", got.RIndicator, 1-2*math.Sqrt((3*1.0/225+2*1.0/100)/4), 1e-12)
	floored, err := weight.AdjustByPropensity(w, answered, model, weight.PropensitySpec{Floor: 0.6})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "floored weight", floored.Weights[3], 4/0.6, 1e-12)
	if floored.Floored != 1 {
		t.Errorf("floored: got %d, want 1", floored.Floored)
	}
	classes, err := weight.AdjustByPropensity(w, answered, model, weight.PropensitySpec{Classes: 2, Base: w})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "class weight", classes.Weights[0], 1.5, 1e-12)
	near(t, "class weight", classes.Weights[3], 8, 1e-12)
	if got, want := len(classes.Classes), 2; got != want {
		t.Errorf("classes: got %d, want %d", got, want)
	}
}

func TestPropensitiesThatAreRefused(t *testing.T) {
	t.Parallel()
	w, x := []float64{1, 1, 1, 1}, []float64{1, 2, 3, 4}
	mixed := []bool{true, false, true, false}
	model := modelOf(t, 4, true, weight.Term{Name: "x", Values: x})
	for name, c := range map[string]struct {
		w        []float64
		answered []bool
		s        weight.PropensitySpec
		code     string
	}{
		"too few marks":       {w, mixed[:2], weight.PropensitySpec{}, "weight.length"},
		"too few base":        {w, mixed, weight.PropensitySpec{Base: w[:1]}, "weight.length"},
		"a negative weight":   {[]float64{1, -1, 1, 1}, mixed, weight.PropensitySpec{}, "weight.bad"},
		"all answered":        {w, []bool{true, true, true, true}, weight.PropensitySpec{}, "weight.response"},
		"none answered":       {w, make([]bool, 4), weight.PropensitySpec{}, "weight.response"},
		"one class":           {w, mixed, weight.PropensitySpec{Classes: 1}, "weight.classes"},
		"a floor of 1":        {w, mixed, weight.PropensitySpec{Floor: 1}, "weight.floor"},
		"separated":           {w, []bool{true, true, false, false}, weight.PropensitySpec{}, "regression.separated"},
		"a class without any": {w, mixed, weight.PropensitySpec{Classes: 4}, "weight.empty_class"},
	} {
		_, err := weight.AdjustByPropensity(c.w, c.answered, model, c.s)
		refused(t, name, err, c.code)
	}
}

// Least squares through three points, by hand: slope 1.5, constant -1/3.
func TestRegressionByHand(t *testing.T) {
	t.Parallel()
	w, x, y := []float64{1, 1, 1, 0}, []float64{1, 2, 3, 9}, []float64{1, 3, 4, math.NaN()}
	fit, err := weight.Regress(weight.Gaussian, w, y, modelOf(t, 4, true, weight.Term{Name: "x", Values: x}))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "constant", fit.Beta[0], -1.0/3, 1e-14)
	near(t, "slope", fit.Beta[1], 1.5, 1e-14)
	for j, column := range fit.Influence(w, y) {
		sum := 0.0
		for _, v := range column {
			sum += v
		}
		near(t, "the influence sums to 0", sum, 0, 1e-14)
		near(t, "no influence without weight", fit.Influence(w, y)[j][3], 0, 0)
	}
}

// A billion-fold range of weights and values around a million: y is 1e9 + 2x, of
// which a double keeps 1e-7.
func TestRegressionOfLargeNumbers(t *testing.T) {
	t.Parallel()
	n := 50
	w, x, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		w[i], x[i] = math.Pow(1e9, float64(i)/float64(n-1)), 1e6+float64(i)
		y[i] = 1e9 + 2*x[i]
	}
	fit, err := weight.Regress(weight.Gaussian, w, y, modelOf(t, n, true, weight.Term{Name: "x", Values: x}))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "slope", fit.Beta[1], 2, 1e-6)
	near(t, "constant", fit.Beta[0], 1e9, 1)
}

func TestRegressionsThatAreRefused(t *testing.T) {
	t.Parallel()
	one, x := []float64{1, 1, 1, 1}, []float64{1, 2, 3, 4}
	line := modelOf(t, 4, true, weight.Term{Name: "x", Values: x})
	twice := modelOf(t, 4, true, weight.Term{Name: "x", Values: x}, weight.Term{Name: "2x", Values: []float64{2, 4, 6, 8}})
	flat := modelOf(t, 4, true, weight.Term{Name: "c", Values: []float64{3, 3, 3, 3}})
	for name, c := range map[string]struct {
		family weight.Family
		w, y   []float64
		model  *weight.Model
		code   string
		at     string
	}{
		"an unknown family":     {"poisson", one, x, line, "regression.family", "family"},
		"too few outcomes":      {weight.Gaussian, one, x[:2], line, "weight.length", ""},
		"no weight":             {weight.Gaussian, make([]float64, 4), x, line, "weight.sum", ""},
		"a missing outcome":     {weight.Gaussian, one, []float64{1, math.NaN(), 1, 1}, line, "regression.missing", "row 2"},
		"an outcome of 2":       {weight.Binomial, one, []float64{0, 1, 2, 1}, line, "regression.outcome", "row 3"},
		"a column twice":        {weight.Gaussian, one, x, twice, "regression.aliased", "2x"},
		"a constant column":     {weight.Gaussian, one, x, flat, "regression.aliased", "c"},
		"separated":             {weight.Binomial, one, []float64{0, 0, 1, 1}, line, "regression.separated", "x"},
		"all outcomes the same": {weight.Binomial, one, one, line, "regression.separated", "(Intercept)"},
	} {
		_, err := weight.Regress(c.family, c.w, c.y, c.model)
		refused(t, name, err, c.code)
		if known, ok := err.(*weight.Error); ok && known.At != c.at { //nolint:errorlint // the package returns it unwrapped
			t.Errorf("%s: got place %q, want %q", name, known.At, c.at)
		}
	}
}
