package survey_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/invite"
)

// kept keeps a draft under the code of a form and returns the code.
func (h *house) kept(t *testing.T, token, form string, sheet []byte) string {
	t.Helper()
	code := h.DraftCode(token, form)
	if err := h.Keep(t.Context(), token, code, sheet); err != nil {
		t.Fatal(err)
	}
	return code
}

func TestDraftIsResumedOnAnotherDeviceWithItsShortCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	token := h.tokens(t, id, invite.OneTime)[0]
	code := h.kept(t, token, "form-1", []byte("q1=4"))
	if len(code) != 9 || code[4] != '-' || code != h.DraftCode(strings.ToLower(token), "form-1") || code == h.DraftCode(token, "form-2") {
		t.Errorf("got the code %q, want two groups of four that follow from link and form", code)
	}
	h.kept(t, token, "form-1", []byte("q1=4&q2=5"))
	h.restart(t)
	for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "0", "o")} {
		got, err := h.Resume(t.Context(), token, typed)
		if err != nil || string(got) != "q1=4&q2=5" {
			t.Errorf("%q: got %q, %v, want the last draft", typed, got, err)
		}
	}
	if got := h.rows(t, "draft"); got != 1 {
		t.Errorf("got %d rows, want the one draft", got)
	}
	_, err := h.Resume(t.Context(), h.tokens(t, id, invite.OneTime)[1], code)
	refused(t, "the code on another link", err, "draft.unknown")
	refused(t, "no code", h.Keep(t.Context(), token, "12", nil), "draft.code")
	refused(t, "too much", h.Keep(t.Context(), token, code, make([]byte, survey.MaxDraft+1)), "draft.size")
	if err := h.Keep(t.Context(), token, code, make([]byte, survey.MaxDraft)); err != nil {
		t.Errorf("the largest draft: got %v", err)
	}
	_, err = h.Resume(t.Context(), "nothing", code)
	refused(t, "no link", err, "token.unknown")
}

func TestDraftIsDeletedWithTheStoringOfItsAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	for _, kind := range []invite.Kind{invite.OneTime, invite.Poster} {
		token := h.tokens(t, id, kind)[0]
		form, err := h.Open(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		code := h.kept(t, token, "form", []byte("q1=4"))
		in := survey.Submission{Token: token, Key: "form", Sheet: filled(t, form.Questionnaire, "4", "male"), Draft: code}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if got := h.rows(t, "draft"); got != 0 {
			t.Errorf("kind %d: got %d drafts after the answer, want none", kind, got)
		}
		refused(t, "a draft that comes late", h.Keep(t.Context(), token, code, []byte("q1=4")), "token.spent")
	}
	token := h.tokens(t, id, invite.OneTime)[0]
	_, err := h.Resume(t.Context(), token, h.DraftCode(token, "form"))
	refused(t, "resuming what was sent", err, "token.spent")
}

func TestAbandonedDraftIsDeletedAfterItsTermAndAtTheClose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	form, err := h.Open(t.Context(), tokens[0])
	if err != nil || form.DraftDays != 7 {
		t.Fatalf("got %d days, %v, want the usual 7", form.DraftDays, err)
	}
	code := h.kept(t, tokens[0], "a", []byte("x"))
	h.on(2020, time.September, 22)
	if err := h.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Resume(t.Context(), tokens[0], code); err != nil {
		t.Errorf("on the last day: got %v", err)
	}
	h.on(2020, time.September, 23)
	_, err = h.Resume(t.Context(), tokens[0], code)
	refused(t, "the day after", err, "draft.unknown")
	if err := h.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.rows(t, "draft"); got != 0 {
		t.Errorf("abandoned: got %d rows, want none", got)
	}
	code = h.kept(t, tokens[1], "b", []byte("y"))
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if got := h.rows(t, "draft"); got != 0 {
		t.Errorf("after the close: got %d rows, want none", got)
	}
	refused(t, "keeping after the close", h.Keep(t.Context(), tokens[1], code, nil), "survey.closed")
	_, err = h.Resume(t.Context(), tokens[1], code)
	refused(t, "resuming after the close", err, "survey.closed")
}

func TestShortCodeCannotBeGuessed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	code := h.kept(t, tokens[0], "a", []byte("x"))
	for range 20 { // right codes are no guesses
		if _, err := h.Resume(t.Context(), tokens[0], code); err != nil {
			t.Fatal(err)
		}
	}
	for _, wrong := range []string{"0000-0000", "1111-1111", "2222-2222", "3333-3333", "4444-4444"} {
		_, err := h.Resume(t.Context(), tokens[0], wrong)
		refused(t, wrong, err, "draft.unknown")
	}
	_, err := h.Resume(t.Context(), tokens[0], "5555-5555")
	refused(t, "the sixth wrong code", err, "draft.pause")
	_, err = h.Resume(t.Context(), tokens[0], code)
	refused(t, "the right code in the pause", err, "draft.pause")
	other := h.kept(t, tokens[1], "a", []byte("y"))
	if _, err := h.Resume(t.Context(), tokens[1], other); err != nil {
		t.Errorf("another link meanwhile: got %v", err)
	}
	h.at.Add((10 * time.Minute).Milliseconds())
	if got, err := h.Resume(t.Context(), tokens[0], code); err != nil || string(got) != "x" {
		t.Errorf("after the pause: got %q, %v, want the draft", got, err)
	}
}

func TestLinkKeepsFewDraftsADay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	token := h.tokens(t, id, invite.OneTime)[0]
	for _, form := range strings.Split("abcdefgh", "") {
		h.kept(t, token, form, []byte(form))
	}
	refused(t, "the ninth device", h.Keep(t.Context(), token, h.DraftCode(token, "i"), nil), "draft.many")
	h.kept(t, token, "a", []byte("the first again"))
	h.at.Add((24 * time.Hour).Milliseconds())
	h.kept(t, token, "i", []byte("the next day"))
}

// Equal drafts of two links have nothing in common but their day and their
// length, which is rounded up.
func TestStoredDraftNamesNeitherLinkNorAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	h.kept(t, tokens[0], "form", []byte("q1=4"))
	h.kept(t, tokens[1], "form", bytes.Repeat([]byte("q1=4&"), 100))
	rows, err := h.half.Reader().QueryContext(t.Context(), `SELECT id, day, sealed FROM draft`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	sizes, parts := map[int]bool{}, map[string]bool{}
	for rows.Next() {
		var name, sealed []byte
		var day int
		if err := rows.Scan(&name, &day, &sealed); err != nil {
			t.Fatal(err)
		}
		if day != 18520 { // 2020-09-15
			t.Errorf("got day %d, want 18520", day)
		}
		sizes[len(sealed)] = true
		parts[string(name)], parts[string(sealed[:12])], parts[string(sealed[12:28])] = true, true, true
		if bytes.Contains(sealed, []byte("q1=4")) {
			t.Error("the draft can be read in the table")
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(sizes) != 1 || len(parts) != 6 {
		t.Errorf("got %d sizes and %d different parts, want 1 and 6", len(sizes), len(parts))
	}
}
