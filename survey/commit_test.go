package survey_test

import (
	"bytes"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
	"minyi/survey/store"
)

// meant is what a resident sends through a link: all answers and a comment.
func (h *house) meant(t *testing.T, token, key, comment string) survey.Submission {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return survey.Submission{Token: token, Key: key, Sheet: spoken(t, form.Questionnaire, comment)}
}

func (h *house) submits(t *testing.T, in survey.Submission) survey.Receipt {
	t.Helper()
	r, err := h.Submit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// logged appends what waits to the survey's log and returns its leaves.
func (h *house) logged(t *testing.T, id survey.ID, number uint16) []ledger.Commitment {
	t.Helper()
	tables := store.NewLedger(h.half)
	if _, err := tables.OpenLog(t.Context(), int64(number), string(id), h.Origin(id)); err != nil {
		t.Fatal(err)
	}
	k, err := keeper.New(keeper.Config{
		Store: tables, Host: "localhost", Key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)), SM2: bytes.Repeat([]byte{1}, 32), Now: h.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Append(t.Context(), string(id)); err != nil {
		t.Fatal(err)
	}
	places, err := store.New(h.half).Leaves(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	leaves := make([]ledger.Commitment, len(places))
	for c, at := range places {
		leaves[at] = c
	}
	return leaves
}

// examined lets the two examiners check all openings against the log.
func (h *house) examined(t *testing.T, id survey.ID, leaves []ledger.Commitment) (ledger.Counts, error) {
	t.Helper()
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	enc.SetEscapeHTML(false)
	if err := h.Openings(t.Context(), id, func(o ledger.Opening) error { return enc.Encode(o) }); err != nil {
		t.Fatal(err)
	}
	return ledger.CheckOpenings(h.Origin(id), leaves, &lines, func(ledger.Opening) error { return nil })
}

func refusal(code string) error { return fault.New(fault.Conflict, code) }

func (h *house) hand(t *testing.T, query string, args ...any) {
	t.Helper()
	err := h.half.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every answer and every check is a leaf, and is opened by what is stored. A server
// that changes an answer, its comment or its place in the sample, or drops one, is
// caught; a comment that was erased as it should be breaks nothing.
func TestOpeningsFitTheLogUntilAnAnswerIsChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	receipts := map[ledger.Commitment]bool{}
	for i := range 24 {
		in := h.meant(t, tokens[i], fmt.Sprintf("form-%d", i), said(i))
		for range i % 3 { // some have a commitment or two opened first
			if _, err := h.Audit(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			in.Attempt++
		}
		receipts[h.submits(t, in).Commitment] = true
	}
	sv, err := h.Close(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	leaves := h.logged(t, id, sv.Number)
	c, err := h.examined(t, id, leaves)
	if err != nil || c.States[ledger.Counted] != 24 || c.States[ledger.Spoiled] != 24 || len(leaves) != 48 {
		t.Fatalf("got %+v of %d leaves, %v; want 24 counted and 24 spoiled", c, len(leaves), err)
	}
	for one := range receipts {
		if !slices.Contains(leaves, one) {
			t.Errorf("no leaf for the receipt %s", one.Code())
		}
	}
	for name, change := range map[string]string{
		"answers": `UPDATE response SET answers = CAST(substr(answers, 1, 9) || x'01' || substr(answers, 11) AS BLOB) WHERE id = (SELECT min(id) FROM response)`,
		"comment": `UPDATE response SET comment = 'satisfied' WHERE id = (SELECT min(id) FROM response)`,
		"digest":  `UPDATE response SET comment = '', proof = CAST(substr(proof, 1, 32) || zeroblob(32) AS BLOB) WHERE id = (SELECT min(id) FROM response)`,
		"salt":    `UPDATE response SET proof = CAST(zeroblob(32) || substr(proof, 33) AS BLOB) WHERE id = (SELECT min(id) FROM response)`,
		"dropped": `DELETE FROM response WHERE id = (SELECT min(id) FROM response)`,
	} {
		h.hand(t, `CREATE TABLE kept AS SELECT * FROM response`)
		h.hand(t, change)
		if _, err := h.examined(t, id, leaves); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s changed: got %v, want no opening that fits", name, err)
		}
		h.hand(t, `DELETE FROM response`)
		h.hand(t, `INSERT INTO response SELECT * FROM kept`)
		h.hand(t, `DROP TABLE kept`)
	}
	h.hand(t, `UPDATE response SET comment = '', blind = NULL`)
	if c, err := h.examined(t, id, leaves); err != nil || c.States[ledger.Counted] != 24 {
		t.Errorf("after the comments were erased: %+v, %v", c, err)
	}
}

// Before the page that sends nothing is written; the same form has the same
// commitment, also after a restart, and its resend the same receipt.
func TestACommitmentFollowsFromItsFormAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	in := h.meant(t, h.tokens(t, id, invite.OneTime)[0], "form-1", "路灯坏了")
	before := h.rows(t, "trail")
	first, _, err := h.Commit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if h.rows(t, "trail") != before || h.rows(t, "intake") != 0 || h.rows(t, "spoiled") != 0 {
		t.Error("the page before sending wrote something")
	}
	for name, other := range map[string]survey.Submission{
		"another form":    {Token: in.Token, Key: "form-2", Sheet: in.Sheet},
		"another attempt": {Token: in.Token, Key: in.Key, Sheet: in.Sheet, Attempt: 1},
		"another comment": h.meant(t, in.Token, in.Key, "路灯修好了"),
	} {
		if c, _, err := h.Commit(t.Context(), other); err != nil || c == first {
			t.Errorf("%s: got the same commitment, %v", name, err)
		}
	}
	h.stop(t)
	h.start(t)
	if again, _, err := h.Commit(t.Context(), in); err != nil || again != first {
		t.Errorf("after a restart: got %s, %v, want %s", again, err, first)
	}
	receipt := h.submits(t, in)
	if receipt.Commitment != first || receipt.Code != first.Code() {
		t.Errorf("receipt: got %s and %s, want %s", receipt.Commitment, receipt.Code, first)
	}
	h.stop(t)
	h.start(t)
	if again := h.submits(t, in); again != receipt {
		t.Errorf("a resend after a restart: got %+v, want %+v", again, receipt)
	}
	if held, err := h.intake.WaitingBy(t.Context(), 1, first.Short()); err != nil || len(held) != 1 || held[0] != first {
		t.Errorf("by its code: got %v, %v, want %s", held, err, first)
	}
	if held, err := h.intake.WaitingBy(t.Context(), 1, first.Short()+1); err != nil || len(held) != 0 {
		t.Errorf("by another code: got %v, %v", held, err)
	}
	if _, waits := h.Received(first); !waits {
		t.Error("an answer on disk whose commitment nobody has received")
	}
	if _, waits := h.Received(ledger.Commitment{1}); waits {
		t.Error("a commitment that nobody has given was received")
	}
}

// What was opened is never cast, and what was cast is never opened: neither shows
// what an answer was that counts.
func TestAnAttemptIsOpenedOrCastNeverBoth(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	in := h.meant(t, tokens[0], "form-1", "")
	opened, err := h.Audit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.Audit(t.Context(), in); err != nil || again != opened || h.rows(t, "spoiled") != 1 || h.rows(t, "ledger_pending") != 1 {
		t.Errorf("asked twice: got %+v, %v; want the same, once in the list", again, err)
	}
	h.stop(t)
	h.start(t)
	if _, err := h.Submit(t.Context(), in); !errors.Is(err, refusal("commitment.spoiled")) {
		t.Errorf("cast what was opened: got %v, want commitment.spoiled", err)
	}
	next, attempt, err := h.Commit(t.Context(), in)
	if err != nil || attempt != 1 || next == opened.Commitment {
		t.Errorf("the next attempt: got %d, %v, want 1 and a fresh commitment", attempt, err)
	}
	in.Attempt = attempt
	if got := h.submits(t, in).Commitment; got != next {
		t.Errorf("cast: got %s, want %s", got, next)
	}
	for _, attempt := range []int{1, 2} {
		in.Attempt = attempt
		if _, err := h.Audit(t.Context(), in); !errors.Is(err, refusal("commitment.cast")) {
			t.Errorf("attempt %d opened after the cast: got %v, want commitment.cast", attempt, err)
		}
	}
	other := h.meant(t, tokens[1], "form-2", "")
	for other.Attempt = range survey.MostAttempts {
		if _, err := h.Audit(t.Context(), other); err != nil {
			t.Fatal(err)
		}
	}
	other.Attempt = survey.MostAttempts
	if _, err := h.Audit(t.Context(), other); !errors.Is(err, refusal("commitment.most")) {
		t.Errorf("one check too many: got %v, want commitment.most", err)
	}
	h.submits(t, other)
}

// A server that alters a share d of what is committed to before it shows the
// commitment is missed by k checks with (1-d)^k: one in four altered, of 40 checks
// all but one in 100,000 times at least one does not open to what was answered.
func TestChecksFindAServerThatAltersAnswers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	found := 0
	for i := range 40 {
		in := h.meant(t, tokens[i], fmt.Sprintf("form-%d", i), "")
		meant := in.Sheet
		if i%4 == 3 { // the cheat
			form, err := h.Open(t.Context(), tokens[i])
			if err != nil {
				t.Fatal(err)
			}
			in.Sheet = filled(t, form.Questionnaire, "5", "male")
		}
		opened, err := h.Audit(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		var row struct{ Answers map[string][]string }
		if err := json.Unmarshal([]byte(opened.Row), &row); err != nil {
			t.Fatal(err)
		}
		form, _ := h.Open(t.Context(), tokens[i])
		if !slices.Equal(row.Answers["q01"], form.Questionnaire.Values(meant, "q01")) {
			found++
		}
	}
	if found != 10 {
		t.Errorf("got %d altered ones found, want 10 of 40", found)
	}
}

// Whoever waits for a group to fill does not wait for the log: what an intake holds is
// handed over by Pend, once.
func TestCommitmentsComeToTheListBeforeTheirGroupIsFull(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	for i := range 3 {
		h.submits(t, h.meant(t, tokens[i], fmt.Sprintf("form-%d", i), ""))
	}
	for range 2 {
		if err := h.intake.Pend(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.rows(t, "ledger_pending"); got != 1 {
		t.Errorf("groups in the list: got %d, want 1", got)
	}
	sv, err := h.Close(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	leaves := h.logged(t, id, sv.Number)
	if c, err := h.examined(t, id, leaves); err != nil || len(leaves) != 3 || c.States[ledger.Counted] != 3 {
		t.Errorf("got %d leaves, %+v, %v, want 3 counted", len(leaves), c, err)
	}
}
