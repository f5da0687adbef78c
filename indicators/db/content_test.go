package db_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"minyi/indicators/audit"
	"minyi/indicators/db"
)

const kinds = `-- +goose Up
CREATE TABLE thing (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
CREATE TABLE numbered (id INTEGER PRIMARY KEY, r REAL, b BLOB, t TEXT) STRICT;
CREATE TABLE keyed (a TEXT NOT NULL, b INTEGER NOT NULL, c BLOB, PRIMARY KEY (b, a)) STRICT, WITHOUT ROWID;
CREATE TABLE bare (t TEXT, parent INTEGER REFERENCES numbered (id) ON DELETE CASCADE) STRICT;
`

func openKinds(t *testing.T, path, schema string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Programme, path, fstest.MapFS{"00001_kinds.sql": {Data: []byte(schema)}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func check(t *testing.T, d *db.DB) []string {
	t.Helper()
	wrong, err := d.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return wrong
}

// Whatever statement changes rows, in whatever kind of table, the figure of the table
// follows it, and what is rolled back leaves no trace.
func TestTheContentOfATableIsFollowedThroughEveryKindOfChange(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.db")
	d := openKinds(t, path, kinds)
	defer func() { _ = d.Close() }()
	chance := rand.New(rand.NewPCG(7, 7))
	statements := []func() (string, []any){
		func() (string, []any) { return `INSERT INTO bare VALUES ($1, NULL)`, []any{text(chance)} },
		func() (string, []any) {
			return `INSERT OR REPLACE INTO thing VALUES ($1, $2)`, []any{text(chance), chance.IntN(9)}
		},
		func() (string, []any) {
			return `INSERT INTO thing VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1`, []any{text(chance)}
		},
		func() (string, []any) {
			return `UPDATE OR REPLACE thing SET id = id || 'x' WHERE n > $1`, []any{chance.IntN(9)}
		},
		func() (string, []any) {
			return `INSERT OR REPLACE INTO numbered VALUES ($1, $2, $3, $4)`, []any{chance.IntN(20), chance.Float64(), []byte(text(chance)), text(chance)}
		},
		func() (string, []any) {
			return `INSERT OR REPLACE INTO numbered VALUES ($1, 3, x'', NULL)`, []any{chance.IntN(20)}
		},
		func() (string, []any) {
			return `INSERT INTO bare SELECT t, id FROM numbered WHERE id = $1`, []any{chance.IntN(20)}
		},
		func() (string, []any) {
			return `UPDATE numbered SET id = id + 100, t = NULL WHERE id = $1`, []any{chance.IntN(20)}
		},
		func() (string, []any) { return `DELETE FROM numbered WHERE id >= $1`, []any{100} },
		func() (string, []any) {
			return `INSERT OR REPLACE INTO keyed VALUES ($1, $2, $3)`, []any{text(chance), chance.IntN(3), []byte{0, byte(chance.IntN(9))}}
		},
		func() (string, []any) {
			return `UPDATE OR REPLACE keyed SET b = b + 1 WHERE a = $1`, []any{text(chance)}
		},
		func() (string, []any) { return `DELETE FROM keyed WHERE b > $1`, []any{4} },
		func() (string, []any) { return `DELETE FROM bare`, nil },
	}
	rolledBack := errors.New("rolled back")
	for range 60 {
		undo := chance.IntN(4) == 0
		err := d.Write(t.Context(), func(tx *sql.Tx) error {
			for range 8 {
				query, args := statements[chance.IntN(len(statements))]()
				if _, err := tx.ExecContext(t.Context(), query, args...); err != nil {
					undo = strings.Contains(err.Error(), "constraint")
					return errors.Join(err, rolledBack)
				}
			}
			if undo {
				return rolledBack
			}
			return nil
		})
		if undo != errors.Is(err, rolledBack) {
			t.Fatal(err)
		}
	}
	if wrong := check(t, d); len(wrong) > 0 {
		t.Errorf("got %v, want nothing wrong", wrong)
	}
	// The same after a column is added to rows that stand.
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	more := fstest.MapFS{"00001_kinds.sql": {Data: []byte(kinds)}, "00002_more.sql": {Data: []byte("-- +goose Up\nALTER TABLE keyed ADD COLUMN e INTEGER NOT NULL DEFAULT 5;\n")}}
	d, err := db.Open(t.Context(), db.Programme, path, more)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE keyed SET e = 6 WHERE b = 1`)
		return err
	})
	if wrong := check(t, d); err != nil || len(wrong) > 0 {
		t.Errorf("after a migration: got %v, %v, want nothing wrong", wrong, err)
	}
}

func text(chance *rand.Rand) string {
	return []string{"a", "b", "", "a\x00b", "中文", "a'b\r\n"}[chance.IntN(6)]
}

// Whoever changes a row, a table or a figure by hand is found, by the table's name (S49).
func TestS49WhatWasChangedByHandIsNamedByItsTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, edit, want string }{
		{"nothing", `SELECT 1`, ""},
		{"a value", `UPDATE thing SET n = 2 WHERE id = 'b'`, "table thing"},
		{"a row added", `INSERT INTO thing VALUES ('z', 1)`, "table thing"},
		{"a row taken away", `DELETE FROM keyed WHERE a = 'k'`, "table keyed"},
		{"a value's kind", `UPDATE numbered SET b = NULL`, "table numbered"},
		{"two rows changed alike", `UPDATE bare SET t = 'y'`, "table bare"},
		{"a table gone", `DROP TABLE bare`, "table bare"},
		{"a table added", `CREATE TABLE extra (a TEXT)`, "definitions"},
		{"a trigger gone", `DROP TRIGGER trail_is_append_only_update`, "definitions"},
		{"the figure itself", `UPDATE content SET a = a + 1 WHERE name = 'thing'`, "table thing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "p.db")
			d := openKinds(t, path, kinds)
			err := d.Write(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO thing VALUES ('a', 1), ('b', 1); INSERT INTO keyed VALUES ('k', 1, x'00');
					INSERT INTO numbered VALUES (1, 1.5, x'', ''); INSERT INTO bare VALUES ('x', 1), ('x', NULL)`)
				return err
			})
			if err := errors.Join(err, d.Record(t.Context(), audit.Entry{Action: "thing.add"}), d.Close()); err != nil {
				t.Fatal(err)
			}
			hand, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := hand.ExecContext(t.Context(), c.edit); err != nil {
				t.Fatal(err)
			}
			if err := hand.Close(); err != nil {
				t.Fatal(err)
			}
			d = openKinds(t, path, kinds)
			defer func() { _ = d.Close() }()
			wrong := check(t, d)
			named := slices.ContainsFunc(wrong, func(line string) bool { return strings.Contains(line, c.want) })
			if c.want == "" && len(wrong) > 0 || c.want != "" && !named {
				t.Errorf("got %v, want %q", wrong, c.want)
			}
		})
	}
}

// An entry cannot be replaced, changed or taken away by a statement (S51).
func TestS51TheTrailTakesNothingBack(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	for n := range 3 {
		if err := d.Record(t.Context(), audit.Entry{Actor: fmt.Sprint("li", n), Action: "read"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{
		`UPDATE trail SET actor = 'wang'`, `UPDATE OR REPLACE trail SET seq = 1 WHERE seq = 2`, `DELETE FROM trail`, `DELETE FROM trail WHERE seq = 3`,
		`INSERT OR REPLACE INTO trail SELECT half, seq, at, 'wang', role, action, object, outcome, reason, before, after, prev, hash FROM trail WHERE seq = 2`,
		`REPLACE INTO trail SELECT half, 1, at, 'wang', role, action, object, outcome, reason, before, after, prev, hash FROM trail WHERE seq = 2`,
		`INSERT INTO trail SELECT * FROM trail WHERE true ON CONFLICT DO UPDATE SET actor = 'wang'`,
	} {
		err := d.Write(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), statement)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v, want it refused", statement, err)
		}
	}
	if err := d.CheckTrail(t.Context()); err != nil {
		t.Error(err)
	}
}

// F12: after a stop between the steps of a migration and the count of what they made,
// the next start counts: the doctor would otherwise take the steps for an attack. One
// figure that is gone is no such stop, and stays named.
func TestF12AStopBeforeTheCountIsMadeUpFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		gone  string
		named bool
	}{
		"all figures": {`DELETE FROM content`, false},
		"one of them": {`DELETE FROM content WHERE name = ' schema'`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "p.db")
			d := open(t, path)
			err := d.Write(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), c.gone)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if wrong, err := d.Check(t.Context()); err != nil || len(wrong) == 0 {
				t.Fatalf("before: got %v, %v: the test sees nothing", wrong, err)
			}
			if wrong, err := open(t, path).Check(t.Context()); err != nil || len(wrong) > 0 != c.named {
				t.Errorf("after another start: got %v, %v", wrong, err)
			}
		})
	}
}
