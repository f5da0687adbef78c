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
