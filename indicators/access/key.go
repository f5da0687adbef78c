package access

import (
	"context"
	"strings"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Key opens the programming interface to one role's readings. The store keeps
// the hash of its secret only.
type Key struct {
	Hash    string // SHA-256 of the secret, hex
	Name    string // who or what uses it; unique
	Role    Role
	Created time.Time
	Until   time.Time // when it stops to open; zero: never
	Ended   time.Time // zero while it opens
}

// KeyRoles are the roles that a key may read for: those whose work is figures.
func KeyRoles() []Role { return []Role{Office, Agency} }

// How long a key opens where nobody says otherwise, and at most, in days.
const (
	KeyDays     = 365
	longestDays = 1100
)

// AddKey makes a key for so many days and returns its secret, which is shown only this
// once.
func (s *Service) AddKey(ctx context.Context, by Actor, name string, role Role, days int) (secret string, err error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return "", err
	}
	if err := checkName(name); err != nil {
		return "", err
	}
	if err := (Actor{Role: role}).Require(KeyRoles()...); err != nil {
		return "", fault.New(fault.Invalid, "key.role").At("role")
	}
	if days < 1 || days > longestDays {
		return "", fault.New(fault.Invalid, "key.term").At("days")
	}
	secret, hash, err := newSecret()
	if err != nil {
		return "", err
	}
	entry := s.entry(by, "key.add", "key/"+name)
	entry.After = `{"role":"` + string(role) + `"}`
	now := s.wall()
	return secret, s.store.AddKey(ctx, &Key{Hash: hash, Name: name, Role: role, Created: now, Until: now.AddDate(0, 0, days)}, entry)
}

// Keys lists all keys, without their secrets, which nobody has.
func (s *Service) Keys(ctx context.Context, by Actor) ([]Key, error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return nil, err
	}
	return s.store.Keys(ctx)
}

// Opens reports whether the key opens at that moment.
func (k *Key) Opens(now time.Time) bool {
	return k.Ended.IsZero() && (k.Until.IsZero() || now.Before(k.Until))
}

// Opens reports whether the key opens now.
func (s *Service) Opens(k *Key) bool { return k.Opens(s.wall()) }

// EndKey makes a key open nothing any more.
func (s *Service) EndKey(ctx context.Context, by Actor, name string) error {
	if err := by.Require(Secadmin, "command"); err != nil {
		return err
	}
	entry := s.entry(by, "key.end", "key/"+name)
	entry.Before, entry.After = `{"open":true}`, `{"open":false}`
	return s.store.EndKey(ctx, name, s.wall(), entry)
}

// Bearer returns the actor of a key's secret, as an Authorization header
// carries it ("Bearer SECRET"), or a refusal.
func (s *Service) Bearer(ctx context.Context, header string) (Actor, error) {
	secret, ok := strings.CutPrefix(header, "Bearer ")
	if !ok || secret == "" {
		return Actor{}, fault.New(fault.Forbidden, "key.missing")
	}
	key, err := s.store.Key(ctx, hashSecret(secret))
	if fault.KindOf(err) == fault.NotFound {
		return Actor{}, fault.New(fault.Forbidden, "key.unknown")
	}
	if err != nil {
		return Actor{}, err
	}
	if !key.Opens(s.wall()) {
		return Actor{}, fault.New(fault.Forbidden, "key.unknown")
	}
	return Actor{Name: "key " + key.Name, Role: key.Role}, nil
}

// KeyStore keeps keys.
type KeyStore interface {
	// AddKey refuses with Conflict "key.taken" when the name is taken.
	AddKey(ctx context.Context, k *Key, entry audit.Entry) error
	// Keys returns all keys, by name.
	Keys(ctx context.Context) ([]Key, error)
	// Key returns the key of that hash, or a NotFound refusal.
	Key(ctx context.Context, hash string) (*Key, error)
	// EndKey refuses with NotFound "key.none" when no open key has that name.
	EndKey(ctx context.Context, name string, at time.Time, entry audit.Entry) error
}
