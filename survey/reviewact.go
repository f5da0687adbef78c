package survey

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// ActKind says what an act of the review does.
type ActKind string

// The kinds of acts.
const (
	Exclude ActKind = "exclude" // the answers do not count
	Restore ActKind = "restore" // they count again
)

// ActState is what became of an act.
type ActState string

// The states of an act.
const (
	ActWaiting   ActState = "waiting"   // for a second person
	ActConfirmed ActState = "confirmed" // in force
	ActRefused   ActState = "refused"   // by the second person
	ActWithdrawn ActState = "withdrawn" // by the first
)

// mostReason is the longest reason of an act, in characters.
const mostReason = 500

// Act is one decision of the review about one answer or many: proposed with a
// reason by one person, confirmed or refused by another. It is never deleted.
type Act struct {
	Number    int      `json:"number"` // within the survey, from 1
	Kind      ActKind  `json:"kind"`
	Rule      string   `json:"rule,omitempty"`   // the code of a rule of the detector; empty for a reason in words only
	Reason    string   `json:"reason,omitempty"` // in words; empty where the rule says it
	Group     string   `json:"group,omitempty"`  // how the answers were chosen, where many were: a rule, a batch
	Count     int      `json:"count"`
	Digest    string   `json:"digest"` // of the answers' numbers
	State     ActState `json:"state"`
	Proposed  Approval `json:"proposed"`
	Decided   Approval `json:"decided,omitzero"`
	Note      string   `json:"note,omitempty"` // of who decided
	Responses []int64  `json:"-"`              // ascending; kept beside the act, and left out of lists
}

// Docket is what a rule about acts reads and writes: the acts, the answers of
// those that wait, and which answers are out, with the act that put them there.
type Docket struct {
	Acts []*Act
	Out  map[int64]int
}

func (d *Docket) act(number int) (*Act, error) {
	for _, a := range d.Acts {
		if a.Number == number {
			return a, nil
		}
	}
	return nil, fault.New(fault.NotFound, "review.noact")
}

// waits lists which answers stand in an act that waits.
func (d *Docket) waits() map[int64]bool {
	out := map[int64]bool{}
	for _, a := range d.Acts {
		if a.State == ActWaiting {
			for _, n := range a.Responses {
				out[n] = true
			}
		}
	}
	return out
}

// check trims the reason and demands one, and answers that it is about: the
// refusals are review.reason, review.long, review.none and review.kind.
func (a *Act) check() error {
	a.Reason = strings.Join(strings.Fields(a.Reason), " ")
	slices.Sort(a.Responses)
	a.Responses = slices.Compact(a.Responses)
	switch n := utf8.RuneCountInString(a.Reason); {
	case a.Kind != Exclude && a.Kind != Restore:
		return fault.New(fault.Invalid, "review.kind")
	case len(a.Responses) == 0:
		return fault.New(fault.Invalid, "review.none").At("response")
	case n == 0 && a.Rule == "", !utf8.ValidString(a.Reason):
		return fault.New(fault.Invalid, "review.reason").At("reason")
	case n > mostReason:
		return fault.New(fault.Invalid, "review.long", "max", strconv.Itoa(mostReason)).At("reason")
	}
	return nil
}

// ProposeAct puts an act before a second person. Answers that are in that state
// already, or stand in an act that waits, are left out of it; where none is left
// it is refused with review.none, and with review.unannounced by a rule that was not
// published before the fieldwork. It takes back a proposal to end the review.
func (s *Survey) ProposeAct(d *Docket, a *Act, by Approval) error {
	if err := s.reviewing(); err != nil {
		return err
	}
	if err := errors.Join(a.check(), s.announced(a)); err != nil {
		return err
	}
	waits := d.waits()
	a.Responses = slices.DeleteFunc(a.Responses, func(n int64) bool {
		_, out := d.Out[n]
		return waits[n] || out == (a.Kind == Exclude)
	})
	if len(a.Responses) == 0 {
		return fault.New(fault.Conflict, "review.already")
	}
	s.Review.Acts++
	s.Review.Waiting++
	s.Review.Closing = nil
	a.Number, a.State, a.Proposed = s.Review.Acts, ActWaiting, by
	a.Count, a.Digest = len(a.Responses), digestOf(a.Responses)
	d.Acts = append(d.Acts, a)
	return nil
}

// DecideAct is a word on an act that waits: the second person confirms or refuses
// it, the first may withdraw it. The refusals are review.noact, review.decided,
// review.self, review.other and review.kind.
func (s *Survey) DecideAct(d *Docket, number int, to ActState, note string, by Approval) error {
	if err := s.reviewing(); err != nil {
		return err
	}
	a, err := d.act(number)
	if err != nil {
		return err
	}
	note = strings.Join(strings.Fields(note), " ")
	if err := a.mayBecome(to, by); err != nil {
		return err
	}
	if utf8.RuneCountInString(note) > mostReason || !utf8.ValidString(note) {
		return fault.New(fault.Invalid, "review.long", "max", strconv.Itoa(mostReason)).At("note")
	}
	a.State, a.Decided, a.Note = to, by, note
	s.Review.Waiting--
	if to == ActConfirmed {
		s.settleAct(d, a)
	}
	return nil
}

// apart refuses who is not somebody else than the person who proposed an act (S14).
func (d *Docket) apart(number int, second access.Second) error {
	a, err := d.act(number)
	if err != nil {
		return err
	}
	return second.Apart(a.Proposed.Account)
}

// mayBecome refuses a word that is not the person's to say.
func (a *Act) mayBecome(to ActState, by Approval) error {
	first := a.Proposed.Account == by.Account
	switch {
	case a.State != ActWaiting:
		return fault.New(fault.Conflict, "review.decided")
	case to == ActWithdrawn && !first:
		return fault.New(fault.Forbidden, "review.other")
	case to == ActWithdrawn:
		return nil
	case to != ActConfirmed && to != ActRefused:
		return fault.New(fault.Invalid, "review.kind")
	case first:
		return fault.New(fault.Forbidden, "review.self")
	}
	return nil
}

// settleAct puts a confirmed act into force.
func (s *Survey) settleAct(d *Docket, a *Act) {
	for _, n := range a.Responses {
		if a.Kind == Exclude {
			d.Out[n] = a.Number
		} else {
			delete(d.Out, n)
		}
	}
	out := slices.SortedFunc(maps.Keys(d.Out), cmp.Compare[int64])
	s.Review.Excluded, s.Review.Digest = len(out), digestOf(out)
}
