package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
)

const sqlAddProblem = `INSERT INTO problems (id, round, unit, track, text, found_at, found_by, item, exhibit, severity, kind)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// AddProblem adds to the register of problems.
func (s *Store) AddProblem(ctx context.Context, p *evaluation.Problem, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		document, err := encode(p)
		if err != nil {
			return err
		}
		entry.After = document
		_, err = tx.ExecContext(ctx, sqlAddProblem, p.ID, p.Dossier.Round, string(p.Dossier.Unit), string(p.Dossier.Track),
			p.Text, p.FoundAt.UnixMilli(), p.FoundBy, string(p.Item), string(p.Exhibit), string(p.Severity), string(p.Kind))
		if err != nil {
			return fmt.Errorf("add problem: %w", err)
		}
		return nil
	})
}

const sqlProblemDossier = `SELECT round, unit, track FROM problems WHERE id = $1`

// ProblemDossier returns the dossier that a problem is about; an unknown problem is
// refused with problem.unknown.
func (s *Store) ProblemDossier(ctx context.Context, problem string) (k application.Key, err error) {
	err = s.db.Reader().QueryRowContext(ctx, sqlProblemDossier, problem).Scan(&k.Round, &k.Unit, &k.Track)
	if errors.Is(err, sql.ErrNoRows) {
		return k, fault.New(fault.NotFound, "problem.unknown")
	}
	if err != nil {
		return k, fmt.Errorf("problem: %w", err)
	}
	return k, nil
}

const (
	sqlProblemThere = `SELECT count(*) FROM problems WHERE id = $1`
	sqlAddOutcome   = `INSERT INTO outcomes (problem, n, text, made_at, made_by, result)
	VALUES ($1, (SELECT count(*) + 1 FROM outcomes WHERE problem = $1), $2, $3, $4, $5)`
)

// AddOutcome adds to a problem what became of it; an unknown one is refused
// with problem.unknown.
func (s *Store) AddOutcome(ctx context.Context, problem string, o evaluation.Outcome, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, sqlProblemThere, problem).Scan(&n); err != nil {
			return fmt.Errorf("problem: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "problem.unknown")
		}
		document, err := encode(o)
		if err != nil {
			return err
		}
		entry.After = document
		if _, err := tx.ExecContext(ctx, sqlAddOutcome, problem, o.Text, o.At.UnixMilli(), o.By, string(o.Result)); err != nil {
			return fmt.Errorf("add outcome: %w", err)
		}
		return nil
	})
}

const (
	sqlProblems = `SELECT id, unit, track, text, found_at, found_by, item, exhibit, severity, kind
	FROM problems WHERE round = $1 ORDER BY found_at, id`
	sqlOutcomes = `SELECT o.problem, o.text, o.made_at, o.made_by, o.result FROM outcomes o JOIN problems p ON p.id = o.problem
	WHERE p.round = $1 ORDER BY o.problem, o.n`
)

// Problems returns the register of a round, oldest first.
func (s *Store) Problems(ctx context.Context, round int) (out []evaluation.Problem, err error) {
	place := map[string]int{}
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		p := evaluation.Problem{Dossier: application.Key{Round: round}}
		var at int64
		if err := rows.Scan(&p.ID, &p.Dossier.Unit, &p.Dossier.Track, &p.Text, &at, &p.FoundBy,
			&p.Item, &p.Exhibit, &p.Severity, &p.Kind); err != nil {
			return err
		}
		p.FoundAt = time.UnixMilli(at).UTC()
		place[p.ID] = len(out)
		out = append(out, p)
		return nil
	}, sqlProblems, round)
	if err != nil {
		return nil, fmt.Errorf("problems: %w", err)
	}
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var id string
		var at int64
		var o evaluation.Outcome
		if err := rows.Scan(&id, &o.Text, &at, &o.By, &o.Result); err != nil {
			return err
		}
		o.At = time.UnixMilli(at).UTC()
		if n, ok := place[id]; ok {
			out[n].Outcomes = append(out[n].Outcomes, o)
		}
		return nil
	}, sqlOutcomes, round)
	if err != nil {
		return nil, fmt.Errorf("outcomes: %w", err)
	}
	return out, nil
}
