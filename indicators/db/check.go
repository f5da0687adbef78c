package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

const (
	sqlIntegrity   = `PRAGMA integrity_check(20)`
	sqlForeignKeys = `SELECT "table" || ' row ' || coalesce(rowid, '') || ' points to nothing in ' || parent FROM pragma_foreign_key_check LIMIT 20`
)

// Check looks the whole file over and returns what is wrong with its pages,
// indexes and references, in the words of the database, and which tables do not
// hold what the program wrote (S49); nothing when all is well.
func (d *DB) Check(ctx context.Context) ([]string, error) {
	pages, err := d.words(ctx, sqlIntegrity)
	if err != nil {
		return nil, err
	}
	if len(pages) == 1 && pages[0] == "ok" {
		pages = nil
	}
	keys, err := d.words(ctx, sqlForeignKeys)
	if err != nil {
		return nil, err
	}
	tables, err := d.altered(ctx)
	return slices.Concat(pages, keys, tables), err
}

func (d *DB) words(ctx context.Context, query string) (out []string, err error) {
	rows, err := d.read.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%s: check: %w", d.half, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("%s: check: %w", d.half, err)
		}
		out = append(out, line)
	}
	return out, rows.Err()
}
