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
	return []Leg{
		{StepPaper, Passed, "paper"},
		s.sampleLeg(), s.contactLeg(), s.fieldLeg(),
		s.reviewLeg(), s.weightLeg(), s.resultLeg(), s.reportLeg(),
	}
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

// ended reports whether the fieldwork is over.
func (s *Survey) ended() bool { return s.State == Closed || s.State == Released }

func (s *Survey) reviewLeg() Leg {
	switch {
	case !s.ended():
		return Leg{StepReview, Blocked, "needclose"}
	case s.Reviewed() || s.State == Released:
		return Leg{StepReview, Passed, "review.done"}
	case s.Review != nil && s.Review.Closing != nil:
		return Leg{StepReview, Doing, "review.second"}
	}
	return Leg{StepReview, Todo, "review"}
}

// waits is what keeps a step from beginning that needs the reviewed answers; empty
// for nothing.
func (s *Survey) waits() string {
	switch {
	case !s.ended():
		return "needclose"
	case s.reviewLeg().Stage != Passed:
		return "needreview"
	}
	return ""
}

func (s *Survey) weightLeg() Leg {
	w := &s.Weighting
	switch why := s.waits(); {
	case why != "":
		return Leg{StepWeight, Blocked, why}
	case s.State == Released || s.Draft != nil:
		return Leg{StepWeight, Passed, "weight.done"}
	case w.Draft != nil && !w.Draft.Proposed.At.IsZero():
		return Leg{StepWeight, Doing, "weight.second"}
	case w.Draft != nil:
		return Leg{StepWeight, Doing, "weight.draft"}
	case len(w.History) > 0:
		return Leg{StepWeight, Passed, "weight.done"}
	}
	return Leg{StepWeight, Todo, "weight"}
}

func (s *Survey) resultLeg() Leg {
	switch why := s.waits(); {
	case why != "":
		return Leg{StepResult, Blocked, why}
	case s.State == Released || s.Draft != nil:
		return Leg{StepResult, Passed, "result.done"}
	}
	return Leg{StepResult, Todo, "result"}
}

func (s *Survey) reportLeg() Leg {
	switch why := s.waits(); {
	case s.State == Released && s.Draft != nil && s.Draft.FiledAt.IsZero():
		return Leg{StepReport, Doing, "file"}
	case s.State == Released:
		return Leg{StepReport, Passed, "released"}
	case why != "":
		return Leg{StepReport, Blocked, why}
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
