package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
)

const sqlTile = `SELECT hashes FROM ledger_tile WHERE log = $1 AND level = $2 AND number = $3`

// keptIn loads the tiles of a log, inside a transaction or outside.
func keptIn(ctx context.Context, q querier, id int64) ledger.Kept {
	return func(at ledger.Place) (hashes []byte, err error) {
		err = q.QueryRowContext(ctx, sqlTile, id, at.Level, at.Number).Scan(&hashes)
		if db.Missing(err) {
			return nil, nil
		}
		if err != nil {
			return nil, db.Refuse(fmt.Errorf("ledger: load tile: %w", err))
		}
		return hashes, nil
	}
}

// Tile loads a tile; nothing where there is none.
func (s *Ledger) Tile(ctx context.Context, id int64, at ledger.Place) ([]byte, error) {
	return keptIn(ctx, s.db.Reader(), id)(at)
}

const sqlPlaces = `SELECT f.idx, l.id, l.name, l.origin, l.size, l.sm3, l.closed FROM ledger_leaf f
	JOIN ledger_log l ON l.id = f.log WHERE f.code = $1 ORDER BY f.log, f.idx`

// Places returns the leaves that a short code leads to.
func (s *Ledger) Places(ctx context.Context, short int64) ([]keeper.Found, error) {
	out, err := s.places(ctx, short)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Commitment, err = leafAt(keptIn(ctx, s.db.Reader(), out[i].Log.ID), out[i].Index); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Ledger) places(ctx context.Context, short int64) (out []keeper.Found, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlPlaces, short)
	if err != nil {
		return nil, db.Refuse(fmt.Errorf("ledger: find: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var f keeper.Found
		if f.Log, _, err = scanLog(func(to ...any) error { return rows.Scan(append([]any{&f.Index}, to...)...) }); err != nil {
			return nil, fmt.Errorf("ledger: find: %w", err)
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

const (
	sqlLastNote = `SELECT size, at, note FROM ledger_checkpoint WHERE log = $1 ORDER BY size DESC LIMIT $2`
	sqlNote     = `SELECT size, at, note FROM ledger_checkpoint WHERE log = $1 AND size = $2`
	sqlNoteOver = `SELECT size, at, note FROM ledger_checkpoint WHERE log = $1 AND size > $2 ORDER BY size LIMIT 1`
)

// Checkpoint returns the checkpoint of a size, the largest for -1.
func (s *Ledger) Checkpoint(ctx context.Context, id, size int64) (keeper.Published, error) {
	if size < 0 {
		return s.published(ctx, id, s.db.Reader().QueryRowContext(ctx, sqlLastNote, id, 1))
	}
	return s.published(ctx, id, s.db.Reader().QueryRowContext(ctx, sqlNote, id, size))
}

// CheckpointOver returns the oldest checkpoint that has the leaf of an index.
func (s *Ledger) CheckpointOver(ctx context.Context, id, index int64) (keeper.Published, error) {
	return s.published(ctx, id, s.db.Reader().QueryRowContext(ctx, sqlNoteOver, id, index))
}

func (s *Ledger) published(ctx context.Context, id int64, row *sql.Row) (keeper.Published, error) {
	p, err := scanNote(row.Scan)
	if db.Missing(err) {
		return p, fault.New(fault.NotFound, "ledger.nocheckpoint")
	}
	if err != nil {
		return p, db.Refuse(fmt.Errorf("ledger: checkpoint: %w", err))
	}
	p.Cosignatures, err = s.cosignatures(ctx, id, p.Size)
	return p, err
}

func scanNote(scan func(...any) error) (p keeper.Published, err error) {
	var at int64
	if err := scan(&p.Size, &at, &p.Note); err != nil {
		return p, err
	}
	p.At = time.UnixMilli(at).UTC()
	return p, nil
}

// Checkpoints returns the newest checkpoints.
func (s *Ledger) Checkpoints(ctx context.Context, id int64, most int) ([]keeper.Published, error) {
	out, err := s.notes(ctx, id, most)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Cosignatures, err = s.cosignatures(ctx, id, out[i].Size); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Ledger) notes(ctx context.Context, id int64, most int) (out []keeper.Published, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlLastNote, id, most)
	if err != nil {
		return nil, db.Refuse(fmt.Errorf("ledger: checkpoints: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		p, err := scanNote(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("ledger: checkpoints: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

const sqlCosignatures = `SELECT line FROM ledger_cosignature WHERE log = $1 AND size = $2 ORDER BY witness`

func (s *Ledger) cosignatures(ctx context.Context, id, size int64) (out []string, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlCosignatures, id, size)
	if err != nil {
		return nil, db.Refuse(fmt.Errorf("ledger: cosignatures: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("ledger: cosignatures: %w", err)
		}
		out = append(out, line)
	}
	return out, rows.Err()
}

const sqlSeenBy = `SELECT witness, MAX(at), COUNT(DISTINCT log) FROM ledger_cosignature GROUP BY witness ORDER BY witness`

// SeenBy returns the witnesses who have signed, by name.
func (s *Ledger) SeenBy(ctx context.Context) (out []keeper.Looked, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlSeenBy)
	if err != nil {
		return nil, db.Refuse(fmt.Errorf("ledger: witnesses: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one keeper.Looked
		var at int64
		if err := rows.Scan(&one.Witness, &at, &one.Logs); err != nil {
			return nil, fmt.Errorf("ledger: witnesses: %w", err)
		}
		one.At = time.UnixMilli(at).UTC()
		out = append(out, one)
	}
	return out, rows.Err()
}

const sqlCosign = `INSERT INTO ledger_cosignature (log, size, witness, at, line) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (log, size, witness) DO UPDATE SET at = excluded.at, line = excluded.line`

// Cosign keeps a witness's line under a checkpoint.
func (s *Ledger) Cosign(ctx context.Context, id, size int64, witness, line string, entry audit.Entry) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlCosign, id, size, witness, entry.At.UnixMilli(), line); err != nil {
			return fmt.Errorf("ledger: cosign: %w", err)
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

const (
	sqlStatements = `SELECT number, kind, at, text FROM ledger_statement WHERE log = $1 ORDER BY number`
	sqlState      = `INSERT INTO ledger_statement (log, number, kind, at, text) VALUES ($1, $2, $3, $4, $5)`
)

// Statements returns what was published of a log, in order.
func (s *Ledger) Statements(ctx context.Context, id int64) ([]keeper.Statement, error) {
	return statements(s.db.Reader().QueryContext(ctx, sqlStatements, id))
}

func statements(rows *sql.Rows, asked error) (out []keeper.Statement, err error) {
	if asked != nil {
		return nil, db.Refuse(fmt.Errorf("ledger: statements: %w", asked))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one keeper.Statement
		var at int64
		if err := rows.Scan(&one.Number, &one.Kind, &at, &one.Text); err != nil {
			return nil, fmt.Errorf("ledger: statements: %w", err)
		}
		one.At = time.UnixMilli(at).UTC()
		out = append(out, one)
	}
	return out, rows.Err()
}

// State stores a statement and pends its digest in another log, unless the last of
// its kind says the same.
func (s *Ledger) State(ctx context.Context, id, other int64, one keeper.Statement, digest ledger.Commitment, entry audit.Entry) (fresh bool, err error) {
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		all, err := statements(tx.QueryContext(ctx, sqlStatements, id))
		if err != nil {
			return err
		}
		last := ""
		for _, old := range all {
			if old.Kind == one.Kind {
				last = old.Text
			}
		}
		if fresh = last != one.Text; !fresh {
			return nil
		}
		if _, err := tx.ExecContext(ctx, sqlState, id, len(all), one.Kind, one.At.UnixMilli(), one.Text); err != nil {
			return fmt.Errorf("ledger: state: %w", err)
		}
		if err := pend(ctx, tx, other, one.At, []ledger.Commitment{digest}); err != nil {
			return err
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
	return fresh, err
}
