package web

import (
	"sync"
	"time"
)

// visits counts residents' requests by route and status, and tells the log how
// many there were, once in a while. It is safe for concurrent use.
type visits struct {
	tell func(route string, status, n int)
	now  func() time.Time

	mu     sync.Mutex
	counts map[visit]int
	armed  bool // a telling is due
}

// visit is a kind of request.
type visit struct {
	route  string
	status int
}

// visitsEvery is how long residents' requests are taken together: long enough that
// a line in the log stands beside no single answer.
const visitsEvery = 5 * time.Minute

func (v *visits) add(route string, status int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.armed {
		v.armed, v.counts = true, map[visit]int{}
		time.AfterFunc(untilFull(v.now()), v.report)
	}
	v.counts[visit{route, status}]++
}

// untilFull is how long it is to the next full five minutes: a line that came so
// long after the first request would say when that was.
func untilFull(now time.Time) time.Duration {
	return now.Truncate(visitsEvery).Add(visitsEvery).Sub(now)
}

func (v *visits) report() {
	v.mu.Lock()
	counts := v.counts
	v.armed, v.counts = false, nil
	v.mu.Unlock()
	for kind, n := range counts {
		v.tell(kind.route, kind.status, n)
	}
}
