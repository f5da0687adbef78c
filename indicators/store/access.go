package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
)

const sqlAccount = `SELECT key, name, role, unit, institution, hash, must_change, disabled, created
	FROM account WHERE key = $1`

// Account returns the account with that key.
func (s *Store) Account(ctx context.Context, key string) (*access.Account, error) {
	return scanAccount(s.db.Reader().QueryRowContext(ctx, sqlAccount, key))
}

// scanner is a row, or the current row of several.
type scanner interface{ Scan(dest ...any) error }

func scanAccount(row scanner) (*access.Account, error) {
	var a access.Account
	var created int64
	err := row.Scan(&a.Key, &a.Name, &a.Role, &a.Unit, &a.Institution, &a.Hash, &a.MustChange, &a.Disabled, &created)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "account.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	a.Created = time.UnixMilli(created).UTC()
	return &a, nil
}

const sqlAccounts = `SELECT key, name, role, unit, institution, hash, must_change, disabled, created
	FROM account ORDER BY role, key`

// Accounts returns every account.
func (s *Store) Accounts(ctx context.Context) (all []access.Account, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlAccounts)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		a, err := scanAccount(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, *a)
	}
	return all, rows.Err()
}

const sqlAddAccount = `INSERT INTO account (key, name, role, unit, institution, hash, must_change, disabled, created)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// AddAccount stores a new account.
func (s *Store) AddAccount(ctx context.Context, a *access.Account, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, sqlAddAccount, a.Key, a.Name, string(a.Role), a.Unit, a.Institution, a.Hash,
			whole(a.MustChange), whole(a.Disabled), a.Created.UnixMilli())
		if db.Duplicate(err) {
			return fault.New(fault.Conflict, "account.taken").At("name")
		}
		if err != nil {
			return fmt.Errorf("add account: %w", err)
		}
		return nil
	})
}

// whole is how a yes or no is stored.
func whole(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

const (
	sqlSaveAccount = `UPDATE account SET role = $2, unit = $3, institution = $4, hash = $5, must_change = $6, disabled = $7
	WHERE key = $1`
	sqlEndSessions = `DELETE FROM session WHERE account = $1`
)

// UpdateAccount loads, changes and saves an account; its sessions end.
func (s *Store) UpdateAccount(ctx context.Context, key string, entry audit.Entry, change func(*access.Account) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		a, err := scanAccount(tx.QueryRowContext(ctx, sqlAccount, key))
		if err != nil {
			return err
		}
		if err := change(a); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlSaveAccount, key, string(a.Role), a.Unit, a.Institution, a.Hash,
			whole(a.MustChange), whole(a.Disabled)); err != nil {
			return fmt.Errorf("save account: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlEndSessions, key); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return nil
	})
}

const (
	sqlAddSession  = `INSERT INTO session (hash, account, created, seen) VALUES ($1, $2, $3, $4)`
	sqlDeadSession = `DELETE FROM session WHERE seen < $1 OR created < $2`
)

// AddSession stores a session and forgets those that are over.
func (s *Store) AddSession(ctx context.Context, n *access.Session, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		idle, absolute := n.Created.Add(-access.Idle).UnixMilli(), n.Created.Add(-access.Absolute).UnixMilli()
		if _, err := tx.ExecContext(ctx, sqlDeadSession, idle, absolute); err != nil {
			return fmt.Errorf("forget sessions: %w", err)
		}
		_, err := tx.ExecContext(ctx, sqlAddSession, n.Hash, n.Key, n.Created.UnixMilli(), n.Seen.UnixMilli())
		if err != nil {
			return fmt.Errorf("add session: %w", err)
		}
		return nil
	})
}

const sqlSession = `SELECT hash, account, created, seen FROM session WHERE hash = $1`

// Session returns the session of that hash.
func (s *Store) Session(ctx context.Context, hash string) (*access.Session, error) {
	var n access.Session
	var created, seen int64
	err := s.db.Reader().QueryRowContext(ctx, sqlSession, hash).Scan(&n.Hash, &n.Key, &created, &seen)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "session.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	n.Created, n.Seen = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC()
	return &n, nil
}

const sqlTouchSession = `UPDATE session SET seen = $2 WHERE hash = $1`

// TouchSession notes that the session was used.
func (s *Store) TouchSession(ctx context.Context, hash string, seen time.Time) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlTouchSession, hash, seen.UnixMilli()); err != nil {
			return fmt.Errorf("touch session: %w", err)
		}
		return nil
	})
}

const sqlEndSession = `DELETE FROM session WHERE hash = $1`

// EndSession forgets a session.
func (s *Store) EndSession(ctx context.Context, hash string, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlEndSession, hash); err != nil {
			return fmt.Errorf("end session: %w", err)
		}
		return nil
	})
}
