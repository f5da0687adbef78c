package access

import (
	"context"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Due is what an account has to do before anything else.
type Due string

// What can be due.
const (
	DueNothing  Due = ""
	DuePassword Due = "password" // the password is a one-time one
	DueExpired  Due = "expired"  // the password is older than the level-3 scheme lets it be
	DueFactor   Due = "factor"   // a second factor is demanded and there is none
)

// Stay is an account within a session.
type Stay struct {
	*Account
	Session *Session
	Due     Due
	Proved  bool   // recently enough to change factors
	Fresh   string // secret that took the place of the session's within this request; empty: none
}

// due is what the account within the session has to do first.
func (s *Service) due(a *Account, n *Session, now time.Time) Due {
	switch {
	case a.MustChange:
		return DuePassword
	case s.policy.Level3 && now.Sub(a.set()) >= passwordTerm:
		return DueExpired
	case n.Stage == Enrol:
		return DueFactor
	}
	return DueNothing
}

// Visit returns the account of a session's secret, nil when the session does not
// exist, has ended, still waits for the second factor, or its account is disabled.
func (s *Service) Visit(ctx context.Context, secret string) (*Stay, error) {
	stay, err := s.stay(ctx, secret)
	if err != nil || stay == nil || stay.Session.Stage == Halfway {
		return nil, err
	}
	if now := s.wall(); now.Sub(stay.Session.Seen) > touch {
		if err := s.store.TouchSession(ctx, stay.Session.Hash, now); err != nil {
			return nil, err
		}
	}
	return stay, nil
}

// Half returns who has given the password in a session and not yet the second
// factor, nil when there is nobody.
func (s *Service) Half(ctx context.Context, secret string) (*Stay, error) {
	stay, err := s.stay(ctx, secret)
	if err != nil || stay == nil || stay.Session.Stage != Halfway {
		return nil, err
	}
	return stay, nil
}

// Lasts reports whether the session of that secret still counts, its account
// included. Unlike Visit it does not count as a sign of somebody there: an open page
// that watches keeps nobody signed in.
func (s *Service) Lasts(ctx context.Context, secret string) (bool, error) {
	stay, err := s.stay(ctx, secret)
	return stay != nil && stay.Session.Stage != Halfway, err
}

func (s *Service) stay(ctx context.Context, secret string) (*Stay, error) {
	session, err := s.store.Session(ctx, hashSecret(secret))
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil //nolint:nilnil // nobody is a good answer here
	}
	if err != nil {
		return nil, err
	}
	now := s.wall()
	if !session.alive(now) {
		return nil, nil //nolint:nilnil // likewise
	}
	account, err := s.store.Account(ctx, session.Key)
	if err != nil {
		return nil, err
	}
	if account.Disabled {
		return nil, nil //nolint:nilnil // likewise
	}
	return &Stay{
		Account: account, Session: session, Due: s.due(account, session, now),
		Proved: now.Sub(session.Proved) < proof && !now.Before(session.Proved.Add(-touch)),
	}, nil
}

// within is the key under which a context carries a Stay.
type within struct{}

// Within returns a context that knows in which session whoever acts does so, for
// Confirm to give the session a new secret.
func Within(ctx context.Context, stay *Stay) context.Context {
	return context.WithValue(ctx, within{}, stay)
}

// renew puts a fresh secret in the place of the session's: after somebody has shown
// again who it is, what was known of the session before opens nothing (S07). The
// whole time that the session may last still counts from its beginning.
func (s *Service) renew(ctx context.Context, stay *Stay, stage Stage, action string) error {
	secret, hash, err := newSecret()
	if err != nil {
		return err
	}
	fresh, now := *stay.Session, s.wall()
	fresh.Hash, fresh.Stage, fresh.Seen, fresh.Proved, fresh.Ceremony = hash, stage, now, now, ""
	by := stay.Actor()
	if err := s.store.ReplaceSession(ctx, stay.Session.Hash, &fresh, s.entry(by, action, "account/"+stay.Key)); err != nil {
		return err
	}
	stay.Session, stay.Fresh, stay.Proved = &fresh, secret, true
	stay.Due = s.due(stay.Account, &fresh, now)
	return nil
}

// SignOut ends the session of that secret.
func (s *Service) SignOut(ctx context.Context, by Actor, secret string) error {
	return s.store.EndSession(ctx, hashSecret(secret), s.entry(by, "login.out", "account/"+Fold(by.Name)))
}

// Sessions returns the sessions that the actor has open, the latest seen first.
func (s *Service) Sessions(ctx context.Context, by Actor) ([]Session, error) {
	all, err := s.store.Sessions(ctx, Fold(by.Name))
	if err != nil {
		return nil, err
	}
	var open []Session
	for _, one := range all {
		if one.alive(s.wall()) {
			open = append(open, one)
		}
	}
	return open, nil
}

// EndOwn ends one of the actor's own sessions, by its handle; one that is not there
// is refused with session.missing.
func (s *Service) EndOwn(ctx context.Context, by Actor, handle string) error {
	key := Fold(by.Name)
	all, err := s.store.Sessions(ctx, key)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Handle() == handle {
			return s.store.EndSession(ctx, one.Hash, s.entry(by, "session.end", "account/"+key))
		}
	}
	return fault.New(fault.NotFound, "session.missing")
}

// EndOthers ends the actor's sessions but the one that it is in.
func (s *Service) EndOthers(ctx context.Context, stay *Stay) error {
	return s.store.EndSessions(ctx, stay.Key, stay.Session.Hash, s.entry(stay.Actor(), "session.end_others", "account/"+stay.Key))
}

// recorded notes an act that changed nothing.
func (s *Service) recorded(ctx context.Context, by Actor, action, key string) error {
	entry := s.entry(by, action, "account/"+key)
	entry.Outcome = audit.Refused
	return s.store.Record(ctx, entry)
}
