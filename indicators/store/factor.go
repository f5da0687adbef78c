package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
)

const sqlFactors = `SELECT seed, pending, doc FROM factor WHERE account = $1`

// Factors returns the second factors of an account.
func (s *Store) Factors(ctx context.Context, account string) (*access.Factors, error) {
	return scanFactors(account, s.db.Reader().QueryRowContext(ctx, sqlFactors, account))
}

func scanFactors(account string, row scanner) (*access.Factors, error) {
	f := &access.Factors{Account: account}
	var doc string
	err := row.Scan(&f.Seed, &f.Pending, &doc)
	if db.Missing(err) {
		return f, nil
	}
	if err != nil {
		return nil, fmt.Errorf("factors: %w", err)
	}
	if err := decode(doc, f); err != nil {
		return nil, err
	}
	return f, nil
}

const sqlFactored = `SELECT account, seed, doc FROM factor`

// Factored names the accounts that have a second factor.
func (s *Store) Factored(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	err := each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var f access.Factors
		var doc string
		if err := rows.Scan(&f.Account, &f.Seed, &doc); err != nil {
			return fmt.Errorf("factors: %w", err)
		}
		if err := decode(doc, &f); err != nil {
			return err
		}
		out[f.Account] = f.Any()
		return nil
	}, sqlFactored)
	return out, err
}

const sqlSaveFactors = `INSERT INTO factor (account, seed, pending, doc) VALUES ($1, $2, $3, $4)
	ON CONFLICT (account) DO UPDATE SET seed = excluded.seed, pending = excluded.pending, doc = excluded.doc`

// UpdateFactors loads, changes and saves the second factors of an account.
func (s *Store) UpdateFactors(ctx context.Context, account string, entry audit.Entry, change func(*access.Factors) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		f, err := scanFactors(account, tx.QueryRowContext(ctx, sqlFactors, account))
		if err != nil {
			return err
		}
		if err := change(f); err != nil {
			return err
		}
		doc, err := encode(f)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlSaveFactors, account, f.Seed, f.Pending, doc); err != nil {
			return fmt.Errorf("save factors: %w", err)
		}
		return nil
	})
}

const sqlDropFactors = `DELETE FROM factor WHERE account = $1`

// DropFactors forgets the second factors of an account; its sessions end.
func (s *Store) DropFactors(ctx context.Context, account string, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlDropFactors, account); err != nil {
			return fmt.Errorf("drop factors: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlEndSessions, account); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return nil
	})
}
