package store

import (
	"context"
	"errors"
	"fmt"

	"minyi/survey/questionnaire"
)

const sqlDays = `SELECT day, batch, outcome, sum(n) FROM (
	SELECT day, batch, outcome, count(*) AS n FROM intake WHERE survey = $1 GROUP BY day, batch, outcome
	UNION ALL SELECT day, batch, outcome, count(*) AS n FROM response WHERE survey = $1 GROUP BY day, batch, outcome
	) AS both GROUP BY day, batch, outcome ORDER BY day, batch, outcome`

// Days counts the answers of a survey by day, batch and disposition, re-filed or not.
func (s *Store) Days(ctx context.Context, number uint16, fn func(day int32, batch uint32, outcome questionnaire.Disposition, n int) error) (err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlDays, int64(number))
	if err != nil {
		return fmt.Errorf("survey: count days: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var day int32
		var batch uint32
		var outcome questionnaire.Disposition
		var n int
		if err := rows.Scan(&day, &batch, &outcome, &n); err != nil {
			return fmt.Errorf("survey: count days: %w", err)
		}
		if err := fn(day, batch, outcome, n); err != nil {
			return err
		}
	}
	return rows.Err()
}
