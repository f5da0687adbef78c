package naming

import (
	"context"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Decision is the act that names (C36, C88). It keeps what was known then.
type Decision struct {
	Number   string      `json:"number"` // of the decision document
	Date     roster.Date `json:"date"`
	Snapshot string      `json:"snapshot"` // the ranking that the candidates rest on
	Digest   string      `json:"digest"`   // of that ranking
	Left     []Target    `json:"left"`     // candidates not named: an objection was upheld, or the application cancelled
	At       time.Time   `json:"at"`
	By       string      `json:"by"`
}

// Standing is where a name stands (C13): no name is for ever.
type Standing string

// The standings.
const (
	Valid   Standing = "valid"
	Checked Standing = "under-check"
	Revoked Standing = "revoked"
)

// Named is one entry of the register of the named.
type Named struct {
	ID       string         `json:"id"`
	Round    int            `json:"round"`
	Target   Target         `json:"target"`
	Project  roster.Project `json:"project"`
	Title    string         `json:"title"`
	Date     roster.Date    `json:"date"`
	Decision string         `json:"decision"` // number of the decision document
	Snapshot string         `json:"snapshot"`
	Standing Standing       `json:"standing"`
}

// Name names the candidates of the notice. It needs the notice over, an outcome
// for every objection (C36) and the naming window open (C88), and another account
// of the office than the one that posted the notice, as two people stand behind a
// name. Candidates with an upheld
// objection or a cancelled application are left out (C99). Titles come from kind
// and project (C20, C23).
func (s *Service) Name(ctx context.Context, by access.Actor, round int, number string, date roster.Date) ([]Named, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	var list fault.List
	checkTexts(&list, text{"number", &number, nameMost, true, false})
	if date.IsZero() || date.Start().After(s.now()) || date.Before(r.Settings.Naming.From) || r.Settings.Naming.To.Before(date) {
		list.Add(fault.New(fault.Invalid, "naming.date", "from", r.Settings.Naming.From.String(), "to", r.Settings.Naming.To.String()).At("date"))
	}
	if err := list.Err(); err != nil {
		return nil, err
	}
	if err := r.Settings.Naming.Refuse(s.now(), "naming.closed"); err != nil {
		return nil, err
	}
	struck, err := s.struck(ctx, round)
	if err != nil {
		return nil, err
	}
	d := &Decision{Number: number, Date: date, At: s.now(), By: by.Name}
	var out []Named
	entry := s.entry(by, "naming.decide", object("naming", round, ""), "")
	err = s.store.Decide(ctx, round, entry, func(p *Proceeding, all []Objection, e *audit.Entry) ([]Named, error) {
		if err := p.ready(all, by.Name, s.now()); err != nil {
			return nil, err
		}
		out = s.decide(d, p, all, struck)
		e.After, err = digest(out)
		return out, err
	})
	if err == nil {
		s.issue(ctx, round)
	}
	return out, err
}

// ready refuses a decision that comes too early.
func (p *Proceeding) ready(all []Objection, by string, now time.Time) error {
	open := 0
	for _, o := range all {
		if o.Outcome == Unanswered {
			open++
		}
	}
	switch {
	case p.Decision != nil:
		return fault.New(fault.Conflict, "naming.decided")
	case p.Notice == nil:
		return fault.New(fault.Conflict, "notice.none")
	case !p.Notice.Window.Over(now):
		return fault.New(fault.Closed, "naming.notice_runs", "to", p.Notice.Window.To.String())
	case open > 0:
		return fault.New(fault.Conflict, "naming.objections_open", "count", fmt.Sprint(open))
	case p.Notice.PostedBy == by:
		return fault.New(fault.Forbidden, "naming.second_person")
	}
	return nil
}

func (s *Service) decide(d *Decision, p *Proceeding, all []Objection, struck map[Target]bool) []Named {
	d.Snapshot, d.Digest = p.Candidates.Snapshot, p.Candidates.Digest
	left := upheld(all)
	var out []Named
	for _, c := range p.Notice.List {
		if left[c.Target] || struck[c.Target] {
			d.Left = append(d.Left, c.Target)
			continue
		}
		out = append(out, Named{
			ID: s.newID(), Round: p.Round, Target: c.Target, Project: c.Project, Title: c.Title,
			Date: d.Date, Decision: d.Number, Snapshot: d.Snapshot, Standing: Valid,
		})
	}
	p.Decision = d
	return out
}

// Named returns the register of the named to everybody, newest first.
func (s *Service) Named(ctx context.Context) ([]Named, error) { return s.store.Named(ctx) }
