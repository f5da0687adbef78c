package rulebook_test

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/rulebook"
)

func scheme(t *testing.T) indicators.Scheme {
	t.Helper()
	s, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 5000, Survey: 3000, Verification: 2000})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func form(t *testing.T, s indicators.Scheme) rulebook.Form {
	t.Helper()
	f, err := rulebook.Of(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func fields(t *testing.T) []rulebook.Field {
	t.Helper()
	f, err := rulebook.Fields(indicators.Edition2019)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// drawn is a scheme with marks, methods, shares, thresholds and applicability
// drawn from a seed; it need not hold together.
func drawn(t *testing.T, seed uint64) indicators.Scheme {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	s := scheme(t)
	s.BonusCap, s.PenaltyCap = indicators.Mark(r.IntN(1000)), indicators.Mark(r.IntN(1000))
	s.Goals.Survey = indicators.Goalpost{Low: indicators.Mark(r.IntN(5000)), High: indicators.Mark(5000 + r.IntN(5000))}
	for _, system := range indicators.Systems() {
		c, err := indicators.Load(s.Edition, system)
		if err != nil {
			t.Fatal(err)
		}
		w := s.Systems[system]
		w.Rules = map[indicators.Number]indicators.Rule{}
		for _, i := range c.Indicators {
			w.Items[i.Number] = indicators.Item{
				Full: indicators.Mark(r.IntN(1000)), Method: indicators.Methods()[r.IntN(len(indicators.Methods()))],
			}
			if r.IntN(4) == 0 {
				rule := indicators.Rule{Reason: "=1+1 理由", Applies: indicators.Applies{
					RuleMaking: !i.Applies.RuleMaking, Kinds: rulebook.Kinds(system)[:1],
				}}
				limit, err := indicators.NewThreshold("率", indicators.AtLeast, "95.5", "%", indicators.Softnesses()[r.IntN(4)])
				if err != nil {
					t.Fatal(err)
				}
				rule.Limits = []indicators.Threshold{limit}
				w.Rules[i.Number] = rule
			}
		}
		for _, h := range c.Headings() {
			w.Levels[h] = indicators.Share(r.IntN(10001))
		}
		s.Systems[system] = w
	}
	return s
}

func TestAFormIsTheSchemeAndBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		want := drawn(t, seed)
		got, err := form(t, want).Scheme(want.Edition)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: %v, the scheme is another", seed, err)
		}
	}
	want := scheme(t)
	if got, err := form(t, want).Scheme(want.Edition); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the equal scheme is another: %v", err)
	}
}

func TestFieldsNameEverythingInAForm(t *testing.T) {
	t.Parallel()
	f, named := form(t, scheme(t)), map[string]bool{}
	for _, field := range fields(t) {
		if named[field.Name] {
			t.Errorf("%s stands twice", field.Name)
		}
		named[field.Name] = true
	}
	if len(named) != len(f) || len(f) != 16+2*8+2*104*5 {
		t.Errorf("got %d fields and %d texts", len(named), len(f))
	}
	for name := range f {
		if !named[name] {
			t.Errorf("%s is no field", name)
		}
	}
}

func TestTextsThatCannotBeReadAreRefusedAtTheirField(t *testing.T) {
	t.Parallel()
	for field, code := range map[string]string{
		"parts.survey": "share.form", "bonus_cap": "mark.form", "criteria.ahead": "mark.form", "city-county.level.3": "share.form",
		"department.7": "mark.form", "department.7.limits": "threshold.form", "department.7.applies": "rule.applies",
	} {
		f := form(t, scheme(t))
		f[field] = "xx"
		_, err := f.Scheme(indicators.Edition2019)
		all := fault.All(err)
		if len(all) != 1 || all[0].Code != code || all[0].Field != field {
			t.Errorf("%s: got %v, want %s", field, all, code)
		}
	}
}

func TestC65TwoVersionsAreCompared(t *testing.T) {
	t.Parallel()
	before, after := form(t, scheme(t)), form(t, scheme(t))
	after["parts.survey"] = "30" // the same as 30.00
	after["city-county.5"] = "2"
	after["city-county.5.method"] = "sampling"
	after["city-county.6.limits"] = ""
	after["department.1.limits"] = "率 ≥ 95 %"
	after["city-county.level.1"] = "23.00"
	after["city-county.92.applies"] = "city"
	after["penalty_cap"] = "5"
	want := []struct{ field, kind, before, after string }{
		{"penalty_cap", "changed", "0.00", "5.00"},
		{"city-county.level.1", "changed", before["city-county.level.1"], "23.00"},
		{"city-county.5", "changed", "1.00", "2.00"},
		{"city-county.5.method", "changed", "documents", "sampling"},
		{"city-county.6.limits", "removed", before["city-county.6.limits"], ""},
		{"city-county.92.applies", "added", "", "city"},
		{"department.1.limits", "added", "", "率 ≥ 95 %"},
	}
	got := rulebook.Compare(fields(t), before, after)
	if len(got) != len(want) {
		t.Fatalf("got %d changes: %+v", len(got), got)
	}
	for n, w := range want {
		if g := got[n]; g.Field.Name != w.field || g.Kind() != w.kind || g.Before != w.before || g.After != w.after {
			t.Errorf("got %+v, want %+v", g, w)
		}
	}
	extra := rulebook.Union(fields(t), []rulebook.Field{{Name: "city-county.101", Part: rulebook.Full}, fields(t)[0]})
	if len(extra) != len(fields(t))+1 || extra[len(extra)-1].Name != "city-county.101" {
		t.Errorf("got %d fields", len(extra))
	}
}

func TestTwoPeopleLoseNothing(t *testing.T) {
	t.Parallel()
	basis := form(t, scheme(t))
	for _, c := range []struct {
		name                            string
		basis, theirs, mine, want, them string
	}{
		{"nobody", "1.00", "1.00", "1.00", "1.00", ""},
		{"nobody, written otherwise", "1.00", "1.00", "1", "1.00", ""},
		{"only they", "1.00", "2.00", "1.00", "2.00", ""},
		{"only they, mine written otherwise", "1.00", "2.00", "1", "2.00", ""},
		{"only I", "1.00", "1.00", "3", "3", ""},
		{"only I, and nothing one can read", "1.00", "1.00", "drei", "drei", ""},
		{"both the same", "1.00", "2.00", "2", "2", ""},
		{"both", "1.00", "2.00", "3", "3", "2.00"},
		{"both, mine nothing one can read", "1.00", "2.00", "drei", "drei", "2.00"},
	} {
		b, th, m := maps.Clone(basis), maps.Clone(basis), maps.Clone(basis)
		b["department.3"], th["department.3"], m["department.3"] = c.basis, c.theirs, c.mine
		merged, clashes := rulebook.Merge(fields(t), b, th, m)
		if merged["department.3"] != c.want || clashes["department.3"] != c.them || len(merged) != len(basis) {
			t.Errorf("%s: got %q and %v", c.name, merged["department.3"], clashes)
		}
	}
}

func TestOnlyFieldsAreLaidOver(t *testing.T) {
	t.Parallel()
	f := form(t, scheme(t)).With(rulebook.Form{"department.3": "7", "csrf": "x"})
	if _, ok := f["csrf"]; ok || f["department.3"] != "7" {
		t.Errorf("got %v", f["department.3"])
	}
}

func TestApplicabilityIsReadInAnyOrder(t *testing.T) {
	t.Parallel()
	a, err := rulebook.ReadApplies("rule-making，county、city;city")
	if err != nil || rulebook.WriteApplies(a) != "city,county,rule-making" {
		t.Errorf("got %+v, %v", a, err)
	}
}
