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

const (
	sqlAddSession = `INSERT INTO session (hash, account, created, seen, stage, proved, place, agent, ceremony)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	sqlDeadSession = `DELETE FROM session WHERE seen < $1 OR created < $2`
)

// AddSession stores a session and forgets those that are over.
func (s *Store) AddSession(ctx context.Context, n *access.Session, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		idle, absolute := n.Created.Add(-access.Idle).UnixMilli(), n.Created.Add(-access.Absolute).UnixMilli()
		if _, err := tx.ExecContext(ctx, sqlDeadSession, idle, absolute); err != nil {
			return fmt.Errorf("forget sessions: %w", err)
		}
		return addSession(ctx, tx, n)
	})
}

func addSession(ctx context.Context, tx *sql.Tx, n *access.Session) error {
	_, err := tx.ExecContext(ctx, sqlAddSession, n.Hash, n.Key, n.Created.UnixMilli(), n.Seen.UnixMilli(),
		int(n.Stage), millis(n.Proved), n.Place, n.Agent, n.Ceremony)
	if err != nil {
		return fmt.Errorf("add session: %w", err)
	}
	return nil
}

const sqlSession = `SELECT hash, account, created, seen, stage, proved, place, agent, ceremony FROM session WHERE hash = $1`

// Session returns the session of that hash.
func (s *Store) Session(ctx context.Context, hash string) (*access.Session, error) {
	return scanSession(s.db.Reader().QueryRowContext(ctx, sqlSession, hash))
}

func scanSession(row scanner) (*access.Session, error) {
	var n access.Session
	var created, seen, proved int64
	err := row.Scan(&n.Hash, &n.Key, &created, &seen, &n.Stage, &proved, &n.Place, &n.Agent, &n.Ceremony)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "session.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	n.Created, n.Seen, n.Proved = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC(), moment(proved)
	return &n, nil
}

const sqlSessions = `SELECT hash, account, created, seen, stage, proved, place, agent, ceremony FROM session
	WHERE account = $1 ORDER BY seen DESC, hash`

// Sessions returns the sessions of an account, the latest seen first.
func (s *Store) Sessions(ctx context.Context, account string) (all []access.Session, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlSessions, account)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		n, err := scanSession(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, *n)
	}
	return all, rows.Err()
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

const sqlEndOthers = `DELETE FROM session WHERE account = $1 AND hash <> $2`

// EndSessions forgets an account's sessions but one.
func (s *Store) EndSessions(ctx context.Context, account, but string, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlEndOthers, account, but); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return nil
	})
}

// ReplaceSession puts a session in the place of another.
func (s *Store) ReplaceSession(ctx context.Context, old string, fresh *access.Session, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, sqlEndSession, old)
		if err := one(result, err, fault.New(fault.NotFound, "session.missing")); err != nil {
			return err
		}
		return addSession(ctx, tx, fresh)
	})
}

const sqlSetCeremony = `UPDATE session SET ceremony = $2 WHERE hash = $1`

// SetCeremony keeps a challenge in a session.
func (s *Store) SetCeremony(ctx context.Context, hash, doc string) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, sqlSetCeremony, hash, doc)
		return one(result, err, fault.New(fault.NotFound, "session.missing"))
	})
}

// TakeCeremony takes the challenge out of a session.
func (s *Store) TakeCeremony(ctx context.Context, hash string) (doc string, err error) {
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		n, err := scanSession(tx.QueryRowContext(ctx, sqlSession, hash))
		if err != nil {
			return err
		}
		doc = n.Ceremony
		if _, err := tx.ExecContext(ctx, sqlSetCeremony, hash, ""); err != nil {
			return fmt.Errorf("take a challenge: %w", err)
		}
		return nil
	})
	return doc, err
}
