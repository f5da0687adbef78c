package store_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// TestC32TheOfficeChoosesWhomTheDataCannotTellApart: corrected to 85.00, the fourth of
// four cities has (85.00 * 50 + 76.00 * 30) / 80 = 81.63, the third 82.13, each with an
// error of about 0.45: the front group of three may take either, with a reason.
func TestC32TheOfficeChoosesWhomTheDataCannotTellApart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	must(t, o.book.Refile(ctx, assessor(), finding(scorebook.Evaluation, "640400", 8500), "counted twice"))
	s, err := o.naming.Rank(ctx, officer(), 2020)
	must(t, err)
	if row, _ := s.Ranking.Find("640400", roster.Comprehensive); row.Total != 8163 || row.Front {
		t.Fatalf("got %+v", row)
	}
	choose := func(reason string, who ...naming.Target) error {
		return o.naming.Choose(ctx, officer(), 2020, who, reason)
	}
	refused(t, "nobody", choose("x"), fault.Invalid, "front.edge")
	refused(t, "one who is surely inside", choose("x", target("640100")), fault.Invalid, "front.edge")
	refused(t, "no reason", choose(" ", target("640400")), fault.Invalid, "words.missing")
	must(t, choose("never looked at before", target("640400")))
	p, err := o.naming.Proceeding(ctx, officer(), 2020)
	must(t, err)
	a := p.Last(naming.ChooseFront)
	if !p.InFront(target("640400")) || p.InFront(target("640300")) || a == nil || a.Reason != "never looked at before" || a.Known.Snapshot != s.ID || a.Known.Digest != s.Digest {
		t.Errorf("got %+v, %+v", p.Front, a)
	}
	o.conflict(t, second().Name, "640400")
	refused(t, "with an interest", o.naming.Choose(ctx, second(), 2020, []naming.Target{target("640300")}, "x"), fault.Forbidden, "interest.recused")
	o.verified(t, "640100")
	all, err := o.naming.Eligible(ctx, officer(), 2020)
	must(t, err)
	codes := map[naming.Target]string{}
	for _, e := range all {
		codes[e.Target] = e.Code
	}
	if codes[target("640100")] != "" || codes[target("640400")] != "unverified" || len(all) != 5 || o.last(t).Action != "ranking.read" {
		t.Errorf("got %v", codes)
	}
	o.stands(t, list(target("640100")))
	must(t, o.naming.Post(ctx, officer(), 2020, draft()))
	refused(t, "after the notice", choose("x", target("640300")), fault.Closed, "verification.late")
}

// TestC88NamesAreGivenInTheNamingWindow: 1 to 31 December 2020, both days included, in
// Asia/Shanghai, and with a document, a day and somebody.
func TestC88NamesAreGivenInTheNamingWindow(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	who := target("640200")
	for _, c := range []struct {
		name   string
		today  roster.Date
		change func(x *naming.Award)
		kind   fault.Kind
		code   string
	}{
		{"the day before", roster.On(2020, time.November, 30), func(x *naming.Award) { x.Date = roster.On(2020, time.November, 30) }, fault.Invalid, "naming.date"},
		{"a day to come", roster.On(2020, time.November, 30), func(x *naming.Award) { x.Date = roster.On(2020, time.December, 1) }, fault.Invalid, "naming.date"},
		{"no document", roster.On(2020, time.December, 1), func(x *naming.Award) { x.Number = " " }, fault.Invalid, "words.missing"},
		{"nobody", roster.On(2020, time.December, 1), func(x *naming.Award) { x.Names = nil }, fault.Invalid, "naming.nobody"},
		{"named and left out", roster.On(2020, time.December, 1), func(x *naming.Award) { x.Left = map[naming.Target]string{who: "x"} }, fault.Invalid, "naming.both"},
		{"left out without words", roster.On(2020, time.December, 1), func(x *naming.Award) { x.Left = map[naming.Target]string{target("640100"): " "} }, fault.Invalid, "words.missing"},
		{"nobody's candidate", roster.On(2020, time.December, 1), func(x *naming.Award) { x.Names = []naming.Target{target("640300")} }, fault.Conflict, "naming.verification"},
		{"the day after", roster.On(2021, time.January, 1), func(x *naming.Award) { x.Date = roster.On(2020, time.December, 31) }, fault.Closed, "naming.closed"},
		{"dated the day after", roster.On(2021, time.January, 1), func(x *naming.Award) { x.Date = roster.On(2021, time.January, 1) }, fault.Invalid, "naming.date"},
	} {
		o.at = c.today.Start()
		x := naming.Award{Number: "1", Date: c.today, Names: []naming.Target{who}}
		c.change(&x)
		_, err := o.naming.Give(ctx, officer(), 2020, x)
		refused(t, c.name, err, c.kind, c.code)
	}
	last := roster.On(2020, time.December, 31)
	o.at = last.Plus(1).Start().Add(-time.Millisecond)
	_, err := o.naming.Give(ctx, officer(), 2020, naming.Award{Number: "1", Date: last, Names: []naming.Target{who}})
	must(t, err)
}

// TestC35AndC86ASecondPersonConfirmsANoticeThatStillFits: not one whose first day has
// passed meanwhile, nor one of another list.
func TestC35AndC86ASecondPersonConfirmsANoticeThatStillFits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640100")
	o.settings(t, func(s *roster.Settings) { s.ToNames.NoticeSecond, s.ToNames.CandidatesAlone = true, true })
	_, err := o.naming.Propose(ctx, officer(), 2020, list(target("640100")))
	must(t, err)
	must(t, o.naming.Post(ctx, officer(), 2020, draft()))
	waiting := func() string {
		p, err := o.naming.Proceeding(ctx, officer(), 2020)
		if err != nil || len(p.Waiting()) != 1 || p.Notice != nil {
			t.Fatalf("got %+v, %v", p, err)
		}
		return p.Waiting()[0].ID
	}
	first := waiting()
	refused(t, "one person", o.naming.Confirm(ctx, officer(), 2020, first), fault.Forbidden, "act.second_person")
	o.verified(t, "640200")
	_, err = o.naming.Propose(ctx, officer(), 2020, list(target("640100"), target("640200")))
	must(t, err)
	refused(t, "another list", o.naming.Confirm(ctx, second(), 2020, first), fault.Conflict, "naming.changed")
	must(t, o.naming.Drop(ctx, second(), 2020, first, "the list is longer"))
	must(t, o.naming.Post(ctx, officer(), 2020, draft()))
	later := waiting()
	o.on(t, "2020-11-02")
	refused(t, "its first day has passed", o.naming.Confirm(ctx, second(), 2020, later), fault.Invalid, "notice.past")
	o.on(t, "2020-11-01")
	must(t, o.naming.Confirm(ctx, second(), 2020, later))
	if n, err := o.naming.Notice(ctx, 2020); err != nil || len(n.List) != 2 {
		t.Errorf("got %+v, %v", n, err)
	}
}

// TestC36TheClockRemindsOfObjectionsAndProofsStay: filed on 2 November, an objection is
// to be answered within 10 working days, by 16 November; two working days before, its
// officer is told, and the office on the 17th. A medium that is struck no longer counts.
func TestC36TheClockRemindsOfObjectionsAndProofsStay(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	post := &told{}
	must(t, o.naming.Equip(naming.Equipment{Key: bytes.Repeat([]byte{7}, 32), Files: o.files, Accounts: o.Store, Visits: o.visits, Inbox: post}))
	o.on(t, "2020-11-02")
	file := naming.Upload{Name: "counter.txt", Size: 7, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("evident")), nil }}
	for name, c := range map[string]struct {
		files []naming.Upload
		code  string
	}{
		"too many":  {slices.Repeat([]naming.Upload{file}, naming.FilesMost+1), "objection.many"},
		"too large": {[]naming.Upload{{Name: "x", Size: naming.FileMost + 1}}, "objection.large"},
	} {
		_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x", Files: c.files})
		refused(t, name, err, fault.Invalid, c.code)
	}
	_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x", Files: []naming.Upload{file}})
	must(t, err)
	o.accounts(t)
	all, err := o.naming.Objections(ctx, officer(), 2020)
	must(t, err)
	id := all[0].ID
	must(t, o.naming.Assign(ctx, second(), id, officer().Name))
	must(t, o.naming.AddNote(ctx, officer(), id, "ask the counter"))
	f, r, err := o.naming.File(ctx, officer(), id, string(all[0].Files[0].Digest))
	must(t, err)
	content, err := io.ReadAll(r)
	must(t, err)
	must(t, r.Close())
	if x, err := o.naming.Objection(ctx, officer(), id); err != nil || len(x.Notes) != 1 || string(content) != "evident" || f.Name != "counter.txt" {
		t.Errorf("got %+v, %q, %v", x, content, err)
	}
	for _, day := range []struct{ at, officer, office string }{
		{"2020-11-11", "", ""},
		{"2020-11-12", "objection.due", "notice.over"},
		{"2020-11-17", "objection.due", "notice.over objection.overdue"},
	} {
		o.on(t, day.at)
		for range 2 {
			must(t, o.naming.Remind(ctx, o.now()))
		}
		mine, ours := post.codes(inbox.ToAccount(officer().Name)), post.codes(inbox.ToRole("office"))
		if got := strings.Join(slices.DeleteFunc(mine, func(c string) bool { return c == "objection.assigned" }), " "); got != day.officer {
			t.Errorf("%s: the officer was told %q, want %q", day.at, got, day.officer)
		}
		if got := strings.Join(slices.DeleteFunc(ours, func(c string) bool { return c == "objection.filed" || c == "notice.posted" }), " "); day.office != "" && got != day.office {
			t.Errorf("%s: the office was told %q, want %q", day.at, got, day.office)
		}
	}
	if got := post.codes(inbox.ToUnit("640100")); !slices.Equal(got, []string{"notice.listed"}) {
		t.Errorf("the unit was told %v", got)
	}
	n, err := o.naming.Notice(ctx, 2020)
	must(t, err)
	medium := n.Media[0].ID
	if f, r, err := o.naming.Proof(ctx, officer(), 2020, medium); err != nil || f.Name != "scan.txt" || r.Close() != nil {
		t.Errorf("got %+v, %v", f, err)
	}
	if kept, err := o.naming.Digests(ctx); err != nil || len(kept) != 2 {
		t.Errorf("got %v, %v, want the proof and the file", kept, err)
	}
	refused(t, "no reason", o.naming.StrikeMedium(ctx, officer(), 2020, medium, ""), fault.Invalid, "words.missing")
	must(t, o.naming.StrikeMedium(ctx, officer(), 2020, medium, "another list"))
	refused(t, "twice", o.naming.StrikeMedium(ctx, officer(), 2020, medium, "x"), fault.NotFound, "medium.unknown")
	post.settled = nil
	must(t, o.naming.Answer(ctx, officer(), id, answer(naming.Unfounded)))
	if !slices.Contains(post.settled, "objection/"+id) {
		t.Errorf("the tasks of an answered objection are open: %v", post.settled)
	}
	o.on(t, "2020-12-10")
	_, err = o.naming.Give(ctx, officer(), 2020, decree(target("640200")))
	refused(t, "no medium that counts", err, fault.Conflict, "notice.nomedium")
}
