package store_test

import (
	"context"
	"errors"
	"testing"

	"minyi/indicators/fault"
)

// While the disk takes its time, so many answers wait and no more: the next one is told
// to come again. Nobody has a receipt meanwhile; when the disk goes on, everything that
// waited is stored once, and the same form sent again says so.
func TestF06ASlowDiskBoundsTheQueueAndLosesNothing(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	conn, err := h.db.WriteConn(t.Context()) // the disk does not come back to the writer
	if err != nil {
		t.Fatal(err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave() // a resident who does not wait
	const most, waiting = 20_000, 8192
	sent := uint32(0)
	var said error
	for !errors.Is(said, fault.New(fault.Unavailable, "intake.busy")) && sent < most {
		if sent > 0 && fault.KindOf(said) != fault.Unavailable {
			t.Fatalf("answer %d: got %v while nothing is stored", sent, said)
		}
		sent++
		_, said = h.intake.Put(gone, answer(sent))
	}
	taken := int(sent) - 1
	if taken < waiting || taken > 2*waiting {
		t.Errorf("%d answers wait, want %d and those in hand at most", taken, waiting)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for serial := uint32(1); serial <= sent; serial += 97 {
		if _, err := h.intake.Put(t.Context(), answer(serial)); err != nil {
			t.Fatalf("answer %d sent again: got %v", serial, err)
		}
	}
	if _, err := h.intake.Put(t.Context(), answer(sent)); err != nil {
		t.Errorf("the one that was turned away: got %v", err)
	}
	h = h.reopen(t)
	defer h.close(t)
	if got := h.number(t, allAnswers); got != taken+1 {
		t.Errorf("got %d answers, want %d", got, taken+1)
	}
}
