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
// between them: so many as came in that time. Of answers that came in each other's
// place the order is what tells the last: the earlier ones are superseded first. The
// file must be a copy of the survey half that nobody else has open.
func Shuffle(ctx context.Context, path string) (err error) {
	d, err := db.Open(ctx, db.Survey, path, Migrations())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	waiting := 0
	err = d.Write(ctx, func(tx *sql.Tx) (err error) {
		waiting, err = reorder(ctx, tx)
		return err
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

// reorder gives the answers that wait numbers drawn at random, and returns how many
// there are.
func reorder(ctx context.Context, tx *sql.Tx) (waiting int, err error) {
	numbers, err := marked(ctx, tx)
	for _, number := range numbers {
		_, wrong := supersede(ctx, tx, number)
		err = errors.Join(err, wrong)
	}
	if err != nil {
		return 0, err
	}
	var seqs []int64
	err = scanned(ctx, tx, sqlSeqs, func(rows *sql.Rows) error {
		var seq int64
		err := rows.Scan(&seq)
		seqs = append(seqs, seq)
		return err
	})
	if err != nil {
		return 0, err
	}
	for k, i := range shuffled(len(seqs)) {
		if _, err := tx.ExecContext(ctx, sqlAside, -seqs[k], seqs[i]); err != nil {
			return 0, fmt.Errorf("survey: shuffle: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, sqlBehind); err != nil {
		return 0, fmt.Errorf("survey: shuffle: %w", err)
	}
	return len(seqs), nil
}
