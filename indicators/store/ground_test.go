package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
)

// ground is a programme half on disk with a clock that the test turns.
type ground struct {
	*store.Store
	at     time.Time
	path   string
	roster *roster.Service
	book   *scorebook.Book
}

func (g *ground) now() time.Time { return g.at }

func (g *ground) on(t *testing.T, date string) {
	t.Helper()
	d, err := roster.ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	g.at = d.Start().Add(9 * time.Hour)
}

func officer() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }
func agent() access.Actor   { return access.Actor{Name: "li", Role: access.Agency} }

// newGround opens an empty store. The short run is the race detector's: there only
// tests "AtOnce" are of use, the others are driven by one goroutine.
func newGround(t *testing.T) *ground {
	t.Helper()
	if testing.Short() && !strings.Contains(t.Name(), "AtOnce") {
		t.Skip("one goroutine drives it")
	}
	path := filepath.Join(t.TempDir(), "programme.db")
	dbtest.Place(t, "programme", path, store.Open)
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.CheckTrail(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	g := &ground{Store: s, path: path}
	g.on(t, "2020-07-01")
	if g.roster, err = roster.NewService(s, g.now); err != nil {
		t.Fatal(err)
	}
	g.book = scorebook.NewBook(s, g.roster, g.now)
	return g
}

func newRound(year int) roster.NewRound {
	return roster.NewRound{
		Year: year, Edition: indicators.Edition2019, Settings: roster.Defaults(year),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	}
}

// opened is a ground with the 2020 round.
func opened(t *testing.T) *ground {
	t.Helper()
	g := newGround(t)
	if _, err := g.roster.OpenRound(t.Context(), officer(), newRound(2020)); err != nil {
		t.Fatal(err)
	}
	return g
}

func equal(t *testing.T) indicators.Scheme {
	t.Helper()
	s, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 6000, Survey: 4000})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func refused(t *testing.T, name string, err error, kind fault.Kind, code string) {
	t.Helper()
	if !errors.Is(err, fault.New(kind, code)) || fault.KindOf(err) != kind {
		t.Errorf("%s: got %v, want %s", name, err, code)
	}
}

// last returns the newest trail entry.
func (g *ground) last(t *testing.T) audit.Entry {
	t.Helper()
	all, err := g.Trail(t.Context(), 0, 1000)
	if err != nil || len(all) == 0 {
		t.Fatalf("trail: %d entries, %v", len(all), err)
	}
	return all[len(all)-1]
}

func TestC15OnlyTheOfficeOpensARound(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	for _, role := range access.Roles() {
		if role == access.Office {
			continue
		}
		_, err := g.roster.OpenRound(t.Context(), access.Actor{Name: "x", Role: role}, newRound(2020))
		refused(t, string(role), err, fault.Forbidden, "access.role")
	}
	r, err := g.roster.OpenRound(t.Context(), officer(), newRound(2020))
	if err != nil || r.Year != 2020 {
		t.Fatalf("got %+v, %v", r, err)
	}
	if e := g.last(t); e.Action != "round.open" || e.Object != "round/2020" || e.Actor != "wang" || e.After == "" {
		t.Errorf("got %+v", e)
	}
	got, err := g.roster.Current(t.Context())
	if err != nil || got.Settings != roster.Defaults(2020) || got.Plan != newRound(2020).Plan {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestC14ConsecutiveYearsNeedAReason(t *testing.T) {
	t.Parallel()
	g := opened(t)
	_, err := g.roster.OpenRound(t.Context(), officer(), newRound(2021))
	refused(t, "2021", err, fault.Conflict, "round.consecutive")
	_, err = g.roster.OpenRound(t.Context(), officer(), newRound(2020))
	refused(t, "2020 again", err, fault.Conflict, "round.exists")
	if _, err = g.roster.OpenRound(t.Context(), officer(), newRound(2022)); err != nil {
		t.Errorf("2022: %v", err)
	}
	with := newRound(2021)
	with.Override = "the centre moved its own round"
	if _, err = g.roster.OpenRound(t.Context(), officer(), with); err != nil {
		t.Errorf("2021 with reason: %v", err)
	}
	rounds, err := g.roster.Rounds(t.Context())
	if err != nil || len(rounds) != 3 || rounds[0].Year != 2022 {
		t.Errorf("got %d rounds, %v", len(rounds), err)
	}
}

func TestC03C71ARoundNamesItsPlan(t *testing.T) {
	t.Parallel()
	g := newGround(t)
	bad := newRound(2019)
	bad.Plan, bad.Edition, bad.Settings.QuotaSingle = roster.Plan{}, "1999", 0
	_, err := g.roster.OpenRound(t.Context(), officer(), bad)
	for _, code := range []string{"round.year", "round.plan", "round.edition", "round.setting_range"} {
		refused(t, code, err, fault.Invalid, code)
	}
}

func TestC64C73SchemeIsLockedWhenTheEvaluationOpens(t *testing.T) {
	t.Parallel()
	g := opened(t)
	_, err := g.roster.Scheme(t.Context(), 2020)
	refused(t, "none yet", err, fault.NotFound, "scheme.none")
	first, err := g.roster.Reweigh(t.Context(), officer(), 2020, 0, equal(t), "")
	if err != nil || first.Version != 1 || first.Round != 2020 {
		t.Fatalf("got %+v, %v", first, err)
	}
	g.on(t, "2020-08-31")
	next := equal(t)
	next.Parts = indicators.Parts{Evaluation: 5000, Survey: 5000}
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 1, next, "")
	refused(t, "no reason", err, fault.Invalid, "reason.needed")
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 0, next, "x")
	refused(t, "from an old version", err, fault.Conflict, "scheme.changed")
	if _, err = g.roster.Reweigh(t.Context(), officer(), 2020, 1, next, "residents count as much"); err != nil {
		t.Fatal(err)
	}
	_, err = g.roster.Reweigh(t.Context(), agent(), 2020, 2, next, "x")
	refused(t, "agency", err, fault.Forbidden, "access.role")
	broken := equal(t)
	broken.Parts.Survey++
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 2, broken, "x")
	refused(t, "sum", err, fault.Invalid, "scheme.part_sum")
	g.on(t, "2020-09-01")
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 2, next, "late")
	refused(t, "locked", err, fault.Closed, "scheme.locked")
	all, err := g.roster.Schemes(t.Context(), 2020)
	if err != nil || len(all) != 2 || all[1].Reason != "residents count as much" || all[0].Scheme.Parts.Evaluation != 6000 {
		t.Errorf("got %d versions, %v", len(all), err)
	}
	old, err := g.roster.SchemeAt(t.Context(), 2020, 1)
	if err != nil || old.Parts.Survey != 4000 {
		t.Errorf("got %+v, %v", old, err)
	}
}

func TestS17TwoReweighAtOnceOneWins(t *testing.T) {
	t.Parallel()
	g := opened(t)
	scheme := equal(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	won, lost := 0, 0
	for range 20 {
		group.Go(func() {
			_, err := g.roster.Reweigh(context.WithoutCancel(t.Context()), officer(), 2020, 0, scheme, "")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if errors.Is(err, fault.New(fault.Conflict, "scheme.changed")) {
				lost++
			}
		})
	}
	group.Wait()
	if won != 1 || lost != 19 {
		t.Errorf("got %d won and %d told, want 1 and 19", won, lost)
	}
}

func TestC90DatesMoveWithAReasonButFilingDoesNot(t *testing.T) {
	t.Parallel()
	g := opened(t)
	move := func(change func(w *roster.Windows), reason string) error {
		r, err := g.roster.Round(t.Context(), 2020)
		if err != nil {
			t.Fatal(err)
		}
		w := r.Settings.Windows()
		change(&w)
		return g.roster.Reschedule(t.Context(), officer(), 2020, r.Version, w, reason)
	}
	later := func(w *roster.Windows) { w.Notice.To = roster.On(2020, time.November, 20) }
	refused(t, "no reason", move(later, " "), fault.Invalid, "reason.needed")
	filing := func(w *roster.Windows) { w.Filing.From = roster.On(2020, time.August, 3) }
	refused(t, "before filing opened", move(filing, "holiday"), fault.Closed, "round.filing_fixed")
	refused(t, "nothing moved", move(func(*roster.Windows) {}, "x"), fault.Invalid, "round.unmoved")
	g.on(t, "2020-08-10")
	refused(t, "filing is open", move(func(w *roster.Windows) { w.Filing.To = w.Filing.To.Plus(1) }, "x"), fault.Closed, "round.filing_fixed")
	if err := move(later, "more time to answer"); err != nil {
		t.Errorf("notice: %v", err)
	}
	refused(t, "into the evaluation", move(func(w *roster.Windows) { w.Notice.From = w.Evaluation.To }, "x"), fault.Invalid, "round.window_order")
	g.on(t, "2020-09-20")
	refused(t, "the lock stays", move(func(w *roster.Windows) { w.Evaluation.From = roster.On(2020, time.October, 1) }, "x"), fault.Closed, "round.begun")
	refused(t, "into the past", move(func(w *roster.Windows) { w.Evaluation.To = roster.On(2020, time.September, 19) }, "x"), fault.Closed, "round.past")
	r, err := g.roster.Round(t.Context(), 2020)
	if err != nil || len(r.Moves) != 1 || r.Moves[0].Reason != "more time to answer" || r.Moves[0].By != "wang" {
		t.Errorf("got %+v, %v", r.Moves, err)
	}
	err = g.roster.Reschedule(t.Context(), officer(), 2020, 1, r.Settings.Windows(), "x")
	refused(t, "from an old version", err, fault.Conflict, "round.changed")
	refused(t, "agency", g.roster.Reschedule(t.Context(), agent(), 2020, r.Version, r.Settings.Windows(), "x"), fault.Forbidden, "access.role")
	if e := g.last(t); e.Action != "round.reschedule" || e.Before == "" || e.After == "" || e.Reason != "more time to answer" {
		t.Errorf("got %+v", e)
	}
}

func TestC73SettingsAreFixedOnceTheirStepHasBegun(t *testing.T) {
	t.Parallel()
	g := opened(t)
	adjust := func(change func(s *roster.Settings)) error {
		r, err := g.roster.Round(t.Context(), 2020)
		if err != nil {
			t.Fatal(err)
		}
		s := r.Settings
		change(&s)
		return g.roster.Adjust(t.Context(), officer(), 2020, r.Version, s, "why")
	}
	report := func(s *roster.Settings) { s.ReportLimit++ }
	third := func(s *roster.Settings) { s.ArbitrationAbove += 100 }
	quota := func(s *roster.Settings) { s.QuotaSingle++ }
	for _, c := range []struct {
		date   string
		change func(s *roster.Settings)
		fixed  bool
	}{
		{"2020-07-31", report, false},
		{"2020-08-01", report, true},
		{"2020-08-01", third, false},
		{"2020-09-01", third, true},
		{"2020-10-31", quota, false},
		{"2020-11-01", quota, true},
	} {
		g.on(t, c.date)
		err := adjust(c.change)
		if c.fixed {
			refused(t, c.date, err, fault.Closed, "round.setting_fixed")
		} else if err != nil {
			t.Errorf("%s: %v", c.date, err)
		}
	}
	refused(t, "unknown round", g.roster.Adjust(t.Context(), officer(), 2030, 1, roster.Defaults(2030), "x"), fault.NotFound, "round.unknown")
}
