package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey/scrutiny"
)

const sqlScrutiny = `SELECT version, doc FROM scrutiny WHERE round = $1`

// Scrutiny returns the examiners and the lot of a round, nothing where there are none.
func (s *Store) Scrutiny(ctx context.Context, year int) (*scrutiny.Round, error) {
	return readScrutiny(s.db.Reader().QueryRowContext(ctx, sqlScrutiny, year), year)
}

func readScrutiny(row *sql.Row, year int) (*scrutiny.Round, error) {
	r := &scrutiny.Round{Year: year}
	var version int
	var doc string
	if err := row.Scan(&version, &doc); db.Missing(err) {
		return r, nil
	} else if err != nil {
		return nil, fmt.Errorf("survey: load a scrutiny: %w", err)
	}
	if err := json.Unmarshal([]byte(doc), r); err != nil {
		return nil, fmt.Errorf("survey: read a scrutiny: %w", err)
	}
	r.Version = version
	return r, nil
}

const sqlSaveScrutiny = `INSERT INTO scrutiny (round, version, doc) VALUES ($1, $2, $3)
	ON CONFLICT (round) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE scrutiny.version < excluded.version`

// UpdateScrutiny loads the examiners and the lot of a round, applies the rule and saves
// what it left, with its trail entry.
func (s *Store) UpdateScrutiny(ctx context.Context, year int, entry audit.Entry, rule func(*scrutiny.Round) error) (*scrutiny.Round, error) {
	var r *scrutiny.Round
	err := s.db.Write(ctx, func(tx *sql.Tx) (err error) {
		if r, err = readScrutiny(tx.QueryRowContext(ctx, sqlScrutiny, year), year); err != nil {
			return err
		}
		if entry.Before, err = scrutinyText(r); err != nil {
			return err
		}
		if err := rule(r); err != nil {
			return err
		}
		r.Version++
		if entry.After, err = scrutinyText(r); err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, sqlSaveScrutiny, year, r.Version, entry.After)
		if err != nil {
			return fmt.Errorf("survey: save a scrutiny: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(fault.New(fault.Conflict, "examiner.changed"), err)
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func scrutinyText(r *scrutiny.Round) (string, error) {
	doc, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("survey: write a scrutiny: %w", err)
	}
	return string(doc), nil
}
