package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/recommendation"
	"minyi/indicators/support"
)

const sqlRecommendations = `SELECT document FROM recommendations ORDER BY year DESC`

// Recommendations returns all years, the newest first.
func (s *Store) Recommendations(ctx context.Context) ([]recommendation.Year, error) {
	return documents[recommendation.Year](ctx, s.db.Reader(), sqlRecommendations)
}

// Recommendation returns a year, an empty one where nothing is kept.
func (s *Store) Recommendation(ctx context.Context, year int) (*recommendation.Year, error) {
	return oneYear(ctx, s.db.Reader(), year)
}

const sqlRecommendation = `SELECT document FROM recommendations WHERE year = $1`

func oneYear(ctx context.Context, q queryer, year int) (*recommendation.Year, error) {
	y := &recommendation.Year{Year: year}
	if err := document(ctx, q, y, sqlRecommendation, year); err != nil && !db.Missing(err) {
		return nil, fmt.Errorf("recommendation of %d: %w", year, err)
	}
	return y, nil
}

const sqlSaveRecommendation = `INSERT INTO recommendations (year, version, document) VALUES ($1, $2, $3)
	ON CONFLICT (year) DO UPDATE SET version = excluded.version, document = excluded.document
	WHERE recommendations.version = excluded.version - 1`

// UpdateRecommendation loads a year, changes it and saves it with one version more.
func (s *Store) UpdateRecommendation(ctx context.Context, year int, entry *audit.Entry, change func(*recommendation.Year) error) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		y, err := oneYear(ctx, tx, year)
		if err != nil {
			return err
		}
		if err := change(y); err != nil {
			return err
		}
		y.Version++
		text, err := encode(y)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlSaveRecommendation, year, y.Version, text)
		return one(result, err, fault.New(fault.Conflict, "recommendation.changed"))
	})
}

const sqlForwardings = `SELECT document FROM forwardings ORDER BY year, naming`

// Forwardings returns the reports that went to the centre, by year.
func (s *Store) Forwardings(ctx context.Context) ([]recommendation.Forwarding, error) {
	return documents[recommendation.Forwarding](ctx, s.db.Reader(), sqlForwardings)
}

const sqlAddForwarding = `INSERT INTO forwardings (naming, year, document) VALUES ($1, $2, $3) ON CONFLICT (naming, year) DO NOTHING`

// AddForwarding keeps one, or refuses with forward.twice.
func (s *Store) AddForwarding(ctx context.Context, f recommendation.Forwarding, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		text, err := encode(f)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlAddForwarding, f.Naming, f.Year, text)
		return one(result, err, fault.New(fault.Conflict, "forward.twice"))
	})
}

const sqlAllSupports = `SELECT document FROM supports ORDER BY day DESC, id DESC`

const sqlSupports = `SELECT document FROM supports WHERE naming = $1 ORDER BY day DESC, id DESC`

// Supports returns the records of a name, of all names where it is empty, the newest
// date first.
func (s *Store) Supports(ctx context.Context, naming string) ([]support.Record, error) {
	if naming == "" {
		return documents[support.Record](ctx, s.db.Reader(), sqlAllSupports)
	}
	return documents[support.Record](ctx, s.db.Reader(), sqlSupports, naming)
}

const sqlAddSupport = `INSERT INTO supports (id, naming, day, document) VALUES ($1, $2, $3, $4)`

// AddSupport keeps a record.
func (s *Store) AddSupport(ctx context.Context, r support.Record, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		text, err := encode(r)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlAddSupport, r.ID, r.Naming, r.Date.String(), text); err != nil {
			return fmt.Errorf("add support %s: %w", r.ID, err)
		}
		return nil
	})
}

const sqlSupport = `SELECT document FROM supports WHERE id = $1`

const sqlSaveSupport = `UPDATE supports SET document = $1 WHERE id = $2`

// UpdateSupport changes a record, or refuses with support.unknown.
func (s *Store) UpdateSupport(ctx context.Context, id string, entry *audit.Entry, change func(*support.Record) error) error {
	missing := fault.New(fault.NotFound, "support.unknown")
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		r := &support.Record{}
		err := document(ctx, tx, r, sqlSupport, id)
		if db.Missing(err) {
			return missing
		}
		if err != nil {
			return fmt.Errorf("support %s: %w", id, err)
		}
		if err := change(r); err != nil {
			return err
		}
		text, err := encode(r)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlSaveSupport, text, id)
		return one(result, err, missing)
	})
}
