package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// edge is a moment a second before, at or after the first or the last moment of a
// window, by the clock of Ningxia, and whether the window is open then.
type edge struct {
	name string
	at   time.Time
	open bool
}

func edges(w roster.Window) []edge {
	from, to := w.From.Start(), w.End()
	return []edge{
		{"a second before it opens", from.Add(-time.Second), false},
		{"as it opens", from, true},
		{"a second after it opened", from.Add(time.Second), true},
		{"its last second", to.Add(-time.Second), true},
		{"as it ends", to, false},
		{"a second after its end", to.Add(time.Second), false},
	}
}

// is reports whether an error is that refusal.
func is(err error, code string) bool {
	for _, r := range fault.All(err) {
		if r.Code == code {
			return true
		}
	}
	return false
}

// Objections come while the notice stands, names after it and in their window, weights
// before the evaluation begins: each to the second (C35, C36, C64, S17).
func TestS17StepsAreOpenToTheSecond(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	object := func() error {
		_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640300"), Text: "x"}) // nobody on the notice: only the window is asked
		return err
	}
	for _, e := range edges(draft().Window) {
		o.at = e.at
		err := object()
		if closed := is(err, "notice.none") || is(err, "objection.closed"); closed == e.open {
			t.Errorf("objection, %s: got %v", e.name, err)
		}
		_, err = o.naming.Give(ctx, officer(), 2020, decree())
		if err == nil {
			t.Errorf("named, %s", e.name)
		}
	}
	r, err := o.roster.Round(ctx, 2020)
	must(t, err)
	for _, e := range edges(r.Settings.Naming) {
		o.at = e.at
		x := decree(target("640300"))
		x.Date = roster.DateOf(e.at)
		_, err := o.naming.Give(ctx, officer(), 2020, x)
		if closed := is(err, "naming.closed") || is(err, "naming.date"); err == nil || closed == e.open {
			t.Errorf("naming, %s: got %v", e.name, err)
		}
	}
	for _, e := range edges(r.Settings.Evaluation)[:3] {
		o.at = e.at
		if _, err := o.roster.Reweigh(ctx, officer(), 2020, 99, equal(t), "x"); is(err, "scheme.locked") != e.open || err == nil {
			t.Errorf("weights, the evaluation %s: got %v", e.name, err)
		}
	}
}

// Fifty who ask for the ranking at once get the same one, made once.
func TestS17FiftyAtOnceMakeOneRanking(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.closed(t)
	made := len(o.made(t))
	ctx := context.WithoutCancel(t.Context())
	scheme := equal(t)
	scheme.BonusCap++
	o.on(t, "2020-08-20")
	if _, err := o.roster.Reweigh(ctx, officer(), 2020, 1, scheme, "another cap"); err != nil {
		t.Fatal(err)
	}
	o.on(t, "2020-10-28")
	var group sync.WaitGroup
	var mu sync.Mutex
	ids := map[string]bool{}
	for range 50 {
		group.Go(func() {
			s, err := o.naming.Rank(ctx, officer(), 2020)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			ids[s.ID] = true
		})
	}
	group.Wait()
	if got := len(o.made(t)) - made; got != 1 || len(ids) != 1 {
		t.Errorf("got %d rankings made, %d shown, want one", got, len(ids))
	}
}

// made are the entries of rankings that were made.
func (o *office) made(t *testing.T) (out []string) {
	t.Helper()
	all, err := o.Trail(t.Context(), 0, 1<<20)
	must(t, err)
	for _, e := range all {
		if e.Action == "ranking.make" {
			out = append(out, e.Object)
		}
	}
	return out
}

// What comes before its turn on the road to a name is refused with a sentence (S17).
func TestS17NoStepToANameComesBeforeItsTurn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	steps := []struct {
		name string
		do   func() error
		then func() // what its turn waits for
	}{
		{"a ranking before the instruments are closed", func() error { _, err := o.naming.Rank(ctx, officer(), 2020); return err }, func() { o.closed(t) }},
		{"candidates before a visit", func() error {
			_, err := o.naming.Propose(ctx, officer(), 2020, list(target("640100")))
			return err
		}, func() { o.verified(t, "640100") }},
		{"a notice before candidates", func() error { return o.naming.Post(ctx, officer(), 2020, draft()) }, func() { o.stands(t, list(target("640100"))) }},
		{"an objection before a notice", func() error {
			_, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: "x"})
			return err
		}, func() {}},
		{"a name before a notice", func() error { _, err := o.naming.Give(ctx, officer(), 2020, decree(target("640100"))); return err }, func() {}},
	}
	for n, s := range steps {
		for _, later := range steps[n:] {
			if err := later.do(); len(fault.All(err)) == 0 {
				t.Errorf("%s: got %v, want it refused", later.name, err)
			}
		}
		s.then()
	}
}
