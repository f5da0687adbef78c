package event

import (
	"context"
	"fmt"

	"minyi/indicators/audit"
)

// Wrong is something that trails, rows and log do not agree about.
type Wrong struct {
	Half  Half
	Entry int64 // 0: of no entry
	Leaf  Leaf
	What  string
}

// The ways in which they disagree.
const (
	Missing  = "missing"  // an entry that the log of events has is gone
	Changed  = "changed"  // it is another than the log of events has
	Unfed    = "unfed"    // an act that is an event was looked at and is no row
	Unlogged = "unlogged" // a leaf that was given is not in the log
	Unknown  = "unknown"  // the log has a leaf that nothing accounts for
	OtherRow = "row"      // a row's leaf is not that of its entry
)

// String is a line for the operator.
func (w Wrong) String() string {
	switch w.What {
	case Unknown:
		return fmt.Sprintf("log of events: leaf %s is accounted for by nothing here", w.Leaf)
	case Unlogged:
		return fmt.Sprintf("log of events: leaf %s, given for entry %d of %s, is not in it", w.Leaf, w.Entry, w.Half)
	case Unfed, OtherRow:
		return fmt.Sprintf("log of events: what is kept of entry %d of %s is not what the entry makes (%s)", w.Entry, w.Half, w.What)
	}
	return fmt.Sprintf("trail of %s: entry %d was %s since it was put into the log of events", w.Half, w.Entry, w.What)
}

// Check compares both trails, the rows and the log, each with the others, and returns
// what does not agree. The chain of a trail shows what was done to an entry by
// somebody who left the rest alone; this shows what was done by somebody who made the
// chain anew from there on, or cut off its end (S49).
func (s *Service) Check(ctx context.Context) (wrong []Wrong, err error) {
	c := &check{Service: s, known: map[Leaf]Row{}, may: map[Leaf]bool{}}
	if c.read, err = s.Store.Read(ctx); err != nil || len(c.read) == 0 {
		return nil, err // nothing was ever given
	}
	if c.origin, err = s.Log.Origin(ctx); err != nil {
		return nil, err
	}
	if err := c.rows(ctx); err != nil {
		return nil, err
	}
	for _, half := range Halves() {
		if err := c.trail(ctx, half); err != nil {
			return nil, err
		}
	}
	err = c.log(ctx)
	return c.wrong, err
}

type check struct {
	*Service
	origin string
	read   map[Half]int64
	kept   map[Half]map[int64][]Row
	known  map[Leaf]Row  // what must be in the log
	may    map[Leaf]bool // what is on its way there
	wrong  []Wrong
}

func (c *check) say(half Half, entry int64, leaf Leaf, what string) {
	c.wrong = append(c.wrong, Wrong{Half: half, Entry: entry, Leaf: leaf, What: what})
}

// rows loads what is kept.
func (c *check) rows(ctx context.Context) error {
	c.kept = map[Half]map[int64][]Row{Programme: {}, Survey: {}}
	batches, err := c.Store.Batches(ctx, false)
	if err != nil {
		return err
	}
	for _, b := range append([]Batch{{}}, batches...) {
		all, err := c.Store.Rows(ctx, b.Day)
		if err != nil {
			return err
		}
		for _, r := range all {
			c.kept[r.Half][r.Entry] = append(c.kept[r.Half][r.Entry], r)
		}
		if b == (Batch{}) {
			continue // waits for its day
		}
		leaves, err := c.leaves(ctx, b.Day)
		if err != nil {
			return err
		}
		if !b.Given { // a stop, or a backup, between the log and the note that it has them
			for _, leaf := range leaves {
				c.may[leaf] = true
			}
			continue
		}
		for n, leaf := range leaves {
			if n < len(all) {
				c.known[leaf] = all[n]
			} else {
				c.known[leaf] = Row{Day: b.Day}
			}
		}
	}
	return nil
}

// trail compares a trail with the rows, as far as it was looked at.
func (c *check) trail(ctx context.Context, half Half) error {
	seen := map[int64]bool{}
	for at := int64(0); at < c.read[half]; {
		entries, err := c.Trails[half].Trail(ctx, at, stride)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			if e.Seq > c.read[half] {
				break
			}
			seen[e.Seq] = true
			if err := c.entry(half, e); err != nil {
				return err
			}
		}
		at = entries[len(entries)-1].Seq
	}
	if !seen[c.read[half]] && c.read[half] > 0 {
		c.say(half, c.read[half], Leaf{}, Missing)
	}
	for entry, rows := range c.kept[half] {
		if !seen[entry] && entry != c.read[half] {
			c.say(half, entry, rows[0].Leaf, Missing)
		}
	}
	return nil
}

// entry compares one entry with its rows.
func (c *check) entry(half Half, e audit.Entry) error {
	rows := c.kept[half][e.Seq]
	_, counts := KindOf(e.Action)
	if counts && e.Outcome == audit.Done && !hasAction(rows, e.Action) {
		c.say(half, e.Seq, Leaf{}, Unfed)
	}
	for _, r := range rows {
		made := Of(half, e, c.Secret)
		if r.Action == headAction {
			made = headOf(half, e, c.Secret)
		}
		leaf, err := made.Leaf(c.origin)
		if err != nil {
			return err
		}
		switch {
		case r.Hash != e.Hash:
			c.say(half, e.Seq, r.Leaf, Changed)
		case r.Leaf != leaf || r.Action != made.Action:
			c.say(half, e.Seq, r.Leaf, OtherRow)
		}
	}
	return nil
}

func hasAction(rows []Row, action string) bool {
	for _, r := range rows {
		if r.Action == action {
			return true
		}
	}
	return false
}

// log compares the rows with the log.
func (c *check) log(ctx context.Context) error {
	others, there := map[Leaf]bool{}, map[Leaf]bool{}
	if err := c.Log.Others(ctx, func(l Leaf) error { others[l] = true; return nil }); err != nil {
		return err
	}
	err := c.Log.Leaves(ctx, func(l Leaf) error {
		there[l] = true
		if _, ok := c.known[l]; !ok && !others[l] && !c.may[l] {
			c.say("", 0, l, Unknown)
		}
		return nil
	})
	for leaf, r := range c.known {
		if err == nil && !there[leaf] {
			c.say(r.Half, r.Entry, leaf, Unlogged)
		}
	}
	return err
}
