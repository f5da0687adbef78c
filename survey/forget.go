package survey

import (
	"context"
	"errors"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// Terms say how long a survey keeps what it must not keep for good, in days. Zero
// stands for the usual term.
type Terms struct {
	Drafts int `json:"drafts,omitempty"` // of a draft that nobody goes on with
	Traces int `json:"traces,omitempty"` // of the traces, from the close on: the review term
	Frame  int `json:"frame,omitempty"`  // of what identifies people of the frame, from the close on
}

const (
	usualDrafts = 7
	usualTraces = 90
	maxDrafts   = 60
	maxTraces   = 180
)

func (t Terms) drafts() int {
	if t.Drafts == 0 {
		return usualDrafts
	}
	return t.Drafts
}

func (t Terms) traces() int {
	if t.Traces == 0 {
		return usualTraces
	}
	return t.Traces
}

// check refuses with survey.term terms that are too long.
func (t Terms) check() error {
	if t.Drafts < 0 || t.Drafts > maxDrafts {
		return fault.New(fault.Invalid, "survey.term").At("draft_days")
	}
	if t.Traces < 0 || t.Traces > maxTraces {
		return fault.New(fault.Invalid, "survey.term").At("trace_days")
	}
	if t.Frame < 0 || t.Frame > maxFrameDays {
		return errFrameDays()
	}
	return nil
}

// DraftDays is how many days an abandoned draft is kept.
func (s *Survey) DraftDays() int { return s.Terms.drafts() }

// TraceDays is how many days after the close the traces are kept.
func (s *Survey) TraceDays() int { return s.Terms.traces() }

// TracesEnd is the last day on which the traces of a closed survey are kept.
func (s *Survey) TracesEnd() roster.Date {
	return roster.DateOf(s.ClosedAt).Plus(s.Terms.traces())
}

// Forget marks the traces as given up. It is refused with survey.state before
// the close and with traces.forgotten the second time.
func (s *Survey) Forget(now time.Time) error {
	if s.State != Closed && s.State != Released {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	if !s.Forgotten.IsZero() {
		return fault.New(fault.Conflict, "traces.forgotten")
	}
	s.Forgotten = now.UTC()
	return nil
}

// ForgetTraces gives up the traces of a closed survey before its term ends, for
// good: the entry in the trail, then the wave key, then the rows. What a stop
// cuts short the next start or Tend finishes.
func (s *Service) ForgetTraces(ctx context.Context, by access.Actor, id ID) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	return s.forget(ctx, by, id)
}

func (s *Service) forget(ctx context.Context, by access.Actor, id ID) error {
	sv, err := s.update(ctx, id, s.entry(by, "survey.traces.forget", id), func(sv *Survey) error { return sv.Forget(s.Now()) })
	if err != nil {
		return err
	}
	return s.burn(ctx, sv)
}

// burn destroys the wave key of a survey and deletes its traces. It may be
// repeated.
func (s *Service) burn(ctx context.Context, sv *Survey) error {
	if s.Vault == nil {
		return s.Intake.Forget(ctx, sv.Number)
	}
	s.boards.drop(sv.ID)
	return errors.Join(s.Store.DropRun(ctx, sv.ID), s.Vault.Destroy(string(sv.ID)), s.Intake.Forget(ctx, sv.Number))
}

// Tend does what is due by the clock: it deletes drafts that were abandoned, the
// traces of surveys whose review term is over, and what identifies people of their
// frames. The program calls it now and
// then; one survey that fails does not keep the others from their turn.
func (s *Service) Tend(ctx context.Context) error {
	now := s.Now()
	s.guard.rest(now)
	var all []error
	for _, sv := range s.all() {
		all = append(all, s.tendFrame(ctx, sv, now), s.tend(ctx, sv, now), s.tendContacts(ctx, sv))
	}
	for _, sv := range s.allOf(OfDeputies) {
		all = append(all, s.tend(ctx, sv, now), s.tendList(ctx, sv, now))
	}
	return errors.Join(all...)
}

func (s *Service) tend(ctx context.Context, sv *Survey, now time.Time) error {
	switch {
	case sv.State == Planned:
		return nil
	case sv.State == Open:
		return s.Intake.Sweep(ctx, sv.Number, day(now)-int32(sv.Terms.drafts()))
	case sv.Audience != OfResidents:
		return nil // it keeps no traces
	case !sv.Forgotten.IsZero():
		return s.burn(ctx, sv)
	case now.Before(sv.TracesEnd().Plus(1).Start()):
		return nil
	}
	return s.forget(ctx, access.Command("survey"), sv.ID)
}

// Traced is one answer with what the review of quality needs to know of it.
type Traced struct {
	Response int64 // random; names the answer in the review
	Batch    invite.Batch
	Sheet    questionnaire.Sheet
	Outcome  questionnaire.Disposition // as it was kept: QuotaFull where its cell was full
	Day      roster.Date
	English  bool
	Trace    *Trace // nil where none was kept, or none is kept any more
}

// Traces calls fn for each answer of a closed survey with its trace, in an order
// that tells nothing. Who read them is an entry in the trail.
func (s *Service) Traces(ctx context.Context, by access.Actor, id ID, fn func(Traced) error) error {
	l, err := s.readClosed(ctx, by, id, "survey.traces")
	if err != nil {
		return err
	}
	number := l.survey.Number
	return s.Store.Kept(ctx, number, func(response int64, r Record) error {
		one, err := l.traced(response, r)
		if err != nil {
			return err
		}
		return fn(one)
	})
}

// traced unpacks a stored answer.
func (l *live) traced(response int64, r Record) (one Traced, err error) {
	sheet, err := l.paper.Unpack(r.Answers, r.Comment)
	if err != nil {
		return one, err
	}
	one = Traced{Response: response, Sheet: sheet, Outcome: r.Outcome, Day: dateOf(r.Day), English: r.English}
	one.Batch, _ = l.survey.Batches.Number(r.Batch)
	if l.wave != nil && r.Trace != nil {
		one.Trace, err = l.wave.unpack(r.Trace, l.survey.Number)
	}
	return one, err
}
