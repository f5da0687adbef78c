package indicators_test

import (
	"encoding/json"
	"maps"
	"strconv"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
)

func scheme(t *testing.T) indicators.Scheme {
	t.Helper()
	s, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 5000, Survey: 3000, Verification: 2000})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEqualSchemeHolds(t *testing.T) {
	t.Parallel()
	s := scheme(t)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back indicators.Scheme
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if err := back.Check(); err != nil {
		t.Errorf("read back: %v", err)
	}
}

func TestC64SchemeMustBeCompleteAndExact(t *testing.T) {
	t.Parallel()
	const one = "一、政府职能依法全面履行"
	edit := func(s *indicators.Scheme, change func(w *indicators.Weights)) {
		w := s.Systems[indicators.CityCounty]
		w = indicators.Weights{Items: maps.Clone(w.Items), Levels: maps.Clone(w.Levels)}
		change(&w)
		s.Systems = maps.Clone(s.Systems)
		s.Systems[indicators.CityCounty] = w
	}
	for _, c := range []struct {
		name   string
		change func(s *indicators.Scheme)
		code   string
		field  string
	}{
		{"parts below 100", func(s *indicators.Scheme) { s.Parts.Survey-- }, "scheme.part_sum", "parts"},
		{"negative part", func(s *indicators.Scheme) { s.Parts.Survey, s.Parts.Evaluation = -1, 8001 }, "scheme.part_range", "parts.survey"},
		{"cap above 100", func(s *indicators.Scheme) { s.BonusCap = 10001 }, "scheme.cap_range", "bonus_cap"},
		{"negative cap", func(s *indicators.Scheme) { s.PenaltyCap = -1 }, "scheme.cap_range", "penalty_cap"},
		{"system missing", func(s *indicators.Scheme) {
			s.Systems = map[indicators.System]indicators.Weights{indicators.CityCounty: s.Systems[indicators.CityCounty]}
		}, "scheme.system_missing", ""},
		{"item missing", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { delete(w.Items, "7") })
		}, "scheme.item_missing", "city-county.7"},
		{"item unknown", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { w.Items["101"] = indicators.Item{Method: indicators.OnSite} })
		}, "scheme.item_unknown", ""},
		{"item negative", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { w.Items["7"] = indicators.Item{Full: -1, Method: indicators.OnSite} })
		}, "scheme.item_range", "city-county.7"},
		{"method unknown", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { w.Items["7"] = indicators.Item{Full: 1, Method: "guessing"} })
		}, "scheme.method_unknown", "city-county.7"},
		{"level missing", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { delete(w.Levels, one) })
		}, "scheme.level_missing", "city-county.level.1"},
		{"level sum", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { w.Levels[one]++ })
		}, "scheme.level_sum", "city-county.level"},
		{"level negative", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { w.Levels[one] = -1 })
		}, "scheme.level_range", "city-county.level.1"},
		{"level unknown", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) { w.Levels["十"] = 0 })
		}, "scheme.level_unknown", ""},
		{"share without marks", func(s *indicators.Scheme) {
			edit(s, func(w *indicators.Weights) {
				for n := 97; n <= 100; n++ {
					w.Items[indicators.Number(strconv.Itoa(n))] = indicators.Item{Method: indicators.OnSite}
				}
			})
		}, "scheme.level_empty", "city-county.level.8"},
		{"criteria sum", func(s *indicators.Scheme) {
			s.Criteria = map[indicators.Criterion]indicators.Mark{indicators.Typical: 10000}
		}, "scheme.criterion_range", "criteria.innovative"},
		{"criteria short", func(s *indicators.Scheme) {
			s.Criteria = maps.Clone(s.Criteria)
			s.Criteria[indicators.Typical] = 1999
		}, "scheme.criterion_sum", "criteria"},
	} {
		s := scheme(t)
		c.change(&s)
		found := false
		for _, r := range fault.All(s.Check()) {
			found = found || r.Code == c.code && r.Field == c.field
		}
		if !found {
			t.Errorf("%s: got %v, want %s at %q", c.name, s.Check(), c.code, c.field)
		}
	}
	unknown := scheme(t)
	unknown.Edition = "1999"
	if fault.KindOf(unknown.Check()) != fault.NotFound {
		t.Errorf("unknown edition: got %v", unknown.Check())
	}
}
