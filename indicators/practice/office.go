package practice

import (
	"context"
	"io"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// All lists every practice but drafts to the office.
func (s *Service) All(ctx context.Context, by access.Actor) ([]Practice, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.Store.Practices(ctx)
	return slices.DeleteFunc(all, func(p Practice) bool { return p.State == Draft }), err
}

// One gives the office one practice that was submitted.
func (s *Service) One(ctx context.Context, by access.Actor, id string) (*Practice, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	p, err := s.Store.Practice(ctx, id)
	if err == nil && p.State == Draft {
		return nil, unknown()
	}
	return p, err
}

// decide lets somebody of the office change a practice who has no interest in its
// unit (C95).
func (s *Service) decide(ctx context.Context, by access.Actor, id, action, reason string, seen int, do func(*Practice) error) error {
	p, err := s.One(ctx, by, id)
	if err != nil {
		return err
	}
	if err := by.StandBack(ctx, s.Store, p.Round, string(p.Unit)); err != nil {
		return err
	}
	err = s.Store.UpdatePractice(ctx, id, s.entry(by, action, id, reason), func(p *Practice) error {
		if err := p.seen(seen); err != nil {
			return err
		}
		return do(p)
	})
	s.shelf.drop()
	return err
}

// Edit keeps the office's wording; what it was before stays beside it.
func (s *Service) Edit(ctx context.Context, by access.Actor, id string, seen int, w Words) error {
	p, err := s.One(ctx, by, id)
	if err != nil {
		return err
	}
	book, err := s.book(ctx, p)
	if err != nil {
		return err
	}
	if err := w.check(book, true); err != nil {
		return err
	}
	return s.decide(ctx, by, id, "edit", "", seen, func(p *Practice) error {
		if p.State != Submitted && p.State != Published {
			return fault.New(fault.Conflict, "practice.state")
		}
		p.rewrite(w, by.Name, true, s.now())
		return nil
	})
}

// Decide brings a practice on: asks back, publishes, declines or withdraws. All but
// publishing need a reason, which the unit reads; publishing what was withdrawn
// needs one too.
func (s *Service) Decide(ctx context.Context, by access.Actor, id string, seen int, to State, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	list.Words(fault.Words{Field: "reason", Value: &reason, Most: reasonMost, Needed: to != Published, Lines: true})
	if err := list.Err(); err != nil {
		return err
	}
	var after Practice
	err := s.decide(ctx, by, id, string(to), reason, seen, func(p *Practice) error {
		if !slices.Contains(p.State.next(), to) {
			return fault.New(fault.Conflict, "practice.state")
		}
		p.move(to, by.Name, reason, s.now())
		after = *p
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.Poster.Settle(ctx, "practice/"+id); err != nil {
		return err
	}
	return s.Poster.Post(ctx, inbox.Message{
		Code: "practice." + string(to), To: inbox.ToUnit(string(after.Unit)), Link: "/apply/practices/" + id,
		Key:    "practice/" + id + "/" + string(to) + "/" + after.stamp(),
		Params: map[string]string{"title": after.Words.Title}, Topic: "practice/" + id,
	})
}

// next are the states to which the office may bring a practice.
func (x State) next() []State {
	switch x {
	case Submitted:
		return []State{Published, Returned, Declined}
	case Published:
		return []State{Withdrawn}
	case Withdrawn:
		return []State{Published}
	case Draft, Returned, Declined:
	}
	return nil
}

// May reports whether the office may bring the practice to a state now.
func (p *Practice) May(to State) bool { return slices.Contains(p.State.next(), to) }

// TakeOver keeps that the actor's unit works by a published practice now, with a
// short note; a second time changes the note. Its own cannot be taken over.
func (s *Service) TakeOver(ctx context.Context, by access.Actor, id, note string) error {
	if err := by.Require(access.Applicant); err != nil {
		return err
	}
	var list fault.List
	list.Words(fault.Words{Field: "note", Value: &note, Most: noteMost, Needed: true})
	if err := list.Err(); err != nil {
		return err
	}
	return s.taken(ctx, by, id, "taken", func(p *Practice) error {
		if string(p.Unit) == by.Unit {
			return fault.New(fault.Conflict, "practice.own")
		}
		one := Takeover{Unit: roster.UnitCode(by.Unit), Note: note, At: s.now(), By: by.Name}
		p.untake(one.Unit)
		p.Takeovers = append(p.Takeovers, one)
		p.Events = append(p.Events, Event{At: one.At, By: by.Name, Act: "taken", Words: note})
		return nil
	})
}

// LetGo takes the actor's own note back.
func (s *Service) LetGo(ctx context.Context, by access.Actor, id string) error {
	if err := by.Require(access.Applicant); err != nil {
		return err
	}
	return s.taken(ctx, by, id, "untaken", func(p *Practice) error {
		if !p.untake(roster.UnitCode(by.Unit)) {
			return fault.New(fault.NotFound, "practice.not_taken")
		}
		p.Events = append(p.Events, Event{At: s.now(), By: by.Name, Act: "untaken"})
		return nil
	})
}

func (p *Practice) untake(unit roster.UnitCode) bool {
	before := len(p.Takeovers)
	p.Takeovers = slices.DeleteFunc(p.Takeovers, func(t Takeover) bool { return t.Unit == unit })
	return len(p.Takeovers) < before
}

func (s *Service) taken(ctx context.Context, by access.Actor, id, action string, do func(*Practice) error) error {
	err := s.Store.UpdatePractice(ctx, id, s.entry(by, action, id, ""), func(p *Practice) error {
		if !p.Shown() {
			return unknown()
		}
		return do(p)
	})
	s.shelf.drop()
	return err
}

// File gives the bytes of a file of a practice: everybody those of a published one,
// the unit its own, the office all that were submitted.
func (s *Service) File(ctx context.Context, by access.Actor, id, digest string) (evidence.File, io.ReadSeekCloser, error) {
	p, err := s.Store.Practice(ctx, id)
	if err != nil {
		return evidence.File{}, nil, err
	}
	own := by.Role == access.Applicant && by.Unit == string(p.Unit)
	office := by.Role == access.Office && p.State != Draft
	for _, f := range p.Files {
		if string(f.Digest) == digest && (p.Shown() || own || office) {
			r, err := s.Files.Read(ctx, f.Digest)
			return f, r, err
		}
	}
	return evidence.File{}, nil, unknown()
}
