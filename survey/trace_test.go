package survey_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// traced is a survey with n answers and their traces, in the field.
func (h *house) traced(t *testing.T, unit roster.UnitCode, n int) survey.ID {
	t.Helper()
	id := h.opened(t, unit)
	for _, token := range h.tokens(t, id, invite.OneTime)[:n] {
		h.trace(t, id, token)
	}
	return id
}

func (h *house) trace(t *testing.T, id survey.ID, token string) {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	in := survey.Submission{Token: token, Key: "k", Sheet: filled(t, form.Questionnaire, "4", "male"), Trace: &survey.Trace{
		Started: h.now().Add(-5 * time.Minute), Total: 300, Mode: survey.Kiosk, Signs: survey.SignFast | survey.SignRate,
		Seconds: make([]uint8, len(form.Questionnaire.Questions())),
		Device:  h.Hash(id, survey.Device, "device of "+token), Network: h.Hash(id, survey.Network, "192.0.2.7"),
	}}
	in.Trace.Seconds[2] = survey.Coarse(2499 * time.Millisecond)
	if _, err := h.Submit(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func (h *house) key(id survey.ID) string {
	return filepath.Join(h.waves(), hex.EncodeToString([]byte(id))+".key")
}

func TestReviewReadsTracesWithTheirAnswersAfterTheClose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.traced(t, "640100", 25)
	read := func() (out []survey.Traced, err error) {
		err = h.Traces(t.Context(), agent(), id, func(one survey.Traced) error { out = append(out, one); return nil })
		return out, err
	}
	_, err := read()
	refused(t, "before the close", err, "survey.state")
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	h.restart(t)
	all, err := read()
	if err != nil || len(all) != 25 {
		t.Fatalf("got %d, %v, want 25", len(all), err)
	}
	devices := map[survey.Digest]bool{}
	for _, one := range all {
		trace := one.Trace
		if trace == nil || one.Response == 0 || one.Batch.PSU == "" || one.Sheet.Disposition != questionnaire.Complete || one.Outcome != questionnaire.Complete {
			t.Fatalf("got %+v, want a whole answer with its trace", one)
		}
		if trace.Started != h.now().Add(-5*time.Minute).Truncate(time.Hour) || trace.Total != 300 || trace.Mode != survey.Kiosk ||
			trace.Signs != survey.SignFast|survey.SignRate || trace.Seconds[2] != 2 || one.Day != roster.On(2020, time.September, 15) {
			t.Fatalf("got %+v, want what was kept, to the hour and the second", trace)
		}
		if trace.Network != all[0].Trace.Network || trace.Network == (survey.Digest{}) {
			t.Error("answers of one network have different digests, or none")
		}
		devices[trace.Device] = true
	}
	if len(devices) != 25 {
		t.Errorf("got %d devices, want 25", len(devices))
	}
}

func TestDigestsAreOfNoUseInAnotherSurvey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one, two := h.opened(t, "640100"), h.opened(t, "640200")
	digest := h.Hash(one, survey.Device, "a")
	if digest != h.Hash(one, survey.Device, "a") || digest == (survey.Digest{}) {
		t.Error("equal values of a survey have different digests, or none")
	}
	for name, other := range map[string]survey.Digest{
		"another value": h.Hash(one, survey.Device, "b"), "another kind": h.Hash(one, survey.Network, "a"),
		"another survey": h.Hash(two, survey.Device, "a"),
	} {
		if other == digest {
			t.Errorf("%s has the same digest", name)
		}
	}
	if h.Hash(one, survey.Device, "") != (survey.Digest{}) || h.Hash("none", survey.Device, "a") != (survey.Digest{}) {
		t.Error("no value or no survey has a digest")
	}
}

func TestTracesDieWithTheirKeyWhenTheReviewTermEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	early, late := h.traced(t, "640100", 21), h.traced(t, "640200", 21)
	refused(t, "before the close", h.ForgetTraces(t.Context(), agent(), early), "survey.state")
	for _, id := range []survey.ID{early, late} {
		if _, err := h.Close(t.Context(), agent(), id); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.rows(t, "paradata"); got != 42 {
		t.Fatalf("got %d traces, want 42", got)
	}
	if err := h.ForgetTraces(t.Context(), agent(), early); err != nil {
		t.Fatal(err)
	}
	refused(t, "the second time", h.ForgetTraces(t.Context(), agent(), early), "traces.forgotten")
	h.on(2020, time.December, 14) // 90 days after the close: the last day
	if err := h.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.rows(t, "paradata"); got != 21 {
		t.Errorf("on the last day: got %d traces, want the other survey's 21", got)
	}
	h.on(2020, time.December, 15)
	h.restart(t) // the start keeps the term as well
	if got := h.rows(t, "paradata"); got != 0 {
		t.Errorf("the day after: got %d traces, want none", got)
	}
	for _, id := range []survey.ID{early, late} {
		if _, err := os.Stat(h.key(id)); !os.IsNotExist(err) {
			t.Errorf("%s: the wave key is still there: %v", id, err)
		}
		if h.Hash(id, survey.Device, "a") != (survey.Digest{}) {
			t.Errorf("%s: a digest after the term", id)
		}
		if err := h.Traces(t.Context(), agent(), id, func(one survey.Traced) error {
			if one.Trace != nil {
				t.Errorf("%s: a trace after the term", id)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	}
	if got := h.trail(t, "survey.traces.forget"); got != "li agency, command survey command" {
		t.Errorf("trail: got %q", got)
	}
}

// trail names who did something, in order.
func (h *house) trail(t *testing.T, action string) string {
	t.Helper()
	entries, err := h.half.Trail(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, e := range entries {
		if e.Action == action {
			text += ", " + e.Actor + " " + e.Role
		}
	}
	return text[min(2, len(text)):]
}

// The entry in the trail comes first, then the key, then the rows: whatever a
// stop leaves of them the next start takes away.
func TestForgettingThatWasCutShortIsFinishedAtTheNextStart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.traced(t, "640100", 21)
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(h.key(id))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.ForgetTraces(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.key(id), key, 0o600); err != nil {
		t.Fatal(err)
	}
	h.restart(t)
	if _, err := os.Stat(h.key(id)); !os.IsNotExist(err) {
		t.Errorf("the wave key is still there: %v", err)
	}
}

// A trace comes in part from the resident's own browser: whatever is wrong with
// it, the answer is stored.
func TestStrangeTraceRefusesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	for i, trace := range []*survey.Trace{nil, {}, {Seconds: make([]uint8, 500)}, {Started: time.Unix(-1<<40, 0), Mode: 200, Signs: 65535}} {
		token := h.tokens(t, id, invite.OneTime)[i]
		form, err := h.Open(t.Context(), token)
		if err != nil || form.TraceDays != 90 {
			t.Fatalf("got %d days, %v, want 90", form.TraceDays, err)
		}
		in := survey.Submission{Token: token, Key: "k", Sheet: filled(t, form.Questionnaire, "4", "male"), Trace: trace}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Errorf("trace %d: got %v", i, err)
		}
		in.Trace = &survey.Trace{Total: 9}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Errorf("trace %d, sent again with another trace: got %v, want the receipt", i, err)
		}
	}
	for d, want := range map[time.Duration]uint8{-time.Second: 0, 0: 0, 1499 * time.Millisecond: 1, time.Hour: 255} {
		if got := survey.Coarse(d); got != want {
			t.Errorf("%s: got %d s, want %d", d, got, want)
		}
	}
}
