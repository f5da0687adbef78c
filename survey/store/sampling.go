package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"minyi/indicators/db"
	"minyi/survey"
)

const sqlAddPage = `INSERT INTO frame_page (survey, part, number, unit, sealed) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (survey, part, number) DO UPDATE SET unit = excluded.unit, sealed = excluded.sealed`

// AddPages stores sealed pages in one transaction; see survey.Rolls.
func (s *Store) AddPages(ctx context.Context, id survey.ID, pages []survey.Page) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		for _, p := range pages {
			if _, err := tx.ExecContext(ctx, sqlAddPage, string(id), p.Part, p.Number, p.Unit, p.Sealed); err != nil {
				return fmt.Errorf("survey: store a page: %w", err)
			}
		}
		return nil
	})
}

const sqlPages = `SELECT number, unit, sealed FROM frame_page
	WHERE survey = $1 AND part = $2 AND (unit = $3 OR $3 < 0) ORDER BY number`

// Pages calls fn for the pages of a part in their order.
func (s *Store) Pages(ctx context.Context, id survey.ID, part string, unit int, fn func(survey.Page) error) (err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlPages, string(id), part, unit)
	if err != nil {
		return db.Refuse(fmt.Errorf("survey: read pages: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		p := survey.Page{Part: part}
		if err := rows.Scan(&p.Number, &p.Unit, &p.Sealed); err != nil {
			return fmt.Errorf("survey: read a page: %w", err)
		}
		if err := fn(p); err != nil {
			return err
		}
	}
	return rows.Err()
}

const sqlDropPages = `DELETE FROM frame_page WHERE survey = $1 AND ($2 = '' OR part = $2) AND part <> $3`

// DropPages deletes pages, overwrites them in the file and cuts the log.
func (s *Store) DropPages(ctx context.Context, id survey.ID, part, keep string) (int, error) {
	var gone int64
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, sqlDropPages, string(id), part, keep)
		if err != nil {
			return fmt.Errorf("survey: delete pages: %w", err)
		}
		gone, err = done.RowsAffected()
		return err
	})
	if err != nil || gone == 0 {
		return 0, err
	}
	return int(gone), cutLog(ctx, s.db)
}
