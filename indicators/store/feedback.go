package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/feedback"
	"minyi/indicators/roster"
)

const sqlFeedbacks = `SELECT f.document FROM feedbacks f WHERE f.round = $1
	AND f.version = (SELECT max(g.version) FROM feedbacks g WHERE g.round = f.round AND g.unit = f.unit AND g.track = f.track)
	ORDER BY f.unit, f.track`

// Feedbacks returns the newest released report of every applicant of a round.
func (s *Store) Feedbacks(ctx context.Context, round int) ([]feedback.Report, error) {
	return documents[feedback.Report](ctx, s.db.Reader(), sqlFeedbacks, round)
}

const sqlUnitFeedbacks = `SELECT f.document FROM feedbacks f WHERE f.unit = $1
	AND f.version = (SELECT max(g.version) FROM feedbacks g WHERE g.round = f.round AND g.unit = f.unit AND g.track = f.track)
	ORDER BY f.round DESC, f.track`

// UnitFeedbacks returns the newest released reports of a unit, newest round first.
func (s *Store) UnitFeedbacks(ctx context.Context, unit roster.UnitCode) ([]feedback.Report, error) {
	return documents[feedback.Report](ctx, s.db.Reader(), sqlUnitFeedbacks, string(unit))
}

const sqlAddFeedback = `INSERT INTO feedbacks (round, unit, track, version, document) VALUES ($1, $2, $3, $4, $5)`

// AddFeedbacks keeps released reports, all or none; it refuses with Conflict
// feedback.changed where somebody has released one of them at the same moment.
func (s *Store) AddFeedbacks(ctx context.Context, list []feedback.Report, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		for i := range list {
			k := list[i].Key
			text, err := encode(&list[i])
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, sqlAddFeedback, k.Round, string(k.Unit), string(k.Track), list[i].Version, text); db.Duplicate(err) {
				return fault.New(fault.Conflict, "feedback.changed")
			} else if err != nil {
				return fmt.Errorf("feedback %s: %w", k.ID(), err)
			}
		}
		return nil
	})
}
