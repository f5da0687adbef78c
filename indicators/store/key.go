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

const sqlAddKey = `INSERT INTO api_key (hash, name, role, created, ended) VALUES ($1, $2, $3, $4, 0)`

// AddKey stores a new key.
func (s *Store) AddKey(ctx context.Context, k *access.Key, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, sqlAddKey, k.Hash, k.Name, string(k.Role), k.Created.UnixMilli())
		if db.Duplicate(err) {
			return fault.New(fault.Conflict, "key.taken").At("name")
		}
		if err != nil {
			return fmt.Errorf("add key: %w", err)
		}
		return nil
	})
}

const sqlKey = `SELECT hash, name, role, created, ended FROM api_key WHERE hash = $1`

// Key returns the key of that hash.
func (s *Store) Key(ctx context.Context, hash string) (*access.Key, error) {
	var k access.Key
	var created, ended int64
	err := s.db.Reader().QueryRowContext(ctx, sqlKey, hash).Scan(&k.Hash, &k.Name, &k.Role, &created, &ended)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "key.none")
	}
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	k.Created = time.UnixMilli(created).UTC()
	if ended != 0 {
		k.Ended = time.UnixMilli(ended).UTC()
	}
	return &k, nil
}

const sqlEndKey = `UPDATE api_key SET ended = $2 WHERE name = $1 AND ended = 0`

// EndKey ends a key.
func (s *Store) EndKey(ctx context.Context, name string, at time.Time, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, sqlEndKey, name, at.UnixMilli())
		return one(result, err, fault.New(fault.NotFound, "key.none"))
	})
}
