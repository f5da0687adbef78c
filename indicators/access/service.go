package access

import (
	"context"
	"fmt"
	"sync/atomic"
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
	Record(ctx context.Context, entry audit.Entry) error
	SessionStore
	FactorStore
	KeyStore
}

// Service signs people in and out and keeps their accounts.
type Service struct {
	store  Store
	wall   func() time.Time // sessions, waits
	now    func() time.Time // the trail
	policy Policy
	gate   throttle

	checks, waiting chan struct{}
	computed        atomic.Uint64
}

// NewService makes a Service that demands and offers no second factor. wall is the
// real clock, now the programme clock.
func NewService(store Store, wall, now func() time.Time) *Service {
	return NewServiceUnder(Policy{}, store, wall, now)
}

// NewServiceUnder makes a Service under a policy.
func NewServiceUnder(policy Policy, store Store, wall, now func() time.Time) *Service {
	return &Service{
		policy: policy, store: store, wall: wall, now: now,
		checks: make(chan struct{}, checksAtOnce), waiting: make(chan struct{}, checksWaiting),
	}
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
	Person      string // of staff: whose account it is, such as a staff number; only a keyed digest is kept
	Password    string // empty: a one-time password is made, to be changed at the first sign-in
}

// check refuses what cannot become an account. The security administrator says of
// staff whose account it is; a command may leave that for later.
func (n New) check(by Actor) error {
	if err := checkName(n.Name); err != nil {
		return err
	}
	if _, err := ParseRole(string(n.Role)); err != nil {
		return err
	}
	switch {
	case n.Role == Applicant && n.Unit == "":
		return fault.New(fault.Invalid, "account.unit").At("unit")
	case (&Account{Role: n.Role}).marks() && n.Unit != "":
		return fault.New(fault.Invalid, "account.applicant").At("unit")
	case n.Role == Applicant && n.Person != "":
		return fault.New(fault.Invalid, "people.applicant").At("person")
	case n.Role != Applicant && n.Person == "" && by.Role == Secadmin:
		return fault.New(fault.Invalid, "people.needed").At("person")
	}
	return nil
}

// Add makes an account and returns its password. Only the security
// administrator and a command on the machine may.
func (s *Service) Add(ctx context.Context, by Actor, n New) (password string, err error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return "", err
	}
	if err := n.check(by); err != nil {
		return "", err
	}
	a := &Account{
		Key: Fold(n.Name), Name: n.Name, Role: n.Role, Unit: n.Unit, Institution: n.Institution, Created: s.wall(), Changed: s.wall(),
	}
	if a.Person, err = s.policy.person(n.Person); err != nil {
		return "", err
	}
	if err := s.holdsApart(ctx, a.Key, a.Role, a.Person); err != nil {
		return "", err
	}
	password = n.Password
	if password == "" {
		a.MustChange = true
		if password, err = oneTime(); err != nil {
			return "", err
		}
	} else if err := checkPassword(n.Name, password, s.policy.Level3); err != nil {
		return "", err
	}
	if a.Hash, err = hashPassword(password); err != nil {
		return "", err
	}
	entry := s.entry(by, "account.add", "account/"+a.Key)
	entry.After = fmt.Sprintf(`{"role":%q,"unit":%q,"named":%t}`, a.Role, a.Unit, a.Person != "")
	return password, s.store.AddAccount(ctx, a, entry)
}

// Accounts lists all accounts, for the security administrator.
func (s *Service) Accounts(ctx context.Context, by Actor) ([]Account, error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return nil, err
	}
	return s.store.Accounts(ctx)
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
	} else if err := s.mayReturn(ctx, key); err != nil {
		return err
	}
	entry := s.entry(by, action, "account/"+key)
	entry.Before, entry.After = fmt.Sprintf(`{"open":%t}`, disabled), fmt.Sprintf(`{"open":%t}`, !disabled)
	return s.store.UpdateAccount(ctx, key, entry, func(a *Account) error {
		a.Disabled = disabled
		return nil
	})
}

// Reset gives an account a one-time password in the place of its own and returns it;
// its sessions end, its second factors stay. Nobody does this to the own account.
func (s *Service) Reset(ctx context.Context, by Actor, name string) (password string, err error) {
	if err := by.Require(Secadmin, "command"); err != nil {
		return "", err
	}
	key := Fold(name)
	if key == Fold(by.Name) {
		return "", fault.New(fault.Conflict, "account.own")
	}
	if password, err = oneTime(); err != nil {
		return "", err
	}
	hash, err := hashPassword(password)
	if err != nil {
		return "", err
	}
	return password, s.store.UpdateAccount(ctx, key, s.entry(by, "password.reset", "account/"+key), func(a *Account) error {
		a.keep(s.policy)
		a.Hash, a.MustChange, a.Changed = hash, true, s.wall()
		return nil
	})
}

// Assign gives an account another role; its sessions end. The three administrators
// stay what they are, and nobody becomes one of them: what an account did before must
// not be watched or hidden by the same person. An applicant's account stays one too
// (C96). Nobody does this to the own account.
func (s *Service) Assign(ctx context.Context, by Actor, name string, role Role, institution string) error {
	if err := by.Require(Secadmin, "command"); err != nil {
		return err
	}
	if _, err := ParseRole(string(role)); err != nil {
		return err
	}
	key := Fold(name)
	if key == Fold(by.Name) {
		return fault.New(fault.Conflict, "account.own")
	}
	old, err := s.store.Account(ctx, key)
	if err != nil {
		return err
	}
	entry := s.entry(by, "account.assign", "account/"+key)
	entry.Before = fmt.Sprintf(`{"role":%q,"institution":%q}`, old.Role, old.Institution)
	entry.After = fmt.Sprintf(`{"role":%q,"institution":%q}`, role, institution)
	return s.store.UpdateAccount(ctx, key, entry, func(a *Account) error {
		if Fixed(a.Role) || Fixed(role) {
			return fault.New(fault.Conflict, "account.fixed").At("role")
		}
		a.Role, a.Institution = role, institution
		return nil
	})
}

// Fixed reports whether a role is nobody's but that of whom it was given to first.
func Fixed(role Role) bool {
	return role == Applicant || role == Sysadmin || role == Secadmin || role == Auditor
}
