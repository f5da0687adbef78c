package survey_test

import (
	"slices"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
)

// Residents answer from the first moment of the window to the last, to the second, by
// the page and by the form that they send (S17).
func TestS17AnswersAreTakenToTheSecond(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640200")
	tokens := h.tokens(t, id, invite.OneTime)
	window := order("640200").Window
	h.at.Store(window.From.Start().UnixMilli())
	form, err := h.Open(t.Context(), tokens[0])
	if err != nil {
		t.Fatal(err)
	}
	sheet := filled(t, form.Questionnaire, "4", "female")
	for n, e := range []struct {
		at   time.Time
		code string
	}{
		{window.From.Start().Add(-time.Second), "survey.notyet"},
		{window.From.Start(), ""},
		{window.From.Start().Add(time.Second), ""},
		{window.End().Add(-time.Second), ""},
		{window.End(), "survey.closed"},
		{window.End().Add(time.Second), "survey.closed"},
	} {
		h.at.Store(e.at.UnixMilli())
		_, opened := h.Open(t.Context(), tokens[n])
		_, sent := h.Submit(t.Context(), survey.Submission{Token: tokens[n], Key: "k", Sheet: sheet})
		for what, err := range map[string]error{"the page": opened, "the form": sent} {
			all := fault.All(err)
			if e.code == "" && err != nil || e.code != "" && (len(all) != 1 || all[0].Code != e.code) {
				t.Errorf("%s at %v: got %v, want %q", what, e.at, err, e.code)
			}
		}
	}
}

// What comes before its turn is refused with a sentence, and the survey stays as it is
// (S17).
func TestS17NoStepOfASurveyComesBeforeItsTurn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	sv, err := h.Create(ctx, agent(), order("640200"))
	if err != nil {
		t.Fatal(err)
	}
	early := map[string]func() error{
		"open":    func() error { _, err := h.Start(ctx, agent(), sv.ID); return err },
		"close":   func() error { _, err := h.Service.Close(ctx, agent(), sv.ID); return err },
		"propose": func() error { _, err := h.Propose(ctx, agent(), sv.ID); return err },
		"approve": func() error { _, err := h.Approve(ctx, agent(), sv.ID, "x"); return err },
	}
	refuse := func(when string, but ...string) {
		t.Helper()
		for name, step := range early {
			if slices.Contains(but, name) {
				continue
			}
			if err := step(); fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Closed {
				t.Errorf("%s: %s: got %v, want it refused", when, name, err)
			}
		}
	}
	draw := func() error {
		_, err := h.Draw(ctx, agent(), sv.ID, frame.Plan{Seed: 7, Links: 120, PerPSU: 10})
		return err
	}
	if err := draw(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("drawn without a frame: %v", err)
	}
	refuse("without a frame")
	if _, err := h.ImportFrame(ctx, agent(), sv.ID, csvFrame()); err != nil {
		t.Fatal(err)
	}
	refuse("before the draw")
	if err := draw(); err != nil {
		t.Fatal(err)
	}
	refuse("before the opening", "open")
	if _, err := h.Start(ctx, agent(), sv.ID); err != nil {
		t.Fatal(err)
	}
	if err := draw(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("drawn again in the field: %v", err)
	}
	refuse("in the field", "close")
	if _, err := h.ImportFrame(ctx, agent(), sv.ID, csvFrame()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another frame in the field: %v", err)
	}
}
