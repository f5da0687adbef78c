package store_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/db"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// after is an office with one name, of 10 December 2020, and the service of what
// comes after it.
type after struct {
	*office
	supervision *supervision.Service
	id          string
	ctx         context.Context
}

func newAfter(t *testing.T) *after {
	t.Helper()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640200")
	if err := o.naming.Propose(ctx, officer(), 2020, []naming.Target{target("640200")}, ""); err != nil {
		t.Fatal(err)
	}
	if err := o.naming.Post(ctx, officer(), 2020, draft()); err != nil {
		t.Fatal(err)
	}
	o.on(t, "2020-12-10")
	named, err := o.naming.Name(ctx, second(), 2020, "宁法办发〔2020〕9号", roster.On(2020, time.December, 10))
	if err != nil || len(named) != 1 {
		t.Fatalf("got %+v, %v", named, err)
	}
	files, err := evidence.Open(t.TempDir(), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	service := supervision.NewService(supervision.Config{Store: o.Store, Files: files, Now: o.now, NewID: func() string {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.ids++
		return fmt.Sprintf("id-%03d", o.ids)
	}})
	return &after{office: o, supervision: service, id: named[0].ID, ctx: ctx}
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
		Grounds: grounds, Text: "违法征收土地", Document: "宁党法办〔2021〕7号", Date: roster.On(2021, time.June, 1), Words: "撤销命名。",
	}
}

func (a *after) propose(by access.Actor, x supervision.Draft) error {
	return a.supervision.ProposeRevocation(a.ctx, by, a.id, x, "决定.txt", strings.NewReader("evidence of it"))
}

// TestC44C45C46C47C48ARevocationNeedsAGroundEvidenceAndTwoPeople goes through what
// the notice asks of a revocation.
func TestC44C45C46C47C48ARevocationNeedsAGroundEvidenceAndTwoPeople(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	ctx := t.Context()
	a.on(t, "2021-06-02")
	if got := supervision.Grounds(); len(got) != 4 {
		t.Errorf("got %d grounds, want exactly four", len(got))
	}
	bare := a.draft(supervision.Other)
	bare.Text, bare.Document, bare.Words = " ", "", ""
	late := a.draft(supervision.Grave)
	late.Date = roster.On(2021, time.June, 3)
	for name, x := range map[string]struct {
		draft supervision.Draft
		code  string
	}{
		"no ground":                  {a.draft(), "revocation.grounds"},
		"a fifth ground":             {a.draft("fifth"), "revocation.grounds"},
		"C47 without a failed check": {a.draft(supervision.Below), "revocation.below"},
		"C48 without text":           {bare, "revocation.other"},
		"no document":                {bare, "words.missing"},
		"a day to come":              {late, "standing.day"},
	} {
		kind := fault.Invalid
		if x.code == "revocation.below" {
			kind = fault.Conflict
		}
		refused(t, name, a.propose(officer(), x.draft), kind, x.code)
	}
	if err := a.propose(officer(), a.draft(supervision.Grave, supervision.Other)); err != nil {
		t.Fatal(err)
	}
	refused(t, "two at once", a.propose(second(), a.draft(supervision.Grave)), fault.Conflict, "revocation.open")
	all, err := a.supervision.Revocations(ctx, officer(), a.id)
	if err != nil || len(all) != 1 || len(all[0].Evidence) != 1 {
		t.Fatalf("got %+v, %v", all, err)
	}
	confirm := func(by access.Actor, seen string, files int) error {
		return a.supervision.ConfirmRevocation(ctx, by, a.id, seen, files)
	}
	refused(t, "one person", confirm(officer(), all[0].ID, 1), fault.Forbidden, "revocation.second_person")
	refused(t, "another proposal", confirm(second(), "x", 1), fault.Conflict, "revocation.none")
	refused(t, "evidence that was not seen", confirm(second(), all[0].ID, 2), fault.Conflict, "standing.changed")
	refused(t, "as the applicant", confirm(access.Actor{Name: "x", Role: access.Applicant}, all[0].ID, 1), fault.Forbidden, "access.role")
	if err := a.supervision.DropRevocation(ctx, second(), a.id, all[0].ID, "证据不足"); err != nil {
		t.Fatal(err)
	}
	refused(t, "after it was dropped", confirm(second(), all[0].ID, 1), fault.Conflict, "revocation.none")
	a.sql(t, `UPDATE revocations SET document = '{}'`, "never changes")
	if err := a.propose(second(), a.draft(supervision.Grave)); err != nil {
		t.Fatal(err)
	}
	if all, err = a.supervision.Revocations(ctx, officer(), a.id); err != nil || len(all) != 2 {
		t.Fatalf("got %d proposals, %v", len(all), err)
	}
	if err := confirm(officer(), all[1].ID, 1); err != nil {
		t.Fatal(err)
	}
	r, err := a.supervision.Record(ctx, officer(), a.id)
	if err != nil || r.Now() != naming.Revoked || r.On(roster.On(2021, time.May, 31)) != naming.Valid || r.On(roster.On(2021, time.June, 1)) != naming.Revoked {
		t.Errorf("got %+v, %v, want it revoked from the date of the decision", r, err)
	}
	refused(t, "twice", a.propose(officer(), a.draft(supervision.Grave)), fault.Conflict, "standing.revoked")
	refused(t, "valid again", a.supervision.Change(ctx, officer(), a.id, check(1, naming.Valid, roster.On(2021, time.June, 2))), fault.Conflict, "standing.revoked")
	if e := a.last(t); e.Action != "revocation.confirm" || e.Actor != "wang" || e.Reason != "违法征收土地" {
		t.Errorf("trail: got %+v", e)
	}
	if bars, err := a.Bars(ctx, "640200"); err != nil || len(bars) != 0 {
		t.Errorf("bars without fraud: got %+v, %v", bars, err)
	}
}
