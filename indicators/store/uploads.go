package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/fault"
)

const (
	sqlAddUpload = `INSERT INTO uploads (id, round, unit, track, expires, done, document) VALUES ($1, $2, $3, $4, $5, 0, $6)`
	sqlUploads   = `SELECT done, document FROM uploads WHERE round = $1 AND unit = $2 AND track = $3 ORDER BY expires, id`
)

// AddUpload keeps a new upload if rule, given those of its dossier, lets it.
func (s *Store) AddUpload(ctx context.Context, u application.Upload, rule func(others []application.Upload) error) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		others, err := uploads(ctx, tx, sqlUploads, u.Dossier.Round, string(u.Dossier.Unit), string(u.Dossier.Track))
		if err != nil {
			return err
		}
		if err := rule(others); err != nil {
			return err
		}
		document, err := encode(u)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlAddUpload, string(u.ID), u.Dossier.Round, string(u.Dossier.Unit), string(u.Dossier.Track),
			u.Expires.UnixMilli(), document)
		if err != nil {
			return fmt.Errorf("add upload: %w", err)
		}
		return nil
	})
}

func uploads(ctx context.Context, q queryer, query string, args ...any) (out []application.Upload, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var done bool
		var document string
		if err := rows.Scan(&done, &document); err != nil {
			return err
		}
		u := application.Upload{}
		if err := decode(document, &u); err != nil {
			return err
		}
		u.Done = done
		out = append(out, u)
		return nil
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("uploads: %w", err)
	}
	return out, nil
}

// DossierUploads returns the uploads of a dossier, oldest first.
func (s *Store) DossierUploads(ctx context.Context, k application.Key) ([]application.Upload, error) {
	return uploads(ctx, s.db.Reader(), sqlUploads, k.Round, string(k.Unit), string(k.Track))
}

const sqlOldUploads = `SELECT done, document FROM uploads WHERE expires < $1 ORDER BY expires, id`

// OldUploads returns those that expired before a moment.
func (s *Store) OldUploads(ctx context.Context, before time.Time) ([]application.Upload, error) {
	return uploads(ctx, s.db.Reader(), sqlOldUploads, before.UnixMilli())
}

const sqlUpload = `SELECT done, document FROM uploads WHERE id = $1`

// Upload returns an upload, or a refusal upload.unknown.
func (s *Store) Upload(ctx context.Context, id application.UploadID) (application.Upload, error) {
	found, err := uploads(ctx, s.db.Reader(), sqlUpload, string(id))
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "upload.unknown")
	}
	if err != nil {
		return application.Upload{}, err
	}
	return found[0], nil
}

const sqlUploadDone = `UPDATE uploads SET done = 1 WHERE id = $1`

// UploadDone marks an upload whose exhibit is in the dossier.
func (s *Store) UploadDone(ctx context.Context, id application.UploadID) error {
	return s.upload(ctx, sqlUploadDone, id)
}

const sqlDropUpload = `DELETE FROM uploads WHERE id = $1`

// DropUpload forgets an upload.
func (s *Store) DropUpload(ctx context.Context, id application.UploadID) error {
	return s.upload(ctx, sqlDropUpload, id)
}

func (s *Store) upload(ctx context.Context, statement string, id application.UploadID) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, statement, string(id))
		return one(result, err, fault.New(fault.NotFound, "upload.unknown"))
	})
}
