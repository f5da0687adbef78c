// Package store keeps the programme half in its database: one file a step, each
// implementing the small Store interface that the step declares. It loads,
// calls the step's own rule, saves and writes the trail in one transaction; it
// knows no rule itself.
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/keyring"
)

//go:embed migrations/sqlite/*.sql
var migrationFiles embed.FS

// Migrations are the programme half's schema changes, for db.Open and db.Plan.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrationFiles, "migrations/sqlite")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Store is the programme half's database.
type Store struct {
	db   *db.DB
	ring *keyring.Ring // nil: nothing is sealed here
}

// Open opens the programme half at path, creating it, and brings its schema up
// to date.
func Open(ctx context.Context, path string) (*Store, error) {
	d, err := db.Open(ctx, db.Programme, path, Migrations())
	if err != nil {
		return nil, err
	}
	return &Store{db: d}, nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Forget cuts the log, so that what was deleted stands nowhere; see db.DB.
func (s *Store) Forget(ctx context.Context) (bool, error) { return s.db.Forget(ctx) }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.Ping(ctx) }

// Record appends an entry that goes with no other change, such as a reading.
func (s *Store) Record(ctx context.Context, entry audit.Entry) error {
	return s.db.Record(ctx, entry)
}

// Trail returns up to limit entries after the given place, oldest first.
func (s *Store) Trail(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	return s.db.Trail(ctx, after, limit)
}

// TrailEnd is the moment of the newest entry; the zero time where there is none.
func (s *Store) TrailEnd(ctx context.Context) (time.Time, error) { return s.db.TrailEnd(ctx) }

// Untrailed calls tell for every table that was changed without an entry in the trail.
func (s *Store) Untrailed(tell func(table string)) { s.db.Untrailed(tell) }

// FindActs returns the entries of an action that say so after it, newest first.
func (s *Store) FindActs(ctx context.Context, action, after string) ([]audit.Entry, error) {
	return s.db.FindActs(ctx, action, after)
}

// FindSaid returns the entries of an action whose text after it holds the part, newest
// first.
func (s *Store) FindSaid(ctx context.Context, action, part string) ([]audit.Entry, error) {
	return s.db.FindSaid(ctx, action, part)
}

// Check returns what is wrong with the database file, in its own words.
func (s *Store) Check(ctx context.Context) ([]string, error) { return s.db.Check(ctx) }

// CheckTrail returns an *audit.Break when an entry is not what it was.
func (s *Store) CheckTrail(ctx context.Context) error { return s.db.CheckTrail(ctx) }

// write runs fn and appends the entry, both or neither.
func (s *Store) write(ctx context.Context, entry *audit.Entry, fn func(tx *sql.Tx) error) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return s.db.AppendTrail(ctx, tx, *entry)
	})
}

// queryer is a pool or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// encode writes a document.
func encode(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(raw), nil
}

// decode reads a document into v.
func decode(text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("decode %T: %w", v, err)
	}
	return nil
}

// each runs scan on every row of a query.
func each(ctx context.Context, q queryer, scan func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("query: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one refuses an update that found another version than the one it was made from.
func one(result sql.Result, err error, refusal error) error {
	if err != nil {
		return fmt.Errorf("update: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("update: %w", err)
	}
	if n != 1 {
		return refusal
	}
	return nil
}
