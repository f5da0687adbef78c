package db_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
)

const schema = `-- +goose Up
CREATE TABLE thing (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
`

func migrations() fstest.MapFS {
	return fstest.MapFS{"00001_thing.sql": {Data: []byte(schema)}}
}

func open(t *testing.T, path string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Programme, path, migrations())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestEveryConnectionIsDurableAndChecksForeignKeys(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "a b#c?.db"))
	for _, c := range []struct {
		pragma string
		want   string
	}{
		{"PRAGMA journal_mode", "wal"},
		{"PRAGMA synchronous", "2"},
		{"PRAGMA foreign_keys", "1"},
		{"PRAGMA page_size", "8192"},
	} {
		var got string
		err := d.Write(t.Context(), func(tx *sql.Tx) error {
			return tx.QueryRowContext(t.Context(), c.pragma).Scan(&got)
		})
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.pragma, got, err, c.want)
		}
	}
	if _, err := d.Reader().ExecContext(t.Context(), `INSERT INTO thing VALUES ('x', 1)`); err == nil {
		t.Error("the read pool wrote")
	}
}

func TestWriteStoresAllOrNothing(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	stop := errors.New("stop")
	err := d.Write(t.Context(), func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `INSERT INTO thing VALUES ('x', 1)`); err != nil {
			return err
		}
		if err := d.AppendTrail(t.Context(), tx, audit.Entry{Action: "thing.add"}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatalf("got %v, want stop", err)
	}
	var n int
	if err := d.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM thing`).Scan(&n); err != nil || n != 0 {
		t.Errorf("got %d rows, %v, want none", n, err)
	}
	if entries, err := d.Trail(t.Context(), 0, 10); err != nil || len(entries) != 0 {
		t.Errorf("got %d entries, %v, want none", len(entries), err)
	}
}

func TestTrailIsChainedAndAppendOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.db")
	d := open(t, path)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if err := d.Record(context.WithoutCancel(t.Context()), audit.Entry{Actor: "li", Action: "read", At: time.Unix(1600000000, 999)}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if err := d.CheckTrail(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{`UPDATE trail SET actor = 'wang'`, `DELETE FROM trail`} {
		err := d.Write(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), statement)
			return err
		})
		if err == nil {
			t.Errorf("%s: got no refusal", statement)
		}
	}
	// Somebody with the file in hand can drop the triggers; the chain shows it.
	err := d.Write(t.Context(), func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `DROP TRIGGER trail_is_append_only_update`); err != nil {
			return err
		}
		_, err := tx.ExecContext(t.Context(), `UPDATE trail SET actor = 'wang' WHERE seq = 7`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var broken *audit.Break
	if err := d.CheckTrail(t.Context()); !errors.As(err, &broken) || broken.Seq != 7 {
		t.Errorf("got %v, want a break at 7", err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.db")
	newer := migrations()
	newer["00002_more.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE more (id TEXT) STRICT;\n")}
	d, err := db.Open(t.Context(), db.Programme, path, newer)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context(), db.Programme, path, migrations()); err == nil {
		t.Error("an older program opened a newer schema")
	}
}

func TestDuplicateAndMissingAreKnown(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	add := func() error {
		return d.Write(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), `INSERT INTO thing VALUES ('x', 1)`)
			return err
		})
	}
	if err := add(); err != nil {
		t.Fatal(err)
	}
	if err := add(); !db.Duplicate(err) {
		t.Errorf("got %v, want a duplicate", err)
	}
	var n int
	if err := d.Reader().QueryRowContext(t.Context(), `SELECT n FROM thing WHERE id = 'y'`).Scan(&n); !db.Missing(err) {
		t.Errorf("got %v, want missing", err)
	}
}
