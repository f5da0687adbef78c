package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

const sqlRecords = `SELECT key, version, document FROM register_records WHERE register = $1 ORDER BY key`

// Records returns the records of a register, by key.
func (s *Store) Records(ctx context.Context, register string) (out []roster.Record, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		r := roster.Record{Register: register}
		if err := rows.Scan(&r.Key, &r.Version, &r.Document); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	}, sqlRecords, register)
	if err != nil {
		return nil, fmt.Errorf("register %s: %w", register, err)
	}
	return out, nil
}

const sqlRecord = `SELECT document FROM register_records WHERE register = $1 AND key = $2 AND version = $3`

const sqlKeepRecord = `INSERT INTO register_records (register, key, version, document) VALUES ($1, $2, $3, $4)
	ON CONFLICT (register, key) DO UPDATE SET version = excluded.version, document = excluded.document
	WHERE register_records.version = excluded.version - 1`

// KeepRecord keeps a record as the version after the one that it was made from,
// or refuses with register.changed.
func (s *Store) KeepRecord(ctx context.Context, r roster.Record, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, sqlRecord, r.Register, r.Key, r.Version).Scan(&entry.Before)
		changed := fault.New(fault.Conflict, "register.changed")
		switch {
		case db.Missing(err) && r.Version > 0:
			return changed
		case err != nil && !db.Missing(err):
			return fmt.Errorf("register %s: %w", r.Register, err)
		}
		entry.After = r.Document
		result, err := tx.ExecContext(ctx, sqlKeepRecord, r.Register, r.Key, r.Version+1, r.Document)
		return one(result, err, changed)
	})
}
