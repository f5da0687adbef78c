package main

import (
	"slices"
	"testing"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/roster"
)

// jumps are the moments that a clock may show instead of the right one.
func jumps(right time.Time) map[string]time.Time {
	return map[string]time.Time{
		"a day ahead": right.Add(24 * time.Hour), "an hour behind": right.Add(-time.Hour),
		"the year 2000": time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// F14: a window opens and closes by the moment alone, whatever zone the machine keeps:
// also in the hour that a zone with summer time has twice, and in the one it leaves out.
func TestF14WindowsFollowTheMomentInEveryZone(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no zones on this machine")
	}
	for name, day := range map[string]roster.Date{
		"summer time ends": roster.DateOf(time.Date(2020, 11, 1, 12, 0, 0, 0, time.UTC)), "summer time begins": roster.DateOf(time.Date(2020, 3, 8, 12, 0, 0, 0, time.UTC)),
	} {
		w := roster.Between(day, day)
		for minute := -90; minute < 27*60; minute++ {
			at := day.Start().Add(time.Duration(minute) * time.Minute)
			want := !at.Before(day.Start()) && at.Before(w.End())
			if got := w.Open(at.In(zone)); got != want || w.Open(at.UTC()) != want {
				t.Fatalf("%s: at %v: got %v, want %v", name, at, got, want)
			}
		}
		for jump, at := range jumps(day.Start()) {
			if w.Open(at) {
				t.Errorf("%s: the clock shows %s: the window is open", name, jump)
			}
		}
	}
}

// F14: the trail's order is that of the acts, and ids rise, whatever the clock shows.
func TestF14TrailAndIdsKeepTheirOrderWhenTheClockJumps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	last, err := h.programme.Trail(t.Context(), 0, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"before"}
	at := map[string]time.Time{"before": testNow(), "after": testNow().Add(time.Second)}
	for name, moment := range jumps(testNow()) {
		names, at[name] = append(names, name), moment
	}
	names = append(names, "after")
	var ids []string
	for _, name := range names {
		ids = append(ids, newID(), newID())
		if err := h.programme.Record(t.Context(), audit.Entry{At: at[name], Actor: "li", Action: "clock.jump", Object: name}); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.IsSorted(ids) {
		t.Errorf("ids do not rise: %v", ids)
	}
	all, err := h.programme.Trail(t.Context(), int64(len(last)), 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		got = append(got, e.Object)
	}
	if !slices.Equal(got, names) {
		t.Errorf("got %v, want the order of the acts %v", got, names)
	}
	if err := h.programme.CheckTrail(t.Context()); err != nil {
		t.Error(err)
	}
}
