package application_test

import (
	"slices"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// strikeOff takes the unit of the actor off the register.
func (w *world) strikeOff(of access.Actor) {
	w.t.Helper()
	e, err := w.roster.Entry(roster.UnitCode(of.Unit))
	if err != nil {
		w.t.Fatal(err)
	}
	e.Retired = true
	wants(w.t, w.roster.ChangeUnit(w.t.Context(), office, e, "撤销"), "")
}

func TestC16AUnitStruckOffStartsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.strikeOff(plain)
	wants(t, w.service.Start(t.Context(), plain, key(plain, roster.Comprehensive)), "dossier.retired")
	wants(t, w.service.Start(t.Context(), lawful, key(lawful, roster.Comprehensive)), "")
	all, err := w.service.All(t.Context(), office, 2020)
	if err != nil || len(all) != 1 {
		t.Errorf("got %d dossiers, %v, want that of the other unit only", len(all), err)
	}
}

func TestC16TheFormalCheckTellsOfAUnitStruckOffAfterFiling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.filed(plain, roster.Comprehensive)
	w.strikeOff(plain)
	one, err := w.service.ExamineOne(t.Context(), office, k)
	if err != nil {
		t.Fatal(err)
	}
	n := slices.IndexFunc(one.Findings, func(f application.Finding) bool { return f.Check == application.CheckUnit })
	if n < 0 || one.Findings[n].Weight != application.Look || len(one.Findings[n].What) != 1 || one.Findings[n].What[0].Code != "formal.retired" {
		t.Errorf("got %+v, want formal.retired for a person to weigh", one.Findings)
	}
}
