package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
)

const sqlAccount = `SELECT key, name, role, unit, institution, hash, must_change, disabled, created, changed, past, person
	FROM account WHERE key = $1`

// Account returns the account with that key.
func (s *Store) Account(ctx context.Context, key string) (*access.Account, error) {
	return scanAccount(s.db.Reader().QueryRowContext(ctx, sqlAccount, key))
}

// scanner is a row, or the current row of several.
type scanner interface{ Scan(dest ...any) error }

func scanAccount(row scanner) (*access.Account, error) {
	var a access.Account
	var created, changed int64
	var past string
	err := row.Scan(&a.Key, &a.Name, &a.Role, &a.Unit, &a.Institution, &a.Hash, &a.MustChange, &a.Disabled, &created, &changed, &past, &a.Person)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "account.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	a.Created, a.Changed, a.Past = time.UnixMilli(created).UTC(), moment(changed), strings.Fields(past)
	return &a, nil
}

const sqlAccounts = `SELECT key, name, role, unit, institution, hash, must_change, disabled, created, changed, past, person
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

const sqlAddAccount = `INSERT INTO account (key, name, role, unit, institution, hash, must_change, disabled, created, changed, past, person)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// AddAccount stores a new account.
func (s *Store) AddAccount(ctx context.Context, a *access.Account, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, sqlAddAccount, a.Key, a.Name, string(a.Role), a.Unit, a.Institution, a.Hash,
			whole(a.MustChange), whole(a.Disabled), a.Created.UnixMilli(), millis(a.Changed), strings.Join(a.Past, "\n"), a.Person)
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
	sqlSaveAccount = `UPDATE account SET role = $2, unit = $3, institution = $4, hash = $5, must_change = $6, disabled = $7,
		changed = $8, past = $9, person = $10
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
			whole(a.MustChange), whole(a.Disabled), millis(a.Changed), strings.Join(a.Past, "\n"), a.Person); err != nil {
			return fmt.Errorf("save account: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlEndSessions, key); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return nil
	})
}

const sqlPersons = `SELECT key, person FROM account WHERE role <> 'applicant'`

// Persons returns whose the accounts of staff are, by key; empty where nobody has said.
func (s *Store) Persons(ctx context.Context) (out access.Persons, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlPersons)
	if err != nil {
		return nil, fmt.Errorf("persons: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = access.Persons{}
	for rows.Next() {
		var key, person string
		if err := rows.Scan(&key, &person); err != nil {
			return nil, fmt.Errorf("persons: %w", err)
		}
		out[key] = person
	}
	return out, rows.Err()
}
