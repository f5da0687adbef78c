package survey_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
	"minyi/survey/store"
)

// newAgainHouse is a house whose round lets residents answer again.
func newAgainHouse(t *testing.T) *house {
	t.Helper()
	settings := roster.Defaults(2020)
	settings.AnswerAgain = true
	h := newHouseOf(t, settings)
	h.again = true
	return h
}

// gives answers with one point on every item.
func (h *house) gives(t *testing.T, token, key, point string) survey.Receipt {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return h.submits(t, survey.Submission{Token: token, Key: key, Sheet: filled(t, form.Questionnaire, point, "male")})
}

// points counts the stored answers that count, by the point on the first item.
func (h *house) points(t *testing.T, id survey.ID, q *questionnaire.Questionnaire) map[string]int {
	t.Helper()
	sv, err := h.Named(id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	err = h.intake.Answers(sv.Number, func(_ uint32, packed []byte) error {
		sheet, err := q.Unpack(packed, "")
		if err == nil {
			out[q.Codes(sheet, "q01")[0]]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	at, width := q.PackedAt("q01")
	columns := 0
	err = h.intake.Columns(sv.Number, len(q.Pack(filled(t, q, "5", "male"))), []int{at}, func(batches []uint32, _ [][]byte) error {
		columns += len(batches)
		return nil
	})
	if err != nil || width != 1 || columns != out["1"]+out["3"]+out["5"] {
		t.Errorf("answers by columns: got %d, %v, and %v by rows", columns, err, out)
	}
	return out
}

// A resident who may answers again, at once, after the answers were re-filed and after
// a restart: the last answer counts everywhere, each earlier one is a leaf that opens
// as superseded, and the sums that are published hold. The links are the people.
func TestTheLastAnswerOfALinkCounts(t *testing.T) {
	t.Parallel()
	h := newAgainHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	form, err := h.Open(t.Context(), tokens[0])
	if err != nil || !form.Again || form.Answered {
		t.Fatalf("an unused link: got %+v, %v", form, err)
	}
	first := h.gives(t, tokens[0], "first", "5")
	if form, err = h.Open(t.Context(), tokens[0]); err != nil || !form.Answered {
		t.Fatalf("a link that may answer again: got %+v, %v", form, err)
	}
	h.gives(t, tokens[0], "second", "1") // both wait to be re-filed
	for i := range 25 {
		h.gives(t, tokens[1+i], fmt.Sprintf("form-%d", i), "5")
	}
	if got := h.gives(t, tokens[0], "first", "5"); got != first {
		t.Errorf("the first form sent again: got %+v, want its own receipt %+v", got, first)
	}
	h.restart(t)
	h.gives(t, tokens[1], "again", "1")
	h.gives(t, tokens[1], "and again", "3")
	h.restart(t)
	if got, want := fmt.Sprint(h.points(t, id, form.Questionnaire)), "map[1:1 3:1 5:24]"; got != want {
		t.Errorf("in the field: got %s, want %s", got, want)
	}
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil || work.Sampled.Complete != 26 {
		t.Errorf("in the field: got %+v, %v, want 26 answers", work.Sampled, err)
	}
	sv, err := h.Close(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if h.rows(t, "response") != 26 || h.rows(t, "superseded") != 3 || h.rows(t, "response WHERE revise IS NOT NULL") != 0 || h.rows(t, "intake") != 0 {
		t.Errorf("got %d answers, %d superseded, %d marks left; want 26, 3, 0", h.rows(t, "response"), h.rows(t, "superseded"), h.rows(t, "response WHERE revise IS NOT NULL"))
	}
	leaves := h.logged(t, id, sv.Number)
	c, err := h.examined(t, id, leaves)
	if err != nil || len(leaves) != 29 || c.States[ledger.Counted] != 26 || c.States[ledger.Superseded] != 3 || !c.Fit() {
		t.Errorf("got %+v of %d leaves, %v; want 26 counted and 3 superseded", c, len(leaves), err)
	}
	if got := fmt.Sprint(h.points(t, id, form.Questionnaire)); got != "map[1:1 3:1 5:24]" {
		t.Errorf("after the close: got %s", got)
	}
}

// A backup is made while answers wait that came in each other's place: their order is
// lost on purpose, which of them came last is not.
func TestACopyOfWaitingAnswersKnowsWhichCameLast(t *testing.T) {
	t.Parallel()
	h := newAgainHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)[:8]
	form, err := h.Open(t.Context(), tokens[0])
	if err != nil {
		t.Fatal(err)
	}
	for i, token := range tokens {
		h.gives(t, token, fmt.Sprintf("first-%d", i), "5")
		h.gives(t, token, fmt.Sprintf("second-%d", i), "1")
	}
	copied, err := openHalf(t.Context(), h.copied(t))
	if err != nil {
		t.Fatal(err)
	}
	there := h.intake
	if h.intake, err = store.StartIntake(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(h.points(t, id, form.Questionnaire)); got != "map[1:8]" {
		t.Errorf("in the copy: got %s, want every link's last answer", got)
	}
	if err := errors.Join(h.intake.Close(), copied.Close()); err != nil {
		t.Error(err)
	}
	h.intake = there
}

// An answer in whose place another came is opened with what it was; changed in the
// table it no longer opens its leaf.
func TestASupersededAnswerOpensItsLeafUntilItIsChanged(t *testing.T) {
	t.Parallel()
	h := newAgainHouse(t)
	id := h.opened(t, "640100")
	token := h.tokens(t, id, invite.OneTime)[0]
	earlier := h.submits(t, h.meant(t, token, "first", said(1)))
	h.gives(t, token, "second", "1")
	sv, err := h.Close(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	leaves := h.logged(t, id, sv.Number)
	found := false
	err = h.Openings(t.Context(), id, func(o ledger.Opening) error {
		c, err := o.Commitment(h.Origin(id))
		if o.State != ledger.Superseded {
			return err
		}
		var row struct{ Texts string }
		found = c == earlier.Commitment && json.Unmarshal(o.Row, &row) == nil && row.Texts != ""
		return err
	})
	if err != nil || !found {
		t.Errorf("the earlier answer is not opened as superseded with the digest of its text: %v", err)
	}
	if raw := h.raw(t); bytes.Contains(raw, []byte(said(1))) {
		t.Error("the text of the earlier answer is still in the file")
	}
	h.hand(t, `UPDATE superseded SET answers = CAST(substr(answers, 1, 9) || x'01' || substr(answers, 11) AS BLOB)`)
	if _, err := h.examined(t, id, leaves); err == nil {
		t.Error("a superseded answer that was changed opens its leaf all the same")
	}
}

// While residents may answer again the file holds marks, and nothing of the links; the
// earlier and the later answer have no order in common with the links (S39).
func TestS39WhoAnsweredAgainIsNotFoundInTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newAgainHouse(t)
	id := h.opened(t, "640100")
	tokens, seen := h.tokens(t, id, invite.OneTime), secrets{}
	const n = 40
	for i := range n {
		h.receipts[h.gives(t, tokens[i], fmt.Sprintf("early-%d", i), "5").Commitment] = i
	}
	h.goes(t, id, tokens, 0, n, seen)
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	raw := h.raw(t)
	for name, order := range h.orders(t, raw, n) {
		if name == "leaves" {
			continue // half of them are of the early answers
		}
		if got := joiner(order, n); len(order) != n || got >= tooMany(1) {
			t.Errorf("by %s: %d of %d joined, want about 1", name, got, len(order))
		}
	}
	for name, secret := range seen {
		if bytes.Contains(raw, secret) {
			t.Errorf("the file holds the %s", name)
		}
	}
	h.macs(t, raw, tokens)
	if h.rows(t, "superseded") != n || h.rows(t, "response WHERE revise IS NOT NULL") != 0 {
		t.Errorf("got %d superseded answers, want %d and no mark", h.rows(t, "superseded"), n)
	}
}

// Where the round does not say so a link answers once, and on paper it answers once in
// any case.
func TestALinkAnswersOnceUnlessTheRoundSaysOtherwise(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	token := h.tokens(t, id, invite.OneTime)[0]
	in := h.meant(t, token, "first", "")
	h.submits(t, in)
	in.Key = "second"
	_, err := h.Submit(t.Context(), in)
	refused(t, "a second answer", err, "token.spent")
	if _, err := h.Open(t.Context(), token); err == nil {
		t.Error("the link opens a second time")
	}
	if h.rows(t, "intake WHERE revise IS NOT NULL")+h.rows(t, "response WHERE revise IS NOT NULL") != 0 {
		t.Error("a mark where nobody may answer again")
	}
}
