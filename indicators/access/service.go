package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Store keeps accounts and sessions. A method that takes an entry stores it in
// the same transaction.
type Store interface {
	// Account returns the account with that key, or a NotFound refusal.
	Account(ctx context.Context, key string) (*Account, error)
	Accounts(ctx context.Context) ([]Account, error)
	// AddAccount refuses with Conflict "account.taken" when the key is taken.
	AddAccount(ctx context.Context, a *Account, entry audit.Entry) error
	// UpdateAccount loads, changes and saves an account and ends its sessions.
	UpdateAccount(ctx context.Context, key string, entry audit.Entry, change func(*Account) error) error
	AddSession(ctx context.Context, s *Session, entry audit.Entry) error
	// Session returns the session of that hash, or a NotFound refusal.
	Session(ctx context.Context, hash string) (*Session, error)
	TouchSession(ctx context.Context, hash string, seen time.Time) error
	EndSession(ctx context.Context, hash string, entry audit.Entry) error
	Record(ctx context.Context, entry audit.Entry) error
	KeyStore
}

// checksAtOnce bounds the password hashes computed at one time, and with it
// the memory that strangers can make the server take.
const checksAtOnce = 2

// Service signs people in and out and keeps their accounts.
type Service struct {
	store  Store
	wall   func() time.Time // sessions, waits
	now    func() time.Time // the trail
	gate   throttle
	checks chan struct{}
}

// NewService makes a Service. wall is the real clock, now the programme clock.
func NewService(store Store, wall, now func() time.Time) *Service {
	return &Service{store: store, wall: wall, now: now, checks: make(chan struct{}, checksAtOnce)}
}

func (s *Service) entry(by Actor, action, object string) audit.Entry {
	return audit.Entry{At: s.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object}
}

// New is what a new account needs.
type New struct {
	Name        string
	Role        Role
	Unit        string
	Institution string
	Password    string // empty: a one-time password is made, to be changed at the first sign-in
}

// Add makes an account and returns its password. Only the security
// administrator and a command on the machine may.
func (s *Service) Add(ctx context.Context, by Actor, n New) (password string, err error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return "", err
	}
	if err := checkName(n.Name); err != nil {
		return "", err
	}
	if _, err := ParseRole(string(n.Role)); err != nil {
		return "", err
	}
	if n.Role == Applicant && n.Unit == "" {
		return "", fault.New(fault.Invalid, "account.unit").At("unit")
	}
	if (&Account{Role: n.Role}).marks() && n.Unit != "" {
		return "", fault.New(fault.Invalid, "account.applicant").At("unit")
	}
	a := &Account{
		Key: Fold(n.Name), Name: n.Name, Role: n.Role, Unit: n.Unit, Institution: n.Institution, Created: s.wall(),
	}
	password = n.Password
	if password == "" {
		a.MustChange = true
		if password, err = oneTime(); err != nil {
			return "", err
		}
	} else if err := checkPassword(n.Name, password); err != nil {
		return "", err
	}
	if a.Hash, err = hashPassword(password); err != nil {
		return "", err
	}
	entry := s.entry(by, "account.add", "account/"+a.Key)
	entry.After = fmt.Sprintf(`{"role":%q,"unit":%q}`, a.Role, a.Unit)
	return password, s.store.AddAccount(ctx, a, entry)
}

// Accounts lists all accounts, for the security administrator.
func (s *Service) Accounts(ctx context.Context, by Actor) ([]Account, error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return nil, err
	}
	return s.store.Accounts(ctx)
}

// SignIn checks a name and password and starts a session; it returns the
// session's secret for the cookie. network stands for where the request came
// from; it is used for the throttle only and never kept. Unknown names, wrong
// passwords and disabled accounts are refused alike, in the same time.
func (s *Service) SignIn(ctx context.Context, name, password, network string) (secret string, actor Actor, err error) {
	return s.SignInFrom(ctx, Actor{}, name, password, network)
}

// SignInFrom is SignIn in a browser in which somebody is signed in already, or
// nobody. From an applicant's session no account that marks can be entered: an
// applicant is never to mark for an assessor (C96). The refusal is recorded.
func (s *Service) SignInFrom(ctx context.Context, from Actor, name, password, network string) (secret string, actor Actor, err error) {
	key := Fold(name)
	pair := key + "\x00" + network
	if err := s.gate.ask(pair, s.wall()); err != nil {
		return "", Actor{}, err
	}
	account, err := s.store.Account(ctx, key)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", Actor{}, err
	}
	hash := nobody()
	if account != nil {
		hash = account.Hash
	}
	if ok := s.check(hash, password); !ok || account == nil || account.Disabled {
		return "", Actor{}, s.refuseSignIn(ctx, account, pair)
	}
	s.gate.passed(pair)
	if from.Role == Applicant && account.marks() {
		return "", Actor{}, s.refuseApplicant(ctx, from, account)
	}
	secret, hash, err = newSecret()
	if err != nil {
		return "", Actor{}, err
	}
	now := s.wall()
	session := &Session{Hash: hash, Key: key, Created: now, Seen: now}
	return secret, account.Actor(), s.store.AddSession(ctx, session, s.entry(account.Actor(), "login.in", "account/"+key))
}

func (s *Service) check(hash, password string) bool {
	if len(password) > 4*maxPassword {
		return false
	}
	s.checks <- struct{}{}
	defer func() { <-s.checks }()
	return matches(hash, password)
}

// refuseSignIn counts the failure, and records it when the account exists: a
// name that nobody has may be a mistyped password.
func (s *Service) refuseSignIn(ctx context.Context, account *Account, pair string) error {
	s.gate.failed(pair, s.wall())
	refusal := fault.New(fault.Forbidden, "login.wrong")
	if account == nil {
		return refusal
	}
	entry := s.entry(account.Actor(), "login.in", "account/"+account.Key)
	entry.Outcome = audit.Refused
	return errors.Join(refusal, s.store.Record(ctx, entry))
}

// refuseApplicant records that an account that marks was to be entered from an
// applicant's session.
func (s *Service) refuseApplicant(ctx context.Context, from Actor, account *Account) error {
	entry := s.entry(from, "login.in", "account/"+account.Key)
	entry.Outcome, entry.Reason = audit.Refused, "login.applicant"
	return errors.Join(fault.New(fault.Forbidden, "login.applicant"), s.store.Record(ctx, entry))
}

// Visit returns the account of a session's secret, nil when the session does
// not exist, has ended, or its account is disabled.
func (s *Service) Visit(ctx context.Context, secret string) (*Account, error) {
	hash := hashSecret(secret)
	session, err := s.store.Session(ctx, hash)
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
	if now.Sub(session.Seen) > touch {
		if err := s.store.TouchSession(ctx, hash, now); err != nil {
			return nil, err
		}
	}
	return account, nil
}

// SignOut ends the session of that secret.
func (s *Service) SignOut(ctx context.Context, by Actor, secret string) error {
	return s.store.EndSession(ctx, hashSecret(secret), s.entry(by, "login.out", "account/"+Fold(by.Name)))
}

// ChangePassword sets a new password for the actor itself after checking the
// old one; every session of the account ends.
func (s *Service) ChangePassword(ctx context.Context, by Actor, old, fresh, network string) error {
	key := Fold(by.Name)
	pair := key + "\x00" + network
	if err := s.gate.ask(pair, s.wall()); err != nil {
		return err
	}
	account, err := s.store.Account(ctx, key)
	if err != nil {
		return err
	}
	if !s.check(account.Hash, old) {
		s.gate.failed(pair, s.wall())
		return fault.New(fault.Invalid, "password.old").At("old")
	}
	if old == fresh {
		return fault.New(fault.Invalid, "password.same").At("new")
	}
	if err := checkPassword(by.Name, fresh); err != nil {
		return err
	}
	hash, err := hashPassword(fresh)
	if err != nil {
		return err
	}
	return s.store.UpdateAccount(ctx, key, s.entry(by, "password.change", "account/"+key), func(a *Account) error {
		a.Hash, a.MustChange = hash, false
		return nil
	})
}

// Disable closes an account, or opens it again; its sessions end. Nobody does
// this to the own account.
func (s *Service) Disable(ctx context.Context, by Actor, name string, disabled bool) error {
	if err := by.Require(Secadmin, "command"); err != nil {
		return err
	}
	key := Fold(name)
	if key == Fold(by.Name) {
		return fault.New(fault.Conflict, "account.own")
	}
	action := "account.enable"
	if disabled {
		action = "account.disable"
	}
	return s.store.UpdateAccount(ctx, key, s.entry(by, action, "account/"+key), func(a *Account) error {
		a.Disabled = disabled
		return nil
	})
}
