package store

import (
	"sync/atomic"
	"time"
)

// Pulse is what the intake has done since it was started, for who watches it.
type Pulse struct {
	Waiting int           // answers and drafts in the queue now
	Commits uint64        // commits tried
	Stored  uint64        // answers and drafts in them
	Busy    time.Duration // time spent in commits; 0 without a stopwatch
}

// pulse counts; it is safe for concurrent use.
type pulse struct {
	commits, stored atomic.Uint64
	busy            atomic.Int64
	now             func() time.Time // nil: time is not taken
}

// Stopwatch lets the intake take the time of its commits by now. It is called
// before the first answer comes.
func (in *Intake) Stopwatch(now func() time.Time) { in.pulse.now = now }

// Pulse returns what the intake has done so far.
func (in *Intake) Pulse() Pulse {
	return Pulse{
		Waiting: in.queued(), Commits: in.pulse.commits.Load(), Stored: in.pulse.stored.Load(),
		Busy: time.Duration(in.pulse.busy.Load()),
	}
}

// time runs a commit of so many answers and counts it.
func (p *pulse) time(items int, commit func() error) error {
	if p.now != nil {
		begun := p.now()
		defer func() { p.busy.Add(int64(p.now().Sub(begun))) }()
	}
	p.commits.Add(1)
	p.stored.Add(uint64(items))
	return commit()
}
