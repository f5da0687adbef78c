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

const (
	leastGroup = 20  // answers re-filed together: fewer would say too much
	mostGroup  = 500 // so that no caller waits long for the writer: about 10 ms
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
		in.drain(ctx) // whoever came meanwhile does not wait for the next group too
	}
	if len(ready) > 0 {
		_ = in.forget(ctx) // best effort: a reader may hold the log, and the next group comes
	}
}

const (
	sqlWaiting = `SELECT seq, batch, outcome, cell, english, day, answers, comment, trace, proof, blind, commitment, revise FROM intake
		WHERE survey = $1 ORDER BY seq LIMIT $2`
	sqlTaken  = `DELETE FROM intake WHERE survey = $1 AND seq <= $2`
	sqlNextID = `SELECT coalesce(max(id), 0) FROM response`
	sqlRefile = `INSERT INTO response (id, survey, batch, outcome, cell, english, day, answers, comment, proof, blind, revise)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	sqlTrace = `INSERT INTO paradata (survey, id, trace) VALUES ($1, $2, $3)`
)

// groupSpan spreads the numbers of a group, so that gaps tell nothing either.
const groupSpan = 1 << 20

// refile moves waiting answers of one survey to the table response, under
// random numbers within their group, hands their commitments to the list of the
// public log, and forgets the order they came in. They are
// written in the order of their new numbers: a page of the file holds its rows in
// the order in which they were written, whatever their keys.
func (in *Intake) refile(ctx context.Context, number uint16) error {
	if err := in.supersedeOf(ctx, number); err != nil {
		return err
	}
	size, moved := in.group(number), 0
	err := in.db.Write(ctx, func(tx *sql.Tx) error {
		group, end, err := waiting(ctx, tx, number, size)
		if err != nil {
			return err
		}
		var last int64
		if err := tx.QueryRowContext(ctx, sqlNextID).Scan(&last); err != nil {
			return fmt.Errorf("survey: re-file: %w", err)
		}
		rows := group.records
		if err := move(ctx, tx, number, &group, numbers(last, len(rows))); err != nil {
			return fmt.Errorf("survey: re-file: %w", err)
		}
		if err := handOver(ctx, tx, number, group.day, group.leaves); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlTaken, int64(number), end); err != nil {
			return fmt.Errorf("survey: re-file: %w", err)
		}
		moved = len(rows)
		return nil
	})
	if err != nil {
		return err
	}
	in.mu.Lock()
	c := in.column(number)
	c.unfiled -= moved
	c.fresh.cut(c.unfiled)
	in.mu.Unlock()
	return nil
}

// group is how many answers to re-file together: all, where less than a group
// would be left.
func (in *Intake) group(number uint16) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	if n := in.column(number).unfiled; n < mostGroup+leastGroup {
		return n
	}
	return mostGroup
}

// move files the answers in random order under the new numbers, which ascend, and
// their traces under the same in the table of traces.
func move(ctx context.Context, tx *sql.Tx, number uint16, group *committed, ids []int64) (err error) {
	rows := group.records
	file, err := tx.PrepareContext(ctx, sqlRefile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	trace, err := tx.PrepareContext(ctx, sqlTrace)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trace.Close()) }()
	for k, i := range shuffled(len(rows)) {
		r := &rows[i]
		if _, err := file.ExecContext(ctx, ids[k], int64(number), int64(r.Batch), int64(r.Outcome), int64(r.Cell),
			bit(r.English), int64(r.Day), r.Answers, r.Comment, blob(r.Proof), blob(r.Blind), blob(group.marks[i])); err != nil {
			return err
		}
		if r.Trace == nil {
			continue
		}
		if _, err := trace.ExecContext(ctx, int64(number), ids[k], r.Trace); err != nil {
			return err
		}
	}
	return nil
}

// waiting returns a group of answers in the order of their coming, and the place of
// the last of them.
func waiting(ctx context.Context, tx *sql.Tx, number uint16, size int) (out committed, end int64, err error) {
	rows, err := tx.QueryContext(ctx, sqlWaiting, int64(number), size)
	if err != nil {
		return out, 0, fmt.Errorf("survey: re-file: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r survey.Record
		var leaf, mark []byte
		err := rows.Scan(&end, &r.Batch, &r.Outcome, &r.Cell, &r.English, &r.Day, &r.Answers, &r.Comment, &r.Trace, &r.Proof, &r.Blind, &leaf, &mark)
		if err != nil {
			return out, 0, fmt.Errorf("survey: re-file: %w", err)
		}
		out.add(r, leaf, mark)
	}
	return out, end, rows.Err()
}

const (
	sqlForgetKeys   = `DELETE FROM resend WHERE survey = $1`
	sqlForgetDrafts = `DELETE FROM draft WHERE survey = $1`
	sqlTruncate     = `PRAGMA wal_checkpoint(TRUNCATE)`
)

// Settle re-files the last answers of a closed survey and forgets its keys and
// its drafts.
func (in *Intake) Settle(ctx context.Context, number uint16) error {
	in.mu.Lock()
	c := in.column(number)
	sealed, left, keys := c.sealed, c.unfiled, c.keys.n
	in.mu.Unlock()
	if !sealed {
		return fault.New(fault.Conflict, "survey.state", "state", string(survey.Open))
	}
	changed := left > 0 || keys > 0
	if err := in.supersedeOf(ctx, number); err != nil {
		return err
	}
	for in.group(number) > 0 {
		if err := in.refile(ctx, number); err != nil {
			return err
		}
	}
	if keys > 0 {
		if _, err := in.delete(ctx, sqlForgetKeys, int64(number)); err != nil {
			return err
		}
	}
	drafts, err := in.delete(ctx, sqlForgetDrafts, int64(number))
	if err != nil {
		return err
	}
	marks, err := in.eraseMarks(ctx, number)
	if err != nil || !changed && drafts+marks == 0 {
		return err
	}
	in.mu.Lock()
	c.keys.clear()
	in.mu.Unlock()
	return in.forget(ctx)
}

// forget folds the log into the file and cuts it to nothing, so that the order
// of arrival cannot be read from it.
func (in *Intake) forget(ctx context.Context) error { return cutLog(ctx, in.db) }

func cutLog(ctx context.Context, d *db.DB) (err error) {
	conn, err := d.WriteConn(ctx)
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
