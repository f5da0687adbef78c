package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

const sqlScheme = `SELECT document FROM schemes
	WHERE round = $1 AND ($2 = 0 OR version = $2) ORDER BY version DESC LIMIT 1`

// Scheme returns a version of the round's scheme, the newest for version 0, or
// a refusal scheme.none.
func (s *Store) Scheme(ctx context.Context, year, version int) (*indicators.Scheme, error) {
	return scheme(ctx, s.db.Reader(), year, version)
}

func scheme(ctx context.Context, q queryer, year, version int) (*indicators.Scheme, error) {
	var document string
	err := q.QueryRowContext(ctx, sqlScheme, year, version).Scan(&document)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "scheme.none")
	}
	if err != nil {
		return nil, fmt.Errorf("scheme of %d: %w", year, err)
	}
	out := &indicators.Scheme{}
	return out, decode(document, out)
}

const sqlSchemes = `SELECT document, made_at, made_by, reason FROM schemes WHERE round = $1 ORDER BY version`

// Schemes returns all versions of the round's scheme, oldest first.
func (s *Store) Schemes(ctx context.Context, year int) (out []roster.SchemeVersion, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var document string
		var at int64
		v := roster.SchemeVersion{}
		if err := rows.Scan(&document, &at, &v.MadeBy, &v.Reason); err != nil {
			return err
		}
		v.MadeAt = time.UnixMilli(at).UTC()
		if err := decode(document, &v.Scheme); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	}, sqlSchemes, year)
	if err != nil {
		return nil, fmt.Errorf("schemes of %d: %w", year, err)
	}
	return out, nil
}

const sqlNewestScheme = `SELECT version, document FROM schemes WHERE round = $1 ORDER BY version DESC LIMIT 1`

const sqlAddScheme = `INSERT INTO schemes (round, version, document, made_at, made_by, reason)
	VALUES ($1, $2, $3, $4, $5, $6)`

// AddScheme keeps the scheme as the round's next version if rule lets it, and
// writes the number into it.
func (s *Store) AddScheme(ctx context.Context, v *roster.SchemeVersion, entry audit.Entry, rule func(*roster.Round, int) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		r, _, err := round(ctx, tx, v.Scheme.Round)
		if err != nil {
			return err
		}
		newest := 0
		err = tx.QueryRowContext(ctx, sqlNewestScheme, r.Year).Scan(&newest, &entry.Before)
		if err != nil && !db.Missing(err) {
			return fmt.Errorf("newest scheme of %d: %w", r.Year, err)
		}
		if err := rule(r, newest); err != nil {
			return err
		}
		v.Scheme.Version = newest + 1
		if entry.After, err = encode(v.Scheme); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlAddScheme, r.Year, v.Scheme.Version, entry.After, v.MadeAt.UnixMilli(), v.MadeBy, v.Reason)
		if err != nil {
			return fmt.Errorf("add scheme of %d: %w", r.Year, err)
		}
		return nil
	})
}
