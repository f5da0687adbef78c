package naming_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// TestC85ThreeResultsMakeTheTotal by hand, in hundredths: with 50, 30 and 20 % A has
// 84.00, 72.00 and 91.00, so 42.00 + 21.60 + 18.20 = 81.80; B has 90.00, 80.00 and
// 60.01, so 45.00 + 24.00 + 12.002 = 81.002, rounded once to 81.00; C, not verified,
// has (88.00 * 50 + 79.00 * 30) / 80 = 84.625, rounded up.
func TestC85ThreeResultsMakeTheTotal(t *testing.T) {
	t.Parallel()
	visit := func(unit roster.UnitCode, mark indicators.Mark) scorebook.Finding {
		return find(scorebook.Verification, unit, roster.Comprehensive, mark, 0)
	}
	table := rank(t, scheme(5000, 3000, 2000),
		evaluated("640100", 8400), surveyed("640100", 7200, 100), visit("640100", 9100),
		evaluated("640200", 9000), surveyed("640200", 8000, 100), visit("640200", 6001),
		evaluated("640300", 8800), surveyed("640300", 7900, 100)).Tables[0]
	type row struct {
		unit         roster.UnitCode
		ranked       bool
		total        indicators.Mark
		place        int
		before       indicators.Mark
		placedBefore int
	}
	var got []row
	for _, r := range table.Rows {
		got = append(got, row{r.Unit, r.Ranked, r.Total, r.Place, r.Before.Total, r.Before.Place})
	}
	// Before the visits: A (84*50 + 72*30) / 80 = 79.50, B 86.25, C 84.63.
	want := []row{{"640100", true, 8180, 1, 7950, 3}, {"640200", true, 8100, 2, 8625, 1}, {"640300", false, 8463, 0, 8463, 2}}
	if !table.Second || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if missing := table.Rows[2].Missing(); !slices.Equal(missing, []scorebook.Instrument{scorebook.Verification}) {
		t.Errorf("C lacks %v, want to be called not verified", missing)
	}
}

// TestC32TheFrontGroupStaysThatOfBeforeTheVisits: four cities, a front group of three;
// a visit that goes badly does not let the fourth in, who was not visited.
func TestC32TheFrontGroupStaysThatOfBeforeTheVisits(t *testing.T) {
	t.Parallel()
	findings := []scorebook.Finding{evaluated("640100", 9000), evaluated("640200", 8900), evaluated("640300", 8800), evaluated("640400", 8700)}
	for n, unit := range []roster.UnitCode{"640100", "640200", "640300"} {
		findings = append(findings, find(scorebook.Verification, unit, roster.Comprehensive, indicators.Mark(9000-4000*n), 0))
	}
	for _, r := range rank(t, scheme(5000, 0, 5000), findings...).Tables[0].Rows {
		if r.Front != (r.Unit != "640400") || r.Ranked != r.Front {
			t.Errorf("got %+v", r)
		}
	}
}

// TestC73GoalpostsCountTheSameForEverybody by hand: with posts at 40 and 90 for the
// survey, 65 counts 50.00, 30 counts 0, 95 counts 100; with 60 and 40 % and 80.00 by
// the evaluation that is 68.00, 48.00 and 88.00. A further unit changes nobody.
func TestC73GoalpostsCountTheSameForEverybody(t *testing.T) {
	t.Parallel()
	s := scheme(6000, 4000, 0)
	s.Goals.Survey = indicators.Goalpost{Low: 4000, High: 9000}
	findings := []scorebook.Finding{
		evaluated("640100", 8000), surveyed("640100", 6500, 100), evaluated("640200", 8000), surveyed("640200", 3000, 100),
		evaluated("640300", 8000), surveyed("640300", 9500, 100),
	}
	want := map[roster.UnitCode]indicators.Mark{"640100": 6800, "640200": 4800, "640300": 8800}
	for _, more := range [][]scorebook.Finding{nil, {evaluated("640400", 1000), surveyed("640400", 9900, 100)}} {
		r := rank(t, s, append(slices.Clone(findings), more...)...)
		for unit, total := range want {
			if row, _ := r.Find(unit, roster.Comprehensive); row.Total != total {
				t.Errorf("%s: got %s, want %s", unit, row.Total, total)
			}
		}
	}
	// A point of the survey is 100 / 50 = 2 points of what it counts: 0.4 * 2 * 1.00.
	near(t, "se", certain(t, s, findings...)[0].Rows[0].SE, 0.8, 1e-12)
	row, _ := rank(t, s, findings...).Find("640100", roster.Comprehensive)
	if c := row.Contributions(); len(c) != 2 || math.Abs(c[0].Points-48) > 1e-9 || math.Abs(c[1].Points-20) > 1e-9 || row.Parts[1].Scaled != 5000 {
		t.Errorf("got %+v", c)
	}
}

// TestOtherCapsInAWhatIf: two sheets with 99 of 100 marks and bonus items of 4.00 and
// 2.00 under a cap of 3.00 have 100.00 and 100.00 (cut off) of evaluation; penalty items
// of 6.00 each take 5.00. By hand under other caps.
func TestOtherCapsInAWhatIf(t *testing.T) {
	t.Parallel()
	level := []indicators.LevelScore{{Level: "一、政府职能依法全面履行", Achieved: 9000, Full: 10000}}
	sheet := func(bonus, penalty indicators.Mark) scorebook.Basis {
		r := indicators.Reached{Levels: level, Bonus: bonus, Penalty: penalty}.Capped(300, 500)
		return scorebook.Basis{Total: 9000 + r.Bonus - r.Penalty, Reached: r}
	}
	both := []scorebook.Basis{sheet(400, 600), sheet(200, 0)} // 90 + 3 - 5 = 88, 90 + 2 = 92
	f := detailed(t, evaluated("640100", 9000), "basis", both)
	for name, want := range map[string]struct {
		bonus, penalty, mark indicators.Mark
	}{
		"as it is":   {300, 500, 9000},
		"more bonus": {1000, 500, 9050}, // 90 + 4 - 5 = 89 and 92
		"no penalty": {300, 0, 9250},    // 93 and 92
		"no bonus":   {0, 500, 8750},    // 85 and 90
	} {
		s := fedScheme(t)
		for system, w := range s.Systems {
			for _, n := range []indicators.Number{"72", "84"} {
				item := w.Items[n]
				item.Method = indicators.Documents
				s.Systems[system].Items[n] = item
			}
		}
		s.Parts, s.BonusCap, s.PenaltyCap = indicators.Parts{Evaluation: indicators.Whole}, want.bonus, want.penalty
		if row, _ := rank(t, s, f).Find("640100", roster.Comprehensive); row.Total != want.mark {
			t.Errorf("%s: got %s, want %s", name, row.Total, want.mark)
		}
	}
}

// TestTheSurveysErrorReachesTheMarkThatItFeeds against R 4.2.2: the share is normal
// about what was found, with a standard error of 0.03. By the limit of 80 % at 82 % the
// mark is full with pnorm(2/3), a variance of 0.1887401 and a mean slope of 10.64827
// (dnorm(2/3) / 0.03); in proportion from 70 % at 78 %, integrate() gives 0.0555568388604
// and 7.4367708188548. The total's variance is w² (SE² + effect² variance) + v² s² + 2 w
// v effect slope cov, with cov from the survey, as large as it can be where none is told.
func TestTheSurveysErrorReachesTheMarkThatItFeeds(t *testing.T) {
	t.Parallel()
	with := int64(150) // 0.015 share * 0.01 point, in hundredths: 1.5e-4
	for name, c := range map[string]struct {
		rule            indicators.FedRule
		est             indicators.Share
		with            *int64
		variance, slope float64
		cov             float64
	}{
		"limit":                   {indicators.FedByLimit, 8200, &with, 0.1887401, 10.64827, 1.5e-4},
		"proportional":            {indicators.FedProportional, 7800, &with, 0.0555568388604, 7.4367708188548, 1.5e-4},
		"no covariance was filed": {indicators.FedByLimit, 8200, nil, 0.1887401, 10.64827, 0.03 * 2},
	} {
		s := fedScheme(t)
		found := detailed(t, surveyed("640100", 7000, 200), "fed", []scorebook.Satisfaction{
			{Indicator: "84", N: 300, Est: c.est, AtLeast: c.est, Low: 7600, High: 8800, SE: 300, WithMark: c.with},
		})
		e := sheets(t, s, "640100", 0, 0)
		e.SE = 50
		settings := func(r *roster.Settings) { r.FedRule, r.FedFloor, r.Indicator84Lower = c.rule, 7000, false }
		row := ranked(t, s, settings, e, found)
		at := slices.IndexFunc(row.Fed, func(f naming.Fed) bool { return f.Indicator == "84" })
		effect := float64(row.Fed[at].Effect) / 100
		if effect <= 0 {
			t.Fatalf("%s: full marks of 84 add %v", name, effect)
		}
		r := naming.Ranking{Tables: []naming.Table{{Cut: 1, Rows: []naming.Row{row}}}}
		want := 0.36*(0.25+effect*effect*c.variance) + 0.16*4 + 2*0.6*0.4*effect*c.slope*c.cov
		near(t, name, certainties(t, r).Rows[0].SE, math.Sqrt(want), 1e-6)
	}
}

// TestC32TheCutOffSaysWhatTheDataLeaveOpen: with errors of 0.50, 84.00, 83.60, 83.20 in
// front and 83.00 behind are one tie; 70.00 is clearly behind. With errors of 0.01 the
// cut-off is clear.
func TestC32TheCutOffSaysWhatTheDataLeaveOpen(t *testing.T) {
	t.Parallel()
	marks := map[roster.UnitCode]indicators.Mark{"640104": 8400, "640105": 8360, "640106": 8320, "640121": 8300, "640122": 7000}
	for se, want := range map[indicators.Mark]naming.Edge{
		50: {Inside: []roster.UnitCode{"640104", "640105", "640106"}, Outside: []roster.UnitCode{"640121"}},
		1:  {},
	} {
		var findings []scorebook.Finding
		for unit, mark := range marks {
			findings = append(findings, evaluated(unit, 1), surveyed(unit, mark, se))
		}
		got := certain(t, scheme(0, 10000, 0), findings...)[0].Edge
		if !reflect.DeepEqual(got, want) || got.Open() != (se == 50) {
			t.Errorf("error %s: got %+v, want %+v", se, got, want)
		}
	}
}

// TestUnitsWithSurveysOfTheirOwnShareNoError: what this service's surveys file tells of
// no other unit, so that the covariance of any two totals is 0 by construction.
func TestUnitsWithSurveysOfTheirOwnShareNoError(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(map[string]any{"n": 300, "fed": []scorebook.Satisfaction{{Indicator: "84", SE: 300}}, "survey": "s1"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := surveyed("640100", 8000, 100), surveyed("640200", 7900, 100)
	a.Detail, b.Detail = raw, raw
	c := certain(t, scheme(0, 10000, 0), a, b, evaluated("640100", 1), evaluated("640200", 1))[0]
	if c.Related || len(c.Ties) != 1 {
		t.Errorf("got %+v, want two independent units that tie", c)
	}
}

// TestAVarianceStandsBesideItsCovariances: what was rounded to a standard error of 1.00
// is 0.995 squared beside a covariance; the matrix takes the variance.
func TestAVarianceStandsBesideItsCovariances(t *testing.T) {
	t.Parallel()
	e := detailed(t, evaluated("640100", 8000), "shared", []naming.Shared{{Unit: "640100", Covariance: 9900}, {Unit: "640200", Covariance: 100}})
	e.SE = 100
	near(t, "se", certain(t, scheme(10000, 0, 0), e, evaluated("640200", 7000))[0].Rows[0].SE, math.Sqrt(0.99), 1e-12)
}

// TestScenesMoveAShareFromNothingToAll by hand: A has 90 - 30w, B always 80; they cross
// at w = 1/3 of the survey, which is 2/3 of the evaluation.
func TestScenesMoveAShareFromNothingToAll(t *testing.T) {
	t.Parallel()
	s := studied(t, scheme(5000, 5000, 0), evaluated("640100", 9000), surveyed("640100", 6000, 0), evaluated("640200", 8000), surveyed("640200", 8000, 0))
	at := func(i scorebook.Instrument) naming.Scene {
		n := slices.IndexFunc(s.Scenes, func(x naming.Scene) bool { return x.Instrument == i })
		return s.Scenes[n]
	}
	for k := range 11 {
		first := []int{2, 1} // B stands first in the table, A is better here
		if official := s.Units[0].Unit; official != "640200" {
			t.Fatalf("first is %s", official)
		}
		if survey := at(scorebook.Survey).Places[k]; (k <= 3) != reflect.DeepEqual(survey, first) {
			t.Errorf("survey at %d0 %%: got %v", k, survey)
		}
		if evaluation := at(scorebook.Evaluation).Places[k]; (k >= 7) != reflect.DeepEqual(evaluation, first) {
			t.Errorf("evaluation at %d0 %%: got %v", k, evaluation)
		}
	}
	near(t, "official", at(scorebook.Survey).Official, 0.5, 1e-12)
}
