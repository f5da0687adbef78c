package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
)

const (
	maxWaiting = 8192 // answers waiting for the writer before the door says 503
	maxBatch   = 4096 // answers in one commit
)

// Intake takes answers in. One goroutine writes all that waits in one commit and
// only then lets the callers go; what may be refused is refused before, so that
// one bad answer cannot fail its neighbours.
type Intake struct {
	db   *db.DB
	lite prepared

	mu      sync.Mutex
	queue   []*item
	columns map[uint16]*column
	stopped error // why nothing can be stored any more; nil while serving
	closing bool  // Close was called

	wake   chan struct{}
	stop   chan struct{}
	done   chan error
	broken chan struct{}
	rest   time.Duration
}

// item is one answer in the queue.
type item struct {
	entry   survey.Entry
	key     uint64
	content uint64
	waiting []chan error // the first caller and equal resends that came meanwhile
}

// Put stores one answer; see survey.Intake.
func (in *Intake) Put(ctx context.Context, e survey.Entry) error {
	answer, err := in.admit(e)
	if answer == nil {
		return err
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		// It may still be stored; the same form sent again tells.
		return fmt.Errorf("survey: answer not stored in time: %w", fault.New(fault.Unavailable, "store.unavailable"))
	}
}

// admit checks all that can be checked before the queue. It returns a channel to
// wait on, or none when the matter is settled.
func (in *Intake) admit(e survey.Entry) (chan error, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	c := in.column(e.Survey)
	key, content := short(e.Key[:]), short(e.Content[:])
	if stored, ok := c.keys[key]; ok {
		return nil, same(stored == content)
	}
	if it, ok := c.pending[key]; ok {
		if it.content != content {
			return nil, same(false)
		}
		answer := make(chan error, 1)
		it.waiting = append(it.waiting, answer)
		return answer, nil
	}
	if err := in.welcome(c, e); err != nil {
		return nil, err
	}
	it := &item{entry: e, key: key, content: content, waiting: []chan error{make(chan error, 1)}}
	if e.OneTime {
		c.spent.set(e.Serial)
	}
	c.pending[key] = it
	in.queue = append(in.queue, it)
	select {
	case in.wake <- struct{}{}:
	default:
	}
	return it.waiting[0], nil
}

func same(equal bool) error {
	if equal {
		return nil
	}
	return fault.New(fault.Conflict, "submission.changed")
}

// welcome refuses a new answer that cannot be taken.
func (in *Intake) welcome(c *column, e survey.Entry) error {
	switch {
	case in.stopped != nil:
		return in.stopped
	case in.closing:
		return fault.New(fault.Unavailable, "store.unavailable")
	case e.Admit != nil:
		return e.Admit
	case c.sealed:
		return fault.New(fault.Closed, "survey.closed")
	case e.OneTime && c.spent.has(e.Serial):
		return fault.New(fault.Conflict, "token.spent")
	case len(in.queue) >= maxWaiting:
		return fault.New(fault.Unavailable, "intake.busy", "seconds", "2")
	}
	return c.fits(e.Record.Answers)
}

func (in *Intake) column(number uint16) *column {
	c, ok := in.columns[number]
	if !ok {
		c = newColumn()
		in.columns[number] = c
	}
	return c
}

// Spent reports whether a one-time link has been used.
func (in *Intake) Spent(number uint16, serial uint32) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	c, ok := in.columns[number]
	return ok && c.spent.has(serial)
}

// Tally counts the stored answers of a survey.
func (in *Intake) Tally(number uint16) survey.Tally {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := survey.Tally{}
	if c, ok := in.columns[number]; ok {
		for batch, counts := range c.tally {
			out[batch] = map[questionnaire.Disposition]int{}
			for outcome, n := range counts {
				out[batch][outcome] = n
			}
		}
	}
	return out
}

// Answers calls fn for each stored answer of a survey. packed is shared and must
// not be changed or kept.
func (in *Intake) Answers(number uint16, fn func(batch uint32, packed []byte) error) error {
	in.mu.Lock()
	c := in.column(number)
	packed, batch, width := c.packed, c.batch, c.width // only ever appended to
	in.mu.Unlock()
	for i, b := range batch {
		if err := fn(b, packed[i*width:(i+1)*width]); err != nil {
			return err
		}
	}
	return nil
}

// sealStep is how often Seal looks whether the answers under way are through.
const sealStep = 2 * time.Millisecond

// Seal refuses further answers to a survey and waits for those under way.
func (in *Intake) Seal(ctx context.Context, number uint16) error {
	in.mu.Lock()
	in.column(number).sealed = true
	in.mu.Unlock()
	tick := time.NewTicker(sealStep)
	defer tick.Stop()
	for {
		in.mu.Lock()
		left := len(in.column(number).pending)
		in.mu.Unlock()
		if left == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			in.Unseal(number)
			return fmt.Errorf("survey: %d answers still under way: %w", left, ctx.Err())
		}
	}
}

// Unseal lets a survey take answers again.
func (in *Intake) Unseal(number uint16) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.column(number).sealed = false
}
