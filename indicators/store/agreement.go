package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
)

// given counts the verdicts in the draft of the sheet a; quotes within a text are
// escaped, so that no words are taken for one.
const given = `SELECT COUNT(*) FROM verdicts v
	WHERE v.round = a.round AND v.unit = a.unit AND v.track = a.track AND v.assessor = a.assessor
	AND (v.document LIKE '%"given":true%' OR v.document LIKE '%"excused":true%')`

const sqlSheetStates = `SELECT a.unit, a.track, a.assessor, a.institution, a.arbiter, a.ended, a.given + (` + given + `) * (a.submitted_at = 0),
	a.submitted_at, a.scheme, a.total, a.digest, a.marks, COALESCE((` + latestInterest + `), '')
	FROM sheet_states a WHERE a.round = $1 ORDER BY a.unit, a.track, a.assessor`

// SheetStates returns the state of every sheet of a round; the table follows the
// assignments by triggers, so that no sheet is read for it.
func (s *Store) SheetStates(ctx context.Context, round int) (out []evaluation.SheetState, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		x, err := s.sheetState(rows, round)
		out = append(out, x)
		return err
	}, sqlSheetStates, round)
	if err != nil {
		return nil, fmt.Errorf("sheet states: %w", err)
	}
	return out, nil
}

func (s *Store) sheetState(rows *sql.Rows, round int) (evaluation.SheetState, error) {
	x := evaluation.SheetState{Dossier: application.Key{Round: round}}
	var at int64
	var marks, interest string
	if err := rows.Scan(&x.Dossier.Unit, &x.Dossier.Track, &x.Assessor, &x.Institution, &x.Arbiter, &x.Back,
		&x.Given, &at, &x.Scheme, &x.Total, &x.Digest, &marks, &interest); err != nil {
		return x, err
	}
	if at != 0 {
		x.SubmittedAt = time.UnixMilli(at).UTC()
	}
	of := evaluation.Assignment{Dossier: x.Dossier, Assessor: x.Assessor}
	if err := s.declared(&of, interest); err != nil {
		return x, err
	}
	x.Interest = of.Declaration.Interest
	x.Back = x.Back || x.Interest == evaluation.Conflicted
	return x, decode(marks, &x.Marks)
}

// AssignmentsOfDossier returns the assignments of one dossier with their sheets.
func (s *Store) AssignmentsOfDossier(ctx context.Context, k application.Key) ([]evaluation.Assignment, error) {
	return s.assignmentsOfDossier(ctx, s.db.Reader(), k)
}

// ResultOf returns the result of a dossier, nil while there is none.
func (s *Store) ResultOf(ctx context.Context, k application.Key) (*evaluation.Result, error) {
	return result(ctx, s.db.Reader(), k)
}

const sqlOpinions = `SELECT document FROM opinions WHERE round = $1 ORDER BY unit, track, institution`

// Opinions returns the institutions' opinions of a round.
func (s *Store) Opinions(ctx context.Context, round int) ([]evaluation.Opinion, error) {
	return documents[evaluation.Opinion](ctx, s.db.Reader(), sqlOpinions, round)
}

const sqlOpinionOf = `SELECT document FROM opinions WHERE digest = $1 AND signed = 1`

// OpinionOf returns the signed opinion with that digest, or a refusal
// opinion.unknown.
func (s *Store) OpinionOf(ctx context.Context, digest string) (*evaluation.Opinion, error) {
	all, err := documents[evaluation.Opinion](ctx, s.db.Reader(), sqlOpinionOf, digest)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "opinion.unknown")
	}
	return &all[0], nil
}

const (
	sqlOpinion    = `SELECT document FROM opinions WHERE round = $1 AND unit = $2 AND track = $3 AND institution = $4`
	sqlAddOpinion = `INSERT INTO opinions (round, unit, track, institution, version, signed, digest, document)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	sqlSaveOpinion = `UPDATE opinions SET version = $5, signed = $6, digest = $7, document = $8
	WHERE round = $1 AND unit = $2 AND track = $3 AND institution = $4 AND version = $5 - 1`
)

// UpdateOpinion loads, changes and saves the opinion of an institution on a
// dossier; one that is signed is refused with opinion.signed.
func (s *Store) UpdateOpinion(ctx context.Context, k application.Key, institution string, entry *audit.Entry,
	change func(*evaluation.Opinion) error,
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		all, err := documents[evaluation.Opinion](ctx, tx, sqlOpinion, k.Round, string(k.Unit), string(k.Track), institution)
		if err != nil {
			return err
		}
		query, o := sqlSaveOpinion, evaluation.Opinion{Dossier: k, Institution: institution}
		if len(all) > 0 {
			o = all[0]
		} else {
			query = sqlAddOpinion
		}
		if o.Signed() {
			return fault.New(fault.Conflict, "opinion.signed")
		}
		if err := change(&o); err != nil {
			return err
		}
		o.Version++
		document, err := encode(o)
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, query, k.Round, string(k.Unit), string(k.Track), institution,
			o.Version, o.Signed(), o.Signature.Digest, document)
		return one(res, err, fault.New(fault.Conflict, "opinion.conflict"))
	})
}

const (
	sqlAddCorrection = `INSERT INTO corrections (id, round, unit, track, document) VALUES ($1, $2, $3, $4, $5)`
	sqlCorrections   = `SELECT c.document, a.document FROM corrections c LEFT JOIN correction_answers a ON a.correction = c.id
	WHERE c.round = $1 ORDER BY c.id`
	sqlCorrection = `SELECT c.document, a.document FROM corrections c LEFT JOIN correction_answers a ON a.correction = c.id
	WHERE c.id = $1`
	sqlAnswerCorrection = `INSERT INTO correction_answers (correction, document) VALUES ($1, $2)`
)

// Corrections returns the corrections of a round, oldest first.
func (s *Store) Corrections(ctx context.Context, round int) ([]evaluation.Correction, error) {
	return corrections(ctx, s.db.Reader(), sqlCorrections, round)
}

func corrections(ctx context.Context, q queryer, query string, arg any) (out []evaluation.Correction, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var document string
		var answer sql.NullString
		if err := rows.Scan(&document, &answer); err != nil {
			return err
		}
		var c evaluation.Correction
		if err := decode(document, &c); err != nil {
			return err
		}
		if answer.Valid {
			if err := decode(answer.String, &c.Answer); err != nil {
				return err
			}
		}
		out = append(out, c)
		return nil
	}, query, arg)
	if err != nil {
		return nil, fmt.Errorf("corrections: %w", err)
	}
	return out, nil
}

// AddCorrection keeps a proposal; while one about the dossier is open it refuses
// with correction.open.
func (s *Store) AddCorrection(ctx context.Context, c *evaluation.Correction, entry *audit.Entry) error {
	k := c.Dossier
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		all, err := corrections(ctx, tx, sqlCorrections, k.Round)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.Dossier == k && o.Open() {
				return fault.New(fault.Conflict, "correction.open")
			}
		}
		document, err := encode(c)
		if err != nil {
			return err
		}
		entry.After = document
		if _, err := tx.ExecContext(ctx, sqlAddCorrection, c.ID, k.Round, string(k.Unit), string(k.Track), document); err != nil {
			return fmt.Errorf("add correction: %w", err)
		}
		return nil
	})
}

// AnswerCorrection keeps the second person's answer that rule gives; an unknown
// one is correction.unknown.
func (s *Store) AnswerCorrection(ctx context.Context, id string, entry *audit.Entry,
	rule func(*evaluation.Correction) error,
) (out *evaluation.Correction, err error) {
	err = s.write(ctx, entry, func(tx *sql.Tx) error {
		all, err := corrections(ctx, tx, sqlCorrection, id)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.New(fault.NotFound, "correction.unknown")
		}
		out = &all[0]
		if err := rule(out); err != nil {
			return err
		}
		document, err := encode(out.Answer)
		if err != nil {
			return err
		}
		entry.After = document
		if _, err := tx.ExecContext(ctx, sqlAnswerCorrection, id, document); err != nil {
			return fmt.Errorf("answer correction: %w", err)
		}
		return nil
	})
	return out, err
}
