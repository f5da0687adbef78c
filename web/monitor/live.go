package monitor

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

const (
	lookEvery  = time.Second
	stayEvery  = 5  // looks between two questions whether the session lasts
	callsEvery = 15 // looks between two countings of the calls
	mostOpen   = 8  // streams of one account
)

// changed is what a page is told: it fetches the rest itself.
type changed struct {
	Sheets int `json:"sheets"`
}

// Events tells the page of a survey that something has changed.
func (d *Door) Events(c *fiber.Ctx) error {
	if _, err := d.Surveys.Pulse(c.UserContext(), login.Actor(c), id(c)); err != nil {
		return err
	}
	return d.stream(c, id(c))
}

// AllEvents tells the summary of all surveys that something has changed.
func (d *Door) AllEvents(c *fiber.Ctx) error { return d.stream(c, "") }

// stream sends "changed" when the pulse does, and "over" when the session has ended or
// too many newer pages are open.
// A page that was made before the stream began says what it shows (?seen, negative for
// nothing that is counted), and is told at once when that is old; without it there is
// no stream.
func (d *Door) stream(c *fiber.Ctx, of survey.ID) error {
	w := &watcher{door: d, by: login.Actor(c), of: of, stay: d.Stay(c)}
	seen, err := strconv.Atoi(c.Query("seen"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	if seen >= 0 {
		w.seen = &seen
	}
	d.enter(w)
	return view.Events(c, view.Watch{Every: lookEvery, Ended: d.Ended, Look: w.look, Done: func() { d.leave(w) }})
}

// enter counts a stream of an account. The oldest of too many ends: its page says so
// and can be loaded again.
func (d *Door) enter(w *watcher) {
	key := access.Fold(w.by.Name)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.streams[key] = append(d.streams[key], w)
	if all := d.streams[key]; len(all) > mostOpen {
		all[0].out.Store(true)
		d.streams[key] = all[1:]
	}
}

func (d *Door) leave(w *watcher) {
	key := access.Fold(w.by.Name)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.streams[key] = slices.DeleteFunc(d.streams[key], func(one *watcher) bool { return one == w })
	if len(d.streams[key]) == 0 {
		delete(d.streams, key)
	}
}

// watcher is one stream.
type watcher struct {
	door  *Door
	by    access.Actor
	of    survey.ID
	stay  func(ctx context.Context) (bool, error)
	out   atomic.Bool // made room for a newer one
	seen  *int        // sheets that the page showed when it asked; nil once that was compared
	n     int         // looks
	pulse survey.Pulse
	calls int
}

// look is asked again and again.
func (w *watcher) look(ctx context.Context, send view.Send) (more bool, err error) {
	first := w.n == 0
	if w.out.Load() {
		return false, send("over", changed{})
	}
	if w.n%stayEvery == 0 {
		lasts, err := w.stay(ctx)
		if err != nil {
			return false, err
		}
		if !lasts {
			return false, send("over", changed{})
		}
	}
	pulse, err := w.door.Surveys.Pulse(ctx, w.by, w.of)
	if err != nil {
		return false, err
	}
	calls, err := w.called(ctx)
	if err != nil {
		return false, err
	}
	w.n++
	old := pulse != w.pulse || calls != w.calls
	if first {
		old = w.seen != nil && *w.seen != pulse.Sheets
	}
	w.pulse, w.calls = pulse, calls
	switch {
	case old:
		return true, send("changed", changed{Sheets: pulse.Sheets})
	case first: // so that the page knows that it is told
		return true, send("watching", changed{Sheets: pulse.Sheets})
	}
	return true, nil
}

// called is a number that changes with what the calls came to.
func (w *watcher) called(ctx context.Context) (int, error) {
	if w.of == "" || w.n%callsEvery != 0 {
		return w.calls, nil
	}
	o, err := w.door.Surveys.Outcomes(ctx, w.by, w.of)
	if err != nil {
		return 0, err
	}
	const base = 1_000_003
	sum := 0
	for _, n := range []int{o.All.R, o.All.NC, o.All.O, o.All.UH, o.All.UO, o.All.NE, o.Calls.Cases()} {
		sum = sum*base + n
	}
	return sum, nil
}
