package main

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/access"
)

// edit changes a database file by hand, as somebody with the file would.
func edit(t *testing.T, path string, statements ...string) {
	t.Helper()
	d, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for _, s := range statements {
		if _, err := d.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestDoctorFindsWhatWasDoneByHand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit []string
		want string
	}{
		{"nothing", nil, "ok\n"},
		{"an entry changed", []string{`DROP TRIGGER trail_is_append_only_update`, `UPDATE trail SET actor = 'x' WHERE seq = 2`}, "trail: entry 2 was changed"},
		{"an entry missing", []string{`DROP TRIGGER trail_is_append_only_delete`, `DELETE FROM trail WHERE seq = 2`}, "trail: entry 2 was missing"},
		{"two entries swapped", []string{
			`DROP TRIGGER trail_is_append_only_update`, `UPDATE trail SET seq = 99 WHERE seq = 1`,
			`UPDATE trail SET seq = 1 WHERE seq = 2`, `UPDATE trail SET seq = 2 WHERE seq = 99`,
		}, "trail: entry 1 was changed"},
		{"a session of nobody", []string{`PRAGMA foreign_keys = 0`, `DELETE FROM account WHERE key = 'li'`}, "session row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for _, name := range []string{"li", "wang", "ma"} {
				fresh := access.New{Name: name, Role: access.Office, Password: testPassword}
				if _, err := h.access.Add(t.Context(), access.Command("test"), fresh); err != nil {
					t.Fatal(err)
				}
			}
			newBrowser(t, h).signIn("li")
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
			edit(t, filepath.Join(h.dir, programmeFile), c.edit...)
			var out bytes.Buffer
			err := doctor(t.Context(), h.dir, &out, io.Discard)
			var code exitError
			if sick := c.edit != nil; sick != errors.As(err, &code) || !sick && err != nil {
				t.Errorf("got %v\n%s", err, out.String())
			}
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("got %q, want %q in it", out.String(), c.want)
			}
		})
	}
}

func TestDoctorMakesNoFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	if err := doctor(t.Context(), dir, &bytes.Buffer{}, io.Discard); err == nil {
		t.Error("an empty place is no data folder")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("doctor made a folder")
	}
}
