package frame

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
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
	PerPSU int    `json:"per_psu"` // links handed out each time a PSU is drawn
}

// DrawnPSU is a PSU of the sample. Hits is how often it was drawn: a large one
// may be drawn more than once.
type DrawnPSU struct {
	PSU
	Hits  int `json:"hits"`
	Links int `json:"links"` // Hits times PerPSU
}

// DrawnStratum is a stratum with its drawn PSUs. Every resident of the stratum
// had the same chance Links/Population of getting a link, so the design weight of
// an answer is Population/Links (or over the answers, after nonresponse).
type DrawnStratum struct {
	Name       string     `json:"name"`
	Population int64      `json:"population"` // N, in the frame's measure of size
	Links      int        `json:"links"`      // n
	Drawings   int        `json:"drawings"`   // of PSUs
	PSUs       []DrawnPSU `json:"psus"`
}

// Sample is a drawn sample. It can be redone from its plan and the frame with
// the given hash.
type Sample struct {
	Plan      Plan           `json:"plan"`
	FrameHash string         `json:"frame_hash"`
	Strata    []DrawnStratum `json:"strata"`
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

// Draw draws PSUs in each stratum with probability proportional to size,
// systematically along their codes (W. G. Madow, On the theory of systematic
// sampling II, 1949), and gives each drawing PerPSU links: together an equal
// chance for every resident of a stratum. Drawings are allocated to the strata
// in proportion to population, with two at least in each. It is exact in
// integers and depends on nothing but the frame, the plan and the seed.
func (f Frame) Draw(p Plan) (Sample, error) {
	if err := p.check(); err != nil {
		return Sample{}, err
	}
	s := Sample{Plan: p, FrameHash: f.Hash()}
	total := f.Population()
	for _, h := range f.Strata {
		if err := h.fits(p); err != nil {
			return Sample{}, err
		}
		drawings := max(leastDrawn, share(p.Links, h.Population(), total, p.PerPSU))
		drawn := DrawnStratum{Name: h.Name, Population: h.Population(), Drawings: drawings, Links: drawings * p.PerPSU}
		drawn.PSUs = systematic(h, drawings, p.PerPSU, start(s.FrameHash, p.Seed, h))
		if len(drawn.PSUs) < leastDrawn {
			return Sample{}, fault.New(fault.Invalid, "draw.lonely", "stratum", h.Name).At("frame")
		}
		s.Strata = append(s.Strata, drawn)
	}
	if s.Links() > MaxLinks || int64(s.Links()) > total {
		return Sample{}, fault.New(fault.Invalid, "draw.links", "max", strconv.FormatInt(min(MaxLinks, total), 10)).At("links")
	}
	return s, nil
}

func (p Plan) check() error {
	var list fault.List
	if p.Links < 1 || p.Links > MaxLinks {
		list.Add(fault.New(fault.Invalid, "draw.links", "max", strconv.Itoa(MaxLinks)).At("links"))
	}
	if p.PerPSU < 1 || p.PerPSU > MaxPerPSU {
		list.Add(fault.New(fault.Invalid, "draw.perpsu", "max", strconv.Itoa(MaxPerPSU)).At("per_psu"))
	}
	return list.Err()
}

// fits refuses a stratum that has too few PSUs, or one too small for the links
// that a drawing brings.
func (s Stratum) fits(p Plan) error {
	if len(s.PSUs) < leastDrawn {
		return fault.New(fault.Invalid, "draw.lonely", "stratum", s.Name).At("frame")
	}
	for _, one := range s.PSUs {
		if one.Size < int64(p.PerPSU) {
			return fault.New(fault.Invalid, "draw.small", "psu", one.Code, "size", strconv.FormatInt(one.Size, 10)).At("per_psu")
		}
	}
	return nil
}

// share is links*part/total/perPSU, rounded half up.
func share(links int, part, total int64, perPSU int) int {
	den := total * int64(perPSU)
	return int((2*int64(links)*part + den) / (2 * den))
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
