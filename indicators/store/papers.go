package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/register"
)

const sqlPapers = `SELECT document FROM papers ORDER BY round, kind DESC, naming`

// Papers returns all issued papers without their bytes, the decision of a round
// before its certificates.
func (s *Store) Papers(ctx context.Context) ([]register.Paper, error) {
	return documents[register.Paper](ctx, s.db.Reader(), sqlPapers)
}

const sqlPaper = `SELECT document, bytes FROM papers WHERE kind = $1 AND round = $2 AND naming = $3`

// Paper returns a paper with its bytes, or refuses with paper.none.
func (s *Store) Paper(ctx context.Context, kind register.PaperKind, round int, of string) (out register.Issue, err error) {
	var text string
	err = s.db.Reader().QueryRowContext(ctx, sqlPaper, string(kind), round, of).Scan(&text, &out.PDF)
	if db.Missing(err) {
		return out, fault.New(fault.NotFound, "paper.none")
	}
	if err != nil {
		return out, fmt.Errorf("%s of %d: %w", kind, round, err)
	}
	return out, decode(text, &out.Paper)
}

const sqlAddPaper = `INSERT INTO papers (kind, round, naming, document, bytes) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (kind, round, naming) DO NOTHING`

// AddPapers keeps papers with their entry, or refuses all with paper.exists where one
// was issued before.
func (s *Store) AddPapers(ctx context.Context, issued []register.Issue, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		for _, p := range issued {
			text, err := encode(p.Paper)
			if err != nil {
				return err
			}
			result, err := tx.ExecContext(ctx, sqlAddPaper, string(p.Kind), p.Round, p.Of(), text, p.PDF)
			if err := one(result, err, fault.New(fault.Conflict, "paper.exists")); err != nil {
				return err
			}
		}
		return nil
	})
}
