package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey/coding"
)

const sqlCodeBook = `SELECT version, doc FROM code_book WHERE survey = $1`

// CodeBook returns a survey's code book, an empty one where there is none.
func (s *Store) CodeBook(ctx context.Context, survey string) (*coding.Book, error) {
	return readBook(s.db.Reader().QueryRowContext(ctx, sqlCodeBook, survey))
}

func readBook(row *sql.Row) (*coding.Book, error) {
	var version int
	var doc string
	if err := row.Scan(&version, &doc); db.Missing(err) {
		return &coding.Book{}, nil
	} else if err != nil {
		return nil, fmt.Errorf("survey: load a code book: %w", err)
	}
	b := &coding.Book{}
	if err := json.Unmarshal([]byte(doc), b); err != nil {
		return nil, fmt.Errorf("survey: read a code book: %w", err)
	}
	b.Version = version
	return b, nil
}

const sqlSaveBook = `INSERT INTO code_book (survey, version, doc) VALUES ($1, $2, $3)
	ON CONFLICT (survey) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE code_book.version < excluded.version`

// UpdateCodeBook loads a book, applies the rule and saves what it left; the trail
// gets the codes that the book has before and after.
func (s *Store) UpdateCodeBook(ctx context.Context, survey string, entry audit.Entry, rule func(*coding.Book) error) (*coding.Book, error) {
	var b *coding.Book
	err := s.db.Write(ctx, func(tx *sql.Tx) (err error) {
		if b, err = readBook(tx.QueryRowContext(ctx, sqlCodeBook, survey)); err != nil {
			return err
		}
		if entry.Before, err = bookText(b); err != nil {
			return err
		}
		if err := rule(b); err != nil {
			return err
		}
		if entry.After, err = bookText(b); err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, sqlSaveBook, survey, b.Version, entry.After)
		if err != nil {
			return fmt.Errorf("survey: save a code book: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(fault.New(fault.Conflict, "coding.changed"), err)
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

func bookText(b *coding.Book) (string, error) {
	doc, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("survey: write a code book: %w", err)
	}
	return string(doc), nil
}

const sqlGiven = `SELECT text, coder, settled, code, at FROM code_given WHERE survey = $1 ORDER BY at, text, coder, settled`

// rowsOf is what a database and a transaction have in common.
type rowsOf interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// CodeMarks returns all codes given in a survey, the oldest first.
func (s *Store) CodeMarks(ctx context.Context, survey string) ([]coding.Mark, error) {
	return readGiven(ctx, s.db.Reader(), survey)
}

func readGiven(ctx context.Context, from rowsOf, survey string) (out []coding.Mark, err error) {
	rows, err := from.QueryContext(ctx, sqlGiven, survey)
	if err != nil {
		return nil, fmt.Errorf("survey: read codes: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m coding.Mark
		var settled, at int64
		if err := rows.Scan(&m.Text, &m.Coder, &settled, &m.Code, &at); err != nil {
			return nil, fmt.Errorf("survey: read a code: %w", err)
		}
		m.Settled, m.At = settled == 1, time.UnixMilli(at).UTC()
		out = append(out, m)
	}
	return out, rows.Err()
}

const sqlGive = `INSERT INTO code_given (survey, text, coder, settled, code, at) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (survey, text, coder, settled) DO UPDATE SET code = excluded.code, at = excluded.at`

// A later settling takes the place of an earlier one, whoever's it was.
const sqlUnsettle = `DELETE FROM code_given WHERE survey = $1 AND text = $2 AND settled = 1`

// GiveCodes keeps the codes that the rule makes of those given; the trail says how
// many.
func (s *Store) GiveCodes(ctx context.Context, survey string, entry audit.Entry, rule func([]coding.Mark) ([]coding.Mark, error)) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		given, err := readGiven(ctx, tx, survey)
		if err != nil {
			return err
		}
		fresh, err := rule(given)
		if err != nil || len(fresh) == 0 {
			return err
		}
		for _, m := range fresh {
			if err := give(ctx, tx, survey, m); err != nil {
				return err
			}
		}
		entry.After = `{"texts":` + strconv.Itoa(len(fresh)) + `}`
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

func give(ctx context.Context, tx *sql.Tx, survey string, m coding.Mark) error {
	settled := 0
	if m.Settled {
		settled = 1
		if _, err := tx.ExecContext(ctx, sqlUnsettle, survey, m.Text); err != nil {
			return fmt.Errorf("survey: settle a code: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, sqlGive, survey, m.Text, m.Coder, settled, m.Code, m.At.UnixMilli()); err != nil {
		return fmt.Errorf("survey: give a code: %w", err)
	}
	return nil
}
