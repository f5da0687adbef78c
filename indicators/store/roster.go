package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

const sqlRound = `SELECT version, document FROM rounds WHERE year = $1`

// Round returns the round of that year, or a refusal round.unknown.
func (s *Store) Round(ctx context.Context, year int) (*roster.Round, error) {
	r, _, err := round(ctx, s.db.Reader(), year)
	return r, err
}

func round(ctx context.Context, q queryer, year int) (r *roster.Round, document string, err error) {
	r = &roster.Round{}
	var version int
	err = q.QueryRowContext(ctx, sqlRound, year).Scan(&version, &document)
	if db.Missing(err) {
		return nil, "", fault.New(fault.NotFound, "round.unknown")
	}
	if err != nil {
		return nil, "", fmt.Errorf("round %d: %w", year, err)
	}
	if err := decode(document, r); err != nil {
		return nil, "", err
	}
	r.Version = version
	return r, document, nil
}

const sqlRounds = `SELECT version, document FROM rounds ORDER BY year DESC`

// Rounds returns all rounds, newest first.
func (s *Store) Rounds(ctx context.Context) ([]roster.Round, error) {
	return rounds(ctx, s.db.Reader())
}

func rounds(ctx context.Context, q queryer) (out []roster.Round, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var document string
		r := roster.Round{}
		var version int
		if err := rows.Scan(&version, &document); err != nil {
			return err
		}
		if err := decode(document, &r); err != nil {
			return err
		}
		r.Version = version
		out = append(out, r)
		return nil
	}, sqlRounds)
	if err != nil {
		return nil, fmt.Errorf("rounds: %w", err)
	}
	return out, nil
}

const sqlAddRound = `INSERT INTO rounds (year, version, document) VALUES ($1, $2, $3)`

// AddRound keeps a new round if rule, given all that exist, lets it.
func (s *Store) AddRound(ctx context.Context, r *roster.Round, entry audit.Entry, rule func([]roster.Round) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		all, err := rounds(ctx, tx)
		if err != nil {
			return err
		}
		if err := rule(all); err != nil {
			return err
		}
		if entry.After, err = encode(r); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlAddRound, r.Year, r.Version, entry.After); err != nil {
			return fmt.Errorf("add round %d: %w", r.Year, err)
		}
		return nil
	})
}

const sqlUpdateRound = `UPDATE rounds SET version = $1, document = $2 WHERE year = $3 AND version = $4`

// UpdateRound loads a round, changes it and saves it as its next version.
func (s *Store) UpdateRound(ctx context.Context, year int, entry audit.Entry, change func(*roster.Round) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		r, before, err := round(ctx, tx, year)
		if err != nil {
			return err
		}
		from := r.Version
		if err := change(r); err != nil {
			return err
		}
		r.Version = from + 1
		entry.Before = before
		if entry.After, err = encode(r); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlUpdateRound, r.Version, entry.After, year, from)
		return one(result, err, fault.New(fault.Conflict, "round.changed"))
	})
}
