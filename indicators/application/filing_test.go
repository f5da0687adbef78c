package application_test

import (
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

func TestC18FilingNeedsNineTenthsOfTheIndicatorsThatApply(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		by   access.Actor
		met  int
		code string
	}{
		{"88 of 97 where 23 to 25 do not apply (C66)", plain, 88, ""},
		{"87 of 97", plain, 87, "dossier.gate"},
		{"90 of 100", lawful, 90, ""},
		{"89 of 100", lawful, 89, "dossier.gate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			k := w.start(c.by, roster.Comprehensive)
			w.fill(c.by, k, c.met)
			seal, err := w.service.File(t.Context(), c.by, k, 0)
			wants(t, err, c.code)
			got := w.own(c.by, k)
			if want := map[bool]application.State{true: application.Filed, false: application.Draft}[c.code == ""]; got.State != want {
				t.Errorf("state: got %s, want %s", got.State, want)
			}
			if c.code == "" && seal.Met != c.met {
				t.Errorf("sealed met: got %d, want %d", seal.Met, c.met)
			}
		})
	}
}

func TestC25TheRoundMayAllowFilingBelowTheGate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *roster.Settings) { s.AllowBelowGate = true })
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 10)
	_, err := w.service.File(t.Context(), plain, k, 0)
	wants(t, err, "")
}

func TestC77FilingIsOpenFromTheFirstSecondToTheLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	for _, c := range []struct{ moment, code string }{
		{"2020-07-31 23:59:59", "dossier.window"},
		{"2020-08-01 00:00:00", ""},
		{"2020-08-31 23:59:59", ""},
		{"2020-09-01 00:00:00", "dossier.window"},
	} {
		w.set("2020-08-15 12:00:00")
		if w.own(plain, k).State == application.Filed {
			wants(t, w.service.Withdraw(t.Context(), plain, k), "")
		}
		w.set(c.moment)
		_, err := w.service.File(t.Context(), plain, k, 0)
		wants(t, err, c.code)
	}
	var refused []audit.Entry
	for _, e := range w.trail("dossier.file") {
		if e.Outcome == audit.Refused {
			refused = append(refused, e)
		}
	}
	if len(refused) != 2 || refused[1].Actor != plain.Name || !refused[1].At.Equal(at("2020-09-01 00:00:00")) {
		t.Errorf("refused filings in the trail: got %v, want the two outside the window", refused)
	}
}

func TestC77NothingChangesOutsideTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	if _, err := w.service.File(t.Context(), plain, k, 0); err != nil {
		t.Fatal(err)
	}
	before := w.own(plain, k)
	w.set("2020-09-01 00:00:00")
	ctx := t.Context()
	wants(t, w.service.Withdraw(ctx, plain, k), "dossier.window")
	wants(t, w.service.SaveSelf(ctx, plain, k, 1, nil), "dossier.window")
	wants(t, w.service.SaveReport(ctx, plain, k, 1, nil), "dossier.window")
	wants(t, w.service.SaveProfile(ctx, plain, k, 1, application.Head{}), "dossier.window")
	wants(t, w.service.Attach(ctx, plain, k, application.Placing{}, "a.pdf", pdf("x")), "dossier.window")
	wants(t, w.service.Detach(ctx, plain, k, "x", ""), "dossier.window")
	wants(t, w.service.Start(ctx, lawful, key(lawful, roster.Single)), "dossier.window")
	if after := w.own(plain, k); after.Version != before.Version {
		t.Errorf("version: got %d, want %d", after.Version, before.Version)
	}
}

func TestC25FilingNamesEverythingThatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	_, err := w.service.File(t.Context(), plain, k, 0)
	for _, code := range []string{
		"dossier.claims_missing", "report.missing.measures", "report.missing.results", "report.missing.highlights",
		"dossier.leader_missing", "dossier.undeclared",
	} {
		wants(t, err, code)
	}
	single := w.start(lawful, roster.Single)
	_, err = w.service.File(t.Context(), lawful, single, 0)
	for _, code := range []string{
		"project.field", "dossier.title_missing", "dossier.attachments_missing", "report.missing.facts",
		"report.missing.achievements", "report.missing.significance", "dossier.leader_missing", "dossier.undeclared",
	} {
		wants(t, err, code)
	}
}

func TestC28NoClaimLeftOpenC76BeforeFiling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	blank := map[indicators.Number]application.Claim{"50": {}}
	wants(t, w.service.SaveSelf(t.Context(), plain, k, 1, blank), "")
	_, err := w.service.File(t.Context(), plain, k, 0)
	wants(t, err, "dossier.claims_missing")
}

func TestC98WithoutADeclarationNothingIsFiled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	wants(t, w.service.Declare(t.Context(), plain, k, ""), "")
	_, err := w.service.File(t.Context(), plain, k, 0)
	wants(t, err, "dossier.undeclared")
}

func TestC75TheSealCoversEveryWordAndFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	wants(t, w.service.Attach(t.Context(), plain, k, application.Placing{Indicators: []indicators.Number{"1"}}, "清单.pdf", pdf("list")), "")
	w.declare(plain, k)
	seal, err := w.service.File(t.Context(), plain, k, 0)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := w.store.Manifest(t.Context(), k, seal.Digest)
	if err != nil {
		t.Fatal(err)
	}
	var m application.Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	if m.Dossier.Report[application.Measures] != "做法与成效" || m.Dossier.Leader.Name != "王一" ||
		len(m.Dossier.Exhibits) != 1 || m.Dossier.Exhibits[0].File.Digest == "" || len(m.Dossier.Claims) != 97 {
		t.Errorf("manifest lacks something: %+v", m.Dossier)
	}
	if got, want := strings.ReplaceAll(seal.Receipt(), "-", ""), strings.ToUpper(seal.Digest[:12]); got != want {
		t.Errorf("receipt: got %s, want %s", got, want)
	}
	if bad, err := w.service.CheckSeals(t.Context(), 2020); err != nil || len(bad) > 0 {
		t.Errorf("check of seals: got %v, %v", bad, err)
	}
	if list, err := w.service.Digests(t.Context()); err != nil || len(list) != 1 || list[0] != m.Dossier.Exhibits[0].File.Digest {
		t.Errorf("digests: got %v, %v", list, err)
	}
	// Sealed: nothing changes any more.
	d := w.own(plain, k)
	wants(t, w.service.SaveSelf(t.Context(), plain, k, d.Edits[application.Self], nil), "dossier.sealed")
	wants(t, w.service.Attach(t.Context(), plain, k, application.Placing{Indicators: []indicators.Number{"2"}}, "b.pdf", pdf("b")), "dossier.sealed")
	wants(t, w.service.Detach(t.Context(), plain, k, d.Exhibits[0].ID, ""), "dossier.sealed")
	_, err = w.service.File(t.Context(), plain, k, 0)
	wants(t, err, "dossier.sealed")
}

// findings returns what the book holds under the unit's self-assessment.
func (w *world) findings(k application.Key) []scorebook.Finding {
	w.t.Helper()
	out, err := w.store.FindingVersions(w.t.Context(), scorebook.Key{
		Round: k.Round, Unit: k.Unit, Instrument: scorebook.SelfAssessment, Track: k.Track,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestFilingFilesTheSelfAssessmentOnceAndAgainAfterAWithdrawal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 88)
	if _, err := w.service.File(t.Context(), plain, k, 0); err != nil {
		t.Fatal(err)
	}
	got := w.findings(k)
	if len(got) != 1 || got[0].Mark != 9072 { // 88 of 97 is 90.72 %
		t.Fatalf("got %+v, want one finding of 90.72", got)
	}
	command := access.Command("serve")
	wants(t, w.service.FileAgain(t.Context(), command, 2020), "")
	if got := w.findings(k); len(got) != 1 {
		t.Errorf("filed again: got %d versions, want 1", len(got))
	}
	wants(t, w.service.Withdraw(t.Context(), plain, k), "")
	wants(t, w.service.SaveSelf(t.Context(), plain, k, 1, map[indicators.Number]application.Claim{"100": {Verdict: application.Met}}), "")
	w.declare(plain, k)
	w.set("2020-08-20 10:00:00")
	if _, err := w.service.File(t.Context(), plain, k, 0); err != nil {
		t.Fatal(err)
	}
	if got := w.findings(k); len(got) != 2 || got[1].Mark != 9175 || got[1].Reason == "" { // 89 of 97
		t.Errorf("after withdrawal: got %+v, want a second version of 91.75 with a reason", got)
	}
	d := w.own(plain, k)
	if len(d.Seals) != 2 || d.Seals[0].Withdrawn.IsZero() || !d.Seals[1].Withdrawn.IsZero() {
		t.Errorf("seals: got %+v, want the first withdrawn and kept", d.Seals)
	}
}

func TestC17OneTrackUnlessTheRoundAllowsBoth(t *testing.T) {
	t.Parallel()
	for name, both := range map[string]bool{"one": false, "both": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(s *roster.Settings) { s.BothTracks = both })
			wide, one := w.start(plain, roster.Comprehensive), w.start(plain, roster.Single)
			w.fill(plain, wide, 97)
			w.fill(plain, one, 0)
			_, err := w.service.File(t.Context(), plain, one, 0)
			wants(t, err, "")
			_, err = w.service.File(t.Context(), plain, wide, 0)
			if both {
				wants(t, err, "")
			} else {
				wants(t, err, "dossier.one_track")
			}
			wants(t, w.service.Start(t.Context(), plain, wide), "dossier.exists")
		})
	}
}

func TestS11AnotherUnitsDossierLooksAsIfItDidNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	wants(t, w.service.Attach(t.Context(), plain, k, application.Placing{Indicators: []indicators.Number{"1"}}, "a.pdf", pdf("a")), "")
	exhibit := w.own(plain, k).Exhibits[0].ID
	ctx := t.Context()
	missing := key(lawful, roster.Comprehensive)
	for name, act := range map[string]func(application.Key) error{
		"own": func(k application.Key) error { _, _, err := w.service.Own(ctx, lawful, k); return err },
		"exhibit": func(k application.Key) error {
			_, _, err := w.service.OwnExhibit(ctx, lawful, k, exhibit)
			return err
		},
		"self":     func(k application.Key) error { return w.service.SaveSelf(ctx, lawful, k, 0, nil) },
		"report":   func(k application.Key) error { return w.service.SaveReport(ctx, lawful, k, 0, nil) },
		"profile":  func(k application.Key) error { return w.service.SaveProfile(ctx, lawful, k, 0, application.Head{}) },
		"file":     func(k application.Key) error { _, err := w.service.File(ctx, lawful, k, 0); return err },
		"withdraw": func(k application.Key) error { return w.service.Withdraw(ctx, lawful, k) },
		"detach":   func(k application.Key) error { return w.service.Detach(ctx, lawful, k, exhibit, "") },
		"attach": func(k application.Key) error {
			return w.service.Attach(ctx, lawful, k, application.Placing{Indicators: []indicators.Number{"1"}}, "a.pdf", pdf("a"))
		},
	} {
		foreign, none := act(k), act(missing)
		if foreign == nil || none == nil || foreign.Error() != none.Error() {
			t.Errorf("%s: got %v for another's and %v for none, want the same refusal", name, foreign, none)
		}
		wants(t, foreign, "dossier.unknown")
	}
	for _, role := range access.Roles() {
		if role == access.Applicant {
			continue
		}
		_, err := w.service.File(ctx, access.Actor{Name: "x", Role: role, Unit: plain.Unit}, k, 0)
		wants(t, err, "access.role")
	}
}

func TestS17FiledOnceUnderFiftyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	var done atomic.Int32
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := w.service.File(t.Context(), plain, k, 0); err == nil {
				done.Add(1)
			} else {
				wants(t, err, "dossier.sealed")
			}
		})
	}
	group.Wait()
	if done.Load() != 1 || len(w.own(plain, k).Seals) != 1 {
		t.Errorf("got %d filings, want 1", done.Load())
	}
}

func TestExhibitsAreVerifiedWhenRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	place := application.Placing{Indicators: []indicators.Number{"1"}, Dated: roster.On(2020, 7, 2)}
	wants(t, w.service.Attach(t.Context(), plain, k, place, "a.pdf", pdf("a")), "")
	place.Indicators = []indicators.Number{"2"}
	place.Dated = roster.On(2019, 12, 31)
	wants(t, w.service.Attach(t.Context(), plain, k, place, "same.pdf", pdf("a")), "")
	d := w.own(plain, k)
	if len(d.Exhibits) != 1 || len(d.ExhibitsOf("1")) != 1 || len(d.ExhibitsOf("2")) != 1 {
		t.Fatalf("got %+v, want one file for two indicators", d.Exhibits)
	}
	e, r, err := w.service.OwnExhibit(t.Context(), plain, k, d.Exhibits[0].ID)
	if err != nil || e.File.Kind != evidence.PDF {
		t.Fatalf("got %+v, %v", e, err)
	}
	r.Close()
	wants(t, w.service.Detach(t.Context(), plain, k, e.ID, "1"), "")
	if d := w.own(plain, k); len(d.ExhibitsOf("1")) != 0 || len(d.ExhibitsOf("2")) != 1 {
		t.Errorf("got %+v, want the file to prove only 2", d.Exhibits)
	}
	wants(t, w.service.Detach(t.Context(), plain, k, e.ID, "2"), "")
	if d := w.own(plain, k); len(d.Exhibits) != 0 {
		t.Errorf("got %+v, want none", d.Exhibits)
	}
}
