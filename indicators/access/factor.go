package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Factors are what an account shows beside its password: an authenticator app,
// passkeys, and codes for when both are lost.
type Factors struct {
	Account  string    `json:"-"`
	Seed     string    `json:"-"`                  // of the app's codes, sealed; empty: no app
	Pending  string    `json:"-"`                  // sealed seed whose first code is still to come
	Since    time.Time `json:"since,omitzero"`     // when the app was set up
	Step     int64     `json:"step,omitempty"`     // time step of the last code, which counts once
	Passkeys []Passkey `json:"passkeys,omitempty"` // oldest first
	Recovery []string  `json:"recovery,omitempty"` // SHA-256 of the codes not yet used, hex
}

// App reports whether an authenticator app is set up.
func (f *Factors) App() bool { return f.Seed != "" }

// Any reports whether there is a second factor.
func (f *Factors) Any() bool { return f.App() || len(f.Passkeys) > 0 }

// FactorStore keeps second factors.
type FactorStore interface {
	// Factors returns an account's, none where it has none.
	Factors(ctx context.Context, account string) (*Factors, error)
	// UpdateFactors loads, changes and saves them in one transaction.
	UpdateFactors(ctx context.Context, account string, entry audit.Entry, change func(*Factors) error) error
	// Factored names the accounts that have a second factor.
	Factored(ctx context.Context) (map[string]bool, error)
	// DropFactors forgets them and ends the account's sessions.
	DropFactors(ctx context.Context, account string, entry audit.Entry) error
}

const recoveryCodes = 10

// Own returns the actor's second factors.
func (s *Service) Own(ctx context.Context, by Actor) (*Factors, error) {
	return s.store.Factors(ctx, Fold(by.Name))
}

// Factored names the accounts, by their keys, that have a second factor, for the
// security administrator.
func (s *Service) Factored(ctx context.Context, by Actor) (map[string]bool, error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return nil, err
	}
	return s.store.Factored(ctx)
}

// Demanded reports whether the role has to have a second factor.
func (s *Service) Demanded(role Role) bool { return s.policy.Demand.of(role) }

// Apps reports whether authenticator apps are offered.
func (s *Service) Apps() bool { return s.policy.Box != nil }

// change checks that whoever is there has shown who it is recently, and changes the
// account's factors.
func (s *Service) change(ctx context.Context, stay *Stay, action string, change func(*Factors) error) error {
	if !stay.Proved {
		return fault.New(fault.Forbidden, "factor.prove")
	}
	return s.store.UpdateFactors(ctx, stay.Key, s.entry(stay.Actor(), action, "account/"+stay.Key), change)
}

// drop is a change that takes a factor away: refused for the last one where one is
// demanded; with the last one its recovery codes go.
func (s *Service) drop(ctx context.Context, stay *Stay, action string, take func(*Factors) error) error {
	return s.change(ctx, stay, action, func(f *Factors) error {
		if err := take(f); err != nil {
			return err
		}
		if f.Any() {
			return nil
		}
		if s.Demanded(stay.Role) {
			return fault.New(fault.Conflict, "factor.last")
		}
		f.Recovery = nil
		return nil
	})
}

// ProveCode takes the second factor as a code: of the authenticator app, or a
// recovery code. A right one brings a halfway session in under a new secret, which
// stands in stay.Fresh; it counts once. Others are refused with factor.code, counted
// and recorded.
func (s *Service) ProveCode(ctx context.Context, stay *Stay, code, network string) error {
	return s.prove(ctx, stay, "code\x00"+network, "factor.code", func(f *Factors) error {
		if s.spendCode(f, code) || spendRecovery(f, code) {
			return nil
		}
		return fault.New(fault.Invalid, "factor.code").At("code")
	})
}

// prove lets a halfway session in when the rule takes what was shown. Beside the
// tries from one network those at the account's second factor are bounded from all
// networks together: who comes here knows the password.
func (s *Service) prove(ctx context.Context, stay *Stay, where, action string, rule func(*Factors) error) error {
	pair, all := stay.Key+"\x00"+where, stay.Key+"\x00factor"
	if err := s.gate.begin(pair, all, s.wall()); err != nil {
		return err
	}
	entry := s.entry(stay.Actor(), action, "account/"+stay.Key)
	err := s.store.UpdateFactors(ctx, stay.Key, entry, rule)
	if fault.KindOf(err) != 0 {
		return errors.Join(err, s.recorded(ctx, stay.Actor(), action, stay.Key))
	}
	if err != nil {
		return err
	}
	s.gate.passed(pair, all)
	return s.renew(ctx, stay, Full, "login.in")
}

// fill gives an account recovery codes when it has none left, and returns them.
func fill(f *Factors) ([]string, error) {
	if len(f.Recovery) > 0 {
		return nil, nil
	}
	return refill(f)
}

// refill makes new recovery codes in the place of all others.
func refill(f *Factors) ([]string, error) {
	f.Recovery = nil
	var codes []string
	for range recoveryCodes {
		code, err := readable("recovery code")
		if err != nil {
			return nil, err
		}
		codes, f.Recovery = append(codes, code), append(f.Recovery, hashSecret(bare(code)))
	}
	return codes, nil
}

// Refill makes new recovery codes, which are shown only this once; the former ones
// open nothing any more.
func (s *Service) Refill(ctx context.Context, stay *Stay) (codes []string, err error) {
	err = s.change(ctx, stay, "factor.recovery", func(f *Factors) error {
		if !f.Any() {
			return fault.New(fault.Conflict, "factor.none")
		}
		codes, err = refill(f)
		return err
	})
	return codes, err
}

// bare is a code as it was meant: without what people put between its signs, and
// with the signs that they take for one another.
func bare(code string) string {
	return strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1", "u", "v").Replace(Fold(code))
}

// spendRecovery takes a recovery code out of those left.
func spendRecovery(f *Factors, code string) bool {
	hash, at := []byte(hashSecret(bare(code))), -1
	for i, one := range f.Recovery {
		if subtle.ConstantTimeCompare([]byte(one), hash) == 1 {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	f.Recovery = append(f.Recovery[:at:at], f.Recovery[at+1:]...)
	return true
}

// Unlock takes the second factors of an account away, for somebody who has lost them
// and the recovery codes too. Only a command on the machine may: whoever gives out
// passwords must not be able to come in alone. The reason is kept.
func (s *Service) Unlock(ctx context.Context, by Actor, name, reason string) error {
	if err := by.Require("command"); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fault.New(fault.Invalid, "factor.reason").At("reason")
	}
	key := Fold(name)
	if _, err := s.store.Account(ctx, key); err != nil {
		return err
	}
	entry := s.entry(by, "factor.unlock", "account/"+key)
	entry.Reason = reason
	return s.store.DropFactors(ctx, key, entry)
}
