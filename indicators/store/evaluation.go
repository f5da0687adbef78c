package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
)

// latestInterest is what the assessor of assignment a has declared about its unit
// and holds, behind its number: the register of interests is the one place where that stands.
const latestInterest = `SELECT i.n || ' ' || i.document FROM interests i
	WHERE i.round = a.round AND i.account = a.assessor AND i.unit = a.unit ORDER BY i.n DESC LIMIT 1`

// edits is how often the items of the draft of assignment a were changed.
const edits = `SELECT SUM(v.version) FROM verdicts v
	WHERE v.round = a.round AND v.unit = a.unit AND v.track = a.track AND v.assessor = a.assessor`

// settled is how many items of the draft of assignment a have a verdict. Quotes
// within texts are escaped in a document, so that no text looks like one.
const settled = `SELECT COUNT(*) FROM verdicts w
	WHERE w.round = a.round AND w.unit = a.unit AND w.track = a.track AND w.assessor = a.assessor
	AND (w.document LIKE '%"given":true%' OR w.document LIKE '%"excused":true%')`

// known is what every query of assignments begins with.
const known = `SELECT a.document, COALESCE((` + latestInterest + `), ''), COALESCE((` + edits + `), 0), (` + settled + `) FROM assignments a
	`

// assignments runs a query of assignments, what their assessors declared and how
// often their drafts were changed.
func (s *Store) assignments(ctx context.Context, q queryer, query string, args ...any) (out []evaluation.Assignment, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var document, interest string
		var edited, done int
		if err := rows.Scan(&document, &interest, &edited, &done); err != nil {
			return err
		}
		var a evaluation.Assignment
		if err := decode(document, &a); err != nil {
			return err
		}
		a.Sheet.Edits, a.Sheet.Done = max(a.Sheet.Edits, edited), done
		if err := s.declared(&a, interest); err != nil {
			return err
		}
		out = append(out, a)
		return nil
	}, query, args...)
	return out, err
}

const sqlAssignmentsOfDossier = known + `WHERE a.round = $1 AND a.unit = $2 AND a.track = $3 ORDER BY a.assessor`

func (s *Store) assignmentsOfDossier(ctx context.Context, q queryer, k application.Key) ([]evaluation.Assignment, error) {
	return s.assignments(ctx, q, sqlAssignmentsOfDossier, k.Round, string(k.Unit), string(k.Track))
}

const sqlAssignment = known + `WHERE a.round = $1 AND a.unit = $2 AND a.track = $3 AND a.assessor = $4`

// Assignment returns it, with the verdicts of a draft, or a refusal
// assignment.unknown.
func (s *Store) Assignment(ctx context.Context, k application.Key, assessor string) (*evaluation.Assignment, error) {
	return s.assignment(ctx, s.db.Reader(), k, assessor)
}

func (s *Store) assignment(ctx context.Context, q queryer, k application.Key, assessor string) (*evaluation.Assignment, error) {
	a, err := s.bareAssignment(ctx, q, k, assessor)
	if err != nil {
		return nil, err
	}
	return a, drafted(ctx, q, a)
}

// bareAssignment leaves out the verdicts of a draft.
func (s *Store) bareAssignment(ctx context.Context, q queryer, k application.Key, assessor string) (*evaluation.Assignment, error) {
	all, err := s.assignments(ctx, q, sqlAssignment, k.Round, string(k.Unit), string(k.Track), assessor)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "assignment.unknown")
	}
	return &all[0], nil
}

const sqlAssignments = known + `WHERE a.round = $1 ORDER BY a.unit, a.track, a.assessor`

// Assignments returns all assignments of a round.
func (s *Store) Assignments(ctx context.Context, round int) ([]evaluation.Assignment, error) {
	return s.assignments(ctx, s.db.Reader(), sqlAssignments, round)
}

const sqlAssignmentsOf = known + `WHERE a.assessor = $1 ORDER BY a.round, a.unit, a.track`

// AssignmentsOf returns all assignments of an assessor.
func (s *Store) AssignmentsOf(ctx context.Context, assessor string) ([]evaluation.Assignment, error) {
	return s.assignments(ctx, s.db.Reader(), sqlAssignmentsOf, assessor)
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
		a, err := s.assignment(ctx, tx, k, assessor)
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
		document, err := bare(*a)
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, sqlSaveAssignment, k.Round, string(k.Unit), string(k.Track), assessor,
			version, a.Version, document)
		if err := one(res, err, fault.New(fault.Conflict, "sheet.conflict")); err != nil {
			return err
		}
		if submitted || !a.Sheet.Submitted() {
			return nil
		}
		return keepSheet(ctx, tx, a)
	})
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
		old, err := result(ctx, tx, k)
		if err != nil {
			return err
		}
		if old != nil {
			return fault.New(fault.Conflict, "evaluation.closed")
		}
		all, err := s.assignmentsOfDossier(ctx, tx, k)
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
		if _, err := tx.ExecContext(ctx, sqlAddResult, k.Round, string(k.Unit), string(k.Track), document); err != nil {
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
