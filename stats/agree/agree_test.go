package agree_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"

	"minyi/stats/agree"
)

func code(err error) string {
	var e *agree.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestWhatCannotBeComputedIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	full := agree.Panel{Units: 2, Scorers: 2, Scores: []agree.Score{{0, 0, 1}, {0, 1, 2}, {1, 0, 3}, {1, 1, 5}}}
	with := func(change func(*agree.Panel)) agree.Panel {
		p := full
		p.Scores = append([]agree.Score(nil), full.Scores...)
		change(&p)
		return p
	}
	one := func(_ any, err error) error { return err }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"one subject":                {one(agree.Intraclass([][]float64{{1, 2}})), "agree.shape"},
		"ragged":                     {one(agree.Intraclass([][]float64{{1, 2}, {1}})), "agree.shape"},
		"missing in complete":        {one(agree.Intraclass([][]float64{{1, 2}, {1, nan}})), "agree.value"},
		"infinite":                   {one(agree.Krippendorff([][]float64{{1, inf}, {1, 2}}, agree.Nominal)), "agree.value"},
		"equal subjects":             {one(agree.Intraclass([][]float64{{1, 2}, {1, 2}})), "agree.variance"},
		"alpha of one value":         {one(agree.Krippendorff([][]float64{{3, 3}, {3, 3}}, agree.Interval)), "agree.variance"},
		"alpha without pairs":        {one(agree.Krippendorff([][]float64{{3, nan}, {nan, 4}}, agree.Interval)), "agree.variance"},
		"alpha of one scorer":        {one(agree.Krippendorff([][]float64{{3, 2}}, agree.Interval)), "agree.shape"},
		"kappa of unequal length":    {one(agree.Kappa([]float64{1}, nil, []float64{1, 2}, agree.Linear)), "agree.shape"},
		"kappa outside":              {one(agree.Kappa([]float64{1}, []float64{9}, []float64{1, 2}, agree.Linear)), "agree.category"},
		"kappa of one category":      {one(agree.Kappa([]float64{1}, []float64{1}, []float64{1, 2}, agree.Linear)), "agree.variance"},
		"no such unit":               {one(agree.LeastSquares(with(func(p *agree.Panel) { p.Scores[0].Unit = 2 }))), "agree.position"},
		"no such scorer":             {one(agree.REML(with(func(p *agree.Panel) { p.Scores[0].Scorer = -1 }))), "agree.position"},
		"score is NaN":               {one(agree.LeastSquares(with(func(p *agree.Panel) { p.Scores[3].Value = nan }))), "agree.value"},
		"unit unscored":              {one(agree.LeastSquares(with(func(p *agree.Panel) { p.Units = 3 }))), "agree.empty"},
		"scorer idle":                {one(agree.REML(with(func(p *agree.Panel) { p.Scorers = 3 }))), "agree.empty"},
		"one unit":                   {one(agree.REML(agree.Panel{Units: 1, Scorers: 2, Scores: []agree.Score{{0, 0, 1}, {0, 1, 2}}})), "agree.shape"},
		"unconnected, least squares": {one(agree.LeastSquares(agree.Panel{Units: 2, Scorers: 2, Scores: []agree.Score{{0, 0, 1}, {1, 1, 2}}})), "agree.unconnected"},
		"unconnected, REML":          {one(agree.REML(agree.Panel{Units: 2, Scorers: 2, Scores: []agree.Score{{0, 0, 1}, {1, 1, 2}}})), "agree.unconnected"},
		"equal scores":               {one(agree.REML(with(func(p *agree.Panel) { clearValues(p) }))), "agree.variance"},
		"a scorer without variance":  {one(with(func(p *agree.Panel) { clearValues(p) }).Standardised()), "agree.variance"},
		"standardised, bad value":    {one(with(func(p *agree.Panel) { p.Scores[0].Value = inf }).Standardised()), "agree.value"},
	} {
		if code(c.err) != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
		if c.err != nil && c.err.Error() == "" {
			t.Errorf("%s: an error without words", name)
		}
	}
}

func clearValues(p *agree.Panel) {
	for i := range p.Scores {
		p.Scores[i].Value = 7
	}
}

func TestUnitsWithoutScoresHaveNoMeanAndNoRange(t *testing.T) {
	t.Parallel()
	p := agree.Panel{Units: 2, Scorers: 1, Scores: []agree.Score{{0, 0, 4}, {0, 0, 6}}}
	if m, r := p.Means(), p.Ranges(); m[0] != 5 || r[0] != 2 || !math.IsNaN(m[1]) || !math.IsNaN(r[1]) {
		t.Errorf("means %v, ranges %v", m, r)
	}
}

func TestLeastSquaresOfACompletePanelAreTheMeans(t *testing.T) {
	t.Parallel()
	p := agree.Panel{Units: 3, Scorers: 2, Scores: []agree.Score{{0, 0, 1}, {0, 1, 3}, {1, 0, 4}, {1, 1, 6.5}, {2, 0, 8}, {2, 1, 9}}}
	a, err := agree.LeastSquares(p)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range p.Means() {
		if math.Abs(a.Adjusted[i]-want) > 1e-12 {
			t.Errorf("unit %d: %v, want %v", i, a.Adjusted[i], want)
		}
	}
	sum := 0.0
	for _, r := range a.Residual {
		sum += r
	}
	if math.Abs(sum) > 1e-12 || a.DF != 2 || math.Abs(a.Severity[0]+a.Severity[1]) > 1e-12 {
		t.Errorf("residuals sum to %v, df %d, severity %v", sum, a.DF, a.Severity)
	}
}

func TestWithoutDegreesOfFreedomThereIsNoError(t *testing.T) {
	t.Parallel()
	a, err := agree.LeastSquares(agree.Panel{Units: 2, Scorers: 2, Scores: []agree.Score{{0, 0, 1}, {0, 1, 3}, {1, 0, 4}}})
	if err != nil || a.DF != 0 || !math.IsNaN(a.Sigma) || !math.IsNaN(a.SE[0]) {
		t.Errorf("%+v, %v", a, err)
	}
}

// panel simulates units of known quality, scored by few of many scorers of known
// severity.
func panel(r *rand.Rand, units, scorers, each int) (p agree.Panel, truth []float64) {
	p = agree.Panel{Units: units, Scorers: scorers}
	severity := make([]float64, scorers)
	for i := range severity {
		severity[i] = 4 * r.NormFloat64()
	}
	for u := range units {
		truth = append(truth, 75+6*r.NormFloat64())
		for k, s := range r.Perm(scorers)[:each] {
			if k == 0 {
				s = u % scorers // so that the panel hangs together
			}
			p.Scores = append(p.Scores, agree.Score{Unit: u, Scorer: s, Value: truth[u] + severity[s] + 2*r.NormFloat64()})
		}
	}
	return p, truth
}

// With two scorers a unit both corrections come nearer to the truth than plain
// means do, and REML's prediction errors are as large as it says.
func TestCorrectingSeverityComesNearerToTheTruth(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	r := rand.New(rand.NewPCG(20200101, 3))
	var raw, ls, reml, z2, n float64
	for range 40 {
		p, truth := panel(r, 27, 9, 2)
		a, err := agree.LeastSquares(p)
		if err != nil {
			t.Fatal(err)
		}
		m, err := agree.REML(p)
		if err != nil {
			t.Fatal(err)
		}
		raw += stat.Correlation(p.Means(), truth, nil) / 40
		ls += stat.Correlation(a.Adjusted, truth, nil) / 40
		reml += stat.Correlation(m.Adjusted, truth, nil) / 40
		mean := stat.Mean(truth, nil)
		for i := range truth {
			d := (m.Unit[i] - (truth[i] - mean)) / m.UnitSE[i]
			z2, n = z2+d*d, n+1
		}
		if m.ICC <= 0 || m.ICC >= 1 || len(m.ScorerSE) != 9 {
			t.Errorf("ICC %v", m.ICC)
		}
	}
	if !(ls > raw+0.03 && reml > raw+0.03) {
		t.Errorf("correlation with the truth: means %.3f, least squares %.3f, REML %.3f", raw, ls, reml)
	}
	if ratio := z2 / n; ratio < 0.6 || ratio > 1.5 {
		t.Errorf("squared prediction errors are %.2f times what REML says", ratio)
	}
}

func TestOrderOfScoresDoesNotMatter(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	p, _ := panel(r, 12, 4, 2)
	before, err := agree.LeastSquares(p)
	if err != nil {
		t.Fatal(err)
	}
	r.Shuffle(len(p.Scores), func(i, j int) { p.Scores[i], p.Scores[j] = p.Scores[j], p.Scores[i] })
	after, err := agree.LeastSquares(p)
	if err != nil {
		t.Fatal(err)
	}
	for i := range before.Adjusted {
		if math.Abs(before.Adjusted[i]-after.Adjusted[i]) > 1e-9 {
			t.Errorf("unit %d: %v and %v", i, before.Adjusted[i], after.Adjusted[i])
		}
	}
}

// BenchmarkREML is a round of 27 units and 12 scorers, two scores each.
func BenchmarkREML(b *testing.B) {
	p, _ := panel(rand.New(rand.NewPCG(1, 2)), 27, 12, 2)
	for b.Loop() {
		if _, err := agree.REML(p); err != nil {
			b.Fatal(err)
		}
	}
}
