package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
)

// KeepCells gives rule an assignment whose sheet holds the named items as they
// are stored, and keeps the cells and the trail entries that it returns, all or
// none. A dossier with a result is refused with evaluation.closed.
func (s *Store) KeepCells(ctx context.Context, k application.Key, assessor string, items []evaluation.Item,
	rule func(a *evaluation.Assignment) ([]evaluation.Cell, []audit.Entry, error),
) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		a, err := s.bareAssignment(ctx, tx, k, assessor)
		if err != nil {
			return err
		}
		if closed, err := hasResult(ctx, tx, k); err != nil || closed {
			return orClosed(err)
		}
		cells, err := cellsOf(ctx, tx, k, assessor, items)
		if err != nil {
			return err
		}
		a.Sheet.Restore(cells)
		news, entries, err := rule(a)
		if err != nil {
			return err
		}
		for _, c := range news {
			if err := keepCell(ctx, tx, k, assessor, c); err != nil {
				return err
			}
		}
		for _, e := range entries {
			if err := s.db.AppendTrail(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

const sqlHasResult = `SELECT count(*) FROM results WHERE round = $1 AND unit = $2 AND track = $3`

func hasResult(ctx context.Context, q queryer, k application.Key) (bool, error) {
	var n int
	if err := q.QueryRowContext(ctx, sqlHasResult, k.Round, string(k.Unit), string(k.Track)).Scan(&n); err != nil {
		return false, fmt.Errorf("result: %w", err)
	}
	return n > 0, nil
}

func orClosed(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "evaluation.closed")
}

const sqlKeepCell = `INSERT INTO verdicts (round, unit, track, assessor, item, version, changed_at, document)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (round, unit, track, assessor, item) DO UPDATE
	SET version = excluded.version, changed_at = excluded.changed_at, document = excluded.document
	WHERE verdicts.version = excluded.version - 1`

func keepCell(ctx context.Context, tx *sql.Tx, k application.Key, assessor string, c evaluation.Cell) error {
	document, err := encode(c)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, sqlKeepCell, k.Round, string(k.Unit), string(k.Track), assessor, string(c.Item),
		c.Version, c.At.UnixMilli(), document)
	return one(res, err, fault.New(fault.Conflict, "item.changed", "number", string(c.Item)))
}

const (
	sqlCell  = `SELECT item, version, changed_at, document FROM verdicts WHERE round = $1 AND unit = $2 AND track = $3 AND assessor = $4 AND item = $5`
	sqlCells = `SELECT item, version, changed_at, document FROM verdicts WHERE round = $1 AND unit = $2 AND track = $3 AND assessor = $4`
)

// cellsOf returns the stored items of a sheet: one alone where one is asked for,
// else all.
func cellsOf(ctx context.Context, q queryer, k application.Key, assessor string, items []evaluation.Item) (out []evaluation.Cell, err error) {
	query, args := sqlCells, []any{k.Round, string(k.Unit), string(k.Track), assessor}
	if len(items) == 1 {
		query, args = sqlCell, append(args, string(items[0]))
	}
	err = each(ctx, q, func(rows *sql.Rows) error {
		var c evaluation.Cell
		var at int64
		var document string
		if err := rows.Scan(&c.Item, &c.Version, &at, &document); err != nil {
			return err
		}
		c.At = time.UnixMilli(at).UTC()
		if err := decode(document, &c); err != nil {
			return err
		}
		out = append(out, c)
		return nil
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("verdicts: %w", err)
	}
	return out, nil
}

// drafted puts the stored items into the sheet of a draft; a submitted sheet
// holds its own.
func drafted(ctx context.Context, q queryer, a *evaluation.Assignment) error {
	if a.Sheet.Submitted() {
		return nil
	}
	cells, err := cellsOf(ctx, q, a.Dossier, a.Assessor, nil)
	if err != nil {
		return err
	}
	a.Sheet.Restore(cells)
	return nil
}

const sqlKeepSheet = `INSERT INTO submissions (round, unit, track, assessor, n, digest, document)
	SELECT $1, $2, $3, $4, count(*) + 1, $5, $6 FROM submissions WHERE round = $1 AND unit = $2 AND track = $3 AND assessor = $4`

// keepSheet keeps a submitted sheet beside its assignment, word for word.
func keepSheet(ctx context.Context, tx *sql.Tx, a *evaluation.Assignment) error {
	document, err := encode(a.Sheet)
	if err != nil {
		return err
	}
	k := a.Dossier
	_, err = tx.ExecContext(ctx, sqlKeepSheet, k.Round, string(k.Unit), string(k.Track), a.Assessor, a.Sheet.Digest, document)
	if err != nil {
		return fmt.Errorf("keep sheet: %w", err)
	}
	return nil
}

const sqlSubmissions = `SELECT document FROM submissions WHERE round = $1 AND unit = $2 AND track = $3 AND assessor = $4 ORDER BY n`

// Submissions returns every sheet of an assignment as it was submitted, the
// first first.
func (s *Store) Submissions(ctx context.Context, k application.Key, assessor string) ([]evaluation.Sheet, error) {
	return documents[evaluation.Sheet](ctx, s.db.Reader(), sqlSubmissions, k.Round, string(k.Unit), string(k.Track), assessor)
}
