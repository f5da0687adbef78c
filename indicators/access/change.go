package access

import (
	"context"
	"errors"
	"time"

	"minyi/indicators/fault"
)

// ChangePassword sets a new password for the actor itself after checking the old one;
// every session of the account ends. Under the level-3 scheme none of the last five
// passwords may come again.
func (s *Service) ChangePassword(ctx context.Context, by Actor, old, fresh, network string) error {
	key := Fold(by.Name)
	account, ok, err := s.guessed(ctx, key, old, network)
	if err != nil {
		return err
	}
	if !ok {
		return errors.Join(fault.New(fault.Invalid, "password.old").At("old"), s.recorded(ctx, by, "password.change", key))
	}
	s.gate.passed(pairOf(key, network), network)
	if old == fresh {
		return fault.New(fault.Invalid, "password.same").At("new")
	}
	if err := checkPassword(by.Name, fresh, s.policy.Level3); err != nil {
		return err
	}
	if err := s.checkPast(ctx, account, fresh); err != nil {
		return err
	}
	hash, err := hashPassword(fresh)
	if err != nil {
		return err
	}
	return s.store.UpdateAccount(ctx, key, s.entry(by, "password.change", "account/"+key), func(a *Account) error {
		a.keep(s.policy)
		a.Hash, a.MustChange, a.Changed = hash, false, s.wall()
		return nil
	})
}

// checkPast refuses a password that the account had before, where the policy bars
// that.
func (s *Service) checkPast(ctx context.Context, a *Account, fresh string) error {
	if !s.policy.Level3 {
		return nil
	}
	for _, past := range a.Past {
		same, err := s.check(ctx, past, fresh)
		if err != nil {
			return err
		}
		if same {
			return fault.New(fault.Invalid, "password.past").At("new")
		}
	}
	return nil
}

// keep notes the account's password as a former one, where the policy bars these:
// five are kept beside the present one.
func (a *Account) keep(p Policy) {
	if !p.Level3 {
		a.Past = nil
		return
	}
	if !a.MustChange { // nobody chose a one-time password
		a.Past = append([]string{a.Hash}, a.Past...)
	}
	if len(a.Past) > barred {
		a.Past = a.Past[:barred]
	}
}

// Level3 reports whether the level-3 scheme is set.
func (s *Service) Level3() bool { return s.policy.Level3 }

// Term is when the account's password was set, and until when it counts; zero where it
// does not grow too old.
func (s *Service) Term(a *Account) (set, until time.Time) {
	if s.policy.Level3 {
		until = a.set().Add(passwordTerm)
	}
	return a.set(), until
}
