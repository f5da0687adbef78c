package db

import (
	"database/sql"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"minyi/indicators/fault"
)

// Refuse turns a driver's error that says "not now" into a refusal: the disk is
// full, cannot be written, or the database is busy. Nothing was stored then and
// the same request may be sent again. Other errors pass through.
func Refuse(err error) error {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return err
	}
	switch lite.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return errors.Join(fault.New(fault.Unavailable, "store.unavailable"), err)
	}
	return err
}

// Duplicate reports whether err says that a unique key is already taken.
func Duplicate(err error) bool {
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	code := lite.Code()
	return code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// Missing reports whether err says that no row was found.
func Missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }
