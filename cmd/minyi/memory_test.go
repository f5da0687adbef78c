package main

import "testing"

func TestTheLimitNeverStrangles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ live, least, most uint64 }{
		"an empty service":  {1 << 20, heapLimit, heapLimit},
		"a million answers": {80 << 20, 104 << 20, 120 << 20},
		"no figure":         {1 << 63, 1 << 50, 1 << 51},
	} {
		if got := uint64(limitFor(c.live)); got < c.least || got > c.most {
			t.Errorf("%s: got %d, want %d to %d", name, got, c.least, c.most)
		}
	}
	if inUse() > 1<<40 {
		t.Errorf("in use: got %d bytes", inUse())
	}
}
