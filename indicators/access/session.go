package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"
)

// Session is somebody's stay. The store keeps the hash of the secret only.
type Session struct {
	Hash    string // SHA-256 of the secret, hex
	Key     string // account
	Created time.Time
	Seen    time.Time
}

// How long a stay lasts: without a request, and in all.
const (
	Idle     = 30 * time.Minute
	Absolute = 12 * time.Hour
	touch    = time.Minute // how stale Seen may be, so that not every request writes
)

// alive reports whether the session still counts at that moment.
func (s *Session) alive(now time.Time) bool {
	return now.Sub(s.Seen) < Idle && now.Sub(s.Created) < Absolute && !now.Before(s.Created.Add(-touch))
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
