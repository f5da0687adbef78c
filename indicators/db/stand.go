package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Stand is how far a half has come: a state that is whole may still be an older one,
// as after a log that was cut, or when a copy is put in the place of the file. The
// half keeps its stand with every transaction; when that is on the disk, and not
// before, the stand goes into a small file beside it (its mark). So the mark may stay
// behind the half, after a kill or a power cut, and never runs ahead of it: a half that
// is behind its mark has lost what was acknowledged. A folder that was taken back as a
// whole, marks and all, is known by the log's witnesses alone.
type Stand struct {
	Writes  int64 // transactions that changed something
	Entries int64 // of the trail
	Answers int64 // that the intake has stored
}

// missing is what a half that stands there lacks of what was recorded.
func (s Stand) missing(recorded Stand) Stand {
	return Stand{recorded.Writes - s.Writes, max(0, recorded.Entries-s.Entries), max(0, recorded.Answers-s.Answers)}
}

// StandStatement counts a transaction that changed something, and tells the stand that
// it makes; its arguments come from Sums.
const StandStatement = `UPDATE stand SET writes = writes + 1, entries = entries + $1, answers = answers + $2,
	proof = proof + 1 + 3 * $1 + 7 * $2 RETURNING writes, entries, answers`

const sqlStand = `SELECT writes, entries, answers FROM stand`

// standTable keeps the stand, which has no figure.
const standTable = "stand"

// step notes the transaction on its own connection.
func (d *DB) step(ctx context.Context, tx *sql.Tx, args []driver.Value) (s Stand, err error) {
	if args == nil {
		return s, nil
	}
	if err := tx.QueryRowContext(ctx, StandStatement, args[0], args[1]).Scan(&s.Writes, &s.Entries, &s.Answers); err != nil {
		return s, fmt.Errorf("%s: stand: %w", d.half, err)
	}
	return s, nil
}

// Reached writes down that a transaction which made this stand is on the disk. What
// cannot be written is written with the next one: the mark only stays behind.
func (d *DB) Reached(s Stand) {
	if d.mark != nil && s.Writes > 0 {
		d.mark.reach(s)
	}
}

// stand is how far the half has come; one that an older program has made has no stand.
func stand(ctx context.Context, from reader) (s Stand, err error) {
	var tables int
	if err := from.QueryRowContext(ctx, sqlHasTable, standTable).Scan(&tables); err != nil {
		return s, fmt.Errorf("stand: %w", err)
	}
	if tables == 0 {
		return s, nil
	}
	if err := from.QueryRowContext(ctx, sqlStand).Scan(&s.Writes, &s.Entries, &s.Answers); err != nil {
		return s, fmt.Errorf("stand: %w", err)
	}
	return s, nil
}

// Behind refuses (store.behind) a half that is older than what its mark says was on
// the disk, or is gone, and one whose mark cannot be read (store.mark). It changes
// nothing. A half without a mark, as a restored one, is not behind.
func Behind(ctx context.Context, half Half, path string) (err error) {
	recorded, err := readMark(path) // before the half: a service may go on
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var found Stand
	if _, err := os.Stat(path); err == nil {
		d, err := Look(half, path)
		if err != nil {
			return err
		}
		found, err = stand(ctx, d.read)
		if err := errors.Join(err, d.Close()); err != nil {
			return fmt.Errorf("%s: %w", half, err)
		}
	}
	return late(path, found, recorded)
}

// late compares a stand with the one that was recorded.
func late(path string, found, recorded Stand) error {
	if found.Writes >= recorded.Writes {
		return nil
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	lost := found.missing(recorded)
	return fault.New(fault.Conflict, "store.behind", "file", filepath.Base(path), "recorded", number(recorded.Writes),
		"found", number(found.Writes), "writes", number(lost.Writes), "entries", number(lost.Entries), "answers", number(lost.Answers))
}

// Bear opens a half that is behind its mark, puts the entry into its trail, with what
// was recorded before it and what was found after it, and marks its stand anew: what is
// missing is lost for good, and somebody has said so. A half that is not behind is
// left as it is, and false returned.
func Bear(ctx context.Context, half Half, path string, migrations fs.FS, entry audit.Entry) (done bool, err error) {
	var refusal *fault.Refusal
	if err := Behind(ctx, half, path); err == nil || !errors.As(err, &refusal) {
		return false, err
	}
	d, err := open(ctx, half, path, migrations, Stand{})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	entry.Before, entry.After = "", ""
	if refusal.Params != nil {
		entry.Before, entry.After = refusal.Params["recorded"], refusal.Params["found"]
	}
	if err := d.Record(ctx, entry); err != nil {
		return false, err
	}
	now, err := stand(ctx, d.read)
	if err != nil {
		return false, err
	}
	return true, makeMark(path, now, os.Rename)
}
