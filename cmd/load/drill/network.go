package drill

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/proxy"
	"minyi/cmd/load/resident"
)

// Network lets so many residents answer over a network that cuts requests and
// answers at random bytes, swallows answers and holds them up, at every step of
// both ways; some tap the last button several times at once. Each must end with
// one receipt and one stored answer.
func Network(trials int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		n := &network{out: out, wait: clientWait, pause: time.Millisecond}
		return n.over(ctx, o, trials, func(s *site) func() proxy.Fate {
			return (&roads{chance: s.chance(1 << 40)}).fate
		}, func() {
			if int(n.bad.Struck()) < trials/2 {
				out.wrong("only %d faults: the drill saw little", n.bad.Struck())
			}
		})
	}
}

// over lets so many residents answer over a network that does to each connection what
// fate says; saw looks whether it has done enough.
func (n *network) over(ctx context.Context, o Options, trials int, fate func(*site) func() proxy.Fate, saw func()) error {
	s, err := open(ctx, o, trials)
	if err != nil {
		return err
	}
	defer func() { s.server.Kill() }()
	n.site = s
	if n.bad, err = proxy.Open(ctx, s.server.Address, fate(s)); err != nil {
		return err
	}
	sheets, err := n.everybody(ctx, trials)
	if err := errors.Join(err, n.bad.Close()); err != nil {
		return err
	}
	n.out.count("trials", trials)
	n.out.count("faults", int(n.bad.Struck()))
	n.out.count("requests", n.tries)
	n.out.count("again", n.again)
	saw()
	s.settled(ctx, n.out, sheets)
	return s.closing(ctx, n.out, trials)
}

// roads decide what befalls each connection.
type roads struct {
	mu     sync.Mutex
	chance *rand.Rand
}

// clientWait is how long the phone waits for an answer before it sends again.
const clientWait = 400 * time.Millisecond

func (r *roads) fate() proxy.Fate {
	r.mu.Lock()
	defer r.mu.Unlock()
	const wholeOfTen, requestBytes, answerBytes = 4, 2500, 14000
	if r.chance.IntN(10) < wholeOfTen {
		return proxy.Fate{}
	}
	f := proxy.Fate{Reset: r.chance.IntN(2) == 0}
	switch r.chance.IntN(7) {
	case 0, 1:
		f.Kind, f.After = proxy.Request, r.chance.IntN(requestBytes)
	case 2, 3:
		f.Kind, f.After = proxy.Answer, r.chance.IntN(answerBytes)
	case 4:
		f.Kind = proxy.Swallow
	case 5:
		f.Kind = proxy.Refuse
	case 6:
		f.Kind, f.Delay = proxy.Late, time.Duration(r.chance.Int64N(int64(2*clientWait)))
	}
	return f
}

type network struct {
	*site
	out *Outcome
	bad *proxy.Proxy
	// how long a phone waits for an answer, and before it sends again
	wait, pause time.Duration
	whole       bool // all questions on one page

	mu           sync.Mutex
	tries, again int
	times        drive.Histogram // from opening the link to the receipt
}

// everybody lets the residents answer, some at a time.
func (n *network) everybody(ctx context.Context, trials int) ([]*sheet, error) {
	links, err := n.take(trials)
	if err != nil {
		return nil, err
	}
	sheets := make([]*sheet, trials)
	const atOnce = 64
	gate := make(chan struct{}, atOnce)
	var crew sync.WaitGroup
	for i := range links {
		gate <- struct{}{}
		crew.Go(func() {
			defer func() { <-gate }()
			sheets[i] = &sheet{link: links[i]}
			n.one(ctx, uint64(i), sheets[i])
		})
	}
	crew.Wait()
	return sheets, ctx.Err()
}

// one resident's way.
func (n *network) one(ctx context.Context, i uint64, to *sheet) {
	const patience, taps, impatient = 60, 8, 4
	r := &resident.Resident{
		Road: func() *drive.Conn { return drive.NewConn(n.bad.Address(), nil, n.wait) },
		Host: n.server.Address, Path: to.link.Path, Paged: i%2 == 0 && !n.whole, Comment: comment,
		Chance: n.chance(i), Pause: n.pause, Patience: patience, Taps: 1,
	}
	if i%impatient == 0 {
		r.Taps = taps
	}
	begin := time.Now()
	story, err := r.Answer(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.times.Add(time.Since(begin))
	n.tries += story.Tries
	n.again += story.Again
	if err != nil {
		n.out.wrong("%s: %v", to.link.Path, err)
	}
	to.receipt, to.request = story.Receipt, story.Last
}
