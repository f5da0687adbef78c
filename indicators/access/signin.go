package access

import (
	"context"
	"errors"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// checksAtOnce bounds the password hashes computed at one time, and with it the
// memory that strangers can make the server take; checksWaiting how many may wait.
const (
	checksAtOnce  = 2
	checksWaiting = 64
)

// Try is an attempt to sign in.
type Try struct {
	From     Actor  // who is signed in already in this browser; the zero Actor for nobody
	Name     string // as typed
	Password string
	Network  string // digest of where the request came from, for the throttle
	Place    string // network address, for the owner's list of sessions
	Agent    string // browser and system, for the same list
}

// In is what a right password opens.
type In struct {
	Secret string // of the session, for the cookie
	Actor  Actor
	Stage  Stage // Halfway: the second factor comes next
}

// SignIn checks a name and password and starts a session; it returns the
// session's secret for the cookie. network stands for where the request came
// from; it is used for the throttle only and never kept. Unknown names, wrong
// passwords and disabled accounts are refused alike, in the same time.
func (s *Service) SignIn(ctx context.Context, name, password, network string) (secret string, actor Actor, err error) {
	in, err := s.Enter(ctx, Try{Name: name, Password: password, Network: network})
	return in.Secret, in.Actor, err
}

// Enter is SignIn with all that a browser tells. From an applicant's session no
// account that marks can be entered: an applicant is never to mark for an assessor
// (C96). The refusal is recorded. A one-time password that was not used within a
// week opens nothing (login.expired).
func (s *Service) Enter(ctx context.Context, try Try) (In, error) {
	key := Fold(try.Name)
	pair := pairOf(key, try.Network)
	if err := s.gate.begin(pair, try.Network, s.wall()); err != nil {
		return In{}, err
	}
	account, ok, err := s.known(ctx, key, try.Password)
	if err != nil {
		return In{}, err
	}
	if !ok {
		return In{}, s.refuseSignIn(ctx, account)
	}
	s.gate.passed(pair, try.Network)
	if account.MustChange && s.wall().Sub(account.set()) > oneTimeTerm {
		return In{}, errors.Join(fault.New(fault.Forbidden, "login.expired"), s.recorded(ctx, account.Actor(), "login.in", key))
	}
	if try.From.Role == Applicant && account.marks() {
		return In{}, s.refuseApplicant(ctx, try.From, account)
	}
	return s.admit(ctx, account, try)
}

// known returns the account of that key, nil when there is none, and whether it is
// open and the password right.
func (s *Service) known(ctx context.Context, key, password string) (*Account, bool, error) {
	account, err := s.store.Account(ctx, key)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, false, err
	}
	hash := nobody()
	if account != nil {
		hash = account.Hash
	}
	ok, err := s.check(ctx, hash, password)
	return account, ok && account != nil && !account.Disabled, err
}

// admit starts the session of an account whose password was right.
func (s *Service) admit(ctx context.Context, account *Account, try Try) (In, error) {
	factors, err := s.store.Factors(ctx, account.Key)
	if err != nil {
		return In{}, err
	}
	stage, action := Full, "login.in"
	switch {
	case factors.Any():
		stage, action = Halfway, "login.half"
	case s.policy.Demand.of(account.Role):
		stage = Enrol
	}
	secret, hash, err := newSecret()
	if err != nil {
		return In{}, err
	}
	now := s.wall()
	session := &Session{
		Hash: hash, Key: account.Key, Created: now, Seen: now, Proved: now, Stage: stage, Place: try.Place, Agent: try.Agent,
	}
	in := In{Secret: secret, Actor: account.Actor(), Stage: stage}
	return in, s.store.AddSession(ctx, session, s.entry(in.Actor, action, "account/"+account.Key))
}

// check compares a password with a hash. At most checksAtOnce are computed at one
// time; when too many wait, it refuses with login.busy.
func (s *Service) check(ctx context.Context, hash, password string) (bool, error) {
	if len(password) > 4*maxPassword {
		return false, nil
	}
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		return false, fault.New(fault.Unavailable, "login.busy")
	}
	select {
	case s.checks <- struct{}{}:
		defer func() { <-s.checks }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	s.computed.Add(1)
	return matches(hash, password), nil
}

// Computed is how many password hashes were computed since the start, for the
// operator's figures.
func (s *Service) Computed() uint64 { return s.computed.Load() }

// refuseSignIn records a failure: under the account's name, or under none where
// nobody has the name, as it may be a mistyped password. Both take the same time.
func (s *Service) refuseSignIn(ctx context.Context, account *Account) error {
	var by Actor
	object := "account"
	if account != nil {
		by, object = account.Actor(), "account/"+account.Key
	}
	entry := s.entry(by, "login.in", object)
	entry.Outcome = audit.Refused
	return errors.Join(fault.New(fault.Forbidden, "login.wrong"), s.store.Record(ctx, entry))
}

// refuseApplicant records that an account that marks was to be entered from an
// applicant's session.
func (s *Service) refuseApplicant(ctx context.Context, from Actor, account *Account) error {
	entry := s.entry(from, "login.in", "account/"+account.Key)
	entry.Outcome, entry.Reason = audit.Refused, "login.applicant"
	return errors.Join(fault.New(fault.Forbidden, "login.applicant"), s.store.Record(ctx, entry))
}

// guessed checks a password of an account and counts it as the sign-in does; what was
// right is taken off the count by passed.
func (s *Service) guessed(ctx context.Context, key, password, network string) (account *Account, ok bool, err error) {
	if err := s.gate.begin(pairOf(key, network), network, s.wall()); err != nil {
		return nil, false, err
	}
	if account, err = s.store.Account(ctx, key); err != nil {
		return nil, false, err
	}
	ok, err = s.check(ctx, account.Hash, password)
	return account, ok, err
}

// pairOf names an account as it is tried from one network.
func pairOf(key, network string) string { return key + "\x00" + network }

// Confirm makes sure that whoever acts knows the password of the account, for
// steps that a session left open must not take, such as signing. It refuses with
// password.wrong, counts failures as the sign-in does, and records them. The session
// that the context knows gets a new secret.
func (s *Service) Confirm(ctx context.Context, by Actor, password, network string) error {
	key := Fold(by.Name)
	account, ok, err := s.guessed(ctx, key, password, network)
	if err != nil {
		return err
	}
	if !ok || account.Disabled {
		return errors.Join(fault.New(fault.Invalid, "password.wrong").At("password"), s.recorded(ctx, by, "password.confirm", key))
	}
	s.gate.passed(pairOf(key, network), network)
	if stay, _ := ctx.Value(within{}).(*Stay); stay != nil && stay.Key == key {
		return s.renew(ctx, stay, stay.Session.Stage, "password.confirm")
	}
	return nil
}
