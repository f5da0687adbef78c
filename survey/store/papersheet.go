package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/survey"
)

const sqlPaperPlan = `SELECT version, doc FROM paper_plan WHERE survey = $1`

// PaperPlan returns the plan of a survey's paper forms; version 0 before the first.
func (s *Store) PaperPlan(ctx context.Context, id survey.ID) (version int, doc string, err error) {
	return s.plan(ctx, "paper: load plan", sqlPaperPlan, id)
}

const (
	sqlAddPaperPlan  = `INSERT INTO paper_plan (survey, version, doc) VALUES ($1, 1, $2) ON CONFLICT (survey) DO NOTHING`
	sqlSavePaperPlan = `UPDATE paper_plan SET version = version + 1, doc = $1 WHERE survey = $2 AND version = $3`
)

func savePaperPlan(ctx context.Context, tx *sql.Tx, p survey.PaperPlanRow) error {
	query, args := sqlSavePaperPlan, []any{p.Doc, string(p.Survey), p.Version}
	if p.Version == 0 {
		query, args = sqlAddPaperPlan, []any{string(p.Survey), p.Doc}
	}
	return one(ctx, tx, "paper: save plan", query, args...)
}

// SavePaperPlan stores a plan in place of the one with that version.
func (s *Store) SavePaperPlan(ctx context.Context, p survey.PaperPlanRow, entry audit.Entry) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if err := savePaperPlan(ctx, tx, p); err != nil {
			return err
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

const sqlPaperSheets = `SELECT serial, version, sealed FROM paper_sheet WHERE survey = $1 ORDER BY serial`

// PaperSheets calls fn for each form that is being keyed, by serial number.
func (s *Store) PaperSheets(ctx context.Context, number uint16, fn func(survey.SealedSheet) error) (err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlPaperSheets, int64(number))
	if err != nil {
		return fmt.Errorf("paper: load forms: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one survey.SealedSheet
		if err := rows.Scan(&one.Serial, &one.Version, &one.Sealed); err != nil {
			return fmt.Errorf("paper: load forms: %w", err)
		}
		if err := fn(one); err != nil {
			return err
		}
	}
	return rows.Err()
}

const sqlPaperSheet = `SELECT version, sealed FROM paper_sheet WHERE survey = $1 AND serial = $2`

// PaperSheet returns one form; one of version 0 where there is none.
func (s *Store) PaperSheet(ctx context.Context, number uint16, serial uint32) (survey.SealedSheet, error) {
	out := survey.SealedSheet{Serial: serial}
	err := s.db.Reader().QueryRowContext(ctx, sqlPaperSheet, int64(number), int64(serial)).Scan(&out.Version, &out.Sealed)
	if err != nil && !db.Missing(err) {
		return out, fmt.Errorf("paper: load form: %w", err)
	}
	return out, nil
}

const (
	sqlAddPaperSheet  = `INSERT INTO paper_sheet (survey, serial, version, sealed) VALUES ($1, $2, 1, $3) ON CONFLICT (survey, serial) DO NOTHING`
	sqlSavePaperSheet = `UPDATE paper_sheet SET version = version + 1, sealed = $1 WHERE survey = $2 AND serial = $3 AND version = $4`
)

// SavePaperSheet stores a form in place of the one with its version. The entry may
// be nil.
func (s *Store) SavePaperSheet(ctx context.Context, number uint16, one survey.SealedSheet, entry *audit.Entry) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if err := savePaperSheet(ctx, tx, number, one); err != nil || entry == nil {
			return err
		}
		return s.db.AppendTrail(ctx, tx, *entry)
	})
}

func savePaperSheet(ctx context.Context, tx *sql.Tx, number uint16, sheet survey.SealedSheet) error {
	query, args := sqlSavePaperSheet, []any{sheet.Sealed, int64(number), int64(sheet.Serial), sheet.Version}
	if sheet.Version == 0 {
		query, args = sqlAddPaperSheet, []any{int64(number), int64(sheet.Serial), sheet.Sealed}
	}
	return one(ctx, tx, "paper: save form", query, args...)
}

const sqlDropPaperSheet = `DELETE FROM paper_sheet WHERE survey = $1 AND serial = $2 AND version = $3`

// DropPaperSheet deletes a form for good, with what stays of it in the plan, and
// cuts the log, in which older states of the row stand.
func (s *Store) DropPaperSheet(ctx context.Context, number uint16, sheet survey.SealedSheet, p survey.PaperPlanRow, entry audit.Entry) error {
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		if err := one(ctx, tx, "paper: drop form", sqlDropPaperSheet, int64(number), int64(sheet.Serial), sheet.Version); err != nil {
			return err
		}
		if err := savePaperPlan(ctx, tx, p); err != nil {
			return err
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
	if err != nil {
		return err
	}
	return cutLog(ctx, s.db)
}

const sqlDropPaperSheets = `DELETE FROM paper_sheet WHERE survey = $1`

// DropPaperSheets deletes all forms of a survey for good.
func (s *Store) DropPaperSheets(ctx context.Context, number uint16, entry audit.Entry) error {
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlDropPaperSheets, int64(number)); err != nil {
			return fmt.Errorf("paper: drop forms: %w", err)
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
	if err != nil {
		return err
	}
	return cutLog(ctx, s.db)
}
