package naming

import (
	"context"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Notice is the public notice of the candidates (C35).
type Notice struct {
	Medium    string                 `json:"medium"`  // where in the region's news media
	Window    roster.Window          `json:"window"`  // first and last day, both included
	Contact   string                 `json:"contact"` // where objections go besides the page
	Words     string                 `json:"words"`   // the office's own words above the list
	List      []Candidate            `json:"list"`
	Published []scorebook.Instrument `json:"published"` // whose findings on the listed units everybody may read
	PostedAt  time.Time              `json:"posted_at"`
	PostedBy  string                 `json:"posted_by"`
}

// Draft is what the office fills in for a notice.
type Draft struct {
	Medium    string
	Window    roster.Window
	Contact   string
	Words     string
	Published []scorebook.Instrument
}

// check refuses a draft that is not complete, too short (the round's setting,
// C35), outside the round's notice window (C86) or in the past.
func (d *Draft) check(s roster.Settings, now time.Time) error {
	var list fault.List
	checkTexts(&list, text{"medium", &d.Medium, nameMost, true, false},
		text{"contact", &d.Contact, nameMost, true, false}, text{"words", &d.Words, textMost, false, true})
	w := d.Window
	switch {
	case w.From.IsZero() || w.To.IsZero() || w.To.Before(w.From):
		list.Add(fault.New(fault.Invalid, "notice.dates").At("from"))
	case w.From.Before(s.Notice.From) || s.Notice.To.Before(w.To):
		list.Add(fault.New(fault.Invalid, "notice.window", "from", s.Notice.From.String(), "to", s.Notice.To.String()).At("from"))
	case w.From.Before(roster.DateOf(now)):
		list.Add(fault.New(fault.Invalid, "notice.past").At("from"))
	case w.Days() < s.NoticeDays:
		list.Add(fault.New(fault.Invalid, "notice.short", "days", fmt.Sprint(s.NoticeDays)).At("to"))
	}
	for _, i := range d.Published {
		if i != scorebook.Evaluation && i != scorebook.Survey && i != scorebook.Verification {
			list.Add(fault.New(fault.Invalid, "finding.instrument").At("published"))
		}
	}
	return list.Err()
}

// Post posts the public notice of the candidates and lets everybody read the
// chosen findings from its first day on. A round has one notice; a publication
// that was cut short is made up by posting the same again.
func (s *Service) Post(ctx context.Context, by access.Actor, round int, d Draft) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	if err := d.check(r.Settings, s.now()); err != nil {
		return err
	}
	entry := s.entry(by, "notice.post", object("notice", round, ""), "")
	var posted Notice
	err = s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error {
		switch {
		case p.Notice != nil && p.Notice.matches(d):
			posted = *p.Notice
			return nil
		case p.Notice != nil:
			return fault.New(fault.Conflict, "notice.exists")
		case p.Candidates == nil:
			return fault.New(fault.Conflict, "candidates.none")
		}
		p.Notice = &Notice{
			Medium: d.Medium, Window: d.Window, Contact: d.Contact, Words: d.Words, Published: d.Published,
			List: p.Candidates.List, PostedAt: s.now(), PostedBy: by.Name,
		}
		posted = *p.Notice
		e.After, err = digest(p.Notice)
		return err
	})
	if err != nil {
		return err
	}
	publication := scorebook.Publication{Round: round, From: posted.Window.From.Start(), Instruments: posted.Published}
	for _, c := range posted.List {
		publication.Units = append(publication.Units, c.Unit)
	}
	return s.book.Publish(ctx, by, publication)
}

func (n *Notice) matches(d Draft) bool {
	return n.Medium == d.Medium && n.Window == d.Window && n.Contact == d.Contact && n.Words == d.Words
}

// Notice returns the round's notice to everybody from its first day on, and
// else refuses with notice.none.
func (s *Service) Notice(ctx context.Context, round int) (*Notice, error) {
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return nil, err
	}
	if p.Notice == nil || !p.Notice.Window.Began(s.now()) {
		return nil, fault.New(fault.NotFound, "notice.none")
	}
	n := *p.Notice
	n.PostedBy = ""
	return &n, nil
}

// Published returns what everybody may read of the listed units' findings: none
// before the notice's first day.
func (s *Service) Published(ctx context.Context, round int) ([]scorebook.Finding, error) {
	return s.book.Published(ctx, round)
}
