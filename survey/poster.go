package survey

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/invite"
)

const (
	maxPlace   = 60      // characters of a poster's place
	maxCap     = 100_000 // answers through one poster
	defaultCap = 500
)

// Limits are when a poster's link works and how many answers it takes. The MAC of
// its token binds survey and serial; the limits belong to the batch behind them,
// so that they can be changed without a new print, and each change is on the
// trail.
type Limits struct {
	From, To roster.Date // both included; on the clock of Asia/Shanghai
	Cap      int         // sheets that come back, whatever became of them
}

// LimitsOf returns the limits of a poster's batch; where it has none of its own,
// the survey's window.
func (s *Survey) LimitsOf(b invite.Batch) Limits {
	l := Limits{From: s.Window.From, To: s.Window.To, Cap: int(b.Cap)}
	if b.From != 0 {
		l.From = dateOf(b.From)
	}
	if b.To != 0 {
		l.To = dateOf(b.To)
	}
	return l
}

// DefaultLimits are those of a new poster: the survey's window and 500 answers.
func (s *Survey) DefaultLimits() Limits {
	return Limits{From: s.Window.From, To: s.Window.To, Cap: defaultCap}
}

func dateOf(day int32) roster.Date { return roster.On(1970, time.January, 1).Plus(int(day)) }

// Hang issues one poster link for a place, with the limits of a new poster.
func (s *Survey) Hang(place string) error {
	if s.State != Planned && s.State != Open {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	if n := len([]rune(place)); n == 0 || n > maxPlace {
		return fault.New(fault.Invalid, "poster.place", "max", strconv.Itoa(maxPlace)).At("place")
	}
	batches, err := s.Batches.Issue(invite.Batch{Kind: invite.Poster, Count: 1, Place: place})
	if err != nil {
		return err
	}
	s.Batches = batches
	return s.Limit(uint32(len(batches)), s.DefaultLimits())
}

// Limit sets the dates and the cap of a poster. It refuses with poster.unknown,
// poster.dates (parameters from and to: the survey's window) and poster.cap
// (parameter max). A cap below what has come stops the poster at once.
func (s *Survey) Limit(number uint32, l Limits) error {
	if s.State != Planned && s.State != Open {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	if number == 0 || int(number) > len(s.Batches) || s.Batches[number-1].Kind != invite.Poster {
		return fault.New(fault.NotFound, "poster.unknown")
	}
	if err := l.check(s.Window); err != nil {
		return err
	}
	batches := append(invite.Batches(nil), s.Batches...)
	b := &batches[number-1]
	b.From, b.To, b.Cap = day(l.From.Start()), day(l.To.Start()), uint32(l.Cap)
	s.Batches = batches
	return nil
}

func (l Limits) check(w roster.Window) error {
	var list fault.List
	if l.From.IsZero() || l.To.IsZero() || l.To.Before(l.From) || l.From.Before(w.From) || w.To.Before(l.To) {
		list.Add(fault.New(fault.Invalid, "poster.dates", "from", w.From.String(), "to", w.To.String()).At("from"))
	}
	if l.Cap < 1 || l.Cap > maxCap {
		list.Add(fault.New(fault.Invalid, "poster.cap", "max", strconv.Itoa(maxCap)).At("cap"))
	}
	return list.Err()
}

// limits writes the limits of all posters for the trail.
func (s *Survey) limits() (out []string) {
	for _, b := range s.Batches {
		if b.Kind == invite.Poster {
			l := s.LimitsOf(b)
			out = append(out, fmt.Sprintf("%d: %s – %s, %d", b.Number, l.From, l.To, l.Cap))
		}
	}
	return out
}

// takesAt returns nil when the batch of a link takes an answer at that moment,
// else poster.notyet (parameter from) or poster.over (parameter to).
func (s *Survey) takesAt(b invite.Batch, now time.Time) error {
	today := day(now)
	switch {
	case b.Kind != invite.Poster:
		return nil
	case b.Early(today):
		return fault.New(fault.Closed, "poster.notyet", "from", dateOf(b.From).String())
	case b.Over(today):
		return fault.New(fault.Closed, "poster.over", "to", dateOf(b.To).String())
	}
	return nil
}

// errPosterFull is the refusal of an answer through a poster that has taken all
// that it may.
func errPosterFull() error { return fault.New(fault.Closed, "poster.full") }

// full reports whether a poster has taken all that it may.
func (s *Service) full(number uint16, b invite.Batch) bool {
	return b.Kind == invite.Poster && b.Cap != 0 && s.Intake.Taken(number, b.Number) >= int(b.Cap)
}

// HangPoster issues a poster link for a place; without limits (nil) it has those
// of DefaultLimits.
func (s *Service) HangPoster(ctx context.Context, by access.Actor, id ID, place string, limits *Limits) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.poster", id), func(sv *Survey) error {
		if err := sv.Hang(strings.TrimSpace(place)); err != nil || limits == nil {
			return err
		}
		return sv.Limit(uint32(len(sv.Batches)), *limits)
	})
}

// LimitPoster changes the dates and the cap of a poster that hangs.
func (s *Service) LimitPoster(ctx context.Context, by access.Actor, id ID, number uint32, limits Limits) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.poster.limit", id), func(sv *Survey) error { return sv.Limit(number, limits) })
}
