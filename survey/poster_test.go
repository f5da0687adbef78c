package survey_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/invite"
)

// hung is a survey in the field with a poster of these limits, and its number.
func (h *house) hung(t *testing.T, l survey.Limits) (survey.ID, string, uint32) {
	t.Helper()
	id := h.drawn(t, "640100")
	sv, err := h.HangPoster(t.Context(), agent(), id, "政务大厅", &l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	return id, h.tokens(t, id, invite.Poster)[0], uint32(len(sv.Batches))
}

func september(from, to, most int) survey.Limits {
	return survey.Limits{From: roster.On(2020, time.September, from), To: roster.On(2020, time.September, to), Cap: most}
}

// sent sends a new form through a link.
func (h *house) sent(t *testing.T, token string) error {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if form == nil {
		return err
	}
	in := survey.Submission{Token: token, Key: h.NewID(), Sheet: filled(t, form.Questionnaire, "4", "male")}
	_, err = h.Submit(t.Context(), in)
	return err
}

func TestPosterWorksBetweenItsDates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, token, _ := h.hung(t, september(16, 18, 10))
	for _, c := range []struct {
		day  int
		code string
	}{{15, "poster.notyet"}, {16, ""}, {18, ""}, {19, "poster.over"}} {
		h.on(2020, time.September, c.day)
		form, err := h.Open(t.Context(), token)
		sent := h.sent(t, token)
		if c.code == "" {
			if err := errors.Join(err, sent); err != nil {
				t.Errorf("on the %d: got %v", c.day, err)
			}
			continue
		}
		refused(t, "opening", err, c.code)
		refused(t, "sending", sent, c.code)
		refused(t, "keeping a draft", h.Keep(t.Context(), token, h.DraftCode(token, "x"), nil), c.code)
		if (form == nil) != (c.code == "poster.notyet") {
			t.Errorf("on the %d: got form %v; it goes with poster.over, so that a resend can be read", c.day, form != nil)
		}
	}
}

func TestPosterNeverTakesMoreThanItsCap(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const most = 40
	id, token, number := h.hung(t, september(10, 30, most))
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	sheet := filled(t, form.Questionnaire, "4", "male")
	var group sync.WaitGroup
	var stored, full atomic.Int32
	for range 64 {
		group.Go(func() {
			_, err := h.Submit(t.Context(), survey.Submission{Token: token, Key: h.NewID(), Sheet: sheet})
			switch {
			case err == nil:
				stored.Add(1)
			case errors.Is(err, fault.New(fault.Closed, "poster.full")):
				full.Add(1)
			default:
				t.Errorf("got %v, want stored or poster.full", err)
			}
		})
	}
	group.Wait()
	if stored.Load() != most || full.Load() != 64-most {
		t.Errorf("got %d stored and %d refused, want %d and %d", stored.Load(), full.Load(), most, 64-most)
	}
	h.restart(t)
	form, err = h.Open(t.Context(), token)
	refused(t, "opening after a restart", err, "poster.full")
	if form == nil {
		t.Error("no form beside poster.full: a resend could not be read")
	}
	refused(t, "one more", h.sent(t, token), "poster.full")
	if _, err := h.LimitPoster(t.Context(), agent(), id, number, september(10, 30, most+1)); err != nil {
		t.Fatal(err)
	}
	if err := h.sent(t, token); err != nil {
		t.Errorf("with a higher cap: got %v", err)
	}
	refused(t, "and one more", h.sent(t, token), "poster.full")
}

func TestPosterLimitsAreCheckedAndOnTheTrail(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newHouse(t)
	id, token, number := h.hung(t, september(10, 30, 5))
	for name, c := range map[string]struct {
		number uint32
		limits survey.Limits
		code   string
	}{
		"before the survey":   {number, september(9, 30, 5), "poster.dates"},
		"the last day first":  {number, september(20, 19, 5), "poster.dates"},
		"no dates":            {number, survey.Limits{Cap: 5}, "poster.dates"},
		"nothing":             {number, september(10, 30, 0), "poster.cap"},
		"too much":            {number, september(10, 30, 100_001), "poster.cap"},
		"a batch of letters":  {1, september(10, 30, 5), "poster.unknown"},
		"a batch that is not": {number + 1, september(10, 30, 5), "poster.unknown"},
	} {
		_, err := h.LimitPoster(t.Context(), agent(), id, c.number, c.limits)
		refused(t, name, err, c.code)
	}
	sv, err := h.LimitPoster(t.Context(), agent(), id, number, september(12, 20, 7))
	if err != nil {
		t.Fatal(err)
	}
	if got := sv.LimitsOf(sv.Batches[number-1]); got != september(12, 20, 7) {
		t.Errorf("got %+v, want what was set", got)
	}
	if after := h.tokens(t, id, invite.Poster)[0]; after != token {
		t.Errorf("got the link %s, want the printed one, %s", after, token)
	}
	entries, err := h.half.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Action == "survey.poster.limit" && (!strings.Contains(e.Before, "2020-09-10 – 2020-09-30, 5") || !strings.Contains(e.After, "2020-09-12 – 2020-09-20, 7")) {
			t.Errorf("got %s and %s, want the limits before and after", e.Before, e.After)
		}
	}
	if h.trail(t, "survey.poster.limit") == "" {
		t.Error("no entry in the trail")
	}
}
