// Package reminder tells people what becomes due by the clock: matters of a round's
// steps that are still open some days before their last day, and those that are
// overdue. The days are settings of the round. It says that something is to be done,
// never how anything turned out; it reads counts and states only, and posts through
// the inbox. Yearly reports and objections have reminders of their own.
package reminder

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// Matter is one thing that somebody has to do, while it is not done.
type Matter struct {
	Code   string // of the sentences; with _late behind it once it is overdue
	Topic  string // names the matter: the same one has one open task
	To     inbox.Recipient
	Link   string
	Params map[string]string
	Start  time.Time // zero: told by the days before Due only; else also at once from then on
	Due    time.Time // first moment after the last day
	Before []int     // days before Due on which it is told
	Every  int       // days between two reminders after Due; 0: none
}

// stage returns which reminder stands at a moment: the newest whose time has come, so
// that after an outage one is told and not all that were missed.
func (m Matter) stage(now time.Time) (key string, late bool) {
	const day = 24 * time.Hour
	if !now.Before(m.Due) {
		if m.Every == 0 {
			return "", false
		}
		return fmt.Sprintf("late/%d", int(now.Sub(m.Due)/day)/m.Every), true
	}
	nearest := slices.Sorted(slices.Values(m.Before))
	for _, days := range nearest {
		if !now.Before(m.Due.AddDate(0, 0, -days)) {
			return fmt.Sprintf("before/%d", days), false
		}
	}
	if !m.Start.IsZero() && !now.Before(m.Start) {
		return "start", false
	}
	return "", false
}

// message is the reminder that stands, and whether one does. Its key holds the last
// day: after dates were moved it is told anew.
func (m Matter) message(now time.Time) (inbox.Message, bool) {
	stage, late := m.stage(now)
	if stage == "" {
		return inbox.Message{}, false
	}
	code, last := m.Code, roster.DateOf(m.Due.Add(-time.Nanosecond)).String()
	if late {
		code += "_late"
	}
	params := map[string]string{"due_date": last}
	for name, value := range m.Params {
		params[name] = value
	}
	return inbox.Message{
		Code: code, Params: params, To: m.To, Link: m.Link, Due: m.Due, Topic: prefix + m.Topic,
		Key: strings.Join([]string{prefix + m.Topic, m.Code, last, stage}, "/"),
	}, true
}

// prefix begins the topics of this package, so that it ends no task of another.
const prefix = "step/"

// Inbox carries the messages.
type Inbox interface {
	Post(ctx context.Context, m inbox.Message) error
	Settle(ctx context.Context, topic string) error
	// OpenTopics returns the topics with that beginning on which a task is open.
	OpenTopics(ctx context.Context, beginning string) ([]string, error)
}

// Rounds gives the rounds and when the indicator systems are to be updated.
type Rounds interface {
	Rounds(ctx context.Context) ([]roster.Round, error)
	Update(ctx context.Context) (roster.Updated, error)
}

// Service finds what is due.
type Service struct {
	rounds Rounds
	facts  Facts
	inbox  Inbox
}

// NewService makes a Service.
func NewService(rounds Rounds, facts Facts, box Inbox) *Service {
	return &Service{rounds: rounds, facts: facts, inbox: box}
}

// Remind posts every reminder whose time has come, and ends the tasks on what has been
// done meanwhile. Asked again, also at the same time or after a restart, it says
// nothing twice; what was missed while nobody asked is told by the next call.
func (s *Service) Remind(ctx context.Context, now time.Time) error {
	all, err := s.Matters(ctx, now)
	if err != nil {
		return err
	}
	open := map[string]bool{}
	for _, m := range all {
		open[prefix+m.Topic] = true
		if message, ok := m.message(now); ok {
			if err := s.inbox.Post(ctx, message); err != nil {
				return fmt.Errorf("remind of %s: %w", m.Topic, err)
			}
		}
	}
	topics, err := s.inbox.OpenTopics(ctx, prefix)
	if err != nil {
		return err
	}
	for _, topic := range topics {
		if !open[topic] {
			if err := s.inbox.Settle(ctx, topic); err != nil {
				return err
			}
		}
	}
	return nil
}

// afterwards is how long after its last day a round's matters are still told.
const afterwards = 90 * 24 * time.Hour

// Matters returns everything that is to be done in the rounds under way and is not,
// whether or not it is time to say so.
func (s *Service) Matters(ctx context.Context, now time.Time) (out []Matter, err error) {
	rounds, err := s.rounds.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rounds {
		r := &rounds[i]
		if !r.Settings.Filing.Began(now) || now.After(r.Settings.Naming.End().Add(afterwards)) {
			continue
		}
		found, err := s.round(ctx, r, now)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	update, err := s.rounds.Update(ctx)
	if err != nil || len(rounds) == 0 {
		return out, err
	}
	return append(out, catalogue(update)), nil
}
