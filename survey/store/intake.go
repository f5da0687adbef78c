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
	most    int   // answers in one commit

	// ended names the drafts whose answers came last, so that a draft that was
	// under way meanwhile does not rise again.
	ended ring
	kept  sieve // drafts that may be on disk, or on their way there

	wake   chan struct{}
	stop   chan struct{}
	done   chan error
	broken chan struct{}
	rest   time.Duration
	pulse  pulse

	spoiling sync.Mutex // one check at a time: a second one for the same waits for the first
}

// item is one answer or one draft in the queue.
type item struct {
	entry   *survey.Entry // nil of a draft
	draft   *survey.Unsent
	key     uint64
	content uint64
	drafted bool         // there may be a draft that this answer ends
	reply   *reply       // where the link may answer again
	waiting []chan error // the first caller and equal resends that came meanwhile
}

// Put stores one answer; see survey.Intake.
func (in *Intake) Put(ctx context.Context, e survey.Entry) (questionnaire.Disposition, error) {
	outcome, answer, err := in.admit(&e)
	if answer != nil {
		err = wait(ctx, answer)
	}
	return outcome, err
}

func wait(ctx context.Context, answer chan error) error {
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		// It may still be stored; the same form sent again tells.
		return fmt.Errorf("survey: answer not stored in time: %w", fault.New(fault.Unavailable, "store.unavailable"))
	}
}

// admit checks all that can be checked before the queue. It returns the
// disposition and a channel to wait on, or none when the matter is settled.
func (in *Intake) admit(e *survey.Entry) (questionnaire.Disposition, chan error, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	c := in.column(e.Survey)
	key, content := short(e.Key[:]), short(e.Content[:])&^1 // a bit is kept for the quota
	if stored, full, ok := c.keys.find(key); ok {
		return asked(e, full), nil, same(stored == content)
	}
	if it, ok := c.pending[key]; ok {
		if it.content != content {
			return 0, nil, same(false)
		}
		answer := make(chan error, 1)
		it.waiting = append(it.waiting, answer)
		return it.entry.Record.Outcome, answer, nil
	}
	if len(c.spoiled) > 0 && c.spoiled[halved(e.Commitment)] {
		return 0, nil, fault.New(fault.Conflict, "commitment.spoiled")
	}
	if err := in.welcome(c, e); err != nil {
		return 0, nil, err
	}
	it := &item{entry: e, key: key, content: content, waiting: []chan error{make(chan error, 1)}}
	it.reply = c.stand(e)
	c.enter(e)
	it.reply.fill(e)
	in.ended.add(e.Draft)
	it.drafted = e.Draft != (survey.DraftID{}) && in.kept.has(e.Draft)
	c.pending[key] = it
	in.push(it)
	return e.Record.Outcome, it.waiting[0], nil
}

// asked is the disposition of a stored answer that is sent again.
func asked(e *survey.Entry, full bool) questionnaire.Disposition {
	if full {
		return questionnaire.QuotaFull
	}
	return e.Record.Outcome
}

// push queues an item and wakes the writer.
func (in *Intake) push(it *item) {
	in.queue = append(in.queue, it)
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

func same(equal bool) error {
	if equal {
		return nil
	}
	return fault.New(fault.Conflict, "submission.changed")
}

// welcome refuses a new answer that cannot be taken.
func (in *Intake) welcome(c *column, e *survey.Entry) error {
	switch {
	case in.unable() != nil:
		return in.unable()
	case e.Admit != nil:
		return e.Admit
	case c.sealed:
		return fault.New(fault.Closed, "survey.closed")
	case e.OneTime && c.spent.has(e.Serial) && !c.mayRevise(e.Revise):
		return fault.New(fault.Conflict, "token.spent")
	case e.Cap != 0 && c.taken[e.Record.Batch] >= e.Cap:
		return fault.New(fault.Closed, "poster.full")
	}
	return c.sheets.fits(e.Record.Answers)
}

// unable is why nothing new can be queued now.
func (in *Intake) unable() error {
	switch {
	case in.stopped != nil:
		return in.stopped
	case in.closing:
		return fault.New(fault.Unavailable, "store.unavailable")
	case len(in.queue) >= maxWaiting:
		return fault.New(fault.Unavailable, "intake.busy", "seconds", "2")
	}
	return nil
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

// Taken counts the answers of one batch, with those under way.
func (in *Intake) Taken(number uint16, batch uint32) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	if c, ok := in.columns[number]; ok {
		return int(c.taken[batch])
	}
	return 0
}

// Cells counts the stored answers of a survey by the cells of its quota.
func (in *Intake) Cells(number uint16) map[uint32]survey.CellCount {
	in.mu.Lock()
	defer in.mu.Unlock()
	out := map[uint32]survey.CellCount{}
	if c, ok := in.columns[number]; ok {
		for cell, one := range c.stored {
			out[cell] = one
		}
	}
	return out
}

// Answers calls fn for each stored answer of a survey that counts. packed is
// shared and must not be changed or kept.
func (in *Intake) Answers(number uint16, fn func(batch uint32, packed []byte) error) error {
	in.mu.Lock()
	sheets := in.column(number).sheets.view()
	in.mu.Unlock()
	return sheets.each(fn)
}

// Columns hands over the stored answers of a survey that count as columns of their
// bytes; see survey.Intake.
func (in *Intake) Columns(number uint16, size int, which []int, fn func(batches []uint32, columns [][]byte) error) error {
	in.mu.Lock()
	sheets := in.column(number).sheets.view()
	in.mu.Unlock()
	if sheets.n > 0 && sheets.width != size {
		return fmt.Errorf("survey: packed answers of %d bytes, read as those of %d", sheets.width, size)
	}
	return sheets.columns(which, fn)
}

// sealStep is how often Seal looks whether the answers under way are through.
const sealStep = 2 * time.Millisecond

// Seal refuses further answers to a survey and waits for those under way.
func (in *Intake) Seal(ctx context.Context, number uint16) error {
	in.spoiling.Lock() // a check that is under way is through
	in.mu.Lock()
	in.column(number).sealed = true
	in.mu.Unlock()
	in.spoiling.Unlock()
	tick := time.NewTicker(sealStep)
	defer tick.Stop()
	for {
		in.mu.Lock()
		c := in.column(number)
		left := len(c.pending) + c.drafts
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
