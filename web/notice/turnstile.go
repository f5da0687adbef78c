package notice

import (
	"sync"
	"time"

	"minyi/indicators/fault"
)

// turnstile counts what one network writes in a minute. An office or a family shares
// an address, so that it is wide; whoever is refused sees the form again with all that
// was typed, and may send it a minute later. Addresses are kept for that minute only.
type turnstile struct {
	now func() time.Time

	mu   sync.Mutex
	from time.Time
	seen map[string]int
}

// often is how much one network may write in a minute.
const often = 12

// pass refuses with request.toomany a network that wrote too often.
func (t *turnstile) pass(client string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at := t.now(); t.seen == nil || at.Sub(t.from) >= time.Minute {
		t.from, t.seen = at, map[string]int{}
	}
	if t.seen[client] >= often {
		return fault.New(fault.TooMany, "request.toomany")
	}
	t.seen[client]++
	return nil
}
