package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

func TestC01EveryUnitHasOneContactOffice(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	for code, want := range map[roster.UnitCode]string{
		"640100": "银川市委依法治市委员会办公室", "640122": "贺兰县委依法治县委员会办公室", "640104": "兴庆区委依法治区委员会办公室",
		"640181": "灵武市委依法治市委员会办公室", "D09": "司法厅",
	} {
		e, err := g.roster.Entry(code)
		if err != nil || e.ContactOffice() != want {
			t.Errorf("%s: got %q, %v, want %q", code, e.ContactOffice(), err, want)
		}
	}
	e, err := g.roster.Entry("640122")
	if err != nil {
		t.Fatal(err)
	}
	e.Contact, e.Phone = "贺兰县司法局", "0951-0000000"
	if err := g.roster.ChangeUnit(t.Context(), officer(), e, "职能调整"); err != nil {
		t.Fatal(err)
	}
	again, err := roster.NewService(g.Store, g.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := again.Entry("640122")
	if err != nil || kept.ContactOffice() != "贺兰县司法局" || kept.Phone != "0951-0000000" || kept.Population != e.Population {
		t.Errorf("got %+v, %v", kept, err)
	}
	if kept.Change.Version != 1 || kept.Change.By != "wang" || kept.Change.Reason != "职能调整" {
		t.Errorf("got %+v", kept.Change)
	}
	entry := g.last(t)
	if entry.Action != "register.units" || entry.Object != "units/640122" || entry.Reason != "职能调整" || !strings.Contains(entry.After, "贺兰县司法局") {
		t.Errorf("got %+v", entry)
	}
	refused(t, "seen an older one", g.roster.ChangeUnit(t.Context(), officer(), e, "x"), fault.Conflict, "register.changed")
}

func TestC16AnotherKindOfUnitNeedsAReason(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	zone := roster.Entry{Unit: roster.Unit{Code: "NDZ", Name: "宁东能源化工基地管委会", Kind: roster.County, Parent: "640100"}}
	refused(t, "no reason", g.roster.AddUnit(t.Context(), officer(), zone, "列入"), fault.Invalid, "unit.exception")
	zone.Exception = "承担县级政府职能"
	refused(t, "no city", g.roster.AddUnit(t.Context(), officer(), roster.Entry{
		Unit:      roster.Unit{Code: "X", Name: "x", Kind: roster.County},
		Exception: "y",
	}, "z"), fault.Invalid, "unit.parent")
	refused(t, "unknown kind", g.roster.AddUnit(t.Context(), officer(), roster.Entry{Unit: roster.Unit{Code: "X", Name: "x", Kind: "village"}},
		"z"), fault.Invalid, "unit.kind")
	refused(t, "bad code", g.roster.AddUnit(t.Context(), officer(), roster.Entry{Unit: roster.Unit{Code: "a b", Name: "x", Kind: roster.Bureau}},
		"z"), fault.Invalid, "unit.code")
	refused(t, "code taken", g.roster.AddUnit(t.Context(), officer(), roster.Entry{Unit: roster.Unit{Code: "D01", Name: "x", Kind: roster.Bureau}},
		"z"), fault.Conflict, "unit.exists")
	if err := g.roster.AddUnit(t.Context(), officer(), zone, "自治区同意列入"); err != nil {
		t.Fatal(err)
	}
	u, err := g.roster.Unit("NDZ")
	if err != nil || u.System() != indicators.CityCounty || u.Group() != roster.Counties {
		t.Errorf("got %+v, %v", u, err)
	}
	if err := g.roster.AddUnit(t.Context(), officer(), roster.Entry{Unit: roster.Unit{Code: "D39", Name: "数据局", Kind: roster.Bureau}}, "机构改革"); err != nil {
		t.Errorf("a department of the region needs no exception: %v", err)
	}
	gone, err := g.roster.Entry("D39")
	if err != nil {
		t.Fatal(err)
	}
	gone.Retired = true
	if err := g.roster.ChangeUnit(t.Context(), officer(), gone, "撤销"); err != nil {
		t.Fatal(err)
	}
	listed := slices.ContainsFunc(g.roster.Units(), func(u roster.Unit) bool { return u.Code == "D39" })
	if _, err := g.roster.Unit("D39"); err != nil || listed {
		t.Errorf("a unit that was struck off keeps its name (%v) and stands in no list (%v)", err, listed)
	}
}

func TestC15OnlyTheOfficeKeepsTheRegistersAndTheRules(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	g.opened(t)
	for _, role := range access.Roles() {
		if role == access.Office {
			continue
		}
		by := access.Actor{Name: "x", Role: role, Unit: "640100"}
		_, weighed := g.roster.Reweigh(t.Context(), by, 2020, 0, indicators.Scheme{}, "x")
		for name, err := range map[string]error{
			"unit":     g.roster.AddUnit(t.Context(), by, roster.Entry{}, "x"),
			"change":   g.roster.ChangeUnit(t.Context(), by, roster.Entry{}, "x"),
			"document": g.roster.KeepDocument(t.Context(), by, roster.Document{}, "x"),
			"outside":  g.roster.KeepOutside(t.Context(), by, 2020, roster.Outside{}, "x"),
			"weights":  weighed,
		} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s, %s: got %v", role, name, err)
			}
		}
	}
}

func TestC03C04DocumentsHaveNumberAndDateAndTheBasisStands(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	all, err := g.roster.Documents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	has := func(kind roster.DocumentKind, number, date string) bool {
		return slices.ContainsFunc(all, func(d roster.Document) bool { return d.Kind == kind && d.Number == number && d.Date.String() == date })
	}
	for _, want := range []struct {
		kind         roster.DocumentKind
		number, date string
	}{
		{roster.BasisDocument, "中法办发〔2019〕10号", ""},
		{roster.OpinionDocument, "宁法办发〔2019〕39号", "2019-12-18"},
		{roster.PlanDocument, "宁法办发〔2019〕39号", "2019-12-18"},
		{roster.IndicatorsDocument, "宁法办发〔2019〕39号", "2019-12-18"},
	} {
		if !has(want.kind, want.number, want.date) {
			t.Errorf("%+v is not in the register", want)
		}
	}
	plan := roster.Document{Number: "宁法办发〔2022〕8号", Kind: roster.PlanDocument, Title: "2022年实施方案"}
	refused(t, "no date, no word why", g.roster.KeepDocument(t.Context(), officer(), plan, "x"), fault.Invalid, "document.date")
	plan.Date = roster.On(2022, time.March, 1)
	if err := g.roster.KeepDocument(t.Context(), officer(), plan, "新一轮"); err != nil {
		t.Fatal(err)
	}
	if all, err = g.roster.Documents(t.Context()); err != nil || !has(roster.PlanDocument, "宁法办发〔2022〕8号", "2022-03-01") {
		t.Errorf("got %+v, %v", all, err)
	}
	basis, err := g.roster.Document(t.Context(), "basis-2019")
	if err != nil {
		t.Fatal(err)
	}
	basis.Date = roster.On(2019, time.May, 6)
	if err := g.roster.KeepDocument(t.Context(), officer(), basis, "补录日期"); err != nil {
		t.Fatal(err)
	}
	refused(t, "seen an older one", g.roster.KeepDocument(t.Context(), officer(), basis, "x"), fault.Conflict, "register.changed")
	kept, err := g.roster.Document(t.Context(), "basis-2019")
	if err != nil || kept.Date.String() != "2019-05-06" || kept.Version != 1 || kept.By != "wang" {
		t.Errorf("got %+v, %v", kept, err)
	}
}

func TestC71APlanRestsOnAStandingDocumentAndChangesNothingOfIt(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	n := roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18)},
	}
	for _, basis := range []string{"", "宁法办发〔1999〕1号"} {
		n.Plan.Basis = basis
		_, err := g.roster.OpenRound(t.Context(), officer(), n)
		refused(t, basis, err, fault.Invalid, "round.basis")
	}
	n.Plan.Basis = "宁法办发〔2019〕39号"
	if _, err := g.roster.OpenRound(t.Context(), officer(), n); err != nil {
		t.Fatal(err)
	}
	for _, gate := range []indicators.Gate{{Num: 8, Den: 10}, {Num: 95, Den: 100}} {
		s := roster.Defaults(2020)
		s.Gate = gate
		refused(t, "another gate", g.roster.Adjust(t.Context(), officer(), 2020, 1, s, "x"), fault.Invalid, "round.gate_fixed")
	}
	s := roster.Defaults(2020)
	s.Gate = indicators.Gate{Num: 90, Den: 100}
	if err := g.roster.Adjust(t.Context(), officer(), 2020, 1, s, "x"); err != nil {
		t.Errorf("the same share, written otherwise: %v", err)
	}
}

// opened opens the round of 2020.
func (g *ground) opened(t *testing.T) {
	t.Helper()
	_, err := g.roster.OpenRound(t.Context(), officer(), roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "宁法办发〔2019〕39号"},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func schemeOf(t *testing.T) indicators.Scheme {
	t.Helper()
	s, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 5000, Survey: 5000})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// under returns a scheme with one rule for an indicator of cities and counties.
func under(t *testing.T, n indicators.Number, rule indicators.Rule) indicators.Scheme {
	t.Helper()
	s := schemeOf(t)
	w := s.Systems[indicators.CityCounty]
	w.Rules = map[indicators.Number]indicators.Rule{n: rule}
	s.Systems[indicators.CityCounty] = w
	return s
}

func TestC64C66TheRoundsOwnRulesHoldInItsCatalogue(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	g.opened(t)
	c, err := g.roster.Catalogue(t.Context(), 2020, indicators.CityCounty)
	if err != nil || len(c.ApplicableTo("county", false)) != 97 {
		t.Fatalf("got %v", err)
	}
	limit, err := indicators.NewThreshold("企业开办承诺办理时限", indicators.AtMost, "3", "工作日", indicators.Firm)
	if err != nil {
		t.Fatal(err)
	}
	s := under(t, "5", indicators.Rule{Limits: []indicators.Threshold{limit}, Applies: indicators.Applies{Kinds: []string{"city"}}, Reason: "提速"})
	if _, err := g.roster.Reweigh(t.Context(), officer(), 2020, 0, s, ""); err != nil {
		t.Fatal(err)
	}
	c, err = g.roster.Catalogue(t.Context(), 2020, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	five, _ := c.Find("5")
	if len(c.ApplicableTo("county", false)) != 96 || len(c.ApplicableTo("city", true)) != 100 || !slices.Equal(five.Thresholds, []indicators.Threshold{limit}) {
		t.Errorf("got %+v", five)
	}
	g.on(t, "2020-08-01")
	s = under(t, "5", indicators.Rule{Limits: []indicators.Threshold{limit}, Reason: "提速"})
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 1, s, "x")
	refused(t, "applicability while units file", err, fault.Closed, "scheme.applies_locked")
	s = under(t, "5", indicators.Rule{Applies: indicators.Applies{Kinds: []string{"city"}}, Reason: "取消数值"})
	if _, err = g.roster.Reweigh(t.Context(), officer(), 2020, 1, s, "x"); err != nil {
		t.Errorf("thresholds until the evaluation: %v", err)
	}
	g.on(t, "2020-09-01")
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 2, schemeOf(t), "x")
	refused(t, "evaluation", err, fault.Closed, "scheme.locked")
}

func TestC123TheOfficeEntersTheOutsideFigureOfTheYear(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	g.opened(t)
	const mean = "上一年度全国行政诉讼败诉率平均值"
	o := roster.Outside{Name: mean, Value: 1450, Source: "最高人民法院工作报告"}
	if err := g.roster.KeepOutside(t.Context(), officer(), 2020, o, ""); err != nil {
		t.Fatal(err)
	}
	o.Version = 1
	refused(t, "no reason", g.roster.KeepOutside(t.Context(), officer(), 2020, o, ""), fault.Invalid, "words.missing")
	o.Value = 1460
	if err := g.roster.KeepOutside(t.Context(), officer(), 2020, o, "更正"); err != nil {
		t.Fatal(err)
	}
	c, err := g.roster.Catalogue(t.Context(), 2020, indicators.Department)
	if err != nil {
		t.Fatal(err)
	}
	i, _ := c.Find("73")
	if got := i.Thresholds[1]; got.Form != indicators.FormNumber || got.Value != 1460 {
		t.Errorf("got %+v", got)
	}
	g.on(t, "2020-09-01")
	o.Version = 2
	refused(t, "late change", g.roster.KeepOutside(t.Context(), officer(), 2020, o, "x"), fault.Closed, "outside.locked")
	late := roster.Outside{Name: "另一数据", Value: 1, Source: "x"}
	if err := g.roster.KeepOutside(t.Context(), officer(), 2020, late, ""); err != nil {
		t.Errorf("a missing figure can be entered late: %v", err)
	}
	late.Value = indicators.Hundred + 1
	refused(t, "too large", g.roster.KeepOutside(t.Context(), officer(), 2020, late, "x"), fault.Invalid, "outside.range")
}

func TestC65AnOverdueUpdateIsKnownAndOldRoundsKeepTheirs(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	u, err := g.roster.Update(t.Context())
	if err != nil || u.Overdue || roster.DateOf(u.Due).String() != "2021-12-18" {
		t.Errorf("before any round: got %+v, %v", u, err)
	}
	g.opened(t)
	if _, err := g.roster.Reweigh(t.Context(), officer(), 2020, 0, schemeOf(t), ""); err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]bool{"2022-07-01": false, "2022-07-02": true} {
		g.on(t, date)
		if u, err = g.roster.Update(t.Context()); err != nil || u.Overdue != want {
			t.Errorf("%s: got %+v, %v", date, u, err)
		}
	}
	_, err = g.roster.OpenRound(t.Context(), officer(), roster.NewRound{
		Year: 2022, Edition: indicators.Edition2019, Settings: roster.Defaults(2022),
		Plan: roster.Plan{Number: "宁法办发〔2022〕8号", Date: roster.On(2022, time.March, 1), Basis: "宁法办发〔2019〕39号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = g.roster.Reweigh(t.Context(), officer(), 2022, 0, under(t, "92", indicators.Rule{Reason: "不再要求"}), ""); err != nil {
		t.Fatal(err)
	}
	old, err := g.roster.Catalogue(t.Context(), 2020, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := g.roster.Catalogue(t.Context(), 2022, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := old.Find("92")
	after, _ := fresh.Find("92")
	if len(before.Thresholds) != 1 || len(after.Thresholds) != 0 {
		t.Errorf("got %v and %v", before.Thresholds, after.Thresholds)
	}
	if u, err = g.roster.Update(t.Context()); err != nil || u.Overdue {
		t.Errorf("after the update: got %+v, %v", u, err)
	}
}
