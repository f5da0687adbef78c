package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/verification"
)

const sqlAddVisit = `INSERT INTO verification (round, unit, track, opened_at, version, document) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (round, unit, track) DO NOTHING`

// AddVisit keeps a new visit if rule, given the round's proceeding, lets it.
func (s *Store) AddVisit(ctx context.Context, v *verification.Visit, entry *audit.Entry, rule func(*naming.Proceeding) error) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		p, err := s.proceeding(ctx, tx, v.Round)
		if err != nil {
			return err
		}
		if err := rule(p); err != nil {
			return err
		}
		v.Version = 1
		text, err := s.hidden(sealVisit, string(v.ID()), v)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlAddVisit, v.Round, string(v.Unit), string(v.Track), v.OpenedAt.UnixMilli(), v.Version, text)
		return one(result, err, fault.New(fault.Conflict, "verification.exists"))
	})
}

const sqlVisit = `SELECT round, unit, track, document FROM verification WHERE round = $1 AND unit = $2 AND track = $3`

// VisitOf returns a visit, or refuses with verification.unknown.
func (s *Store) VisitOf(ctx context.Context, k application.Key) (*verification.Visit, error) {
	return s.visitOf(ctx, s.db.Reader(), k)
}

func (s *Store) visitOf(ctx context.Context, q queryer, k application.Key) (*verification.Visit, error) {
	all, err := s.visitDocuments(ctx, q, sqlVisit, k.Round, string(k.Unit), string(k.Track))
	if err != nil {
		return nil, fmt.Errorf("visit %s: %w", k.ID(), err)
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "verification.unknown")
	}
	return &all[0], nil
}

const sqlSaveVisit = `UPDATE verification SET version = $1, document = $2
	WHERE round = $3 AND unit = $4 AND track = $5 AND version = $1 - 1`

// UpdateVisit loads a visit, changes it and saves it.
func (s *Store) UpdateVisit(ctx context.Context, k application.Key, entry *audit.Entry,
	change func(*verification.Visit, *naming.Proceeding) error,
) (v *verification.Visit, err error) {
	err = s.write(ctx, entry, func(tx *sql.Tx) error {
		if v, err = s.visitOf(ctx, tx, k); err != nil {
			return err
		}
		p, err := s.proceeding(ctx, tx, k.Round)
		if err != nil {
			return err
		}
		if err := change(v, p); err != nil {
			return err
		}
		v.Version++
		text, err := s.hidden(sealVisit, string(v.ID()), v)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlSaveVisit, v.Version, text, k.Round, string(k.Unit), string(k.Track))
		return one(result, err, fault.New(fault.Conflict, "verification.changed"))
	})
	return v, err
}

const sqlVisits = `SELECT round, unit, track, document FROM verification WHERE round = $1 ORDER BY opened_at, unit, track`

// Visits returns the visits of a round in the order in which they were opened.
func (s *Store) Visits(ctx context.Context, round int) ([]verification.Visit, error) {
	return s.visits(ctx, s.db.Reader(), round)
}

func (s *Store) visits(ctx context.Context, q queryer, round int) ([]verification.Visit, error) {
	return s.visitDocuments(ctx, q, sqlVisits, round)
}

// visited is what naming reads of the visits of a round.
func (s *Store) visited(ctx context.Context, q queryer, round int) ([]naming.Verification, error) {
	all, err := s.visits(ctx, q, round)
	if err != nil {
		return nil, fmt.Errorf("visits of %d: %w", round, err)
	}
	out := make([]naming.Verification, len(all))
	for n := range all {
		out[n] = all[n].Brief()
	}
	return out, nil
}
