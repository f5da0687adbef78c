package db_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
)

const oneTable = `-- +goose Up
CREATE TABLE thing (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;
`

// halfAt opens a half in a folder.
func halfAt(t *testing.T, dir string) (*db.DB, error) {
	t.Helper()
	return db.Open(t.Context(), db.Survey, filepath.Join(dir, "h.db"), steps())
}

// begun is a new half, and its folder.
func begun(t *testing.T) (dir string, d *db.DB) {
	t.Helper()
	dir = t.TempDir()
	d, err := halfAt(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, d
}

func steps() fstest.MapFS { return fstest.MapFS{"00001_thing.sql": {Data: []byte(oneTable)}} }

// put stores things, each with an entry of the trail.
func put(t *testing.T, d *db.DB, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		err := d.Write(t.Context(), func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(t.Context(), `INSERT INTO thing (n) VALUES ($1)`, n); err != nil {
				return err
			}
			return d.AppendTrail(t.Context(), tx, audit.Entry{At: time.UnixMilli(int64(n)), Action: "thing.put"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func things(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM thing`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// killed is what a kill leaves of a folder whose half is open: a copy of its files.
func killed(t *testing.T, dir string, names ...string) string {
	t.Helper()
	to := t.TempDir()
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func mended(t *testing.T, d *db.DB) {
	t.Helper()
	if wrong, err := d.Check(t.Context()); err != nil || len(wrong) > 0 || d.CheckTrail(t.Context()) != nil {
		t.Errorf("got %v, %v, %v", wrong, err, d.CheckTrail(t.Context()))
	}
}

// lacks wants a half refused, for so many transactions that are missing.
func lacks(t *testing.T, name string, err error, want int) {
	t.Helper()
	var refusal *fault.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "store.behind" || refusal.Params["writes"] != strconv.Itoa(want) ||
		refusal.Params["entries"] != strconv.Itoa(want) {
		t.Errorf("%s: got %v, want it refused for %d transactions, each with its entry", name, err, want)
	}
}

// Wherever the log is cut, what stands before the cut is a whole, earlier state. It is
// refused for exactly what is missing, and nothing is changed: the whole log, put back,
// has everything.
func TestF15ALogThatWasCutIsRefusedForWhatIsMissing(t *testing.T) {
	t.Parallel()
	dir, d := begun(t)
	defer func() { _ = d.Close() }()
	const all = 20
	put(t, d, 0, all)
	left := killed(t, dir, "h.db", "h.db-wal", "h.db-stand") // and no -shm, which is made anew
	whole, err := os.ReadFile(filepath.Join(left, "h.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	const frame = 8192 + 24
	seen := map[int]bool{}
	for cut := 0; cut < len(whole); cut += len(whole)/24 + 1 {
		if err := os.WriteFile(filepath.Join(left, "h.db-wal"), whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		err := db.Behind(t.Context(), db.Survey, filepath.Join(left, "h.db"))
		var refusal *fault.Refusal
		if !errors.As(err, &refusal) {
			t.Fatalf("cut at %d of %d: got %v, want it refused", cut, len(whole), err)
		}
		missing, _ := strconv.Atoi(refusal.Params["writes"])
		lacks(t, "cut", err, missing)
		_, err = halfAt(t, left)
		lacks(t, "opened", err, missing)
		if missing < 1 || missing > all || cut < frame && missing != all {
			t.Errorf("cut at %d: %d transactions are missing", cut, missing)
		}
		seen[missing] = true
	}
	if len(seen) < 10 {
		t.Errorf("got %d different states, want more: what is this test looking at?", len(seen))
	}
	for i := range 8 { // a byte that was changed ends the log there
		bad := append([]byte{}, whole...)
		bad[len(bad)*(2*i+1)/16] ^= 0x55
		if err := os.WriteFile(filepath.Join(left, "h.db-wal"), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := db.Behind(t.Context(), db.Survey, filepath.Join(left, "h.db")); err == nil {
			t.Errorf("byte %d of the log was changed: got no refusal", len(bad)*(2*i+1)/16)
		}
	}
	if err := os.WriteFile(filepath.Join(left, "h.db-wal"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := halfAt(t, left)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if got := things(t, again); got != all {
		t.Errorf("got %d things, want %d", got, all)
	}
	mended(t, again)
}

// A kill at any moment never makes a half that is whole look behind: its mark was
// written after it. A copy that a backup makes has no mark, and is not behind either.
func TestF15AKilledHalfIsNeverBehind(t *testing.T) {
	t.Parallel()
	dir, d := begun(t)
	defer func() { _ = d.Close() }()
	for n := range 5 {
		put(t, d, n, n+1)
		left := killed(t, dir, "h.db-stand", "h.db", "h.db-wal")
		again, err := halfAt(t, left)
		if err != nil {
			t.Fatalf("after %d: %v", n+1, err)
		}
		if got := things(t, again); got != n+1 {
			t.Errorf("got %d things, want %d", got, n+1)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
	undone := errors.New("undone")
	err := d.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO thing (n) VALUES (99)`)
		return errors.Join(undone, err)
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	copied := t.TempDir()
	for _, to := range []string{killed(t, dir, "h.db-stand", "h.db", "h.db-wal"), copied} {
		if to == copied {
			if err := db.Snapshot(t.Context(), filepath.Join(dir, "h.db"), filepath.Join(to, "h.db")); err != nil {
				t.Fatal(err)
			}
		}
		again, err := halfAt(t, to)
		if err != nil {
			t.Fatal(err)
		}
		mended(t, again)
		put(t, again, 50, 52)
		if err := errors.Join(again.Close(), db.Behind(t.Context(), db.Survey, filepath.Join(to, "h.db"))); err != nil {
			t.Error(err)
		}
	}
}

// An older copy in the place of the file is refused, however sound; so is a file that
// is gone. When somebody bears the loss, that stands in the trail, and it goes on.
func TestF15AnOlderCopyInItsPlaceIsRefusedUntilTheLossIsBorne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "h.db")
	d, err := halfAt(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	put(t, d, 0, 3)
	older := filepath.Join(t.TempDir(), "h.db")
	if err := db.Snapshot(t.Context(), path, older); err != nil {
		t.Fatal(err)
	}
	put(t, d, 3, 10)
	if err := errors.Join(d.Close(), os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	_, err = halfAt(t, dir)
	lacks(t, "gone", err, 10)
	if err := os.Rename(older, path); err != nil {
		t.Fatal(err)
	}
	for range 2 { // asking changes nothing
		_, err = halfAt(t, dir)
		lacks(t, "older", err, 7)
	}
	entry := audit.Entry{At: time.UnixMilli(1), Action: "data.loss", Reason: "the disk is gone"}
	for _, want := range []bool{true, false} { // the second time there is nothing to bear
		if done, err := db.Bear(t.Context(), db.Survey, path, steps(), entry); err != nil || done != want {
			t.Fatalf("got %v, %v, want %v", done, err, want)
		}
	}
	if d, err = halfAt(t, dir); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	mended(t, d)
	trail, err := d.Trail(t.Context(), 3, 10)
	if err != nil || len(trail) != 1 || trail[0].Reason != entry.Reason || trail[0].Before != "10" || trail[0].After != "3" {
		t.Errorf("got %+v, %v, want one entry: 10 before, 3 after", trail, err)
	}
}

// A mark of which one half is torn says what the other half says; one that cannot be
// read is no proof, and the half is refused until somebody has looked.
func TestF15ATornMarkIsReadAndADamagedOneRefused(t *testing.T) {
	t.Parallel()
	dir, d := begun(t)
	put(t, d, 0, 4)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	mark := filepath.Join(dir, "h.db-stand")
	whole, err := os.ReadFile(mark)
	if err != nil {
		t.Fatal(err)
	}
	const slot = 4096
	damage := func(at ...int) {
		t.Helper()
		bad := append([]byte{}, whole...)
		for _, i := range at {
			bad[i] ^= 4
		}
		if err := os.WriteFile(mark, bad, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, at := range map[string][]int{"first": {12}, "second": {slot + 20}, "none": nil} {
		damage(at...)
		if err := db.Behind(t.Context(), db.Survey, filepath.Join(dir, "h.db")); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	damage(13, slot+13)
	want := fault.New(fault.Conflict, "store.mark")
	if err := db.Behind(t.Context(), db.Survey, filepath.Join(dir, "h.db")); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	if _, err := halfAt(t, dir); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	done, err := db.Bear(t.Context(), db.Survey, filepath.Join(dir, "h.db"), steps(), audit.Entry{Action: "data.loss", Reason: "looked"})
	if err != nil || !done {
		t.Fatalf("got %v, %v", done, err)
	}
	if d, err = halfAt(t, dir); err != nil {
		t.Fatal(err)
	}
	mended(t, d)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// The stand itself cannot be changed alone.
func TestF15AStandThatWasChangedIsNamed(t *testing.T) {
	t.Parallel()
	_, d := begun(t)
	defer func() { _ = d.Close() }()
	put(t, d, 0, 2)
	conn, err := d.WriteConn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{`PRAGMA ignore_check_constraints(1)`, `UPDATE stand SET writes = 900`} {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if wrong, err := d.Check(t.Context()); err != nil || len(wrong) != 1 {
		t.Errorf("got %v, %v, want one line", wrong, err)
	}
}
