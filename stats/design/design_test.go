package design_test

import (
	"errors"
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/weight"
)

func refused(t *testing.T, name string, err error, code string) {
	t.Helper()
	var known *weight.Error
	if !errors.As(err, &known) || known.Code != code {
		t.Errorf("%s: got %v, want %s", name, err, code)
	}
}

func must(t *testing.T, s design.Spec) *design.Design {
	t.Helper()
	d, err := design.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func variance(t *testing.T, d *design.Design, z ...float64) float64 {
	t.Helper()
	v, err := d.Covariance([][]float64{z})
	if err != nil {
		t.Fatal(err)
	}
	return v.At(0, 0)
}

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

var eight = []float64{1, 1, 1, 1, 1, 1, 1, 1}

// By hand from n/(n-1)·Σ(t-mean)², with the corrections of each rule.
func TestVarianceOfATotalByHand(t *testing.T) {
	t.Parallel()
	z := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	psu := []int32{0, 0, 1, 1, 2, 2, 3, 3} // totals 3, 7, 11, 15
	strata := []int32{0, 0, 0, 0, 1, 1, 1, 1}
	cases := map[string]struct {
		s    design.Spec
		want float64
	}{
		"rows are PSUs":         {design.Spec{N: 8, Weights: eight}, 8.0 / 7 * 42},
		"PSUs":                  {design.Spec{N: 8, Weights: eight, IDs: [][]int32{psu}}, 4.0 / 3 * 80},
		"PSUs in strata":        {design.Spec{N: 8, Weights: eight, IDs: [][]int32{psu}, Strata: strata}, 2 * (2 * 8)},
		"half of the PSUs":      {design.Spec{N: 8, Weights: eight, IDs: [][]int32{psu}, FPC: [][]float64{{8, 8, 8, 8, 8, 8, 8, 8}}}, 0.5 * 4.0 / 3 * 80},
		"all of the PSUs":       {design.Spec{N: 8, Weights: eight, IDs: [][]int32{psu}, FPC: [][]float64{{4, 4, 4, 4, 4, 4, 4, 4}}}, 0},
		"two stages":            {design.Spec{N: 8, Weights: eight, IDs: [][]int32{psu, {0, 1, 0, 1, 0, 1, 0, 1}}, FPC: [][]float64{{8, 8, 8, 8, 8, 8, 8, 8}, {4, 4, 4, 4, 4, 4, 4, 4}}}, 0.5*4.0/3*80 + 0.5*4*(0.5*2*0.5)},
		"labels start again":    {design.Spec{N: 8, Weights: eight, IDs: [][]int32{{0, 0, 1, 1, 0, 0, 1, 1}}, Strata: strata, Nest: true}, 32},
		"fractions for the fpc": {design.Spec{N: 8, Weights: eight, IDs: [][]int32{psu}, FPC: [][]float64{{.5, .5, .5, .5, .5, .5, .5, .5}}}, 0.5 * 4.0 / 3 * 80},
	}
	for name, c := range cases {
		near(t, name, variance(t, must(t, c.s), z...), c.want)
	}
}

func TestLonelyPSUs(t *testing.T) {
	t.Parallel()
	spec := func(rule design.Lonely) design.Spec {
		return design.Spec{N: 5, Weights: eight[:5], Strata: []int32{0, 0, 1, 1, 2}, Lonely: rule}
	}
	z := []float64{1, 3, 2, 6, 8} // contributions 4 and 16; the overall mean is 4
	for name, c := range map[string]struct {
		rule design.Lonely
		want float64
	}{
		"remove": {design.LonelyRemove, 20}, "certainty": {design.LonelyCertainty, 20},
		"adjust": {design.LonelyAdjust, 20 + 16}, "average": {design.LonelyAverage, 20 * 3.0 / 2},
	} {
		near(t, name, variance(t, must(t, spec(c.rule)), z...), c.want)
	}
	_, err := must(t, spec(design.LonelyFail)).Covariance([][]float64{z})
	refused(t, "fail", err, "design.lonely_psu")
	all := design.Spec{N: 2, Weights: eight[:2], Strata: []int32{0, 1}, Lonely: design.LonelyAverage}
	_, err = must(t, all).Covariance([][]float64{{1, 2}})
	refused(t, "nothing to average", err, "design.lonely_psu")
	certain := design.Spec{N: 2, Strata: []int32{0, 1}, FPC: [][]float64{{1, 1}}}
	near(t, "a stratum taken whole is not lonely", variance(t, must(t, certain), 1, 2), 0)
	second := design.Spec{N: 3, Weights: eight[:3], IDs: [][]int32{{0, 0, 1}, {0, 1, 0}}, FPC: [][]float64{{4, 4, 4}, {3, 3, 3}}}
	_, err = must(t, second).Covariance([][]float64{{1, 2, 3}})
	refused(t, "a lonely second stage", err, "design.lonely_psu")
}

// With the joint probability pi_i·pi_j the Horvitz-Thompson variance has only
// its diagonal; Overton's approximation keeps to the exact one of simple random
// sampling: equal probabilities n/N give (1-n/N)·n·S²/pi².
func TestPPSVariances(t *testing.T) {
	t.Parallel()
	pi := []float64{0.5, 0.5, 0.5, 0.5}
	z := []float64{2, 4, 6, 8}
	brewer := must(t, design.Spec{N: 4, FPC: [][]float64{pi}, PPS: design.Brewer})
	near(t, "Brewer", variance(t, brewer, z...), 0.5*4.0/3*20)
	near(t, "weight 1/pi", brewer.Weights()[0], 2)
	overton := must(t, design.Spec{N: 4, FPC: [][]float64{pi}, PPS: design.Overton})
	// pi_ij = .25·3/3.5: (pi_ij - pi²)/pi_ij = -1/6.
	near(t, "Overton", variance(t, overton, z...), 0.5*120-(400-120)/6.0)
	_, err := design.New(design.Spec{N: 4, Weights: eight[:4], PPS: design.Brewer})
	refused(t, "no probabilities", err, "design.pps")
	_, err = design.New(design.Spec{N: 2, FPC: [][]float64{{3, 4}}, PPS: design.Brewer})
	refused(t, "counts for probabilities", err, "design.pps")
	_, err = design.New(design.Spec{N: 2, IDs: [][]int32{{0, 0}}, FPC: [][]float64{{.3, .4}}, PPS: design.Brewer})
	refused(t, "two probabilities in one unit", err, "design.fpc")
}

func TestSpecsThatAreRefused(t *testing.T) {
	t.Parallel()
	two := []float64{1, 1}
	cases := map[string]struct {
		s    design.Spec
		code string
	}{
		"no rows":            {design.Spec{}, "design.empty"},
		"ids too short":      {design.Spec{N: 2, IDs: [][]int32{{0}}}, "design.length"},
		"fpc too short":      {design.Spec{N: 2, FPC: [][]float64{{1}}}, "design.length"},
		"strata too short":   {design.Spec{N: 2, Strata: []int32{0}}, "design.length"},
		"weights too short":  {design.Spec{N: 2, Weights: []float64{1}}, "design.length"},
		"too many fpc":       {design.Spec{N: 2, FPC: [][]float64{two, two}}, "design.fpc_stages"},
		"clusters cross":     {design.Spec{N: 2, IDs: [][]int32{{0, 0}}, Strata: []int32{0, 1}, Weights: two}, "design.not_nested"},
		"a missing fpc":      {design.Spec{N: 2, FPC: [][]float64{{math.NaN(), 4}}}, "design.fpc"},
		"a varying fpc":      {design.Spec{N: 2, FPC: [][]float64{{5, 4}}}, "design.fpc"},
		"more than all":      {design.Spec{N: 3, FPC: [][]float64{{2, 2, 2}}}, "design.fpc"},
		"a negative weight":  {design.Spec{N: 2, Weights: []float64{1, -1}}, "weight.bad"},
		"an infinite weight": {design.Spec{N: 2, Weights: []float64{1, math.Inf(1)}}, "weight.bad"},
	}
	for name, c := range cases {
		_, err := design.New(c.s)
		refused(t, name, err, c.code)
	}
	_, err := must(t, design.Spec{N: 2}).Covariance([][]float64{{1}})
	refused(t, "values too short", err, "design.length")
}

func TestDFCountsPSUsAndStrataOfTheDomain(t *testing.T) {
	t.Parallel()
	d := must(t, design.Spec{N: 6, Weights: []float64{1, 1, 1, 1, 1, 0}, IDs: [][]int32{{0, 0, 1, 2, 3, 4}}, Strata: []int32{0, 0, 0, 1, 1, 1}})
	near(t, "all", d.DF(nil), 2)
	near(t, "a domain", d.DF([]bool{true, true, false, true, true, true}), 1)
	near(t, "an empty domain", d.DF(make([]bool, 6)), 0)
}

// Post-stratification leaves the within-cell spread only: a total that the cells
// fix has no variance, and a calibration on the same cells says the same.
func TestAdjustmentsTakeOutWhatTheTotalsFix(t *testing.T) {
	t.Parallel()
	base := must(t, design.Spec{N: 6, Weights: []float64{1, 2, 3, 1, 2, 3}})
	code := []int32{0, 0, 1, 1, 0, 1}
	post, err := base.Poststratify(weight.Cells{Code: code, Totals: []float64{40, 60}})
	if err != nil {
		t.Fatal(err)
	}
	model, err := weight.NewModel(6, true, []weight.Term{{Name: "f", Code: code, Levels: []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	calibrated, err := base.Calibrate(model, weight.Calibration{Method: weight.Raking, Totals: []float64{100, 60}})
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{3, 1, 4, 1, 5, 9}
	total := func(d *design.Design, y []float64) []float64 {
		z := make([]float64, len(y))
		for i, w := range d.Weights() {
			z[i] = w * y[i]
		}
		return z
	}
	fixed := []float64{1, 1, 0, 0, 1, 0}
	if v := variance(t, post, total(post, fixed)...); v > 1e-20 {
		t.Errorf("a fixed total: got variance %v, want 0", v)
	}
	a, b := variance(t, post, total(post, y)...), variance(t, calibrated, total(calibrated, y)...)
	if math.Abs(a-b) > 1e-9*a {
		t.Errorf("got %v by cells and %v by regression", a, b)
	}
	near(t, "the base is untouched", base.Weights()[1], 2)
	scaled, err := post.Scale(1000)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "scaled", weight.Summarize(scaled.Weights()).Sum, 1000)
	_, err = post.Scale(0)
	refused(t, "scaled to nothing", err, "weight.bad_total")
	trimmed, err := post.Trim(0, 22, false)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "trimming keeps the sum", weight.Summarize(trimmed.Weights()).Sum, 100)
	raked, err := base.Rake([]weight.Margin{{Name: "f", Code: code, Totals: []float64{40, 60}}}, weight.Control{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "raked to one margin", raked.Weights()[0], post.Weights()[0])
}

func TestReplicateDesigns(t *testing.T) {
	t.Parallel()
	w := []float64{1, 1, 1}
	spec := design.ReplicateSpec{
		Weights: w, Columns: [][]float64{{0, 1.5, 1.5}, {1.5, 0, 1.5}, {1.5, 1.5, 0}},
		Scale: 2.0 / 3, RScales: []float64{1, 1, 1},
	}
	d, err := design.NewReplicate(spec)
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{1, 2, 6}
	theta := func(w []float64) []float64 {
		s, m := 0.0, 0.0
		for i := range w {
			s += w[i] * y[i]
			m += w[i]
		}
		return []float64{s / m}
	}
	// The jackknife of a mean is S²/n = 7/3.
	near(t, "jackknife", d.ReplicateCovariance(theta(w), theta).At(0, 0), 7.0/3)
	near(t, "df", d.DF(nil), 2)
	near(t, "df of one row", d.DF([]bool{true, false, false}), 0)
	if !d.Replicated() || d.Rows() != 3 {
		t.Error("not a replicate design of 3 rows")
	}
	_, err = d.Covariance([][]float64{y})
	refused(t, "no linearized form", err, "design.replicate")
	none := d.ReplicateCovariance([]float64{1}, func([]float64) []float64 { return []float64{math.NaN()} })
	if !math.IsNaN(none.At(0, 0)) {
		t.Errorf("no usable replicate: got %v, want NaN", none.At(0, 0))
	}
	for name, change := range map[string]func(*design.ReplicateSpec){
		"one replicate":    func(s *design.ReplicateSpec) { s.Columns, s.RScales = s.Columns[:1], s.RScales[:1] },
		"missing rscales":  func(s *design.ReplicateSpec) { s.RScales = nil },
		"no scale":         func(s *design.ReplicateSpec) { s.Scale = 0 },
		"a short column":   func(s *design.ReplicateSpec) { s.Columns = [][]float64{{1}, {1}, {1}} },
		"a negative scale": func(s *design.ReplicateSpec) { s.RScales = []float64{1, 1, -1} },
		"a missing value":  func(s *design.ReplicateSpec) { s.Columns = [][]float64{{1, 1, math.NaN()}, {1, 1, 1}, {1, 1, 1}} },
	} {
		bad := spec
		change(&bad)
		_, err := design.NewReplicate(bad)
		refused(t, name, err, "design.replicates")
	}
	_, err = design.NewReplicate(design.ReplicateSpec{})
	refused(t, "no rows", err, "design.empty")
	empty, err := d.Poststratify(weight.Cells{Code: []int32{0, 0, 1}, Totals: []float64{10, 10}})
	if err == nil || empty != nil {
		t.Errorf("a replicate that empties a cell: got %v, want its error", empty)
	}
}
