package survey_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/export"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// numbers are the answers of a closed survey by their numbers in the review.
func (h *house) numbers(t *testing.T, id survey.ID, is func(survey.Traced) bool) (out []int64) {
	t.Helper()
	err := h.Traces(t.Context(), agent(), id, func(one survey.Traced) error {
		if is(one) {
			out = append(out, one.Response)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// act proposes an exclusion or a restoring that must be welcome.
func (h *house) act(t *testing.T, id survey.ID, kind survey.ActKind, responses ...int64) int {
	t.Helper()
	sv, err := h.ProposeAct(t.Context(), agent(), id, survey.Proposal{Kind: kind, Rule: "speed", Responses: responses})
	if err != nil {
		t.Fatal(err)
	}
	return sv.Review.Acts
}

func (h *house) confirm(t *testing.T, id survey.ID, act int) {
	t.Helper()
	if _, err := h.DecideAct(t.Context(), other(), id, act, survey.ActConfirmed, ""); err != nil {
		t.Fatal(err)
	}
}

func sampled(one survey.Traced) bool { return one.Batch.Kind == invite.OneTime }

// The judge of the exclusion are the sheets read one by one by their numbers: the
// columns know none.
func TestExcludedAnswersDoNotCountAndAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.many(t, 120)
	kept := h.rows(t, "response")
	numbers := h.numbers(t, id, sampled)
	posters := h.numbers(t, id, func(one survey.Traced) bool { return !sampled(one) })
	out := slices.Concat(numbers[:17], posters[:2])
	h.confirm(t, id, h.act(t, id, survey.Exclude, out...))
	h.confirm(t, id, h.act(t, id, survey.Restore, numbers[3], numbers[5], posters[0]))
	out = slices.DeleteFunc(out, func(n int64) bool { return n == numbers[3] || n == numbers[5] || n == posters[0] })
	_, compared := h.WithAndWithout(t.Context(), agent(), id)
	_, tabulated := h.Tabulate(t.Context(), agent(), id)
	_, proposed := h.Propose(t.Context(), agent(), id)
	_, exported := h.Export(t.Context(), agent(), id, exporting(export.AsCSV))
	for name, err := range map[string]error{"both results": compared, "tables": tabulated, "a release": proposed, "an export": exported} {
		refused(t, name+" before the review is closed", err, "review.open")
	}
	h.endReview(t, id)
	official := h.byHand(t, id, func(one survey.Traced) bool { return slices.Contains(out, one.Response) })
	all := h.byHand(t, id, func(survey.Traced) bool { return false })
	for _, when := range []string{"at once", "after a restart"} {
		c, err := h.WithAndWithout(t.Context(), agent(), id)
		if err != nil {
			t.Fatal(err)
		}
		same(t, when+": the official result", c.Official, official)
		same(t, when+": the result of all answers", c.All, all)
		if c.Excluded != len(out) || c.Official.Sampled.Index.Est == c.All.Sampled.Index.Est {
			t.Errorf("%s: got %d excluded and the index %v beside %v, want %d and two", when, c.Excluded, c.Official.Sampled.Index.Est, c.All.Sampled.Index.Est, len(out))
		}
		h.restart(t)
	}
	if got := h.rows(t, "response"); got != kept {
		t.Errorf("kept answers: got %d, want all %d", got, kept)
	}
}

func TestWithoutExclusionsBothResultsAreOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.many(t, 20)
	h.endReview(t, id)
	c, err := h.WithAndWithout(t.Context(), agent(), id)
	if err != nil || c.Excluded != 0 || written(t, c.Official) != written(t, c.All) {
		t.Errorf("got %d excluded, %v, want one result twice", c.Excluded, err)
	}
}

// endReview is the word of two people, where they have not said it.
func (h *house) endReview(t testing.TB, id survey.ID) {
	t.Helper()
	sv := h.survey(t, id)
	if sv.Reviewed() {
		return
	}
	sv, err := h.ProposeReviewEnd(t.Context(), agent(), id, sv.Review.Excluded == 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = h.EndReview(t.Context(), other(), id, sv.Review.Closing.Seal); err != nil {
		t.Fatal(err)
	}
}

func (h *house) survey(t testing.TB, id survey.ID) *survey.Survey {
	t.Helper()
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	return work.Survey
}

// byHand makes the tables from the sheets, one by one, without those to be left.
func (h *house) byHand(t *testing.T, id survey.ID, leave func(survey.Traced) bool) *tabulate.Result {
	t.Helper()
	sv := h.survey(t, id)
	paper, err := sv.Paper.Questionnaire()
	if err != nil {
		t.Fatal(err)
	}
	unit := string(sv.Unit)
	in := tabulate.Input{
		Items: itemsOf(paper), Population: float64(frame.AreaOf(unit).Population), Margins: frame.Margins(unit),
		Fieldwork: tabulate.Fieldwork{Invited: sv.Batches.Issued(invite.OneTime)},
	}
	err = h.Traces(t.Context(), agent(), id, func(one survey.Traced) error {
		if leave(one) {
			return nil
		}
		if sampled(one) {
			counted(&in.Fieldwork, one.Outcome)
		}
		if !one.Sheet.Disposition.InScope() {
			return nil
		}
		person := personOf(paper, one.Sheet)
		if !sampled(one) {
			in.Posters = append(in.Posters, person)
			return nil
		}
		drawn, _ := sv.Sample.Stratum(one.Batch.Stratum)
		person.Stratum, person.PSU, person.Weight = one.Batch.Stratum, one.Batch.PSU, float64(drawn.Population)/float64(drawn.Links)
		in.Sampled = append(in.Sampled, person)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	result, err := tabulate.Tabulate(in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func counted(work *tabulate.Fieldwork, outcome questionnaire.Disposition) {
	switch outcome {
	case questionnaire.Complete:
		work.Complete++
	case questionnaire.Partial:
		work.Partial++
	case questionnaire.BreakOff:
		work.BreakOff++
	case questionnaire.ScreenedOut, questionnaire.QuotaFull:
		work.ScreenedOut++
	case questionnaire.Refused:
		work.Refused++
	}
}

// same compares two results number by number, to 1e-9 of their size: sums depend
// on their order.
func same(t *testing.T, what string, got, want *tabulate.Result) {
	t.Helper()
	number := regexp.MustCompile(`-?\d+(\.\d+)?(e[-+]\d+)?`)
	a, b := written(t, got), written(t, want)
	if number.ReplaceAllString(a, "#") != number.ReplaceAllString(b, "#") {
		t.Fatalf("%s: got\n%s\nwant\n%s", what, a, b)
	}
	theirs := number.FindAllString(b, -1)
	for i, text := range number.FindAllString(a, -1) {
		x, errX := strconv.ParseFloat(text, 64)
		y, errY := strconv.ParseFloat(theirs[i], 64)
		if errX != nil || errY != nil || math.Abs(x-y) > 1e-9*max(1, math.Abs(y)) {
			t.Errorf("%s: the number %d is %s, want %s", what, i, text, theirs[i])
		}
	}
}

func TestOnlyTwoPeopleExclude(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.many(t, 30)
	numbers := h.numbers(t, id, sampled)
	act := h.act(t, id, survey.Exclude, numbers[0], numbers[1])
	if sv := h.survey(t, id); sv.Review.Excluded != 0 || sv.Review.Waiting != 1 {
		t.Errorf("one person's proposal: got %+v, want nothing excluded yet", sv.Review)
	}
	_, err := h.DecideAct(t.Context(), agent(), id, act, survey.ActConfirmed, "")
	refused(t, "the first person's own confirmation", err, "review.self")
	_, err = h.DecideAct(t.Context(), other(), id, act, survey.ActWithdrawn, "")
	refused(t, "the second person's withdrawal", err, "review.other")
	_, err = h.ProposeAct(t.Context(), other(), id, survey.Proposal{Kind: survey.Exclude, Rule: "speed", Responses: numbers[:1]})
	refused(t, "an answer that waits already", err, "review.already")
	_, err = h.ProposeReviewEnd(t.Context(), other(), id, true)
	refused(t, "the end while an act waits", err, "review.waiting")
	if _, err = h.DecideAct(t.Context(), other(), id, act, survey.ActRefused, "看不出问题"); err != nil {
		t.Fatal(err)
	}
	_, err = h.DecideAct(t.Context(), other(), id, act, survey.ActConfirmed, "")
	refused(t, "a second word", err, "review.decided")
	acts, err := h.Acts(t.Context(), other(), id)
	if err != nil || len(acts) != 1 || acts[0].State != survey.ActRefused || acts[0].Count != 2 || acts[0].Note != "看不出问题" {
		t.Errorf("got acts %+v, %v, want the refused one with its note", acts, err)
	}
	if about, err := h.ActResponses(t.Context(), other(), id, act); err != nil || !slices.Equal(about, numbers[:2]) {
		t.Errorf("what the act is about: got %v, %v, want %v", about, err, numbers[:2])
	}
}

func TestAnActNeedsAReasonAndAnswersOfItsSurvey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.many(t, 12)
	numbers := h.numbers(t, id, sampled)
	for name, c := range map[string]struct {
		p    survey.Proposal
		code string
	}{
		"no reason":         {survey.Proposal{Kind: survey.Exclude, Responses: numbers[:1]}, "review.reason"},
		"spaces":            {survey.Proposal{Kind: survey.Exclude, Reason: " \t", Responses: numbers[:1]}, "review.reason"},
		"a long one":        {survey.Proposal{Kind: survey.Exclude, Reason: string(slices.Repeat([]byte("x"), 501)), Responses: numbers[:1]}, "review.long"},
		"nobody":            {survey.Proposal{Kind: survey.Exclude, Reason: "x"}, "review.none"},
		"another survey's":  {survey.Proposal{Kind: survey.Exclude, Reason: "x", Responses: []int64{1 << 60}}, "review.unknown"},
		"no such act":       {survey.Proposal{Kind: "delete", Reason: "x", Responses: numbers[:1]}, "review.kind"},
		"restored, was not": {survey.Proposal{Kind: survey.Restore, Reason: "x", Responses: numbers[:1]}, "review.already"},
	} {
		_, err := h.ProposeAct(t.Context(), agent(), id, c.p)
		refused(t, name, err, c.code)
	}
	_, err := h.DecideAct(t.Context(), other(), id, 1, survey.ActConfirmed, "")
	refused(t, "an act that is not", err, "review.noact")
	for _, role := range []access.Role{access.Office, access.Assessor, access.Applicant, access.Sysadmin, access.Auditor} {
		by := access.Actor{Name: "x", Role: role}
		_, proposed := h.ProposeAct(t.Context(), by, id, survey.Proposal{Kind: survey.Exclude, Reason: "x", Responses: numbers[:1]})
		_, decided := h.DecideAct(t.Context(), by, id, 1, survey.ActConfirmed, "")
		_, ending := h.ProposeReviewEnd(t.Context(), by, id, true)
		_, ended := h.EndReview(t.Context(), by, id, "")
		_, resumed := h.GoOnReviewing(t.Context(), by, id)
		_, read := h.Acts(t.Context(), by, id)
		_, listed := h.ActResponses(t.Context(), by, id, 1)
		_, compared := h.WithAndWithout(t.Context(), by, id)
		for name, err := range map[string]error{
			"propose": proposed, "decide": decided, "ending": ending, "end": ended, "go on": resumed, "acts": read, "members": listed, "compare": compared,
		} {
			refused(t, string(role)+" "+name, err, "access.role")
		}
	}
}

func TestReviewIsEndedByTwoPeopleWhoSawTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.many(t, 20)
	numbers := h.numbers(t, id, sampled)
	_, err := h.ProposeReviewEnd(t.Context(), agent(), id, false)
	refused(t, "nothing excluded, not said", err, "review.nothing")
	sv, err := h.ProposeReviewEnd(t.Context(), agent(), id, true)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.EndReview(t.Context(), agent(), id, sv.Review.Closing.Seal)
	refused(t, "the same person", err, "review.self")
	h.confirm(t, id, h.act(t, id, survey.Exclude, numbers[0]))
	_, err = h.EndReview(t.Context(), other(), id, sv.Review.Closing.Seal)
	refused(t, "an exclusion after the first word", err, "review.notending")
	_, err = h.ProposeReviewEnd(t.Context(), agent(), id, true)
	refused(t, "nothing, but one was", err, "review.something")
	if _, err = h.ProposeReviewEnd(t.Context(), agent(), id, false); err != nil {
		t.Fatal(err)
	}
	_, err = h.EndReview(t.Context(), other(), id, "another")
	refused(t, "not what was shown", err, "review.changed")
	if _, err = h.GoOnReviewing(t.Context(), other(), id); err != nil {
		t.Fatal(err)
	}
	if sv, err = h.ProposeReviewEnd(t.Context(), agent(), id, false); err != nil {
		t.Fatal(err)
	}
	if sv, err = h.EndReview(t.Context(), other(), id, sv.Review.Closing.Seal); err != nil || !sv.Reviewed() {
		t.Fatalf("got %+v, %v, want the review closed", sv, err)
	}
	_, err = h.ProposeAct(t.Context(), agent(), id, survey.Proposal{Kind: survey.Restore, Rule: "speed", Responses: numbers[:1]})
	refused(t, "a decision afterwards", err, "review.closed")
}
