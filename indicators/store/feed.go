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

const (
	sqlSetFeed = `INSERT INTO feed (hash, account, made) VALUES ($1, $2, $3)
	ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, made = excluded.made`
	sqlEndFeed = `DELETE FROM feed WHERE account = $1`
)

// SetFeed keeps the hash of the address of the account's calendar, or takes it away.
func (s *Store) SetFeed(ctx context.Context, account, hash string, at time.Time, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) (err error) {
		if hash == "" {
			_, err = tx.ExecContext(ctx, sqlEndFeed, account)
		} else {
			_, err = tx.ExecContext(ctx, sqlSetFeed, hash, account, at.UnixMilli())
		}
		if err != nil {
			return fmt.Errorf("feed: %w", err)
		}
		return nil
	})
}

const sqlFeedOf = `SELECT a.key, a.name, a.role, a.unit, a.institution, a.hash, a.must_change, a.disabled, a.created
	FROM feed f JOIN account a ON a.key = f.account WHERE f.hash = $1`

// FeedOf returns the account whose calendar has that hash.
func (s *Store) FeedOf(ctx context.Context, hash string) (*access.Account, error) {
	a, err := scanAccount(s.db.Reader().QueryRowContext(ctx, sqlFeedOf, hash))
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "inbox.feed_missing")
	}
	return a, err
}

const sqlFeedMade = `SELECT made FROM feed WHERE account = $1`

// FeedMade returns when the account's calendar got its address.
func (s *Store) FeedMade(ctx context.Context, account string) (time.Time, error) {
	var made int64
	err := s.db.Reader().QueryRowContext(ctx, sqlFeedMade, account).Scan(&made)
	if db.Missing(err) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("feed: %w", err)
	}
	return moment(made), nil
}
