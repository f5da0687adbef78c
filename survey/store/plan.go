package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey"
)

// plan reads a document of a survey with its version; version 0 where there is none
// yet. what names it in an error.
func (s *Store) plan(ctx context.Context, what, query string, id survey.ID) (version int, doc string, err error) {
	err = s.db.Reader().QueryRowContext(ctx, query, string(id)).Scan(&version, &doc)
	if db.Missing(err) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", fmt.Errorf("%s: %w", what, err)
	}
	return version, doc, nil
}

// one runs a change of one row, or refuses with survey.changed where there was none
// to change. what names it in an error.
func one(ctx context.Context, tx *sql.Tx, what, query string, args ...any) error {
	done, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fault.New(fault.Conflict, "survey.changed"), err)
	}
	return nil
}
