package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"minyi/indicators/fault"
	"minyi/survey"
)

const (
	leastGroup = 20   // answers re-filed together: fewer would say too much
	mostGroup  = 2000 // so that no caller waits long for the writer
)

// refileGroups re-files every survey that has a whole group waiting. A failure
// is left for the next time: the answers are safe where they are.
func (in *Intake) refileGroups(ctx context.Context) {
	in.mu.Lock()
	var ready []uint16
	for number, c := range in.columns {
		if c.unfiled >= leastGroup {
			ready = append(ready, number)
		}
	}
	in.mu.Unlock()
	for _, number := range ready {
		if err := in.refile(ctx, number); err != nil {
			return
		}
	}
	if len(ready) > 0 {
		_ = in.forget(ctx) // best effort: a reader may hold the log, and the next group comes
	}
}

const (
	sqlWaiting = `SELECT seq, batch, outcome, english, day, answers, comment FROM intake
		WHERE survey = $1 ORDER BY seq LIMIT $2`
	sqlTaken  = `DELETE FROM intake WHERE seq = $1`
	sqlNextID = `SELECT coalesce(max(id), 0) FROM response`
	sqlRefile = `INSERT INTO response (id, survey, batch, outcome, english, day, answers, comment)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
)

// groupSpan spreads the numbers of a group, so that gaps tell nothing either.
const groupSpan = 1 << 20

// refile moves waiting answers of one survey to the table response, under
// random numbers within their group, and forgets the order they came in.
func (in *Intake) refile(ctx context.Context, number uint16) error {
	moved := 0
	err := in.db.Write(ctx, func(tx *sql.Tx) error {
		rows, seqs, err := waiting(ctx, tx, number)
		if err != nil {
			return err
		}
		var last int64
		if err := tx.QueryRowContext(ctx, sqlNextID).Scan(&last); err != nil {
			return fmt.Errorf("survey: re-file: %w", err)
		}
		ids := numbers(last, len(rows))
		for i, r := range rows {
			if _, err := tx.ExecContext(ctx, sqlRefile, ids[i], int64(number), int64(r.Batch), int64(r.Outcome),
				bit(r.English), int64(r.Day), r.Answers, r.Comment); err != nil {
				return fmt.Errorf("survey: re-file: %w", err)
			}
			if _, err := tx.ExecContext(ctx, sqlTaken, seqs[i]); err != nil {
				return fmt.Errorf("survey: re-file: %w", err)
			}
		}
		moved = len(rows)
		return nil
	})
	if err != nil {
		return err
	}
	in.mu.Lock()
	in.column(number).unfiled -= moved
	in.mu.Unlock()
	return nil
}

func waiting(ctx context.Context, tx *sql.Tx, number uint16) (out []survey.Record, seqs []int64, err error) {
	rows, err := tx.QueryContext(ctx, sqlWaiting, int64(number), mostGroup)
	if err != nil {
		return nil, nil, fmt.Errorf("survey: re-file: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r survey.Record
		var seq int64
		if err := rows.Scan(&seq, &r.Batch, &r.Outcome, &r.English, &r.Day, &r.Answers, &r.Comment); err != nil {
			return nil, nil, fmt.Errorf("survey: re-file: %w", err)
		}
		out, seqs = append(out, r), append(seqs, seq)
	}
	return out, seqs, rows.Err()
}

const (
	sqlForgetKeys = `DELETE FROM resend WHERE survey = $1`
	sqlTruncate   = `PRAGMA wal_checkpoint(TRUNCATE)`
)

// Settle re-files the last answers of a closed survey and forgets its keys.
func (in *Intake) Settle(ctx context.Context, number uint16) error {
	in.mu.Lock()
	c := in.column(number)
	sealed, left, keys := c.sealed, c.unfiled, len(c.keys)
	in.mu.Unlock()
	if !sealed {
		return fault.New(fault.Conflict, "survey.state", "state", string(survey.Open))
	}
	if left == 0 && keys == 0 {
		return nil
	}
	for ; left > 0; left -= mostGroup {
		if err := in.refile(ctx, number); err != nil {
			return err
		}
	}
	err := in.db.Write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, sqlForgetKeys, int64(number))
		return err
	})
	if err != nil {
		return fmt.Errorf("survey: forget keys: %w", err)
	}
	in.mu.Lock()
	clear(c.keys)
	in.mu.Unlock()
	return in.forget(ctx)
}

// forget folds the log into the file and cuts it to nothing, so that the order
// of arrival cannot be read from it.
func (in *Intake) forget(ctx context.Context) (err error) {
	conn, err := in.db.WriteConn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var busy, log, moved int
	if err := conn.QueryRowContext(ctx, sqlTruncate).Scan(&busy, &log, &moved); err != nil {
		return fmt.Errorf("survey: truncate the log: %w", err)
	}
	return nil
}
