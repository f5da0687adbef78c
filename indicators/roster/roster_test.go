package roster_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

func register(t *testing.T) *roster.Register {
	t.Helper()
	r, err := roster.Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestC01RegisterHolds5Cities22CountiesAndTheDepartments: counts of the notice's
// addressees; the counties of each city add up to its census population.
func TestC01RegisterHoldsCitiesCountiesAndDepartments(t *testing.T) {
	t.Parallel()
	r := register(t)
	counts := map[roster.Group]int{}
	people, parents, total := map[roster.UnitCode]int{}, map[roster.UnitCode]int{}, 0
	for _, u := range r.Units() {
		counts[u.Group()]++
		switch {
		case u.Kind == roster.City:
			people[u.Code] = u.Population
			total += u.Population
		case u.Kind != roster.Bureau:
			parents[u.Parent] += u.Population
		}
	}
	if counts[roster.Cities] != 5 || counts[roster.Counties] != 22 || counts[roster.Departments] != 38 {
		t.Errorf("got %v, want 5 cities, 22 counties, 38 departments", counts)
	}
	for code, want := range people {
		if parents[code] != want {
			t.Errorf("%s: counties add up to %d, want %d", code, parents[code], want)
		}
	}
	if total != 7202654 {
		t.Errorf("got %d residents, want 7,202,654 (census of 2020)", total)
	}
}

func TestC61C62SystemFollowsTheKind(t *testing.T) {
	t.Parallel()
	r := register(t)
	for _, c := range []struct {
		code   roster.UnitCode
		name   string
		system indicators.System
		rule   bool
		group  roster.Group
	}{
		{"640100", "银川市", indicators.CityCounty, true, roster.Cities},
		{"640122", "贺兰县", indicators.CityCounty, false, roster.Counties},
		{"640181", "灵武市", indicators.CityCounty, false, roster.Counties},
		{"D09", "司法厅", indicators.Department, true, roster.Departments},
	} {
		u, err := r.Unit(c.code)
		if err != nil || u.Name != c.name || u.System() != c.system || u.RuleMakingPower() != c.rule || u.Group() != c.group {
			t.Errorf("%s: got %+v, %v", c.code, u, err)
		}
	}
	for _, code := range []roster.UnitCode{"640000", "110000", "", "D39"} {
		if _, err := r.Unit(code); !errors.Is(err, fault.New(fault.NotFound, "unit.unknown")) {
			t.Errorf("%q: got %v, want unit.unknown (C16)", code, err)
		}
	}
	if u, _ := r.Unit("640122"); u.Label("en") != "Helan" || u.Label("zh-CN") != "贺兰县" {
		t.Errorf("got %q, %q", u.Label("en"), u.Label("zh-CN"))
	}
}

func TestC77WindowIncludesBothDaysInShanghai(t *testing.T) {
	t.Parallel()
	w := roster.Defaults(2020).Filing
	for _, c := range []struct {
		at   string
		want bool
	}{
		{"2020-07-31T15:59:59Z", false}, // 23:59:59 on 31 July
		{"2020-07-31T16:00:00Z", true},  // 1 August 00:00
		{"2020-08-31T15:59:59Z", true},  // 31 August 23:59:59
		{"2020-08-31T16:00:00Z", false}, // 1 September 00:00
		{"2020-08-15T00:00:00+08:00", true},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Open(at); got != c.want {
			t.Errorf("%s: got %v, want %v", c.at, got, c.want)
		}
		refused := w.Refuse(at, "filing.closed")
		if (refused == nil) != c.want {
			t.Errorf("%s: got %v", c.at, refused)
		}
	}
	if w.Days() != 31 {
		t.Errorf("got %d days, want 31", w.Days())
	}
	r := fault.All(w.Refuse(time.Unix(0, 0), "filing.closed"))[0]
	if r.Kind != fault.Closed || r.Params["from"] != "2020-08-01" || r.Params["to"] != "2020-08-31" {
		t.Errorf("got %+v", r)
	}
}

func TestDatesReadAndWrite(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(roster.Defaults(2022))
	if err != nil {
		t.Fatal(err)
	}
	var back roster.Settings
	if err := json.Unmarshal(raw, &back); err != nil || back != roster.Defaults(2022) {
		t.Errorf("got %+v, %v", back, err)
	}
	for _, text := range []string{"2020-02-30", "2020/08/01", "x", "2020-8-1"} {
		if _, err := roster.ParseDate(text); !errors.Is(err, fault.New(fault.Invalid, "date.form")) {
			t.Errorf("%q: got %v, want date.form", text, err)
		}
	}
	if got := roster.On(2020, time.December, 31).Plus(1).String(); got != "2021-01-01" {
		t.Errorf("got %s, want 2021-01-01", got)
	}
	if got := (roster.Date{}).String(); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestC20C23TitlesComeFromKindAndProject(t *testing.T) {
	t.Parallel()
	r := register(t)
	for _, c := range []struct {
		code    roster.UnitCode
		track   roster.Track
		project roster.Project
		rule    roster.CountyCityTitle
		want    string
	}{
		{"640100", roster.Comprehensive, roster.Project{}, roster.TitledAsCounty, "全区法治政府建设示范市"},
		{"640122", roster.Comprehensive, roster.Project{}, roster.TitledAsCounty, "全区法治政府建设示范县（区）"},
		{"640181", roster.Comprehensive, roster.Project{}, roster.TitledAsCounty, "全区法治政府建设示范县（区）"},
		{"640181", roster.Comprehensive, roster.Project{}, roster.TitledAsCity, "全区法治政府建设示范市"},
		{"D07", roster.Comprehensive, roster.Project{}, roster.TitledAsCity, "全区法治政府建设示范单位"},
		{"640100", roster.Single, roster.Project{Field: roster.Oversight}, roster.TitledAsCity, "全区加强事中事后监管示范市"},
		{"D07", roster.Single, roster.Project{Field: roster.OtherField, Text: "一次办好"}, roster.TitledAsCity, "全区一次办好示范单位"},
	} {
		u, err := r.Unit(c.code)
		if err != nil {
			t.Fatal(err)
		}
		if got := roster.Title(u, c.track, c.project, c.rule); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestC22ProjectHasAFieldOrWords(t *testing.T) {
	t.Parallel()
	for _, f := range roster.Fields() {
		p := roster.Project{Field: f, Text: "一次办好"}
		if err := p.Check(); err != nil || p.Words() == "" {
			t.Errorf("%s: got %v, %q", f, err, p.Words())
		}
	}
	for _, c := range []struct {
		project roster.Project
		code    string
	}{
		{roster.Project{Field: "x"}, "project.field"},
		{roster.Project{Field: roster.OtherField}, "project.text_missing"},
		{roster.Project{Field: roster.OtherField, Text: string(make([]rune, 31))}, "project.text_long"},
	} {
		if err := c.project.Check(); !errors.Is(err, fault.New(fault.Invalid, c.code)) {
			t.Errorf("got %v, want %s", err, c.code)
		}
	}
}

func TestStagesFollowTheWindows(t *testing.T) {
	t.Parallel()
	r := roster.Round{Year: 2020, Settings: roster.Defaults(2020)}
	for date, want := range map[string]roster.Stage{
		"2020-07-31": roster.Planned, "2020-08-01": roster.Filing, "2020-09-15": roster.Evaluating,
		"2020-11-10": roster.Publishing, "2020-11-11": roster.Waiting, "2020-12-31": roster.Naming, "2021-01-01": roster.Past,
	} {
		d, err := roster.ParseDate(date)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Stage(d.Start().Add(time.Hour)); got != want {
			t.Errorf("%s: got %s, want %s", date, got, want)
		}
	}
}

func TestSettingsThatDoNotHold(t *testing.T) {
	t.Parallel()
	if err := roster.Defaults(2020).Check(); err != nil {
		t.Fatalf("defaults: %v", err)
	}
	for _, c := range []struct {
		name   string
		change func(s *roster.Settings)
		code   string
	}{
		{"no window", func(s *roster.Settings) { s.Notice = roster.Window{} }, "round.window_missing"},
		{"reversed", func(s *roster.Settings) { s.Notice.To = roster.On(2020, time.October, 31) }, "round.window_reversed"},
		{"overlapping", func(s *roster.Settings) { s.Evaluation.From = s.Filing.To }, "round.window_order"},
		{"no quota", func(s *roster.Settings) { s.QuotaSingle = 0 }, "round.setting_range"},
		{"gate above one", func(s *roster.Settings) { s.Gate.Num = 11 }, "round.setting_range"},
		{"gate of nothing", func(s *roster.Settings) { s.Gate = indicators.Gate{} }, "round.setting_range"},
		{"title rule", func(s *roster.Settings) { s.CountyCityTitle = "" }, "round.title_rule"},
	} {
		s := roster.Defaults(2020)
		c.change(&s)
		if err := s.Check(); !errors.Is(err, fault.New(fault.Invalid, c.code)) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
}
