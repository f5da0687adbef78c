package application_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// gaps returns the codes that filing refuses with.
func (w *world) gaps(by string, k application.Key) []string {
	w.t.Helper()
	actor := plain
	if by == lawful.Name {
		actor = lawful
	}
	d := w.own(actor, k)
	terms, err := w.service.Terms(w.t.Context(), k)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, r := range d.Gaps(terms) {
		out = append(out, r.Code)
	}
	return out
}

func TestC06TheResponsibleLeaderIsNamedWithPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	for _, c := range []struct {
		leader application.Leader
		want   string
	}{
		{application.Leader{Name: " ", Post: "区长"}, "dossier.leader_missing"},
		{application.Leader{Name: "王一"}, "dossier.post_missing"},
		{application.Leader{Name: "王一", Post: "区长"}, ""},
	} {
		d := w.own(plain, k)
		wants(t, w.service.SaveProfile(t.Context(), plain, k, d.Edits[application.Profile], application.Head{Leader: c.leader, Declared: true}), "")
		got := w.gaps(plain.Name, k)
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Equal(got, []string{c.want}) {
			t.Errorf("%+v: got %v, want %q", c.leader, got, c.want)
		}
		if stored := w.own(plain, k).Leader; stored != c.leader {
			t.Errorf("got %+v, want %+v stored", stored, c.leader)
		}
	}
}

func TestC10TheFormSaysHowManyRequiredFieldsRemain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	terms, err := w.service.Terms(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	want := func(step string, filled, required int) {
		t.Helper()
		if got, _ := w.own(plain, k).Progress(terms); got != (application.Progress{Filled: filled, Required: required}) {
			t.Errorf("%s: got %+v, want %d of %d", step, got, filled, required)
		}
	}
	want("empty", 0, 97+3+2+1) // indicators, parts of the report, name and post, declaration
	w.save(k, 0, map[indicators.Number]application.Claim{"1": {Verdict: application.Met}, "2": {Note: "还没有定"}})
	want("one claim; a note alone is none", 1, 103)
	w.fill(plain, k, 97)
	want("all", 103, 103)
	// Nothing that no document asks for is missed: plan, notes, figures, evidence.
	if got := w.gaps(plain.Name, k); len(got) > 0 {
		t.Errorf("got %v, want nothing missing", got)
	}
	single := w.start(lawful, roster.Single)
	if got := w.gaps(lawful.Name, single); len(got) != 9 {
		t.Errorf("a single project: got %v, want field, title, attachment, three parts, name, post and declaration", got)
	}
}

// save saves claims of the unit without rule-making power.
func (w *world) save(k application.Key, seen int, claims map[indicators.Number]application.Claim) {
	w.t.Helper()
	if err := w.service.SaveSelf(w.t.Context(), plain, k, seen, claims); err != nil {
		w.t.Fatal(err)
	}
}

func TestC10MaterialOfAnEarlierRoundIsUsedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	old := w.start(plain, roster.Comprehensive)
	w.fill(plain, old, 97)
	place := application.Placing{Indicators: []indicators.Number{"1", "2"}, Dated: roster.On(2020, time.June, 1)}
	wants(t, w.service.Attach(ctx, plain, old, place, "清单.pdf", pdf("list")), "")
	digest := w.own(plain, old).Exhibits[0].File.Digest

	w.set("2022-07-01 09:00:00")
	w.open(2022, nil)
	w.set("2022-08-10 09:00:00")
	k := application.Key{Round: 2022, Unit: old.Unit, Track: roster.Comprehensive}
	wants(t, w.service.Start(ctx, plain, k), "")
	w.save(k, 0, map[indicators.Number]application.Claim{"1": {Verdict: application.Unmet, Note: "本轮重写"}})
	sources, err := w.service.Sources(ctx, plain, k)
	if err != nil || len(sources) != 1 || sources[0].Claims != 97 || sources[0].Parts != 3 || sources[0].Files != 1 {
		t.Fatalf("sources: got %+v, %v", sources, err)
	}
	all := application.Wish{Claims: true, Report: true, Profile: true, Files: true}
	got, err := w.service.Copy(ctx, plain, k, old, all)
	if want := (application.Taken{Claims: 96, Parts: 3, Fields: 2, Files: 1, Left: 1}); err != nil || got != want {
		t.Errorf("taken: got %+v, %v, want %+v", got, err, want)
	}
	d := w.own(plain, k)
	if c := d.Claims["1"]; c.Verdict != application.Unmet || c.Note != "本轮重写" || d.Copied["claim-1"] != "" {
		t.Errorf("what was written stands: got %+v", c)
	}
	if d.Claims["2"].Verdict != application.Met || d.Copied["claim-2"] != old.ID() || d.Copied["measures"] != old.ID() {
		t.Errorf("the copy is marked: got %v", d.Copied["claim-2"])
	}
	if len(d.Exhibits) != 1 || d.Exhibits[0].File.Digest != digest || len(d.Exhibits[0].Indicators) != 2 {
		t.Errorf("files: got %+v, want the same bytes once", d.Exhibits)
	}
	if list, err := w.service.Digests(ctx); err != nil || len(list) != 1 {
		t.Errorf("digests: got %v, %v, want one for both rounds", list, err)
	}
	if d.Declared() {
		t.Error("a declaration was taken over")
	}
	// A changed line is no copy any more, and a line that was looked at neither.
	w.save(k, d.Edits[application.Self], map[indicators.Number]application.Claim{"2": {Verdict: application.Unmet}})
	wants(t, w.service.Looked(ctx, plain, k, []string{"claim-3"}), "")
	if d = w.own(plain, k); d.Copied["claim-2"] != "" || d.Copied["claim-3"] != "" || d.Copied["claim-4"] == "" {
		t.Errorf("marks: got %d", len(d.Copied))
	}
	_, err = w.service.Copy(ctx, plain, k, old, all)
	wants(t, err, "dossier.copy_nothing")
	_, err = w.service.Copy(ctx, plain, k, k, all)
	wants(t, err, "dossier.copy_self")
	_, err = w.service.Copy(ctx, plain, k, key(lawful, roster.Comprehensive), all)
	wants(t, err, "dossier.unknown") // another unit's material is none
}

func TestC10MaterialOfTheOtherTrackIsUsedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	wide := w.start(plain, roster.Comprehensive)
	w.fill(plain, wide, 97)
	wants(t, w.service.Attach(ctx, plain, wide, application.Placing{Indicators: []indicators.Number{"1"}}, "清单.pdf", pdf("list")), "")
	k := w.start(plain, roster.Single)
	got, err := w.service.Copy(ctx, plain, k, wide, application.Wish{Report: true, Profile: true, Files: true})
	if want := (application.Taken{Parts: 3, Fields: 2, Files: 1}); err != nil || got != want {
		t.Errorf("taken: got %+v, %v, want %+v", got, err, want)
	}
	d := w.own(plain, k)
	if d.Report[application.Facts] != "做法与成效" || d.Exhibits[0].Attachment != application.WorkingPapers || d.Exhibits[0].Indicators != nil {
		t.Errorf("got %+v and %+v", d.Report, d.Exhibits[0])
	}
}

func TestC19TheShareMetIsCountedForEachHeading(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	terms, err := w.service.Terms(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	claims := w.claims(k, 97)
	weak := ""
	for _, i := range terms.Applicable { // the whole of 八 is not met: the whole passes, the heading shows
		if strings.HasPrefix(i.Level1, "八") {
			claims[i.Number], weak = application.Claim{Verdict: application.Unmet}, i.Level1
		}
	}
	w.save(k, 0, claims)
	whole, levels := w.own(plain, k).Count(terms.Applicable)
	if !terms.Round.Settings.Gate.Passes(whole.Met, whole.Applicable()) || whole.Met != 93 {
		t.Errorf("whole: got %+v, want 93 of 97, enough", whole)
	}
	for _, l := range levels {
		if want := l.Applicable(); l.Level == weak {
			if l.Met != 0 || l.Applicable() != 4 {
				t.Errorf("%s: got %d of %d, want 0 of 4", l.Level, l.Met, l.Applicable())
			}
		} else if l.Met != want {
			t.Errorf("%s: got %d, want %d", l.Level, l.Met, want)
		}
	}
}

func TestC26AndC81AReportHasTheThreePartsOfItsTrack(t *testing.T) {
	t.Parallel()
	for clause, c := range map[string]struct {
		track roster.Track
		parts []application.Part
	}{
		"C26": {roster.Comprehensive, []application.Part{"measures", "results", "highlights"}},
		"C81": {roster.Single, []application.Part{"facts", "achievements", "significance"}},
	} {
		t.Run(clause, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			k := w.start(plain, c.track)
			if got := application.Parts(c.track); !slices.Equal(got, c.parts) {
				t.Fatalf("got %v, want %v", got, c.parts)
			}
			for n, p := range c.parts {
				if got := w.gaps(plain.Name, k); !slices.Contains(got, "report.missing."+string(p)) {
					t.Errorf("%s: got %v, want it missed", p, got)
				}
				// A part is saved by itself and leaves the others.
				wants(t, w.service.SaveReport(t.Context(), plain, k, n, map[application.Part]string{p: "内容"}), "")
				if got := w.own(plain, k).Report; got[p] != "内容" || got[c.parts[0]] != "内容" {
					t.Errorf("%s: got %v", p, got)
				}
			}
			if got := w.gaps(plain.Name, k); slices.ContainsFunc(got, func(code string) bool { return strings.HasPrefix(code, "report.") }) {
				t.Errorf("got %v, want nothing of the report", got)
			}
			wants(t, w.service.SaveReport(t.Context(), plain, k, 3, map[application.Part]string{"preface": "序"}), "report.part")
		})
	}
}

func TestC98TheDeclarationStandsForWhatItWasMadeOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	d := w.own(plain, k)
	if !d.Declared() || d.Declaration.By != plain.Name || !d.Declaration.At.Equal(at("2020-08-10 09:00:00")) {
		t.Fatalf("got %+v", d.Declaration)
	}
	for name, change := range map[string]func() error{
		"a claim": func() error {
			return w.service.SaveSelf(ctx, plain, k, 9, map[indicators.Number]application.Claim{"1": {Verdict: application.Unmet}})
		},
		"the report": func() error {
			return w.service.SaveReport(ctx, plain, k, 9, map[application.Part]string{application.Measures: "另写"})
		},
		"the leader": func() error {
			return w.service.SaveProfile(ctx, plain, k, 9, application.Head{Leader: application.Leader{Name: "李二", Post: "区长"}})
		},
		"a file": func() error {
			return w.service.Attach(ctx, plain, k, application.Placing{Indicators: []indicators.Number{"1"}}, "a.pdf", pdf("a"))
		},
	} {
		w.again(k)
		wants(t, change(), "")
		if w.own(plain, k).Declared() {
			t.Errorf("%s: the declaration still stands", name)
		}
		if got := w.gaps(plain.Name, k); !slices.Equal(got, []string{"dossier.redeclare"}) {
			t.Errorf("%s: got %v, want only the declaration missed", name, got)
		}
	}
	// Declared over what another version said, it is refused.
	seen := w.own(plain, k).Truth()
	wants(t, w.service.SaveReport(ctx, plain, k, 99, nil), "dossier.conflict")
	wants(t, w.service.Declare(ctx, plain, k, seen+"x"), "dossier.declared_unseen")
	wants(t, w.service.Declare(ctx, plain, k, seen), "")
	if got := w.gaps(plain.Name, k); len(got) > 0 {
		t.Errorf("got %v, want nothing missing", got)
	}
}

// again declares the dossier once more, and brings its sections to nine edits so
// that a change can name a count.
func (w *world) again(k application.Key) {
	w.t.Helper()
	err := w.store.UpdateDossier(w.t.Context(), k, entryFor(k), func(d *application.Dossier) error {
		for _, s := range []application.Section{application.Self, application.Words, application.Profile} {
			d.Edits[s] = 9
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.declare(plain, k)
}

func TestTwoPeopleOnOneReportAreToldPartByPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	k := w.start(plain, roster.Comprehensive)
	wants(t, w.service.SaveReport(ctx, plain, k, 0, map[application.Part]string{application.Measures: "甲"}), "")
	wants(t, w.service.SaveReport(ctx, plain, k, 0, map[application.Part]string{application.Results: "乙"}), "")
	wants(t, w.service.SaveReport(ctx, plain, k, 1, map[application.Part]string{application.Results: "丙"}), "field.conflict")
	wants(t, w.service.SaveReport(ctx, plain, k, 1, map[application.Part]string{application.Results: "乙"}), "") // the answer was lost
	wants(t, w.service.SaveReport(ctx, plain, k, 2, map[application.Part]string{application.Results: "丙"}), "")
	if got := w.own(plain, k).Report; got[application.Measures] != "甲" || got[application.Results] != "丙" {
		t.Errorf("got %v", got)
	}
}

func TestC102EntriesAreTypedAndCompared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	claim := func(number indicators.Number, entries ...indicators.Entry) error {
		seen := w.own(plain, k).Edits[application.Self]
		return w.service.SaveSelf(t.Context(), plain, k, seen, map[indicators.Number]application.Claim{number: {Verdict: application.Met, Entries: entries}})
	}
	for _, c := range []struct {
		name    string
		number  indicators.Number
		entries []indicators.Entry
		code    string
	}{
		{"a figure", "5", []indicators.Entry{{Figure: "5"}}, ""},
		{"no figure", "5", []indicators.Entry{{Figure: "五天"}}, "entry.figure"},
		{"half a rate", "28", []indicators.Entry{{Part: "3"}}, "entry.half"},
		{"more than all", "28", []indicators.Entry{{Part: "3", Whole: "2"}}, "entry.part"},
		{"nothing of nothing", "28", []indicators.Entry{{Part: "0", Whole: "0"}}, ""},
		{"more figures than limits", "5", []indicators.Entry{{Figure: "5"}, {Figure: "6"}}, "claim.entries"},
		{"a day", "56", []indicators.Entry{{On: "2020-01-31"}}, ""},
		{"no such day", "56", []indicators.Entry{{On: "2020-02-31"}}, "date.form"},
	} {
		t.Run(c.name, func(t *testing.T) { wants(t, claim(c.number, c.entries...), c.code) })
	}
	terms, err := w.service.Terms(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	nothing, _ := terms.Catalogue.Find("28")
	if !application.Nothing(nothing, application.Compare(nothing, w.own(plain, k).Claims["28"], nil)) {
		t.Error("a zero denominator does not offer “not applicable” (C107)")
	}
	limit, _ := terms.Catalogue.Find("56")
	if got := application.Compare(limit, w.own(plain, k).Claims["56"], nil)[0]; !got.Known || !got.Meets {
		t.Errorf("31 January: got %+v, want it in time", got.Judgement)
	}
}
