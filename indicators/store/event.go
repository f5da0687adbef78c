package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"

	"minyi/indicators/event"
)

// Events keeps what the programme gives to the public log of events. Its rows follow
// from the trail, and leave no entry there.
type Events struct{ *Store }

const sqlEventRead = `SELECT half, entry FROM event_read`

// Read returns the number of the last entry of each half that was looked at.
func (s Events) Read(ctx context.Context) (map[event.Half]int64, error) {
	out := map[event.Half]int64{}
	err := each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var half event.Half
		var entry int64
		if err := rows.Scan(&half, &entry); err != nil {
			return err
		}
		out[half] = entry
		return nil
	}, sqlEventRead)
	return out, err
}

const (
	sqlKeepEvent = `INSERT INTO event (half, entry, action, hash, leaf, day) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	sqlKeepRead  = `INSERT INTO event_read (half, entry) VALUES ($1, $2) ON CONFLICT (half) DO UPDATE SET entry = excluded.entry WHERE excluded.entry > event_read.entry`
)

// Keep adds rows and notes that a half's trail was looked at up to an entry.
func (s Events) Keep(ctx context.Context, half event.Half, upto int64, all []event.Row) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		for _, r := range all {
			if err := keepEvent(ctx, tx, r); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, sqlKeepRead, string(half), upto); err != nil {
			return fmt.Errorf("events: looked at: %w", err)
		}
		return nil
	})
}

func keepEvent(ctx context.Context, tx *sql.Tx, r event.Row) error {
	_, err := tx.ExecContext(ctx, sqlKeepEvent, string(r.Half), r.Entry, r.Action, r.Hash, r.Leaf.String(), r.Day)
	if err != nil {
		return fmt.Errorf("events: keep: %w", err)
	}
	return nil
}

const (
	sqlOpenBatch = `INSERT INTO event_batch (day, given) VALUES ($1, 0) ON CONFLICT DO NOTHING`
	sqlFillBatch = `UPDATE event SET day = $1 WHERE (half, entry, action) IN
		(SELECT half, entry, action FROM event WHERE day = 0 ORDER BY entry, half, action LIMIT $2)`
)

// Open makes the batch of a day; false where there is one.
func (s Events) Open(ctx context.Context, day, most int, heads []event.Row) (opened bool, err error) {
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, sqlOpenBatch, day)
		if err != nil {
			return fmt.Errorf("events: open: %w", err)
		}
		n, err := done.RowsAffected()
		if err != nil || n == 0 {
			return err
		}
		opened = true
		if _, err := tx.ExecContext(ctx, sqlFillBatch, day, most); err != nil {
			return fmt.Errorf("events: fill: %w", err)
		}
		for _, r := range heads {
			r.Day = day
			if err := keepEvent(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return opened, err
}

const sqlBatches = `SELECT day, given FROM event_batch WHERE $1 = 0 OR given = 0 ORDER BY day`

// Batches returns all batches by day; with only, those that were not given.
func (s Events) Batches(ctx context.Context, only bool) (out []event.Batch, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var b event.Batch
		if err := rows.Scan(&b.Day, &b.Given); err != nil {
			return err
		}
		out = append(out, b)
		return nil
	}, sqlBatches, whole(only))
	return out, err
}

const sqlGiven = `UPDATE event_batch SET given = 1 WHERE day = $1`

// Given notes that the log has a batch.
func (s Events) Given(ctx context.Context, day int) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlGiven, day); err != nil {
			return fmt.Errorf("events: given: %w", err)
		}
		return nil
	})
}

const (
	sqlEventsOfDay = `SELECT half, entry, action, hash, leaf, day FROM event WHERE day = $1 ORDER BY half, entry, action`
	sqlEventsOf    = `SELECT half, entry, action, hash, leaf, day FROM event WHERE half = $1 AND entry = $2 ORDER BY action`
)

// Rows returns all rows of a day, 0 those that wait.
func (s Events) Rows(ctx context.Context, day int) ([]event.Row, error) {
	return eventRows(ctx, s.db.Reader(), sqlEventsOfDay, day)
}

// RowOf returns the rows of an entry.
func (s Events) RowOf(ctx context.Context, half event.Half, entry int64) ([]event.Row, error) {
	return eventRows(ctx, s.db.Reader(), sqlEventsOf, string(half), entry)
}

func eventRows(ctx context.Context, q queryer, query string, args ...any) (out []event.Row, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var r event.Row
		var leaf string
		if err := rows.Scan(&r.Half, &r.Entry, &r.Action, &r.Hash, &leaf, &r.Day); err != nil {
			return err
		}
		raw, err := hex.DecodeString(leaf)
		if err != nil || len(raw) != len(r.Leaf) {
			return fmt.Errorf("leaf of entry %d of %s is damaged", r.Entry, r.Half)
		}
		r.Leaf = event.Leaf(raw)
		out = append(out, r)
		return nil
	}, query, args...)
	return out, err
}
