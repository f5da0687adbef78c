package application_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/roster"
)

func accept() application.Decision {
	return application.Decision{Outcome: application.Accept, Reason: "材料齐全"}
}

func reject() application.Decision {
	return application.Decision{Outcome: application.Reject, Reason: "不符合条件"}
}

func returned(until roster.Date) application.Decision {
	return application.Decision{Outcome: application.Return, Reason: "缺第 5 项佐证", Until: until}
}

// evaluated reports whether the dossier reaches the evaluation.
func (w *world) evaluated(k application.Key) bool {
	w.t.Helper()
	_, _, err := w.service.Sealed(w.t.Context(), k)
	return err == nil
}

// struck reports whether the unit is out of the round.
func (w *world) struck(k application.Key) bool {
	w.t.Helper()
	all, err := w.book.Struck(w.t.Context(), k.Round)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range all {
		if s.Unit == k.Unit && s.Track == k.Track {
			return true
		}
	}
	return false
}

func TestC78OnlyWhatTheOfficeAcceptsIsEvaluated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	if w.evaluated(k) || w.own(plain, k).Formality() != application.FormalityPending {
		t.Fatal("evaluated before the formal check")
	}
	for _, role := range access.Roles() {
		if role != access.Office {
			wants(t, w.service.Decide(ctx, access.Actor{Name: "x", Role: role, Unit: plain.Unit}, k, 0, accept()), "access.role")
		}
	}
	wants(t, w.service.Decide(ctx, office, k, 0, application.Decision{Outcome: application.Accept}), "formal.reason")
	wants(t, w.service.Decide(ctx, office, k, 0, application.Decision{Outcome: "maybe", Reason: "x"}), "formal.outcome")
	wants(t, w.service.Decide(ctx, office, k, 0, reject()), "")
	if w.evaluated(k) || !w.struck(k) {
		t.Errorf("rejected: evaluated %t, struck %t, want false and true", w.evaluated(k), w.struck(k))
	}
	wants(t, w.service.Withdraw(ctx, plain, k), "formal.final")
	wants(t, w.service.Decide(ctx, office, k, 1, reject()), "formal.same")
	wants(t, w.service.Decide(ctx, office, k, 1, accept()), "")
	if !w.evaluated(k) || w.struck(k) {
		t.Errorf("accepted: evaluated %t, struck %t, want true and false", w.evaluated(k), w.struck(k))
	}
	w.set("2020-08-31 23:59:59")
	wants(t, w.service.Decide(ctx, office, k, 2, reject()), "")
	wants(t, w.service.Decide(ctx, office, k, 3, accept()), "")
	w.set("2020-09-01 00:00:00") // the evaluation opens: what is decided stays
	wants(t, w.service.Decide(ctx, office, k, 4, reject()), "formal.fixed")
	if !w.evaluated(k) {
		t.Error("the accepted dossier is no longer evaluated")
	}
}

func TestC11EveryDecisionHasAuthorTimeAndReasonAndStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	wants(t, w.service.Decide(ctx, office, k, 0, reject()), "")
	w.set("2020-08-12 10:00:00")
	wants(t, w.service.Decide(ctx, colleague(), k, 1, accept()), "")
	d := w.own(plain, k)
	if len(d.Formal) != 2 || d.Formal[0].By != office.Name || d.Formal[0].Reason != "不符合条件" || !d.Formal[0].At.Equal(at("2020-08-10 09:00:00")) ||
		d.Formal[1].By != colleague().Name || !d.Formal[1].At.Equal(at("2020-08-12 10:00:00")) || d.Formal[1].Seal != d.Seal().Digest {
		t.Errorf("decisions: got %+v", d.Formal)
	}
	first, second := w.trail("formal.rejected"), w.trail("formal.accepted")
	if len(first) != 1 || len(second) != 1 {
		t.Fatalf("trail: got %d and %d entries, want one each", len(first), len(second))
	}
	for _, c := range []struct{ got, want audit.Entry }{
		{first[0], audit.Entry{Actor: office.Name, Reason: "不符合条件", Before: "pending", After: "rejected"}},
		{second[0], audit.Entry{Actor: colleague().Name, Reason: "材料齐全", Before: "rejected", After: "accepted"}},
	} {
		got := audit.Entry{Actor: c.got.Actor, Reason: c.got.Reason, Before: c.got.Before, After: c.got.After}
		if got != c.want || c.got.Object != k.Object() {
			t.Errorf("trail: got %+v on %s, want %+v", got, c.got.Object, c.want)
		}
	}
	if err := w.store.CheckTrail(ctx); err != nil {
		t.Error(err)
	}
}

func TestADossierIsReturnedOnceWhileTheWindowAllows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	for _, until := range []roster.Date{{}, roster.On(2020, 8, 9), roster.On(2020, 9, 1)} {
		wants(t, w.service.Decide(ctx, office, k, 0, returned(until)), "formal.until")
	}
	wants(t, w.service.Decide(ctx, office, k, 0, returned(roster.On(2020, 8, 20))), "")
	d := w.own(plain, k)
	if d.State != application.Draft || d.Formality() != application.FormalityReturned || !d.Seals[0].Returned || !w.struck(k) {
		t.Fatalf("got %s, %s, struck %t", d.State, d.Formality(), w.struck(k))
	}
	if x, ok := d.LastDecision(); !ok || x.Reason != "缺第 5 项佐证" || x.Until != roster.On(2020, 8, 20) {
		t.Errorf("the unit is told %+v", x)
	}
	wants(t, w.service.Decide(ctx, office, k, 1, accept()), "formal.unfiled")
	w.set("2020-08-21 00:00:00")
	_, err := w.service.File(ctx, plain, k, 0)
	wants(t, err, "formal.overdue")
	w.set("2020-08-20 23:59:59")
	if _, err := w.service.File(ctx, plain, k, 0); err != nil {
		t.Fatal(err)
	}
	if w.own(plain, k).Formality() != application.FormalityPending || w.struck(k) {
		t.Error("filed again, and not before the office again")
	}
	wants(t, w.service.Decide(ctx, office, k, 1, returned(roster.On(2020, 8, 31))), "formal.once")
	wants(t, w.service.Decide(ctx, office, k, 1, accept()), "")

	late := w.filedBy(lawful, "2020-08-31 12:00:00")
	w.set("2020-09-01 00:00:00")
	wants(t, w.service.Decide(ctx, office, late, 0, returned(roster.On(2020, 9, 1))), "formal.window")
	wants(t, w.service.Decide(ctx, office, late, 0, accept()), "")
}

// filedBy files a comprehensive dossier at that time.
func (w *world) filedBy(by access.Actor, moment string) application.Key {
	w.t.Helper()
	w.set(moment)
	k := w.start(by, roster.Comprehensive)
	w.fill(by, k, 100)
	if _, err := w.service.File(w.t.Context(), by, k, 0); err != nil {
		w.t.Fatal(err)
	}
	return k
}

func TestOfTwoWhoDecideAtOnceTheSecondIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	outcomes := make([]error, 2)
	var group sync.WaitGroup
	for i, by := range []access.Actor{office, colleague()} {
		group.Go(func() { outcomes[i] = w.service.Decide(ctx, by, k, 0, []application.Decision{accept(), reject()}[i]) })
	}
	group.Wait()
	done, told := 0, 0
	for _, err := range outcomes {
		if err == nil {
			done++
			continue
		}
		told++
		wants(t, err, "formal.changed")
	}
	if done != 1 || told != 1 || len(w.own(plain, k).Formal) != 1 {
		t.Errorf("got %d done and %d told, %v", done, told, w.own(plain, k).Formal)
	}
	wants(t, w.service.Withdraw(ctx, plain, k), map[bool]string{true: "", false: "formal.final"}[outcomes[0] == nil])
}

// findings are the weights of the checks of one dossier.
func (w *world) weights(k application.Key) map[application.Check]application.Weight {
	w.t.Helper()
	one, err := w.service.ExamineOne(w.t.Context(), office, k)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[application.Check]application.Weight{}
	for _, f := range one.Findings {
		out[f.Check] = f.Weight
	}
	return out
}

func TestC78TheServiceFindsWhatItCanByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	place := application.Placing{Indicators: []indicators.Number{"1"}, Dated: roster.On(2020, 8, 5)}
	wants(t, w.service.Attach(ctx, plain, k, place, "清单.pdf", pdf("list")), "")
	d := w.own(plain, k)
	wants(t, w.service.SaveProfile(ctx, plain, k, d.Edits[application.Profile], application.Head{Leader: d.Leader, Declared: true}), "")
	if _, err := w.service.File(ctx, plain, k, 0); err != nil {
		t.Fatal(err)
	}
	got := w.weights(k)
	want := map[application.Check]application.Weight{
		application.CheckUnit: application.Clear, application.CheckBarred: application.Clear, application.CheckTrack: application.Clear,
		application.CheckWhole: application.Clear, application.CheckFiles: application.Clear,
		application.CheckProofs: application.Look, // 96 without a file (C80)
		application.CheckDates:  application.Look, // made after the round had opened (C83)
	}
	for check, weight := range want {
		if got[check] != weight {
			t.Errorf("%s: got %s, want %s", check, got[check], weight)
		}
	}
	// A file that is altered on disk is found when it is accepted, a missing one at once.
	digest := string(w.own(plain, k).Exhibits[0].File.Digest)
	path := filepath.Join(w.dir, "evidence", digest[:2], digest[2:])
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, w.service.Decide(ctx, office, k, 0, accept()), "formal.file_altered")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got := w.weights(k)[application.CheckFiles]; got != application.Stop {
		t.Errorf("missing file: got %s, want stop", got)
	}
	wants(t, w.service.Decide(ctx, office, k, 0, accept()), "formal.file_missing")
	if w.evaluated(k) {
		t.Error("accepted without its file")
	}
}

func TestC99TheFormalCheckFindsABarAndAcceptsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *roster.Settings) { s.BothTracks = true })
	one, wide := w.filed(plain, roster.Single), w.filed(plain, roster.Comprehensive)
	w.cancel(wide)
	if got := w.weights(one)[application.CheckBarred]; got != application.Stop {
		t.Errorf("got %s, want stop", got)
	}
	wants(t, w.service.Decide(t.Context(), office, one, 0, accept()), "dossier.barred_by")
	wants(t, w.service.Decide(t.Context(), office, one, 0, reject()), "")
}

func TestC16C78OnlyUnitsOfTheRegisterMayApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, unit := range []string{"640000", "110000", "D99"} { // the region itself, another place, no department
		by := access.Actor{Name: "x", Role: access.Applicant, Unit: unit}
		wants(t, w.service.Start(t.Context(), by, key(by, roster.Comprehensive)), "unit.unknown")
	}
	for _, u := range w.roster.Units() {
		by := access.Actor{Name: fmt.Sprint("x", u.Code), Role: access.Applicant, Unit: string(u.Code)}
		wants(t, w.service.Start(t.Context(), by, key(by, roster.Single)), "")
	}
	all, err := w.service.All(t.Context(), office, 2020)
	if err != nil || len(all) != len(w.roster.Units()) {
		t.Errorf("got %d drafts, %v, want one of each of the %d units", len(all), err, len(w.roster.Units()))
	}
	if got, err := w.service.Examine(t.Context(), office, 2020); err != nil || len(got) != 0 {
		t.Errorf("drafts before the office: got %d, %v", len(got), err)
	}
	_, err = w.service.Examine(t.Context(), plain, 2020)
	wants(t, err, "access.role")
}
