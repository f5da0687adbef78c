package survey

import (
	"cmp"
	"context"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/frame"
	"minyi/survey/frame/listing"
)

// planned returns a survey with its frame, for the verbs that plan its sample.
func (s *Service) planned(ctx context.Context, by access.Actor, id ID) (*Survey, frame.Frame, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, frame.Frame{}, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, frame.Frame{}, err
	}
	f, err := s.Store.Frame(ctx, id)
	return l.survey, f, err
}

// SetPlan keeps a plan for the draw, and what it was sized for. It is refused as
// Frame.Allot refuses it, and with draw.announced while an announcement stands.
func (s *Service) SetPlan(ctx context.Context, by access.Actor, id ID, t frame.Target, p frame.Plan) (*Survey, error) {
	_, f, err := s.planned(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if _, err := f.Draw(p); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.plan", id), func(sv *Survey) error { return sv.SetPlan(t, p) })
}

// AnnounceDraw says in the trail, before the draw, from which public number its seed
// will be made, and when that number is due.
func (s *Service) AnnounceDraw(ctx context.Context, by access.Actor, id ID, source string, due roster.Date) (*Survey, error) {
	_, f, err := s.planned(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if source, err = worded(source, "source"); err != nil {
		return nil, err
	}
	a := Announcement{At: s.Now().UTC(), By: by.Name, Source: source, Due: due}
	return s.update(ctx, id, s.entry(by, "survey.announce", id), func(sv *Survey) error { return sv.Announce(f, a) })
}

// TakeBackDraw takes the announcement of a draw back, for a reason.
func (s *Service) TakeBackDraw(ctx context.Context, by access.Actor, id ID, reason string) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	reason, err := worded(reason, "reason")
	if err != nil {
		return nil, err
	}
	entry := s.entry(by, "survey.withdraw", id)
	entry.Reason = reason
	return s.update(ctx, id, entry, (*Survey).TakeBack)
}

// DrawBy draws the sample with the seed made from the announcement and the public
// number, which is due by then.
func (s *Service) DrawBy(ctx context.Context, by access.Actor, id ID, number string) (*Survey, error) {
	_, f, err := s.planned(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if number, err = worded(number, "number"); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.draw", id), func(sv *Survey) error { return sv.DrawBy(f, number, s.Now()) })
}

// ReleaseReserve hands out the next links of the reserve, each for every drawing of
// a PSU, in one stratum or (empty) in all, for a reason.
func (s *Service) ReleaseReserve(ctx context.Context, by access.Actor, id ID, stratum string, each int, reason string) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	reason, err := worded(reason, "reason")
	if err != nil {
		return nil, err
	}
	entry := s.entry(by, "survey.reserve", id)
	entry.Reason = reason
	w := frame.Wave{Stratum: stratum, Each: each, At: s.Now().UTC(), By: by.Name, Reason: reason}
	return s.update(ctx, id, entry, func(sv *Survey) error { return sv.ReleaseReserve(w) })
}

// SetFrameTerm sets how many days after the close what identifies people is kept.
func (s *Service) SetFrameTerm(ctx context.Context, by access.Actor, id ID, days int) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	if days < 1 || days > maxFrameDays {
		return nil, errFrameDays()
	}
	return s.update(ctx, id, s.entry(by, "survey.frame.term", id), func(sv *Survey) error {
		if !sv.Sampling.Erased.IsZero() {
			return fault.New(fault.Conflict, "people.erased")
		}
		sv.Terms.Frame = days
		return nil
	})
}

const (
	usualFrameDays = 30
	maxFrameDays   = 180
)

func errFrameDays() error { return fault.New(fault.Invalid, "survey.term").At("frame_days") }

// frame is how many days after the close what identifies people is kept.
func (t Terms) frame() int { return cmp.Or(t.Frame, usualFrameDays) }

// FrameDays is how many days after the close what identifies people is kept.
func (s *Survey) FrameDays() int { return s.Terms.frame() }

// Allot says what a plan would give to each stratum of the frame.
func (s *Service) Allot(ctx context.Context, by access.Actor, id ID, p frame.Plan) ([]frame.Allotment, error) {
	_, f, err := s.planned(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return f.Allot(p)
}

// DrawCheck is the answer to whether a draw can be redone.
type DrawCheck struct {
	Frame  bool // the frame is the one that the sample was drawn from
	List   bool // so is the list of people; true where there was none
	Erased bool // the list was erased: only its hash is left to compare
	Seed   bool // the seed follows from announcement and number; true where it was typed
	Sample bool // the plan draws the same sample again, with the same reserve released
}

// Right reports whether everything was found as it must be.
func (c DrawCheck) Right() bool { return c.Frame && c.List && c.Seed && c.Sample }

// CheckDraw draws the sample again from the stored frame, plan and seed and
// compares. That somebody checked is an entry in the trail.
func (s *Service) CheckDraw(ctx context.Context, by access.Actor, id ID) (DrawCheck, error) {
	sv, f, err := s.planned(ctx, by, id)
	if err != nil {
		return DrawCheck{}, err
	}
	if sv.Sample == nil {
		return DrawCheck{}, fault.New(fault.Conflict, "draw.none")
	}
	plan := sv.Sample.Plan
	c := DrawCheck{
		Frame: f.Hash() == sv.Sample.FrameHash, List: true, Seed: true, Sample: f.Redraws(*sv.Sample), Erased: !sv.Sampling.Erased.IsZero(),
	}
	if plan.Number != "" {
		a := sv.Sampling.Announced
		c.Seed = a != nil && a.Frame == sv.Sample.FrameHash && a.Plan == plan.Digest() && plan.Seed == frame.SeedOf(a.Frame, a.Plan, plan.Number)
	}
	if list := sv.Sampling.List; list != nil && !c.Erased {
		hash, err := s.rollHash(ctx, sv, f)
		if err != nil {
			return c, err
		}
		c.List = hash == list.Hash && f.People != nil && f.People.Hash == hash
	}
	return c, s.Store.Record(ctx, s.entry(by, "survey.draw.check", id))
}

// KindOf is what the frame of a survey lists.
func (s *Survey) KindOf() listing.Kind {
	if s.Sampling.List != nil {
		return listing.People
	}
	return listing.Areas
}
