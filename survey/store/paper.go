package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey/library"
)

const sqlAddPaper = `INSERT INTO paper (id, version, name, doc) VALUES ($1, $2, $3, $4)`

// AddPaper stores a new questionnaire.
func (s *Store) AddPaper(ctx context.Context, p *library.Paper, entry audit.Entry) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		doc, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("survey: write paper %s: %w", p.ID, err)
		}
		if _, err := tx.ExecContext(ctx, sqlAddPaper, string(p.ID), p.Version, p.Name, string(doc)); err != nil {
			return fmt.Errorf("survey: add paper: %w", err)
		}
		entry.After = p.Brief()
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

// UpdatePaper loads a questionnaire, applies the rule, saves it with the version
// that it issued and with its trail entry.
func (s *Store) UpdatePaper(ctx context.Context, id library.ID, entry audit.Entry, rule func(*library.Paper) error) (*library.Paper, error) {
	var p *library.Paper
	err := s.db.Write(ctx, func(tx *sql.Tx) (err error) {
		if p, err = loadPaper(tx.QueryRowContext(ctx, sqlPaper, string(id))); err != nil {
			return err
		}
		entry.Before = p.Brief()
		if err := rule(p); err != nil {
			return err
		}
		p.Version++
		if err := savePaper(ctx, tx, p); err != nil {
			return err
		}
		entry.After = p.Brief()
		return s.db.AppendTrail(ctx, tx, entry)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

const sqlSavePaper = `UPDATE paper SET version = $1, name = $2, doc = $3 WHERE id = $4 AND version = $5`

const sqlIssue = `INSERT INTO edition (paper, number, hash, form) VALUES ($1, $2, $3, $4)`

func savePaper(ctx context.Context, tx *sql.Tx, p *library.Paper) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("survey: write paper %s: %w", p.ID, err)
	}
	done, err := tx.ExecContext(ctx, sqlSavePaper, p.Version, p.Name, string(doc), string(p.ID), p.Version-1)
	if err != nil {
		return fmt.Errorf("survey: save paper %s: %w", p.ID, err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fault.New(fault.Conflict, "paper.changed", "by", p.Edited.By), err)
	}
	if len(p.Issued) == 0 {
		return nil
	}
	last := p.Editions[len(p.Editions)-1]
	if _, err := tx.ExecContext(ctx, sqlIssue, string(p.ID), last.Number, last.Hash, string(p.Issued)); err != nil {
		return fmt.Errorf("survey: issue paper %s: %w", p.ID, err)
	}
	return nil
}

const sqlRemovePaper = `DELETE FROM paper WHERE id = $1`

// RemovePaper deletes a questionnaire that the rule lets go.
func (s *Store) RemovePaper(ctx context.Context, id library.ID, entry audit.Entry, rule func(*library.Paper) error) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		p, err := loadPaper(tx.QueryRowContext(ctx, sqlPaper, string(id)))
		if err != nil {
			return err
		}
		if err := rule(p); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlRemovePaper, string(id)); err != nil {
			return fmt.Errorf("survey: remove paper %s: %w", id, err)
		}
		entry.Before = p.Brief()
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

const sqlPaper = `SELECT doc FROM paper WHERE id = $1`

// Paper returns one questionnaire.
func (s *Store) Paper(ctx context.Context, id library.ID) (*library.Paper, error) {
	return loadPaper(s.db.Reader().QueryRowContext(ctx, sqlPaper, string(id)))
}

func loadPaper(row *sql.Row) (*library.Paper, error) {
	var doc string
	if err := row.Scan(&doc); db.Missing(err) {
		return nil, fault.New(fault.NotFound, "paper.unknown")
	} else if err != nil {
		return nil, fmt.Errorf("survey: load paper: %w", err)
	}
	return readPaper(doc)
}

func readPaper(doc string) (*library.Paper, error) {
	p := &library.Paper{}
	if err := json.Unmarshal([]byte(doc), p); err != nil {
		return nil, fmt.Errorf("survey: read paper: %w", err)
	}
	return p, nil
}

const sqlPapers = `SELECT doc FROM paper ORDER BY name, id`

// Papers returns all questionnaires, by name.
func (s *Store) Papers(ctx context.Context) ([]*library.Paper, error) {
	docs, err := s.texts(ctx, sqlPapers)
	if err != nil {
		return nil, err
	}
	out := make([]*library.Paper, len(docs))
	for i, doc := range docs {
		if out[i], err = readPaper(doc); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const sqlEdition = `SELECT form FROM edition WHERE paper = $1 AND number = $2`

// Edition returns the content of a published version.
func (s *Store) Edition(ctx context.Context, r library.Ref) ([]byte, error) {
	var form string
	err := s.db.Reader().QueryRowContext(ctx, sqlEdition, string(r.ID), r.Number).Scan(&form)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "paper.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("survey: load version: %w", err)
	}
	return []byte(form), nil
}
