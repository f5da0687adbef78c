package access

import (
	"context"
	"errors"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Confirm makes sure that whoever acts knows the password of the account, for
// steps that a session left open must not take, such as signing. It refuses with
// password.wrong, counts failures as the sign-in does, and records them.
func (s *Service) Confirm(ctx context.Context, by Actor, password, network string) error {
	key := Fold(by.Name)
	pair := key + "\x00" + network
	if err := s.gate.ask(pair, s.wall()); err != nil {
		return err
	}
	account, err := s.store.Account(ctx, key)
	if err != nil {
		return err
	}
	if s.check(account.Hash, password) && !account.Disabled {
		s.gate.passed(pair)
		return nil
	}
	s.gate.failed(pair, s.wall())
	entry := s.entry(by, "password.confirm", "account/"+key)
	entry.Outcome = audit.Refused
	return errors.Join(fault.New(fault.Invalid, "password.wrong").At("password"), s.store.Record(ctx, entry))
}
