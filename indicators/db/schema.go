package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"minyi/indicators/fault"
)

// Step is one change of a half's schema.
type Step struct {
	Set     string // the trail's changes or the half's own
	Version int64
	File    string // its file; empty where this program does not know the step
	Applied bool
}

// trailSet names the changes of the trail's table, which both halves have.
const trailSet = "trail"

// Plan says of the database at path which steps of the schema it has and which
// this program would run, in their order; it changes nothing. A file that is not
// there has none.
func Plan(ctx context.Context, half Half, path string, migrations fs.FS) (steps []Step, err error) {
	var file *sql.DB
	if _, err := os.Stat(path); err == nil {
		file, err = sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=rw&_pragma=busy_timeout(5000)&_pragma=query_only(1)")
		if err != nil {
			return nil, fmt.Errorf("schema of %s: %w", path, err)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("schema of %s: %w", path, err)
	}
	for _, set := range []struct {
		name  string
		files fs.FS
	}{{trailSet, trailMigrations()}, {string(half), migrations}} {
		some, err := planSet(ctx, file, set.name, set.files)
		if err != nil {
			return nil, fmt.Errorf("schema of %s: %w", path, err)
		}
		steps = append(steps, some...)
	}
	return steps, nil
}

// planSet lays the files of one set beside what the database says that it has.
func planSet(ctx context.Context, file *sql.DB, set string, files fs.FS) (steps []Step, err error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", set, err)
	}
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", set, err)
		}
		steps = append(steps, Step{Set: set, Version: version, File: name})
	}
	has, err := applied(ctx, file, set)
	if err != nil {
		return nil, err
	}
	for _, version := range has {
		if i := slices.IndexFunc(steps, func(s Step) bool { return s.Version == version }); i >= 0 {
			steps[i].Applied = true
		} else {
			steps = append(steps, Step{Set: set, Version: version, Applied: true})
		}
	}
	slices.SortFunc(steps, func(a, b Step) int { return int(a.Version - b.Version) })
	return steps, nil
}

const sqlHasTable = `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1`

// applied are the versions of a set that a database has; none where nothing is
// open or the set has no table yet.
func applied(ctx context.Context, file *sql.DB, set string) (out []int64, err error) {
	if file == nil {
		return nil, nil
	}
	var tables int
	if err := file.QueryRowContext(ctx, sqlHasTable, set+"_schema").Scan(&tables); err != nil {
		return nil, fmt.Errorf("%s: %w", set, err)
	}
	if tables == 0 {
		return nil, nil
	}
	versions, err := database.NewStore(database.DialectSQLite3, set+"_schema")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", set, err)
	}
	list, err := versions.ListMigrations(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", set, err)
	}
	for _, one := range list {
		if one.Version > 0 && one.IsApplied {
			out = append(out, one.Version)
		}
	}
	return out, nil
}

// Pending are the steps that this program would run.
func Pending(steps []Step) []Step {
	return slices.DeleteFunc(slices.Clone(steps), func(s Step) bool { return s.Applied })
}

// Known refuses a database that has steps which this program does not know: it
// was written by a newer one, and what it means can only be guessed.
func Known(steps []Step) error {
	for _, s := range steps {
		if s.File == "" {
			return fault.New(fault.Conflict, "schema.newer", "set", s.Set, "version", fmt.Sprint(s.Version))
		}
	}
	return nil
}

// hasContent reports whether the database keeps figures of its tables.
func hasContent(ctx context.Context, from reader) (bool, error) {
	var tables int
	if err := from.QueryRowContext(ctx, sqlHasTable, contentTable).Scan(&tables); err != nil {
		return false, fmt.Errorf("content: %w", err)
	}
	return tables > 0, nil
}

// uncount takes all figures away before steps run, so that after a stop between them
// and the count of what they made, the next start counts. One figure that is gone is
// damage, which is named and not counted over.
func (d *DB) uncount(ctx context.Context) error {
	has, err := hasContent(ctx, d.write)
	if err == nil && has {
		_, err = d.write.ExecContext(ctx, sqlNoContent)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.half, err)
	}
	return nil
}

const sqlCounted = `SELECT count(*) FROM content`

// CutShort reports whether steps have run since the content was counted last: an
// upgrade, or the making of a new database, that was stopped on its way. One that keeps
// neither figures nor a trail was stopped before it could hold anything.
func (d *DB) CutShort(ctx context.Context) (bool, error) {
	has, err := hasContent(ctx, d.read)
	if err != nil {
		return false, err
	}
	if !has {
		var trails int
		if err := d.read.QueryRowContext(ctx, sqlHasTable, trailTable).Scan(&trails); err != nil {
			return false, fmt.Errorf("%s: trail: %w", d.half, err)
		}
		return trails == 0, nil
	}
	var n int
	if err := d.read.QueryRowContext(ctx, sqlCounted).Scan(&n); err != nil {
		return false, fmt.Errorf("%s: content: %w", d.half, err)
	}
	return n == 0, nil
}

// counted counts the content of all tables, unless that was done since the schema
// changed last.
func (d *DB) counted(ctx context.Context) error {
	var n int
	if err := d.write.QueryRowContext(ctx, sqlCounted).Scan(&n); err != nil {
		return fmt.Errorf("%s: content: %w", d.half, err)
	}
	if n > 0 {
		return nil
	}
	return d.recount(ctx)
}
