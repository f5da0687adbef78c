package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
)

const sqlSnapshot = `VACUUM INTO $1`

// Snapshot writes the database at path, as it stands at one moment, to a file
// that is not there yet, while others go on writing. What was deleted is not in
// the copy. It changes nothing at path and runs no migration.
func Snapshot(ctx context.Context, path, to string) (err error) {
	from, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=rw&_pragma=busy_timeout(5000)")
	if err != nil {
		return fmt.Errorf("snapshot of %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if _, err := from.ExecContext(ctx, sqlSnapshot, to); err != nil {
		return fmt.Errorf("snapshot of %s: %w", path, err)
	}
	return nil
}

// Look opens the file at path for reading only, as it is: it runs no migration,
// and what is opened cannot write.
func Look(half Half, path string) (*DB, error) {
	read, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=query_only(1)")
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", path, err)
	}
	return &DB{half: half, read: read}, nil
}
