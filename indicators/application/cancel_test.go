package application_test

import (
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// colleague is the second person of the office.
func colleague() access.Actor { return access.Actor{Name: "office-2", Role: access.Office} }

// filed files a dossier that lacks nothing.
func (w *world) filed(by access.Actor, track roster.Track) application.Key {
	w.t.Helper()
	k := w.start(by, track)
	w.fill(by, k, 97)
	if _, err := w.service.File(w.t.Context(), by, k, 0); err != nil {
		w.t.Fatal(err)
	}
	return k
}

// cancel takes a dossier out of the round, by two people.
func (w *world) cancel(k application.Key) {
	w.t.Helper()
	ctx := w.t.Context()
	c := application.Cancellation{Reason: "编造数据", Evidence: "核查记录 3 号", Document: "宁法治办〔2020〕9号"}
	wants(w.t, w.service.ProposeCancel(ctx, office, k, c), "")
	wants(w.t, w.service.ConfirmCancel(ctx, colleague(), k, w.now().UnixMilli()), "")
}

func TestC99CancellingNeedsEvidenceAndTwoPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	c := application.Cancellation{Reason: "编造数据", Evidence: "核查记录 3 号", Document: "宁法治办〔2020〕9号"}
	wants(t, w.service.ProposeCancel(ctx, plain, k, c), "access.role")
	err := w.service.ProposeCancel(ctx, office, k, application.Cancellation{Reason: " "})
	for _, code := range []string{"dossier.cancel_reason", "dossier.cancel_evidence", "dossier.cancel_document"} {
		wants(t, err, code)
	}
	wants(t, w.service.ConfirmCancel(ctx, colleague(), k, w.now().UnixMilli()), "cancel.gone")
	wants(t, w.service.ProposeCancel(ctx, office, k, c), "")
	seen := w.now().UnixMilli()
	wants(t, w.service.ProposeCancel(ctx, colleague(), k, c), "cancel.proposed")
	wants(t, w.service.ConfirmCancel(ctx, office, k, seen), "cancel.second")
	wants(t, w.service.ConfirmCancel(ctx, colleague(), k, seen-1), "cancel.gone")
	if d := w.own(plain, k); d.State != application.Filed {
		t.Errorf("state before the second person: got %s, want filed", d.State)
	}
	wants(t, w.service.DropCancel(ctx, colleague(), k, seen, ""), "formal.reason")
	wants(t, w.service.DropCancel(ctx, colleague(), k, seen, "证据不足"), "")
	wants(t, w.service.ConfirmCancel(ctx, colleague(), k, seen), "cancel.gone")
	w.cancel(k)
	d := w.own(plain, k)
	if d.State != application.Cancelled || d.Cancellation.By != office.Name || d.Cancellation.Confirmed != colleague().Name {
		t.Errorf("got %s, %+v, want it cancelled by two people", d.State, d.Cancellation)
	}
	got := w.trail("dossier.cancel")
	if len(got) != 1 || got[0].Actor != colleague().Name || got[0].Reason != c.Reason {
		t.Errorf("trail: got %+v", got)
	}
	wants(t, w.service.ProposeCancel(ctx, office, k, c), "dossier.cancelled")
	wants(t, w.service.Decide(ctx, office, k, 0, application.Decision{Outcome: application.Accept, Reason: "x"}), "dossier.cancelled")
}

func TestC99ACancelledUnitIsBarredFromTheNextRoundOnly(t *testing.T) {
	t.Parallel()
	for name, anyTrack := range map[string]bool{"on both tracks": true, "on the same track": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(s *roster.Settings) { s.BarAnyTrack = anyTrack })
			ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
			w.cancel(k)
			if _, _, err := w.service.Sealed(ctx, k); err == nil {
				t.Error("a cancelled dossier is still evaluated")
			}
			wants(t, w.service.Withdraw(ctx, plain, k), "dossier.cancelled")
			otherTrack := map[bool]string{true: "dossier.barred_by", false: ""}[anyTrack]
			wants(t, w.service.Start(ctx, plain, key(plain, roster.Single)), otherTrack)
			w.open(2022, func(s *roster.Settings) { s.BarAnyTrack = anyTrack })
			w.set("2022-08-10 09:00:00")
			next := application.Key{Round: 2022, Unit: k.Unit, Track: roster.Comprehensive}
			wants(t, w.service.Start(ctx, plain, next), "dossier.barred_by")
			next.Track = roster.Single
			wants(t, w.service.Start(ctx, plain, next), otherTrack)
			w.open(2024, nil)
			w.set("2024-08-10 09:00:00")
			for _, next.Track = range roster.Tracks() {
				next.Round = 2024
				wants(t, w.service.Start(ctx, plain, next), "")
			}
		})
	}
}

func TestC99ADraftOfABarredUnitIsNotFiled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *roster.Settings) { s.BothTracks = true })
	one := w.start(plain, roster.Single)
	w.fill(plain, one, 0)
	wide := w.filed(plain, roster.Comprehensive)
	w.cancel(wide)
	_, err := w.service.File(t.Context(), plain, one, 0)
	wants(t, err, "dossier.barred_by")
}
