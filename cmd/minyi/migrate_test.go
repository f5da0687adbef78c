package main

import (
	"archive/tar"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/store"
	"minyi/web/view"
)

// earlier are folders that earlier programs have made, by the file that holds them: of
// made-up rounds that were played with 60 residents, as `minyi demo` made them then.
func earlier() map[string]time.Time {
	return map[string]time.Time{"before-exhibits": moment(time.September, 10, 9), "before-ledger": moment(time.September, 10, 9)}
}

// unpackEarlier puts such a folder into dir.
func unpackEarlier(t *testing.T, name, dir string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "upgrade", name+".tar.zst"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := zstd.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for files := tar.NewReader(plain); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, filepath.Clean("/"+h.Name))
		if h.FileInfo().IsDir() {
			err = os.MkdirAll(to, 0o700)
		} else if raw, err = io.ReadAll(files); err == nil {
			err = os.WriteFile(to, raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// answersOf digests what residents have answered, in the order of its content, and
// what both trails hold.
func answersOf(t *testing.T, dir string) string {
	t.Helper()
	var out strings.Builder
	for _, c := range []struct {
		half db.Half
		file string
		sql  string
	}{
		{db.Survey, surveyFile, `SELECT coalesce(group_concat(v, ';'), '') FROM (SELECT survey || ',' || batch || ',' || outcome || ',' || english || ',' ||
			day || ',' || cell || ',' || hex(answers) || ',' || comment AS v FROM (SELECT * FROM (SELECT survey, batch, outcome, english, day, cell, answers, comment FROM response
			UNION ALL SELECT survey, batch, outcome, english, day, cell, answers, comment FROM intake) ORDER BY 1, 2, 3, 4, 5, 6, 7, 8))`},
		{db.Survey, surveyFile, `SELECT group_concat(hash, ';') FROM (SELECT hash FROM trail ORDER BY seq)`},
		{db.Programme, programmeFile, `SELECT group_concat(hash, ';') FROM (SELECT hash FROM trail ORDER BY seq)`},
	} {
		d, err := db.Look(c.half, filepath.Join(dir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		var text string
		if err := d.Reader().QueryRowContext(t.Context(), c.sql).Scan(&text); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if len(text) < 1000 {
			t.Fatalf("%s: got %d characters, the test sees nothing", c.file, len(text))
		}
		out.WriteString(text + "\n")
	}
	return out.String()
}

// F13: a folder that an earlier program has made, with answers, dossiers and sheets in
// it, is copied, upgraded and served: every answer and every entry of the trails is
// what it was, and the doctor finds nothing.
func TestF13FoldersOfEarlierProgramsAreUpgradedWhole(t *testing.T) {
	t.Parallel()
	for name, at := range earlier() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpackEarlier(t, name, dir)
			want := answersOf(t, dir)
			if err := inOrder(t.Context(), dir); !errors.Is(err, fault.New(fault.Conflict, "schema.pending")) {
				t.Fatalf("an older schema: got %v, want a refusal", err)
			}
			// A try that was stopped after its copy, within the same second.
			if err := os.MkdirAll(filepath.Join(dir, copiesFolder, at.UTC().Format(copyName), "kept"), 0o700); err != nil {
				t.Fatal(err)
			}
			copied, err := advance(t.Context(), dir, at)
			if err != nil {
				t.Fatal(err)
			}
			if got := answersOf(t, copied); got != want {
				t.Error("the copy is not what the folder was")
			}
			if got := answersOf(t, dir); got != want {
				t.Error("answers or trails are not what they were")
			}
			h, err := build(t.Context(), setup{config: config{base: "https://minyi.example"}, dir: dir, now: func() time.Time { return at }, log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			if got := newBrowser(t, h).get("/"); got.status != 200 {
				t.Errorf("the public page: got %d", got.status)
			}
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			if err := doctor(t.Context(), dir, &said, io.Discard); err != nil {
				t.Errorf("doctor: %v\n%s", err, &said)
			}
			if again, err := advance(t.Context(), dir, at); err != nil || again != "" {
				t.Errorf("a second time: got %q, %v, want nothing to do", again, err)
			}
		})
	}
}

// F13: a folder that a newer program has written is left as it is, with a sentence, by
// every command that would open it.
func TestF13AnOlderProgramLeavesANewerFolderAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	dir := h.dir
	err := h.survey.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO survey_schema (version_id, is_applied) VALUES (99990, 1)`)
		return err
	})
	if err := errors.Join(err, h.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, surveyFile))
	if err != nil {
		t.Fatal(err)
	}
	newer := fault.New(fault.Conflict, "schema.newer")
	for name, do := range map[string]func() error{
		"serve":    func() error { _, err := advance(t.Context(), dir, testNow()); return err },
		"doctor":   func() error { return doctor(t.Context(), dir, io.Discard, io.Discard) },
		"accounts": func() error { return withAccounts(t.Context(), dir, nil) },
		"backup": func() error {
			_, err := (&backingUp{dir: dir, now: testNow}).run(t.Context(), filepath.Join(t.TempDir(), "x"))
			return err
		},
		"opening": func() error { _, err := openSurveyHalf(t.Context(), filepath.Join(dir, surveyFile)); return err },
	} {
		if err := do(); !errors.Is(err, newer) {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
	after, err := os.ReadFile(filepath.Join(dir, surveyFile))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed, %v", err)
	}
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range view.Langs() {
		if said := texts.Refusal(lang, fault.New(fault.Conflict, "schema.newer", "set", "survey", "version", "99990")); !strings.Contains(said, "99990") {
			t.Errorf("%s: got %q, want a sentence that names the step", lang, said)
		}
	}
}

// F12: a migration that fails, or is cut short while it is tried, leaves the folder as
// it was, and what was half done is swept away the next time.
func TestF12AMigrationIsMadeWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpackEarlier(t, "before-exhibits", dir)
	want := answersOf(t, dir)
	half := filepath.Join(dir, copiesFolder, halfDone+"1")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := advance(stopped, dir, testNow()); err == nil {
		t.Error("a stop in between: got no error")
	}
	file := filepath.Join(dir, surveyFile)
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	broken := bytes.Clone(sound)
	at := bytes.Index(broken, []byte(`survey.open`)) // in an entry of the trail
	if at < 0 {
		t.Fatal("no entry of the trail was found")
	}
	broken[at]++
	if err := os.WriteFile(file, broken, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := advance(t.Context(), dir, testNow()); !errors.Is(err, fault.New(fault.Conflict, "schema.unsound")) {
		t.Errorf("a changed trail: got %v, want a refusal", err)
	}
	if err := inOrder(t.Context(), dir); !errors.Is(err, fault.New(fault.Conflict, "schema.pending")) {
		t.Errorf("after both: got %v, want the schema as it was", err)
	}
	if err := os.WriteFile(file, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	var last string
	for n := range 4 { // each leaves a copy, of which two are kept
		if last, err = copyAside(t.Context(), dir, testNow().Add(time.Duration(n)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, copiesFolder))
	if err != nil || len(left) != copiesKept || answersOf(t, last) != want {
		t.Errorf("got %v, %v, want the %d newest copies", left, err, copiesKept)
	}
	if err := sweepCopies(dir, copiesKept, testNow().Add(copiesTerm+time.Minute*150)); err != nil {
		t.Fatal(err)
	}
	if left, err = os.ReadDir(filepath.Join(dir, copiesFolder)); err != nil || len(left) != 1 {
		t.Errorf("past their term: got %v, %v, want the youngest", left, err)
	}
}

// F12: a first start that was stopped while one half was still being made is made up
// for by the next: there is nothing in that half yet that could be unsound.
func TestF12AFirstStartThatWasCutShortIsTakenUp(t *testing.T) {
	t.Parallel()
	for name, statements := range map[string][]string{
		"a file without a table":         nil,
		"a table of steps, none of them": {`CREATE TABLE trail_schema (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')))`, `INSERT INTO trail_schema (version_id, is_applied) VALUES (0, 1)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			programme, err := db.Open(t.Context(), db.Programme, filepath.Join(dir, programmeFile), store.Migrations())
			if err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open("sqlite", filepath.Join(dir, surveyFile))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range append(statements, `VACUUM`) {
				_, more := raw.ExecContext(t.Context(), s)
				err = errors.Join(err, more)
			}
			if err := errors.Join(err, raw.Close(), programme.Close()); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(dir, surveyFile)); err != nil {
				t.Fatal(err)
			}
			if _, err := advance(t.Context(), dir, testNow()); err != nil {
				t.Fatalf("the next start: %v", err)
			}
			wrong, err := lookOver(t.Context(), dir, examineWhole)
			if err := errors.Join(err, inOrder(t.Context(), dir)); err != nil || len(wrong) > 0 {
				t.Errorf("after it: got %v, %v, want both halves sound", wrong, err)
			}
		})
	}
}

// The command says what stands, does it, and refuses beside a service.
func TestMigrateSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpackEarlier(t, "before-exhibits", dir)
	say := func(key string, params fault.Params) string { return fmt.Sprint(key, params) }
	var out strings.Builder
	var code exitError
	if err := migrateStatus(t.Context(), dir, &out, say); !errors.As(err, &code) || !strings.Contains(out.String(), "pending") {
		t.Errorf("status of an older folder: got %v\n%s", err, &out)
	}
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrateApply(t.Context(), dir, &out, say); err == nil {
		t.Error("beside a service: got no error")
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	for _, do := range []func(context.Context, string, io.Writer, func(string, fault.Params) string) error{migratePlan, migrateApply, migrateStatus} {
		if err := do(t.Context(), dir, &out, say); err != nil {
			t.Fatalf("%v\n%s", err, &out)
		}
	}
	if strings.Count(out.String(), "pending") == 0 || !strings.Contains(out.String(), "migrate.done") || strings.Contains(out.String(), "unknown") {
		t.Errorf("got\n%s", &out)
	}
}
