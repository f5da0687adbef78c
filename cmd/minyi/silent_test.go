package main

import (
	"net"
	"testing"
	"time"
)

// clockwork notes the deadlines that reach it.
type clockwork struct {
	net.Conn
	reads []time.Time
}

func (c *clockwork) SetReadDeadline(t time.Time) error {
	c.reads = append(c.reads, t)
	return nil
}

// A deadline is moved when it is a second later, earlier, or none; never put off.
func TestDeadlinesMoveBySeconds(t *testing.T) {
	t.Parallel()
	inner := &clockwork{}
	c := &newConn{Conn: inner}
	begun := time.Date(2020, 8, 15, 0, 0, 0, 0, time.UTC)
	var want []time.Time
	for _, step := range []struct {
		at    time.Time
		moves bool
	}{
		{begun, true},
		{begun.Add(999 * time.Millisecond), false},
		{begun.Add(time.Second), true},
		{begun.Add(500 * time.Millisecond), true}, // earlier
		{time.Time{}, true},
		{begun, true},
	} {
		if err := c.SetReadDeadline(step.at); err != nil {
			t.Fatal(err)
		}
		if step.moves {
			want = append(want, step.at)
		}
	}
	if len(inner.reads) != len(want) {
		t.Fatalf("got %v, want %v", inner.reads, want)
	}
	for i := range want {
		if !inner.reads[i].Equal(want[i]) {
			t.Errorf("deadline %d: got %v, want %v", i, inner.reads[i], want[i])
		}
	}
}
