package store

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

// Alone makes the intake store each answer in a transaction of its own.
func (in *Intake) Alone() { in.most = 1 }

// Halt is what a failed sync does.
func (in *Intake) Halt(cause error) { in.halt(cause) }

// Lost reports whether an error is a failed sync.
func Lost(err error) bool { return lost(err) }

// FirstMigrations are those of the first release.
func FirstMigrations(t *testing.T) fs.FS {
	t.Helper()
	const first = "00001_survey.sql"
	text, err := fs.ReadFile(Migrations(), first)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{first: {Data: text}}
}
