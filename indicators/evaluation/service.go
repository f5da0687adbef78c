package evaluation

import (
	"context"
	"crypto/ed25519"
	"io"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Store keeps assignments, results, institutions and the register of problems.
// A method that takes an entry stores it in the same transaction; the entry is a
// pointer because the rule may fill in what was before and after.
type Store interface {
	AppointStore
	// UpdateAssignment loads, changes and saves an assignment, unless its
	// dossier has a result (then evaluation.closed).
	UpdateAssignment(ctx context.Context, k application.Key, assessor string, entry *audit.Entry, change func(*Assignment) error) error
	Sheets
	// Assignment returns it, with the verdicts of a draft, or a NotFound refusal
	// assignment.unknown.
	Assignment(ctx context.Context, k application.Key, assessor string) (*Assignment, error)
	Assignments(ctx context.Context, round int) ([]Assignment, error)
	AssignmentsOf(ctx context.Context, assessor string) ([]Assignment, error)
	// AddResult keeps the result that rule makes of the dossier's assignments;
	// one that is there already is returned and nothing is written.
	AddResult(ctx context.Context, k application.Key, entry *audit.Entry, rule func([]Assignment) (Result, error)) (Result, error)
	Results(ctx context.Context, round int) ([]Result, error)
	AddProblem(ctx context.Context, p *Problem, entry *audit.Entry) error
	// ProblemDossier returns the dossier that a problem is about, or a NotFound
	// refusal problem.unknown.
	ProblemDossier(ctx context.Context, problem string) (application.Key, error)
	// AddOutcome refuses with problem.unknown.
	AddOutcome(ctx context.Context, problem string, o Outcome, entry *audit.Entry) error
	Problems(ctx context.Context, round int) ([]Problem, error)
	Records
	Record(ctx context.Context, entry audit.Entry) error
}

// Dossiers gives what was filed.
type Dossiers interface {
	Terms(ctx context.Context, k application.Key) (application.Terms, error)
	Sealed(ctx context.Context, k application.Key) (*application.Dossier, application.Terms, error)
	All(ctx context.Context, by access.Actor, round int) ([]application.Dossier, error)
	OpenExhibit(ctx context.Context, d *application.Dossier, id application.ExhibitID) (application.Exhibit, io.ReadSeekCloser, error)
}

// Roster gives rounds, their schemes and units.
type Roster interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Scheme(ctx context.Context, year int) (*indicators.Scheme, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
	Units() []roster.Unit
}

// Accounts says who may be an assessor.
type Accounts interface {
	Account(ctx context.Context, key string) (*access.Account, error)
	Accounts(ctx context.Context) ([]access.Account, error)
}

// Book takes the findings.
type Book interface {
	File(ctx context.Context, by access.Actor, f scorebook.Finding) error
	Refile(ctx context.Context, by access.Actor, f scorebook.Finding, reason string) error
	CloseInstrument(ctx context.Context, by access.Actor, round int, i scorebook.Instrument) error
}

// Config is what a Service needs.
type Config struct {
	Store    Store
	Dossiers Dossiers
	Roster   Roster
	Accounts Accounts
	Book     Book
	Scans    Scans            // of contracts
	Now      func() time.Time // programme clock
	NewID    func() string

	Passwords Passwords          // of those who sign
	Key       ed25519.PrivateKey // signs opinions
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

// Unit returns a unit of the register, for names on pages.
func (s *Service) Unit(code roster.UnitCode) (roster.Unit, error) { return s.Roster.Unit(code) }
