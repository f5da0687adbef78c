package survey

import (
	"math"
	"strconv"
	"sync"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/invite"
)

// guard counts, by link and in memory only, what would let somebody guess the
// code of a draft or fill the disk with drafts. Only real links get here, so it
// holds no more entries than links were issued; a day later it forgets them.
//
// A code has 40 bits. With 5 wrong ones in ten minutes on a one-time link, which
// has a draft or a few, a guess succeeds within a year with less than 2^-20; with
// 60 a minute on a poster that carries a thousand drafts, within a year with
// less than 3 %, and what is won is somebody's unsent draft, unnamed.
type guard struct {
	mu    sync.Mutex
	links map[invite.Token]*tries
}

// tries is what was tried on one link in its period.
type tries struct {
	since  time.Time // of the wrong codes
	wrong  int
	first  time.Time // of the drafts
	drafts map[DraftID]bool
	audits int // in the day of the drafts
}

// allowance is how much one link may be tried.
type allowance struct {
	wrong  int           // wrong codes in a period before the pause
	period time.Duration // of wrong codes, and of the pause
	drafts int           // different drafts in a day
	audits int           // commitments opened as a check in a day
}

func allowed(kind invite.Kind) allowance {
	if kind == invite.Poster {
		return allowance{wrong: 60, period: time.Minute, drafts: 2000, audits: 2000}
	}
	return allowance{wrong: 5, period: 10 * time.Minute, drafts: 8, audits: 20}
}

const guardDay = 24 * time.Hour

func (g *guard) of(t invite.Token, now time.Time) *tries {
	one := g.links[t]
	if one == nil {
		one = &tries{since: now, first: now}
		g.links[t] = one
	}
	if one.drafts == nil || now.Sub(one.first) >= guardDay {
		one.first, one.drafts, one.audits = now, map[DraftID]bool{}, 0
	}
	return one
}

// keep refuses with draft.many a link that has had its drafts of the day.
func (g *guard) keep(t invite.Token, kind invite.Kind, id DraftID, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	one := g.of(t, now)
	if !one.drafts[id] && len(one.drafts) >= allowed(kind).drafts {
		return fault.New(fault.TooMany, "draft.many")
	}
	one.drafts[id] = true
	return nil
}

// audit refuses with commitment.most a link that has had its checks of the day.
func (g *guard) audit(t invite.Token, kind invite.Kind, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	one := g.of(t, now)
	if one.audits >= allowed(kind).audits {
		return errMost()
	}
	one.audits++
	return nil
}

// enter counts a try and refuses with draft.pause (parameter minutes) a link on
// which too many wrong codes were tried. A try counts as wrong until right says
// otherwise, so that many at once gain nothing.
func (g *guard) enter(t invite.Token, kind invite.Kind, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	one, limit := g.of(t, now), allowed(kind)
	left := limit.period - now.Sub(one.since)
	if left <= 0 {
		one.since, one.wrong = now, 0
	}
	if one.wrong >= limit.wrong {
		return fault.New(fault.TooMany, "draft.pause", "minutes", strconv.Itoa(int(math.Ceil(left.Minutes()))))
	}
	if one.wrong++; one.wrong == limit.wrong {
		one.since = now // the pause begins
	}
	return nil
}

// right takes a try back under which there was a draft.
func (g *guard) right(t invite.Token) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if one := g.links[t]; one != nil && one.wrong > 0 {
		one.wrong--
	}
}

// rest forgets links that were not tried for a day.
func (g *guard) rest(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for t, one := range g.links {
		if now.Sub(one.since) >= guardDay && now.Sub(one.first) >= guardDay {
			delete(g.links, t)
		}
	}
}
