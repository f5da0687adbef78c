package store_test

import (
	"database/sql"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// Whatever the store and the service can do with the register of problems is in
// this list, and none of it takes a problem or an outcome back; adding under the
// same name again changes nothing either.
func TestC93NoMethodAltersOrDeletesWhatIsRegistered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   reflect.Type
		want []string
	}{
		{reflect.TypeFor[*store.Store](), []string{"AddOutcome", "AddProblem", "ProblemDossier", "Problems"}},
		{reflect.TypeFor[*evaluation.Service](), []string{"Conclude", "ExportProblems", "Find", "Problems", "Report"}},
	} {
		var got []string
		for n := range c.of.NumMethod() {
			name := c.of.Method(n).Name
			if strings.Contains(name, "Problem") || strings.Contains(name, "Outcome") || slices.Contains(c.want, name) {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want only %v", c.of, got, c.want)
		}
	}
	s, k := withDossier(t)
	ctx, entry := t.Context(), &audit.Entry{Actor: "test", Action: "test"}
	found := evaluation.Problem{ID: "p1", Dossier: k, FoundBy: "x", FoundAt: time.UnixMilli(1).UTC(), Found: evaluation.Found{Text: "甲", Severity: "minor", Kind: "other"}}
	if err := s.AddProblem(ctx, &found, entry); err != nil {
		t.Fatal(err)
	}
	again := found
	again.Text = "乙"
	if err := s.AddProblem(ctx, &again, entry); err == nil {
		t.Error("a problem is added over another")
	}
	for _, text := range []string{"一", "二"} {
		if err := s.AddOutcome(ctx, "p1", evaluation.Outcome{Text: text, Result: evaluation.Noted, At: time.UnixMilli(2).UTC()}, entry); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Problems(ctx, k.Round)
	if err != nil || len(all) != 1 || all[0].Text != "甲" || len(all[0].Outcomes) != 2 || all[0].Outcomes[0].Text != "一" {
		t.Errorf("got %+v, %v, want what was registered first", all, err)
	}
}

// withDossier is a store with one dossier in a file of its own.
func withDossier(t *testing.T) (*store.Store, application.Key) {
	t.Helper()
	return openWithDossier(t, filepath.Join(t.TempDir(), "p.db"))
}

func openWithDossier(t *testing.T, path string) (*store.Store, application.Key) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	k, entry := application.Key{Round: 2020, Unit: "640105", Track: roster.Single}, &audit.Entry{Actor: "test", Action: "test"}
	if err := s.AddRound(t.Context(), &roster.Round{Year: 2020, Version: 1}, *entry, func([]roster.Round) error { return nil }); err != nil {
		t.Fatal(err)
	}
	d := application.New(k, "x", time.Unix(0, 0))
	if err := s.AddDossier(t.Context(), &d, entry, func([]application.Dossier) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return s, k
}

// A draft of an opinion may change; what is signed, proposed or answered may not,
// with the file and SQL in hand either.
func TestC93SignedOpinionsAndCorrectionsNeverChange(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.db")
	s, k := openWithDossier(t, path)
	ctx, entry := t.Context(), &audit.Entry{Actor: "test", Action: "test"}
	write := func(overall, digest string) error {
		return s.UpdateOpinion(ctx, k, "firm", entry, func(o *evaluation.Opinion) error {
			o.Overall, o.Signature.Digest = overall, digest
			return nil
		})
	}
	_, err := s.AddResult(ctx, k, entry, func([]evaluation.Assignment) (evaluation.Result, error) { return evaluation.Result{Dossier: k}, nil })
	for _, failed := range []error{
		err, write("草稿", ""), write("再稿", ""), write("定稿", "abc"),
		s.AddCorrection(ctx, &evaluation.Correction{ID: "c1", Dossier: k, By: "office-1"}, entry),
	} {
		if failed != nil {
			t.Fatal(failed)
		}
	}
	if err := write("改稿", "abd"); err == nil {
		t.Error("a signed opinion is written again")
	}
	if _, err := s.AnswerCorrection(ctx, "c1", entry, func(c *evaluation.Correction) error {
		c.Answer.By = "office-2"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, table := range []string{"opinions", "corrections", "correction_answers"} {
		for _, statement := range []string{
			"UPDATE " + table + " SET document = '{}'", "DELETE FROM " + table, "INSERT OR REPLACE INTO " + table + " SELECT * FROM " + table,
		} {
			if _, err := raw.ExecContext(ctx, statement); err == nil || !strings.Contains(err.Error(), "never") {
				t.Errorf("%s: got %v, want a refusal", statement, err)
			}
		}
	}
	if o, err := s.OpinionOf(ctx, "abc"); err != nil || o.Overall != "定稿" {
		t.Errorf("got %+v, %v", o, err)
	}
}

// A folder of before there were states of sheets gets them when it is opened: of a
// submitted sheet with its marks, of a draft, and of one that was taken away.
func TestAnOldFolderGetsTheStatesOfItsSheets(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.db")
	old := fstest.MapFS{}
	files, err := filepath.Glob("migrations/sqlite/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	for _, name := range files {
		if filepath.Base(name) >= "00016" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		old[filepath.Base(name)] = &fstest.MapFile{Data: text}
	}
	before, err := db.Open(t.Context(), db.Programme, path, old)
	if err != nil {
		t.Fatal(err)
	}
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	sheets := oldSheets()
	fillOld(t, path, slices.Collect(maps.Values(sheets)))
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := s.SheetStates(t.Context(), 2020)
	if err != nil || len(got) != len(sheets) {
		t.Fatalf("got %d states, %v, want %d", len(got), err, len(sheets))
	}
	for _, state := range got {
		a := sheets[state.Assessor]
		want := evaluation.StateOf(&a)
		if state.Total != want.Total || state.Digest != want.Digest || !state.SubmittedAt.Equal(want.SubmittedAt) || state.Back != want.Back ||
			state.Arbiter != want.Arbiter || state.Institution != want.Institution || !maps.Equal(state.Marks, want.Marks) {
			t.Errorf("%s: got %+v, want %+v", state.Assessor, state, want)
		}
	}
}

func oldSheets() map[string]evaluation.Assignment {
	k, at := application.Key{Round: 2020, Unit: "640105", Track: roster.Single}, time.Date(2020, 9, 20, 9, 0, 0, 123e6, time.UTC)
	verdicts := map[evaluation.Item]evaluation.Verdict{
		"1": {Given: true, Mark: indicators.Mark(90)}, "2": {Excused: true}, "A1": {Given: true},
	}
	done := evaluation.Sheet{Verdicts: verdicts, SubmittedAt: at, Scheme: 3, Total: 8765, Digest: "abc"}
	return map[string]evaluation.Assignment{
		"done":    {Dossier: k, Assessor: "done", Institution: "firm", Sheet: done},
		"arbiter": {Dossier: k, Assessor: "arbiter", Institution: "house", Arbiter: true, Sheet: done},
		"draft":   {Dossier: k, Assessor: "draft", Institution: "firm"},
		"ended":   {Dossier: k, Assessor: "ended", Institution: "firm", Ended: &evaluation.Ending{At: at, By: "office"}},
	}
}

func fillOld(t *testing.T, path string, all []evaluation.Assignment) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, a := range all {
		document, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		_, err = raw.ExecContext(t.Context(), `INSERT INTO assignments (round, unit, track, assessor, version, document) VALUES ($1, $2, $3, $4, 1, $5)`,
			a.Dossier.Round, string(a.Dossier.Unit), string(a.Dossier.Track), a.Assessor, string(document))
		if err != nil {
			t.Fatal(err)
		}
	}
}
