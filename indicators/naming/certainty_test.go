package naming_test

import (
	"math"
	"reflect"
	"testing"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// near holds figures that are worked by hand to their last printed digit.
func near(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// TestC32TheTotalCarriesTheSurveysError: with 60 % and 40 % a survey error of
// 1.20 is 0.48 in the total, the 95 % interval 83.28 ± 1.96 * 0.48.
func TestC32TheTotalCarriesTheSurveysError(t *testing.T) {
	t.Parallel()
	all := certain(t, scheme(6000, 4000, 0), evaluated("640100", 8550), surveyed("640100", 7995, 120))
	s := all[0].Rows[0]
	near(t, "se", s.SE, 0.48, 1e-12)
	near(t, "low", s.Low, 83.28-1.959964*0.48, 1e-6)
	near(t, "high", s.High, 83.28+1.959964*0.48, 1e-6)
	if !s.Known || s.Best != 1 || s.Worst != 1 || s.Top != 1 || s.Level != nil {
		t.Errorf("got %+v", s)
	}
}

// TestC32RanksThatTheSurveyCannotTellApartAreTies: totals 84, 83.6 and 70 with an
// error of 0.5 each. The joint intervals (gamma = 0.95^(1/3), z = 2.388) are
// ± 1.19: the first two overlap, the third lies apart. P(first is first) =
// Phi(0.4 / sqrt(0.5)) = 0.714.
func TestC32RanksThatTheSurveyCannotTellApartAreTies(t *testing.T) {
	t.Parallel()
	s := scheme(0, 10000, 0)
	all := certain(t, s, evaluated("640100", 1), surveyed("640100", 8400, 50),
		evaluated("640200", 1), surveyed("640200", 8360, 50), evaluated("640300", 1), surveyed("640300", 7000, 50))
	rows := all[0].Rows
	type set struct {
		best, worst int
		level       []roster.UnitCode
	}
	var got []set
	for _, r := range rows {
		got = append(got, set{r.Best, r.Worst, r.Level})
	}
	want := []set{{1, 2, []roster.UnitCode{"640200"}}, {1, 2, []roster.UnitCode{"640100"}}, {3, 3, nil}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestChanceOfTheFrontGroup has four units and a front group of three: the last
// two are 0.4 apart with errors of 0.5, so the third stays in front with Phi(0.4
// / sqrt(0.5)) = 0.7142 (10,000 draws: standard error 0.0045).
func TestChanceOfTheFrontGroup(t *testing.T) {
	t.Parallel()
	all := certain(t, scheme(0, 10000, 0), evaluated("640100", 1), surveyed("640100", 9900, 50),
		evaluated("640200", 1), surveyed("640200", 9500, 50), evaluated("640300", 1), surveyed("640300", 8040, 50),
		evaluated("640400", 1), surveyed("640400", 8000, 50))
	rows := all[0].Rows
	near(t, "first", rows[0].Top, 1, 1e-4)
	near(t, "third", rows[2].Top, 0.7142, 4*0.0045)
	near(t, "fourth", rows[3].Top, 1-0.7142, 4*0.0045)
}

func TestAnUnknownErrorIsNotCalledCertain(t *testing.T) {
	t.Parallel()
	all := certain(t, scheme(5000, 5000, 0), evaluated("640100", 8000), evaluated("640200", 7000), surveyed("640200", 7000, 100))
	if s := all[0].Rows[0]; s.Known || s.SE != 0 || s.Unit != "640100" {
		t.Errorf("got %+v, want nothing known of a unit without a survey", s)
	}
	if s := all[0].Rows[1]; !s.Known || s.SE != 0.5 {
		t.Errorf("got %+v", s)
	}
}

func TestATableWithoutAnyTotalHasNoCertainty(t *testing.T) {
	t.Parallel()
	all := certain(t, scheme(0, 10000, 0), evaluated("640100", 8000))
	if s := all[0].Rows[0]; s.Known || s.Best != 0 || s.Top != 0 {
		t.Errorf("got %+v", s)
	}
}

func certain(t *testing.T, s indicators.Scheme, findings ...scorebook.Finding) []naming.Certainty {
	t.Helper()
	out, err := naming.Certainties(rank(t, s, findings...))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestARoundWithoutAnySurveyIsRankedWithoutCertainty is C30 at its end: nobody
// was surveyed, so places stand and nothing is said about their error.
func TestARoundWithoutAnySurveyIsRankedWithoutCertainty(t *testing.T) {
	t.Parallel()
	all := certain(t, scheme(6000, 4000, 0), evaluated("640100", 8000), evaluated("640200", 8000), evaluated("640300", 7000))
	for _, s := range all[0].Rows {
		if s.Known || s.Best != 0 || s.Worst != 0 || s.Top != 0 || s.Level != nil {
			t.Errorf("got %+v, want nothing known", s)
		}
	}
}

// TestC32TiesAreNamedAsGroups: 84.00, 83.60 and 83.20 with an error of 0.50 each
// cannot be told apart from each other (the largest difference is 0.80 / 0.71 =
// 1.13 errors), 70.00 can be told from all.
func TestC32TiesAreNamedAsGroups(t *testing.T) {
	t.Parallel()
	all := certain(t, scheme(0, 10000, 0), evaluated("640100", 1), surveyed("640100", 8400, 50),
		evaluated("640200", 1), surveyed("640200", 8360, 50), evaluated("640300", 1), surveyed("640300", 8320, 50),
		evaluated("640400", 1), surveyed("640400", 7000, 50))
	want := [][]roster.UnitCode{{"640100", "640200", "640300"}}
	if got := all[0].Ties; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if s := all[0].Rows[3]; s.Own != (naming.Places{Best: 4, Worst: 4}) || s.All != s.Own || s.MayFront || len(all[0].Fronts()) != 3 {
		t.Errorf("the last one: got %+v", s)
	}
}

// TestRunsOfNeighboursMayOverlap: with an error of 1.00 each, 90.00 and 87.20 lie
// 2.80 / 1.41 = 1.98 errors of a difference apart, 90.00 and 84.40 twice that: the
// joint critical value (2.3 to 2.4 for three) tells the latter apart, no neighbours.
func TestRunsOfNeighboursMayOverlap(t *testing.T) {
	t.Parallel()
	all := certain(t, scheme(0, 10000, 0), evaluated("640100", 1), surveyed("640100", 9000, 100),
		evaluated("640200", 1), surveyed("640200", 8720, 100), evaluated("640300", 1), surveyed("640300", 8440, 100))
	want := [][]roster.UnitCode{{"640100", "640200"}, {"640200", "640300"}}
	if got := all[0].Ties; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestErrorsThatHangTogetherTellMoreApart: 80.00 and 79.00 with errors of 1.00. With
// independent errors the difference is 0.71 of its error; with a correlation of 0.99
// it is 1 / sqrt(0.02) = 7.1, and they are told apart. What only one finding says
// does not count.
func TestErrorsThatHangTogetherTellMoreApart(t *testing.T) {
	t.Parallel()
	sharing := func(f scorebook.Finding, with roster.UnitCode) scorebook.Finding {
		return detailed(t, f, "shared", []naming.Shared{{Unit: with, Covariance: 9900}})
	}
	a, b := surveyed("640100", 8000, 100), surveyed("640200", 7900, 100)
	for name, row := range map[string]struct {
		findings []scorebook.Finding
		related  bool
	}{
		"independent":      {[]scorebook.Finding{a, b}, false},
		"both say it":      {[]scorebook.Finding{sharing(a, "640200"), sharing(b, "640100")}, true},
		"only one says it": {[]scorebook.Finding{sharing(a, "640200"), b}, false},
	} {
		c := certain(t, scheme(0, 10000, 0), append(row.findings, evaluated("640100", 1), evaluated("640200", 1))...)[0]
		if got := c.Rows[0].Level == nil; got != row.related || c.Related != row.related {
			t.Errorf("%s: got told apart %v, related %v", name, got, c.Related)
		}
	}
}

// TestAssessorsErrorIsCarriedToo: 60 % of an evaluation with 0.80 and 40 % of a
// survey with 1.20 make sqrt(0.48^2 + 0.48^2) = 0.6788.
func TestAssessorsErrorIsCarriedToo(t *testing.T) {
	t.Parallel()
	e := evaluated("640100", 8550)
	e.SE = 80
	r := rank(t, scheme(6000, 4000, 0), e, surveyed("640100", 7995, 120), evaluated("640200", 8000), surveyed("640200", 7000, 120))
	near(t, "se", certainties(t, r).Rows[0].SE, 0.48*math.Sqrt2, 1e-12)
	if got := r.Tables[0].Rows[0].Silent(); got != nil {
		t.Errorf("got %v silent, want none", got)
	}
	if got := r.Tables[0].Rows[1].Silent(); !reflect.DeepEqual(got, []scorebook.Instrument{scorebook.Evaluation}) {
		t.Errorf("got %v silent, want the evaluation", got)
	}
}

// TestTheSameFindingsGiveTheSameCertainty to the bit.
func TestTheSameFindingsGiveTheSameCertainty(t *testing.T) {
	t.Parallel()
	findings := []scorebook.Finding{evaluated("640100", 8550), surveyed("640100", 7995, 120), evaluated("640200", 8500), surveyed("640200", 8000, 130)}
	a, b := certain(t, scheme(6000, 4000, 0), findings...), certain(t, scheme(6000, 4000, 0), findings...)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got %+v, then %+v", a, b)
	}
}

// TestContributionsAddUpToTheTotal: 60 % of 85.50 are 51.30, 40 % of 79.95 are
// 31.98, together 83.28; without a survey the evaluation counts whole.
func TestContributionsAddUpToTheTotal(t *testing.T) {
	t.Parallel()
	r := rank(t, scheme(6000, 4000, 0), evaluated("640100", 8550), surveyed("640100", 7995, 120), evaluated("640200", 8000))
	got := r.Tables[0].Rows[0].Contributions()
	near(t, "evaluation", got[0].Points, 51.30, 1e-9)
	near(t, "survey", got[1].Points, 31.98, 1e-9)
	if alone := r.Tables[0].Rows[1].Contributions(); len(alone) != 1 || alone[0].Share != 1 || alone[0].Points != 80 {
		t.Errorf("got %+v", alone)
	}
}

// TestARankingOfBeforeStillReads: its document has no sets, no ties and no method.
func TestARankingOfBeforeStillReads(t *testing.T) {
	t.Parallel()
	const old = `{"id":"a","ranking":{"round":2020,"scheme":1,"findings":"x","tables":[{"track":"comprehensive","group":"cities","cut":3,
		"rows":[{"unit":"640100","parts":[],"ranked":true,"total":8328,"place":1,"tied":false,"front":true}]}]},
		"certainty":[{"track":"comprehensive","group":"cities","rows":[{"unit":"640100","known":true,"se":0.48,"low":82.34,"high":84.22,"best":1,"worst":2,"top":0.9,"level":null}]}],"digest":"y"}`
	var s naming.Snapshot
	decode(t, []byte(old), &s)
	if c := s.Certainty[0]; c.Method != "" || c.Rows[0].Worst != 2 || c.Rows[0].Own != (naming.Places{}) || c.Ties != nil {
		t.Errorf("got %+v", c)
	}
}
