package survey

import (
	"context"
	"time"

	"minyi/indicators/access"
	"minyi/survey/invite"
)

// Step is one step on the way of a survey.
type Step string

// The steps, in order: each follows from the last.
const (
	StepPaper   Step = "paper"   // the questionnaire
	StepSample  Step = "sample"  // frame, draw, links
	StepContact Step = "contact" // letters, lists, posters, and the opening
	StepField   Step = "field"   // the fieldwork, up to the close
	StepReview  Step = "review"  // of the answers' quality
	StepWeight  Step = "weight"  // the weighting plan
	StepResult  Step = "result"  // tables and comparisons
	StepReport  Step = "report"  // the report, and the release that two people sign
)

// Stage is where a step stands.
type Stage string

// The stages.
const (
	Todo    Stage = "todo"    // may be begun
	Doing   Stage = "doing"   // begun
	Passed  Stage = "done"    // nothing is left to do
	Blocked Stage = "blocked" // waits for an earlier step
)

// Leg is a step of one survey with where it stands. Next names what is to be done
// there, or what it waits for: the text road.next.<Next>.
type Leg struct {
	Step  Step
	Stage Stage
	Next  string
}

// Road returns the steps of a survey with where each stands.
func (s *Service) Road(_ context.Context, by access.Actor, id ID) ([]Leg, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	return l.survey.Road(), nil
}

// Road is the survey's way: what is done, what comes next and what waits for what.
func (s *Survey) Road() []Leg {
	legs := []Leg{{StepPaper, Passed, "paper"}, s.sampleLeg(), s.contactLeg(), s.fieldLeg()}
	for _, step := range []Step{StepReview, StepWeight, StepResult} {
		legs = append(legs, s.deskLeg(step))
	}
	return append(legs, s.reportLeg())
}

// Next is the first leg where there is something to do; the last leg of a survey
// that is released.
func (s *Survey) Next() Leg {
	legs := s.Road()
	for _, leg := range legs {
		if leg.Stage == Todo || leg.Stage == Doing {
			return leg
		}
	}
	return legs[len(legs)-1]
}

func (s *Survey) sampleLeg() Leg {
	switch {
	case s.Sample != nil:
		return Leg{StepSample, Passed, "drawn"}
	case s.State != Planned:
		return Leg{StepSample, Passed, "posters"} // opened with posters only
	case s.FrameHash != "":
		return Leg{StepSample, Doing, "draw"}
	}
	return Leg{StepSample, Todo, "frame"}
}

func (s *Survey) contactLeg() Leg {
	switch {
	case s.State == Open:
		return Leg{StepContact, Doing, "remind"}
	case s.State != Planned:
		return Leg{StepContact, Passed, "contacted"}
	case s.Batches.Issued(invite.OneTime)+s.Batches.Issued(invite.Poster) == 0:
		return Leg{StepContact, Blocked, "needlinks"}
	}
	return Leg{StepContact, Todo, "open"}
}

func (s *Survey) fieldLeg() Leg {
	switch s.State {
	case Planned:
		return Leg{StepField, Blocked, "needopen"}
	case Open:
		return Leg{StepField, Doing, "close"}
	case Closed, Released:
	}
	return Leg{StepField, Passed, "closed"}
}

// deskLeg is a step that begins with the close and ends with the release.
func (s *Survey) deskLeg(step Step) Leg {
	switch {
	case s.State == Planned || s.State == Open:
		return Leg{step, Blocked, "needclose"}
	case s.State == Released || s.Draft != nil:
		return Leg{step, Passed, string(step) + ".done"}
	}
	return Leg{step, Todo, string(step)}
}

func (s *Survey) reportLeg() Leg {
	switch {
	case s.State == Released && s.Draft != nil && s.Draft.FiledAt.IsZero():
		return Leg{StepReport, Doing, "file"}
	case s.State == Released:
		return Leg{StepReport, Passed, "released"}
	case s.State != Closed:
		return Leg{StepReport, Blocked, "needclose"}
	case s.Draft == nil:
		return Leg{StepReport, Todo, "propose"}
	}
	return Leg{StepReport, Doing, "approve"}
}

// soon is how many days before its end a running survey is looked at.
const soon = 3

// Attention names what of a survey should not wait, at that moment: latestart,
// lateclose, today, soon (with the days that are left), approve or file; empty for
// nothing.
func (s *Survey) Attention(now time.Time) (what string, days int) {
	switch s.State {
	case Planned:
		if s.Window.Began(now) {
			return "latestart", 0
		}
	case Open:
		return s.running(now)
	case Closed:
		if s.Draft != nil && len(s.Draft.Approvals) > 0 {
			return "approve", 0
		}
	case Released:
		if s.Draft != nil && s.Draft.FiledAt.IsZero() {
			return "file", 0
		}
	}
	return "", 0
}

// running is what of an open survey should not wait.
func (s *Survey) running(now time.Time) (what string, days int) {
	const day = 24 * time.Hour
	left := int((s.Window.End().Sub(now) - 1) / day)
	switch {
	case s.Window.Over(now):
		return "lateclose", 0
	case left == 0:
		return "today", 0
	case left <= soon:
		return "soon", left
	}
	return "", 0
}
