package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
)

// exec runs a statement behind the store's back.
func (h *half) exec(t *testing.T, statement string) {
	t.Helper()
	err := h.db.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A row that the database itself refuses must fail alone, whatever company it
// was committed in, and give its link back.
func TestRowThatFailsDoesNotFailItsNeighbours(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	h.exec(t, `CREATE TRIGGER unlucky BEFORE INSERT ON intake WHEN NEW.comment = 'unlucky'
		BEGIN SELECT RAISE(ABORT, 'unlucky'); END`)
	var group sync.WaitGroup
	var failed error
	for serial := uint32(1); serial <= 60; serial++ {
		group.Go(func() {
			e := answer(serial)
			if serial == 30 {
				e.Record.Comment = "unlucky"
				_, failed = h.intake.Put(t.Context(), e)
				return
			}
			if _, err := h.intake.Put(t.Context(), e); err != nil {
				t.Errorf("link %d: got %v", serial, err)
			}
		})
	}
	group.Wait()
	if failed == nil || h.intake.Spent(1, 30) {
		t.Errorf("the failed row: got %v, link spent %v, want an error and a free link", failed, h.intake.Spent(1, 30))
	}
	if _, err := h.intake.Put(t.Context(), answer(30)); err != nil {
		t.Errorf("the same form sent again: got %v", err)
	}
	h = h.reopen(t)
	defer h.close(t)
	if got := h.number(t, allAnswers); got != 60 || h.intake.Tally(1)[1][questionnaire.Complete] != 9 {
		t.Errorf("got %d answers, want 60", got)
	}
}

// Answers are re-filed in groups of 20 or more while the fieldwork runs; fewer
// wait.
func TestCalmIntakeIsRefiledInGroups(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	fill(t, h, 19)
	e := answer(1)
	e.Survey = 2
	if _, err := h.intake.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	time.Sleep(700 * time.Millisecond) // a look of the writer has passed
	if got := h.number(t, `SELECT count(*) FROM response`); got != 0 {
		t.Fatalf("19 and 1 answers: got %d re-filed, want none", got)
	}
	if _, err := h.intake.Put(t.Context(), answer(20)); err != nil {
		t.Fatal(err)
	}
	refiled := 0
	for range 100 {
		if refiled = h.number(t, `SELECT count(*) FROM response`); refiled > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if left := h.number(t, `SELECT count(*) FROM intake`); refiled != 20 || left != 1 {
		t.Errorf("got %d re-filed and %d left, want 20 and 1", refiled, left)
	}
}

// After the settling the bytes of the resend keys are gone from the file itself.
func TestKeysAreGoneFromTheFileAfterSettling(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	fill(t, h, 50)
	if err := h.intake.Seal(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := h.intake.Settle(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	h.close(t)
	for _, name := range []string{h.path, h.path + "-wal"} {
		raw, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for serial := uint64(1); serial <= 50; serial++ {
			if key := mac(serial); bytes.Contains(raw, key[:]) {
				t.Errorf("%s still holds the key of link %d", name, serial)
			}
		}
	}
}

// pages bounds the size of the database file on the writing connection, as a
// full disk does.
func (h *half) pages(t *testing.T, most int) {
	t.Helper()
	conn, err := h.db.WriteConn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got int
	if err := conn.QueryRowContext(t.Context(), fmt.Sprintf(`PRAGMA max_page_count(%d)`, most)).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
}

// F04: on a full disk no answer is acknowledged and no link is spent; when there
// is room again, the same form sent again is stored.
func TestFullDiskAcknowledgesNothingAndRecovers(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	h.pages(t, 1) // as many as there are: the pragma never cuts
	large := func(serial uint32) survey.Entry {
		e := answer(serial)
		e.Record.Comment = strings.Repeat("意见", 20_000)
		return e
	}
	var group sync.WaitGroup
	for serial := uint32(1); serial <= 20; serial++ {
		group.Go(func() {
			if _, err := h.intake.Put(t.Context(), large(serial)); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("link %d: got %v, want store.unavailable", serial, err)
			}
		})
	}
	group.Wait()
	if got := h.number(t, allAnswers); got != 0 || h.intake.Spent(1, 1) {
		t.Errorf("got %d answers, want none and free links", got)
	}
	h.pages(t, 1<<30)
	if _, err := h.intake.Put(t.Context(), large(1)); err != nil {
		t.Errorf("with room again: got %v", err)
	}
	h = h.reopen(t)
	defer h.close(t)
	if got := h.number(t, allAnswers); got != 1 || !h.intake.Spent(1, 1) || h.intake.Spent(1, 2) {
		t.Errorf("after a restart: got %d answers, want 1 and only its link spent", got)
	}
}
