package naming_test

import (
	"reflect"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// at is a row of a front group with its edge and whether it is visited.
type at struct {
	unit        roster.UnitCode
	edge, taken bool
}

// TestC32AtTheCutTheOfficeChoosesAmongThoseLevelWithTheLast by hand: five counties, a
// front group of three, 84.00, 83.60, 83.20, 83.00 and 70.00. With errors of 0.50 the
// first four are one tie (0.20 to 1.00 over 0.71), so that all of them stand at the
// edge; with 0.01 nobody does. Without any error two equal totals at the edge are both
// inside, and there is nothing to choose; nor is there where everybody is inside.
func TestC32AtTheCutTheOfficeChoosesAmongThoseLevelWithTheLast(t *testing.T) {
	t.Parallel()
	codes := []roster.UnitCode{"640104", "640105", "640106", "640121", "640122"}
	of := func(n int) naming.Target { return naming.Target{Unit: codes[n], Track: roster.Comprehensive} }
	choice := &naming.FrontChoice{Taken: []naming.Target{of(0), of(1), of(3)}, Left: []naming.Target{of(2)}}
	for _, c := range []struct {
		name   string
		marks  []indicators.Mark
		se     indicators.Mark
		choice *naming.FrontChoice
		tied   bool
		want   []at
	}{
		{
			"a tie",
			[]indicators.Mark{8400, 8360, 8320, 8300, 7000},
			50, nil, true,
			[]at{{codes[0], true, true}, {codes[1], true, true}, {codes[2], true, true}, {codes[3], true, false}},
		},
		{
			"the office has chosen",
			[]indicators.Mark{8400, 8360, 8320, 8300, 7000},
			50, choice, true,
			[]at{{codes[0], true, true}, {codes[1], true, true}, {codes[2], true, false}, {codes[3], true, true}},
		},
		{
			"a choice about others",
			[]indicators.Mark{8400, 8360, 8320, 8300, 7000},
			50, &naming.FrontChoice{}, true,
			[]at{{codes[0], true, true}, {codes[1], true, true}, {codes[2], true, true}, {codes[3], true, false}},
		},
		{
			"a clear cut",
			[]indicators.Mark{8400, 8360, 8320, 8300, 7000},
			1, choice, false,
			[]at{{codes[0], false, true}, {codes[1], false, true}, {codes[2], false, true}},
		},
		{
			"equal totals",
			[]indicators.Mark{9000, 8500, 8000, 8000, 7000},
			0, nil, false,
			[]at{{codes[0], false, true}, {codes[1], false, true}, {codes[2], false, true}, {codes[3], false, true}},
		},
		{
			"everybody is inside",
			[]indicators.Mark{8400, 8360, 8320},
			50, nil, false,
			[]at{{codes[0], false, true}, {codes[1], false, true}, {codes[2], false, true}},
		},
	} {
		var findings []scorebook.Finding
		for n, mark := range c.marks {
			findings = append(findings, evaluated(codes[n], 1), surveyed(codes[n], mark, c.se))
		}
		r := rank(t, scheme(0, 10000, 0), findings...)
		certainty, err := naming.Certainties(r)
		if err != nil {
			t.Fatal(err)
		}
		all := naming.Fronts(&naming.Snapshot{Ranking: r, Certainty: certainty}, c.choice)
		var got []at
		for _, row := range all[0].Rows {
			got = append(got, at{row.Unit, row.Edge, row.Taken})
		}
		if len(all) != 1 || all[0].Cut != 3 || all[0].Tied != c.tied || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got tied %t, %v, want %t, %v", c.name, all[0].Tied, got, c.tied, c.want)
		}
	}
	if p := (&naming.Proceeding{Front: choice}); !p.InFront(of(3)) || p.InFront(of(2)) || (&naming.Proceeding{}).InFront(of(3)) {
		t.Error("whom the office has taken is not who it wrote down")
	}
	// A ranking of before tells no certainty: the cut is where the places have it.
	r := rank(t, scheme(10000, 0, 0), evaluated("640104", 9000), evaluated("640105", 8000))
	if all := naming.Fronts(&naming.Snapshot{Ranking: r}, nil); len(all[0].Rows) != 2 || all[0].Tied {
		t.Errorf("got %+v", all)
	}
}

// TestC12AndC87AndC100LoadsAreCountedByTheRoundsWay: seven comprehensive candidates,
// two of them departments, and one single one, against 5 and 10 with one more for 左右.
func TestC12AndC87AndC100LoadsAreCountedByTheRoundsWay(t *testing.T) {
	t.Parallel()
	units, err := roster.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := naming.NewService(nil, nil, units, nil, nil, nil)
	var targets []naming.Target
	for _, unit := range []roster.UnitCode{"640100", "640200", "640300", "640104", "640105", "D09", "D01"} {
		targets = append(targets, naming.Target{Unit: unit, Track: roster.Comprehensive})
	}
	targets = append(targets, naming.Target{Unit: "D09", Track: roster.Single})
	settings := roster.Defaults(2020)
	together := []naming.Load{
		{Track: roster.Comprehensive, Count: 7, Quota: 5, Most: 6},
		{Track: roster.Single, Count: 1, Quota: 10, Most: 11},
	}
	if got := s.Loads(settings, targets); !reflect.DeepEqual(got, together) {
		t.Errorf("together: got %+v, want %+v", got, together)
	}
	settings.QuotaEach, settings.QuotaTolerance = true, 0
	each := []naming.Load{
		{Track: roster.Comprehensive, Each: true, Count: 5, Quota: 5, Most: 5},
		{Track: roster.Comprehensive, Each: true, Departments: true, Count: 2, Quota: 5, Most: 5},
		{Track: roster.Single, Each: true, Quota: 10, Most: 10},
		{Track: roster.Single, Each: true, Departments: true, Count: 1, Quota: 10, Most: 10},
	}
	if got := s.Loads(settings, targets); !reflect.DeepEqual(got, each) {
		t.Errorf("each: got %+v, want %+v", got, each)
	}
}

// TestARankingIsNotMadeOfWhatCannotBeRead: each refusal names the finding, and no total
// stands for it.
func TestARankingIsNotMadeOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	units, err := roster.Load()
	if err != nil {
		t.Fatal(err)
	}
	broken := func(f scorebook.Finding, detail string) scorebook.Finding { f.Detail = []byte(detail); return f }
	s := fedScheme(t)
	other := s
	other.Edition = "none"
	for _, c := range []struct {
		name     string
		scheme   indicators.Scheme
		findings []scorebook.Finding
		want     string
	}{
		{"a unit that nobody knows", s, []scorebook.Finding{evaluated("999999", 8000)}, ""},
		{"shared errors", s, []scorebook.Finding{broken(evaluated("640100", 8000), `{"shared":1}`)}, "detail of"},
		{"sheets", s, []scorebook.Finding{broken(evaluated("640100", 8000), `{"basis":1}`)}, "detail of"},
		{"what the survey says of 84", s, []scorebook.Finding{evaluated("640100", 8000), broken(surveyed("640100", 8000, 0), `{"fed":1}`)}, "detail of"},
		{"no indicator system", other, []scorebook.Finding{evaluated("640100", 8000)}, ""},
	} {
		_, err := naming.Rank(c.scheme, roster.Defaults(2020), c.findings, units, books(c.scheme))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

// TestAnErrorThatOnlyAnIntervalTells: findings of before have no standard error of the
// share; an interval of 0.1176 is 3.92 errors of 0.03, as in R's case by the limit:
// a variance of 0.1887401 (pnorm(2/3) times its rest). One that tells neither adds none.
func TestAnErrorThatOnlyAnIntervalTells(t *testing.T) {
	t.Parallel()
	s := fedScheme(t)
	s.Parts = indicators.Parts{Evaluation: indicators.Whole}
	e := sheets(t, s, "640100", 0, 0)
	for _, c := range []struct {
		name      string
		low, high indicators.Share
		variance  float64
	}{{"an interval", 7612, 8788, 0.1887401}, {"none", 0, 0, 0}} {
		found := detailed(t, surveyed("640100", 7000, 0), "fed", []scorebook.Satisfaction{
			{Indicator: "84", N: 300, Est: 8200, AtLeast: 8200, Low: c.low, High: c.high},
		})
		row := ranked(t, s, nothing, e, found)
		effect := 0.0
		for _, f := range row.Fed {
			effect += float64(f.Effect) / 100
		}
		if effect <= 0 {
			t.Fatalf("%s: full marks of 84 add %v", c.name, effect)
		}
		got := certainties(t, naming.Ranking{Tables: []naming.Table{{Cut: 1, Rows: []naming.Row{row}}}}).Rows[0]
		near(t, c.name, got.SE*got.SE, effect*effect*c.variance, 1e-4)
		if got.Known != (c.variance > 0) {
			t.Errorf("%s: known is %t", c.name, got.Known)
		}
	}
}

// TestWhatIfsOfManyUnitsAndOfOnePart: with ten units nobody looks through all orders
// (10! of them), and with a single part there is no share to move and nothing to vote;
// by hand, ten marks in order keep their places by every method.
func TestWhatIfsOfManyUnitsAndOfOnePart(t *testing.T) {
	t.Parallel()
	codes := []roster.UnitCode{"640104", "640105", "640106", "640121", "640122", "640181", "640202", "640205", "640221", "640302"}
	var both, one []scorebook.Finding
	for n, unit := range codes {
		mark := indicators.Mark(9500 - 300*n)
		one = append(one, evaluated(unit, mark))
		both = append(both, evaluated(unit, mark), surveyed(unit, mark-100*indicators.Mark(n%2), 0))
	}
	places := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, c := range []struct {
		name     string
		scheme   indicators.Scheme
		findings []scorebook.Finding
		moves    int
		methods  string
	}{
		{"ten units", scheme(5000, 5000, 0), both, 2, "geometric harmonic equal topsis entropy critic borda copeland"},
		{"one part", scheme(10000, 0, 0), one, 0, "geometric harmonic equal"},
	} {
		s := studied(t, c.scheme, c.findings...)
		var names []string
		for _, m := range s.Methods {
			names = append(names, m.Name)
			if !reflect.DeepEqual(m.Places, places) {
				t.Errorf("%s, %s: got %v", c.name, m.Name, m.Places)
			}
		}
		if got := strings.Join(names, " "); got != c.methods || len(s.Moves) != c.moves || len(s.Scenes) != c.moves {
			t.Errorf("%s: got %q, %d moves, %d scenes", c.name, got, len(s.Moves), len(s.Scenes))
		}
	}
	for name, findings := range map[string][]scorebook.Finding{
		"one unit": {evaluated("640100", 9000)},
		"nobody has a total": {
			find(scorebook.SelfAssessment, "640100", roster.Comprehensive, 9500, 0),
			find(scorebook.SelfAssessment, "640200", roster.Comprehensive, 9500, 0),
		},
	} {
		if all, err := naming.Studies(rank(t, scheme(5000, 5000, 0), findings...), 400, 7); err != nil || len(all) != 0 {
			t.Errorf("%s: got %d studies, %v", name, len(all), err)
		}
	}
	want := naming.Asking{Parts: indicators.Parts{Evaluation: 6000, Survey: 4000}, Comprehensive: 3, Single: 5}
	if got := naming.AskingOf(scheme(6000, 4000, 0), roster.Defaults(2020)); got != want {
		t.Errorf("got %+v, want the scheme as it is", got)
	}
}
