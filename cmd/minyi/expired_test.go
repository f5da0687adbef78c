package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"minyi/indicators/db"
)

// TestS40AJobThatIsForgottenStandsInNoFile: a job that ended long ago is forgotten, and
// who asked for it stands neither in the file, nor in its log, nor in a later backup.
func TestS40AJobThatIsForgottenStandsInNoFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const mark = "MARKER-OF-SOMEBODY"
	path := filepath.Join(h.dir, surveyFile)
	standing := func() (n int) {
		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := db.Snapshot(t.Context(), path, backup); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{path, path + "-wal", backup} {
			raw, err := os.ReadFile(name)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			n += bytes.Count(raw, []byte(mark))
		}
		return n
	}
	_, err := rawSQL(t, path).ExecContext(t.Context(), `INSERT INTO job (id, made, open, doc) VALUES ('a-job', 1, 0, ?)`,
		`{"id":"a-job","kind":"none","by":{"name":"`+mark+`"},"state":"finished","ended_at":"2019-01-01T00:00:00Z","erased":"2019-01-09T00:00:00Z"}`)
	if err != nil {
		t.Fatal(err)
	}
	if standing() < 2 {
		t.Fatal("the search does not find the job in the log and in a backup")
	}
	if err := h.jobs.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := standing(); n != 0 {
		t.Errorf("who asked for the job stands %d times in the files", n)
	}
}
