package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/db"
	"minyi/survey"
)

const (
	sqlRun     = `SELECT data, report FROM review_run WHERE survey = $1`
	sqlKeepRun = `INSERT INTO review_run (survey, data, report) VALUES ($1, $2, $3)
		ON CONFLICT (survey) DO UPDATE SET data = excluded.data, report = excluded.report`
	sqlDropRun = `DELETE FROM review_run WHERE survey = $1`
)

// Run returns what the detector said of a survey, sealed, with the digest of its
// data.
func (s *Store) Run(ctx context.Context, id survey.ID) (digest string, sealed []byte, err error) {
	err = s.db.Reader().QueryRowContext(ctx, sqlRun, string(id)).Scan(&digest, &sealed)
	if db.Missing(err) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("survey: read a review: %w", err)
	}
	return digest, sealed, nil
}

// KeepRun keeps what the detector said.
func (s *Store) KeepRun(ctx context.Context, id survey.ID, digest string, sealed []byte) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlKeepRun, string(id), digest, sealed); err != nil {
			return fmt.Errorf("survey: keep a review: %w", err)
		}
		return nil
	})
}

// DropRun deletes what the detector said.
func (s *Store) DropRun(ctx context.Context, id survey.ID) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlDropRun, string(id)); err != nil {
			return fmt.Errorf("survey: drop a review: %w", err)
		}
		return nil
	})
}
