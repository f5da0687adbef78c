package store

import (
	"context"
	"errors"
	"fmt"

	"minyi/survey"
)

const sqlKept = `SELECT r.id, r.batch, r.outcome, r.cell, r.english, r.day, r.answers, r.comment, p.trace, r.proof, r.blind
	FROM response AS r LEFT JOIN paradata AS p ON p.survey = r.survey AND p.id = r.id
	WHERE r.survey = $1 ORDER BY r.id`

// Kept calls fn for each re-filed answer of a survey with its sealed trace, in
// the order of their random numbers.
func (s *Store) Kept(ctx context.Context, number uint16, fn func(int64, survey.Record) error) (err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlKept, int64(number))
	if err != nil {
		return fmt.Errorf("survey: read answers: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id int64
		var r survey.Record
		if err := rows.Scan(&id, &r.Batch, &r.Outcome, &r.Cell, &r.English, &r.Day, &r.Answers, &r.Comment, &r.Trace, &r.Proof, &r.Blind); err != nil {
			return fmt.Errorf("survey: read answers: %w", err)
		}
		if err := fn(id, r); err != nil {
			return err
		}
	}
	return rows.Err()
}

const (
	sqlDropTraces = `DELETE FROM paradata WHERE survey = $1
		AND id IN (SELECT id FROM paradata WHERE survey = $1 ORDER BY id LIMIT $2)`
	sqlUntraced = `UPDATE intake SET trace = NULL WHERE survey = $1 AND trace IS NOT NULL`
)

// Forget deletes the traces of a survey, some at a time so that no caller waits
// long, and cuts the log.
func (in *Intake) Forget(ctx context.Context, number uint16) error {
	total, err := in.delete(ctx, sqlUntraced, int64(number))
	for gone := int64(mostGroup); err == nil && gone == mostGroup; total += gone {
		gone, err = in.delete(ctx, sqlDropTraces, int64(number), mostGroup)
	}
	if err != nil || total == 0 {
		return err
	}
	return in.forget(ctx)
}
