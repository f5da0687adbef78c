package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/application"
)

// shelved is a row of the exhibits as it lies.
type shelved struct {
	place    int
	binned   bool
	document string
}

const sqlExhibits = `SELECT id, place, binned, document FROM exhibits
	WHERE round = $1 AND unit = $2 AND track = $3 ORDER BY binned, place`

// withExhibits adds the exhibits to dossiers that were read without them.
func withExhibits(ctx context.Context, q queryer, list ...*application.Dossier) error {
	for _, d := range list {
		err := each(ctx, q, func(rows *sql.Rows) error {
			var id application.ExhibitID
			var row shelved
			if err := rows.Scan(&id, &row.place, &row.binned, &row.document); err != nil {
				return err
			}
			return row.join(d)
		}, sqlExhibits, d.Round, string(d.Unit), string(d.Track))
		if err != nil {
			return fmt.Errorf("exhibits of %s: %w", d.Object(), err)
		}
	}
	return nil
}

func (r shelved) join(d *application.Dossier) error {
	var e application.Exhibit
	if err := decode(r.document, &e); err != nil {
		return err
	}
	if r.binned {
		d.Bin = append(d.Bin, e)
	} else {
		d.Exhibits = append(d.Exhibits, e)
	}
	return nil
}

const (
	sqlKeepExhibit = `INSERT INTO exhibits (round, unit, track, id, place, binned, digest, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (round, unit, track, id) DO UPDATE SET place = $5, binned = $6, digest = $7, document = $8`
	sqlDropExhibit = `DELETE FROM exhibits WHERE round = $1 AND unit = $2 AND track = $3 AND id = $4`
)

// saveExhibits writes what has changed of a dossier's exhibits, and nothing else.
func saveExhibits(ctx context.Context, tx *sql.Tx, d *application.Dossier) error {
	before := map[application.ExhibitID]shelved{}
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var id application.ExhibitID
		var row shelved
		if err := rows.Scan(&id, &row.place, &row.binned, &row.document); err != nil {
			return err
		}
		before[id] = row
		return nil
	}, sqlExhibits, d.Round, string(d.Unit), string(d.Track))
	if err != nil {
		return fmt.Errorf("exhibits of %s: %w", d.Object(), err)
	}
	if err := saveShelf(ctx, tx, d.Key, d.Exhibits, 0, before); err != nil {
		return err
	}
	if err := saveShelf(ctx, tx, d.Key, d.Bin, 1, before); err != nil {
		return err
	}
	for id := range before {
		if _, err := tx.ExecContext(ctx, sqlDropExhibit, d.Round, string(d.Unit), string(d.Track), string(id)); err != nil {
			return fmt.Errorf("drop exhibit: %w", err)
		}
	}
	return nil
}

// saveShelf writes those of a list that are not as they were, and strikes all of
// the list from before. binned is 0 or 1.
func saveShelf(ctx context.Context, tx *sql.Tx, k application.Key, list []application.Exhibit, binned int,
	before map[application.ExhibitID]shelved,
) error {
	for place, e := range list {
		document, err := encode(e)
		if err != nil {
			return err
		}
		was, known := before[e.ID]
		delete(before, e.ID)
		if known && was == (shelved{place: place, binned: binned == 1, document: document}) {
			continue
		}
		_, err = tx.ExecContext(ctx, sqlKeepExhibit, k.Round, string(k.Unit), string(k.Track), string(e.ID),
			place, binned, string(e.File.Digest), document)
		if err != nil {
			return fmt.Errorf("keep exhibit: %w", err)
		}
	}
	return nil
}

// lean is the document of a dossier without its exhibits.
func lean(d *application.Dossier) (string, error) {
	bare := *d
	bare.Exhibits = nil
	return encode(&bare)
}
