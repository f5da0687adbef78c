package store_test

import (
	"context"
	"sync"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

func finding(i scorebook.Instrument, unit roster.UnitCode, mark indicators.Mark) scorebook.Finding {
	f := scorebook.Finding{
		Key:  scorebook.Key{Round: 2020, Unit: unit, Instrument: i, Track: roster.Comprehensive},
		Mark: mark, Digest: scorebook.Digest([]byte(mark.String())), Detail: []byte(`{"n":1}`),
	}
	if i == scorebook.Survey || i == scorebook.Deputies {
		f.Track, f.SE, f.Low, f.High = "", 120, mark-235, mark+235
	}
	return f
}

func applicant(unit string) access.Actor {
	return access.Actor{Name: "unit " + unit, Role: access.Applicant, Unit: unit}
}

func assessor() access.Actor {
	return access.Actor{Name: "zhao", Role: access.Assessor, Institution: "law school"}
}

func TestFilingIsIdempotentAndCorrectionsStandBesideTheOld(t *testing.T) {
	t.Parallel()
	g := opened(t)
	f := finding(scorebook.Evaluation, "640100", 8550)
	for range 2 {
		if err := g.book.File(t.Context(), assessor(), f); err != nil {
			t.Fatal(err)
		}
	}
	other := finding(scorebook.Evaluation, "640100", 8600)
	refused(t, "other content", g.book.File(t.Context(), assessor(), other), fault.Conflict, "finding.exists")
	refused(t, "no reason", g.book.Refile(t.Context(), assessor(), other, ""), fault.Invalid, "reason.needed")
	if err := g.book.Refile(t.Context(), assessor(), other, "a sum was wrong"); err != nil {
		t.Fatal(err)
	}
	if err := g.book.Refile(t.Context(), assessor(), other, "again"); err != nil {
		t.Fatal(err)
	}
	none := finding(scorebook.Evaluation, "640200", 8600)
	refused(t, "nothing to correct", g.book.Refile(t.Context(), assessor(), none, "x"), fault.NotFound, "finding.none")
	all, err := g.FindingVersions(t.Context(), f.Key)
	if err != nil || len(all) != 2 || all[0].Mark != 8550 || all[1].Mark != 8600 || all[1].Reason != "a sum was wrong" {
		t.Errorf("got %+v, %v", all, err)
	}
	if all[0].FiledBy != "zhao" || !all[0].FiledAt.Equal(g.at) || string(all[0].Detail) != `{"n":1}` {
		t.Errorf("got %+v", all[0])
	}
	newest, err := g.Findings(t.Context(), 2020)
	if err != nil || len(newest) != 1 || newest[0].Version != 2 {
		t.Errorf("got %+v, %v", newest, err)
	}
}

func TestC96OnlyItsOwnRoleFilesAnInstrument(t *testing.T) {
	t.Parallel()
	g := opened(t)
	for _, i := range scorebook.Instruments() {
		err := g.book.File(t.Context(), applicant("640100"), finding(i, "640100", 9000))
		if i == scorebook.SelfAssessment && err != nil {
			t.Errorf("own self-assessment: %v", err)
		}
		if i != scorebook.SelfAssessment {
			refused(t, string(i), err, fault.Forbidden, "access.role")
		}
	}
	refused(t, "another unit's", g.book.File(t.Context(), applicant("640100"), finding(scorebook.SelfAssessment, "640200", 9000)), fault.Forbidden, "access.role")
	refused(t, "the office has no survey", g.book.File(t.Context(), officer(), finding(scorebook.Survey, "640100", 9000)), fault.Forbidden, "access.role")
	refused(t, "agency marks nobody", g.book.File(t.Context(), agent(), finding(scorebook.Evaluation, "640100", 9000)), fault.Forbidden, "access.role")
}

func TestC29C97TheBookIsSealedUntilBothAreClosedAndEveryReadingIsLogged(t *testing.T) {
	t.Parallel()
	g := opened(t)
	ctx := t.Context()
	refused(t, "nothing filed", g.book.CloseInstrument(ctx, officer(), 2020, scorebook.Evaluation), fault.Conflict, "scorebook.nothing_filed")
	if err := g.book.File(ctx, assessor(), finding(scorebook.Evaluation, "640100", 8550)); err != nil {
		t.Fatal(err)
	}
	if err := g.book.File(ctx, agent(), finding(scorebook.Survey, "640100", 7995)); err != nil {
		t.Fatal(err)
	}
	read := func(by access.Actor) error {
		_, err := g.book.Read(ctx, by, 2020)
		return err
	}
	refused(t, "both open", read(officer()), fault.Closed, "scorebook.sealed")
	if err := g.book.CloseInstrument(ctx, officer(), 2020, scorebook.Evaluation); err != nil {
		t.Fatal(err)
	}
	refused(t, "survey open", read(officer()), fault.Closed, "scorebook.sealed")
	if e := g.last(t); e.Action != "scorebook.read" || e.Outcome != audit.Refused {
		t.Errorf("got %+v", e)
	}
	refused(t, "assessor closes no survey", g.book.CloseInstrument(ctx, assessor(), 2020, scorebook.Survey), fault.Forbidden, "access.role")
	for range 2 {
		if err := g.book.CloseInstrument(ctx, agent(), 2020, scorebook.Survey); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "after closing", g.book.File(ctx, agent(), finding(scorebook.Survey, "640200", 7000)), fault.Closed, "finding.closed")
	for _, role := range access.Roles() {
		if role != access.Office {
			refused(t, string(role), read(access.Actor{Name: "x", Role: role, Unit: "640100"}), fault.Forbidden, "access.role")
		}
	}
	got, err := g.book.Read(ctx, officer(), 2020)
	if err != nil || len(got) != 2 || got[1].SE != 120 || got[1].Low != 7760 {
		t.Errorf("got %+v, %v", got, err)
	}
	if e := g.last(t); e.Action != "scorebook.read" || e.Outcome != audit.Done || e.Actor != "wang" {
		t.Errorf("got %+v", e)
	}
}

func TestC30ASurveyThatIsNotRequiredMayBeClosedEmpty(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	n := newRound(2020)
	n.Settings.SurveyRequired = false
	if _, err := g.roster.OpenRound(t.Context(), officer(), n); err != nil {
		t.Fatal(err)
	}
	if err := g.book.CloseInstrument(t.Context(), officer(), 2020, scorebook.Survey); err != nil {
		t.Error(err)
	}
	refused(t, "verification", g.book.CloseInstrument(t.Context(), officer(), 2020, scorebook.Verification), fault.Invalid, "finding.instrument")
}

func TestPublishedFindingsAreReadByAllFromTheirDayOn(t *testing.T) {
	t.Parallel()
	g := opened(t)
	ctx := t.Context()
	for unit, mark := range map[roster.UnitCode]indicators.Mark{"640100": 8550, "640200": 8000} {
		if err := g.book.File(ctx, assessor(), finding(scorebook.Evaluation, unit, mark)); err != nil {
			t.Fatal(err)
		}
		if err := g.book.File(ctx, agent(), finding(scorebook.Survey, unit, mark)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := g.book.Published(ctx, 2020); err != nil || got != nil {
		t.Errorf("before: got %v, %v", got, err)
	}
	p := scorebook.Publication{
		Round: 2020, From: roster.On(2020, 11, 1).Start(),
		Instruments: []scorebook.Instrument{scorebook.Survey}, Units: []roster.UnitCode{"640100"},
	}
	refused(t, "sealed", g.book.Publish(ctx, officer(), p), fault.Closed, "scorebook.sealed")
	for _, i := range []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey} {
		if err := g.book.CloseInstrument(ctx, officer(), 2020, i); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "agency", g.book.Publish(ctx, agent(), p), fault.Forbidden, "access.role")
	if err := g.book.Publish(ctx, officer(), p); err != nil {
		t.Fatal(err)
	}
	if got, err := g.book.Published(ctx, 2020); err != nil || got != nil {
		t.Errorf("the day before: got %v, %v", got, err)
	}
	g.on(t, "2020-11-01")
	got, err := g.book.Published(ctx, 2020)
	if err != nil || len(got) != 1 || got[0].Unit != "640100" || got[0].Instrument != scorebook.Survey || got[0].FiledBy != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAFindingOutOfFormIsRefused(t *testing.T) {
	t.Parallel()
	g := opened(t)
	for _, c := range []struct {
		name   string
		change func(f *scorebook.Finding)
		code   string
	}{
		{"instrument", func(f *scorebook.Finding) { f.Instrument = "rumour" }, "finding.instrument"},
		{"track", func(f *scorebook.Finding) { f.Track = "" }, "finding.track"},
		{"above 100", func(f *scorebook.Finding) { f.Mark = 10001 }, "finding.range"},
		{"negative", func(f *scorebook.Finding) { f.Mark = -1 }, "finding.range"},
		{"interval", func(f *scorebook.Finding) { f.Low = 1 }, "finding.range"},
		{"digest", func(f *scorebook.Finding) { f.Digest = "abc" }, "finding.digest"},
		{"detail", func(f *scorebook.Finding) { f.Detail = []byte("{") }, "finding.detail"},
		{"project", func(f *scorebook.Finding) { f.Track = roster.Single }, "project.field"},
	} {
		f := finding(scorebook.Evaluation, "640100", 8000)
		c.change(&f)
		refused(t, c.name, g.book.File(t.Context(), assessor(), f), fault.Invalid, c.code)
	}
	unknown := finding(scorebook.Evaluation, "640100", 8000)
	unknown.Round = 2030
	refused(t, "round", g.book.File(t.Context(), assessor(), unknown), fault.NotFound, "round.unknown")
}

func TestS17FilingAtOnceKeepsOne(t *testing.T) {
	t.Parallel()
	g := opened(t)
	ctx := context.WithoutCancel(t.Context())
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if err := g.book.File(ctx, agent(), finding(scorebook.Survey, "640100", 8000)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	keys, err := g.book.Filed(ctx, officer(), 2020)
	if err != nil || len(keys) != 1 || keys[0].Instrument != scorebook.Survey {
		t.Errorf("got %v, %v", keys, err)
	}
	refused(t, "applicant", func() error { _, err := g.book.Filed(ctx, applicant("640100"), 2020); return err }(), fault.Forbidden, "access.role")
}

func TestDigestOfFindingsDoesNotDependOnTheirOrder(t *testing.T) {
	t.Parallel()
	a, b := finding(scorebook.Survey, "640100", 8000), finding(scorebook.Survey, "640200", 8000)
	one, err := scorebook.DigestOf([]scorebook.Finding{a, b})
	if err != nil {
		t.Fatal(err)
	}
	if two, err := scorebook.DigestOf([]scorebook.Finding{b, a}); err != nil || one != two {
		t.Errorf("got %s and %s, %v", one, two, err)
	}
	b.Mark++
	if three, err := scorebook.DigestOf([]scorebook.Finding{a, b}); err != nil || one == three {
		t.Errorf("a changed mark keeps the digest, %v", err)
	}
}
