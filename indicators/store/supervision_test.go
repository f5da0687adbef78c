package store_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/db"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// after is an office with one name, of 10 December 2020, and the service of what
// comes after it.
type after struct {
	*office
	supervision *supervision.Service
	told        *told
	id          string
	ctx         context.Context
}

// told keeps what was posted, as the inbox does: the same key once.
type told struct {
	posted  []inbox.Message
	settled []string
}

func (x *told) Post(_ context.Context, m inbox.Message) error {
	if !slices.ContainsFunc(x.posted, func(old inbox.Message) bool { return old.Key == m.Key }) {
		x.posted = append(x.posted, m)
	}
	return nil
}

func (x *told) Settle(_ context.Context, topic string) error {
	x.settled = append(x.settled, topic)
	return nil
}

// codes are what was told to a recipient, in order.
func (x *told) codes(to inbox.Recipient) (out []string) {
	for _, m := range x.posted {
		if m.To == to {
			out = append(out, m.Code)
		}
	}
	return out
}

func newAfter(t *testing.T) *after {
	t.Helper()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640200")
	named := o.named(t, target("640200"), "宁法办发〔2020〕9号")
	files, err := evidence.Open(t.TempDir(), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	x := &told{}
	service := supervision.NewService(supervision.Config{Store: o.Store, Rounds: o.roster, Post: x, Files: files, Now: o.now, NewID: func() string {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.ids++
		return fmt.Sprintf("id-%03d", o.ids)
	}})
	return &after{office: o, supervision: service, told: x, id: named[0].ID, ctx: ctx}
}

func check(seen int, to naming.Standing, from roster.Date) supervision.Change {
	return supervision.Change{Seen: seen, To: to, From: from, Document: "宁法办函〔2021〕3号", Reason: "回访抽查"}
}

// TestC13ANameIsCheckedAndTheHistorySaysWhoWhenWhy puts a name under check and lets
// it stand again.
func TestC13ANameIsCheckedAndTheHistorySaysWhoWhenWhy(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	ctx := t.Context()
	a.on(t, "2021-03-02")
	march := roster.On(2021, time.March, 1)
	change := func(x supervision.Change) error { return a.supervision.Change(ctx, officer(), a.id, x) }
	refused(t, "unknown name", a.supervision.Change(ctx, officer(), "none", check(0, naming.Checked, march)), fault.NotFound, "named.unknown")
	refused(t, "a revocation without grounds", change(check(0, naming.Revoked, march)), fault.Invalid, "standing.to")
	refused(t, "valid already", change(check(0, naming.Valid, march)), fault.Conflict, "standing.same")
	refused(t, "before the naming", change(check(0, naming.Checked, roster.On(2020, time.December, 9))), fault.Invalid, "standing.day")
	refused(t, "a day to come", change(check(0, naming.Checked, roster.On(2021, time.March, 3))), fault.Invalid, "standing.day")
	bare := check(0, naming.Checked, march)
	bare.Document, bare.Reason = " ", "x\u202e"
	refused(t, "no document", change(bare), fault.Invalid, "words.missing")
	refused(t, "direction marks", change(bare), fault.Invalid, "words.marks")
	if err := change(check(0, naming.Checked, march)); err != nil {
		t.Fatal(err)
	}
	e := a.last(t)
	if e.Action != "standing.change" || e.Object != "named/"+a.id || e.Actor != "wang" || e.Reason != "回访抽查" ||
		e.Before != "valid" || !strings.Contains(e.After, `"under-check"`) || !strings.Contains(e.After, "2021-03-01") {
		t.Errorf("trail: got %+v", e)
	}
	refused(t, "an old page", change(check(0, naming.Valid, march)), fault.Conflict, "standing.changed")
	if err := a.supervision.Change(ctx, second(), a.id, check(1, naming.Valid, roster.On(2021, time.March, 2))); err != nil {
		t.Fatal(err)
	}
	r, err := a.supervision.Record(ctx, officer(), a.id)
	if err != nil || len(r.Steps) != 2 || r.Steps[0].By != "wang" || r.Steps[1].By != "chen" || r.Steps[0].Document != "宁法办函〔2021〕3号" {
		t.Errorf("history: got %+v, %v", r.Steps, err)
	}
	all, err := a.supervision.Register(ctx, march)
	if err != nil || len(all) != 1 || all[0].Standing != naming.Checked || len(all[0].Steps) != 1 || all[0].Steps[0].By != "" || all[0].Steps[0].Reason != "" {
		t.Errorf("register of 1 March: got %+v, %v", all, err)
	}
	if all, err = a.supervision.Register(ctx, roster.On(2020, time.December, 9)); err != nil || len(all) != 0 {
		t.Errorf("register before the naming: got %+v, %v", all, err)
	}
}

// TestC13OnlyTheOfficeChangesAStanding tries it as every other role, and as somebody
// of the office with a declared conflict of interests (C95).
func TestC13OnlyTheOfficeChangesAStanding(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	ctx := t.Context()
	x := check(0, naming.Checked, roster.On(2020, time.December, 10))
	for _, role := range append(access.Roles(), "") {
		if role == access.Office {
			continue
		}
		by := access.Actor{Name: "x", Role: role, Unit: "640200"}
		refused(t, "change as "+string(role), a.supervision.Change(ctx, by, a.id, x), fault.Forbidden, "access.role")
		_, err := a.supervision.Records(ctx, by)
		refused(t, "list as "+string(role), err, fault.Forbidden, "access.role")
		_, err = a.supervision.Record(ctx, by, a.id)
		refused(t, "read as "+string(role), err, fault.Forbidden, "access.role")
	}
	a.sql(t, `INSERT INTO interests (round, unit, account, n, conflict, document) VALUES (2020, '640200', 'wang', 1, 1, '{}')`, "")
	refused(t, "recused", a.supervision.Change(ctx, officer(), a.id, x), fault.Forbidden, "interest.recused")
}

// sql runs a statement on the database; the error, if any, must say want.
func (g *ground) sql(t *testing.T, statement, want string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	d, err := db.Open(ctx, db.Programme, g.path, os.DirFS("migrations/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	conn, err := d.Reader().Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		t.Fatal(err)
	}
	_, err = conn.ExecContext(ctx, statement)
	if got := err == nil; got != (want == "") || !got && !strings.Contains(err.Error(), want) {
		t.Errorf("%s: got %v, want %q", statement, err, want)
	}
}

// TestC13AStepNeverChanges asks SQLite itself to rewrite the history.
func TestC13AStepNeverChanges(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	if err := a.supervision.Change(t.Context(), officer(), a.id, check(0, naming.Checked, roster.On(2020, time.December, 10))); err != nil {
		t.Fatal(err)
	}
	a.sql(t, `UPDATE standings SET document = '{}'`, "never changes")
	a.sql(t, `DELETE FROM standings`, "never deleted")
	a.sql(t, `INSERT OR REPLACE INTO standings (naming, n, document) VALUES ('`+a.id+`', 1, '{}')`, "never replaced")
}

func (*after) draft(grounds ...supervision.Ground) supervision.Draft {
	return supervision.Draft{
		Grounds: grounds, Means: []supervision.Means{supervision.Tampered}, Text: "违法征收土地", Event: roster.On(2021, time.May, 1), Words: "撤销命名。",
	}
}

func (a *after) propose(by access.Actor, x supervision.Draft) error {
	return a.supervision.ProposeRevocation(a.ctx, by, a.id, x, "决定.txt", strings.NewReader("evidence of it"))
}

// decide confirms the newest proposal.
func (a *after) decide(by access.Actor, change func(*supervision.Decision)) error {
	all, err := a.supervision.Revocations(a.ctx, officer(), a.id)
	if err != nil || len(all) == 0 {
		return fmt.Errorf("%d proposals: %w", len(all), err)
	}
	x := supervision.Decision{
		Seen: all[len(all)-1].ID, Files: len(all[len(all)-1].Evidence), Document: "宁党法办〔2021〕7号", Date: roster.DateOf(a.now()), Words: "撤销命名。",
	}
	if change != nil {
		change(&x)
	}
	return a.supervision.ConfirmRevocation(a.ctx, by, a.id, x)
}

// unit is the account of the named unit.
func unit() access.Actor {
	return access.Actor{Name: "shizuishan", Role: access.Applicant, Unit: "640200"}
}

// TestC44C45C46C48ARevocationNeedsAGroundEvidenceHearingAndTwoPeople goes through
// what the notice asks of a revocation.
func TestC44C45C46C48ARevocationNeedsAGroundEvidenceHearingAndTwoPeople(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	ctx := t.Context()
	a.on(t, "2021-06-02")
	if got := supervision.Grounds(); len(got) != 4 {
		t.Errorf("got %d grounds, want exactly four", len(got))
	}
	bare := a.draft(supervision.Other)
	bare.Text, bare.Words = " ", ""
	noday := a.draft(supervision.Grave)
	noday.Event = roster.Date{}
	tocome := a.draft(supervision.Grave)
	tocome.Event = roster.On(2021, time.June, 3)
	nomeans := a.draft(supervision.Fraud)
	nomeans.Means = nil
	for name, x := range map[string]struct {
		draft supervision.Draft
		code  string
	}{
		"no ground":                  {a.draft(), "revocation.grounds"},
		"a fifth ground":             {a.draft("fifth"), "revocation.grounds"},
		"C45 without the day":        {noday, "revocation.event"},
		"C45 on a day to come":       {tocome, "revocation.event"},
		"C46 without the means":      {nomeans, "revocation.means"},
		"C47 without a failed check": {a.draft(supervision.Below), "revocation.below"},
		"C48 without text":           {bare, "revocation.other"},
	} {
		kind := fault.Invalid
		if x.code == "revocation.below" {
			kind = fault.Conflict
		}
		refused(t, name, a.propose(officer(), x.draft), kind, x.code)
	}
	if err := a.propose(officer(), a.draft(supervision.Grave, supervision.Fraud, supervision.Other)); err != nil {
		t.Fatal(err)
	}
	refused(t, "two at once", a.propose(second(), a.draft(supervision.Grave)), fault.Conflict, "revocation.open")
	all, err := a.supervision.Revocations(ctx, officer(), a.id)
	if err != nil || len(all) != 1 || len(all[0].Evidence) != 1 || len(all[0].Grounds) != 3 || !slices.Equal(all[0].Means, []supervision.Means{supervision.Tampered}) {
		t.Fatalf("got %+v, %v", all, err)
	}
	refused(t, "one person", a.decide(officer(), nil), fault.Forbidden, "revocation.second_person")
	refused(t, "another proposal", a.decide(second(), func(x *supervision.Decision) { x.Seen = "x" }), fault.Conflict, "revocation.none")
	refused(t, "evidence that was not seen", a.decide(second(), func(x *supervision.Decision) { x.Files = 2 }), fault.Conflict, "standing.changed")
	refused(t, "as the applicant", a.decide(unit(), nil), fault.Forbidden, "access.role")
	refused(t, "before the unit was heard", a.decide(second(), nil), fault.Closed, "revocation.hearing")
	if err := a.supervision.DropRevocation(ctx, second(), a.id, all[0].ID, "证据不足"); err != nil {
		t.Fatal(err)
	}
	refused(t, "after it was dropped", a.decide(second(), nil), fault.Conflict, "revocation.none")
	a.sql(t, `UPDATE revocations SET document = '{}'`, "never changes")
	if err := a.propose(second(), a.draft(supervision.Grave)); err != nil {
		t.Fatal(err)
	}
	a.heard(t)
	r, err := a.supervision.Record(ctx, officer(), a.id)
	if err != nil || r.Now() != naming.Revoked || r.On(roster.On(2021, time.June, 12)) != naming.Valid || r.On(roster.On(2021, time.June, 13)) != naming.Revoked {
		t.Errorf("got %+v, %v, want it revoked from the date of the decision", r, err)
	}
	refused(t, "twice", a.propose(officer(), a.draft(supervision.Grave)), fault.Conflict, "standing.revoked")
	refused(t, "valid again", a.supervision.Change(ctx, officer(), a.id, check(1, naming.Valid, roster.On(2021, time.June, 13))), fault.Conflict, "standing.revoked")
	if e := a.last(t); e.Action != "revocation.confirm" || e.Actor != "wang" || e.Reason != "违法征收土地" {
		t.Errorf("trail: got %+v", e)
	}
	if got, want := a.told.codes(inbox.ToUnit("640200")), []string{
		"revocation.proposed", "revocation.dropped", "revocation.proposed", "report.overdue", "revocation.decided",
	}; !slices.Equal(got, want) {
		t.Errorf("the unit was told %v, want %v", got, want)
	}
	if bars, err := a.Bars(ctx, "640200"); err != nil || len(bars) != 0 {
		t.Errorf("bars without fraud: got %+v, %v", bars, err)
	}
}

// heard lets the days of the hearing pass, in which nobody decides, and decides: not
// on the last of the ten days, and on the day after it.
func (a *after) heard(t *testing.T) {
	t.Helper()
	a.on(t, "2021-06-12")
	refused(t, "on the last day of the hearing", a.decide(officer(), nil), fault.Closed, "revocation.hearing")
	a.on(t, "2021-06-13")
	refused(t, "without a document", a.decide(officer(), func(x *supervision.Decision) { x.Document = "" }), fault.Invalid, "words.missing")
	refused(t, "from a day to come", a.decide(officer(), func(x *supervision.Decision) { x.Date = roster.On(2021, time.June, 14) }), fault.Invalid, "standing.day")
	refused(t, "from before the proposal", a.decide(officer(), func(x *supervision.Decision) { x.Date = roster.On(2021, time.June, 1) }), fault.Invalid, "revocation.date")
	if err := a.supervision.State(a.ctx, unit(), a.id, "x", "", true, supervision.Upload{}); err == nil {
		t.Error("the unit answers another proposal")
	}
	if err := a.supervision.Remind(a.ctx, a.now()); err != nil {
		t.Fatal(err)
	}
	if got := a.told.codes(inbox.ToRole(access.Office)); !slices.Contains(got, "revocation.heard") {
		t.Errorf("the office was told %v, want that the hearing is over", got)
	}
	if err := a.decide(officer(), nil); err != nil {
		t.Fatal(err)
	}
}
