// Package store is the survey half's SQL: surveys with their frames, and the
// intake of answers. It implements what package survey asks for and knows no
// rule of it.
//
// What can be learned from its file about who gave which answer, by table:
//
//   - response: an answer's batch (a drawn PSU or a poster), its cell of the
//     quota, its day and its content, under a random number;
//   - paradata: under the same number the answer's trace, sealed under a wave key
//     that lies in a folder of its own (Vault) and is destroyed with the rows when
//     the review term ends;
//   - spent: a used link is one bit among 8,192, without a time;
//   - resend: HMACs of a form's own random key and of what it carried, by commit;
//   - draft: an HMAC of link and code, a day, and what only both together open;
//     gone in the transaction that stores the answer;
//   - frame_page: uploaded frames and lists of people, in pages sealed under a key of
//     the same folder, destroyed with the rows when the frame's term ends; who was
//     drawn for which link follows from the list, the plan and the seed, and is
//     stored nowhere;
//   - intake: answers and traces in the order of the commits, those of one commit
//     shuffled, until they are re-filed in groups of 20 or more (all that is left,
//     at the close).
//
// Two more hold what people are reached by, and no answer: contact_case has a link's
// number in the clear, and beside it the telephone number and the calls sealed under
// the key of the frame, without time or length of an interview; contact_plan has
// rules and sums.
//
// No two tables but response and paradata share a key. Re-filing draws new random
// numbers and writes the rows in their order, since a page of the file holds its
// rows in the order of writing; what was there is overwritten and the log is cut.
// Until that moment somebody who holds the file and watched the minute of an
// answer can find its commit. What remains for good is what the design needs:
// that an answer came from one of the links of its PSU that were used. The tests
// of package survey join by every order that the file offers, freed pages and log
// included, and find no more than chance does.
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/frame"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// Migrations are the survey half's schema changes, for db.Open.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Store keeps surveys in the survey half's database.
type Store struct {
	db *db.DB
}

// New returns the store on an open database.
func New(d *db.DB) *Store { return &Store{db: d} }

const sqlNextNumber = `SELECT coalesce(max(number), 0) + 1 FROM survey`

const sqlCreate = `INSERT INTO survey (id, number, round, unit, version, state, doc)
	VALUES ($1, $2, $3, $4, $5, $6, $7)`

// maxSurveys is the largest number that a token can carry.
const maxSurveys = 1<<16 - 1

// Create stores a new survey under the next free number.
func (s *Store) Create(ctx context.Context, sv *survey.Survey, entry audit.Entry) error {
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		var number int64
		if err := tx.QueryRowContext(ctx, sqlNextNumber).Scan(&number); err != nil {
			return fmt.Errorf("survey: next number: %w", err)
		}
		if number > maxSurveys {
			return fault.New(fault.Conflict, "survey.full")
		}
		sv.Number, sv.Version = uint16(number), 1
		doc, err := json.Marshal(sv)
		if err != nil {
			return fmt.Errorf("survey: write %s: %w", sv.ID, err)
		}
		if _, err := tx.ExecContext(ctx, sqlCreate, string(sv.ID), number, sv.Round, sv.Place(), sv.Version, string(sv.State), string(doc)); err != nil {
			return fmt.Errorf("survey: create: %w", err)
		}
		entry.After = sv.Brief()
		return s.db.AppendTrail(ctx, tx, entry)
	})
	if db.Duplicate(err) {
		return fault.New(fault.Conflict, "survey.exists")
	}
	return err
}

// Update loads a survey, applies the rule, saves it and its trail entry.
func (s *Store) Update(ctx context.Context, id survey.ID, entry audit.Entry, rule func(*survey.Survey) error) (*survey.Survey, error) {
	return s.update(ctx, id, entry, rule, func(*sql.Tx) error { return nil })
}

const sqlPutFrame = `INSERT INTO sampling_frame (survey, doc) VALUES ($1, $2)
	ON CONFLICT (survey) DO UPDATE SET doc = excluded.doc`

// ImportFrame is Update that stores the sampling frame too.
func (s *Store) ImportFrame(ctx context.Context, id survey.ID, f frame.Frame, entry audit.Entry, rule func(*survey.Survey) error) (*survey.Survey, error) {
	doc, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("survey: write frame: %w", err)
	}
	return s.update(ctx, id, entry, rule, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlPutFrame, string(id), string(doc)); err != nil {
			return fmt.Errorf("survey: store frame: %w", err)
		}
		return nil
	})
}

func (s *Store) update(ctx context.Context, id survey.ID, entry audit.Entry, rule func(*survey.Survey) error, also func(*sql.Tx) error) (*survey.Survey, error) {
	var sv *survey.Survey
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		var err error
		if sv, err = load(ctx, tx, id); err != nil {
			return err
		}
		entry.Before = sv.Brief()
		if err := rule(sv); err != nil {
			return err
		}
		if err := save(ctx, tx, sv); err != nil {
			return err
		}
		entry.After = sv.Brief()
		return errors.Join(also(tx), s.db.AppendTrail(ctx, tx, entry))
	})
	if err != nil {
		return nil, err
	}
	return sv, nil
}

const sqlLoad = `SELECT doc FROM survey WHERE id = $1`

func load(ctx context.Context, tx *sql.Tx, id survey.ID) (*survey.Survey, error) {
	var doc string
	err := tx.QueryRowContext(ctx, sqlLoad, string(id)).Scan(&doc)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "survey.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("survey: load %s: %w", id, err)
	}
	return read(doc)
}

func read(doc string) (*survey.Survey, error) {
	sv := &survey.Survey{}
	if err := json.Unmarshal([]byte(doc), sv); err != nil {
		return nil, fmt.Errorf("survey: read: %w", err)
	}
	return sv, nil
}

const sqlSave = `UPDATE survey SET version = version + 1, state = $1, doc = $2 WHERE id = $3 AND version = $4`

func save(ctx context.Context, tx *sql.Tx, sv *survey.Survey) error {
	old := sv.Version
	sv.Version++
	doc, err := json.Marshal(sv)
	if err != nil {
		return fmt.Errorf("survey: write %s: %w", sv.ID, err)
	}
	done, err := tx.ExecContext(ctx, sqlSave, string(sv.State), string(doc), string(sv.ID), old)
	if err != nil {
		return fmt.Errorf("survey: save %s: %w", sv.ID, err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fault.New(fault.Conflict, "survey.changed"), err)
	}
	return nil
}

const sqlFrame = `SELECT doc FROM sampling_frame WHERE survey = $1`

// Frame returns the sampling frame of a survey.
func (s *Store) Frame(ctx context.Context, id survey.ID) (frame.Frame, error) {
	var doc string
	var f frame.Frame
	err := s.db.Reader().QueryRowContext(ctx, sqlFrame, string(id)).Scan(&doc)
	if db.Missing(err) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("survey: load frame: %w", err)
	}
	if err := json.Unmarshal([]byte(doc), &f); err != nil {
		return f, fmt.Errorf("survey: read frame: %w", err)
	}
	return f, nil
}

const sqlSurveys = `SELECT doc FROM survey ORDER BY round DESC, unit`

// Surveys returns all surveys, the newest round first, by unit.
func (s *Store) Surveys(ctx context.Context) (out []*survey.Survey, err error) {
	docs, err := s.texts(ctx, sqlSurveys)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		sv, err := read(doc)
		if err != nil {
			return nil, err
		}
		out = append(out, sv)
	}
	return out, nil
}

const sqlComments = `SELECT comment FROM intake WHERE survey = $1 AND comment <> ''
	UNION ALL SELECT comment FROM response WHERE survey = $1 AND comment <> ''
	ORDER BY comment`

// Comments returns the free texts of a survey, sorted by their own text.
func (s *Store) Comments(ctx context.Context, number uint16) ([]string, error) {
	return s.texts(ctx, sqlComments, int64(number))
}

func (s *Store) texts(ctx context.Context, query string, args ...any) (out []string, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("survey: read: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("survey: read: %w", err)
		}
		out = append(out, text)
	}
	return out, rows.Err()
}

// Record adds a trail entry of its own.
func (s *Store) Record(ctx context.Context, entry audit.Entry) error { return s.db.Record(ctx, entry) }
