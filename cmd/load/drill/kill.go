package drill

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// restartLimit is how long a start after a kill may take.
const restartLimit = 2 * time.Second

// Kill kills the server so often, at random moments while residents answer.
// Every answer whose receipt a resident has seen must be in the database as the
// kill left it, and every form that was sent, when it is sent again, must get a
// receipt, the same as before where there was one; none may be stored twice.
func Kill(kills int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const linksEach = 2500
		s, err := open(ctx, o, kills*linksEach)
		if err != nil {
			return err
		}
		k := &killing{site: s, out: out}
		for n := range kills {
			if err := k.round(ctx, n); err != nil {
				s.server.Kill()
				return err
			}
		}
		out.count("kills", kills)
		out.count("sent", k.sent)
		out.count("acknowledged", k.acknowledged)
		out.time("restart", k.slowest)
		if k.slowest > restartLimit {
			out.wrong("a restart took %v, at most %v was allowed", k.slowest, restartLimit)
		}
		const atLeast = 10
		if k.acknowledged < kills*atLeast {
			out.wrong("only %d answers were acknowledged: the drill saw nothing", k.acknowledged)
		}
		return s.closing(ctx, out, k.sent)
	}
}

type killing struct {
	*site
	out                *Outcome
	sent, acknowledged int
	slowest            time.Duration
}

// round lets residents answer, kills, looks, starts and sends again.
func (k *killing) round(ctx context.Context, n int) error {
	sheets := k.untilKilled(ctx, n)
	if err := k.look(ctx, sheets); err != nil {
		return err
	}
	if err := k.up(ctx); err != nil {
		return err
	}
	k.slowest = max(k.slowest, k.server.Started)
	k.settled(ctx, k.out, sheets)
	return ctx.Err()
}

// untilKilled returns every form that was sent before and while the server was
// killed.
func (k *killing) untilKilled(ctx context.Context, n int) []*sheet {
	const residents, least, span = 32, 20 * time.Millisecond, 400 * time.Millisecond
	var mu sync.Mutex
	var sheets []*sheet
	moment := least + time.Duration(k.chance(uint64(n)).Int64N(int64(span)))
	first := make(chan struct{})
	var once sync.Once
	var crew sync.WaitGroup
	next := func() (stage.Link, bool) {
		mu.Lock()
		defer mu.Unlock()
		links, err := k.take(1)
		if err != nil {
			return stage.Link{}, false
		}
		return links[0], true
	}
	for w := range residents {
		crew.Go(func() {
			k.resident(ctx, k.chance(uint64(n)<<16+uint64(w)<<8), next, func(one *sheet) {
				mu.Lock()
				sheets = append(sheets, one)
				mu.Unlock()
				if one.receipt != "" {
					once.Do(func() { close(first) })
				}
			})
		})
	}
	over := make(chan struct{})
	go func() { crew.Wait(); close(over) }()
	select {
	case <-first:
		time.Sleep(moment)
	case <-over:
		k.out.wrong("no answer was acknowledged before kill %d", n+1)
	case <-ctx.Done():
	}
	k.server.Kill()
	<-over
	return sheets
}

// resident answers one link after the other until the server is gone, and tells
// of every form that was sent.
func (k *killing) resident(ctx context.Context, chance *rand.Rand, next func() (stage.Link, bool), sent func(*sheet)) {
	conn := drive.NewConn(k.server.Address, nil, patience)
	defer conn.Close()
	for {
		link, ok := next()
		if !ok {
			return
		}
		one, err := k.fill(ctx, conn, link, chance)
		if err != nil {
			return // killed before anything was sent
		}
		reply, err := conn.Send(ctx, one.request)
		if err == nil && reply.Status == http.StatusOK {
			one.receipt = paper.Receipt(reply.Body)
		}
		sent(one)
		if one.receipt == "" {
			return
		}
	}
}

// look examines a copy of the database as the kill left it.
func (k *killing) look(ctx context.Context, sheets []*sheet) error {
	dir, err := os.MkdirTemp(k.Dir, "snapshot-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := k.folder.Snapshot(dir); err != nil {
		return err
	}
	h, err := k.folder.Examine(ctx, dir)
	if err != nil {
		return err
	}
	acknowledged := 0
	for _, one := range sheets {
		if one.receipt == "" {
			continue
		}
		acknowledged++
		if !h.Has(one.link) {
			k.out.wrong("%s has a receipt and is not in the database", one.link.Path)
		}
	}
	if h.Stored < k.sent+acknowledged || h.Stored > k.sent+len(sheets) || h.Stored != h.SpentLinks() || len(h.Wrong) > 0 {
		k.out.wrong("after a kill: %d stored and %d links spent, %d acknowledged and %d sent; check: %v",
			h.Stored, h.SpentLinks(), k.sent+acknowledged, k.sent+len(sheets), h.Wrong)
	}
	k.sent += len(sheets)
	k.acknowledged += acknowledged
	return nil
}
