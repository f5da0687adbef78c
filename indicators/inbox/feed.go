package inbox

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// FeedStore keeps the secret addresses of personal calendars, as hashes.
type FeedStore interface {
	// SetFeed puts the hash in the place of the account's old one; an empty hash takes
	// it away.
	SetFeed(ctx context.Context, account, hash string, at time.Time, entry audit.Entry) error
	// FeedOf returns the account of a hash, or refuses with inbox.feed_missing.
	FeedOf(ctx context.Context, hash string) (*access.Account, error)
	// FeedMade returns when the account's address was made, the zero time without one.
	FeedMade(ctx context.Context, account string) (time.Time, error)
}

const feedBytes = 20 // 160 bits

// NewFeed makes the secret in the address of the actor's own calendar; the one before
// counts no more. Only its hash is kept: it is shown once.
func (s *Service) NewFeed(ctx context.Context, by access.Actor) (secret string, err error) {
	raw := make([]byte, feedBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("feed: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	key := access.Fold(by.Name)
	return secret, s.Store.SetFeed(ctx, key, hashOf(secret), s.Now(), s.entry(by, "inbox.feed_made", "account/"+key))
}

// EndFeed takes the address of the actor's calendar away.
func (s *Service) EndFeed(ctx context.Context, by access.Actor) error {
	key := access.Fold(by.Name)
	return s.Store.SetFeed(ctx, key, "", s.Now(), s.entry(by, "inbox.feed_ended", "account/"+key))
}

// FeedMade returns when the address of the actor's calendar was made, the zero time
// where there is none.
func (s *Service) FeedMade(ctx context.Context, by access.Actor) (time.Time, error) {
	return s.Store.FeedMade(ctx, access.Fold(by.Name))
}

// mostTasks bounds a personal calendar.
const mostTasks = 500

// FeedTasks returns the open tasks of the account that the secret belongs to; a
// wrong secret, an ended one or one of a disabled account is refused with
// inbox.feed_missing.
func (s *Service) FeedTasks(ctx context.Context, secret string) (access.Actor, []Copy, error) {
	a, err := s.Store.FeedOf(ctx, hashOf(secret))
	if err != nil {
		return access.Actor{}, nil, err
	}
	if a.Disabled {
		return access.Actor{}, nil, fault.New(fault.NotFound, "inbox.feed_missing")
	}
	all, _, err := s.Store.Copies(ctx, a.Key, Filter{Show: Tasks, Limit: mostTasks})
	return a.Actor(), all, err
}
