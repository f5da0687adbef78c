package roster

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Store keeps rounds and schemes. A method that takes an entry stores it in the
// same transaction and fills in what the object said before and after.
type Store interface {
	Records
	// Round returns the round of that year, or a NotFound refusal round.unknown.
	Round(ctx context.Context, year int) (*Round, error)
	// Rounds returns all rounds, newest first.
	Rounds(ctx context.Context) ([]Round, error)
	// AddRound keeps a new round if rule, given all that exist, lets it.
	AddRound(ctx context.Context, r *Round, entry audit.Entry, rule func(all []Round) error) error
	// UpdateRound loads a round, changes it and saves it as its next version.
	UpdateRound(ctx context.Context, year int, entry audit.Entry, change func(*Round) error) error
	// Scheme returns a version of the round's scheme, the newest for version 0,
	// or a NotFound refusal scheme.none.
	Scheme(ctx context.Context, year, version int) (*indicators.Scheme, error)
	// Schemes returns all versions, oldest first.
	Schemes(ctx context.Context, year int) ([]SchemeVersion, error)
	// AddScheme keeps the scheme as the round's next version and writes the
	// number into it, if rule, given the round and the newest version, lets it.
	AddScheme(ctx context.Context, v *SchemeVersion, entry audit.Entry, rule func(r *Round, newest int) error) error
}

// SchemeVersion is a scheme with who made it, when and why.
type SchemeVersion struct {
	Scheme indicators.Scheme
	MadeAt time.Time
	MadeBy string
	Reason string
}

// Service opens rounds, keeps their settings and their schemes (C15: only the
// office may).
type Service struct {
	store    Store
	now      func() time.Time
	register atomic.Pointer[Register]
}

// NewService makes a Service with the register of units as it came with the
// programme; Refresh reads what the office changed. now is the programme clock.
func NewService(store Store, now func() time.Time) (*Service, error) {
	register, err := Load()
	if err != nil {
		return nil, err
	}
	s := &Service{store: store, now: now}
	s.register.Store(register)
	return s, nil
}

// Units returns the register of units.
func (s *Service) Units() []Unit { return s.register.Load().Units() }

// Unit returns the unit with that code, or a refusal unit.unknown.
func (s *Service) Unit(code UnitCode) (Unit, error) { return s.register.Load().Unit(code) }

// Round returns the round of that year, or a refusal round.unknown.
func (s *Service) Round(ctx context.Context, year int) (*Round, error) {
	return s.store.Round(ctx, year)
}

// Rounds returns all rounds, newest first.
func (s *Service) Rounds(ctx context.Context) ([]Round, error) { return s.store.Rounds(ctx) }

// Current returns the newest round whose filing window is not more than a year
// away, or a refusal round.none.
func (s *Service) Current(ctx context.Context) (*Round, error) {
	rounds, err := s.store.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		if r.Settings.Filing.From.Start().AddDate(-1, 0, 0).Before(s.now()) {
			return &r, nil
		}
	}
	return nil, fault.New(fault.NotFound, "round.none")
}

// NewRound is what opening a round needs. Override is the reason for a round in
// the year before or after another one.
type NewRound struct {
	Year     int
	Edition  indicators.Edition
	Plan     Plan
	Settings Settings
	Override string
}

const (
	firstYear  = 2020 // C14
	lastYear   = 2100
	reasonMost = 500
)

// OpenRound opens a round. It is refused where the year has one already, where
// the year before or after has one and no reason is given (C14), without a plan
// document (C03) or with one that does not refer to a standing document of the
// register (C04, C71), with an unknown edition or settings that do not hold.
func (s *Service) OpenRound(ctx context.Context, by access.Actor, n NewRound) (*Round, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	known, err := s.hasOpinion(ctx, n.Plan.Basis)
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, fault.New(fault.Invalid, "round.basis").At("plan_basis")
	}
	r := &Round{
		Year: n.Year, Version: 1, Edition: n.Edition, Plan: n.Plan, Settings: n.Settings,
		Override: strings.TrimSpace(n.Override), OpenedAt: s.now(), OpenedBy: by.Name,
	}
	entry := s.entry(by, "round.open", object(n.Year), r.Override)
	return r, s.store.AddRound(ctx, r, entry, func(all []Round) error { return r.fits(all) })
}

func (n NewRound) check() error {
	var list fault.List
	if n.Year < firstYear || n.Year > lastYear {
		list.Add(fault.New(fault.Invalid, "round.year").At("year"))
	}
	if n.Plan.Number == "" || n.Plan.Date.IsZero() {
		list.Add(fault.New(fault.Invalid, "round.plan").At("plan_number"))
	}
	for _, system := range indicators.Systems() {
		if _, err := indicators.Load(n.Edition, system); err != nil {
			list.Add(fault.New(fault.Invalid, "round.edition").At("edition"))
			break
		}
	}
	for _, text := range []struct{ field, value string }{
		{"plan_number", n.Plan.Number}, {"plan_basis", n.Plan.Basis}, {"override", n.Override},
	} {
		if utf8.RuneCountInString(text.value) > reasonMost {
			list.Add(fault.New(fault.Invalid, "words.long").At(text.field))
		}
	}
	for _, r := range fault.All(n.Settings.Check()) {
		list.Add(r)
	}
	return list.Err()
}

// fits refuses a second round of a year, and one beside another without reason.
func (r *Round) fits(all []Round) error {
	for _, other := range all {
		switch other.Year - r.Year {
		case 0:
			return fault.New(fault.Conflict, "round.exists").At("year")
		case 1, -1:
			if r.Override == "" {
				return fault.New(fault.Conflict, "round.consecutive", "other", fmt.Sprint(other.Year)).At("override")
			}
		}
	}
	return nil
}

// Reweigh keeps the scheme as the round's next version. It must be complete,
// with no negative number and exact sums, of the round's edition, and made from
// the newest version (basis; 0 for the first). Once the evaluation window has
// opened it is refused with scheme.locked (C64, C73).
func (s *Service) Reweigh(ctx context.Context, by access.Actor, year, basis int, scheme indicators.Scheme, reason string) (*indicators.Scheme, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	if err := checkReason(reason, basis > 0); err != nil {
		return nil, err
	}
	scheme.Round = year
	if err := scheme.Check(); err != nil {
		return nil, err
	}
	before, err := s.store.Scheme(ctx, year, basis)
	if fault.KindOf(err) == fault.NotFound {
		before, err = &indicators.Scheme{}, nil
	}
	if err != nil {
		return nil, err
	}
	v := &SchemeVersion{Scheme: scheme, MadeAt: s.now(), MadeBy: by.Name, Reason: reason}
	entry := s.entry(by, "scheme.change", fmt.Sprintf("scheme/%d", year), reason)
	err = s.store.AddScheme(ctx, v, entry, func(r *Round, newest int) error {
		switch {
		case r.Settings.Evaluation.Began(s.now()):
			return fault.New(fault.Closed, "scheme.locked", "from", r.Settings.Evaluation.From.String())
		case scheme.Edition != r.Edition:
			return fault.New(fault.Invalid, "scheme.edition")
		case newest != basis:
			return fault.New(fault.Conflict, "scheme.changed", "version", fmt.Sprint(newest))
		case r.Settings.Filing.Began(s.now()) && !sameApplies(before, scheme):
			return fault.New(fault.Closed, "scheme.applies_locked", "from", r.Settings.Filing.From.String())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &v.Scheme, nil
}

// sameApplies reports whether every indicator applies to the same units under
// both schemes.
func sameApplies(before *indicators.Scheme, after indicators.Scheme) bool {
	for _, system := range indicators.Systems() {
		c, err := indicators.Load(after.Edition, system)
		if err != nil {
			return false
		}
		was, is := before.Systems[system], after.Systems[system]
		for _, i := range c.Indicators {
			if !was.RuleOf(i).Applies.Same(is.RuleOf(i).Applies) {
				return false
			}
		}
	}
	return true
}

// Scheme returns the newest scheme of the round, or a refusal scheme.none.
func (s *Service) Scheme(ctx context.Context, year int) (*indicators.Scheme, error) {
	return s.store.Scheme(ctx, year, 0)
}

// SchemeAt returns one version of the round's scheme.
func (s *Service) SchemeAt(ctx context.Context, year, version int) (*indicators.Scheme, error) {
	return s.store.Scheme(ctx, year, version)
}

// Schemes returns all versions of the round's scheme, oldest first.
func (s *Service) Schemes(ctx context.Context, year int) ([]SchemeVersion, error) {
	return s.store.Schemes(ctx, year)
}

func (s *Service) entry(by access.Actor, action, object, reason string) audit.Entry {
	return audit.Entry{
		At: s.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object, Reason: reason,
	}
}

func object(year int) string { return fmt.Sprintf("round/%d", year) }

// checkReason refuses a reason that is too long, or missing where it is needed.
func checkReason(reason string, needed bool) error {
	switch {
	case needed && strings.TrimSpace(reason) == "":
		return fault.New(fault.Invalid, "reason.needed").At("reason")
	case utf8.RuneCountInString(reason) > reasonMost:
		return fault.New(fault.Invalid, "words.long").At("reason")
	}
	return nil
}
