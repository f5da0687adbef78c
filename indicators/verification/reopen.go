package verification

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Reopening is why a closed visit was opened again: one person of the office asks
// for it, another confirms. The record as it was is kept with its seal.
type Reopening struct {
	Reason      string    `json:"reason"`
	AskedAt     time.Time `json:"asked_at"`
	AskedBy     string    `json:"asked_by"`
	ConfirmedAt time.Time `json:"confirmed_at"` // zero while it waits
	ConfirmedBy string    `json:"confirmed_by"`
	Seal        Seal      `json:"seal"` // of the record as it was closed
}

// Waiting returns the reopening that waits for a second person.
func (v *Visit) Waiting() (Reopening, bool) {
	if n := len(v.Reopenings); n > 0 && v.Reopenings[n-1].ConfirmedAt.IsZero() {
		return v.Reopenings[n-1], true
	}
	return Reopening{}, false
}

// AskReopen asks to open a closed visit again, with a reason.
func (s *Service) AskReopen(ctx context.Context, by access.Actor, k application.Key, reason string) error {
	var list fault.List
	checkWords(&list, "reason", &reason, textMost, true)
	if err := list.Err(); err != nil {
		return err
	}
	return s.reopening(ctx, by, k, "verification.reopen_ask", reason, func(v *Visit) error {
		if _, waits := v.Waiting(); waits {
			return fault.New(fault.Conflict, "verification.reopen_waits")
		}
		v.Reopenings = append(v.Reopenings, Reopening{Reason: reason, AskedAt: s.now(), AskedBy: by.Name, Seal: v.Seal})
		return nil
	})
}

// AnswerReopen opens a closed visit again, as a second person. Unless yes, the
// asking is turned down, also by who asked, and the visit stays closed.
func (s *Service) AnswerReopen(ctx context.Context, by access.Actor, k application.Key, yes bool) error {
	second, err := by.Second(ctx, s.Store)
	if err != nil {
		return err
	}
	return s.reopening(ctx, by, k, "verification.reopen", "", func(v *Visit) error {
		r, waits := v.Waiting()
		switch {
		case !waits:
			return fault.New(fault.NotFound, "verification.reopen_none")
		case !yes:
			v.Reopenings = v.Reopenings[:len(v.Reopenings)-1]
			return nil
		case access.Fold(r.AskedBy) == access.Fold(by.Name):
			return fault.New(fault.Forbidden, "verification.reopen_own")
		}
		if err := second.Apart(r.AskedBy); err != nil {
			return err
		}
		v.reopen(by.Name, s.now())
		return nil
	})
}

// state is what the trail says of a visit that is reopened: its outcome, empty while it
// is open, and how often somebody asked to reopen it.
func (v *Visit) state() string {
	return fmt.Sprintf(`{"outcome":%q,"reopenings":%d}`, v.Outcome, len(v.Reopenings))
}

// brief is what the trail says of a visit that somebody works on: the digest of what
// members sign, that of all that is kept of it, and what they declared of interests.
// Words of people stay with the visit.
func (v *Visit) brief() (string, error) {
	record, err := v.Digest()
	if err != nil {
		return "", err
	}
	whole, err := canonicalOf(v)
	if err != nil {
		return "", err
	}
	interests := map[string]Interest{}
	for _, m := range v.Team {
		interests[m.ID] = m.Interest
	}
	said, err := canonicalOf(interests)
	return fmt.Sprintf(`{"record":%q,"whole":%q,"interests":%s}`, record, scorebook.Digest(whole), said), err
}

// reopen takes the closing back; every signature ends.
func (v *Visit) reopen(by string, now time.Time) {
	last := &v.Reopenings[len(v.Reopenings)-1]
	last.ConfirmedAt, last.ConfirmedBy = now, by
	v.ClosedAt, v.ClosedBy, v.Seal, v.Outcome, v.Mark = time.Time{}, "", Seal{}, "", nil
	for i := range v.Signatures {
		if v.Signatures[i].Void == nil {
			v.Signatures[i].Void = &Touch{By: by, At: now}
		}
	}
}

// reopening is refused once the unit stands on the list of candidates, as only units
// with a closed visit may stand there (C34).
func (s *Service) reopening(ctx context.Context, by access.Actor, k application.Key, action, reason string, change func(*Visit) error) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	v, err := s.Visit(ctx, by, k)
	if err != nil {
		return err
	}
	if err := s.standsBack(ctx, by, v); err != nil {
		return err
	}
	entry := s.entry(by, action, k, reason)
	_, err = s.Store.UpdateVisit(ctx, k, entry, func(v *Visit, p *naming.Proceeding) error {
		switch {
		case !v.Closed():
			return fault.New(fault.Conflict, "verification.still_open")
		case p.Notice != nil:
			return fault.New(fault.Closed, "verification.late")
		case p.Candidates != nil && slices.ContainsFunc(p.Candidates.List, func(c naming.Candidate) bool { return c.Target == v.Target() }):
			return fault.New(fault.Conflict, "verification.candidate")
		}
		entry.Before = v.state()
		err := change(v)
		entry.After = v.state()
		return err
	})
	return err
}

// Visited lists what the road to a name must know of the visits of a round (C34).
func (s *Service) Visited(ctx context.Context, round int) ([]naming.Visited, error) {
	all, err := s.Store.Visits(ctx, round)
	if err != nil {
		return nil, err
	}
	out := make([]naming.Visited, len(all))
	for n := range all {
		out[n] = all[n].visited()
	}
	return out, nil
}

func (v *Visit) visited() naming.Visited {
	return naming.Visited{
		Target: v.Target(), Project: v.Project, Closed: v.Closed(), Right: v.Closed() && v.Outcome != Refuted, Mark: v.Mark, ClosedAt: v.ClosedAt,
	}
}

// Reopen opens a closed visit again because an objection was found right: that was
// decided by as many people of the office as the round wants, and comes after the
// notice. A visit that is open stays so.
func (s *Service) Reopen(ctx context.Context, by access.Actor, round int, t naming.Target, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	k := application.Key{Round: round, Unit: t.Unit, Track: t.Track}
	entry := s.entry(by, "verification.reopen", k, reason)
	_, err := s.Store.UpdateVisit(ctx, k, entry, func(v *Visit, _ *naming.Proceeding) error {
		entry.Before, entry.After = v.state(), v.state()
		if !v.Closed() {
			return nil
		}
		if _, waits := v.Waiting(); !waits {
			v.Reopenings = append(v.Reopenings, Reopening{Reason: reason, AskedAt: s.now(), AskedBy: by.Name, Seal: v.Seal})
		}
		v.reopen(by.Name, s.now())
		entry.After = v.state()
		return nil
	})
	return err
}

// late reports whether the evaluation window is over: a visit that was opened again
// after an objection may then still be made, on a date of its own.
func (v *Visit) late(window roster.Window, now time.Time) bool {
	return len(v.Reopenings) > 0 && window.Over(now)
}
