// Package resident is a model of a resident at a phone whose network fails: the
// phone opens the link, sends each step, and where no answer comes sends the
// same bytes again, as a browser and the door's own script do. It knows pages
// and statuses, nothing of what is behind them.
package resident

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
)

// Resident answers one link.
type Resident struct {
	Road     func() *drive.Conn // a new connection
	Host     string
	Path     string
	Paged    bool // one question a page; else all on one
	Taps     int  // how often the last form is sent at once: 1, or more for the impatient
	Comment  int
	Chance   *rand.Rand
	Pause    time.Duration // before the first try again; then 3, 9 and 27 times as long
	Patience int           // tries of one step before the resident gives up
}

// Story is what happened to the resident.
type Story struct {
	Receipt string
	Last    []byte // the request that was answered with the receipt
	Tries   int    // requests in all
	Again   int    // requests that were sent again
}

// What ends a resident's way.
var (
	errRefused = errors.New("refused")
	errGaveUp  = errors.New("gave up")
	errTwo     = errors.New("two receipts for one answer")
)

// Answer goes the whole way.
func (r *Resident) Answer(ctx context.Context) (*Story, error) {
	s := &Story{}
	path := r.Path
	if !r.Paged {
		path += "?view=all"
	}
	page, err := r.insist(ctx, s, []byte("GET "+path+" HTTP/1.1\r\nHost: "+r.Host+"\r\n\r\n"), 1)
	const longest = 100 // steps
	for range longest {
		if err != nil {
			return s, err
		}
		form, err := paper.ReadForm(page)
		if err != nil {
			return s, err
		}
		if form.Receipt != "" {
			s.Receipt = form.Receipt
			return s, nil
		}
		body := form.Body(r.Chance, r.Comment)
		s.Last = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
			form.Action, r.Host, len(body), body)
		taps := 1
		if form.Button == "send" {
			taps = max(1, r.Taps)
		}
		if page, err = r.insist(ctx, s, s.Last, taps); err != nil {
			return s, err
		}
	}
	return s, errGaveUp
}

// insist sends a request until it is answered.
func (r *Resident) insist(ctx context.Context, s *Story, request []byte, taps int) ([]byte, error) {
	const longer, longest = 3, 27
	pause := r.Pause
	for try := range r.Patience {
		if try > 0 {
			s.Again++
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			pause = min(longer*pause, longest*r.Pause)
		}
		s.Tries++
		page, err := r.tap(ctx, request, taps)
		if err != nil || page != nil {
			return page, err
		}
	}
	return nil, errGaveUp
}

// tap sends a request so often at once and returns a page that came back, none
// where none came.
func (r *Resident) tap(ctx context.Context, request []byte, taps int) ([]byte, error) {
	pages, failures := make([][]byte, taps), make([]error, taps)
	var crew sync.WaitGroup
	for i := range taps {
		crew.Go(func() {
			conn := r.Road()
			defer conn.Close()
			reply, err := conn.Send(ctx, request)
			switch {
			case err != nil || again(reply.Status):
			case reply.Status >= http.StatusBadRequest:
				failures[i] = fmt.Errorf("%w: %d", errRefused, reply.Status)
			default:
				pages[i] = append([]byte{}, reply.Body...)
			}
		})
	}
	crew.Wait()
	var page []byte
	for _, p := range pages {
		if p == nil {
			continue
		}
		if page != nil && paper.Receipt(page) != paper.Receipt(p) {
			return nil, errTwo
		}
		page = p
	}
	return page, errors.Join(failures...)
}

// again reports a status after which a browser's script sends again.
func again(status int) bool {
	return status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests
}
