package survey_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
)

// once runs a step from many sides at the same time: one does it, all others get
// a sentence (S17).
func once(t *testing.T, name string, step func() error) {
	t.Helper()
	var group sync.WaitGroup
	var done atomic.Int32
	for range 20 {
		group.Go(func() {
			err := step()
			if err == nil {
				done.Add(1)
			} else if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: got %v, want a conflict", name, err)
			}
		})
	}
	group.Wait()
	if got := done.Load(); got != 1 {
		t.Errorf("%s: done %d times, want once", name, got)
	}
}

func TestS17EachStepIsDoneOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var id survey.ID
	var mu sync.Mutex
	once(t, "create", func() error {
		sv, err := h.Create(t.Context(), agent(), order("640200"))
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			id = sv.ID
		}
		return err
	})
	if _, err := h.ImportFrame(t.Context(), agent(), id, csvFrame()); err != nil {
		t.Fatal(err)
	}
	once(t, "draw", func() error {
		_, err := h.Draw(t.Context(), agent(), id, frame.Plan{Seed: 3, Links: 120, PerPSU: 10})
		return err
	})
	once(t, "open", func() error {
		_, err := h.Start(t.Context(), agent(), id)
		return err
	})
	for i, token := range h.tokens(t, id, invite.OneTime)[:40] {
		h.respond(t, token, "4", []string{"male", "female"}[i%2])
	}
	once(t, "close", func() error {
		_, err := h.Close(t.Context(), agent(), id)
		return err
	})
	digest := h.propose(t, id).Draft.Digest
	once(t, "approve", func() error {
		_, err := h.Approve(t.Context(), agent(), id, digest)
		return err
	})
	once(t, "sign", func() error {
		_, err := h.Approve(t.Context(), other(), id, digest)
		return err
	})
	if f := h.finding(t); f.Digest != digest {
		t.Errorf("got the finding %s, want %s", f.Digest, digest)
	}
}

// Residents send while the agency closes: what was acknowledged is counted, and
// nothing else.
func TestAnswersUnderWayAtTheCloseAreStoredOrRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640200")
	tokens := h.tokens(t, id, invite.OneTime)
	form, err := h.Open(t.Context(), tokens[0])
	if err != nil {
		t.Fatal(err)
	}
	sheet := filled(t, form.Questionnaire, "4", "female")
	var group sync.WaitGroup
	var stored atomic.Int32
	for i, token := range tokens {
		group.Go(func() {
			_, err := h.Submit(t.Context(), survey.Submission{Token: token, Key: "k", Sheet: sheet})
			switch {
			case err == nil:
				stored.Add(1)
			case !errors.Is(err, fault.New(fault.Closed, "survey.closed")):
				t.Errorf("link %d: got %v, want stored or survey.closed", i, err)
			}
		})
	}
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	var rows int
	if err := h.half.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM response`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if got := int(stored.Load()); work.Sampled.Complete != got || rows != got {
		t.Errorf("got %d acknowledged, %d counted, %d stored", got, work.Sampled.Complete, rows)
	}
}
