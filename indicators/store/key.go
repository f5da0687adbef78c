package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
)

const sqlAddKey = `INSERT INTO api_key (hash, name, role, created, until, ended) VALUES ($1, $2, $3, $4, $5, 0)`

// AddKey stores a new key.
func (s *Store) AddKey(ctx context.Context, k *access.Key, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, sqlAddKey, k.Hash, k.Name, string(k.Role), k.Created.UnixMilli(), millis(k.Until))
		if db.Duplicate(err) {
			return fault.New(fault.Conflict, "key.taken").At("name")
		}
		if err != nil {
			return fmt.Errorf("add key: %w", err)
		}
		return nil
	})
}

const sqlKey = `SELECT hash, name, role, created, until, ended FROM api_key WHERE hash = $1`

// Key returns the key of that hash.
func (s *Store) Key(ctx context.Context, hash string) (*access.Key, error) {
	return scanKey(s.db.Reader().QueryRowContext(ctx, sqlKey, hash))
}

func scanKey(row scanner) (*access.Key, error) {
	var k access.Key
	var created, until, ended int64
	err := row.Scan(&k.Hash, &k.Name, &k.Role, &created, &until, &ended)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "key.none")
	}
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	k.Created, k.Until, k.Ended = moment(created), moment(until), moment(ended)
	return &k, nil
}

const sqlKeys = `SELECT hash, name, role, created, until, ended FROM api_key ORDER BY name`

// Keys returns all keys.
func (s *Store) Keys(ctx context.Context) (all []access.Key, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		k, err := scanKey(rows)
		if err != nil {
			return err
		}
		all = append(all, *k)
		return nil
	}, sqlKeys)
	return all, err
}

const sqlEndKey = `UPDATE api_key SET ended = $2 WHERE name = $1 AND ended = 0`

// EndKey ends a key.
func (s *Store) EndKey(ctx context.Context, name string, at time.Time, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, sqlEndKey, name, at.UnixMilli())
		return one(result, err, fault.New(fault.NotFound, "key.none"))
	})
}
