package access

import (
	"context"

	"minyi/indicators/fault"
)

// Lasts reports whether the session of that secret still counts, its account
// included. Unlike Visit it does not count as a sign of somebody there: an open page
// that watches keeps nobody signed in.
func (s *Service) Lasts(ctx context.Context, secret string) (bool, error) {
	session, err := s.store.Session(ctx, hashSecret(secret))
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !session.alive(s.wall()) {
		return false, nil
	}
	account, err := s.store.Account(ctx, session.Key)
	if err != nil {
		return false, err
	}
	return !account.Disabled, nil
}
