package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"minyi/indicators/audit"
)

//go:embed migrations/sqlite/*.sql
var trailFiles embed.FS

func trailMigrations() fs.FS {
	sub, err := fs.Sub(trailFiles, "migrations/sqlite")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

const sqlTrailLast = `SELECT seq, hash FROM trail WHERE half = $1 ORDER BY seq DESC LIMIT 1`

const sqlTrailAppend = `INSERT INTO trail
	(half, seq, at, actor, role, action, object, outcome, reason, before, after, prev, hash)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// AppendTrail adds an entry to the half's trail within the transaction that
// does what the entry says: either both are stored or neither.
func (d *DB) AppendTrail(ctx context.Context, tx *sql.Tx, e audit.Entry) error {
	var last audit.Entry
	err := tx.QueryRowContext(ctx, sqlTrailLast, string(d.half)).Scan(&last.Seq, &last.Hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("trail: last entry: %w", err)
	}
	e = audit.Seal(e, last)
	_, err = tx.ExecContext(ctx, sqlTrailAppend, string(d.half), e.Seq, e.At.UnixMilli(), e.Actor, e.Role,
		e.Action, e.Object, e.Outcome, e.Reason, e.Before, e.After, e.Prev, e.Hash)
	if err != nil {
		return fmt.Errorf("trail: append: %w", err)
	}
	return nil
}

// Record appends an entry that goes with no other change, such as a reading.
func (d *DB) Record(ctx context.Context, e audit.Entry) error {
	return d.Write(ctx, func(tx *sql.Tx) error { return d.AppendTrail(ctx, tx, e) })
}

const sqlTrailRead = `SELECT seq, at, actor, role, action, object, outcome, reason, before, after, prev, hash
	FROM trail WHERE half = $1 AND seq > $2 ORDER BY seq LIMIT $3`

// Trail returns up to limit entries after the given place, oldest first.
func (d *DB) Trail(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	return d.entries(ctx, sqlTrailRead, string(d.half), after, limit)
}

const sqlTrailFind = `SELECT seq, at, actor, role, action, object, outcome, reason, before, after, prev, hash
	FROM trail WHERE half = $1 AND (lower(object) LIKE $2 ESCAPE '\' OR lower(actor) LIKE $2 ESCAPE '\') ORDER BY seq DESC LIMIT $3`

// FindTrail returns up to limit entries whose object or actor holds the text, in
// letters of either case, newest first.
func (d *DB) FindTrail(ctx context.Context, text string, limit int) ([]audit.Entry, error) {
	plain := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text))
	return d.entries(ctx, sqlTrailFind, string(d.half), "%"+plain+"%", limit)
}

const sqlTrailActs = `SELECT seq, at, actor, role, action, object, outcome, reason, before, after, prev, hash
	FROM trail WHERE half = $1 AND action = $2 AND after = $3 ORDER BY seq DESC LIMIT 100`

// FindActs returns the entries of an action that say so after it, newest first.
func (d *DB) FindActs(ctx context.Context, action, after string) ([]audit.Entry, error) {
	return d.entries(ctx, sqlTrailActs, string(d.half), action, after)
}

const sqlTrailSaid = `SELECT seq, at, actor, role, action, object, outcome, reason, before, after, prev, hash
	FROM trail WHERE half = $1 AND action = $2 AND after LIKE $3 ESCAPE '\' ORDER BY seq DESC LIMIT 100`

// FindSaid returns the entries of an action whose text after it holds the part, newest
// first.
func (d *DB) FindSaid(ctx context.Context, action, part string) ([]audit.Entry, error) {
	plain := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(part)
	return d.entries(ctx, sqlTrailSaid, string(d.half), action, "%"+plain+"%")
}

const sqlTrailEnd = `SELECT at FROM trail WHERE half = $1 ORDER BY seq DESC LIMIT 1`

// TrailEnd is the moment of the newest entry; the zero time where there is none.
func (d *DB) TrailEnd(ctx context.Context) (time.Time, error) {
	var at int64
	err := d.read.QueryRowContext(ctx, sqlTrailEnd, string(d.half)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("trail: end: %w", err)
	}
	return time.UnixMilli(at).UTC(), nil
}

func (d *DB) entries(ctx context.Context, query string, args ...any) (entries []audit.Entry, err error) {
	rows, err := d.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("trail: read: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e audit.Entry
		var at int64
		if err := rows.Scan(&e.Seq, &at, &e.Actor, &e.Role, &e.Action, &e.Object, &e.Outcome, &e.Reason,
			&e.Before, &e.After, &e.Prev, &e.Hash); err != nil {
			return nil, fmt.Errorf("trail: read: %w", err)
		}
		e.At = time.UnixMilli(at).UTC()
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// wholeTrail is more entries than a trail will ever hold.
const wholeTrail = 1 << 40

// CheckTrail reads the half's whole trail and returns an *audit.Break when an
// entry is not what it was.
func (d *DB) CheckTrail(ctx context.Context) error {
	entries, err := d.Trail(ctx, 0, wholeTrail)
	if err != nil {
		return err
	}
	return audit.Check(entries)
}
