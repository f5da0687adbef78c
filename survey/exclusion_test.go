package survey_test

import (
	"fmt"
	"slices"
	"testing"

	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/ledger"
)

// Before the fieldwork it is public by which rules an answer may be left out; by no
// other rule is one, and of each rule it is told how many answers it left out.
func TestAnswersAreLeftOutByPublishedRulesOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	for i := range 5 {
		h.gives(t, tokens[i], fmt.Sprintf("form-%d", i), "4")
	}
	sv, err := h.Close(t.Context(), agent(), id)
	if err != nil || !slices.Equal(sv.Exclusions, survey.Exclusions()) || !slices.Contains(sv.Exclusions, "review/speed") {
		t.Fatalf("got the rules %v, %v", sv.Exclusions, err)
	}
	var numbers []int64
	if err := h.Store.Kept(t.Context(), sv.Number, func(n int64, _ survey.Record) error { numbers = append(numbers, n); return nil }); err != nil {
		t.Fatal(err)
	}
	_, err = h.ProposeAct(t.Context(), agent(), id, survey.Proposal{Kind: survey.Exclude, Rule: "made_up", Reason: "不满意", Responses: numbers[:1]})
	refused(t, "a rule that was not published", err, "review.unannounced")
	for k, p := range []survey.Proposal{{Rule: "speed", Responses: numbers[:2]}, {Reason: "两人核对过", Responses: numbers[2:3]}} {
		p.Kind = survey.Exclude
		if _, err := h.ProposeAct(t.Context(), agent(), id, p); err != nil {
			t.Fatal(err)
		}
		if _, err := h.DecideAct(t.Context(), other(), id, k+1, survey.ActConfirmed, ""); err != nil {
			t.Fatal(err)
		}
	}
	if sv, err = h.ProposeReviewEnd(t.Context(), agent(), id, false); err == nil {
		_, err = h.EndReview(t.Context(), other(), id, sv.Review.Closing.Seal)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.examined(t, id, h.logged(t, id, sv.Number))
	if err != nil || c.States[ledger.Counted] != 2 || c.Reasons["review/speed"] != 2 || c.Reasons["review/words"] != 1 || len(c.Reasons) != 2 {
		t.Errorf("got %+v, %v; want 2 left out for their speed and 1 for a reason in words", c, err)
	}
}
