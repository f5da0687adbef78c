package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"minyi/indicators/audit"
)

// Stage is how far somebody has come in.
type Stage int

// The stages of a session.
const (
	Full    Stage = iota // may do what the role may
	Halfway              // the password was right, the second factor is still asked for: nobody yet
	Enrol                // may only set up a second factor, which is demanded
)

// Session is somebody's stay. The store keeps the hash of the secret only.
type Session struct {
	Hash     string // SHA-256 of the secret, hex
	Key      string // account
	Created  time.Time
	Seen     time.Time
	Stage    Stage
	Proved   time.Time // when whoever is there last showed who it is
	Place    string    // network address it was begun from
	Agent    string    // browser and system it was begun in
	Ceremony string    // challenge of a passkey that waits for its answer
}

// How long a stay lasts: without a request, and in all.
const (
	Idle     = 30 * time.Minute
	Absolute = 12 * time.Hour
	touch    = time.Minute      // how stale Seen may be, so that not every request writes
	halfway  = 10 * time.Minute // for the second factor
	proof    = 10 * time.Minute // how long having shown who one is counts for changing factors
)

// alive reports whether the session still counts at that moment. A clock that was set
// back behind the last request ends it: it would live longer otherwise.
func (s *Session) alive(now time.Time) bool {
	if s.Stage == Halfway && now.Sub(s.Created) >= halfway {
		return false
	}
	return now.Sub(s.Seen) < Idle && now.Sub(s.Created) < Absolute && !now.Before(s.Seen.Add(-touch))
}

// Handle names the session to its owner; it opens nothing.
func (s *Session) Handle() string { return s.Hash[:16] }

// SessionStore keeps sessions.
type SessionStore interface {
	AddSession(ctx context.Context, s *Session, entry audit.Entry) error
	// Session returns the session of that hash, or a NotFound refusal.
	Session(ctx context.Context, hash string) (*Session, error)
	// Sessions returns those of an account, the latest seen first.
	Sessions(ctx context.Context, account string) ([]Session, error)
	TouchSession(ctx context.Context, hash string, seen time.Time) error
	EndSession(ctx context.Context, hash string, entry audit.Entry) error
	// EndSessions ends those of an account but the one with that hash.
	EndSessions(ctx context.Context, account, but string, entry audit.Entry) error
	// ReplaceSession puts fresh in the place of the session old, or refuses with
	// NotFound when that is over.
	ReplaceSession(ctx context.Context, old string, fresh *Session, entry audit.Entry) error
	// SetCeremony keeps a challenge in a session, TakeCeremony takes it out again:
	// it is given once.
	SetCeremony(ctx context.Context, hash, doc string) error
	TakeCeremony(ctx context.Context, hash string) (doc string, err error)
}

// newSecret makes a session secret of 256 bits and its hash.
func newSecret() (secret, hash string, err error) {
	const size = 32
	raw := make([]byte, size)
	if _, err := rand.Read(raw); err != nil {
		return "", "", fmt.Errorf("session: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	return secret, hashSecret(secret), nil
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
