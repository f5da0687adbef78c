package survey_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/paper"
	"minyi/survey/release"
	"minyi/survey/store"
)

const byHand = "路灯坏了三个月没人修"

// heldBytes reports whether any file of the house's folder holds the text.
func (h *house) heldBytes(t *testing.T, text []byte) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(h.folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		found = found || bytes.Contains(raw, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (h *house) paperwork() *survey.Paperwork {
	return survey.NewPaperwork(h.Service, store.New(h.half))
}

// pile is an open survey with a bundle of forms, and its one-time codes.
func (h *house) pile(t *testing.T) (survey.ID, []string) {
	t.Helper()
	id := h.opened(t, "640106")
	var codes []string
	err := h.Links(t.Context(), agent(), id, invite.OneTime, func(l survey.Link) error {
		codes = append(codes, invite.Spaced(l.Token))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	day := roster.DateOf(h.now())
	if _, err := h.paperwork().AddBundle(t.Context(), agent(), id, survey.Bundle{Name: "镇一", Received: day}); err != nil {
		t.Fatal(err)
	}
	return id, codes
}

// filledIn is what a keyer types of a form: the first box each, and a text.
func filledIn(t *testing.T, w *survey.Paperwork, by access.Actor, id survey.ID, serial uint32) map[string]string {
	t.Helper()
	form, err := w.Keying(t.Context(), by, id, serial)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, f := range form.Plan.Fields {
		values[f.Question.ID] = byHand
		if len(f.Boxes) > 0 {
			values[f.Question.ID] = f.Boxes[0].Key
		}
	}
	for id, key := range map[string]string{"s1": "3", "s3": "2", "s4": "2"} { // of the population
		values[id] = key
	}
	return values
}

func codeOf(err error) string {
	if all := fault.All(err); len(all) > 0 {
		return all[0].Code
	}
	return ""
}

func TestPaperIsAcceptedOnceAndForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, codes := h.pile(t)
	w, ctx := h.paperwork(), t.Context()
	serial, err := w.Start(ctx, agent(), id, 1, "https://minyi.example/q/"+strings.ReplaceAll(codes[0], "-", ""))
	if err != nil {
		t.Fatal(err)
	}
	values := filledIn(t, w, agent(), id, serial)
	if err := w.Keep(ctx, agent(), id, serial, values); err != nil {
		t.Fatal(err)
	}
	h.restart(t)
	w = h.paperwork()
	kept, err := w.Keying(ctx, agent(), id, serial)
	if err != nil || kept.Values["o1"] != byHand {
		t.Fatalf("after a restart the draft is %v, %v", kept, err)
	}
	if h.heldBytes(t, []byte(byHand)) {
		t.Error("what is being keyed stands in a file to be read")
	}
	if state, err := w.Done(ctx, agent(), id, serial, values); err != nil || state != paper.Once {
		t.Fatalf("the first keying: %s, %v", state, err)
	}
	if _, err := w.Start(ctx, agent(), id, 1, codes[0]); codeOf(err) != "keying.same" {
		t.Errorf("the same person again: got %v, want keying.same", err)
	}
	second(t, h, w, id, serial, codes[0], values)
	if got := h.rows(t, "paper_sheet"); got != 0 {
		t.Errorf("keyed forms left: %d", got)
	}
	if _, err := w.Start(ctx, other(), id, 1, codes[0]); codeOf(err) != "keying.spent" {
		t.Errorf("the code once more: got %v, want keying.spent", err)
	}
	desk, err := w.Desk(ctx, agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	li, ma := desk.Plan.Work["li"], desk.Plan.Work["ma"]
	if li.Wrong != 0 || li.Differ != 2 || ma.Wrong != 2 || ma.Differ != 2 || desk.Plan.Bundles[0].Done != 1 {
		t.Errorf("work: got %+v and %+v, bundle %+v", li, ma, desk.Plan.Bundles[0])
	}
}

// second keys the form again with two mistakes, settles them, and looks at what is
// stored before and after.
func second(t *testing.T, h *house, w *survey.Paperwork, id survey.ID, serial uint32, code string, truth map[string]string) {
	t.Helper()
	ctx := t.Context()
	if _, err := w.Start(ctx, other(), id, 1, code); err != nil {
		t.Fatal(err)
	}
	if blind, err := w.Keying(ctx, other(), id, serial); err != nil || len(blind.Values) != 0 {
		t.Fatalf("the second keyer sees %v, %v", blind.Values, err)
	}
	wrong := map[string]string{}
	for q, v := range truth {
		wrong[q] = v
	}
	wrong["q01"], wrong["s1"] = "2", "4"
	if state, err := w.Done(ctx, other(), id, serial, wrong); err != nil || state != paper.Mismatch {
		t.Fatalf("the second keying: %s, %v", state, err)
	}
	screen, err := w.Settling(ctx, agent(), id, serial)
	if err != nil || len(screen.Fields) != 2 || screen.Fields[0].Question.ID != "s1" || screen.Fields[1].Question.ID != "q01" {
		t.Fatalf("the screen shows %+v, %v", screen, err)
	}
	if err := w.Settle(ctx, agent(), id, serial, map[string]string{"s1": truth["s1"]}); codeOf(err) != "keying.unsettled" {
		t.Errorf("a field left out: got %v, want keying.unsettled", err)
	}
	var sealed []byte
	if err := h.half.Reader().QueryRowContext(ctx, `SELECT sealed FROM paper_sheet`).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	if !h.heldBytes(t, sealed[:32]) {
		t.Fatal("the test does not find the sealed form before it is accepted")
	}
	if err := w.Settle(ctx, agent(), id, serial, map[string]string{"s1": truth["s1"], "q01": truth["q01"]}); err != nil {
		t.Fatal(err)
	}
	if h.heldBytes(t, sealed[:32]) {
		t.Error("the sealed form is still in a file")
	}
	if got := h.rows(t, "intake") + h.rows(t, "response"); got != 1 {
		t.Errorf("answers: got %d, want 1", got)
	}
}

func TestPaperThatCameInTimeCountsUntilTheClose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, codes := h.pile(t)
	w, ctx := h.paperwork(), t.Context()
	h.on(2020, time.October, 22) // two days after the window
	serial, err := w.Start(ctx, agent(), id, 1, codes[1])
	if err != nil {
		t.Fatal(err)
	}
	values := filledIn(t, w, agent(), id, serial)
	if _, err := w.Done(ctx, agent(), id, serial, values); err != nil {
		t.Fatal(err)
	}
	if state, err := w.Done(ctx, other(), id, serial, values); err != nil || state != "" {
		t.Fatalf("the second keying: %q, %v", state, err)
	}
	if _, err := w.AddBundle(ctx, agent(), id, survey.Bundle{Name: "迟", Received: roster.On(2020, time.October, 22)}); codeOf(err) != "keying.received" {
		t.Errorf("a bundle that came too late: got %v", err)
	}
	left, err := w.Start(ctx, agent(), id, 1, codes[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Throw(ctx, agent(), id, left, ""); codeOf(err) != "keying.reason" {
		t.Errorf("discarded without a reason: got %v", err)
	}
	h.reviewing = true
	if _, err := h.Close(context.WithoutCancel(ctx), agent(), id); err != nil {
		t.Fatal(err)
	}
	if err := w.Keep(ctx, agent(), id, left, values); !errors.Is(err, fault.New(fault.Conflict, "keying.open")) {
		t.Errorf("keyed after the close: got %v", err)
	}
	if err := w.Tend(ctx); err != nil {
		t.Fatal(err)
	}
	if got := h.rows(t, "paper_sheet"); got != 0 {
		t.Errorf("forms left after the end: %d", got)
	}
	if got := h.rows(t, "response"); got != 1 {
		t.Errorf("answers: got %d, want 1", got)
	}
	h.endReview(t, id)
	d, err := release.Parse(h.propose(t, id).Draft.Document)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Method.Facts; got.Forms != 1 || !slices.Contains(got.Modes, "paper") {
		t.Errorf("the statement names %d forms and the modes %v", got.Forms, got.Modes)
	}
}
