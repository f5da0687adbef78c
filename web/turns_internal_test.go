package web

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"minyi/indicators/fault"
)

// TestS30FilesAreMadeInTurn: whoever asks for many files gets one after the other, all
// together never use more than half of the processors, and who asks for more than the
// line holds is told so.
func TestS30FilesAreMadeInTurn(t *testing.T) {
	t.Parallel()
	line := newTurns(4)
	var now, most, done atomic.Int32
	own := map[string]*atomic.Int32{"a": {}, "b": {}, "c": {}}
	var crew sync.WaitGroup
	for who, at := range own {
		for range mostWaiting {
			crew.Go(func() {
				leave, err := line.take(t.Context(), who)
				if err != nil {
					t.Error(err)
					return
				}
				if n := at.Add(1); n > 1 {
					t.Errorf("%d files are made for one person", n)
				}
				for n, was := now.Add(1), most.Load(); n > was && !most.CompareAndSwap(was, n); was = most.Load() {
				}
				now.Add(-1)
				at.Add(-1)
				leave()
				done.Add(1)
			})
		}
	}
	crew.Wait()
	if want := int32(3 * mostWaiting); done.Load() != want || most.Load() > 2 || len(line.lines) != 0 {
		t.Errorf("%d of %d were made, %d at once, %d lines left", done.Load(), want, most.Load(), len(line.lines))
	}
}

func TestS30WhoeverAsksForTooManyFilesIsRefused(t *testing.T) {
	t.Parallel()
	full := fault.New(fault.TooMany, "request.toomany")
	line := newTurns(1) // a machine with one processor makes one at a time
	leave, err := line.take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	over, end := context.WithCancel(t.Context())
	end()
	for _, who := range []string{"a", "b"} { // one waits for a place, the other for a slot
		if _, err := line.take(over, who); !errors.Is(err, full) {
			t.Errorf("%s: got %v when the time is over", who, err)
		}
	}
	line.lines["a"].waiting = mostWaiting
	if _, err := line.take(t.Context(), "a"); !errors.Is(err, full) {
		t.Errorf("got %v with a full line", err)
	}
	line.lines["a"].waiting = 1
	leave()
	if leave, err = line.take(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	leave()
	if len(line.lines) != 0 {
		t.Errorf("%d lines are left", len(line.lines))
	}
}
