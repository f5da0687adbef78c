package web

import (
	"context"
	"runtime"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// mostWaiting is how many files one person may have asked for and not got.
const mostWaiting = 10

// turns lets files be made one after the other for each person, and for all of them on
// half of the processors: the other half is the residents' (S30). What is made in the
// background has a queue of its own (package job).
type turns struct {
	slots chan struct{}
	mu    sync.Mutex
	lines map[string]*queue
}

// queue is one person's: whoever holds its place is served.
type queue struct {
	place   chan struct{}
	waiting int
}

func newTurns(processors int) *turns {
	return &turns{slots: make(chan struct{}, max(1, processors/2)), lines: map[string]*queue{}}
}

// take waits for the person's turn and for a slot; leave gives both back. It is refused
// with request.toomany where so many wait already, or the request's time is over.
func (t *turns) take(ctx context.Context, who string) (leave func(), err error) {
	own, ok := t.join(who)
	if !ok {
		return nil, fault.New(fault.TooMany, "request.toomany")
	}
	select {
	case own.place <- struct{}{}:
	case <-ctx.Done():
		t.part(who, own)
		return nil, fault.New(fault.TooMany, "request.toomany")
	}
	select {
	case t.slots <- struct{}{}:
	case <-ctx.Done():
		<-own.place
		t.part(who, own)
		return nil, fault.New(fault.TooMany, "request.toomany")
	}
	return func() {
		<-t.slots
		<-own.place
		t.part(who, own)
	}, nil
}

func (t *turns) join(who string) (*queue, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.lines[who]
	if own == nil {
		own = &queue{place: make(chan struct{}, 1)}
		t.lines[who] = own
	}
	if own.waiting >= mostWaiting {
		return nil, false
	}
	own.waiting++
	return own, true
}

func (t *turns) part(who string, own *queue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if own.waiting--; own.waiting == 0 {
		delete(t.lines, who)
	}
}

// heavy reports whether a route makes a file, or a page that costs as much.
func (a *App) heavy(r route) bool {
	if _, file := a.files[r.path]; file || r.path == "/agency/results" {
		return true
	}
	return r.method == get && (strings.HasSuffix(r.path, ".pdf") || strings.HasSuffix(r.path, "/pack.zip"))
}

// inTurn lets a heavy route's requests wait for their turn. What is streamed leaves its
// place as it begins: it goes at the pace of its receiver.
func (a *App) inTurn(r route) []fiber.Handler {
	if !a.heavy(r) {
		return nil
	}
	return []fiber.Handler{func(c *fiber.Ctx) error {
		who := "account " + login.Actor(c).Name
		if login.Actor(c).Anonymous() {
			who = "network " + view.ClientOf(c)
		}
		leave, err := a.turns.take(c.UserContext(), who)
		if err != nil {
			return err
		}
		defer leave()
		return c.Next()
	}}
}

// processors are those that this process may use.
func processors() int { return runtime.GOMAXPROCS(0) }
