package access

import (
	"sync"
	"time"

	"minyi/indicators/fault"
)

// throttle bounds the checks of passwords and codes per account and network: ten in
// ten minutes, then a wait that doubles with each further one. Because the network
// is part of the key, a stranger's failures never lock the owner out. A second bound
// on all failures from one network keeps a guesser of many names busy. A check
// counts from when it begins, so that many at once are not more. It lives in memory:
// a restart forgives.
type throttle struct {
	mu    sync.Mutex
	tries map[string]*tries
}

type tries struct {
	begun int
	first time.Time
	until time.Time
}

const (
	freeTries    = 10
	networkTries = 300 // an office shares an address
	window       = 10 * time.Minute
	longest      = time.Hour
	doublings    = 6 // a minute doubled six times is past the longest wait
	maxKeys      = 100_000
)

// begin counts a check of the pair from the network, or refuses while either has to
// wait.
func (t *throttle) begin(pair, network string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range []string{pair, network} {
		if e := t.tries[key]; e != nil && now.Before(e.until) {
			return fault.New(fault.TooMany, "login.wait")
		}
	}
	t.count(pair, freeTries, now)
	t.count(network, networkTries, now)
	return nil
}

func (t *throttle) count(key string, free int, now time.Time) {
	t.room(now)
	e := t.tries[key]
	if e == nil || e.over(now) {
		e = &tries{first: now}
		t.tries[key] = e
	}
	e.begun++
	if more := e.begun - free; more >= 0 {
		e.until = now.Add(min(time.Minute<<min(more, doublings), longest))
	}
}

// over reports whether nothing of the tries counts any more.
func (e *tries) over(now time.Time) bool {
	return now.Sub(e.first) > window && !now.Before(e.until.Add(window))
}

// room forgets what is over when there are too many keys, and all when that is not
// enough: filling the map takes longer than a window, as each key costs a check.
func (t *throttle) room(now time.Time) {
	if t.tries != nil && len(t.tries) < maxKeys {
		return
	}
	for key, e := range t.tries {
		if e.over(now) {
			delete(t.tries, key)
		}
	}
	if t.tries == nil || len(t.tries) >= maxKeys {
		t.tries = map[string]*tries{}
	}
}

// passed forgets the tries of the pair, and takes this one off the network's.
func (t *throttle) passed(pair, network string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tries, pair)
	if e := t.tries[network]; e != nil && e.begun > 0 {
		e.begun--
		if e.begun < networkTries {
			e.until = time.Time{}
		}
	}
}
