package roster_test

import (
	"reflect"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/roster"
)

func TestC03EverySettingNamesItsSource(t *testing.T) {
	t.Parallel()
	named := map[string]roster.Source{}
	for _, s := range roster.Sources() {
		if _, twice := named[s.Field]; twice || s.Clause == "" {
			t.Errorf("%+v", s)
		}
		named[s.Field] = s
	}
	fields := reflect.VisibleFields(reflect.TypeFor[roster.Settings]())
	fields = append(fields, reflect.VisibleFields(reflect.TypeFor[roster.Road]())...)
	for _, field := range fields {
		if field.Anonymous || field.Type == reflect.TypeFor[roster.Road]() {
			continue // its own fields follow
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if _, ok := named[name]; !ok {
			t.Errorf("the setting %s names no clause and no document", name)
		}
		delete(named, name)
	}
	for name := range named {
		t.Errorf("%s is no setting", name)
	}
}

// TestEveryPointOnWhichTheNoticeIsSilentIsASetting: the fourteen points of the
// list at the end of the clauses. Point 3 is the length of the notice; sample,
// mode, age and scale are of each survey's plan. Point 1's shares are of the scheme.
func TestEveryPointOnWhichTheNoticeIsSilentIsASetting(t *testing.T) {
	t.Parallel()
	points := map[int]bool{}
	for _, s := range roster.Sources() {
		if s.Point > 0 && !s.Silent() {
			t.Errorf("%s: an open point that a document says", s.Field)
		}
		points[s.Point] = true
	}
	for n := 1; n <= 14; n++ {
		if !points[n] {
			t.Errorf("point %d is no setting", n)
		}
	}
	if s := roster.SourceOf("unheard of"); !s.Silent() {
		t.Errorf("got %+v", s)
	}
}

func TestC18TheGateIsOverWhatTheRoundSays(t *testing.T) {
	t.Parallel()
	c, err := indicators.Load(indicators.Edition2019, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	s := roster.Defaults(2020)
	if g := s.GateFor(c); !g.Passes(88, 97) || g.Passes(87, 97) || g.Needed(97) != 88 {
		t.Errorf("over those that apply: got %+v", g)
	}
	s.GateOfAll = true
	if g := s.GateFor(c); !g.Passes(90, 97) || g.Passes(89, 97) || g.Needed(97) != 90 {
		t.Errorf("over all: got %+v", g)
	}
}

func TestC23ACitysSingleTitleMayBeAsPrinted(t *testing.T) {
	t.Parallel()
	r := register(t)
	s := roster.Defaults(2020)
	project := roster.Project{Field: roster.Oversight}
	city, err := r.Unit("640100")
	if err != nil {
		t.Fatal(err)
	}
	county, err := r.Unit("640122")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Title(city, roster.Single, project); got != "全区加强事中事后监管示范市" {
		t.Errorf("got %s", got)
	}
	s.PlainSingleCity = true
	for _, c := range []struct {
		unit  roster.Unit
		track roster.Track
		want  string
	}{
		{city, roster.Single, "全区示范市"}, {city, roster.Comprehensive, "全区法治政府建设示范市"}, {county, roster.Single, "全区加强事中事后监管示范县（区）"},
	} {
		if got := s.Title(c.unit, c.track, project); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	if s.Body() != "自治区党委全面依法治区委员会办公室" {
		t.Errorf("got %s", s.Body())
	}
	s.Organiser = roster.OfCountry
	if s.Body() != "自治区党委全面依法治国委员会办公室" {
		t.Errorf("got %s", s.Body())
	}
}
