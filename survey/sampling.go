package survey

import (
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/frame"
	"minyi/survey/invite"
)

// Sampling is what a survey remembers of its sample beside the frame and the draw:
// what it was sized for, the plan that waits for its seed, how the draw was
// announced, and the list of people that the frame came from.
type Sampling struct {
	List      *List         `json:"list,omitempty"` // nil where the frame lists areas only
	Target    *frame.Target `json:"target,omitempty"`
	Plan      *frame.Plan   `json:"plan,omitempty"` // without a seed; nil before it was saved
	Announced *Announcement `json:"announced,omitempty"`
	Withdrawn int           `json:"withdrawn,omitempty"` // announcements that were taken back
	LeftOut   int           `json:"left_out,omitempty"`  // rows with mistakes that were not imported
	Erased    time.Time     `json:"erased,omitzero"`     // when all that identifies people of the frame was erased
}

// List is a sealed list of people. Part names its pages in the store.
type List struct {
	Part  string `json:"part"`
	Count int    `json:"count"`
	Hash  string `json:"hash"`
}

// Announcement says, before the draw, from which public number its seed will be
// made. The frame and the plan are fixed by it.
type Announcement struct {
	At     time.Time   `json:"at"`
	By     string      `json:"by"`
	Source string      `json:"source"` // e.g. the lottery whose next number it will be
	Due    roster.Date `json:"due"`    // the day on which the number will be published
	Frame  string      `json:"frame"`
	Plan   string      `json:"plan"` // digest
}

// imported is the rule of taking a frame.
func (s *Survey) imported(f frame.Frame, list *List, left int) error {
	if err := s.asks(OfResidents); err != nil {
		return err
	}
	if err := s.Frame(f); err != nil {
		return err
	}
	s.Sampling.List, s.Sampling.LeftOut = list, left
	if s.Sampling.Plan != nil { // strata and domains may be others now
		s.Sampling.Plan.Expected, s.Sampling.Plan.Domains = nil, nil
	}
	return nil
}

// undrawn is nil where the sample may still be planned.
func (s *Survey) undrawn() error {
	if err := s.in(Planned); err != nil {
		return err
	}
	if s.Sample != nil {
		return fault.New(fault.Conflict, "survey.drawn")
	}
	return nil
}

// unannounced is nil where frame and plan may still be changed.
func (s *Survey) unannounced() error {
	if s.Sampling.Announced != nil && s.Sample == nil {
		return fault.New(fault.Conflict, "draw.announced")
	}
	return nil
}

// SetPlan keeps a plan for the draw, with what it was sized for.
func (s *Survey) SetPlan(t frame.Target, p frame.Plan) error {
	if err := s.undrawn(); err != nil {
		return err
	}
	if err := s.unannounced(); err != nil {
		return err
	}
	p.Seed, p.Number = 0, ""
	s.Sampling.Target, s.Sampling.Plan = &t, &p
	return nil
}

// Announce fixes frame and plan and says where the seed will come from.
func (s *Survey) Announce(f frame.Frame, a Announcement) error {
	if err := s.undrawn(); err != nil {
		return err
	}
	if err := s.unannounced(); err != nil {
		return err
	}
	if s.FrameHash == "" || f.Hash() != s.FrameHash {
		return fault.New(fault.Conflict, "survey.noframe")
	}
	if s.Sampling.Plan == nil {
		return fault.New(fault.Conflict, "draw.noplan")
	}
	if _, err := f.Draw(*s.Sampling.Plan); err != nil {
		return err
	}
	if a.Due.Before(roster.DateOf(a.At)) || s.Window.To.Before(a.Due) {
		return fault.New(fault.Invalid, "draw.due", "from", roster.DateOf(a.At).String(), "to", s.Window.To.String()).At("due")
	}
	a.Frame, a.Plan = s.FrameHash, s.Sampling.Plan.Digest()
	s.Sampling.Announced = &a
	return nil
}

// TakeBack takes an announcement back before the draw. That it was is kept.
func (s *Survey) TakeBack() error {
	if err := s.undrawn(); err != nil {
		return err
	}
	if s.Sampling.Announced == nil {
		return fault.New(fault.Conflict, "draw.unannounced")
	}
	s.Sampling.Announced = nil
	s.Sampling.Withdrawn++
	return nil
}

// DrawBy draws with the seed that follows from the announcement and the number
// that was published since.
func (s *Survey) DrawBy(f frame.Frame, number string, now time.Time) error {
	a := s.Sampling.Announced
	switch {
	case a == nil || s.Sampling.Plan == nil:
		return fault.New(fault.Conflict, "draw.unannounced")
	case now.Before(a.Due.Start()):
		return fault.New(fault.Closed, "draw.early", "due", a.Due.String())
	}
	plan := *s.Sampling.Plan
	plan.Number, plan.Seed = number, frame.SeedOf(a.Frame, a.Plan, number)
	return s.draw(f, plan)
}

// ReleaseReserve hands out the next links of the reserve.
func (s *Survey) ReleaseReserve(w frame.Wave) error {
	if s.State != Planned && s.State != Open || s.Window.Over(w.At) {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	if s.Sample == nil {
		return fault.New(fault.Conflict, "draw.none")
	}
	issues, err := s.Sample.Release(w, s.Sampling.List != nil)
	if err != nil {
		return err
	}
	for _, one := range issues {
		b := invite.Batch{Kind: invite.OneTime, Count: uint32(one.Links), Stratum: one.Stratum, PSU: one.PSU}
		if s.Batches, err = s.Batches.Issue(b); err != nil {
			return err
		}
	}
	return nil
}

// FrameEnd is the last day on which what identifies people of the frame is kept:
// its term after the close or, where the survey was never closed, after its window.
func (s *Survey) FrameEnd() roster.Date {
	last := s.Window.To
	if !s.ClosedAt.IsZero() {
		last = roster.DateOf(s.ClosedAt)
	}
	return last.Plus(s.Terms.frame())
}

// Erase marks what identifies people as erased. By the clock it is done in any
// state; a person may do it once the survey is closed.
func (s *Survey) Erase(now time.Time, due bool) error {
	if !due && s.State != Closed && s.State != Released {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	if !s.Sampling.Erased.IsZero() {
		return fault.New(fault.Conflict, "people.erased")
	}
	s.Sampling.Erased = now.UTC()
	return nil
}

// samplingBrief is what the trail says of the sampling: hashes and counts.
type samplingBrief struct {
	People    int       `json:"people,omitempty"`
	List      string    `json:"list,omitempty"`
	LeftOut   int       `json:"rows_left_out,omitempty"`
	Plan      string    `json:"plan,omitempty"`
	Source    string    `json:"seed_from,omitempty"`
	Due       string    `json:"due,omitempty"`
	Number    string    `json:"number,omitempty"`
	Withdrawn int       `json:"withdrawn,omitempty"`
	Released  int       `json:"reserve_released,omitempty"`
	Erased    time.Time `json:"people_erased,omitzero"`
}

// brief is nil where there is nothing to say.
func (s *Survey) samplingBrief() *samplingBrief {
	b := samplingBrief{LeftOut: s.Sampling.LeftOut, Withdrawn: s.Sampling.Withdrawn, Erased: s.Sampling.Erased}
	if l := s.Sampling.List; l != nil {
		b.People, b.List = l.Count, l.Hash
	}
	if p := s.Sampling.Plan; p != nil {
		b.Plan = p.Digest()
	}
	if a := s.Sampling.Announced; a != nil {
		b.Source, b.Due = a.Source, a.Due.String()
	}
	if s.Sample != nil {
		b.Number = s.Sample.Plan.Number
		for _, w := range s.Sample.Waves {
			b.Released += w.Links
		}
	}
	if b == (samplingBrief{}) {
		return nil
	}
	return &b
}

// worded trims a text that people must give and refuses an empty and a long one.
func worded(text, field string) (string, error) {
	const most = 200
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", fault.New(fault.Invalid, "reason.needed").At(field)
	case n > most || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }):
		return "", fault.New(fault.Invalid, "words.long").At(field)
	}
	return text, nil
}
