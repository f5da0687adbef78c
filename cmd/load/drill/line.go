package drill

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"minyi/cmd/load/proxy"
)

// The line of the checklist (F09).
const (
	lineRate  = 256_000 / 8            // bytes a second
	lineDelay = 200 * time.Millisecond // each way
	lineLoss  = 5                      // one segment in so many is lost
	lineAgain = 1200 * time.Millisecond
	lineReset = 3 // one connection in so many is reset when the request has been sent
	lineWait  = 45 * time.Second
)

// Line lets so many residents answer over a line that is slow and loses a fifth of the
// segments, where connections are reset after the request was sent. Each must end with
// one receipt and one stored answer.
func Line(trials int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		n := &network{out: out, wait: lineWait, pause: time.Second, whole: true}
		lines := &lines{}
		return n.over(ctx, o, trials, func(s *site) func() proxy.Fate {
			lines.chance = s.chance(1 << 41)
			return lines.fate
		}, func() {
			out.count("lost", lines.lost)
			out.time("median", n.times.Quantile(0.5))
			out.time("p95", n.times.Quantile(0.95))
			if lines.lost < trials || int(n.bad.Struck()) < trials/10 {
				out.wrong("only %d segments lost and %d connections reset: the drill saw little", lines.lost, n.bad.Struck())
			}
		})
	}
}

// lines decide what is lost and reset.
type lines struct {
	mu     sync.Mutex
	chance *rand.Rand
	lost   int
}

func (l *lines) one(in int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.chance.IntN(in) == 0
}

func (l *lines) fate() proxy.Fate {
	f := proxy.Fate{Line: &proxy.Line{Delay: lineDelay, Rate: lineRate, Again: lineAgain, Lost: func() bool {
		lost := l.one(lineLoss)
		if lost {
			l.mu.Lock()
			l.lost++
			l.mu.Unlock()
		}
		return lost
	}}}
	if l.one(lineReset) {
		f.Kind, f.Reset = proxy.Answer, true // the first byte of the answer ends it
	}
	return f
}
