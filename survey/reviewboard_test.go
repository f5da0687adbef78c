package survey_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/quality"
	"minyi/survey/questionnaire"
)

// watched is a closed survey of which the first few answers came in within the same
// hour from one phone, in a hurry, with the hidden field filled in; the others on
// their own, over days.
func (h *house) watched(t *testing.T, bad, good int) survey.ID {
	t.Helper()
	id := h.opened(t, "640100")
	form, err := h.Open(t.Context(), h.tokens(t, id, invite.OneTime)[0])
	if err != nil {
		t.Fatal(err)
	}
	questions, chance := len(form.Questionnaire.Questions()), rand.New(rand.NewPCG(5, 6))
	for i, token := range h.tokens(t, id, invite.OneTime)[:bad+good] {
		trace := &survey.Trace{
			Started: h.now().Add(-time.Duration(chance.IntN(90)) * time.Hour), Seconds: make([]uint8, questions),
			Device: h.Hash(id, survey.Device, "phone"+strconv.Itoa(i)), Network: h.Hash(id, survey.Network, "home"+strconv.Itoa(i)),
		}
		trace.Total = uint16(150 + chance.IntN(200))
		for k := range trace.Seconds {
			trace.Seconds[k] = uint8(5 + chance.IntN(14))
		}
		sheet := mixed(t, form.Questionnaire, chance)
		if i < bad {
			trace.Started, trace.Total, trace.Signs = h.now(), 14, survey.SignHoneypot|survey.SignFast
			trace.Device, trace.Network = h.Hash(id, survey.Device, "one phone"), h.Hash(id, survey.Network, "one network")
			for k := range trace.Seconds {
				trace.Seconds[k] = 1
			}
			sheet = filled(t, form.Questionnaire, "5", "male")
		}
		in := survey.Submission{Token: token, Key: "k" + token, Sheet: sheet, Lang: "zh-CN", Trace: trace}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

// mixed is a whole sheet as an attentive person gives it.
func mixed(t *testing.T, q *questionnaire.Questionnaire, chance *rand.Rand) questionnaire.Sheet {
	t.Helper()
	values, level := map[string][]string{}, 1+3*chance.Float64()
	for _, one := range q.Questions() {
		switch {
		case one.Section == questionnaire.Items:
			values[one.ID] = []string{strconv.Itoa(max(1, min(5, int(level+.5+1.2*chance.NormFloat64()))))}
		case one.Required || len(one.Choices) > 0 && one.Section == questionnaire.Background:
			c := one.Choices[chance.IntN(len(one.Choices))]
			for c.Ends || c.Flag != "" {
				c = one.Choices[chance.IntN(len(one.Choices))]
			}
			values[one.ID] = []string{c.Code}
		}
	}
	sheet, err := q.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

func TestReviewersSeeWhatTheDoorSaw(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.watched(t, 12, 60)
	var first *survey.Board
	for _, when := range []string{"made", "after a restart"} {
		b, err := h.Board(t.Context(), agent(), id)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Rows) != 72 || b.Flagged != 12 || !b.Traced {
			t.Fatalf("%s: got %d answers, %d flagged, traced %v; want 72 and the 12", when, len(b.Rows), b.Flagged, b.Traced)
		}
		for k, row := range b.Rows {
			if bad := row.Total == 14; bad != (k < 12) || bad != row.Finding.Flag {
				t.Errorf("%s: row %d of %d seconds has the score %v and the flag %v", when, k, row.Total, row.Finding.Score, row.Finding.Flag)
			}
		}
		if first != nil && !slices.EqualFunc(first.Rows, b.Rows, func(x, y survey.Row) bool {
			return x.Response == y.Response && x.Finding.Score == y.Finding.Score && x.Place == y.Place
		}) {
			t.Error("another order, score or name after a restart")
		}
		first = b
		if h.rows(t, "review_run") != 1 {
			t.Error("what the detector said is not kept")
		}
		h.restart(t)
	}
	proof, err := first.Proof(first.Rows[0].Response)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(proof.Finding.Rules, quality.Door) || !slices.Contains(proof.Finding.Rules, quality.DeviceChain) {
		t.Errorf("got rules %v, want the door's signs and the chain on one phone", proof.Finding.Rules)
	}
	if proof.Network != 12 || proof.Twins.Same < 11 || proof.Run != len(first.Items) || len(proof.Answers) != len(first.Items) {
		t.Errorf("got %d of the network, %d twins, a run of %d, want 12, at least 11, and %d", proof.Network, proof.Twins.Same, proof.Run, len(first.Items))
	}
	if p := proof.Answers[0].Page; p.Seconds != 1 || p.Middle < 6 || p.Quicker != 0 {
		t.Errorf("time at the first item: got %+v, want 1 second where others took 6 and more", p)
	}
	_, err = first.Proof(1)
	refused(t, "an answer that is not", err, "review.unknown")
}

func TestReviewersSeeNoNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.watched(t, 3, 20)
	b, err := h.Board(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range b.Paper.Questions() {
		for _, c := range append(q.Choices, q.Choices...) {
			if strings.Contains(q.Text.Zh+q.Text.En+c.Text.Zh+c.Text.En, "银川") || strings.Contains(q.Text.En+c.Text.En, "Yinchuan") {
				t.Errorf("%s names the unit: %v, %v", q.ID, q.Text, c.Text)
			}
		}
	}
	if len(b.Unit) != 5 {
		t.Errorf("the unit's name in the review: got %q, want five characters", b.Unit)
	}
	again, err := h.Board(t.Context(), other(), id)
	if err != nil || again.Unit != b.Unit {
		t.Errorf("for another reviewer: got %q, %v, want %q", again.Unit, err, b.Unit)
	}
}

func TestReviewIsKeptNoLongerThanTheTraces(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.watched(t, 12, 40)
	if _, err := h.Board(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if err := h.ForgetTraces(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	b, err := h.Board(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if h.rows(t, "review_run") != 0 || b.Traced || b.Rows[0].Total != 0 {
		t.Errorf("got %d kept runs, traced %v, %d seconds; want nothing of the traces", h.rows(t, "review_run"), b.Traced, b.Rows[0].Total)
	}
}

func TestPickNarrowsAndSorts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.watched(t, 12, 40)
	b, err := h.Board(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	h.confirm(t, id, h.act(t, id, survey.Exclude, b.Rows[0].Response, b.Rows[1].Response))
	h.act(t, id, survey.Exclude, b.Rows[2].Response)
	st, err := h.Decided(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	place := b.Rows[0].Place
	for name, c := range map[string]struct {
		p    survey.Pick
		want int
	}{
		"all": {survey.Pick{}, 52}, "flagged": {survey.Pick{State: survey.PickFlagged}, 12}, "excluded": {survey.Pick{State: survey.PickOut}, 2},
		"waiting": {survey.Pick{State: survey.PickWaiting}, 1}, "to be judged": {survey.Pick{State: survey.PickUnjudged}, 9},
		"by rule": {survey.Pick{Rule: quality.Door}, 12}, "posters": {survey.Pick{Channel: survey.Poster}, 0},
		"sampled": {survey.Pick{Channel: survey.Sampled}, 52}, "one": {survey.Pick{Number: b.Rows[5].Response}, 1},
	} {
		if got := len(b.Pick(c.p, st)); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
	for _, row := range b.Pick(survey.Pick{Place: place}, st) {
		if row.Place != place {
			t.Errorf("by place %s: got one of %s", place, row.Place)
		}
	}
	times := b.Pick(survey.Pick{Sort: "time"}, st)
	if !slices.IsSortedFunc(times, func(a, b *survey.Row) int { return int(a.Total) - int(b.Total) }) {
		t.Error("not sorted by time")
	}
}
