package frame

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"minyi/indicators/fault"
)

// Bounds of a plan.
const (
	MaxLinks   = 200_000 // one-time links of one survey
	MaxPerPSU  = 1_000   // links of one drawing of a PSU
	leastDrawn = 2       // PSUs drawn in a stratum: with fewer no variance can be estimated
)

// Plan is what the agency decides about a draw.
type Plan struct {
	Seed   uint64 `json:"seed,string"`
	Links  int    `json:"links"`   // one-time links wanted in all; rounding to whole PSUs may give a few more or fewer
	PerPSU int    `json:"per_psu"` // links handed out each time a PSU is drawn; of a list without PSUs, people in a group

	Selection Selection      `json:"selection,omitempty"`
	Split     Split          `json:"split,omitempty"`
	Power     int            `json:"power,omitempty"`    // exponent of Power in hundredths, 0 to 100
	Floor     int            `json:"floor,omitempty"`    // links at least in each stratum
	Expected  map[string]int `json:"expected,omitempty"` // share satisfied expected in a stratum, per cent, for Neyman; 50 where it says nothing
	Domains   map[string]int `json:"domains,omitempty"`  // links wanted in each domain, instead of Links
	Reserve   int            `json:"reserve,omitempty"`  // further links that wait in reserve, for each time a PSU is drawn
	Number    string         `json:"number,omitempty"`   // the public number that the seed was made from; see SeedOf
}

// DrawnPSU is a PSU of the sample. Hits is how often it was drawn: a large one
// may be drawn more than once.
type DrawnPSU struct {
	PSU
	Hits  int `json:"hits"`
	Links int `json:"links"` // handed out: Hits times PerPSU, and what was released of the reserve
}

// DrawnStratum is a stratum with its drawn PSUs.
type DrawnStratum struct {
	Name       string     `json:"name"`
	Domain     string     `json:"domain,omitempty"`
	Population int64      `json:"population"`      // N, in the frame's measure of size
	Links      int        `json:"links"`           // n, with what was released of the reserve
	Drawings   int        `json:"drawings"`        // of PSUs
	Of         int        `json:"of,omitempty"`    // PSUs that there were to draw from; where they were drawn by SRS
	Spare      int        `json:"spare,omitempty"` // links of the reserve left, for each drawing
	PSUs       []DrawnPSU `json:"psus"`
}

// Sample is a drawn sample. It can be redone from its plan and the frame with
// the given hash, and from the waves in which its reserve was released.
type Sample struct {
	Plan      Plan           `json:"plan"`
	FrameHash string         `json:"frame_hash"`
	Strata    []DrawnStratum `json:"strata"`
	Waves     []Wave         `json:"waves,omitempty"`
}

// Links counts the one-time links of the sample.
func (s Sample) Links() int {
	n := 0
	for _, h := range s.Strata {
		n += h.Links
	}
	return n
}

// Stratum returns the drawn stratum of that name.
func (s Sample) Stratum(name string) (DrawnStratum, bool) {
	for _, h := range s.Strata {
		if h.Name == name {
			return h, true
		}
	}
	return DrawnStratum{}, false
}

// Draw draws PSUs in each stratum: with probability proportional to size,
// systematically along their codes (W. G. Madow, On the theory of systematic
// sampling II, 1949), which with PerPSU links a drawing gives every resident of a
// stratum the same chance; or by simple random sampling, which does not. Allot says
// how many in each stratum. It is exact in integers and depends on nothing but the
// frame, the plan and the seed. People of a list without PSUs are drawn by simple
// random sampling in their stratum, in random groups of PerPSU, which stand for
// PSUs in the estimate of variance (K. M. Wolter, Introduction to Variance
// Estimation, 2nd edition 2007, chapter 2) and keep an answer from being traced to
// one person by its batch.
func (f Frame) Draw(p Plan) (Sample, error) {
	if err := p.check(f); err != nil {
		return Sample{}, err
	}
	s := Sample{Plan: p, FrameHash: f.Hash()}
	drawings, err := f.drawings(p)
	if err != nil {
		return Sample{}, err
	}
	for i, h := range f.Strata {
		drawn, err := f.draw(h, p, drawings[i], s.FrameHash)
		if err != nil {
			return Sample{}, err
		}
		s.Strata = append(s.Strata, drawn)
	}
	if total := f.Population(); s.Links() > MaxLinks || int64(s.Links()) > total {
		return Sample{}, fault.New(fault.Invalid, "draw.links", "max", strconv.FormatInt(min(MaxLinks, total), 10)).At("links")
	}
	return s, nil
}

// draw draws one stratum.
func (f Frame) draw(h Stratum, p Plan, drawings int, hash string) (DrawnStratum, error) {
	drawn := DrawnStratum{
		Name: h.Name, Domain: h.Domain, Population: h.Population(), Drawings: drawings, Links: drawings * p.PerPSU, Spare: p.Reserve,
	}
	switch {
	case f.flat():
		drawn.PSUs = groups(drawings, p.PerPSU)
	case p.Selection == SRS:
		drawn.Of = len(h.PSUs)
		drawn.PSUs = simple(h, drawings, p.PerPSU, chance("psu", hash, p.Seed, h.Name, ""))
	default:
		drawn.PSUs = systematic(h, drawings, p.PerPSU, start(hash, p.Seed, h))
	}
	if len(drawn.PSUs) < leastDrawn {
		return drawn, fault.New(fault.Invalid, "draw.lonely", "stratum", h.Name).At("frame")
	}
	if f.People != nil && !f.flat() {
		for _, one := range drawn.PSUs {
			if one.Size < int64(one.Hits*(p.PerPSU+p.Reserve)) {
				return drawn, small(one.PSU)
			}
		}
	}
	return drawn, nil
}

// flat reports whether people are drawn from their stratum directly.
func (f Frame) flat() bool { return f.People != nil && f.People.Flat }

func small(one PSU) error {
	return fault.New(fault.Invalid, "draw.small", "psu", one.Code, "size", strconv.FormatInt(one.Size, 10)).At("per_psu")
}

// start is the random start of a stratum: uniform on its population.
func start(frameHash string, seed uint64, h Stratum) int64 {
	key := sha256.Sum256(fmt.Appendf(nil, "minyi/draw/v1\n%s\n%d\n%s", frameHash, seed, h.Name))
	return rand.New(rand.NewChaCha8(key)).Int64N(h.Population()) //nolint:gosec // a draw must be reproducible from its seed
}

// systematic takes the PSUs in which the points start + k*N fall, k from 0 to
// drawings-1, on a line where each PSU has its size times the drawings.
func systematic(h Stratum, drawings, perPSU int, start int64) []DrawnPSU {
	var out []DrawnPSU
	point, end, population := start, int64(0), h.Population()
	for _, p := range h.PSUs {
		end += p.Size * int64(drawings)
		hits := 0
		for point < end {
			hits++
			point += population
		}
		if hits > 0 {
			out = append(out, DrawnPSU{PSU: p, Hits: hits, Links: hits * perPSU})
		}
	}
	return out
}

// simple draws PSUs by simple random sampling without replacement, in the order
// of their codes.
func simple(h Stratum, drawings, perPSU int, g *rand.Rand) []DrawnPSU {
	order := shuffled(len(h.PSUs), g)[:min(drawings, len(h.PSUs))]
	slices.Sort(order)
	out := make([]DrawnPSU, len(order))
	for i, k := range order {
		out[i] = DrawnPSU{PSU: h.PSUs[k], Hits: 1, Links: perPSU}
	}
	return out
}

// groups are the random groups of people that stand for PSUs.
func groups(n, each int) []DrawnPSU {
	out := make([]DrawnPSU, n)
	for i := range out {
		out[i] = DrawnPSU{PSU: PSU{Code: fmt.Sprintf("G%03d", i+1)}, Hits: 1, Links: each}
	}
	return out
}

// chance is the seeded source of one part of a draw, each kept apart from all
// others.
func chance(what, frameHash string, seed uint64, stratum, psu string) *rand.Rand {
	key := sha256.Sum256(fmt.Appendf(nil, "minyi/draw/v2/%s\n%s\n%d\n%q\n%q", what, frameHash, seed, stratum, psu))
	return rand.New(rand.NewChaCha8(key)) //nolint:gosec // a draw must be reproducible from its seed
}

// shuffled is a random order of 0 to n-1 (R. A. Fisher and F. Yates, Statistical
// Tables, 1938, as D. E. Knuth, The Art of Computer Programming 2, algorithm P).
func shuffled(n int, g *rand.Rand) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	for i := n - 1; i > 0; i-- {
		k := g.IntN(i + 1)
		out[i], out[k] = out[k], out[i]
	}
	return out
}

// Order is the random order in which the people of a PSU, or of a stratum of a
// list without PSUs (psu is empty), were drawn: the places of n people of the
// canonical list, first those of the sample, then those of the reserve.
func Order(frameHash string, seed uint64, stratum, psu string, n int) []int {
	return shuffled(n, chance("people", frameHash, seed, stratum, psu))
}
