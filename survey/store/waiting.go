package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"minyi/indicators/db"
)

const (
	sqlSeqs   = `SELECT seq FROM intake ORDER BY seq`
	sqlAside  = `UPDATE intake SET seq = $1 WHERE seq = $2`
	sqlBehind = `UPDATE intake SET seq = -seq WHERE seq < 0`
	sqlAnew   = `VACUUM`
)

// Shuffle gives the answers of a copy that wait to be re-filed another order, drawn at
// random: a copy is kept for long, and is not to tell who came before whom. Two copies
// tell no more than that the answers between them belong to the links that were spent
// between them: so many as came in that time. The file must be a copy of the survey half that nobody else has open.
func Shuffle(ctx context.Context, path string) (err error) {
	d, err := db.Open(ctx, db.Survey, path, Migrations())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	waiting := 0
	err = d.Write(ctx, func(tx *sql.Tx) error {
		seqs, err := waitingSeqs(ctx, tx)
		if err != nil {
			return err
		}
		waiting = len(seqs)
		for k, i := range shuffled(len(seqs)) {
			if _, err := tx.ExecContext(ctx, sqlAside, -seqs[k], seqs[i]); err != nil {
				return fmt.Errorf("survey: shuffle: %w", err)
			}
		}
		if _, err := tx.ExecContext(ctx, sqlBehind); err != nil {
			return fmt.Errorf("survey: shuffle: %w", err)
		}
		return nil
	})
	if err != nil || waiting == 0 {
		return err
	}
	conn, err := d.WriteConn(ctx)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, sqlAnew) // a copy's first pages keep what stood in them when it grew
	if err := errors.Join(err, conn.Close()); err != nil {
		return fmt.Errorf("survey: shuffle: %w", err)
	}
	return cutLog(ctx, d)
}

func waitingSeqs(ctx context.Context, tx *sql.Tx) (out []int64, err error) {
	rows, err := tx.QueryContext(ctx, sqlSeqs)
	if err != nil {
		return nil, fmt.Errorf("survey: shuffle: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		out = append(out, seq)
	}
	return out, rows.Err()
}
