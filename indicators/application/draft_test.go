package application_test

import (
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

func TestC79AReportHasAtMost2000CharactersWithoutWhiteSpace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name               string
		measures, results  string
		punctuationCounted bool
		code               string
	}{
		{"2,000 over two parts", strings.Repeat("法", 1500), strings.Repeat("治", 500), true, ""},
		{"2,001", strings.Repeat("法", 1500), strings.Repeat("治", 501), true, "report.toolong"},
		{"white space does not count", strings.Repeat("法 \n　", 2000), "", true, ""},
		{"punctuation counts", strings.Repeat("法", 2000) + "。", "", true, "report.toolong"},
		{"punctuation does not count where the round says so", strings.Repeat("法，", 2000), "", false, ""},
		{"letters outside the first plane count once", strings.Repeat("𠀀", 2000), "", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(s *roster.Settings) { s.CountPunctuation = c.punctuationCounted })
			k := w.start(plain, roster.Comprehensive)
			wants(t, w.service.SaveReport(t.Context(), plain, k, 0, map[application.Part]string{
				application.Measures: c.measures, application.Results: c.results,
			}), "")
			d, terms, err := w.service.Own(t.Context(), plain, k)
			wants(t, err, "")
			if d.Report[application.Measures] != c.measures || d.Report[application.Results] != c.results {
				t.Error("a draft that is too long was not kept")
			}
			code := ""
			for _, gap := range d.Checklist(terms) {
				if gap.Why.Code == "report.toolong" {
					code = gap.Why.Code
				}
			}
			if code != c.code {
				t.Errorf("to file it: got %q, want %q", code, c.code)
			}
		})
	}
}

func TestC66IndicatorsThatDoNotApplyCannotBeClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	for name, c := range map[string]struct {
		number indicators.Number
		claim  application.Claim
		code   string
	}{
		"23 without rule-making power": {"23", application.Claim{Verdict: application.Met}, "claim.unknown"},
		"no such indicator":            {"101", application.Claim{Verdict: application.Met}, "claim.unknown"},
		"a bonus item":                 {"A1", application.Claim{Verdict: application.Met}, "claim.unknown"},
		"no such verdict":              {"1", application.Claim{Verdict: "yes"}, "claim.verdict"},
		"not applicable, no rate":      {"1", application.Claim{Verdict: application.Inapplicable, Reason: "无"}, "claim.applies"},
		"no reason (C107)":             {"28", application.Claim{Verdict: application.Inapplicable}, "claim.reason"},
		"zero denominator (C107)":      {"28", application.Claim{Verdict: application.Inapplicable, Reason: "没有建议、提案"}, ""},
		"note too long":                {"2", application.Claim{Verdict: application.Met, Note: strings.Repeat("长", 501)}, "text.long"},
		"bidi mark in a value":         {"2", application.Claim{Verdict: application.Met, Value: "95\u202e%"}, "text.marks"},
		"broken UTF-8":                 {"2", application.Claim{Verdict: application.Met, Value: "\xff"}, "text.encoding"},
	} {
		seen := w.own(plain, k).Edits[application.Self]
		err := w.service.SaveSelf(t.Context(), plain, k, seen, map[indicators.Number]application.Claim{c.number: c.claim})
		if !t.Run(name, func(t *testing.T) { wants(t, err, c.code) }) {
			continue
		}
	}
	got := w.own(plain, k).Claims
	if len(got) != 1 || got["28"].Verdict != application.Inapplicable {
		t.Errorf("stored %v, want only 28", got)
	}
}

func TestC107ZeroDenominatorsLeaveTheDenominator(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	wants(t, w.service.SaveSelf(t.Context(), plain, k, 1, map[indicators.Number]application.Claim{
		"28": {Verdict: application.Inapplicable, Reason: "没有建议、提案"},
	}), "")
	terms, err := w.service.Terms(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	whole, levels := w.own(plain, k).Count(terms.Applicable)
	if whole.Applicable() != 96 || whole.Met != 96 || whole.Total != 97 {
		t.Errorf("got %+v, want 96 of 96", whole)
	}
	sum := 0
	for _, l := range levels {
		sum += l.Total
	}
	if len(levels) != 8 || sum != 97 { // C19
		t.Errorf("got %d headings with %d indicators, want 8 with 97", len(levels), sum)
	}
}

func TestConflictTellsTheSecondOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	ctx := t.Context()
	one := map[indicators.Number]application.Claim{"1": {Verdict: application.Met}}
	two := map[indicators.Number]application.Claim{"1": {Verdict: application.Unmet}}
	wants(t, w.service.SaveSelf(ctx, plain, k, 0, one), "")
	wants(t, w.service.SaveSelf(ctx, plain, k, 0, two), "field.conflict")
	if got := w.own(plain, k).Claims["1"].Verdict; got != application.Met {
		t.Errorf("got %s, want the first saving", got)
	}
	// The same once more changes nothing, and another indicator is not disturbed.
	wants(t, w.service.SaveSelf(ctx, plain, k, 0, one), "")
	wants(t, w.service.SaveSelf(ctx, plain, k, 0, map[indicators.Number]application.Claim{"2": {Verdict: application.Unmet}}), "")
	if got := w.own(plain, k); len(got.Claims) != 2 || got.Edits[application.Self] != 2 {
		t.Errorf("got %d claims after %d edits, want 2 after 2", len(got.Claims), got.Edits[application.Self])
	}
	// Having seen the first, the second may decide otherwise.
	wants(t, w.service.SaveSelf(ctx, plain, k, 2, two), "")
	// Another section is not disturbed.
	wants(t, w.service.SaveReport(ctx, plain, k, 0, map[application.Part]string{application.Measures: "甲"}), "")
}

func TestC22ASingleProjectHasAFieldOfTheListOrItsOwnWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(lawful, roster.Single)
	for _, c := range []struct {
		project roster.Project
		code    string
	}{
		{roster.Project{Field: "tourism"}, "project.field"},
		{roster.Project{Field: roster.OtherField}, "project.text_missing"},
		{roster.Project{Field: roster.OtherField, Text: "法治乡村"}, ""},
		{roster.Project{Field: roster.Enforcement}, ""},
	} {
		seen := w.own(lawful, k).Edits[application.Profile]
		wants(t, w.service.SaveProfile(t.Context(), lawful, k, seen, application.Head{Project: c.project, Title: "题"}), c.code)
	}
	wants(t, w.service.SaveSelf(t.Context(), lawful, k, 0, nil), "dossier.no_self")
	ctx := t.Context()
	wants(t, w.service.Attach(ctx, lawful, k, application.Placing{}, "a.pdf", pdf("a")), "exhibit.attachment")
	wants(t, w.service.Attach(ctx, lawful, k, application.Placing{Attachment: application.Media}, "a.html", pdf("a")), "evidence.kind.active")
	wants(t, w.service.Attach(ctx, lawful, k, application.Placing{Attachment: application.Media}, "a.pdf", pdf("a")), "") // C82
}

func TestC83EvidenceMadeAfterTheRoundOpenedIsMarked(t *testing.T) {
	t.Parallel()
	round := roster.Round{OpenedAt: at("2020-07-01 09:00:00")}
	for _, c := range []struct {
		dated roster.Date
		want  bool
	}{
		{roster.On(2020, time.July, 1), false},
		{roster.On(2020, time.July, 2), true},
		{roster.On(2019, time.May, 1), false},
		{roster.Date{}, false},
	} {
		if got := (application.Exhibit{Dated: c.dated}).Late(round); got != c.want {
			t.Errorf("%s: got %t, want %t", c.dated, got, c.want)
		}
	}
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	place := application.Placing{Indicators: []indicators.Number{"1"}, Dated: roster.On(2020, time.August, 11)}
	wants(t, w.service.Attach(t.Context(), plain, k, place, "a.pdf", pdf("a")), "exhibit.future")
	wants(t, w.service.Attach(t.Context(), plain, k, application.Placing{}, "a.pdf", pdf("a")), "exhibit.indicator")
	if got := w.own(plain, k).Exhibits; len(got) != 0 {
		t.Errorf("got %v, want nothing stored", got)
	}
}

func TestC80AMetIndicatorWithoutEvidenceIsFlagged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	wants(t, w.service.Attach(t.Context(), plain, k, application.Placing{Indicators: []indicators.Number{"1"}}, "a.pdf", pdf("a")), "")
	terms, err := w.service.Terms(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.own(plain, k).Unproven(terms.Applicable); len(got) != 96 || got[0] != "2" {
		t.Errorf("got %d from %v, want the other 96", len(got), got[:1])
	}
}

// The thresholds of C102 (≤ 5 working days), C107 (= 100 %) and C108 (both a
// lower and an upper limit).
func TestC102EnteredValuesAreComparedByThemselves(t *testing.T) {
	t.Parallel()
	c, err := indicators.Load(indicators.Edition2019, indicators.CityCounty)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		number indicators.Number
		value  string
		want   []bool // of what is known
	}{
		{"5", "3", []bool{true}},
		{"5", "5 工作日", []bool{true}},
		{"5", "6", []bool{false}},
		{"28", "100%", []bool{true}},
		{"28", "99.99", []bool{false}},
		{"28", "全部", nil},
		{"31", "100；5；16", []bool{true, true, false}},
		{"57", "20;8", []bool{true, false}},
		{"1", "12", nil},
	} {
		i, ok := c.Find(row.number)
		if !ok {
			t.Fatal(row.number)
		}
		var got []bool
		for _, cmp := range application.Compare(i, application.Claim{Value: row.value}, nil) {
			if cmp.Known {
				got = append(got, cmp.Meets)
			}
		}
		if len(got) != len(row.want) {
			t.Errorf("%s %q: got %v, want %v", row.number, row.value, got, row.want)
			continue
		}
		for n := range got {
			if got[n] != row.want[n] {
				t.Errorf("%s %q: got %v, want %v", row.number, row.value, got, row.want)
			}
		}
	}
}

func TestIDsAreReadBackAndNothingElse(t *testing.T) {
	t.Parallel()
	k := application.Key{Round: 2020, Unit: "D01", Track: roster.Single}
	if got, err := application.ParseID(string(k.ID())); err != nil || got != k {
		t.Errorf("got %v, %v, want %v", got, err, k)
	}
	for _, bad := range []string{"", "2020-D01", "2020-D01-both", "02020-D01-single", "x-D01-single", "2020-D01-single-1"} {
		_, err := application.ParseID(bad)
		wants(t, err, "dossier.unknown")
	}
}
