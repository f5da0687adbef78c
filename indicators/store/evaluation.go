package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
)

const sqlAddInstitution = `INSERT INTO institutions (round, name, document) VALUES ($1, $2, $3)`

// AddInstitution keeps an evaluator; a second one of the name in the round is
// refused with institution.exists.
func (s *Store) AddInstitution(ctx context.Context, i *evaluation.Institution, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		document, err := encode(i)
		if err != nil {
			return err
		}
		entry.After = document
		_, err = tx.ExecContext(ctx, sqlAddInstitution, i.Round, i.Name, document)
		if db.Duplicate(err) {
			return fault.New(fault.Conflict, "institution.exists").At("name")
		}
		if err != nil {
			return fmt.Errorf("add institution: %w", err)
		}
		return nil
	})
}

const sqlInstitutions = `SELECT document FROM institutions WHERE round = $1 ORDER BY name`

// Institutions returns the evaluators of a round.
func (s *Store) Institutions(ctx context.Context, round int) ([]evaluation.Institution, error) {
	return documents[evaluation.Institution](ctx, s.db.Reader(), sqlInstitutions, round)
}

const sqlAssignmentsOfDossier = `SELECT document FROM assignments
	WHERE round = $1 AND unit = $2 AND track = $3 ORDER BY assessor`

func assignmentsOfDossier(ctx context.Context, q queryer, k application.Key) ([]evaluation.Assignment, error) {
	return documents[evaluation.Assignment](ctx, q, sqlAssignmentsOfDossier, k.Round, string(k.Unit), string(k.Track))
}

const sqlAddAssignment = `INSERT INTO assignments (round, unit, track, assessor, version, document)
	VALUES ($1, $2, $3, $4, $5, $6)`

// AddAssignment keeps a if rule, given all of its dossier and its result, lets
// it.
func (s *Store) AddAssignment(ctx context.Context, a *evaluation.Assignment, entry *audit.Entry,
	rule func(ofDossier []evaluation.Assignment, r *evaluation.Result) error,
) error {
	k := a.Dossier
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		all, err := assignmentsOfDossier(ctx, tx, k)
		if err != nil {
			return err
		}
		r, err := result(ctx, tx, k)
		if err != nil {
			return err
		}
		if err := rule(all, r); err != nil {
			return err
		}
		document, err := encode(a)
		if err != nil {
			return err
		}
		entry.After = document
		_, err = tx.ExecContext(ctx, sqlAddAssignment, k.Round, string(k.Unit), string(k.Track), a.Assessor, a.Version, document)
		if err != nil {
			return fmt.Errorf("add assignment: %w", err)
		}
		return nil
	})
}

const sqlAssignment = `SELECT document FROM assignments
	WHERE round = $1 AND unit = $2 AND track = $3 AND assessor = $4`

// Assignment returns it, or a refusal assignment.unknown.
func (s *Store) Assignment(ctx context.Context, k application.Key, assessor string) (*evaluation.Assignment, error) {
	return assignment(ctx, s.db.Reader(), k, assessor)
}

func assignment(ctx context.Context, q queryer, k application.Key, assessor string) (*evaluation.Assignment, error) {
	all, err := documents[evaluation.Assignment](ctx, q, sqlAssignment, k.Round, string(k.Unit), string(k.Track), assessor)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "assignment.unknown")
	}
	return &all[0], nil
}

const sqlAssignments = `SELECT document FROM assignments WHERE round = $1 ORDER BY unit, track, assessor`

// Assignments returns all assignments of a round.
func (s *Store) Assignments(ctx context.Context, round int) ([]evaluation.Assignment, error) {
	return documents[evaluation.Assignment](ctx, s.db.Reader(), sqlAssignments, round)
}

const sqlAssignmentsOf = `SELECT document FROM assignments WHERE assessor = $1 ORDER BY round, unit, track`

// AssignmentsOf returns all assignments of an assessor.
func (s *Store) AssignmentsOf(ctx context.Context, assessor string) ([]evaluation.Assignment, error) {
	return documents[evaluation.Assignment](ctx, s.db.Reader(), sqlAssignmentsOf, assessor)
}

const sqlSaveAssignment = `UPDATE assignments SET version = $6, document = $7
	WHERE round = $1 AND unit = $2 AND track = $3 AND assessor = $4 AND version = $5`

// UpdateAssignment loads, changes and saves an assignment; after the dossier's
// result is there it refuses with evaluation.closed. A sheet that the change has
// submitted is kept beside it, word for word.
func (s *Store) UpdateAssignment(ctx context.Context, k application.Key, assessor string, entry *audit.Entry,
	change func(*evaluation.Assignment) error,
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		a, err := assignment(ctx, tx, k, assessor)
		if err != nil {
			return err
		}
		r, err := result(ctx, tx, k)
		if err != nil {
			return err
		}
		if r != nil {
			return fault.New(fault.Conflict, "evaluation.closed")
		}
		version, submitted := a.Version, a.Sheet.Submitted()
		if err := change(a); err != nil {
			return err
		}
		a.Version++
		document, err := encode(a)
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, sqlSaveAssignment, k.Round, string(k.Unit), string(k.Track), assessor,
			version, a.Version, document)
		if err := one(res, err, fault.New(fault.Conflict, "sheet.conflict")); err != nil {
			return err
		}
		if submitted == a.Sheet.Submitted() {
			return nil
		}
		return keepSheet(ctx, tx, a)
	})
}

const sqlKeepSheet = `INSERT INTO sheets (round, unit, track, assessor, digest, document) VALUES ($1, $2, $3, $4, $5, $6)`

func keepSheet(ctx context.Context, tx *sql.Tx, a *evaluation.Assignment) error {
	document, err := encode(a.Sheet)
	if err != nil {
		return err
	}
	k := a.Dossier
	_, err = tx.ExecContext(ctx, sqlKeepSheet, k.Round, string(k.Unit), string(k.Track), a.Assessor, a.Sheet.Digest, document)
	if err != nil {
		return fmt.Errorf("keep sheet: %w", err)
	}
	return nil
}

const sqlResult = `SELECT document FROM results WHERE round = $1 AND unit = $2 AND track = $3`

func result(ctx context.Context, q queryer, k application.Key) (*evaluation.Result, error) {
	all, err := documents[evaluation.Result](ctx, q, sqlResult, k.Round, string(k.Unit), string(k.Track))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

const sqlAddResult = `INSERT INTO results (round, unit, track, document) VALUES ($1, $2, $3, $4)`

// AddResult keeps the result that rule makes of the dossier's assignments. One
// that is there already is returned; nothing is written then.
func (s *Store) AddResult(ctx context.Context, k application.Key, entry *audit.Entry,
	rule func([]evaluation.Assignment) (evaluation.Result, error),
) (evaluation.Result, error) {
	if old, err := result(ctx, s.db.Reader(), k); err != nil || old != nil {
		return deref(old), err
	}
	var out evaluation.Result
	err := s.write(ctx, entry, func(tx *sql.Tx) error {
		all, err := assignmentsOfDossier(ctx, tx, k)
		if err != nil {
			return err
		}
		if out, err = rule(all); err != nil {
			return err
		}
		document, err := encode(out)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlAddResult, k.Round, string(k.Unit), string(k.Track), document)
		if db.Duplicate(err) {
			return fault.New(fault.Conflict, "evaluation.closed")
		}
		if err != nil {
			return fmt.Errorf("add result: %w", err)
		}
		return nil
	})
	return out, err
}

func deref(r *evaluation.Result) evaluation.Result {
	if r == nil {
		return evaluation.Result{}
	}
	return *r
}

const sqlResults = `SELECT document FROM results WHERE round = $1 ORDER BY unit, track`

// Results returns the results of a round.
func (s *Store) Results(ctx context.Context, round int) ([]evaluation.Result, error) {
	return documents[evaluation.Result](ctx, s.db.Reader(), sqlResults, round)
}

const sqlAddProblem = `INSERT INTO problems (id, round, unit, track, text, found_at, found_by)
	VALUES ($1, $2, $3, $4, $5, $6, $7)`

// AddProblem adds to the register of problems.
func (s *Store) AddProblem(ctx context.Context, p *evaluation.Problem, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		entry.After = p.Text
		_, err := tx.ExecContext(ctx, sqlAddProblem, p.ID, p.Dossier.Round, string(p.Dossier.Unit), string(p.Dossier.Track),
			p.Text, p.FoundAt.UnixMilli(), p.FoundBy)
		if err != nil {
			return fmt.Errorf("add problem: %w", err)
		}
		return nil
	})
}

const (
	sqlProblemThere = `SELECT count(*) FROM problems WHERE id = $1`
	sqlAddOutcome   = `INSERT INTO outcomes (problem, n, text, made_at, made_by)
	VALUES ($1, (SELECT count(*) + 1 FROM outcomes WHERE problem = $1), $2, $3, $4)`
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
		entry.After = o.Text
		if _, err := tx.ExecContext(ctx, sqlAddOutcome, problem, o.Text, o.At.UnixMilli(), o.By); err != nil {
			return fmt.Errorf("add outcome: %w", err)
		}
		return nil
	})
}

const (
	sqlProblems = `SELECT id, unit, track, text, found_at, found_by FROM problems WHERE round = $1 ORDER BY found_at, id`
	sqlOutcomes = `SELECT o.problem, o.text, o.made_at, o.made_by FROM outcomes o JOIN problems p ON p.id = o.problem
	WHERE p.round = $1 ORDER BY o.problem, o.n`
)

// Problems returns the register of a round, oldest first.
func (s *Store) Problems(ctx context.Context, round int) (out []evaluation.Problem, err error) {
	place := map[string]int{}
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		p := evaluation.Problem{Dossier: application.Key{Round: round}}
		var at int64
		if err := rows.Scan(&p.ID, &p.Dossier.Unit, &p.Dossier.Track, &p.Text, &at, &p.FoundBy); err != nil {
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
		if err := rows.Scan(&id, &o.Text, &at, &o.By); err != nil {
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
