package scale_test

import (
	"errors"
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/scale"
)

func near(t *testing.T, name string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

func refused(t *testing.T, name string, err error, code string) {
	t.Helper()
	var known *scale.Error
	if !errors.As(err, &known) || known.Code != code || known.Error() == "" {
		t.Errorf("%s: got %v, want %s", name, err, code)
	}
}

func sample(t *testing.T, n int) *design.Design {
	t.Helper()
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	d, err := design.New(design.Spec{N: n, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func item(name string, values ...float64) estimate.Variable {
	return estimate.Variable{Name: name, Values: values}
}

// congeneric makes items with exact moments: four times a factor of values ±1
// and own parts that are orthogonal to it and to each other (columns of a
// Hadamard matrix), so that loadings and own variances are known.
func congeneric(loading, own []float64) []estimate.Variable {
	out := make([]estimate.Variable, len(loading))
	for k := range out {
		values := make([]float64, 16)
		for i := range values {
			values[i] = loading[k]*sign(i, 1) + own[k]*sign(i, k+2)
		}
		out[k] = item(string(rune('a'+k)), values...)
	}
	return out
}

func sign(i, c int) float64 {
	bits := 0
	for v := i & c; v != 0; v &= v - 1 {
		bits++
	}
	return float64(1 - 2*(bits%2))
}

// With an exact one-factor structure omega is its definition, and alpha equals
// it for equal loadings (McDonald 1999, section 6.4).
func TestOmegaOfAnExactFactor(t *testing.T) {
	t.Parallel()
	loading, own := []float64{1, 2, 1.5, 0.5}, []float64{1, 1, 2, 1}
	got, err := scale.Omega(sample(t, 16), congeneric(loading, own), scale.Log, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "omega", got.Est, 25.0/(25+1+1+4+1), 1e-10)
	for k, l := range loading {
		near(t, "loading", got.Loading[k], l/math.Hypot(l, own[k]), 1e-8)
		near(t, "own share", got.Unique[k], own[k]*own[k]/(l*l+own[k]*own[k]), 1e-8)
	}
	if !(got.Low < got.Est && got.Est < got.High && got.High < 1) {
		t.Errorf("limits: got %v to %v about %v", got.Low, got.High, got.Est)
	}
	equal := congeneric([]float64{1, 1, 1}, []float64{1, 2, 0.5})
	o, err := scale.Omega(sample(t, 16), equal, scale.Plain, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := scale.Alpha(sample(t, 16), equal, scale.Plain, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "alpha of equal loadings", a.Est, o.Est, 1e-10)
	near(t, "alpha", a.Est, 9/(9+5.25), 1e-12)
}

func TestItemsThatRunBackwardsOrRestOnTheFloorAreNamed(t *testing.T) {
	t.Parallel()
	got, err := scale.Omega(sample(t, 16), congeneric([]float64{1, 2, -1, 1}, []float64{1, 1, 1, 1}), scale.Log, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Negative) != 1 || got.Negative[0] != "c" {
		t.Errorf("negative: got %v, want c", got.Negative)
	}
	got, err = scale.Omega(sample(t, 16), congeneric([]float64{1, 1, 1, 1}, []float64{0, 1, 1, 1}), scale.Log, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Heywood) != 1 || got.Heywood[0] != "a" {
		t.Errorf("Heywood: got %v, want a", got.Heywood)
	}
	if math.IsNaN(got.SE) {
		t.Error("on the floor: got no standard error")
	}
}

// The standard error from the analytic gradient against one from omega of
// samples with slightly other weights; on the floor the own share moves with the
// item's variance.
func TestOmegaVarianceFollowsItsInfluence(t *testing.T) {
	t.Parallel()
	for name, own := range map[string][]float64{"free": {1, 2, 1, 1}, "on the floor": {0, 1, 1, 1}} {
		items := congeneric([]float64{1, 1, 1, 1}, own)
		for i := range items[1].Values { // no exact fit
			items[1].Values[i] += 0.3 * sign(i, 9) * float64(i%3)
			items[2].Values[i] += 0.2 * items[3].Values[i]
		}
		w := make([]float64, 16)
		omega := func(row int, h float64) (float64, float64) {
			for i := range w {
				w[i] = 1
			}
			w[row] += h
			d, err := design.New(design.Spec{N: 16, Weights: w})
			if err != nil {
				t.Fatal(err)
			}
			got, err := scale.Omega(d, items, scale.Plain, estimate.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return got.Est, got.SE
		}
		_, se := omega(0, 0)
		variance := 0.0
		for row := range 16 {
			up, _ := omega(row, 1e-4)
			down, _ := omega(row, -1e-4)
			z := (up - down) / 2e-4
			variance += 16.0 / 15 * z * z
		}
		near(t, name, se, math.Sqrt(variance), 1e-6*se)
	}
}

func TestUndefinedReliabilities(t *testing.T) {
	t.Parallel()
	same, err := scale.Alpha(sample(t, 3), []estimate.Variable{item("a", 1, 1, 1), item("b", 2, 2, 2)}, scale.Log, estimate.Options{})
	if err != nil || !math.IsNaN(same.Est) || !math.IsNaN(same.Low) {
		t.Errorf("all the same: got %+v, %v; want NaN", same, err)
	}
	gap := []estimate.Variable{item("a", 1, 2, math.NaN(), 4), item("b", 1, 3, 3, 4)}
	open, err := scale.Alpha(sample(t, 4), gap, scale.Log, estimate.Options{})
	if err != nil || !math.IsNaN(open.Est) || open.Missing != 1 {
		t.Errorf("a missing answer: got %+v, %v; want NaN and one missing", open, err)
	}
	closed, err := scale.Alpha(sample(t, 4), gap, scale.Log, estimate.Options{DropMissing: true})
	if err != nil || math.IsNaN(closed.Est) || closed.N != 3 {
		t.Errorf("left out: got %+v, %v; want alpha of 3 rows", closed, err)
	}
	perfect, err := scale.Alpha(sample(t, 3), []estimate.Variable{item("a", 1, 2, 3), item("b", 1, 2, 3)}, scale.Log, estimate.Options{})
	if err != nil || perfect.Est != 1 || perfect.High != 1 {
		t.Errorf("twins: got %+v, %v; want 1", perfect, err)
	}
	apart, err := scale.Alpha(sample(t, 4), []estimate.Variable{item("a", 0, 0, 1, 1), item("b", 0, 1, 0, 1)}, scale.Log, estimate.Options{})
	if err != nil || math.Abs(apart.Est) > 1e-12 {
		t.Errorf("two items that do not go together: got %+v, %v; want 0", apart, err)
	}
	one, err := scale.Items(sample(t, 1), []estimate.Variable{item("a", 1), item("b", 1)}, estimate.Options{})
	if err != nil || !math.IsNaN(one.Alpha) {
		t.Errorf("one respondent: got %+v, %v; want NaN", one, err)
	}
	two, err := scale.Items(sample(t, 4), []estimate.Variable{item("a", 1, 2, 3, 4), item("b", 2, 2, 2, 2)}, estimate.Options{})
	if err != nil || !math.IsNaN(two.Items[1].Rest) || !math.IsNaN(two.Items[0].AlphaWithout) || two.Items[0].Low != 1 {
		t.Errorf("an item without spread: got %+v, %v", two, err)
	}
}

func TestScalesThatAreRefused(t *testing.T) {
	t.Parallel()
	d, a, b, c := sample(t, 3), item("a", 1, 2, 3), item("b", 2, 1, 3), item("c", 5, 5, 5)
	factor := estimate.Variable{Name: "f", Code: []int32{0, 1, 0}, Levels: []string{"x", "y"}}
	many := make([]estimate.Variable, 101)
	for k := range many {
		many[k] = item(string(rune(k)), 1, 2, 3)
	}
	for name, c := range map[string]struct {
		items  []estimate.Variable
		method scale.Interval
		o      estimate.Options
		omega  bool
		code   string
	}{
		"one item":                {[]estimate.Variable{a}, scale.Log, estimate.Options{}, false, "scale.items"},
		"two items for omega":     {[]estimate.Variable{a, b}, scale.Log, estimate.Options{}, true, "scale.items"},
		"too many items":          {many, scale.Log, estimate.Options{}, false, "scale.items"},
		"a factor":                {[]estimate.Variable{a, factor}, scale.Log, estimate.Options{}, false, "scale.not_number"},
		"an item twice":           {[]estimate.Variable{a, a}, scale.Log, estimate.Options{}, false, "scale.item_twice"},
		"an unknown interval":     {[]estimate.Variable{a, b}, "exact", estimate.Options{}, false, "scale.interval"},
		"Feldt for omega":         {[]estimate.Variable{a, b, c}, scale.Feldt, estimate.Options{}, true, "scale.interval"},
		"an item without spread":  {[]estimate.Variable{a, b, c}, scale.Log, estimate.Options{}, true, "scale.no_variance"},
		"a level of 2":            {[]estimate.Variable{a, b}, scale.Log, estimate.Options{Level: 2}, false, "estimate.level"},
		"an item of other length": {[]estimate.Variable{a, item("b", 1)}, scale.Log, estimate.Options{}, false, "estimate.length"},
	} {
		var err error
		if c.omega {
			_, err = scale.Omega(d, c.items, c.method, c.o)
		} else {
			_, err = scale.Alpha(d, c.items, c.method, c.o)
		}
		refused(t, name, err, c.code)
	}
	_, err := scale.Items(d, []estimate.Variable{a}, estimate.Options{})
	refused(t, "items of one", err, "scale.items")
}

// Correlations .5, .3 and -.5, which no single factor reproduces: the best fit
// rests on the floor. R 4.2.2: factanal(covmat = R, factors = 1), nstart = 50.
func TestAFitOnTheFloorIsThatOfR(t *testing.T) {
	t.Parallel()
	s := math.Sqrt(0.75)
	r := -0.65 / s
	left := math.Sqrt(1 - 0.09 - r*r)
	a, b, c := make([]float64, 8), make([]float64, 8), make([]float64, 8)
	for i := range a {
		a[i] = sign(i, 1)
		b[i] = 0.5*sign(i, 1) + s*sign(i, 2)
		c[i] = 0.3*sign(i, 1) + r*sign(i, 2) + left*sign(i, 4)
	}
	got, err := scale.Omega(sample(t, 8), []estimate.Variable{item("a", a...), item("b", b...), item("c", c...)}, scale.Log, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0.4994146524, 0.9975029938, -0.4994146524} {
		near(t, "loading", got.Loading[k], want, 1e-8)
	}
	near(t, "own share", got.Unique[0], 0.7505850043, 1e-8)
}
