package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

const sqlStandings = `SELECT document FROM standings ORDER BY naming, n`

// NamedRecords returns all names ever given with the steps of their standing,
// newest name first.
func (s *Store) NamedRecords(ctx context.Context) ([]supervision.Record, error) {
	named, err := s.Named(ctx)
	if err != nil {
		return nil, err
	}
	steps, err := documents[supervision.Step](ctx, s.db.Reader(), sqlStandings)
	if err != nil {
		return nil, fmt.Errorf("standings: %w", err)
	}
	of := map[string][]supervision.Step{}
	for _, x := range steps {
		of[x.Naming] = append(of[x.Naming], x)
	}
	out := make([]supervision.Record, len(named))
	for i, n := range named {
		out[i] = supervision.Record{Named: n, Steps: of[n.ID]}
	}
	return out, nil
}

// NamedRecord returns one name with its steps, or refuses with named.unknown.
func (s *Store) NamedRecord(ctx context.Context, id string) (supervision.Record, error) {
	return namedRecord(ctx, s.db.Reader(), id)
}

const sqlNamedByID = `SELECT document FROM named WHERE id = $1`

const sqlStandingsOf = `SELECT document FROM standings WHERE naming = $1 ORDER BY n`

func namedRecord(ctx context.Context, q queryer, id string) (out supervision.Record, err error) {
	var n naming.Named
	if err = document(ctx, q, &n, sqlNamedByID, id); db.Missing(err) {
		return out, fault.New(fault.NotFound, "named.unknown")
	}
	if err != nil {
		return out, fmt.Errorf("name %s: %w", id, err)
	}
	out.Named = n
	if out.Steps, err = documents[supervision.Step](ctx, q, sqlStandingsOf, id); err != nil {
		return out, fmt.Errorf("standings of %s: %w", id, err)
	}
	return out, nil
}

const sqlAddStanding = `INSERT INTO standings (naming, n, document) VALUES ($1, $2, $3)`

// AddStanding keeps the step that rule makes of the name as it stands.
func (s *Store) AddStanding(ctx context.Context, id string, entry *audit.Entry, rule func(supervision.Record) (supervision.Step, error)) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		r, err := namedRecord(ctx, tx, id)
		if err != nil {
			return err
		}
		step, err := rule(r)
		if err != nil {
			return err
		}
		return addStanding(ctx, tx, step)
	})
}

func addStanding(ctx context.Context, tx *sql.Tx, x supervision.Step) error {
	text, err := encode(x)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlAddStanding, x.Naming, x.N, text); err != nil {
		return fmt.Errorf("standing of %s: %w", x.Naming, err)
	}
	return nil
}

const sqlRevocations = `SELECT document FROM revocations WHERE naming = $1 ORDER BY at, id`

// Revocations returns all proposals to revoke a name, oldest first.
func (s *Store) Revocations(ctx context.Context, id string) ([]supervision.Revocation, error) {
	return documents[supervision.Revocation](ctx, s.db.Reader(), sqlRevocations, id)
}

const sqlOpenRevocation = `SELECT document FROM revocations WHERE naming = $1 AND open = 1`

// Revise gives rule the name and its open proposal, and keeps what comes back.
func (s *Store) Revise(ctx context.Context, id string, entry *audit.Entry,
	rule func(supervision.Record, *supervision.Revocation) (supervision.Revocation, *supervision.Step, error),
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		r, err := namedRecord(ctx, tx, id)
		if err != nil {
			return err
		}
		open := &supervision.Revocation{}
		if err := document(ctx, tx, open, sqlOpenRevocation, id); db.Missing(err) {
			open = nil
		} else if err != nil {
			return fmt.Errorf("revocation of %s: %w", id, err)
		}
		out, step, err := rule(r, open)
		if err != nil {
			return err
		}
		if err := saveRevocation(ctx, tx, out); err != nil || step == nil {
			return err
		}
		return addStanding(ctx, tx, *step)
	})
}

const sqlSaveRevocation = `INSERT INTO revocations (id, naming, at, open, document) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (id) DO UPDATE SET open = excluded.open, document = excluded.document`

func saveRevocation(ctx context.Context, tx *sql.Tx, r supervision.Revocation) error {
	text, err := encode(r)
	if err != nil {
		return err
	}
	open := 0
	if r.Open() {
		open = 1
	}
	if _, err := tx.ExecContext(ctx, sqlSaveRevocation, r.ID, r.Naming, r.At.UnixMilli(), open, text); err != nil {
		return fmt.Errorf("revocation %s: %w", r.ID, err)
	}
	return nil
}

const sqlFrauds = `SELECT s.document, n.track FROM standings s JOIN named n ON n.id = s.naming WHERE n.unit = $1 ORDER BY s.naming, s.n`

// Bars returns from when the unit is barred because a name was revoked for fraud
// (C46, C99).
func (s *Store) Bars(ctx context.Context, unit roster.UnitCode) (out []application.Bar, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var text, track string
		var x supervision.Step
		if err := rows.Scan(&text, &track); err != nil {
			return err
		}
		if err := decode(text, &x); err != nil {
			return err
		}
		if slices.Contains(x.Grounds, supervision.Fraud) {
			out = append(out, application.Bar{Since: x.From, Track: roster.Track(track), Document: x.Document})
		}
		return nil
	}, sqlFrauds, string(unit))
	if err != nil {
		return nil, fmt.Errorf("bars of %s: %w", unit, err)
	}
	return out, nil
}
