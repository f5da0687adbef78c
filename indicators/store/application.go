package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

const sqlDossier = `SELECT version, document FROM dossiers WHERE round = $1 AND unit = $2 AND track = $3`

// Dossier returns the dossier, or a refusal dossier.unknown.
func (s *Store) Dossier(ctx context.Context, k application.Key) (*application.Dossier, error) {
	return dossier(ctx, s.db.Reader(), k)
}

func dossier(ctx context.Context, q queryer, k application.Key) (*application.Dossier, error) {
	var version int
	var document string
	err := q.QueryRowContext(ctx, sqlDossier, k.Round, string(k.Unit), string(k.Track)).Scan(&version, &document)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "dossier.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.Object(), err)
	}
	d := &application.Dossier{}
	if err := decode(document, d); err != nil {
		return nil, err
	}
	d.Version = version
	return d, withExhibits(ctx, q, d)
}

const sqlDossiers = `SELECT version, document FROM dossiers WHERE round = $1 ORDER BY unit, track`

// Dossiers returns all dossiers of a round, by unit and track.
func (s *Store) Dossiers(ctx context.Context, round int) ([]application.Dossier, error) {
	return dossiers(ctx, s.db.Reader(), sqlDossiers, round)
}

const sqlUnitDossiers = `SELECT version, document FROM dossiers WHERE unit = $1 ORDER BY round, track`

// UnitDossiers returns all dossiers of a unit, oldest round first.
func (s *Store) UnitDossiers(ctx context.Context, unit roster.UnitCode) ([]application.Dossier, error) {
	return dossiers(ctx, s.db.Reader(), sqlUnitDossiers, string(unit))
}

func dossiers(ctx context.Context, q queryer, query string, arg any) (out []application.Dossier, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var version int
		var document string
		if err := rows.Scan(&version, &document); err != nil {
			return err
		}
		d := application.Dossier{}
		if err := decode(document, &d); err != nil {
			return err
		}
		d.Version = version
		out = append(out, d)
		return nil
	}, query, arg)
	if err != nil {
		return nil, fmt.Errorf("dossiers: %w", err)
	}
	for i := range out {
		if err := withExhibits(ctx, q, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const sqlAddDossier = `INSERT INTO dossiers (round, unit, track, version, document) VALUES ($1, $2, $3, $4, $5)`

// AddDossier keeps a new dossier if rule, given all of its unit, lets it.
func (s *Store) AddDossier(ctx context.Context, d *application.Dossier, entry *audit.Entry,
	rule func(ofUnit []application.Dossier) error,
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		all, err := dossiers(ctx, tx, sqlUnitDossiers, string(d.Unit))
		if err != nil {
			return err
		}
		if err := rule(all); err != nil {
			return err
		}
		document, err := lean(d)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlAddDossier, d.Round, string(d.Unit), string(d.Track), d.Version, document)
		if err != nil {
			return fmt.Errorf("add %s: %w", d.Object(), err)
		}
		return saveExhibits(ctx, tx, d)
	})
}

// UpdateDossier loads a dossier, changes it and saves it as its next version.
func (s *Store) UpdateDossier(ctx context.Context, k application.Key, entry *audit.Entry,
	change func(*application.Dossier) error,
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		d, err := dossier(ctx, tx, k)
		if err != nil {
			return err
		}
		if err := change(d); err != nil {
			return err
		}
		return saveDossier(ctx, tx, d)
	})
}

const sqlSaveDossier = `UPDATE dossiers SET version = version + 1, document = $5
	WHERE round = $1 AND unit = $2 AND track = $3 AND version = $4`

func saveDossier(ctx context.Context, tx *sql.Tx, d *application.Dossier) error {
	document, err := lean(d)
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, sqlSaveDossier, d.Round, string(d.Unit), string(d.Track), d.Version, document)
	if err := one(result, err, fault.New(fault.Conflict, "dossier.conflict")); err != nil {
		return err
	}
	return saveExhibits(ctx, tx, d)
}

const sqlAddManifest = `INSERT INTO manifests (round, unit, track, digest, document) VALUES ($1, $2, $3, $4, $5)`

// SealDossier loads a dossier and all of its unit, seals it, and keeps the
// manifest beside it.
func (s *Store) SealDossier(ctx context.Context, k application.Key, entry *audit.Entry,
	seal func(d *application.Dossier, ofUnit []application.Dossier) ([]byte, error),
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		d, err := dossier(ctx, tx, k)
		if err != nil {
			return err
		}
		all, err := dossiers(ctx, tx, sqlUnitDossiers, string(k.Unit))
		if err != nil {
			return err
		}
		manifest, err := seal(d, all)
		if err != nil {
			return err
		}
		if err := saveDossier(ctx, tx, d); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlAddManifest, k.Round, string(k.Unit), string(k.Track), d.Seal().Digest, string(manifest))
		if err != nil {
			return fmt.Errorf("keep manifest: %w", err)
		}
		return nil
	})
}

const sqlManifest = `SELECT document FROM manifests WHERE round = $1 AND unit = $2 AND track = $3 AND digest = $4`

// Manifest returns the manifest with that digest, or a refusal dossier.unknown.
func (s *Store) Manifest(ctx context.Context, k application.Key, digest string) ([]byte, error) {
	var document string
	err := s.db.Reader().QueryRowContext(ctx, sqlManifest, k.Round, string(k.Unit), string(k.Track), digest).Scan(&document)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "dossier.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return []byte(document), nil
}

const sqlSealed = `SELECT round, unit, track FROM manifests WHERE digest = $1`

// Sealed returns the dossier that was sealed with that digest, or a refusal
// seal.unknown.
func (s *Store) Sealed(ctx context.Context, digest string) (application.Key, error) {
	var k application.Key
	err := s.db.Reader().QueryRowContext(ctx, sqlSealed, digest).Scan(&k.Round, &k.Unit, &k.Track)
	if db.Missing(err) {
		return k, fault.New(fault.NotFound, "seal.unknown").At("manifest")
	}
	if err != nil {
		return k, fmt.Errorf("seal: %w", err)
	}
	return k, nil
}
