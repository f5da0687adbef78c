package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey"
)

// Decide loads a survey with the acts of its review, applies the rule, and saves
// what it left with its trail entry.
func (s *Store) Decide(ctx context.Context, id survey.ID, entry audit.Entry, rule func(*survey.Survey, *survey.Docket) error) (*survey.Survey, error) {
	var sv *survey.Survey
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		var err error
		if sv, err = load(ctx, tx, id); err != nil {
			return err
		}
		entry.Before = sv.Brief()
		d, err := loadDocket(ctx, tx, id)
		if err != nil {
			return err
		}
		was := d.stands()
		if err := rule(sv, d.Docket); err != nil {
			return err
		}
		if err := errors.Join(save(ctx, tx, sv), d.save(ctx, tx, sv.ID, was)); err != nil {
			return err
		}
		entry.After = sv.Brief()
		return s.db.AppendTrail(ctx, tx, entry)
	})
	if err != nil {
		return nil, err
	}
	return sv, nil
}

// docket is a docket on its way from the tables and back.
type docket struct{ *survey.Docket }

// standing is what a docket held when it was loaded.
type standing struct {
	states map[int]survey.ActState
	out    map[int64]int
}

func (d docket) stands() standing {
	was := standing{states: map[int]survey.ActState{}, out: map[int64]int{}}
	for _, a := range d.Acts {
		was.states[a.Number] = a.State
	}
	for n, act := range d.Out {
		was.out[n] = act
	}
	return was
}

func loadDocket(ctx context.Context, tx *sql.Tx, id survey.ID) (docket, error) {
	acts, err := readActs(ctx, tx, id)
	if err != nil {
		return docket{}, err
	}
	for _, a := range acts {
		if a.State != survey.ActWaiting {
			continue
		}
		if a.Responses, err = readMembers(ctx, tx, id, a.Number); err != nil {
			return docket{}, err
		}
	}
	out, err := readOut(ctx, tx, id)
	return docket{&survey.Docket{Acts: acts, Out: out}}, err
}

// save writes the acts that are new or decided, and which answers are out.
func (d docket) save(ctx context.Context, tx *sql.Tx, id survey.ID, was standing) error {
	for _, a := range d.Acts {
		state, known := was.states[a.Number]
		if known && state == a.State {
			continue
		}
		if err := saveAct(ctx, tx, id, a, known); err != nil {
			return fmt.Errorf("survey: save an act: %w", err)
		}
	}
	for n := range was.out {
		if _, still := d.Out[n]; !still {
			if _, err := tx.ExecContext(ctx, sqlIn, string(id), n); err != nil {
				return fmt.Errorf("survey: restore: %w", err)
			}
		}
	}
	for n, act := range d.Out {
		if was.out[n] != act {
			if _, err := tx.ExecContext(ctx, sqlOut, string(id), n, act); err != nil {
				return fmt.Errorf("survey: exclude: %w", err)
			}
		}
	}
	return nil
}

const (
	sqlIn  = `DELETE FROM review_excluded WHERE survey = $1 AND response = $2`
	sqlOut = `INSERT INTO review_excluded (survey, response, act) VALUES ($1, $2, $3)
		ON CONFLICT (survey, response) DO UPDATE SET act = excluded.act`
	sqlNewAct = `INSERT INTO review_act (state, doc, survey, number) VALUES ($1, $2, $3, $4)`
	sqlSetAct = `UPDATE review_act SET state = $1, doc = $2 WHERE survey = $3 AND number = $4`
	sqlMember = `INSERT INTO review_member (survey, act, response)
		SELECT v.id, $2, r.id FROM survey AS v JOIN response AS r ON r.survey = v.number WHERE v.id = $1 AND r.id = $3`
)

func saveAct(ctx context.Context, tx *sql.Tx, id survey.ID, a *survey.Act, known bool) error {
	doc, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if known {
		_, err := tx.ExecContext(ctx, sqlSetAct, string(a.State), string(doc), string(id), a.Number)
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlNewAct, string(a.State), string(doc), string(id), a.Number); err != nil {
		return err
	}
	return saveMembers(ctx, tx, id, a)
}

func saveMembers(ctx context.Context, tx *sql.Tx, id survey.ID, a *survey.Act) (err error) {
	put, err := tx.PrepareContext(ctx, sqlMember)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, put.Close()) }()
	for _, n := range a.Responses {
		done, err := put.ExecContext(ctx, string(id), a.Number, n)
		if err != nil {
			return err
		}
		if rows, err := done.RowsAffected(); err != nil || rows != 1 {
			return errors.Join(fault.New(fault.NotFound, "review.unknown"), err)
		}
	}
	return nil
}

// asker is a reader or a transaction.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

const (
	sqlActs    = `SELECT doc FROM review_act WHERE survey = $1 ORDER BY number`
	sqlMembers = `SELECT response FROM review_member WHERE survey = $1 AND act = $2 ORDER BY response`
	sqlIsOut   = `SELECT response, act FROM review_excluded WHERE survey = $1`
	sqlOutRows = `SELECT r.batch, r.outcome, r.answers FROM review_excluded AS x
		JOIN survey AS v ON v.id = x.survey JOIN response AS r ON r.id = x.response AND r.survey = v.number WHERE x.survey = $1`
)

func readActs(ctx context.Context, q asker, id survey.ID) (out []*survey.Act, err error) {
	err = scanned(ctx, q, sqlActs, func(rows *sql.Rows) error {
		var doc string
		a := &survey.Act{}
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		out = append(out, a)
		return json.Unmarshal([]byte(doc), a)
	}, string(id))
	return out, err
}

func readMembers(ctx context.Context, q asker, id survey.ID, act int) (out []int64, err error) {
	err = scanned(ctx, q, sqlMembers, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	}, string(id), act)
	return out, err
}

func readOut(ctx context.Context, q asker, id survey.ID) (map[int64]int, error) {
	out := map[int64]int{}
	err := scanned(ctx, q, sqlIsOut, func(rows *sql.Rows) error {
		var n int64
		var act int
		err := rows.Scan(&n, &act)
		out[n] = act
		return err
	}, string(id))
	return out, err
}

// scanned calls fn for each row of a query about reviews.
func scanned(ctx context.Context, q asker, query string, fn func(*sql.Rows) error, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("survey: read a review: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return fmt.Errorf("survey: read a review: %w", err)
		}
	}
	return rows.Err()
}

// Acts returns the acts of a survey's review.
func (s *Store) Acts(ctx context.Context, id survey.ID) ([]*survey.Act, error) {
	return readActs(ctx, s.db.Reader(), id)
}

// ActResponses returns the answers of one act.
func (s *Store) ActResponses(ctx context.Context, id survey.ID, act int) ([]int64, error) {
	return readMembers(ctx, s.db.Reader(), id, act)
}

// ExcludedBy returns the excluded answers of a survey.
func (s *Store) ExcludedBy(ctx context.Context, id survey.ID) (map[int64]int, error) {
	return readOut(ctx, s.db.Reader(), id)
}

// Excluded calls fn for each excluded answer of a survey.
func (s *Store) Excluded(ctx context.Context, id survey.ID, fn func(survey.Record) error) error {
	return scanned(ctx, s.db.Reader(), sqlOutRows, func(rows *sql.Rows) error {
		var r survey.Record
		if err := rows.Scan(&r.Batch, &r.Outcome, &r.Answers); err != nil {
			return err
		}
		return fn(r)
	}, string(id))
}
