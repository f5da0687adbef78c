package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
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
