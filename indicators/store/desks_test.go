package store_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// Somebody with the database file in hand and SQL cannot change what was sealed,
// submitted or registered (C11, C93).
func TestC11AndC93SealsSheetsResultsAndProblemsAreAppendOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, k := t.Context(), application.Key{Round: 2020, Unit: "640105", Track: roster.Single}
	entry := &audit.Entry{Actor: "test", Action: "test"}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.AddRound(ctx, &roster.Round{Year: 2020, Version: 1}, *entry, func([]roster.Round) error { return nil }))
	d := application.New(k, "x", time.Unix(0, 0))
	must(s.AddDossier(ctx, &d, entry, func([]application.Dossier) error { return nil }))
	must(s.SealDossier(ctx, k, entry, func(d *application.Dossier, _ []application.Dossier) ([]byte, error) {
		d.State = application.Filed
		d.Seals = append(d.Seals, application.Seal{Digest: "abc"})
		return []byte("{}"), nil
	}))
	must(s.Reassign(ctx, 2020, entry, func(evaluation.Standing) ([]evaluation.Assignment, error) {
		return []evaluation.Assignment{{Dossier: k, Assessor: "first"}}, nil
	}))
	must(s.AddStatements(ctx, 2020, "first", entry, func(map[roster.UnitCode]evaluation.Statement, []evaluation.Assignment) ([]evaluation.Statement, []evaluation.Assignment, error) {
		return []evaluation.Statement{{Round: 2020, Unit: k.Unit, Account: "first", Number: 1, Interest: evaluation.Clear}}, nil, nil
	}))
	must(s.UpdateAssignment(ctx, k, "first", entry, func(a *evaluation.Assignment) error {
		a.Sheet.SubmittedAt = time.Unix(1600000000, 0)
		return nil
	}))
	_, err = s.AddResult(ctx, k, entry, func([]evaluation.Assignment) (evaluation.Result, error) {
		return evaluation.Result{Dossier: k}, nil
	})
	must(err)
	must(s.AddProblem(ctx, &evaluation.Problem{ID: "p1", Dossier: k, Found: evaluation.Found{Text: "x"}}, entry))
	must(s.AddOutcome(ctx, "p1", evaluation.Outcome{Text: "y"}, entry))
	must(s.Close())
	raw, err := sql.Open("sqlite", path)
	must(err)
	defer raw.Close()
	for table, column := range map[string]string{
		"manifests": "document", "submissions": "document", "results": "document", "problems": "text", "outcomes": "text",
		"interests": "document",
	} {
		for _, statement := range []string{"UPDATE " + table + " SET " + column + " = 'z'", "DELETE FROM " + table} {
			if _, err := raw.ExecContext(ctx, statement); err == nil || !strings.Contains(err.Error(), "never") {
				t.Errorf("%s: got %v, want a refusal", statement, err)
			}
		}
	}
	// SQLite replaces a row without firing a trigger of deletion (C93).
	for _, table := range []string{"submissions", "results", "problems", "outcomes"} {
		_, err := raw.ExecContext(ctx, "INSERT OR REPLACE INTO "+table+" SELECT * FROM "+table)
		if err == nil || !strings.Contains(err.Error(), "never replaced") {
			t.Errorf("C93 %s: replacing its rows: got %v, want a refusal", table, err)
		}
	}
}

func TestAStaleVersionOfADossierIsNotSaved(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "p.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, k := t.Context(), application.Key{Round: 2020, Unit: "640105", Track: roster.Single}
	entry := &audit.Entry{Actor: "test", Action: "test"}
	if err := s.AddRound(ctx, &roster.Round{Year: 2020, Version: 1}, *entry, func([]roster.Round) error { return nil }); err != nil {
		t.Fatal(err)
	}
	d := application.New(k, "x", time.Unix(0, 0))
	if err := s.AddDossier(ctx, &d, entry, func([]application.Dossier) error { return nil }); err != nil {
		t.Fatal(err)
	}
	err = s.UpdateDossier(ctx, k, entry, func(d *application.Dossier) error {
		d.Version, d.Title = 7, "stale"
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "dossier.conflict") {
		t.Errorf("got %v, want dossier.conflict", err)
	}
	got, err := s.Dossier(ctx, k)
	if err != nil || got.Title != "" || got.Version != 1 {
		t.Errorf("got %+v, %v, want nothing changed", got, err)
	}
}
