// Package audit is the trail: who did what to which, when and why, each entry
// chained to the one before by a hash, so that a changed, missing or reordered
// entry shows (C11). It computes and checks the chain; it stores nothing. Each
// half of the house keeps its own chain in its own database.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// Entry is one line of the trail. Before and After are what the object said
// before and after the act, as canonical text (mostly JSON); they hold no
// answer, token, password or address.
type Entry struct {
	Seq     int64     // place in the chain, from 1
	At      time.Time // programme clock, UTC, whole milliseconds
	Actor   string    // account name, or the command that acted
	Role    string    // role of the actor at that moment
	Action  string    // what was done, e.g. "round.open"
	Object  string    // to what, e.g. "round/2020"
	Outcome string    // Done or Refused
	Reason  string    // why, where the act asks for a reason
	Before  string
	After   string
	Prev    string // hash of the entry before, hex; empty for the first
	Hash    string // hash of this entry, hex
}

// The outcomes of an act.
const (
	Done    = "done"
	Refused = "refused"
)

// Seal returns the entry with its place, its predecessor's hash and its own
// hash filled in. last is the entry before it, the zero Entry for the first.
func Seal(e, last Entry) Entry {
	if e.Outcome == "" {
		e.Outcome = Done
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Seq = last.Seq + 1
	e.Prev = last.Hash
	e.Hash = sum(e)
	return e
}

// sum hashes every field but the hash itself, each with its length before it,
// so that no two different entries share a text.
func sum(e Entry) string {
	h := sha256.New()
	h.Write([]byte("minyi/trail/v1\n"))
	var n [8]byte
	number := func(v int64) {
		binary.BigEndian.PutUint64(n[:], uint64(v))
		h.Write(n[:])
	}
	number(e.Seq)
	number(e.At.UnixMilli())
	for _, s := range []string{
		e.Actor, e.Role, e.Action, e.Object, e.Outcome, e.Reason, e.Before, e.After, e.Prev,
	} {
		number(int64(len(s)))
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Break is where a chain stops being whole.
type Break struct {
	Seq  int64  // the entry at which it shows
	What string // "changed", "missing" or "reordered"
}

// Error says where and how the chain is broken.
func (b *Break) Error() string { return fmt.Sprintf("trail: entry %d %s", b.Seq, b.What) }

// Check reads a chain in the order of the store and returns a *Break for the
// first entry that is not what it was when it was written, nil when all are.
// It cannot see that the newest entries were cut off: the head that was
// published elsewhere shows that.
func Check(entries []Entry) error {
	var last Entry
	for _, e := range entries {
		switch {
		case e.Seq <= last.Seq:
			return &Break{Seq: e.Seq, What: "reordered"}
		case e.Seq != last.Seq+1:
			return &Break{Seq: last.Seq + 1, What: "missing"}
		case e.Prev != last.Hash || e.Hash != sum(e):
			return &Break{Seq: e.Seq, What: "changed"}
		}
		last = e
	}
	return nil
}
