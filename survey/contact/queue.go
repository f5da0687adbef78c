package contact

import (
	"cmp"
	"time"
)

// rank orders the cases that may be called.
type rank uint8

const (
	agreed  rank = iota // an appointment is due
	spoken              // somebody was reached and may be called again
	fresh               // nobody was reached yet
	convert             // somebody refused, and another interviewer may ask once more
)

// turn is the place of a case in the queue.
type turn struct {
	rank     rank
	since    time.Time // of an appointment, or of the last call of who was reached
	attempts int
	here     int // calls of this occasion
	chance   uint64
}

func (t turn) before(o turn) bool {
	return cmp.Or(
		cmp.Compare(t.rank, o.rank), t.since.Compare(o.since), cmp.Compare(t.attempts, o.attempts),
		cmp.Compare(t.here, o.here), cmp.Compare(t.chance, o.chance),
	) < 0
}

// Next returns the case that somebody calls next, nil where there is none: an
// appointment that is due, the one agreed on first; then who was reached before,
// the longest ago; then the case with the fewest calls, of those the one with the
// fewest at this calling occasion (weekday, weekday evening, weekend), in an order
// drawn by the seed; last a refusal that somebody else may try to turn. closed
// says which cases are answered or in somebody's hand.
func Next(cases []*Case, r Rules, now time.Time, who string, closed func(serial uint32) bool) *Case {
	var best *Case
	var first turn
	for _, c := range cases {
		if closed(c.Serial) {
			continue
		}
		if t, ok := c.turn(r, now, who); ok && (best == nil || t.before(first)) {
			best, first = c, t
		}
	}
	return best
}

// turn is where a case stands now; false where it is not to be called.
func (c *Case) turn(r Rules, now time.Time, who string) (turn, bool) {
	if c.Ended(r) {
		return turn{}, false
	}
	t := turn{rank: fresh, attempts: len(c.Attempts), chance: chance(r.Seed, c.Serial)}
	if t.attempts == 0 {
		return t, true
	}
	if at := c.appointment(); !at.IsZero() {
		t.rank, t.since = agreed, at
		return t, !now.Before(at)
	}
	last := c.Attempts[t.attempts-1]
	if n, by := c.refusals(); n > 0 {
		t.rank = convert
		return t, by != who && !now.Before(last.At.AddDate(0, 0, r.Wait))
	}
	d, err := Find(last.Code)
	if err != nil || now.Sub(last.At) < r.pause(d) {
		return t, false
	}
	if d.Spoke {
		t.rank, t.since = spoken, last.At
		return t, true
	}
	for _, a := range c.Attempts {
		if SlotOf(a.At) == SlotOf(now) {
			t.here++
		}
	}
	return t, true
}

// pause is how long a number rests after a call: half an hour where it was busy,
// as queXS and others do, else the pause of the rules.
func (r Rules) pause(d Disposition) time.Duration {
	if d.Code == Busy && r.Pause > 0 {
		return 30 * time.Minute
	}
	return time.Duration(r.Pause) * time.Hour
}

// Waiting counts the cases that are called at a time or later.
func Waiting(cases []*Case, r Rules, closed func(serial uint32) bool) (n int) {
	for _, c := range cases {
		if !closed(c.Serial) && !c.Ended(r) {
			n++
		}
	}
	return n
}

// chance is a number that follows from seed and serial and from nothing else: the
// mixing function of SplitMix64 (Steele, Lea and Flood 2014).
func chance(seed uint64, serial uint32) uint64 {
	z := seed + (uint64(serial)+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
