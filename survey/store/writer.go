package store

import (
	"context"
	"errors"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
)

// calm is how many answers between two looks of the writer still let it re-file:
// that takes the connection for a while.
const calm = 100

// run is the writer: it takes all that waits, commits it, lets the callers go,
// and re-files answers when it is calm.
func (in *Intake) run(ctx context.Context) {
	rest := time.NewTicker(in.rest)
	defer rest.Stop()
	stored := 0
	for {
		select {
		case <-in.wake:
			stored += in.drain(ctx)
		case <-rest.C:
			if stored <= calm {
				in.supersedeAll(ctx)
				in.refileGroups(ctx)
			}
			stored = 0
		case <-in.stop:
			in.drain(ctx)
			in.supersedeAll(ctx)
			in.done <- in.lite.release(ctx, in)
			return
		}
	}
}

// drain stores until nothing waits and returns how many answers it saw.
func (in *Intake) drain(ctx context.Context) int {
	seen, last := 0, 0
	for {
		in.gather(last > 1)
		items := in.take()
		if last = len(items); last == 0 {
			return seen
		}
		in.store(ctx, items)
		seen += last
	}
}

// A commit costs the processor as much as a score of answers, and in the time that
// it takes only a few come: so where answers come close together the writer waits
// for some, though not for long.
const (
	gathered   = 32
	gatherStep = 200 * time.Microsecond
	gatherMost = 5 // steps
)

// gather waits until enough answers are there to be worth a commit. Whoever is
// alone does not wait.
func (in *Intake) gather(busy bool) {
	for range gatherMost {
		if n := in.queued(); n >= gathered || n < 2 && !busy {
			return
		}
		time.Sleep(gatherStep)
	}
}

func (in *Intake) queued() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.queue)
}

func (in *Intake) take() []*item {
	in.mu.Lock()
	defer in.mu.Unlock()
	items := in.queue
	for i := range items[:min(len(items), in.most)] {
		if i > 0 && items[i].follows() {
			in.queue = items[i:]
			return items[:i:i]
		}
	}
	if len(items) > in.most {
		in.queue = items[in.most:]
		return items[:in.most:in.most]
	}
	in.queue = nil
	return items
}

// store commits the items together; when that fails and not for want of a
// working disk, one by one, so that only the guilty ones fail.
func (in *Intake) store(ctx context.Context, items []*item) {
	err := in.stopReason()
	if err == nil {
		err = in.pulse.time(len(items), func() error { return in.lite.commit(ctx, in, items) })
	}
	if err == nil {
		in.settle(items, nil)
		return
	}
	if lost(err) {
		in.halt(err)
	}
	if len(items) == 1 || fault.KindOf(err) == fault.Unavailable {
		in.settle(items, err)
		return
	}
	for _, it := range items {
		in.store(ctx, []*item{it})
	}
}

func (in *Intake) stopReason() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.stopped
}

// halt stops the intake for good: after a failed sync nobody knows what is on
// the disk, and only a restart reads it anew.
func (in *Intake) halt(cause error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stopped == nil {
		in.stopped = errors.Join(fault.New(fault.Unavailable, "store.unavailable"), cause)
		close(in.broken)
	}
}

// settle moves the items out of the waiting state and lets their callers go.
func (in *Intake) settle(items []*item, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, it := range items {
		if it.entry != nil {
			in.conclude(it, err)
		} else {
			in.column(it.draft.Survey).drafts--
		}
		for _, answer := range it.waiting {
			answer <- err
		}
	}
}

// conclude counts an answer that was stored, or takes back that it was coming.
func (in *Intake) conclude(it *item, err error) {
	c, r := in.column(it.entry.Survey), &it.entry.Record
	delete(c.pending, it.key)
	if err != nil {
		if it.reply == nil || c.fall(it.entry.Revise, it.reply) {
			c.leave(it.entry, it.reply)
		}
		in.ended.drop(it.entry.Draft)
		return
	}
	c.keys.add(it.key, it.content, r.Outcome == questionnaire.QuotaFull)
	c.unfiled++
	if it.entry.Commitment != (ledger.Commitment{}) {
		c.fresh = append(c.fresh, halved(it.entry.Commitment))
	}
	c.add(r.Batch, r.Cell, r.Outcome, r.Answers)
	if it.reply != nil {
		c.replace(it.entry.Serial, it.reply)
	}
}

// sqlite's extended codes for a sync that failed (sqlite.org/rescode.html).
const (
	ioerrFsync    = 1034
	ioerrDirFsync = 1290
)

// lost reports whether err is a failed sync.
func lost(err error) bool {
	var coded interface{ Code() int }
	return errors.As(err, &coded) && (coded.Code() == ioerrFsync || coded.Code() == ioerrDirFsync)
}
