// Package db opens a half's database, runs its migrations, gives transactions
// and turns what a driver says into refusals. It also keeps the trail's table,
// which both halves have. It knows nothing of what the halves store.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"modernc.org/sqlite" // the pure Go driver; no other package names it
)

// Half is one of the two halves of the house; each has its own database file,
// its own tables and its own trail.
type Half string

// The halves.
const (
	Programme Half = "programme"
	Survey    Half = "survey"
)

// DB is an open database: a pool of one connection that writes, and a pool
// that reads.
type DB struct {
	half    Half
	write   *sql.DB
	read    *sql.DB
	changes *changes // of the transaction on the writing connection
	mark    *mark    // what of it is known to be on the disk; nil where only looked at
	// untrailed is told which tables a transaction changed without an entry; see Untrailed.
	untrailed func(table string)
}

// readers is the size of the read pool: more than the cores, so that one slow
// reader does not stop the others.
const readers = 8

// Open opens the SQLite file at path, creating it, and brings its schema up to
// date with the half's own migrations. It refuses to go on when the file is
// not in WAL mode with synchronous=FULL, since an acknowledged answer would
// then not survive a power cut, and when the half is behind its mark (store.behind,
// store.mark; see Stand).
func Open(ctx context.Context, half Half, path string, migrations fs.FS) (*DB, error) {
	recorded, err := readMark(path) // before the half: another process may go on with it
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && recorded.Writes > 0 {
		return nil, late(path, Stand{}, recorded)
	}
	d, err := open(ctx, half, path, migrations, recorded)
	if err != nil {
		return nil, err
	}
	now, err := stand(ctx, d.read)
	if err == nil {
		d.mark, err = openMark(path, now)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// open opens the half, unless it is behind what was recorded, and marks nothing.
func open(ctx context.Context, half Half, path string, migrations fs.FS, recorded Stand) (*DB, error) {
	if err := private(path); err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(dsn(path, "immediate", writeCache))
	if err != nil {
		return nil, fmt.Errorf("open %s for writing: %w", half, err)
	}
	seen := newChanges()
	write := sql.OpenDB(watched{connector, seen})
	write.SetMaxOpenConns(1)
	d := &DB{half: half, write: write, changes: seen}
	if err := d.prepare(ctx, path, migrations, recorded); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// private makes the file readable by its owner only, before the driver makes it
// readable by all; the log files beside it inherit that.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the folder
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make %s: %w", path, err)
	}
	return f.Close()
}

func (d *DB) prepare(ctx context.Context, path string, migrations fs.FS, recorded Stand) error {
	if err := d.durable(ctx); err != nil {
		return err
	}
	found, err := stand(ctx, d.write)
	if err == nil {
		err = late(path, found, recorded)
	}
	if err != nil {
		return err
	}
	if err := d.migrate(ctx, trailSet, trailMigrations()); err != nil {
		return err
	}
	if err := d.migrate(ctx, string(d.half), migrations); err != nil {
		return err
	}
	if err := d.counted(ctx); err != nil {
		return err
	}
	read, err := sql.Open("sqlite", dsn(path, "deferred", readCache)+"&_pragma=query_only(1)")
	if err != nil {
		return fmt.Errorf("open %s for reading: %w", d.half, err)
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	d.read = read
	return nil
}

// Pages that a connection keeps for itself, in KiB: of the writer what it appends
// to, of each reader little, since a report reads a table once and the system's
// own page cache holds the file.
const (
	writeCache = 16 << 10
	readCache  = 2 << 10
)

// dsn names the file with the settings that every connection must have: a
// PRAGMA sent by hand would reach one pooled connection only. The driver sorts
// the _pragma list by name, but page_size must come before WAL: the journal
// mode has a key of its own, which is applied after the list.
func dsn(path, lock string, cache int) string {
	q := url.Values{"_txlock": {lock}, "_journal_mode": {"WAL"}, "_pragma": {
		"page_size(8192)", "busy_timeout(5000)", "synchronous(FULL)",
		"foreign_keys(1)", "secure_delete(1)", fmt.Sprintf("cache_size(-%d)", cache),
	}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

const (
	sqlSynchronous = `PRAGMA synchronous`
	sqlJournalMode = `PRAGMA journal_mode`
	syncFull       = 2
)

// durable reads the two settings back, since a driver may ignore what it does
// not know.
func (d *DB) durable(ctx context.Context) error {
	var sync int
	var journal string
	if err := d.write.QueryRowContext(ctx, sqlSynchronous).Scan(&sync); err != nil {
		return fmt.Errorf("%s: read synchronous: %w", d.half, err)
	}
	if err := d.write.QueryRowContext(ctx, sqlJournalMode).Scan(&journal); err != nil {
		return fmt.Errorf("%s: read journal mode: %w", d.half, err)
	}
	if sync < syncFull || journal != "wal" {
		return fmt.Errorf("%s: synchronous is %d and journal mode %s, but FULL and wal are needed", d.half, sync, journal)
	}
	return nil
}

// migrate runs the forward-only migrations of one set; each set keeps its
// version in a table of its own. It reports whether anything changed.
func (d *DB) migrate(ctx context.Context, set string, migrations fs.FS) error {
	versions, err := database.NewStore(database.DialectSQLite3, set+"_schema")
	if err != nil {
		return fmt.Errorf("%s: version table of %s: %w", d.half, set, err)
	}
	provider, err := goose.NewProvider("", d.write, migrations, goose.WithStore(versions), goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true)) // two lines of work may number ahead of each other; tables of one never need the other's
	if err != nil {
		return fmt.Errorf("%s: migrations of %s: %w", d.half, set, err)
	}
	steps, err := planSet(ctx, d.write, set, migrations)
	if err != nil {
		return fmt.Errorf("%s: schema version of %s: %w", d.half, set, err)
	}
	if err := Known(steps); err != nil {
		return fmt.Errorf("%s: %w", d.half, err)
	}
	if len(Pending(steps)) == 0 {
		return nil
	}
	if err := d.uncount(ctx); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("%s: migrate %s: %w", d.half, set, err)
	}
	return nil
}

// Write runs fn in a write transaction: all of it is stored, durably, or none.
// Only one such transaction runs at a time.
func (d *DB) Write(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return Refuse(fmt.Errorf("%s: begin: %w", d.half, err))
	}
	d.changes.forget()
	var now Stand
	if err = fn(tx); err == nil {
		now, err = d.settle(ctx, tx)
	}
	if err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(err, undo)
		}
		return Refuse(err)
	}
	if err := tx.Commit(); err != nil {
		return Refuse(fmt.Errorf("%s: commit: %w", d.half, err))
	}
	d.Reached(now)
	return nil
}

// Reader is the pool for reading; writing through it fails.
func (d *DB) Reader() *sql.DB { return d.read }

// WriteConn takes the one writing connection for good, for a writer that keeps
// its own prepared statements. While it is held, Write waits.
func (d *DB) WriteConn(ctx context.Context) (*sql.Conn, error) {
	c, err := d.write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: writing connection: %w", d.half, err)
	}
	return c, nil
}

// Close closes both pools; the last writer out folds the log into the file.
func (d *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{d.read, d.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if d.mark != nil {
		errs = append(errs, d.mark.close())
	}
	return errors.Join(errs...)
}

const sqlPing = `SELECT 1`

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	if err := d.read.QueryRowContext(ctx, sqlPing).Scan(&one); err != nil {
		return Refuse(fmt.Errorf("%s: ping: %w", d.half, err))
	}
	return nil
}
