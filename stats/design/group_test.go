package design_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// made is a made-up sample of 5 strata, 6 PSUs each, in 4 groups: the PSUs cross the
// groups, or lie in one each.
type made struct {
	n            int
	psu, stratum []int32
	w            []float64
	group        []int32
	small        []uint8
	model        *weight.Model
	totals       []float64
}

// How the groups lie to the design: PSUs within a group each, strata, or neither.
const (
	psusWithin = iota
	strataWithin
	across
)

func makeUp(t *testing.T, n, lie int, numeric bool) made {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	m := made{n: n, psu: make([]int32, n), stratum: make([]int32, n), w: make([]float64, n), group: make([]int32, n), small: make([]uint8, n)}
	sex, x := make([]int32, n), make([]float64, n)
	for i := range n {
		m.psu[i] = int32(i * 30 / n)
		m.stratum[i] = m.psu[i] / 6
		m.w[i] = 1 + 4*rng.Float64()
		m.group[i] = m.psu[i] % 4
		switch lie {
		case across:
			m.group[i] = int32(rng.IntN(4))
		case strataWithin:
			m.group[i] = m.stratum[i] % 4
		}
		m.small[i] = uint8(rng.IntN(3))
		sex[i], x[i] = int32(rng.IntN(2)), rng.NormFloat64()
	}
	terms := []weight.Term{
		{Name: "sex", Code: sex, Levels: []string{"f", "m"}},
		{Name: "group", Code: m.group, Levels: []string{"a", "b", "c", "d"}},
	}
	if numeric {
		terms = append(terms, weight.Term{Name: "x", Values: x})
	}
	var err error
	if m.model, err = weight.NewModel(n, true, terms); err != nil {
		t.Fatal(err)
	}
	m.totals = []float64{3.5 * float64(n), 1.8 * float64(n), 0.9 * float64(n), 0.8 * float64(n), 0.9 * float64(n)}
	if numeric {
		m.totals = append(m.totals, 0.05*float64(n))
	}
	return m
}

func (m *made) design(t *testing.T) *design.Design {
	t.Helper()
	return must(t, design.Spec{N: m.n, IDs: [][]int32{m.psu}, Strata: m.stratum, Weights: m.w})
}

func (m *made) calibrated(t *testing.T) *design.Design {
	t.Helper()
	d, err := m.design(t).Calibrate(m.model, weight.Calibration{Method: weight.Raking, Totals: m.totals, Control: weight.Control{Epsilon: 1e-12, MaxIter: 100}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// spelled is the covariance of the group totals of w·y from one full column a group.
func spelled(t *testing.T, d *design.Design, group []int32, count int, y []float64) *mat.SymDense {
	t.Helper()
	z := make([][]float64, count)
	for g := range z {
		z[g] = make([]float64, len(y))
	}
	for i, g := range group {
		if g >= 0 {
			z[g][i] = d.Weights()[i] * y[i]
		}
	}
	v, err := d.Covariance(z)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sameMatrix(t *testing.T, name string, got, want mat.Symmetric) {
	t.Helper()
	n, top := want.SymmetricDim(), 0.0
	for i := range n {
		top = math.Max(top, want.At(i, i))
	}
	for i := range n {
		for j := range n {
			if d := math.Abs(got.At(i, j) - want.At(i, j)); !(d <= 1e-11*top) {
				t.Errorf("%s: got %v at %d, %d, want %v", name, got.At(i, j), i, j, want.At(i, j))
			}
		}
	}
}

// The sums by PSU and group must give what the columns spelled out give, whatever
// was done to the weights: trimmed after the calibration, the value over the
// calibrated weight is no longer the variable.
func TestGroupCovarianceIsThatOfTheColumnsSpelledOut(t *testing.T) {
	t.Parallel()
	m := makeUp(t, 300, across, true)
	base, fit := m.design(t), m.calibrated(t)
	trimmed, err := fit.Trim(1.5, 4.5, false)
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := fit.Scale(2000)
	if err != nil {
		t.Fatal(err)
	}
	cells := weight.Cells{Code: m.group, Totals: []float64{200, 300, 250, 300}}
	post, err := base.Poststratify(cells)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := post.Calibrate(m.model, weight.Calibration{Method: weight.Linear, Totals: m.totals})
	if err != nil {
		t.Fatal(err)
	}
	second := make([]int32, m.n)
	fpc := [][]float64{make([]float64, m.n), make([]float64, m.n)}
	for i := range m.n {
		second[i], fpc[0][i], fpc[1][i] = int32(i%4), 20, 9
	}
	stages := must(t, design.Spec{N: m.n, IDs: [][]int32{m.psu, second}, Strata: m.stratum, Weights: m.w, FPC: fpc})
	y, outside := make([]float64, m.n), append([]int32(nil), m.group...)
	for i := range y {
		y[i] = math.Sin(float64(i))
		if i%7 == 0 {
			outside[i] = -1
		}
	}
	for name, d := range map[string]*design.Design{
		"as drawn": base, "calibrated": fit, "calibrated, then trimmed": trimmed, "calibrated, then scaled": scaled,
		"post-stratified": post, "post-stratified, then calibrated": twice, "two stages": stages,
	} {
		got, err := d.GroupCovariance(outside, 4, y)
		if err != nil {
			t.Fatal(name, err)
		}
		sameMatrix(t, name, got, spelled(t, d, outside, 4, y))
	}
	_, err = base.GroupCovariance(outside[1:], 4, y)
	refused(t, "a group too few", err, "design.length")
}

func TestGroupCovarianceRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	fpc := []float64{9, 9}
	d := must(t, design.Spec{N: 2, IDs: [][]int32{{0, 1}, {0, 0}}, FPC: [][]float64{fpc, fpc}, Lonely: design.LonelyRemove})
	_, err := d.GroupCovariance([]int32{0, 1}, 1<<27, []float64{1, 2})
	refused(t, "a matrix of 2^27 rows", err, "design.too_large")
}

// Codes may be any integers: large, negative, or both give what small ones give.
func TestCodesMayBeAnyIntegers(t *testing.T) {
	t.Parallel()
	m := makeUp(t, 120, across, false)
	label := func(codes []int32, f func(k int32) int32) []int32 {
		out := make([]int32, len(codes))
		for i, k := range codes {
			out[i] = f(k)
		}
		return out
	}
	z := make([]float64, m.n)
	for i := range z {
		z[i] = math.Sin(float64(7 * i))
	}
	want := variance(t, m.design(t), z...)
	for name, f := range map[string]func(int32) int32{
		"large":    func(k int32) int32 { return 1<<30 - 40_000_000*k },
		"negative": func(k int32) int32 { return 3 - k },
	} {
		d := must(t, design.Spec{N: m.n, IDs: [][]int32{label(m.psu, f)}, Strata: label(m.stratum, f), Weights: m.w, Nest: true})
		near(t, name, variance(t, d, z...), want)
		again := must(t, design.Spec{N: m.n, IDs: [][]int32{label(m.psu, func(k int32) int32 { return f(k % 6) })}, Strata: label(m.stratum, f), Weights: m.w, Nest: true})
		near(t, name+", labels start again", variance(t, again, z...), want)
	}
}

// With equal base weights R's rule for raked weights is the regression on all
// margins, which is the residual of a calibration with the raking distance.
func TestRakedVarianceIsThatOfTheRegressionForEqualWeights(t *testing.T) {
	t.Parallel()
	m := makeUp(t, 300, across, false)
	for i := range m.w {
		m.w[i] = 3.5
	}
	sex := make([]int32, m.n)
	for i := range sex {
		sex[i] = int32(i*i%7) % 2
	}
	model, err := weight.NewModel(m.n, true, []weight.Term{{Name: "sex", Code: sex, Levels: []string{"f", "m"}}, {Name: "group", Code: m.group, Levels: []string{"a", "b", "c", "d"}}})
	if err != nil {
		t.Fatal(err)
	}
	control := weight.Control{Epsilon: 1e-11, MaxIter: 500}
	raked, err := m.design(t).Rake([]weight.Margin{{Name: "sex", Code: sex, Totals: []float64{500, 550}}, {Name: "group", Code: m.group, Totals: []float64{300, 250, 260, 240}}}, control)
	if err != nil {
		t.Fatal(err)
	}
	calibrated, err := m.design(t).Calibrate(model, weight.Calibration{Method: weight.Raking, Totals: []float64{1050, 550, 250, 260, 240}, Control: control})
	if err != nil {
		t.Fatal(err)
	}
	z := make([]float64, m.n)
	for i, w := range raked.Weights() {
		if v := calibrated.Weights()[i]; math.Abs(v-w) > 1e-8*w {
			t.Fatalf("row %d: got weight %v by raking, %v by calibration", i+1, w, v)
		}
		z[i] = w * math.Sin(float64(3*i))
	}
	a, b := variance(t, raked, z...), variance(t, calibrated, z...)
	if math.Abs(a-b) > 1e-6*b {
		t.Errorf("got variance %v of raked weights, %v of calibrated ones", a, b)
	}
}

// A step that cannot be done on the sample or on one replicate fails and says where.
func TestStepsThatFailSayWhere(t *testing.T) {
	t.Parallel()
	d := must(t, design.Spec{N: 4, Weights: []float64{1, 1, 1, 1}})
	code := []int32{0, 0, 0, 1}
	cells := weight.Cells{Code: code, Totals: []float64{6, 2}}
	_, err := d.Rake([]weight.Margin{{Name: "f", Code: code, Totals: []float64{6, -1}}}, weight.Control{})
	refused(t, "a negative margin", err, "weight.bad_total")
	model, err := weight.NewModel(4, true, []weight.Term{{Name: "f", Code: code, Levels: []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Calibrate(model, weight.Calibration{Method: weight.Raking, Totals: []float64{4, 9}})
	refused(t, "a margin above the population", err, "weight.infeasible")
	_, err = d.Poststratify(weight.Cells{Code: []int32{0, 0, 0, -1}, Totals: []float64{6}})
	refused(t, "a row without a cell", err, "weight.no_cell")
	jackknife, err := d.Resample(design.ResampleSpec{Method: design.JK1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = jackknife.Poststratify(cells); err == nil || !strings.Contains(err.Error(), "replicate 4") {
		t.Errorf("got %v, want the replicate that lacks the cell's only row", err)
	}
	_, err = jackknife.Covariance([][]float64{{1, 2, 3, 4}})
	refused(t, "linearization of replicates", err, "design.replicate")
	near(t, "df of a jackknife", jackknife.DF(nil), 3)
}
