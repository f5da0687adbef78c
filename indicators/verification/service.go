package verification

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"slices"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Store keeps visits. A method that takes an entry stores it in the same
// transaction.
type Store interface {
	access.Recusals
	access.People
	// AddVisit keeps a new visit if rule, given the round's proceeding, lets it, or
	// refuses with Conflict verification.exists.
	AddVisit(ctx context.Context, v *Visit, entry *audit.Entry, rule func(*naming.Proceeding) error) error
	// UpdateVisit loads, changes and saves a visit, or refuses with NotFound
	// verification.unknown.
	UpdateVisit(ctx context.Context, k application.Key, entry *audit.Entry, change func(*Visit, *naming.Proceeding) error) (*Visit, error)
	// VisitOf returns a visit, or a NotFound refusal verification.unknown.
	VisitOf(ctx context.Context, k application.Key) (*Visit, error)
	// Visits returns the visits of a round in the order in which they were opened.
	Visits(ctx context.Context, round int) ([]Visit, error)
	// Ranking returns the newest ranking of the round, or ranking.none.
	Ranking(ctx context.Context, round int) (*naming.Snapshot, error)
	AssignmentsOfDossier(ctx context.Context, k application.Key) ([]evaluation.Assignment, error)
	Record(ctx context.Context, entry audit.Entry) error
}

// Dossiers gives what was filed.
type Dossiers interface {
	Sealed(ctx context.Context, k application.Key) (*application.Dossier, application.Terms, error)
	Terms(ctx context.Context, k application.Key) (application.Terms, error)
}

// Rounds gives rounds, their schemes and units.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Scheme(ctx context.Context, year int) (*indicators.Scheme, error)
}

// Problems is the register of problems (C93).
type Problems interface {
	// FindOnce adds a problem under an id that the finder gives, once.
	FindOnce(ctx context.Context, by access.Actor, k application.Key, id string, f evaluation.Found) error
	Problems(ctx context.Context, by access.Actor, round int) ([]evaluation.Problem, error)
}

// Book takes the findings.
type Book interface {
	File(ctx context.Context, by access.Actor, f scorebook.Finding) error
	Refile(ctx context.Context, by access.Actor, f scorebook.Finding, reason string) error
}

// Evidence keeps photographs.
type Evidence interface {
	Put(ctx context.Context, name string, r io.Reader) (evidence.File, error)
	Read(ctx context.Context, d evidence.Digest) (io.ReadSeekCloser, error)
}

// Poster tells accounts what they have to do, and ends tasks that nobody waits for.
type Poster interface {
	Post(ctx context.Context, m inbox.Message) error
	Settle(ctx context.Context, topic string) error
}

// Config is what a Service needs.
type Config struct {
	Store    Store
	Dossiers Dossiers
	Rounds   Rounds
	Problems Problems
	Book     Book
	Evidence Evidence
	Posts    Poster
	Accounts evaluation.Accounts
	Key      ed25519.PrivateKey // seals records
	Now      func() time.Time   // programme clock
}

// Service runs the on-site verification of a round.
type Service struct{ Config }

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func (s *Service) entry(by access.Actor, action string, k application.Key, reason string) *audit.Entry {
	return &audit.Entry{At: s.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: Object(k), Reason: reason}
}

// Object names a visit in the trail, such as verification/2020/640100/comprehensive.
func Object(k application.Key) string {
	return fmt.Sprintf("verification/%d/%s/%s", k.Round, k.Unit, k.Track)
}

func unknown() error { return fault.New(fault.NotFound, "verification.unknown") }
func closed() error  { return fault.New(fault.Closed, "verification.closed") }

// Visits returns the visits of a round: all to the office, to an inspector those of
// which the account is a member.
func (s *Service) Visits(ctx context.Context, by access.Actor, round int) ([]Visit, error) {
	if err := by.Require(access.Office, access.Inspector); err != nil {
		return nil, err
	}
	all, err := s.Store.Visits(ctx, round)
	if err != nil || by.Role == access.Office {
		return all, err
	}
	return slices.DeleteFunc(all, func(v Visit) bool { m, ok := v.of(by); return !ok || m.Part == HasLeft }), nil
}

// Visit returns a visit to the office and to its team; to others it is as if there
// were none.
func (s *Service) Visit(ctx context.Context, by access.Actor, k application.Key) (*Visit, error) {
	if err := by.Require(access.Office, access.Inspector); err != nil {
		return nil, err
	}
	v, err := s.Store.VisitOf(ctx, k)
	if err != nil {
		return nil, err
	}
	if by.Role == access.Inspector {
		if m, ok := v.of(by); !ok || m.Part == HasLeft {
			return nil, unknown()
		}
	}
	return v, nil
}

// standsBack refuses who has a conflict of interests with the unit (C95): by the
// register of interests, or as a member of the team.
func (s *Service) standsBack(ctx context.Context, by access.Actor, v *Visit) error {
	if m, ok := v.of(by); ok && m.Recused() {
		return fault.New(fault.Forbidden, "interest.recused", "unit", string(v.Unit))
	}
	return by.StandBack(ctx, s.Store, v.Round, string(v.Unit))
}

// mayWrite lets the office and the active members who have declared write, and
// returns the items of the unit.
func (s *Service) mayWrite(ctx context.Context, by access.Actor, k application.Key) ([]evaluation.Line, error) {
	v, err := s.Visit(ctx, by, k)
	if err != nil {
		return nil, err
	}
	if err := s.standsBack(ctx, by, v); err != nil {
		return nil, err
	}
	if by.Role == access.Inspector {
		switch m, _ := v.of(by); {
		case !m.Active():
			return nil, fault.New(fault.Forbidden, "verification.reserve")
		case m.Interest != Clear:
			return nil, fault.New(fault.Conflict, "verification.undeclared", "name", m.Name)
		}
	}
	return s.lines(ctx, k)
}

// lines are the items that may be looked at: those of the score sheet.
func (s *Service) lines(ctx context.Context, k application.Key) ([]evaluation.Line, error) {
	terms, err := s.terms(ctx, k)
	if err != nil {
		return nil, err
	}
	return terms.Lines(), nil
}

// terms are the rules for a unit, with its sealed dossier where there is one.
func (s *Service) terms(ctx context.Context, k application.Key) (evaluation.Terms, error) {
	scheme, err := s.Rounds.Scheme(ctx, k.Round)
	if err != nil {
		return evaluation.Terms{}, err
	}
	out := evaluation.Terms{Scheme: *scheme}
	d, terms, err := s.Dossiers.Sealed(ctx, k)
	if fault.KindOf(err) == fault.NotFound {
		if terms, err = s.Dossiers.Terms(ctx, k); err != nil {
			return out, err
		}
		d = &application.Dossier{Key: k}
	}
	if err != nil {
		return out, err
	}
	out.Terms, out.Dossier = terms, d
	return out, nil
}

// update changes a visit; the trail gets the digest of the record before and after.
func (s *Service) update(ctx context.Context, by access.Actor, k application.Key, action string, change func(*Visit) error) (*Visit, error) {
	entry := s.entry(by, action, k, "")
	return s.Store.UpdateVisit(ctx, k, entry, func(v *Visit, _ *naming.Proceeding) error {
		var err error
		if entry.Before, err = v.brief(); err != nil {
			return err
		}
		if err := change(v); err != nil {
			return err
		}
		entry.After, err = v.brief()
		return err
	})
}

// Inspectors returns the accounts that a team may have, to the office.
func (s *Service) Inspectors(ctx context.Context, by access.Actor) ([]string, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.Accounts.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range all {
		if !a.Disabled && (a.Role == access.Inspector || a.Role == access.Office) {
			out = append(out, a.Name)
		}
	}
	return out, nil
}
