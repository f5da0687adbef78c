package store_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/db"
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
	return &after{office: o, supervision: supervision.NewService(supervision.Config{Store: o.Store, Now: o.now}), id: named[0].ID}
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
