package frame

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators/fault"
)

// Chance is an exact probability, or an expected number of drawings: Part of
// Whole, without a common divisor. The zero Chance is none.
type Chance struct{ Part, Whole int64 }

// NewChance reduces a fraction of two positive numbers.
func NewChance(part, whole int64) Chance {
	a, b := part, whole
	for b != 0 {
		a, b = b, a%b
	}
	if a == 0 {
		return Chance{}
	}
	return Chance{part / a, whole / a}
}

// String writes the fraction.
func (c Chance) String() string { return fmt.Sprintf("%d/%d", c.Part, c.Whole) }

// Decimal writes the chance with eight decimals, rounded down; for reading, the
// fraction is exact.
func (c Chance) Decimal() string {
	const digits = 8
	if c.Whole == 0 {
		return "0"
	}
	out, rest := strconv.FormatInt(c.Part/c.Whole, 10)+".", c.Part%c.Whole
	for range digits {
		rest *= 10
		out += strconv.FormatInt(rest/c.Whole, 10)
		rest %= c.Whole
	}
	return out
}

// First is the chance of the first stage: how often the PSU is drawn in the mean,
// which is its inclusion probability where that cannot pass 1.
func (h DrawnStratum) First(p DrawnPSU) Chance {
	switch {
	case h.Of > 0:
		return NewChance(int64(h.Drawings), int64(h.Of))
	case p.Size == 0: // a random group of a list without PSUs
		return NewChance(1, 1)
	}
	return NewChance(int64(h.Drawings)*p.Size, h.Population)
}

// Person is the inclusion probability of a person in the PSU: of both stages, with
// what was released of the reserve. Where PSUs were drawn in proportion to size it
// is the same all over the stratum.
func (h DrawnStratum) Person(p DrawnPSU) Chance {
	if h.Of > 0 {
		return NewChance(int64(h.Drawings)*int64(p.Links), int64(h.Of)*p.Size)
	}
	return NewChance(int64(h.Links), h.Population)
}

// Chance is the inclusion probability of a person in a drawn PSU; none where the
// PSU is not one of the sample. The design weight is its inverse.
func (s Sample) Chance(stratum, psu string) Chance {
	h, ok := s.Stratum(stratum)
	if !ok {
		return Chance{}
	}
	if h.Of == 0 {
		return h.Person(DrawnPSU{}) // the same all over the stratum
	}
	at, ok := slices.BinarySearchFunc(h.PSUs, psu, func(p DrawnPSU, code string) int { return strings.Compare(p.Code, code) })
	if !ok {
		return Chance{}
	}
	return h.Person(h.PSUs[at])
}

// Wave is a release of the reserve: Each further links for every drawing of a PSU
// in a stratum, or in all strata. Links counts them all.
type Wave struct {
	Stratum string    `json:"stratum"` // empty for all
	Each    int       `json:"each"`
	Links   int       `json:"links"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
}

// Issue is what a wave hands out in one PSU.
type Issue struct {
	Stratum, PSU string
	Links        int
}

// Release takes the next links of the reserve, in their random order, and says
// what to hand out where. As all of a stratum gets the same, chances stay equal
// where they were. It refuses with reserve.none more than there is, with
// reserve.unknown a stratum that was not drawn, and with draw.few a wave so small
// that an answer could be traced to its person.
func (s *Sample) Release(w Wave, people bool) ([]Issue, error) {
	var out []Issue
	found := false
	w.Links = 0
	for i := range s.Strata {
		h := &s.Strata[i]
		if w.Stratum != "" && w.Stratum != h.Name {
			continue
		}
		found = true
		if w.Each < 1 || w.Each > h.Spare {
			return nil, fault.New(fault.Invalid, "reserve.none", "stratum", h.Name, "left", strconv.Itoa(h.Spare)).At("each")
		}
		if people && w.Each < LeastGroup {
			return nil, fault.New(fault.Invalid, "draw.few", "min", strconv.Itoa(LeastGroup)).At("each")
		}
		h.Spare -= w.Each
		for k := range h.PSUs {
			p := &h.PSUs[k]
			p.Links += p.Hits * w.Each
			out = append(out, Issue{h.Name, p.Code, p.Hits * w.Each})
			w.Links += p.Hits * w.Each
		}
		h.Links += h.Drawings * w.Each
	}
	if !found {
		return nil, fault.New(fault.NotFound, "reserve.unknown").At("stratum")
	}
	s.Waves = append(s.Waves, w)
	return out, nil
}

// Redraws reports whether the sample is what its plan draws from the frame, with
// the reserve that was released.
func (f Frame) Redraws(s Sample) bool {
	if f.Hash() != s.FrameHash {
		return false
	}
	again, err := f.Draw(s.Plan)
	if err != nil {
		return false
	}
	for _, w := range s.Waves {
		if _, err := again.Release(w, false); err != nil {
			return false
		}
	}
	return reflect.DeepEqual(again.Strata, s.Strata)
}

// Digest names a plan before its draw: the SHA-256 of what it says but for seed and
// public number, hexadecimal.
func (p Plan) Digest() string {
	p.Seed, p.Number = 0, ""
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers and texts only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// SeedOf makes the seed of a draw from what was announced before, the frame and
// the plan, and a public number that nobody knew then: the first eight bytes of
// SHA-256("minyi/seed/v1" LF frame hash LF plan digest LF number), high byte first.
func SeedOf(frameHash, planDigest, number string) uint64 {
	sum := sha256.Sum256([]byte("minyi/seed/v1\n" + frameHash + "\n" + planDigest + "\n" + number))
	return binary.BigEndian.Uint64(sum[:])
}

// Inverse is one over the chance: the design weight. The zero Chance has none.
func (c Chance) Inverse() Chance {
	if c.Part == 0 {
		return Chance{}
	}
	return Chance{c.Whole, c.Part}
}
