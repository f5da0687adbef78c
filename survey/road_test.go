package survey_test

import (
	"testing"
	"time"

	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
)

// TestRoadSaysWhereEachStepStands puts a survey by hand where people bring it, and
// asks for its steps.
func TestRoadSaysWhereEachStepStands(t *testing.T) {
	t.Parallel()
	links := invite.Batches{{Kind: invite.OneTime, First: 1, Count: 10}}
	done := survey.Approval{Account: "li", At: time.Unix(1, 0)}
	reviewed := &survey.Review{Phase: survey.Reviewed}
	cases := []struct {
		name string
		sv   survey.Survey
		want string // stage and next of sample, contact, field, review, weight, result, report
		next survey.Step
	}{
		{"empty", survey.Survey{State: survey.Planned}, "todo frame, blocked needlinks, blocked needopen, blocked needclose, blocked needclose, blocked needclose, blocked needclose", survey.StepSample},
		{"framed", survey.Survey{State: survey.Planned, FrameHash: "x"}, "doing draw, blocked needlinks, blocked needopen, blocked needclose, blocked needclose, blocked needclose, blocked needclose", survey.StepSample},
		{"drawn", survey.Survey{State: survey.Planned, Sample: &frame.Sample{}, Batches: links}, "done drawn, todo open, blocked needopen, blocked needclose, blocked needclose, blocked needclose, blocked needclose", survey.StepContact},
		{"open", survey.Survey{State: survey.Open, Sample: &frame.Sample{}, Batches: links}, "done drawn, doing remind, doing close, blocked needclose, blocked needclose, blocked needclose, blocked needclose", survey.StepContact},
		{"posters only", survey.Survey{State: survey.Open, Batches: links}, "done posters, doing remind, doing close, blocked needclose, blocked needclose, blocked needclose, blocked needclose", survey.StepContact},
		{"closed", survey.Survey{State: survey.Closed, Review: &survey.Review{Phase: survey.Reviewing}}, "done posters, done contacted, done closed, todo review, blocked needreview, blocked needreview, blocked needreview", survey.StepReview},
		{"one word for the end of the review", survey.Survey{State: survey.Closed, Review: &survey.Review{Phase: survey.Reviewing, Closing: &survey.Closing{}}}, "done posters, done contacted, done closed, doing review.second, blocked needreview, blocked needreview, blocked needreview", survey.StepReview},
		{"reviewed", survey.Survey{State: survey.Closed, Review: reviewed}, "done posters, done contacted, done closed, done review.done, todo weight, todo result, todo propose", survey.StepWeight},
		{"a weighting is proposed", survey.Survey{State: survey.Closed, Review: reviewed, Weighting: survey.Weighting{Draft: &survey.WeightingDraft{Proposed: done}}}, "done posters, done contacted, done closed, done review.done, doing weight.second, todo result, todo propose", survey.StepWeight},
		{"a weighting is in force", survey.Survey{State: survey.Closed, Review: reviewed, Weighting: survey.Weighting{History: make([]survey.WeightingEvent, 1)}}, "done posters, done contacted, done closed, done review.done, done weight.done, todo result, todo propose", survey.StepResult},
		{"proposed", survey.Survey{State: survey.Closed, Review: reviewed, Draft: &survey.Draft{}}, "done posters, done contacted, done closed, done review.done, done weight.done, done result.done, doing approve", survey.StepReport},
		{"signed, not filed", survey.Survey{State: survey.Released, Review: reviewed, Draft: &survey.Draft{}}, "done posters, done contacted, done closed, done review.done, done weight.done, done result.done, doing file", survey.StepReport},
		{"released", survey.Survey{State: survey.Released, Review: reviewed, Draft: &survey.Draft{FiledAt: done.At}}, "done posters, done contacted, done closed, done review.done, done weight.done, done result.done, done released", survey.StepReport},
	}
	for _, c := range cases {
		got := ""
		for i, leg := range c.sv.Road() {
			if i > 1 {
				got += ", "
			}
			if i > 0 {
				got += string(leg.Stage) + " " + leg.Next
			}
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		if next := c.sv.Next().Step; next != c.next {
			t.Errorf("%s: next: got %s, want %s", c.name, next, c.next)
		}
	}
}

func TestAttentionIsDrawnToWhatShouldNotWait(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return roster.On(2020, time.September, d).Start().Add(9 * time.Hour) }
	window := roster.Between(roster.On(2020, time.September, 10), roster.On(2020, time.September, 20))
	for _, c := range []struct {
		name string
		sv   survey.Survey
		now  time.Time
		want string
		days int
	}{
		{"before its window", survey.Survey{State: survey.Planned}, day(9), "", 0},
		{"not open in its window", survey.Survey{State: survey.Planned}, day(10), "latestart", 0},
		{"in the field", survey.Survey{State: survey.Open}, day(16), "", 0},
		{"three days left", survey.Survey{State: survey.Open}, day(17), "soon", 3},
		{"the last day", survey.Survey{State: survey.Open}, day(20), "today", 0},
		{"not closed after its window", survey.Survey{State: survey.Open}, day(21), "lateclose", 0},
		{"closed", survey.Survey{State: survey.Closed}, day(30), "", 0},
		{"approved by one", survey.Survey{State: survey.Closed, Draft: &survey.Draft{Approvals: make([]survey.Approval, 1)}}, day(30), "approve", 0},
		{"not filed", survey.Survey{State: survey.Released, Draft: &survey.Draft{}}, day(30), "file", 0},
	} {
		c.sv.Window = window
		if got, days := c.sv.Attention(c.now); got != c.want || days != c.days {
			t.Errorf("%s: got %q, %d days, want %q, %d", c.name, got, days, c.want, c.days)
		}
	}
}
