package store_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
)

// The intake tells of its rows itself; the check of the file still knows every one of
// them, waiting, after a failure and re-filed, and misses one that somebody changed
// by hand (S49).
func TestS49AnswersAreFollowedFromTheirArrivalOn(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	clean := func(when string) {
		t.Helper()
		if wrong, err := h.db.Check(t.Context()); err != nil || len(wrong) > 0 {
			t.Errorf("%s: got %v, %v, want nothing wrong", when, wrong, err)
		}
	}
	h.exec(t, `CREATE TRIGGER unlucky BEFORE INSERT ON intake WHEN NEW.comment = 'unlucky' BEGIN SELECT RAISE(ABORT, 'unlucky'); END`)
	text := letters(40)
	for serial := range uint32(40) {
		e := whole(serial+1, text)
		if serial == 20 {
			e.Record.Comment = "unlucky"
		}
		if _, err := h.intake.Put(t.Context(), e); (err != nil) != (serial == 20) {
			t.Fatal(err)
		}
	}
	h.exec(t, `DROP TRIGGER unlucky`)
	clean("while answers wait")
	h = h.reopen(t)
	clean("after a restart")
	if err := h.intake.Seal(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := h.intake.Settle(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	clean("after re-filing")
	h.close(t)
	hand, err := sql.Open("sqlite", h.path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hand.ExecContext(t.Context(), `UPDATE response SET answers = zeroblob(31) WHERE id = (SELECT max(id) FROM response)`); err != nil {
		t.Fatal(err)
	}
	if err := hand.Close(); err != nil {
		t.Fatal(err)
	}
	h = open(t, h.path)
	defer h.close(t)
	wrong, err := h.db.Check(t.Context())
	if err != nil || !slices.ContainsFunc(wrong, func(line string) bool { return strings.Contains(line, "table response") }) {
		t.Errorf("got %v, %v, want the table named", wrong, err)
	}
}
