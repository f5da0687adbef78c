package access

import (
	"sync"
	"time"

	"minyi/indicators/fault"
)

// throttle bounds the password checks per account and network: ten in ten
// minutes, then a wait that doubles with each further failure. Because the
// network is part of the key, a stranger's failures never lock the owner out.
// It lives in memory: a restart forgives.
type throttle struct {
	mu    sync.Mutex
	tries map[string]*tries
}

type tries struct {
	failed int
	first  time.Time
	until  time.Time
}

const (
	freeTries = 10
	window    = 10 * time.Minute
	longest   = time.Hour
	doublings = 6 // a minute doubled six times is past the longest wait
	maxKeys   = 100_000
)

// ask refuses while the pair has to wait.
func (t *throttle) ask(key string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.tries[key]
	if e == nil || !now.Before(e.until) {
		return nil
	}
	return fault.New(fault.TooMany, "login.wait")
}

// failed counts a failure.
func (t *throttle) failed(key string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tries == nil || len(t.tries) > maxKeys {
		t.tries = map[string]*tries{}
	}
	e := t.tries[key]
	if e == nil || (now.Sub(e.first) > window && !now.Before(e.until.Add(window))) {
		e = &tries{first: now}
		t.tries[key] = e
	}
	e.failed++
	if over := e.failed - freeTries; over >= 0 {
		e.until = now.Add(min(time.Minute<<min(over, doublings), longest))
	}
}

// passed forgets the failures of the pair.
func (t *throttle) passed(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tries, key)
}
