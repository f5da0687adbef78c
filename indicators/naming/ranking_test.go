package naming_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

func scheme(evaluation, survey, verification indicators.Share) indicators.Scheme {
	return indicators.Scheme{
		Round: 2020, Version: 1, Edition: indicators.Edition2019,
		Parts: indicators.Parts{Evaluation: evaluation, Survey: survey, Verification: verification},
	}
}

func find(i scorebook.Instrument, unit roster.UnitCode, track roster.Track, mark, se indicators.Mark) scorebook.Finding {
	f := scorebook.Finding{Key: scorebook.Key{Round: 2020, Unit: unit, Instrument: i, Track: track}, Mark: mark, SE: se, Version: 1}
	if track == roster.Single {
		f.Project = roster.Project{Field: roster.Oversight}
	}
	return f
}

func evaluated(unit roster.UnitCode, mark indicators.Mark) scorebook.Finding {
	return find(scorebook.Evaluation, unit, roster.Comprehensive, mark, 0)
}

func surveyed(unit roster.UnitCode, mark, se indicators.Mark) scorebook.Finding {
	return find(scorebook.Survey, unit, "", mark, se)
}

func rank(t *testing.T, s indicators.Scheme, findings ...scorebook.Finding) naming.Ranking {
	t.Helper()
	units, err := roster.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := naming.Rank(s, roster.Defaults(2020), findings, units, books(s))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// books gives the systems as they hold under a scheme.
func books(s indicators.Scheme) naming.Catalogues {
	return func(system indicators.System) (*indicators.Catalogue, error) {
		c, err := indicators.Load(s.Edition, system)
		if err != nil {
			return nil, err
		}
		return s.Under(c, nil), nil
	}
}

// TestC32TotalIsTheWeightedMean: 60 % of 85.50 and 40 % of 79.95 are 83.28; 60 %
// of 80.00 and 40 % of 90.00 are 84.00.
func TestC32TotalIsTheWeightedMean(t *testing.T) {
	t.Parallel()
	r := rank(t, scheme(6000, 4000, 0),
		evaluated("640100", 8550), surveyed("640100", 7995, 120),
		evaluated("640200", 8000), surveyed("640200", 9000, 150))
	rows := r.Tables[0].Rows
	if len(r.Tables) != 1 || rows[0].Unit != "640200" || rows[0].Total != 8400 || rows[0].Place != 1 {
		t.Errorf("got %+v", rows[0])
	}
	if rows[1].Unit != "640100" || rows[1].Total != 8328 || rows[1].Place != 2 || rows[1].Tied {
		t.Errorf("got %+v", rows[1])
	}
}

// TestC30NotSurveyedIsNeverZero: without a survey the total is the evaluation's,
// and the row says what is missing.
func TestC30NotSurveyedIsNeverZero(t *testing.T) {
	t.Parallel()
	r := rank(t, scheme(5000, 3000, 2000),
		evaluated("640100", 8550), surveyed("640100", 7995, 120),
		evaluated("640200", 8550),
		find(scorebook.SelfAssessment, "640300", roster.Comprehensive, 9500, 0))
	rows := r.Tables[0].Rows
	// (8550*50 + 7995*30) / 80 = 8341.875, rounded once.
	for n, want := range []struct {
		unit    roster.UnitCode
		total   indicators.Mark
		place   int
		missing []scorebook.Instrument
	}{
		{"640200", 8550, 1, []scorebook.Instrument{scorebook.Survey, scorebook.Verification}},
		{"640100", 8342, 2, []scorebook.Instrument{scorebook.Verification}},
		{"640300", 0, 0, []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey, scorebook.Verification}},
	} {
		got := rows[n]
		if got.Unit != want.unit || got.Total != want.total || got.Place != want.place || !reflect.DeepEqual(got.Missing(), want.missing) {
			t.Errorf("row %d: got %+v, missing %v, want %+v", n, got, got.Missing(), want)
		}
	}
	if rows[2].Ranked {
		t.Error("a unit without a finding has a place")
	}
}

func TestTracksAndKindsAreRankedApart(t *testing.T) {
	t.Parallel()
	r := rank(t, scheme(10000, 0, 0),
		evaluated("640100", 9000), evaluated("640122", 8000), evaluated("640181", 8100), evaluated("D09", 7000),
		find(scorebook.Evaluation, "640122", roster.Single, 6000, 0))
	type table struct {
		track roster.Track
		group roster.Group
		rows  int
	}
	var got []table
	for _, tb := range r.Tables {
		got = append(got, table{tb.Track, tb.Group, len(tb.Rows)})
	}
	want := []table{
		{roster.Comprehensive, roster.Cities, 1},
		{roster.Comprehensive, roster.Counties, 2},
		{roster.Comprehensive, roster.Departments, 1},
		{roster.Single, roster.Counties, 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if row, ok := r.Find("640122", roster.Single); !ok || row.Project.Field != roster.Oversight || row.Total != 6000 {
		t.Errorf("got %+v, %v", row, ok)
	}
	if _, ok := r.Find("640104", roster.Single); ok {
		t.Error("a unit that did not apply was found")
	}
}

func TestEqualTotalsShareAPlaceAndTheFrontGroupTakesTiesAtItsEdge(t *testing.T) {
	t.Parallel()
	r := rank(t, scheme(10000, 0, 0),
		evaluated("640104", 9000), evaluated("640105", 8500), evaluated("640106", 8000), evaluated("640121", 8000), evaluated("640122", 7000))
	var places []int
	var front []bool
	for _, row := range r.Tables[0].Rows {
		places, front = append(places, row.Place), append(front, row.Front)
	}
	// The default front group of a kind is 3.
	if !reflect.DeepEqual(places, []int{1, 2, 3, 3, 5}) || !reflect.DeepEqual(front, []bool{true, true, true, true, false}) {
		t.Errorf("got %v, %v", places, front)
	}
	if !r.Tables[0].Rows[2].Tied || !r.Tables[0].Rows[3].Tied || r.Tables[0].Rows[1].Tied {
		t.Error("ties are not marked")
	}
}

func TestOrderOfFindingsNeverMatters(t *testing.T) {
	t.Parallel()
	units, err := roster.Load()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	var findings []scorebook.Finding
	for _, u := range units.Units() {
		findings = append(findings, evaluated(u.Code, indicators.Mark(7000+random.IntN(20)*100)))
		if random.IntN(4) > 0 {
			findings = append(findings, surveyed(u.Code, indicators.Mark(6000+random.IntN(3000)), 100))
		}
	}
	want := rank(t, scheme(5000, 5000, 0), findings...)
	for range 20 {
		random.Shuffle(len(findings), func(i, j int) { findings[i], findings[j] = findings[j], findings[i] })
		if got := rank(t, scheme(5000, 5000, 0), findings...); !reflect.DeepEqual(got, want) {
			t.Fatal("another order gave another ranking")
		}
	}
}

func TestAHigherMarkNeverLowersAPlace(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	codes := []roster.UnitCode{"640100", "640200", "640300", "640400", "640500"}
	for range 200 {
		var findings []scorebook.Finding
		for _, code := range codes {
			findings = append(findings, evaluated(code, indicators.Mark(random.IntN(9000))), surveyed(code, indicators.Mark(random.IntN(9000)), 50))
		}
		before, _ := rank(t, scheme(6000, 4000, 0), findings...).Find("640300", roster.Comprehensive)
		findings[4+random.IntN(2)].Mark += indicators.Mark(random.IntN(1000))
		after, _ := rank(t, scheme(6000, 4000, 0), findings...).Find("640300", roster.Comprehensive)
		if after.Place > before.Place || after.Total < before.Total {
			t.Fatalf("got place %d after %d", after.Place, before.Place)
		}
	}
}
