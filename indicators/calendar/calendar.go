// Package calendar is the round's calendar: its steps with their windows, what was
// changed, when and why (C90), and the announcement of every change to those whom it
// concerns. The rules of what may be moved are the roster's; this package knows no
// dossier, mark or result, and sends nothing itself.
package calendar

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// Name is one step of a round's calendar.
type Name string

// The steps, in their order.
const (
	Filing     Name = "filing"     // C77
	Evaluation Name = "evaluation" // C84: evaluation, survey and verification
	Notice     Name = "notice"     // C86
	Naming     Name = "naming"     // C88
	Reports    Name = "reports"    // C39: yearly reports of the named, by 31 January
)

// Change is one change of a step's dates, as it was announced.
type Change struct {
	N             int // place among the round's changes, from 0
	At            time.Time
	By            string
	Reason        string
	Before, After roster.Window
}

// Step is one step with its window and what became of it.
type Step struct {
	Name    Name
	Round   int
	Window  roster.Window
	Fixed   bool // may not be moved by anybody (C39, C77)
	Changes []Change
	Made    time.Time // when the window was first set
}

// ID names the step for calendars of other programs; it never changes.
func (s Step) ID() string {
	if s.Name == Reports {
		return fmt.Sprintf("round-%d-%s-%d", s.Round, s.Name, s.Window.To.Year)
	}
	return fmt.Sprintf("round-%d-%s", s.Round, s.Name)
}

// Key is the text key of the step's name.
func (s Step) Key() string { return "calendar.step." + string(s.Name) }

// Sequence counts the changes (RFC 5545, 3.8.7.4).
func (s Step) Sequence() int { return len(s.Changes) }

// Touched is when the step was set or changed last.
func (s Step) Touched() time.Time {
	if n := len(s.Changes); n > 0 {
		return s.Changes[n-1].At
	}
	return s.Made
}

// State is where a step stands.
type State string

// The states of a step.
const (
	Coming  State = "coming"
	Running State = "running"
	Over    State = "over"
)

// State returns where the step stands at a moment.
func (s Step) State(now time.Time) State {
	switch {
	case s.Window.Over(now):
		return Over
	case s.Window.Began(now):
		return Running
	}
	return Coming
}

// validYears is how many yearly reports the calendar shows: those until the round
// after next (C14, C39).
const validYears = 2

// Steps returns the round's calendar in the order of the steps.
func Steps(r *roster.Round) []Step {
	w := r.Settings.Windows()
	out := []Step{
		{Name: Filing, Window: w.Filing, Fixed: true},
		{Name: Evaluation, Window: w.Evaluation},
		{Name: Notice, Window: w.Notice},
		{Name: Naming, Window: w.Naming},
	}
	for n, m := range r.Moves {
		for i, pair := range [][2]roster.Window{
			{m.Before.Filing, m.After.Filing},
			{m.Before.Evaluation, m.After.Evaluation},
			{m.Before.Notice, m.After.Notice},
			{m.Before.Naming, m.After.Naming},
		} {
			if pair[0] != pair[1] {
				out[i].Changes = append(out[i].Changes, Change{N: n, At: m.At, By: m.By, Reason: m.Reason, Before: pair[0], After: pair[1]})
			}
		}
	}
	for i := range validYears {
		const last = 31
		day := roster.On(r.Year+1+i, time.January, last)
		out = append(out, Step{Name: Reports, Window: roster.Between(day, day), Fixed: true})
	}
	for i := range out {
		out[i].Round, out[i].Made = r.Year, r.OpenedAt
	}
	return out
}

// Changes returns every change of the steps, newest first.
func Changes(steps []Step) (out []Moved) {
	for _, s := range steps {
		for _, c := range s.Changes {
			out = append(out, Moved{s, c})
		}
	}
	slices.SortStableFunc(out, func(a, b Moved) int { return b.N - a.N })
	return out
}

// Moved is a change with its step.
type Moved struct {
	Step
	Change
}

// Own is something that has a window of its own, which a change of the calendar does
// not move: a survey under way, or a notice that is posted.
type Own struct {
	Name   Name   // the step that it belongs to
	Unit   string // code of the unit; empty for none
	Window roster.Window
}

// Outside reports whether it reaches beyond the step's window.
func (o Own) Outside(w roster.Window) bool {
	return o.Window.From.Before(w.From) || w.To.Before(o.Window.To)
}

// Rounds keeps the rounds.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Rounds(ctx context.Context) ([]roster.Round, error)
	Reschedule(ctx context.Context, by access.Actor, year, version int, to roster.Windows, reason string) error
}

// Poster posts messages.
type Poster interface {
	Post(ctx context.Context, m inbox.Message) error
}

// Underway says what of a round has a window of its own.
type Underway interface {
	Underway(ctx context.Context, round int) ([]Own, error)
}

// Service moves steps and announces it.
type Service struct {
	rounds   Rounds
	post     Poster
	underway Underway
}

// NewService makes a Service.
func NewService(rounds Rounds, post Poster, underway Underway) *Service {
	return &Service{rounds: rounds, post: post, underway: underway}
}

// Round returns the round of a year, the newest for 0, or refuses with round.unknown
// or round.none.
func (s *Service) Round(ctx context.Context, year int) (*roster.Round, error) {
	if year != 0 {
		return s.rounds.Round(ctx, year)
	}
	all, err := s.rounds.Rounds(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Rounds returns all rounds, newest first.
func (s *Service) Rounds(ctx context.Context) ([]roster.Round, error) { return s.rounds.Rounds(ctx) }

// Beyond returns what is under way and reaches beyond its step's window: a change of
// the calendar does not end it, so whoever changes is told.
func (s *Service) Beyond(ctx context.Context, r *roster.Round) (out []Own, err error) {
	all, err := s.underway.Underway(ctx, r.Year)
	if err != nil {
		return nil, err
	}
	windows := map[Name]roster.Window{Evaluation: r.Settings.Evaluation, Notice: r.Settings.Notice}
	for _, o := range all {
		if w, ok := windows[o.Name]; ok && o.Outside(w) {
			out = append(out, o)
		}
	}
	return out, nil
}

// Move moves windows of the round by the roster's rules and announces it (C90): the
// public calendar has the change as soon as it is kept, and every applicant, the
// agency, the evaluators and the on-site teams have it in their inboxes.
func (s *Service) Move(ctx context.Context, by access.Actor, year, version int, to roster.Windows, reason string) error {
	if err := s.rounds.Reschedule(ctx, by, year, version, to, reason); err != nil {
		return err
	}
	r, err := s.rounds.Round(ctx, year)
	if err != nil {
		return err
	}
	return s.Announce(ctx, r)
}

// Told are the roles that a change is announced to.
func Told() []access.Role {
	return []access.Role{access.Applicant, access.Agency, access.Assessor, access.Inspector}
}

// Announce posts every change of the round that was not posted before: what a crash
// cut short is caught up.
func (s *Service) Announce(ctx context.Context, r *roster.Round) error {
	for _, m := range Changes(Steps(r)) {
		for _, role := range Told() {
			if err := s.post.Post(ctx, inbox.Message{
				Code: "calendar.moved", To: inbox.ToRole(role), Link: "/calendar", Key: fmt.Sprintf("%s/move/%d/%s", m.ID(), m.N, role),
				Params: map[string]string{
					"round": fmt.Sprint(r.Year), "step_key": m.Key(), "reason": m.Reason,
					"from_date": m.After.From.String(), "to_date": m.After.To.String(),
					"old_from_date": m.Before.From.String(), "old_to_date": m.Before.To.String(),
				},
			}); err != nil {
				return err
			}
		}
	}
	return nil
}
