package store_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

func TestAWithdrawnApplicationCountsAgainOnceItIsFiledAgain(t *testing.T) {
	t.Parallel()
	g := opened(t)
	ctx := t.Context()
	f := finding(scorebook.SelfAssessment, "640100", 9500)
	strike := func(by access.Actor, reason string) error {
		return g.book.Strike(ctx, by, 2020, "640100", roster.Comprehensive, reason)
	}
	count := func() int {
		all, err := g.Findings(ctx, 2020)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if err := g.book.File(ctx, applicant("640100"), f); err != nil {
		t.Fatal(err)
	}
	refused(t, "another unit", strike(applicant("640200"), ""), fault.Forbidden, "access.role")
	refused(t, "assessor", strike(assessor(), "x"), fault.Forbidden, "access.role")
	refused(t, "office without a reason", strike(officer(), " "), fault.Invalid, "reason.needed")
	if err := strike(applicant("640100"), ""); err != nil || count() != 0 {
		t.Errorf("withdrawn: got %d findings, %v", count(), err)
	}
	if err := g.book.File(ctx, applicant("640100"), f); err != nil || count() != 1 {
		t.Errorf("filed again: got %d findings, %v", count(), err)
	}
	if err := strike(officer(), "false figures"); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{strike(applicant("640100"), ""), g.book.File(ctx, applicant("640100"), f)} {
		if err != nil || count() != 0 {
			t.Errorf("cancelled for good: got %d findings, %v", count(), err)
		}
	}
	all, err := g.book.Struck(ctx, 2020)
	if err != nil || len(all) != 1 || !all[0].Lasting || all[0].By != "wang" || all[0].Reason != "false figures" {
		t.Errorf("got %+v, %v", all, err)
	}
}

func TestC99ACancelledUnitIsNeitherRankedNorNamed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640100")
	o.verified(t, "640200")
	if err := o.book.Strike(ctx, officer(), 2020, "640200", roster.Comprehensive, "false figures"); err != nil {
		t.Fatal(err)
	}
	_, err := o.naming.Propose(ctx, officer(), 2020, list(target("640100"), target("640200")))
	refused(t, "candidate", err, fault.Conflict, "candidates.struck")
	after, err := o.naming.Rank(ctx, officer(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := after.Ranking.Find("640200", roster.Comprehensive); ok {
		t.Error("a cancelled unit is ranked")
	}
	o.stands(t, list(target("640100")))
	if err := o.naming.Post(ctx, officer(), 2020, draft()); err != nil {
		t.Fatal(err)
	}
	if err := o.book.Strike(ctx, officer(), 2020, "640100", roster.Comprehensive, "found after the notice"); err != nil {
		t.Fatal(err)
	}
	o.on(t, "2020-11-01")
	o.carried(t, roster.On(2020, time.November, 1))
	o.on(t, "2020-12-10")
	_, err = o.naming.Give(ctx, officer(), 2020, decree(target("640100")))
	refused(t, "named", err, fault.Conflict, "naming.struck")
}

func TestC99CancellingAnApplicationStrikesItsFindings(t *testing.T) {
	t.Parallel()
	g := opened(t)
	ctx := t.Context()
	g.on(t, "2020-08-10")
	folder, err := evidence.Open(t.TempDir(), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	s := application.NewService(application.Config{
		Store: g.Store, Roster: g.roster, Book: g.book, Evidence: folder, Allowance: application.DefaultAllowance(), Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)),
		Now: g.now, NewID: func() string { return "id" },
	})
	k := application.Key{Round: 2020, Unit: "640100", Track: roster.Comprehensive}
	if err := s.Start(ctx, applicant("640100"), k); err != nil {
		t.Fatal(err)
	}
	err = g.SealDossier(ctx, k, &audit.Entry{Actor: "test", Action: "test"}, func(d *application.Dossier, _ []application.Dossier) ([]byte, error) {
		d.State, d.Seals = application.Filed, []application.Seal{{Digest: "abc"}}
		return []byte("{}"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	grounds := application.Cancellation{Reason: "false figures", Document: "No. 3"}
	refused(t, "no proof", s.ProposeCancel(ctx, officer(), k, grounds), fault.Invalid, "dossier.cancel_evidence")
	grounds.Evidence = "letter of 9 August"
	if err := s.ProposeCancel(ctx, officer(), k, grounds); err != nil {
		t.Fatal(err)
	}
	if all, err := g.book.Struck(ctx, 2020); err != nil || len(all) != 0 {
		t.Errorf("only proposed, but struck: %+v, %v", all, err)
	}
	if err := s.ConfirmCancel(ctx, second(), k, g.now().UnixMilli()); err != nil {
		t.Fatal(err)
	}
	if all, err := g.book.Struck(ctx, 2020); err != nil || len(all) != 1 || !all[0].Lasting {
		t.Errorf("got %+v, %v", all, err)
	}
}
