package calendar_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/calendar"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// house is a round in a real store with the inboxes of those whom a change concerns.
type house struct {
	*calendar.Service
	roster *roster.Service
	box    *inbox.Service
	own    []calendar.Own
	at     time.Time
	ids    int
}

func (h *house) Underway(context.Context, int) ([]calendar.Own, error) { return h.own, nil }

func officer() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }

func newRound(year int, override string) roster.NewRound {
	return roster.NewRound{
		Year: year, Edition: indicators.Edition2019, Settings: roster.Defaults(year), Override: override,
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "programme.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{at: roster.On(2020, time.July, 1).Start()}
	now := func() time.Time { return h.at }
	if h.roster, err = roster.NewService(s, now); err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]access.Role{
		"wang": access.Office, "yinchuan": access.Applicant, "agency": access.Agency, "chen": access.Assessor, "lin": access.Inspector,
	} {
		a := &access.Account{Key: name, Name: name, Role: role, Unit: "640100", Created: h.at}
		if err := s.AddAccount(t.Context(), a, audit.Entry{At: h.at, Actor: "test", Action: "account.add"}); err != nil {
			t.Fatal(err)
		}
	}
	h.box = inbox.NewService(inbox.Config{Store: s, Key: []byte(strings.Repeat("k", 32)), Now: now, Wall: now, NewID: func() string {
		h.ids++
		return fmt.Sprintf("id-%04d", h.ids)
	}})
	h.Service = calendar.NewService(h.roster, h.box, h)
	if _, err := h.roster.OpenRound(t.Context(), officer(), newRound(2020, "")); err != nil {
		t.Fatal(err)
	}
	return h
}

// move changes windows of the round of 2020.
func (h *house) move(t *testing.T, reason string, change func(*roster.Windows)) error {
	t.Helper()
	r, err := h.Round(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	to := r.Settings.Windows()
	change(&to)
	return h.Move(t.Context(), officer(), 2020, r.Version, to, reason)
}

func later(w *roster.Windows) { w.Notice.To = roster.On(2020, time.November, 20) }

func (h *house) inbox(t *testing.T, name string) []inbox.Copy {
	t.Helper()
	all, _, err := h.box.Inbox(t.Context(), access.Actor{Name: name}, inbox.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestC77C84C86AndC88TheStepsHaveTheDatesOfThePlan holds the calendar of 2020 against
// the notice: filing 1 to 31 August, evaluation 1 September to 31 October, notice in
// early November, naming in December, reports by 31 January.
func TestC77C84C86AndC88TheStepsHaveTheDatesOfThePlan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r, err := h.Round(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range calendar.Steps(r) {
		got = append(got, fmt.Sprintf("%s %s %s fixed=%v", s.ID(), s.Window.From, s.Window.To, s.Fixed))
	}
	want := []string{
		"round-2020-filing 2020-08-01 2020-08-31 fixed=true", "round-2020-evaluation 2020-09-01 2020-10-31 fixed=false",
		"round-2020-notice 2020-11-01 2020-11-10 fixed=false", "round-2020-naming 2020-12-01 2020-12-31 fixed=false",
		"round-2020-reports-2021 2021-01-31 2021-01-31 fixed=true", "round-2020-reports-2022 2022-01-31 2022-01-31 fixed=true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestC14RoundsAreTwoYearsApartUnlessAReasonIsGiven(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct {
		name string
		year int
		why  string
		want string
	}{
		{"before the first", 2019, "", "round.year"},
		{"the year after", 2021, "", "round.consecutive"},
		{"the same year", 2020, "x", "round.exists"},
		{"two years later", 2022, "", ""},
		{"between two rounds, with a reason", 2021, "上级要求提前开展", ""},
	} {
		_, err := h.roster.OpenRound(t.Context(), officer(), newRound(c.year, c.why))
		codes := []string{}
		for _, r := range fault.All(err) {
			codes = append(codes, r.Code)
		}
		if c.want == "" && err != nil || c.want != "" && !slices.Contains(codes, c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	r, err := h.Round(t.Context(), 2021)
	if err != nil || r.Override != "上级要求提前开展" {
		t.Errorf("got %+v, %v: the reason stays with the round", r, err)
	}
}

func TestC90AChangeIsAnnouncedToAllWhomItConcernsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.move(t, "", later); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: got %v", err)
	}
	if err := h.move(t, "答复异议需要更多时间", later); err != nil {
		t.Fatal(err)
	}
	r, err := h.Round(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // as after a restart
		if err := h.Announce(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]int{"yinchuan": 1, "agency": 1, "chen": 1, "lin": 1, "wang": 0} {
		all := h.inbox(t, name)
		if len(all) != want {
			t.Errorf("%s has %d messages, want %d", name, len(all), want)
			continue
		}
		for _, m := range all {
			p := m.Params
			if m.Code != "calendar.moved" || p["old_to_date"] != "2020-11-10" || p["to_date"] != "2020-11-20" || p["reason"] != "答复异议需要更多时间" {
				t.Errorf("%s: got %s %v", name, m.Code, p)
			}
		}
	}
	moved := calendar.Changes(calendar.Steps(r))
	if len(moved) != 1 || moved[0].Name != calendar.Notice || moved[0].Sequence() != 1 || moved[0].By != "wang" {
		t.Errorf("got %+v", moved)
	}
}

func TestC90TheFilingWindowIsNotAmongWhatMayBeMoved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, on := range map[string]roster.Date{"before it opens": roster.On(2020, time.July, 2), "while it is open": roster.On(2020, time.August, 9)} {
		h.at = on.Start()
		err := h.move(t, "x", func(w *roster.Windows) { w.Filing.To = roster.On(2020, time.August, 30) })
		if all := fault.All(err); len(all) != 1 || all[0].Code != "round.filing_fixed" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if all := h.inbox(t, "yinchuan"); len(all) > 0 {
		t.Errorf("a refused change was announced: %+v", all)
	}
}

func TestC90WhatIsUnderwayKeepsItsOwnWindowAndIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.own = []calendar.Own{
		{Name: calendar.Evaluation, Unit: "640100", Window: roster.Between(roster.On(2020, 9, 5), roster.On(2020, 10, 20))},
		{Name: calendar.Evaluation, Unit: "640200", Window: roster.Between(roster.On(2020, 9, 5), roster.On(2020, 10, 5))},
	}
	h.at = roster.On(2020, time.September, 20).Start()
	if err := h.move(t, "提前结束", func(w *roster.Windows) { w.Evaluation.To = roster.On(2020, time.October, 10) }); err != nil {
		t.Fatal(err)
	}
	r, err := h.Round(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	beyond, err := h.Beyond(t.Context(), r)
	if err != nil || len(beyond) != 1 || beyond[0].Unit != "640100" {
		t.Errorf("got %+v, %v, want the survey of 640100 alone", beyond, err)
	}
}
