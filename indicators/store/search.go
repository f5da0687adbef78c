package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"minyi/indicators/application"
	"minyi/indicators/audit"
)

// FoundFile is an exhibit of a dossier that was filed.
type FoundFile struct {
	Dossier application.Key
	Exhibit application.Exhibit
}

// piecesMost is how many pieces of a query the database looks for; the caller looks
// for all of them again.
const piecesMost = 3

// likes writes pieces as patterns; where there are fewer, the rest fits everything.
// Pieces stand in JSON as they are, but for what JSON escapes.
func likes(pieces []string, escape func(string) string) [piecesMost]string {
	out := [piecesMost]string{"%", "%", "%"}
	plain := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	for i := range min(len(pieces), piecesMost) {
		out[i] = "%" + plain.Replace(escape(pieces[i])) + "%"
	}
	return out
}

// inJSON writes a text as it stands inside a JSON string.
func inJSON(text string) string {
	raw, err := encode(text)
	if err != nil {
		return text
	}
	return strings.TrimSuffix(strings.TrimPrefix(raw, `"`), `"`)
}

const sqlFindFiles = `SELECT e.round, e.unit, e.track, e.document FROM exhibits e
	WHERE lower(e.document) LIKE $1 ESCAPE '\' AND lower(e.document) LIKE $2 ESCAPE '\' AND lower(e.document) LIKE $3 ESCAPE '\'
	AND e.binned = 0 AND EXISTS (SELECT 1 FROM manifests m WHERE m.round = e.round AND m.unit = e.unit AND m.track = e.track)
	ORDER BY e.round DESC, e.unit, e.track, e.place`

// errEnough ends a reading of rows early.
var errEnough = errors.New("enough")

// FindFiles gives fn the exhibits of filed dossiers whose record holds the pieces,
// folded, newest round first, until fn has enough.
func (s *Store) FindFiles(ctx context.Context, pieces []string, fn func(FoundFile) (more bool)) error {
	p := likes(pieces, inJSON)
	err := each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var f FoundFile
		var document string
		if err := rows.Scan(&f.Dossier.Round, &f.Dossier.Unit, &f.Dossier.Track, &document); err != nil {
			return err
		}
		if err := decode(document, &f.Exhibit); err != nil {
			return err
		}
		if !fn(f) {
			return errEnough
		}
		return nil
	}, sqlFindFiles, p[0], p[1], p[2])
	if err != nil && !errors.Is(err, errEnough) {
		return fmt.Errorf("find files: %w", err)
	}
	return nil
}

// FindTrail returns up to limit entries of the trail whose object or actor holds the
// text, newest first.
func (s *Store) FindTrail(ctx context.Context, text string, limit int) ([]audit.Entry, error) {
	return s.db.FindTrail(ctx, text, limit)
}

// FoundDossier is what a dossier is found by.
type FoundDossier struct {
	application.Key
	State  application.State
	Title  string // of a single project
	Leader string
}

const sqlFindDossiers = `SELECT round, unit, track, document FROM dossiers ORDER BY round DESC, unit, track`

// FindDossiers returns the head of every dossier, newest round first.
func (s *Store) FindDossiers(ctx context.Context) (out []FoundDossier, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var d FoundDossier
		var document string
		if err := rows.Scan(&d.Round, &d.Unit, &d.Track, &document); err != nil {
			return err
		}
		var head struct {
			State  application.State  `json:"state"`
			Title  string             `json:"title"`
			Leader application.Leader `json:"leader"`
		}
		if err := decode(document, &head); err != nil {
			return err
		}
		d.State, d.Title, d.Leader = head.State, head.Title, head.Leader.Name
		out = append(out, d)
		return nil
	}, sqlFindDossiers)
	if err != nil {
		return nil, fmt.Errorf("find dossiers: %w", err)
	}
	return out, nil
}
