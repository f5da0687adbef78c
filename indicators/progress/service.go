package progress

import (
	"context"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Rounds gives rounds, units and schemes.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Rounds(ctx context.Context) ([]roster.Round, error)
	Current(ctx context.Context) (*roster.Round, error)
	Scheme(ctx context.Context, year int) (*indicators.Scheme, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Dossiers gives the round's applications.
type Dossiers interface {
	All(ctx context.Context, by access.Actor, round int) ([]application.Dossier, error)
}

// Book says which instruments are closed.
type Book interface {
	Closed(ctx context.Context, round int) (map[scorebook.Instrument]scorebook.Closing, error)
}

// Bench says how far the evaluation of every dossier is, how many institutions there
// are for it, and how many people have not declared all their interests.
type Bench interface {
	Evaluations(ctx context.Context, by access.Actor, round int) (of map[Target]Evaluation, institutions, undeclared int, err error)
}

// Surveys says how far the survey of every unit is.
type Surveys interface {
	Surveyed(ctx context.Context, by access.Actor, round int) (map[roster.UnitCode]Surveyed, error)
}

// Roads gives what comes after the findings. A reading of the ranking is logged there.
type Roads interface {
	Road(ctx context.Context, by access.Actor, round int) (Road, error)
}

// Afters gives the year's supervision.
type Afters interface {
	After(ctx context.Context, by access.Actor, round int) (After, error)
}

// Config is what a Service needs.
type Config struct {
	Rounds   Rounds
	Dossiers Dossiers
	Book     Book
	Bench    Bench
	Surveys  Surveys
	Roads    Roads
	Afters   Afters
	Now      func() time.Time // programme clock
}

// Service gathers the facts of a round.
type Service struct{ Config }

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }

// Board is where everybody stands, and what is to be done.
type Board struct {
	Round  roster.Round
	Stage  roster.Stage
	Rounds []roster.Round // all, newest first
	Rows   []Row
	Todo   []Action
	Close  []scorebook.Instrument // that the office may end now
}

// Board returns the board of a round to the office, the current round's for 0. Where
// no round is open it is nil.
func (s *Service) Board(ctx context.Context, by access.Actor, year int) (*Board, error) {
	f, all, err := s.facts(ctx, by, year)
	if err != nil || f == nil {
		return nil, err
	}
	b := &Board{Round: f.Round, Stage: f.Round.Stage(f.Now), Rounds: all, Rows: Rows(*f), Todo: Todo(*f)}
	if f.Round.Settings.Evaluation.Began(f.Now) {
		if !f.Evaluated {
			b.Close = append(b.Close, scorebook.Evaluation)
		}
		if !f.SurveysEnded {
			b.Close = append(b.Close, scorebook.Survey)
		}
	}
	return b, nil
}

func (s *Service) round(ctx context.Context, year int) (*roster.Round, error) {
	if year != 0 {
		return s.Rounds.Round(ctx, year)
	}
	r, err := s.Rounds.Current(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil //nolint:nilnil // no round is open: the board says so
	}
	return r, err
}

func (s *Service) facts(ctx context.Context, by access.Actor, year int) (*Facts, []roster.Round, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, nil, err
	}
	r, err := s.round(ctx, year)
	if err != nil || r == nil {
		return nil, nil, err
	}
	all, err := s.Rounds.Rounds(ctx)
	if err != nil {
		return nil, nil, err
	}
	f := &Facts{Round: *r, Now: s.Now()}
	for _, x := range all {
		f.Next = f.Next || x.Year > r.Year
	}
	_, noScheme := s.Rounds.Scheme(ctx, r.Year)
	if noScheme != nil && fault.KindOf(noScheme) == 0 {
		return nil, nil, noScheme
	}
	f.Scheme = noScheme == nil
	if err := s.applied(ctx, by, f); err != nil {
		return nil, nil, err
	}
	return f, all, s.gather(ctx, by, f)
}

// applied reads the applications.
func (s *Service) applied(ctx context.Context, by access.Actor, f *Facts) error {
	list, err := s.Dossiers.All(ctx, by, f.Round.Year)
	if err != nil {
		return err
	}
	for _, x := range list {
		d := Dossier{Key: x.Key, State: x.State, Formality: x.Formality(), CancelAsked: x.Proposed != nil}
		if last, ok := x.LastDecision(); ok && d.Formality == application.FormalityReturned {
			d.Until = last.Until
		}
		if d.Unit, err = s.Rounds.Unit(x.Unit); err != nil {
			d.Unit = roster.Unit{Code: x.Unit, Name: string(x.Unit)}
		}
		f.Dossiers = append(f.Dossiers, d)
	}
	return nil
}

// gather asks the steps for what they know.
func (s *Service) gather(ctx context.Context, by access.Actor, f *Facts) (err error) {
	closed, err := s.Book.Closed(ctx, f.Round.Year)
	if err != nil {
		return err
	}
	_, f.Evaluated = closed[scorebook.Evaluation]
	_, f.SurveysEnded = closed[scorebook.Survey]
	if f.Evaluations, f.Institutions, f.Undeclared, err = s.Bench.Evaluations(ctx, by, f.Round.Year); err != nil {
		return err
	}
	if f.Surveys, err = s.Surveys.Surveyed(ctx, by, f.Round.Year); err != nil {
		return err
	}
	if f.Road, err = s.Roads.Road(ctx, by, f.Round.Year); err != nil {
		return err
	}
	f.After, err = s.Afters.After(ctx, by, f.Round.Year)
	return err
}
