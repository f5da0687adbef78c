package ledger

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"minyi/indicators/fault"
)

// State is what became of a leaf.
type State string

// The states of a leaf. Every leaf has one, and once the review is over none is
// Cast; the public sees their counts only.
const (
	Cast       State = "cast"       // taken in; what becomes of it the review has not said yet
	Counted    State = "counted"    // in the estimate or in the posters' count
	Excluded   State = "excluded"   // left out by the review, with a reason
	Superseded State = "superseded" // answered again, where the round allows that
	Spoiled    State = "spoiled"    // opened by its resident as a check
)

// Opening shows what stands behind a leaf: for the two examiners, in secrecy, and
// for a spoiled leaf for its resident.
type Opening struct {
	Index  int64           `json:"index"`
	Salt   string          `json:"salt"` // hexadecimal, 32 bytes
	Row    json.RawMessage `json:"row"`  // byte for byte as committed to
	State  State           `json:"state"`
	Reason string          `json:"reason,omitempty"` // of an exclusion
}

// Commitment returns the commitment that the opening opens, or refuses with
// ledger.opening.
func (o Opening) Commitment(origin string) (Commitment, error) {
	salt, err := hex.DecodeString(o.Salt)
	if err != nil || len(salt) != SaltSize {
		return Commitment{}, fault.New(fault.Invalid, "ledger.opening", "index", fmt.Sprint(o.Index))
	}
	return Commit(origin, [SaltSize]byte(salt), o.Row), nil
}

// Counts says how many leaves are in each state, and excluded for what.
type Counts struct {
	Leaves  int64            `json:"leaves"`
	States  map[State]int64  `json:"states"`
	Reasons map[string]int64 `json:"reasons,omitempty"`
}

// CheckOpenings reads openings as JSON, one a line, and checks each against the
// leaves of the log: every leaf is opened once and by what was committed to. row
// is called for each counted one. What does not fit is ledger.opening with the
// index, a leaf that nobody opens ledger.unopened.
func CheckOpenings(origin string, leaves []Commitment, openings io.Reader, row func(Opening) error) (Counts, error) {
	c := Counts{Leaves: int64(len(leaves)), States: map[State]int64{}, Reasons: map[string]int64{}}
	seen := make([]bool, len(leaves))
	dec := json.NewDecoder(openings)
	for {
		var o Opening
		if err := dec.Decode(&o); err == io.EOF {
			break
		} else if err != nil {
			return c, fault.New(fault.Invalid, "ledger.opening", "index", "?")
		}
		if err := fits(origin, leaves, seen, o); err != nil {
			return c, err
		}
		seen[o.Index] = true
		c.add(o)
		if o.State == Counted {
			if err := row(o); err != nil {
				return c, err
			}
		}
	}
	for i, ok := range seen {
		if !ok {
			return c, fault.New(fault.Invalid, "ledger.unopened", "index", fmt.Sprint(i))
		}
	}
	return c, nil
}

func (c *Counts) add(o Opening) {
	c.States[o.State]++
	if o.State == Excluded {
		c.Reasons[o.Reason]++
	}
}

func fits(origin string, leaves []Commitment, seen []bool, o Opening) error {
	wrong := fault.New(fault.Invalid, "ledger.opening", "index", fmt.Sprint(o.Index))
	if o.Index < 0 || o.Index >= int64(len(leaves)) || seen[o.Index] {
		return wrong
	}
	switch o.State {
	case Counted, Excluded, Superseded, Spoiled:
	default:
		return wrong
	}
	got, err := o.Commitment(origin)
	if err != nil {
		return err
	}
	if got != leaves[o.Index] {
		return wrong
	}
	return nil
}
