package naming_test

import (
	"encoding/json"
	"slices"
	"testing"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// fedScheme has one mark an indicator, headings by their number of indicators,
// and surveys that give 72 and 84; evaluation and survey count 60 and 40.
func fedScheme(t *testing.T) indicators.Scheme {
	t.Helper()
	s, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 6000, Survey: 4000})
	if err != nil {
		t.Fatal(err)
	}
	for _, system := range indicators.Systems() {
		for _, n := range []indicators.Number{"72", "84"} {
			item := s.Systems[system].Items[n]
			item.Method = indicators.Surveyed
			s.Systems[system].Items[n] = item
		}
	}
	s.Round, s.Version = 2020, 1
	return s
}

// sheets is an evaluation's finding of sheets that gave full marks to all but so
// many indicators of heading 六.
func sheets(t *testing.T, s indicators.Scheme, unit roster.UnitCode, lost ...int) scorebook.Finding {
	t.Helper()
	c, err := indicators.Load(s.Edition, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	f := evaluated(unit, 0)
	var basis []scorebook.Basis
	var sum indicators.Mark
	for _, n := range lost {
		marks, list := map[indicators.Number]indicators.Mark{}, []indicators.Number{}
		for _, i := range c.Applicable(true) {
			if i.Number == "72" || i.Number == "84" {
				continue
			}
			list, marks[i.Number] = append(list, i.Number), 100
			if i.Level1 == "六、社会矛盾纠纷依法有效化解" && n > 0 {
				marks[i.Number], n = 0, n-1
			}
		}
		r, err := indicators.Reach(s, c, list, marks)
		if err != nil {
			t.Fatal(err)
		}
		total, err := r.Total(s.Systems[c.System])
		if err != nil {
			t.Fatal(err)
		}
		basis, sum = append(basis, scorebook.Basis{Total: total, Reached: r}), sum+total
	}
	f.Mark = (sum + 1) / 2
	return detailed(t, f, "basis", basis)
}

func detailed(t *testing.T, f scorebook.Finding, key string, what any) scorebook.Finding {
	t.Helper()
	raw, err := json.Marshal(map[string]any{key: what})
	if err != nil {
		t.Fatal(err)
	}
	f.Detail = raw
	return f
}

// says is a survey's finding about one indicator.
func says(t *testing.T, i scorebook.Instrument, unit roster.UnitCode, s scorebook.Satisfaction) scorebook.Finding {
	t.Helper()
	return detailed(t, find(i, unit, "", 8000, 0), "fed", []scorebook.Satisfaction{s})
}

func ranked(t *testing.T, s indicators.Scheme, change func(*roster.Settings), findings ...scorebook.Finding) naming.Row {
	t.Helper()
	units, err := roster.Load()
	if err != nil {
		t.Fatal(err)
	}
	settings := roster.Defaults(2020)
	change(&settings)
	r, err := naming.Rank(s, settings, findings, units, books(s))
	if err != nil {
		t.Fatal(err)
	}
	return r.Tables[0].Rows[0]
}

// TestC129AndC122SurveysGiveTheMarksOf84And72 by hand. Heading 六 of annex 1 has 9
// indicators and a share of 9 of 100, so that each is worth 1.00; without 84 each of
// the other 8 is worth 9/8. A sheet that lost one of these has 98.88, the other
// lost none: their mean is 99.44. With 84 not reached the first has lost 2 of 9 and
// the second 1 of 9: 98.00 and 99.00, mean 98.50; reached, 99.00 and 100.00, mean
// 99.50; half-way between 60 and 80 %, 98.50 and 99.50. Missing 72, one of the 12 of
// 五, costs 1.00 more.
func TestC129AndC122SurveysGiveTheMarksOf84And72(t *testing.T) {
	t.Parallel()
	s := fedScheme(t)
	const own indicators.Mark = 9944
	evaluation := sheets(t, s, "640100", 1, 0)
	with84 := func(est, low indicators.Share) scorebook.Finding {
		return says(t, scorebook.Survey, "640100", scorebook.Satisfaction{Indicator: "84", Item: "q10", N: 300, Est: est, AtLeast: low})
	}
	with72 := says(t, scorebook.Deputies, "640100", scorebook.Satisfaction{Indicator: "72", Item: "d01", N: 40, Est: 9600, AtLeast: 9400})
	for _, row := range []struct {
		name     string
		change   func(*roster.Settings)
		findings []scorebook.Finding
		want     indicators.Mark // of the evaluation, joined
		total    indicators.Mark
	}{
		{"84 reached by the estimate", nothing, []scorebook.Finding{with84(8000, 7800)}, 9950, 9170},
		{"84 missed by the lower bound", func(r *roster.Settings) { r.Indicator84Lower = true }, []scorebook.Finding{with84(8100, 7999)}, 9850, 9110},
		{"84 missed", nothing, []scorebook.Finding{with84(7999, 7700)}, 9850, 9110},
		{"84 in proportion", func(r *roster.Settings) { r.FedRule = indicators.FedProportional }, []scorebook.Finding{with84(7000, 6800)}, 9900, 9140},
		{"72 and 84 reached", nothing, []scorebook.Finding{with84(8000, 7800), with72}, 9950, 9170},
		{"72 missed by its lower bound", func(r *roster.Settings) { r.Indicator72Lower = true }, []scorebook.Finding{with84(8000, 7800), with72}, 9850, 9110},
		{"72 missed, 84 left out", func(r *roster.Settings) { r.Indicator72Lower = true }, []scorebook.Finding{with72}, own - 100, own - 100},
	} {
		got := ranked(t, s, row.change, append(row.findings, evaluation)...)
		if got.Parts[0].Mark != row.want || got.Own != own {
			t.Errorf("%s: got %s of %s, want %s of %s", row.name, got.Parts[0].Mark, got.Own, row.want, own)
		}
		if got.Total != row.total {
			t.Errorf("%s: got a total of %s, want %s", row.name, got.Total, row.total)
		}
	}
}

func nothing(*roster.Settings) {}

// TestC30AUnitThatIsNotSurveyedLosesNoMark: 84 leaves the denominator, and the
// row says so, where there is no survey and where too few answered to show a
// figure.
func TestC30AUnitThatIsNotSurveyedLosesNoMark(t *testing.T) {
	t.Parallel()
	s := fedScheme(t)
	few := says(t, scorebook.Survey, "640100", scorebook.Satisfaction{Indicator: "84", Item: "q10", N: 2, Few: true})
	for name, findings := range map[string][]scorebook.Finding{"none": nil, "few": {few}} {
		got := ranked(t, s, nothing, append(findings, sheets(t, s, "640100", 0, 0))...)
		if got.Parts[0].Mark != 10000 || got.Own != 10000 {
			t.Errorf("%s: got %s of %s, want 100.00: what nobody asked costs nothing", name, got.Parts[0].Mark, got.Own)
		}
		for _, f := range got.Fed {
			if f.Known || f.Mark != 0 || f.Full != 100 {
				t.Errorf("%s: got %+v, want it named as unknown", name, f)
			}
		}
		if len(got.Fed) != 2 {
			t.Errorf("%s: got %d indicators named, want 72 and 84", name, len(got.Fed))
		}
	}
}

// TestC129TheRoundsOwnLimitDecides: where the office wants 90 % in place of the
// notice's 80 %, 85 % is not reached.
func TestC129TheRoundsOwnLimitDecides(t *testing.T) {
	t.Parallel()
	s := fedScheme(t)
	c, err := indicators.Load(s.Edition, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	i, _ := c.Find("84")
	rule := indicators.Rule{Limits: slices.Clone(i.Thresholds), Applies: i.Applies, Reason: "the office wants more"}
	for n := range rule.Limits {
		rule.Limits[n].Value, rule.Limits[n].Raw = 9000, "90"
	}
	found := says(t, scorebook.Survey, "640100", scorebook.Satisfaction{Indicator: "84", N: 300, Est: 8500})
	for want, rules := range map[indicators.Share]map[indicators.Number]indicators.Rule{8000: nil, 9000: {"84": rule}} {
		w := s.Systems[indicators.CityCounty]
		w.Rules = rules
		s.Systems[indicators.CityCounty] = w
		row := ranked(t, s, nothing, sheets(t, s, "640100", 0, 0), found)
		at := slices.IndexFunc(row.Fed, func(f naming.Fed) bool { return f.Indicator == "84" })
		if got := row.Fed[at]; got.Limit != want || got.Meets != (want == 8000) {
			t.Errorf("got %+v, want the limit %s", got, want)
		}
	}
}

// TestC122ResidentsNeverAnswerForDeputies: an item of the residents' survey that
// calls itself 72 feeds nothing, nor does 84 among deputies.
func TestC122ResidentsNeverAnswerForDeputies(t *testing.T) {
	t.Parallel()
	s := fedScheme(t)
	row := ranked(t, s, nothing, sheets(t, s, "640100", 0, 0),
		says(t, scorebook.Survey, "640100", scorebook.Satisfaction{Indicator: "72", N: 300, Est: 9900}),
		says(t, scorebook.Deputies, "640100", scorebook.Satisfaction{Indicator: "84", N: 40, Est: 9900}))
	for _, f := range row.Fed {
		if f.Known {
			t.Errorf("got %s known from %s", f.Indicator, f.Source)
		}
	}
}

// TestC64AnIndicatorLeftToDocumentsIsTheAssessors: with no method of survey a
// survey's figure changes nothing.
func TestC64AnIndicatorLeftToDocumentsIsTheAssessors(t *testing.T) {
	t.Parallel()
	s := fedScheme(t)
	for _, system := range indicators.Systems() {
		for n, item := range s.Systems[system].Items {
			item.Method = indicators.Documents
			s.Systems[system].Items[n] = item
		}
	}
	row := ranked(t, s, nothing, sheets(t, s, "640100", 1, 0),
		says(t, scorebook.Survey, "640100", scorebook.Satisfaction{Indicator: "84", N: 300, Est: 100}))
	if len(row.Fed) != 0 || row.Own != 0 {
		t.Errorf("got %+v fed, own %s, want nothing", row.Fed, row.Own)
	}
}
