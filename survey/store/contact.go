package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"minyi/indicators/audit"
	"minyi/survey"
)

const sqlContactPlan = `SELECT version, doc FROM contact_plan WHERE survey = $1`

// ContactPlan returns the plan of a survey's contacts; version 0 before the first.
func (s *Store) ContactPlan(ctx context.Context, id survey.ID) (version int, doc string, err error) {
	return s.plan(ctx, "contact: load plan", sqlContactPlan, id)
}

const (
	sqlAddContactPlan = `INSERT INTO contact_plan (survey, version, doc) VALUES ($1, 1, $2)
		ON CONFLICT (survey) DO NOTHING`
	sqlSaveContactPlan = `UPDATE contact_plan SET version = version + 1, doc = $1 WHERE survey = $2 AND version = $3`
)

// SaveContactPlan stores a plan in place of the one with that version.
func (s *Store) SaveContactPlan(ctx context.Context, id survey.ID, version int, doc string, entry audit.Entry) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		query, args := sqlSaveContactPlan, []any{doc, string(id), version}
		if version == 0 {
			query, args = sqlAddContactPlan, []any{string(id), doc}
		}
		if err := one(ctx, tx, "contact: save plan", query, args...); err != nil {
			return err
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

const sqlContactCases = `SELECT serial, version, sealed FROM contact_case WHERE survey = $1 ORDER BY serial`

// ContactCases calls fn for each case of a survey, by serial number.
func (s *Store) ContactCases(ctx context.Context, number uint16, fn func(survey.SealedCase) error) (err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlContactCases, int64(number))
	if err != nil {
		return fmt.Errorf("contact: load cases: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c survey.SealedCase
		if err := rows.Scan(&c.Serial, &c.Version, &c.Sealed); err != nil {
			return fmt.Errorf("contact: load cases: %w", err)
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return rows.Err()
}

const (
	sqlAddCase  = `INSERT INTO contact_case (survey, serial, version, sealed) VALUES ($1, $2, 1, $3) ON CONFLICT (survey, serial) DO NOTHING`
	sqlSaveCase = `UPDATE contact_case SET version = version + 1, sealed = $1 WHERE survey = $2 AND serial = $3 AND version = $4`
)

// SaveContactCases stores cases in place of those with their versions, all or
// none; version 0 is a new one. The entry may be nil.
func (s *Store) SaveContactCases(ctx context.Context, number uint16, cases []survey.SealedCase, entry *audit.Entry) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		for _, c := range cases {
			query, args := sqlSaveCase, []any{c.Sealed, int64(number), int64(c.Serial), c.Version}
			if c.Version == 0 {
				query, args = sqlAddCase, []any{int64(number), int64(c.Serial), c.Sealed}
			}
			if err := one(ctx, tx, "contact: save case", query, args...); err != nil {
				return err
			}
		}
		if entry == nil {
			return nil
		}
		return s.db.AppendTrail(ctx, tx, *entry)
	})
}

const sqlDropCases = `DELETE FROM contact_case WHERE survey = $1`

// DropContactCases deletes the cases of a survey and says how many there were.
func (s *Store) DropContactCases(ctx context.Context, number uint16) (n int64, err error) {
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, sqlDropCases, int64(number))
		if err != nil {
			return fmt.Errorf("contact: drop cases: %w", err)
		}
		n, err = done.RowsAffected()
		return err
	})
	return n, err
}
