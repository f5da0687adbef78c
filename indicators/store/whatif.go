package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/naming"
)

const sqlAddTrial = `INSERT INTO what_ifs (id, round, seq, made_at, document)
	VALUES ($1, $2, (SELECT 1 + count(*) FROM what_ifs WHERE round = $2), $3, $4)`

// AddTrial keeps a what-if.
func (s *Store) AddTrial(ctx context.Context, t *naming.Trial, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		document, err := encode(t)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlAddTrial, t.ID, t.Round, t.MadeAt.UnixMilli(), document); err != nil {
			return fmt.Errorf("add what-if %s: %w", t.ID, err)
		}
		return nil
	})
}

const sqlTrials = `SELECT document FROM what_ifs WHERE round = $1 ORDER BY seq DESC`

// Trials returns the what-ifs of the round, newest first.
func (s *Store) Trials(ctx context.Context, round int) ([]naming.Trial, error) {
	return documents[naming.Trial](ctx, s.db.Reader(), sqlTrials, round)
}
