package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/practice"
)

const sqlPractices = `SELECT document FROM practices ORDER BY at DESC, id DESC`

// Practices returns all practices, the newest first.
func (s *Store) Practices(ctx context.Context) ([]practice.Practice, error) {
	return documents[practice.Practice](ctx, s.db.Reader(), sqlPractices)
}

// Practice returns one practice, or refuses with practice.unknown.
func (s *Store) Practice(ctx context.Context, id string) (*practice.Practice, error) {
	return onePractice(ctx, s.db.Reader(), id)
}

const sqlPractice = `SELECT document FROM practices WHERE id = $1`

func onePractice(ctx context.Context, q queryer, id string) (*practice.Practice, error) {
	p := &practice.Practice{}
	err := document(ctx, q, p, sqlPractice, id)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "practice.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("practice %s: %w", id, err)
	}
	return p, nil
}

const sqlAddPractice = `INSERT INTO practices (id, naming, unit, at, version, document) VALUES ($1, $2, $3, $4, $5, $6)`

// AddPractice keeps a new practice.
func (s *Store) AddPractice(ctx context.Context, p *practice.Practice, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		text, err := encode(p)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlAddPractice, p.ID, p.Naming, string(p.Unit), p.CreatedAt.UnixMilli(), p.Version, text); err != nil {
			return fmt.Errorf("add practice %s: %w", p.ID, err)
		}
		return nil
	})
}

const sqlSavePractice = `UPDATE practices SET version = $1, document = $2 WHERE id = $3 AND version = $4`

// UpdatePractice loads a practice, changes it and saves it with one version more.
func (s *Store) UpdatePractice(ctx context.Context, id string, entry *audit.Entry, change func(*practice.Practice) error) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		p, err := onePractice(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := change(p); err != nil {
			return err
		}
		p.Version++
		text, err := encode(p)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlSavePractice, p.Version, text, id, p.Version-1)
		return one(result, err, fault.New(fault.Conflict, "practice.changed"))
	})
}
