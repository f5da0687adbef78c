package store_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/verification"
	"minyi/indicators/verification/sample"
	"minyi/indicators/workday"
)

// equip gives the naming a folder for files, a key and the working days.
func (o *office) equip(t *testing.T) {
	t.Helper()
	folder, err := evidence.Open(filepath.Join(t.TempDir(), "objections"), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	days, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	o.files, o.told = folder, &told{}
	err = o.naming.Equip(naming.Equipment{Key: bytes.Repeat([]byte{7}, 32), Files: folder, Days: days, Accounts: o.Store, Visits: o.visits, Inbox: o.told})
	if err != nil {
		t.Fatal(err)
	}
}

func list(targets ...naming.Target) naming.Proposal { return naming.Proposal{Targets: targets} }

func answer(o naming.Outcome) naming.Answer {
	return naming.Answer{Outcome: o, Reason: "we looked at the counter", Words: "we looked"}
}

func decree(names ...naming.Target) naming.Award {
	return naming.Award{Number: "宁法办发〔2020〕1号", Date: roster.On(2020, time.December, 10), Names: names}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stands proposes a list and lets the second person confirm it.
func (o *office) stands(t *testing.T, x naming.Proposal) {
	t.Helper()
	a, err := o.naming.Propose(t.Context(), officer(), 2020, x)
	must(t, err)
	must(t, o.naming.Confirm(t.Context(), second(), 2020, a.ID))
}

// carried registers an appearance in a newspaper of the region.
func (o *office) carried(t *testing.T, day roster.Date) {
	t.Helper()
	x := naming.Appearance{Name: "宁夏日报", Kind: naming.Newspaper, Regional: true, Date: day, Place: "第 3 版"}
	must(t, o.naming.Appeared(t.Context(), officer(), 2020, x, "scan.txt", strings.NewReader("proof of page 3")))
}

// named takes a verified unit over candidates and notice to its name.
func (o *office) named(t *testing.T, who naming.Target, number string) []naming.Named {
	t.Helper()
	x := list(who)
	x.Passed = map[naming.Target]string{target("640100"): "not visited"}
	o.stands(t, x)
	must(t, o.naming.Post(t.Context(), officer(), 2020, draft()))
	o.on(t, "2020-11-01")
	o.carried(t, roster.On(2020, time.November, 1))
	o.on(t, "2020-12-10")
	d := decree(who)
	d.Number = number
	a, err := o.naming.Give(t.Context(), officer(), 2020, d)
	must(t, err)
	must(t, o.naming.Confirm(t.Context(), second(), 2020, a.ID))
	out, err := o.naming.Named(t.Context())
	if err != nil || len(out) != 1 {
		t.Fatalf("got %+v, %v", out, err)
	}
	return out
}

// noticed brings two cities onto a notice that the paper carried on its first day.
func noticed(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.closed(t)
	o.verified(t, "640100")
	o.verified(t, "640200")
	o.stands(t, list(target("640100"), target("640200")))
	must(t, o.naming.Post(t.Context(), officer(), 2020, draft()))
	o.on(t, "2020-11-01")
	o.carried(t, roster.On(2020, time.November, 1))
	return o
}

func (o *office) settings(t *testing.T, change func(*roster.Settings)) {
	t.Helper()
	r, err := o.roster.Round(t.Context(), 2020)
	must(t, err)
	s := r.Settings
	change(&s)
	must(t, o.roster.Adjust(t.Context(), officer(), 2020, r.Version, s, "few this year"))
}

func TestC12C34C87AndC100CandidatesAreVerifiedAndTheQuotaIsSoft(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640100")
	propose := func(x naming.Proposal) error { _, err := o.naming.Propose(ctx, officer(), 2020, x); return err }
	refused(t, "not verified", propose(list(target("640100"), target("640200"))), fault.Conflict, "candidates.not_verified")
	refused(t, "nobody", propose(list()), fault.Invalid, "candidates.none")
	refused(t, "twice", propose(list(target("640100"), target("640100"))), fault.Invalid, "candidates.twice")
	o.settings(t, func(s *roster.Settings) { s.QuotaComprehensive, s.QuotaTolerance = 1, 0 })
	o.verified(t, "640200")
	both := list(target("640200"), target("640100"))
	refused(t, "above the quota", propose(both), fault.Invalid, "candidates.quota")
	refused(t, "the higher one left out", propose(list(target("640200"))), fault.Invalid, "candidates.passed")
	both.Reason = "the data cannot tell them apart"
	o.stands(t, both)
	p, err := o.naming.Proceeding(ctx, officer(), 2020)
	if err != nil || len(p.Candidates.List) != 2 || p.Candidates.List[0].Target != target("640100") || p.Candidates.List[0].Title != "全区法治政府建设示范市" {
		t.Errorf("got %+v, %v, want both in the order of the ranking", p.Candidates, err)
	}
	one := list(target("640200"))
	one.Passed = map[naming.Target]string{target("640100"): "asked to wait"}
	o.stands(t, one)
	if p, err = o.naming.Proceeding(ctx, officer(), 2020); err != nil || len(p.Candidates.Passed) == 0 || p.Candidates.Passed[0].Reason != "asked to wait" {
		t.Errorf("got %+v, %v, want why the higher one is left out", p.Candidates, err)
	}
}

func TestC34TwoPeopleDecideOnTheCandidatesAndWhatWasKnownStays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	first := o.closed(t)
	o.verified(t, "640100")
	a, err := o.naming.Propose(ctx, officer(), 2020, list(target("640100")))
	must(t, err)
	refused(t, "one person", o.naming.Confirm(ctx, officer(), 2020, a.ID), fault.Forbidden, "act.second_person")
	_, err = o.naming.Propose(ctx, second(), 2020, list(target("640100")))
	refused(t, "another while one waits", err, fault.Conflict, "act.open")
	must(t, o.naming.Drop(ctx, second(), 2020, a.ID, "not yet"))
	refused(t, "dropped", o.naming.Confirm(ctx, second(), 2020, a.ID), fault.Conflict, "act.ended")
	if p, err := o.naming.Proceeding(ctx, officer(), 2020); err != nil || p.Candidates != nil {
		t.Errorf("got %+v, %v, want no list yet", p.Candidates, err)
	}
	o.stands(t, list(target("640100")))
	must(t, o.book.Refile(ctx, assessor(), finding(scorebook.Evaluation, "640100", 5000), "counted twice"))
	later, err := o.naming.Rank(ctx, officer(), 2020)
	if err != nil || later.ID == first.ID {
		t.Fatalf("got %v, %v", later, err)
	}
	p, err := o.naming.Proceeding(ctx, officer(), 2020)
	must(t, err)
	m, err := o.naming.Moment(ctx, officer(), 2020, p.Last(naming.ListCandidate).ID)
	must(t, err)
	if !m.Whole || m.Snapshot.ID != p.Candidates.Snapshot || m.Snapshot.ID == later.ID || len(m.Act.Known.Visits) != 1 || !m.Act.Known.Visits[0].Right {
		t.Errorf("got whole %t, ranking %s, %+v, want what was known then", m.Whole, m.Snapshot.ID, m.Act.Known)
	}
	o.settings(t, func(s *roster.Settings) { s.ToNames.CandidatesAlone = true })
	_, err = o.naming.Propose(ctx, officer(), 2020, list(target("640100")))
	must(t, err)
	if p, err = o.naming.Proceeding(ctx, officer(), 2020); err != nil || len(p.Waiting()) != 0 {
		t.Errorf("got %+v, %v, want no second person where the round wants none", p.Waiting(), err)
	}
}

func TestC35AndC86NoticeHasItsLengthItsWindowAndItsMedia(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640200")
	refused(t, "no candidates", o.naming.Post(ctx, officer(), 2020, draft()), fault.Conflict, "candidates.none")
	x := list(target("640200"))
	o.stands(t, x)
	for _, c := range []struct {
		name   string
		change func(d *naming.Draft)
		code   string
	}{
		{"too short", func(d *naming.Draft) { d.Window.To = roster.On(2020, time.November, 6) }, "notice.short"},
		{"outside the window", func(d *naming.Draft) { d.Window.To = roster.On(2020, time.November, 11) }, "notice.window"},
		{"reversed", func(d *naming.Draft) { d.Window.To = roster.On(2020, time.October, 1) }, "notice.dates"},
		{"no medium", func(d *naming.Draft) { d.Medium = " " }, "words.missing"},
		{"no contact", func(d *naming.Draft) { d.Contact = "" }, "words.missing"},
		{"self-assessment", func(d *naming.Draft) { d.Published = []scorebook.Instrument{scorebook.SelfAssessment} }, "finding.instrument"},
	} {
		d := draft()
		c.change(&d)
		refused(t, c.name, o.naming.Post(ctx, officer(), 2020, d), fault.Invalid, c.code)
	}
	for range 2 {
		must(t, o.naming.Post(ctx, officer(), 2020, draft()))
	}
	_, err := o.naming.Notice(ctx, 2020)
	refused(t, "before its first day", err, fault.NotFound, "notice.none")
	_, err = o.naming.Propose(ctx, officer(), 2020, x)
	refused(t, "list stays", err, fault.Closed, "candidates.noticed")
	o.on(t, "2020-11-02")
	n, err := o.naming.Notice(ctx, 2020)
	if err != nil || len(n.List) != 1 || n.PostedBy != "" {
		t.Errorf("got %+v, %v", n, err)
	}
	published, err := o.book.Published(ctx, 2020)
	if err != nil || len(published) != 1 || published[0].Unit != "640200" || published[0].Instrument != scorebook.Survey {
		t.Errorf("got %+v, %v", published, err)
	}
	if _, ok := n.Counted(roster.Defaults(2020)); ok {
		t.Error("the period counts without a medium")
	}
	o.carried(t, roster.On(2020, time.November, 2))
	n, err = o.naming.Notice(ctx, 2020)
	must(t, err)
	if from, ok := n.Counted(roster.Defaults(2020)); !ok || from != roster.On(2020, time.November, 2) || len(n.Media[0].Proof.Digest) != 0 {
		t.Errorf("got %v, %t, %+v, want it to count from the day of the paper, and no proof for the public", from, ok, n.Media)
	}
	refused(t, "6 days as they count", n.Complete(roster.Defaults(2020)), fault.Conflict, "notice.uncounted")
}

func TestC35AChangeAfterOpeningIsANewNoticeThatRestartsThePeriod(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	o.on(t, "2020-11-03")
	d := draft()
	d.Contact, d.Window = "0951-1111111", roster.Between(roster.On(2020, time.November, 4), roster.On(2020, time.November, 10))
	refused(t, "no reason", o.naming.Post(ctx, officer(), 2020, d), fault.Invalid, "notice.why")
	d.Why = "a wrong telephone number"
	must(t, o.naming.Post(ctx, officer(), 2020, d))
	if n, err := o.naming.Notice(ctx, 2020); err != nil || n.No() != 1 {
		t.Errorf("got %+v, %v, want the first until the corrected one begins", n, err)
	}
	_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x"})
	must(t, err)
	o.on(t, "2020-11-04")
	all, err := o.naming.Notices(ctx, 2020)
	if err != nil || len(all) != 2 || all[0].No() != 2 || all[0].Why != d.Why || len(all[0].Media) != 0 {
		t.Errorf("got %+v, %v, want two, the newest without media yet", all, err)
	}
}

func TestC36AndC89NamingWaitsForTheNoticeAndEveryAnswer(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	o.on(t, "2020-11-07")
	for name, c := range map[string]struct {
		complaint naming.Complaint
		code      string
	}{
		"not on the list": {naming.Complaint{Target: target("640300"), Text: "x"}, "objection.target"},
		"too long":        {naming.Complaint{Target: target("640100"), Text: strings.Repeat("长", 2001)}, "words.long"},
		"direction marks": {naming.Complaint{Target: target("640100"), Name: "a\u202eb", Text: "x"}, "words.marks"},
	} {
		_, err := o.naming.Object(ctx, 2020, c.complaint)
		refused(t, name, err, fault.Invalid, c.code)
	}
	receipt, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "the list of charges is not public\r\nsince June"})
	if err != nil || len(receipt) != 19 {
		t.Fatalf("got %q, %v", receipt, err)
	}
	_, err = o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640200"), Name: "王", Text: "x"})
	must(t, err)
	if e := o.last(t); e.Action != "objection.file" || e.Actor != "" || strings.Contains(e.After+e.Reason+e.Object, "王") {
		t.Errorf("got %+v, want nothing of the person in the trail", e)
	}
	if m := o.told.posted[len(o.told.posted)-1]; m.Code != "objection.filed" || !m.Due.Equal(roster.On(2020, time.November, 21).Start()) {
		t.Errorf("got %s due %s, want it due until the last day to answer is over, ten working days after Saturday 7 November", m.Code, m.Due)
	}
	o.on(t, "2020-11-08")
	_, err = o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x"})
	refused(t, "notice over", err, fault.Closed, "objection.closed")
	give := func(names ...naming.Target) error {
		_, err := o.naming.Give(ctx, officer(), 2020, decree(names...))
		return err
	}
	refused(t, "date to come", give(target("640200")), fault.Invalid, "naming.date")
	o.on(t, "2020-12-10")
	refused(t, "open objections", give(target("640200")), fault.Conflict, "naming.objections_open")
	all := o.answered(t, naming.Partly, naming.Unfounded)
	mistyped := strings.ToLower(strings.ReplaceAll(receipt, "-", " "))
	state, err := o.naming.State(ctx, strings.ReplaceAll(mistyped, "0", "o"))
	if err != nil || state.Outcome != naming.Partly || state.Answer != "we looked" || state.AnsweredBy != "" || state.Reason != "" || state.State() != naming.Escalated {
		t.Errorf("got %+v, %v", state, err)
	}
	_, err = o.naming.State(ctx, "0000-0000-0000-0000")
	refused(t, "wrong receipt", err, fault.NotFound, "objection.unknown")
	refused(t, "found right and not settled", give(target("640100"), target("640200")), fault.Conflict, "naming.unsettled")
	a, err := o.naming.Give(ctx, officer(), 2020, decree(target("640200")))
	must(t, err)
	refused(t, "one person", o.naming.Confirm(ctx, officer(), 2020, a.ID), fault.Forbidden, "act.second_person")
	must(t, o.naming.Confirm(ctx, second(), 2020, a.ID))
	refused(t, "twice", o.naming.Confirm(ctx, second(), 2020, a.ID), fault.Conflict, "act.ended")
	refused(t, "answer after", o.naming.Answer(ctx, officer(), all[0], answer(naming.Unfounded)), fault.Closed, "objection.decided")
	named, err := o.naming.Named(ctx)
	if err != nil || len(named) != 1 || named[0].Target != target("640200") || named[0].Title != "全区法治政府建设示范市" || named[0].Standing != naming.Valid {
		t.Errorf("got %+v, %v, want only the unit without an open objection", named, err)
	}
	left := naming.Award{Number: "2", Date: roster.On(2020, time.December, 10), Left: map[naming.Target]string{target("640100"): "the charges"}}
	a, err = o.naming.Give(ctx, officer(), 2020, left)
	must(t, err)
	must(t, o.naming.Confirm(ctx, second(), 2020, a.ID))
	p, err := o.naming.Proceeding(ctx, officer(), 2020)
	if err != nil || len(p.Given()) != 2 || len(p.Undecided()) != 0 || p.Given()[1].Why[target("640100").String()] != "the charges" || p.Decision.Digest == "" {
		t.Errorf("got %+v, %v", p.Given(), err)
	}
}

// answered assigns the round's objections to the officer, answers them in order, and
// returns their ids.
func (o *office) answered(t *testing.T, outcomes ...naming.Outcome) (ids []string) {
	t.Helper()
	ctx := t.Context()
	o.accounts(t)
	all, err := o.naming.Objections(ctx, officer(), 2020)
	if err != nil || len(all) != len(outcomes) {
		t.Fatalf("got %d objections, %v", len(all), err)
	}
	for n, x := range all {
		refused(t, "nobody has it", o.naming.Answer(ctx, officer(), x.ID, answer(outcomes[n])), fault.Conflict, "objection.unassigned")
		must(t, o.naming.Assign(ctx, second(), x.ID, officer().Name))
		refused(t, "not the officer", o.naming.Answer(ctx, second(), x.ID, answer(outcomes[n])), fault.Forbidden, "objection.officer_only")
		refused(t, "no outcome", o.naming.Answer(ctx, officer(), x.ID, answer("")), fault.Invalid, "objection.outcome")
		must(t, o.naming.Answer(ctx, officer(), x.ID, answer(outcomes[n])))
		ids = append(ids, x.ID)
	}
	return ids
}

// accounts adds the two officers to the accounts.
func (o *office) accounts(t *testing.T) {
	t.Helper()
	service := access.NewServiceUnder(access.Policy{People: []byte("a key of this test")}, o.Store, o.now, o.now)
	for _, who := range []access.Actor{officer(), second()} {
		_, err := service.Add(t.Context(), access.Command("test"), access.New{Name: who.Name, Role: who.Role, Person: who.Name, Password: "office-under-test-7431"})
		must(t, err)
	}
}

func TestC36WhatFollowsFromAnObjectionThatIsRight(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		remedy naming.Remedy
		carry  func(t *testing.T, o *office) // what is done elsewhere
		out    bool                          // the unit leaves the list
	}{
		"no effect": {naming.NoEffect, nil, false},
		"withdrawn": {naming.Withdraw, nil, true},
		"corrected": {naming.Correct, func(t *testing.T, o *office) {
			t.Helper()
			must(t, o.book.Refile(t.Context(), assessor(), finding(scorebook.Evaluation, "640100", 8000), "one mark less"))
			_, err := o.naming.Rank(t.Context(), officer(), 2020)
			must(t, err)
		}, false},
		"struck (C99)": {naming.Strike, func(t *testing.T, o *office) {
			t.Helper()
			must(t, o.book.Strike(t.Context(), officer(), 2020, "640100", roster.Comprehensive, "untrue"))
		}, true},
		"verified again": {naming.Reverify, func(t *testing.T, o *office) {
			t.Helper()
			o.again(t, "640100")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := noticed(t)
			ctx := t.Context()
			_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x"})
			must(t, err)
			o.on(t, "2020-12-10")
			id := o.answered(t, naming.Founded)[0]
			a, err := o.naming.Settle(ctx, officer(), id, c.remedy, "as found")
			must(t, err)
			refused(t, "one person", o.naming.Confirm(ctx, officer(), 2020, a.ID), fault.Forbidden, "act.second_person")
			may, err := o.naming.Nameable(ctx, officer(), 2020)
			if err != nil || may[target("640100")] != "unsettled" {
				t.Errorf("before the second person: got %q, %v", may[target("640100")], err)
			}
			must(t, o.naming.Confirm(ctx, second(), 2020, a.ID))
			may, err = o.naming.Nameable(ctx, officer(), 2020)
			must(t, err)
			if c.carry != nil && may[target("640100")] == "" {
				t.Error("named before what follows was done")
			}
			if c.carry != nil {
				c.carry(t, o)
			}
			may, err = o.naming.Nameable(ctx, officer(), 2020)
			if err != nil || (may[target("640100")] != "") != c.out || may[target("640200")] != "" {
				t.Errorf("got %+v, %v, want out: %t", may, err, c.out)
			}
		})
	}
}

// again closes the verification that was opened again.
func (o *office) again(t *testing.T, unit roster.UnitCode) {
	t.Helper()
	visits, err := o.visits.Visited(t.Context(), 2020)
	must(t, err)
	if i := slices.IndexFunc(visits, func(v naming.Visited) bool { return v.Unit == unit }); visits[i].Closed {
		t.Fatal("the verification was not opened again")
	}
	o.reclosed(t, unit)
}

func TestC36AWithdrawnCandidateIsReplacedWithANewNotice(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x"})
	must(t, err)
	id := o.answered(t, naming.Founded)[0]
	a, err := o.naming.Settle(ctx, officer(), id, naming.Withdraw, "as found")
	must(t, err)
	must(t, o.naming.Confirm(ctx, second(), 2020, a.ID))
	next := list(target("640200"))
	_, err = o.naming.Propose(ctx, officer(), 2020, next)
	refused(t, "no reason", err, fault.Invalid, "candidates.replaced")
	back := list(target("640100"))
	back.Reason = "x"
	_, err = o.naming.Propose(ctx, officer(), 2020, back)
	refused(t, "the withdrawn one", err, fault.Conflict, "candidates.withdrawn")
	next.Reason = "one was withdrawn"
	o.stands(t, next)
	d := draft()
	d.Why, d.Window = "one was withdrawn", roster.Between(roster.On(2020, time.November, 4), roster.On(2020, time.November, 10))
	o.on(t, "2020-12-10")
	_, err = o.naming.Give(ctx, officer(), 2020, decree(target("640200")))
	refused(t, "without a new notice", err, fault.Conflict, "naming.unnoticed")
	o.on(t, "2020-11-04")
	must(t, o.naming.Post(ctx, officer(), 2020, d))
	o.carried(t, roster.On(2020, time.November, 4))
	o.on(t, "2020-12-10")
	a, err = o.naming.Give(ctx, officer(), 2020, decree(target("640200")))
	must(t, err)
	must(t, o.naming.Confirm(ctx, second(), 2020, a.ID))
}

func TestC95WhoeverHasAnInterestDecidesNothing(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x"})
	must(t, err)
	o.accounts(t)
	all, err := o.naming.Objections(ctx, officer(), 2020)
	must(t, err)
	o.conflict(t, second().Name, "640100")
	_, err = o.naming.Objection(ctx, second(), all[0].ID)
	refused(t, "reading", err, fault.Forbidden, "interest.recused")
	refused(t, "as case officer", o.naming.Assign(ctx, officer(), all[0].ID, second().Name), fault.Invalid, "objection.officer")
	must(t, o.naming.Assign(ctx, officer(), all[0].ID, officer().Name))
	must(t, o.naming.Answer(ctx, officer(), all[0].ID, answer(naming.Founded)))
	a, err := o.naming.Settle(ctx, officer(), all[0].ID, naming.Withdraw, "x")
	must(t, err)
	refused(t, "as second person", o.naming.Confirm(ctx, second(), 2020, a.ID), fault.Forbidden, "interest.recused")
	if e := o.last(t); e.Outcome != "refused" || e.Reason != "interest.recused" {
		t.Errorf("got %+v, want the refusal in the trail", e)
	}
	refused(t, "taking it back", o.naming.Drop(ctx, second(), 2020, a.ID, "x"), fault.Forbidden, "interest.recused")
	o.conflict(t, officer().Name, "640100")
	must(t, o.naming.Drop(ctx, officer(), 2020, a.ID, "an own proposal may be taken back"))
}

func TestWhatPeopleWriteIsSealedAndDeletedWhenItsTermEnds(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	file := naming.Upload{Name: "counter.txt", Size: 7, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("evident")), nil }}
	receipt, err := o.naming.Object(ctx, 2020, naming.Complaint{
		Target: target("640100"), Name: "穆某某", Contact: "13900000000", Text: "窗口没有公开收费", Files: []naming.Upload{file},
	})
	must(t, err)
	o.accounts(t)
	all, err := o.naming.Objections(ctx, officer(), 2020)
	must(t, err)
	id := all[0].ID
	must(t, o.naming.Assign(ctx, officer(), id, officer().Name))
	must(t, o.naming.Ask(ctx, officer(), id, "which counter?"))
	must(t, o.naming.Reply(ctx, receipt, "the third", nil))
	o.kept(t, []string{"穆某某", "13900000000", "窗口没有公开收费", "the third", "which counter"})
	_, _, err = o.naming.Person(ctx, second(), id)
	refused(t, "another of the office", err, fault.Forbidden, "objection.officer_only")
	name, contact, err := o.naming.Person(ctx, officer(), id)
	if err != nil || name != "穆某某" || contact != "13900000000" || o.last(t).Action != "objection.person" {
		t.Errorf("got %q %q, %v, %s", name, contact, err, o.last(t).Action)
	}
	if all[0].Name != "" || all[0].Due != roster.On(2020, time.November, 13) {
		t.Errorf("got %+v, want no name in the list and 10 working days", all[0])
	}
	must(t, o.naming.Answer(ctx, officer(), id, answer(naming.Unfounded)))
	refused(t, "after the answer", o.naming.Reply(ctx, receipt, "more", nil), fault.Closed, "objection.answered")
	digest := all[0].Files[0].Digest
	o.on(t, "2021-12-31")
	must(t, o.naming.Tend(ctx))
	if what, err := o.files.CheckOne(ctx, digest); err != nil || what != "missing" {
		t.Errorf("got %q, %v, want the file gone", what, err)
	}
	gone, err := o.naming.State(ctx, receipt)
	if err != nil || gone.Erased.IsZero() || gone.Text != "" || gone.Answer != "we looked" {
		t.Errorf("got %+v, %v", gone, err)
	}
}

// kept looks at what the store itself holds of objections.
func (o *office) kept(t *testing.T, never []string) {
	t.Helper()
	all, err := o.Objections(t.Context(), 2020)
	must(t, err)
	for _, x := range all {
		raw := x.Name + x.Contact + x.Text + x.Person + x.Body
		for _, secret := range never {
			if strings.Contains(raw, secret) || len(x.Talk)+len(x.Notes) > 0 {
				t.Errorf("%s lies open in the store", secret)
			}
		}
	}
}

func TestS17TwoDecisionsAtOnceOneWins(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := context.WithoutCancel(t.Context())
	o.on(t, "2020-12-10")
	a, err := o.naming.Give(ctx, officer(), 2020, decree(target("640200")))
	must(t, err)
	var group sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 20 {
		group.Go(func() {
			err := o.naming.Confirm(ctx, second(), 2020, a.ID)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if fault.KindOf(err) != fault.Conflict {
				t.Errorf("got %v, want a conflict", err)
			}
		})
	}
	group.Wait()
	if named, err := o.naming.Named(ctx); err != nil || won != 1 || len(named) != 1 {
		t.Errorf("got %d won, %d named, %v", won, len(named), err)
	}
}

// conflict declares a conflict of interests with a unit.
func (o *office) conflict(t *testing.T, account string, unit roster.UnitCode) {
	t.Helper()
	entry := &audit.Entry{At: o.now(), Actor: account, Action: "interest.declare", Object: "interests"}
	err := o.AddStatements(t.Context(), 2020, account, entry,
		func(map[roster.UnitCode]evaluation.Statement, []evaluation.Assignment) ([]evaluation.Statement, []evaluation.Assignment, error) {
			return []evaluation.Statement{{Unit: unit, Number: 1, Interest: evaluation.Conflicted}}, nil, nil
		})
	must(t, err)
}

// reclosed closes a verification that is open again, on the day of the new visit.
func (o *office) reclosed(t *testing.T, unit roster.UnitCode) {
	t.Helper()
	k := application.Key{Round: 2020, Unit: unit, Track: roster.Comprehensive}
	o.on(t, "2020-12-11")
	w, err := o.visits.Work(t.Context(), officer(), k)
	must(t, err)
	var acts []verification.Act
	for n, m := range sample.Team() {
		acts = append(acts, verification.Act{
			ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", 5000+n), Kind: verification.Sign, Member: m.ID, Digest: w.Digest, Path: "M10 100 L200 40 L400 160",
		})
	}
	answers, _, err := o.visits.Apply(t.Context(), officer(), k, acts)
	must(t, err)
	for _, a := range answers {
		must(t, a.Err)
	}
	_, err = o.visits.Close(t.Context(), officer(), k)
	must(t, err)
}
