package drill

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// loading are residents who answer one link after the other until they are told to
// stop, or the server is gone.
type loading struct {
	*site
	end    context.CancelFunc
	crew   sync.WaitGroup
	pause  time.Duration // between two answers of one resident
	mu     sync.Mutex
	sheets []*sheet // all that were sent
	acked  int
	times  drive.Histogram // of the answers
	failed []error         // what was neither an answer nor the end of the server
}

// busy lets so many residents answer in the background.
func (s *site) busy(ctx context.Context, residents int, pause time.Duration) *loading {
	ctx, end := context.WithCancel(ctx)
	l := &loading{site: s, end: end, pause: pause}
	for w := range residents {
		l.crew.Go(func() { l.answer(ctx, uint64(w)) })
	}
	return l
}

func (l *loading) next() (stage.Link, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	links, err := l.take(1)
	if err != nil {
		return stage.Link{}, false
	}
	return links[0], true
}

func (l *loading) answer(ctx context.Context, w uint64) {
	conn := drive.NewConn(l.server.Address, nil, patience)
	defer conn.Close()
	chance := l.chance(1<<32 + w)
	for ctx.Err() == nil {
		link, ok := l.next()
		if !ok {
			return
		}
		one, err := l.fill(context.WithoutCancel(ctx), conn, link, chance)
		if err != nil {
			l.note(nil, 0, err)
			return
		}
		begin := time.Now()
		reply, err := conn.Send(context.WithoutCancel(ctx), one.request)
		if err == nil && reply.Status == http.StatusOK {
			one.receipt = paper.Receipt(reply.Body)
		}
		l.note(one, time.Since(begin), err)
		if one.receipt == "" {
			return
		}
		time.Sleep(l.pause)
	}
}

func (l *loading) note(one *sheet, took time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if one != nil {
		l.sheets = append(l.sheets, one)
	}
	if one != nil && one.receipt != "" {
		l.acked++
		l.times.Add(took)
	}
	if err != nil {
		l.failed = append(l.failed, err)
	}
}

// acknowledged are the sheets that have a receipt by now.
func (l *loading) acknowledged() []*sheet {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.sheets), func(s *sheet) bool { return s.receipt == "" })
}

// reached waits until so many answers were acknowledged in all, or nobody answers any
// more.
func (l *loading) reached(ctx context.Context, n int) bool {
	over := make(chan struct{})
	go func() { l.crew.Wait(); close(over) }()
	enough := func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.acked >= n
	}
	for {
		if enough() {
			return true
		}
		select {
		case <-over:
			return enough()
		case <-ctx.Done():
			return false
		case <-time.After(time.Millisecond):
		}
	}
}

// stop lets everybody finish the answer in hand and returns all that was sent.
func (l *loading) stop() []*sheet {
	l.end()
	l.crew.Wait()
	return l.sheets
}

// undisturbed is stop where the server was there all the time: whatever failed is
// wrong.
func (l *loading) undisturbed(out *Outcome) []*sheet {
	sheets := l.stop()
	for _, err := range l.failed {
		out.wrong("a resident was disturbed: %v", err)
	}
	if len(l.acknowledged()) != len(sheets) {
		out.wrong("%d forms were sent and %d acknowledged, with nothing in the way", len(sheets), len(l.acknowledged()))
	}
	return sheets
}
