package weight_test

import (
	"errors"
	"math"
	"testing"

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
	var known *weight.Error
	if !errors.As(err, &known) || known.Code != code || known.Error() == "" {
		t.Errorf("%s: got %v, want %s", name, err, code)
	}
}

func TestCheckNamesTheBadRow(t *testing.T) {
	t.Parallel()
	for name, w := range map[string][]float64{
		"NaN": {1, math.NaN()}, "infinite": {1, math.Inf(1)}, "negative": {1, -1},
	} {
		err := weight.Check(w)
		refused(t, name, err, "weight.bad")
		if got, want := err.Error()[:6], "row 2:"; got != want {
			t.Errorf("%s: got %q, want it to lead with %q", name, err, want)
		}
	}
	refused(t, "all zero", weight.Check([]float64{0, 0}), "weight.sum")
	if err := weight.Check([]float64{1e-6, 1e9}); err != nil {
		t.Errorf("a billion-fold range: got %v", err)
	}
}

// Kish (1965): n·Σw²/(Σw)² for weights 1, 1, 2 is 3·6/16.
func TestSummarize(t *testing.T) {
	t.Parallel()
	s := weight.Summarize([]float64{1, 1, 2})
	near(t, "deff", s.KishDeff, 18.0/16, 1e-15)
	near(t, "n_eff", s.KishNeff, 16.0/6, 1e-15)
	near(t, "sum", s.Sum, 4, 0)
	if s := weight.Summarize(nil); !math.IsNaN(s.Min) || !math.IsNaN(s.KishDeff) {
		t.Errorf("no rows: got %+v, want NaN", s)
	}
	huge := weight.Summarize([]float64{1e300, 1e300})
	near(t, "huge weights", huge.KishNeff, 2, 1e-12)
}

func TestPoststratifyMeetsItsCells(t *testing.T) {
	t.Parallel()
	cells := weight.Cells{Code: []int32{0, 0, 1}, Totals: []float64{30, 5}, Names: []string{"a", "b"}}
	got, err := weight.Poststratify([]float64{1, 2, 4}, cells)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{10, 20, 5} {
		near(t, "weight", got[i], want, 1e-12)
	}
	empty := weight.Cells{Code: []int32{0, 0, 0}, Totals: []float64{30, 5}}
	_, err = weight.Poststratify([]float64{1, 2, 4}, empty)
	refused(t, "empty cell", err, "weight.empty_cell")
	for name, c := range map[string]struct {
		cells weight.Cells
		code  string
	}{
		"no cell":          {weight.Cells{Code: []int32{0, -1, 0}, Totals: []float64{1}}, "weight.no_cell"},
		"another length":   {weight.Cells{Code: []int32{0}, Totals: []float64{1}}, "weight.length"},
		"a negative total": {weight.Cells{Code: []int32{0, 0, 0}, Totals: []float64{-1}}, "weight.bad_total"},
	} {
		_, err := weight.Poststratify([]float64{1, 2, 4}, c.cells)
		refused(t, name, err, c.code)
	}
}

func TestNonresponseMovesWeightWithinItsClass(t *testing.T) {
	t.Parallel()
	classes := weight.Classes{Code: []int32{0, 0, 1, 1}, Totals: []float64{0, 0}}
	got, err := weight.AdjustNonresponse([]float64{2, 3, 4, 4}, []bool{true, false, true, true}, classes)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{5, 0, 4, 4} {
		near(t, "weight", got[i], want, 1e-12)
	}
	_, err = weight.AdjustNonresponse([]float64{2, 3, 4, 4}, []bool{false, false, true, true}, classes)
	refused(t, "a silent class", err, "weight.empty_class")
	_, err = weight.AdjustNonresponse([]float64{2}, nil, classes)
	refused(t, "another length", err, "weight.length")
}

func margins() []weight.Margin {
	return []weight.Margin{
		{Name: "sex", Code: []int32{0, 0, 1, 1, 0, 1}, Totals: []float64{60, 40}, Levels: []string{"f", "m"}},
		{Name: "age", Code: []int32{0, 1, 0, 1, 2, 2}, Totals: []float64{50, 30, 20}, Levels: []string{"y", "m", "o"}},
	}
}

func TestRakingMeetsEveryMargin(t *testing.T) {
	t.Parallel()
	fit, err := weight.Rake([]float64{1, 2, 3, 4, 5, 6}, margins(), weight.Control{Epsilon: 1e-10, MaxIter: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range margins() {
		sums := make([]float64, len(m.Totals))
		for i, k := range m.Code {
			sums[k] += fit.Weights[i]
		}
		for k, want := range m.Totals {
			near(t, m.Name, sums[k], want, 1e-9)
		}
	}
	if fit.Iterations < 2 || !(fit.MinG > 0) || !(fit.MaxG >= fit.MinG) {
		t.Errorf("got %+v", fit)
	}
}

func TestRakingRefusesWhatCannotBeMet(t *testing.T) {
	t.Parallel()
	w := []float64{1, 2, 3, 4, 5, 6}
	_, err := weight.Rake(w, nil, weight.Control{})
	refused(t, "no margin", err, "weight.no_margins")
	other := margins()
	other[1].Totals[0] = 99
	_, err = weight.Rake(w, other, weight.Control{})
	refused(t, "margins disagree", err, "weight.margins_disagree")
	empty := margins()
	empty[1].Code = []int32{0, 1, 0, 1, 0, 1}
	_, err = weight.Rake(w, empty, weight.Control{})
	refused(t, "an empty category", err, "weight.empty_cell")
	_, err = weight.Rake(w, margins(), weight.Control{Epsilon: 1e-13, MaxIter: 1})
	refused(t, "one round", err, "weight.not_converged")
	// Two respondents on the diagonal: 60:40 and 50:50 contradict each other.
	diagonal := []weight.Margin{
		{Name: "a", Code: []int32{0, 1}, Totals: []float64{60, 40}}, {Name: "b", Code: []int32{0, 1}, Totals: []float64{50, 50}},
	}
	_, err = weight.Rake([]float64{1, 1}, diagonal, weight.Control{MaxIter: 200})
	refused(t, "contradiction", err, "weight.not_converged")
}

func TestRakingOfManyCellsEqualsThatOfFew(t *testing.T) {
	t.Parallel()
	// 2,000 × 2,000 categories go through the map instead of the table.
	n := 4000
	a, b := make([]int32, n), make([]int32, n)
	ta, tb, w := make([]float64, 2000), make([]float64, 2000), make([]float64, n)
	for i := range n {
		a[i], b[i], w[i] = int32(i%2000), int32((i+i/2000)%2000), 1+float64(i%7)
		ta[a[i]] += 3
		tb[b[i]] += 3
	}
	fit, err := weight.Rake(w, []weight.Margin{{Name: "a", Code: a, Totals: ta}, {Name: "b", Code: b, Totals: tb}}, weight.Control{Epsilon: 0.05, MaxIter: 5000})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sum", weight.Summarize(fit.Weights).Sum, 3*float64(n), 1e-3)
}

func TestTrim(t *testing.T) {
	t.Parallel()
	w := []float64{1, 2, 3, 10}
	once, err := weight.Trim(w, 0, 5, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1 + 5.0/3, 2 + 5.0/3, 3 + 5.0/3, 5} {
		near(t, "one pass", once[i], want, 1e-12)
	}
	strict, err := weight.Trim(w, 0, 4.5, true)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sum", weight.Summarize(strict).Sum, 16, 1e-9)
	near(t, "max", weight.Summarize(strict).Max, 4.5, 1e-9)
	_, err = weight.Trim(w, 5, 4, false)
	refused(t, "crossed bounds", err, "weight.trim_bounds")
	_, err = weight.Trim([]float64{9, 9}, 0, 5, true)
	refused(t, "nothing left", err, "weight.trim_all")
	_, err = weight.Trim([]float64{1, 9}, 0, 2, true)
	refused(t, "sum does not fit", err, "weight.trim_all")
}

func model(t *testing.T) *weight.Model {
	t.Helper()
	m, err := weight.NewModel(6, true, []weight.Term{
		{Name: "sex", Code: []int32{0, 0, 1, 1, 0, 1}, Levels: []string{"f", "m"}},
		{Name: "x", Values: []float64{1, 4, 2, 3, 0, 5}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCalibrationMeetsItsTotalsByEveryMethod(t *testing.T) {
	t.Parallel()
	w := []float64{10, 12, 8, 9, 11, 10}
	cases := map[string]weight.Calibration{
		"linear":              {Method: weight.Linear},
		"linear, bounded":     {Method: weight.Linear, Bounds: weight.Bounds{Low: 0.7, High: 1.6}},
		"linear, on weights":  {Method: weight.Linear, Bounds: weight.Bounds{Low: 6, High: 16, Const: true}},
		"raking":              {Method: weight.Raking},
		"raking, bounded":     {Method: weight.Raking, Bounds: weight.Bounds{Low: 0.7, High: 1.6}},
		"logit":               {Method: weight.Logit, Bounds: weight.Bounds{Low: 0.6, High: 1.8}},
		"raking, one-sided":   {Method: weight.Raking, Bounds: weight.Bounds{Low: math.Inf(-1), High: 1.5}},
		"logit, narrow bound": {Method: weight.Logit, Bounds: weight.Bounds{Low: 0.75, High: 1.35}},
	}
	m := model(t)
	for name, c := range cases {
		var err error
		if c.Totals, err = m.Totals(map[string]float64{"(Intercept)": 63, "sex=m": 29, "x": 162}); err != nil {
			t.Fatal(err)
		}
		c.Epsilon, c.MaxIter = 1e-10, 200
		fit, err := weight.Calibrate(w, m, c)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sums := make([]float64, 3)
		for i, v := range fit.Weights {
			m.AddGroupRow(sums, i, v)
		}
		for j, want := range c.Totals {
			near(t, name+" "+m.Names()[j], sums[j], want, 1e-7)
		}
		if b := c.Bounds; b != (weight.Bounds{}) && !b.Const && (fit.MinG < b.Low-1e-12 || fit.MaxG > b.High+1e-12) {
			t.Errorf("%s: got g from %v to %v, want within %v", name, fit.MinG, fit.MaxG, b)
		}
	}
}

func TestCalibrationRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	m, w := model(t), []float64{10, 12, 8, 9, 11, 10}
	good := []float64{63, 29, 162}
	cases := map[string]struct {
		w    []float64
		c    weight.Calibration
		code string
	}{
		"no method":             {w, weight.Calibration{Totals: good}, "weight.method"},
		"logit without bounds":  {w, weight.Calibration{Method: weight.Logit, Totals: good}, "weight.bounds"},
		"logit, weight bounds":  {w, weight.Calibration{Method: weight.Logit, Totals: good, Bounds: weight.Bounds{Low: 1, High: 2, Const: true}}, "weight.bounds"},
		"logit, infinite bound": {w, weight.Calibration{Method: weight.Logit, Totals: good, Bounds: weight.Bounds{Low: 0, High: math.Inf(1)}}, "weight.bounds"},
		"crossed bounds":        {w, weight.Calibration{Method: weight.Linear, Totals: good, Bounds: weight.Bounds{Low: 2, High: 1}}, "weight.bounds"},
		"bounds without 1":      {w, weight.Calibration{Method: weight.Linear, Totals: good, Bounds: weight.Bounds{Low: 1.1, High: 2}}, "weight.bounds"},
		"other lengths":         {w[:3], weight.Calibration{Method: weight.Linear, Totals: good}, "weight.length"},
		"a negative weight":     {[]float64{1, 1, 1, 1, 1, -1}, weight.Calibration{Method: weight.Linear, Totals: good}, "weight.bad"},
		"out of reach":          {w, weight.Calibration{Method: weight.Linear, Totals: []float64{63, 29, 900}, Bounds: weight.Bounds{Low: 0.9, High: 1.1}}, "weight.infeasible"},
		"negative under raking": {w, weight.Calibration{Method: weight.Raking, Totals: []float64{63, 70, 162}}, "weight.infeasible"},
	}
	for name, c := range cases {
		_, err := weight.Calibrate(c.w, m, c.c)
		refused(t, name, err, c.code)
	}
}

func TestModelRefusesBadTermsAndTotals(t *testing.T) {
	t.Parallel()
	codes := []int32{0, 1}
	cases := map[string]struct {
		terms []weight.Term
		code  string
	}{
		"nothing":         {nil, "weight.no_terms"},
		"named twice":     {[]weight.Term{{Name: "x", Values: []float64{1, 2}}, {Name: "x", Values: []float64{1, 2}}}, "weight.term_twice"},
		"a missing value": {[]weight.Term{{Name: "x", Values: []float64{1, math.NaN()}}}, "weight.missing"},
		"a missing level": {[]weight.Term{{Name: "f", Code: []int32{0, -1}, Levels: []string{"a"}}}, "weight.missing"},
		"too short":       {[]weight.Term{{Name: "x", Values: []float64{1}}}, "weight.length"},
		"codes too short": {[]weight.Term{{Name: "f", Code: codes[:1], Levels: []string{"a"}}}, "weight.length"},
	}
	for name, c := range cases {
		_, err := weight.NewModel(2, false, c.terms)
		refused(t, name, err, c.code)
	}
	m, err := weight.NewModel(2, true, []weight.Term{{Name: "f", Code: codes, Levels: []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		totals map[string]float64
		code   string
	}{
		"missing":  {map[string]float64{"(Intercept)": 2}, "weight.total_missing"},
		"unknown":  {map[string]float64{"(Intercept)": 2, "f=b": 1, "f=c": 1}, "weight.total_unknown"},
		"infinite": {map[string]float64{"(Intercept)": 2, "f=b": math.Inf(1)}, "weight.bad_total"},
	} {
		_, err := m.Totals(c.totals)
		refused(t, name, err, c.code)
	}
}

// Columns that say the same twice are solved as long as their totals agree.
func TestDependentColumnsWithAgreeingTotals(t *testing.T) {
	t.Parallel()
	f := []int32{0, 1, 1, 0}
	m, err := weight.NewModel(4, true, []weight.Term{
		{Name: "f", Code: f, Levels: []string{"a", "b"}}, {Name: "g", Code: f, Levels: []string{"a", "b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	fit, err := weight.Calibrate([]float64{1, 1, 1, 1}, m, weight.Calibration{Method: weight.Raking, Totals: []float64{10, 6, 6}, Control: weight.Control{Epsilon: 1e-10, MaxIter: 100}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{2, 3, 3, 2} {
		near(t, "weight", fit.Weights[i], want, 1e-9)
	}
}

func TestResidualsAreOrthogonalToTheModel(t *testing.T) {
	t.Parallel()
	m, w := model(t), []float64{10, 12, 8, 9, 11, 10}
	r, err := weight.NewResiduals(w, m)
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.Apply([]float64{3, 1, 4, 1, 5, 9})
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]float64, 3)
	for i, v := range e {
		m.AddGroupRow(sums, i, w[i]*v)
	}
	for j, s := range sums {
		near(t, m.Names()[j], s, 0, 1e-10)
	}
	_, err = r.Apply([]float64{1})
	refused(t, "another length", err, "weight.length")
	_, err = weight.NewResiduals(w[:2], m)
	refused(t, "another length", err, "weight.length")
}

func TestMethodsHaveTheNamesOfTheFormat(t *testing.T) {
	t.Parallel()
	for method, want := range map[weight.Method]string{weight.Linear: "linear", weight.Raking: "raking", weight.Logit: "logit", 9: "method 9"} {
		if got := method.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
