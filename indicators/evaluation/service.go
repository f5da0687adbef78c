package evaluation

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Store keeps assignments, results, institutions and the register of problems.
// A method that takes an entry stores it in the same transaction; the entry is a
// pointer because the rule may fill in what was before and after.
type Store interface {
	// AddInstitution refuses with institution.exists when the round has it.
	AddInstitution(ctx context.Context, i *Institution, entry *audit.Entry) error
	Institutions(ctx context.Context, round int) ([]Institution, error)
	// AddAssignment keeps a if rule, given all of its dossier, lets it.
	AddAssignment(ctx context.Context, a *Assignment, entry *audit.Entry, rule func(ofDossier []Assignment, r *Result) error) error
	// UpdateAssignment loads, changes and saves an assignment, unless its
	// dossier has a result (then evaluation.closed).
	UpdateAssignment(ctx context.Context, k application.Key, assessor string, entry *audit.Entry, change func(*Assignment) error) error
	// Assignment returns it, or a NotFound refusal assignment.unknown.
	Assignment(ctx context.Context, k application.Key, assessor string) (*Assignment, error)
	Assignments(ctx context.Context, round int) ([]Assignment, error)
	AssignmentsOf(ctx context.Context, assessor string) ([]Assignment, error)
	// AddResult keeps the result that rule makes of the dossier's assignments;
	// one that is there already is returned and nothing is written.
	AddResult(ctx context.Context, k application.Key, entry *audit.Entry, rule func([]Assignment) (Result, error)) (Result, error)
	Results(ctx context.Context, round int) ([]Result, error)
	AddProblem(ctx context.Context, p *Problem, entry *audit.Entry) error
	// AddOutcome refuses with problem.unknown.
	AddOutcome(ctx context.Context, problem string, o Outcome, entry *audit.Entry) error
	Problems(ctx context.Context, round int) ([]Problem, error)
	Record(ctx context.Context, entry audit.Entry) error
}

// Dossiers gives what was filed.
type Dossiers interface {
	Sealed(ctx context.Context, k application.Key) (*application.Dossier, application.Terms, error)
	All(ctx context.Context, by access.Actor, round int) ([]application.Dossier, error)
	OpenExhibit(ctx context.Context, d *application.Dossier, id application.ExhibitID) (application.Exhibit, io.ReadSeekCloser, error)
}

// Roster gives rounds, their schemes and units.
type Roster interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Scheme(ctx context.Context, year int) (*indicators.Scheme, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Accounts says who may be an assessor.
type Accounts interface {
	Account(ctx context.Context, key string) (*access.Account, error)
	Accounts(ctx context.Context) ([]access.Account, error)
}

// Book takes the findings.
type Book interface {
	File(ctx context.Context, by access.Actor, f scorebook.Finding) error
	CloseInstrument(ctx context.Context, by access.Actor, round int, i scorebook.Instrument) error
}

// Config is what a Service needs.
type Config struct {
	Store    Store
	Dossiers Dossiers
	Roster   Roster
	Accounts Accounts
	Book     Book
	Now      func() time.Time // programme clock
	NewID    func() string
}

// Service runs the third-party evaluation of a round.
type Service struct{ Config }

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }

func (s *Service) entry(by access.Actor, action, object string) *audit.Entry {
	return &audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object}
}

// window refuses outside the evaluation window, both days included (C84), and
// logs the refusal.
func (s *Service) window(ctx context.Context, year int, entry *audit.Entry) error {
	round, err := s.Roster.Round(ctx, year)
	if err != nil {
		return err
	}
	if err := round.Settings.Evaluation.Refuse(s.Now(), "evaluation.window"); err != nil {
		entry.Outcome, entry.Reason = audit.Refused, "evaluation.window"
		if logged := s.Store.Record(ctx, *entry); logged != nil {
			return logged
		}
		return err
	}
	return nil
}

// AddInstitution records an evaluator with its contract (C27).
func (s *Service) AddInstitution(ctx context.Context, by access.Actor, i Institution) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := i.Check(); err != nil {
		return err
	}
	if _, err := s.Roster.Round(ctx, i.Round); err != nil {
		return err
	}
	i.AddedAt, i.AddedBy = s.Now().UTC(), by.Name
	return s.Store.AddInstitution(ctx, &i, s.entry(by, "institution.add", fmt.Sprintf("institution/%d/%s", i.Round, i.Name)))
}

// Institutions returns the evaluators of a round, to the office.
func (s *Service) Institutions(ctx context.Context, by access.Actor, round int) ([]Institution, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Institutions(ctx, round)
}

// Assessors returns the accounts that may be given a dossier, to the office.
func (s *Service) Assessors(ctx context.Context, by access.Actor) ([]access.Actor, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.Accounts.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var out []access.Actor
	for _, a := range all {
		if a.Role == access.Assessor && !a.Disabled {
			out = append(out, a.Actor())
		}
	}
	return out, nil
}

// Assign gives a filed dossier to an assessor of an institution that has a
// contract in the round (C27). It is possible once filing is over, when nothing
// can be withdrawn any more, and until the evaluation is. A further assessor
// after the round's number is the arbiter, and only where two sheets lie too far
// apart (C94).
func (s *Service) Assign(ctx context.Context, by access.Actor, k application.Key, assessor string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	_, terms, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return err
	}
	settings := terms.Round.Settings
	if !settings.Filing.Over(s.Now()) || settings.Evaluation.Over(s.Now()) {
		return fault.New(fault.Closed, "assignment.window", "from", settings.Filing.To.Plus(1).String(), "to", settings.Evaluation.To.String())
	}
	who, err := s.assessor(ctx, k.Round, assessor)
	if err != nil {
		return err
	}
	a := Assignment{
		Dossier: k, Assessor: who.Name, Institution: who.Institution, Version: 1,
		AssignedAt: s.Now().UTC(), AssignedBy: by.Name,
	}
	return s.Store.AddAssignment(ctx, &a, s.entry(by, "assignment.add", a.Object()), func(ofDossier []Assignment, r *Result) error {
		return a.join(ofDossier, r, settings)
	})
}

// join decides whether the dossier takes one more assessor, and as what.
func (a *Assignment) join(ofDossier []Assignment, r *Result, s roster.Settings) error {
	if r != nil {
		return fault.New(fault.Conflict, "evaluation.closed")
	}
	plain, arbiter := 0, false
	for _, o := range ofDossier {
		switch {
		case o.Assessor == a.Assessor:
			return fault.New(fault.Conflict, "assignment.exists").At("assessor")
		case !o.Counts():
		case o.Arbiter:
			arbiter = true
		default:
			plain++
		}
	}
	if plain < s.Assessors {
		return nil
	}
	if arbiter || !Apart(ofDossier, s) {
		return fault.New(fault.Conflict, "assignment.enough", "need", itoa(s.Assessors)).At("assessor")
	}
	a.Arbiter = true
	return nil
}

// assessor returns the account when it may mark in the round.
func (s *Service) assessor(ctx context.Context, round int, name string) (access.Actor, error) {
	unfit := fault.New(fault.Invalid, "assignment.assessor").At("assessor")
	account, err := s.Accounts.Account(ctx, access.Fold(name))
	if fault.KindOf(err) == fault.NotFound {
		return access.Actor{}, unfit
	}
	if err != nil {
		return access.Actor{}, err
	}
	if account.Role != access.Assessor || account.Disabled {
		return access.Actor{}, unfit
	}
	institutions, err := s.Store.Institutions(ctx, round)
	if err != nil {
		return access.Actor{}, err
	}
	if !slices.ContainsFunc(institutions, func(i Institution) bool { return i.Name == account.Institution }) {
		return access.Actor{}, fault.New(fault.Conflict, "assignment.contract").At("assessor")
	}
	return account.Actor(), nil
}

// Unit returns a unit of the register, for names on pages.
func (s *Service) Unit(code roster.UnitCode) (roster.Unit, error) { return s.Roster.Unit(code) }

// Declare records the actor's declaration of interests (C95).
func (s *Service) Declare(ctx context.Context, by access.Actor, k application.Key, i Interest, text string) error {
	a, err := s.mine(ctx, by, k)
	if err != nil {
		return err
	}
	entry := s.entry(by, "interest.declare", a.Object())
	entry.After, entry.Reason = string(i), strings.TrimSpace(text)
	return s.Store.UpdateAssignment(ctx, k, by.Name, entry, func(a *Assignment) error {
		return a.Declare(i, text, s.Now())
	})
}
