package frame

import (
	"errors"
	"math"
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/stats/sample"
)

// Selection says how PSUs are drawn in a stratum.
type Selection string

// The ways to draw PSUs.
const (
	PPS Selection = ""    // with probability proportional to size, systematically
	SRS Selection = "srs" // simple random, without replacement
)

// Split says how the sample is spread over the strata of a domain.
type Split string

// The ways to spread a sample. Power is M. D. Bankier, Power allocations, The
// American Statistician 42 (1988), 174-177; the others W. G. Cochran, Sampling
// Techniques (1977), sections 5.5 to 5.9.
const (
	Proportional Split = ""       // by population
	Equal        Split = "equal"  // the same to each
	Neyman       Split = "neyman" // by population times standard deviation
	Power        Split = "power"  // by population to an exponent
)

// Selections are all ways to draw PSUs, the usual one first.
func Selections() []Selection { return []Selection{PPS, SRS} }

// Splits are all ways to spread a sample, the usual one first.
func Splits() []Split { return []Split{Proportional, Equal, Neyman, Power} }

// LeastGroup is how many people of a list share a batch at least, so that an
// answer cannot be traced to one of them by its batch.
const LeastGroup = 5

// Allotment is what a plan gives to one stratum.
type Allotment struct {
	Stratum, Domain string
	Population      int64
	PSUs            int // there to draw from; groups of a list without PSUs are made by the draw
	Drawings        int
	Links           int
	Reserve         int
}

// Allot says what Draw would give to each stratum, and refuses as it does.
func (f Frame) Allot(p Plan) ([]Allotment, error) {
	if err := p.check(f); err != nil {
		return nil, err
	}
	drawings, err := f.drawings(p)
	if err != nil {
		return nil, err
	}
	out := make([]Allotment, len(f.Strata))
	for i, h := range f.Strata {
		n := drawings[i]
		out[i] = Allotment{
			Stratum: h.Name, Domain: h.Domain, Population: h.Population(), PSUs: len(h.PSUs),
			Drawings: n, Links: n * p.PerPSU, Reserve: n * p.Reserve,
		}
	}
	return out, nil
}

// check refuses with a fault.List a plan that is none for the frame.
func (p Plan) check(f Frame) error {
	var list fault.List
	if len(p.Domains) == 0 && (p.Links < 1 || p.Links > MaxLinks) {
		list.Add(fault.New(fault.Invalid, "draw.links", "max", strconv.Itoa(MaxLinks)).At("links"))
	}
	if p.PerPSU < 1 || p.PerPSU > MaxPerPSU {
		list.Add(fault.New(fault.Invalid, "draw.perpsu", "max", strconv.Itoa(MaxPerPSU)).At("per_psu"))
	} else if f.People != nil && p.PerPSU < LeastGroup {
		list.Add(fault.New(fault.Invalid, "draw.few", "min", strconv.Itoa(LeastGroup)).At("per_psu"))
	}
	if p.Reserve < 0 || p.Reserve > MaxPerPSU {
		list.Add(fault.New(fault.Invalid, "draw.reserve", "max", strconv.Itoa(MaxPerPSU)).At("reserve"))
	}
	if p.Floor < 0 || p.Floor > MaxLinks {
		list.Add(fault.New(fault.Invalid, "draw.floor", "max", strconv.Itoa(MaxLinks)).At("floor"))
	}
	list = append(list, p.checkSplit(f)...)
	return list.Err()
}

const percent = 100

func (p Plan) checkSplit(f Frame) (list fault.List) {
	if !slices.Contains(Splits(), p.Split) || !slices.Contains(Selections(), p.Selection) {
		list.Add(fault.New(fault.Invalid, "draw.split").At("split"))
	}
	if p.Power < 0 || p.Power > percent {
		list.Add(fault.New(fault.Invalid, "draw.power").At("power"))
	}
	for i, h := range f.Strata {
		if share, ok := p.Expected[h.Name]; ok && (share < 1 || share >= percent) {
			list.Add(fault.New(fault.Invalid, "draw.expected", "stratum", h.Name).At("expected_" + strconv.Itoa(i)))
		}
	}
	if len(p.Domains) > 0 {
		list = append(list, p.checkDomains(f)...)
	}
	return list
}

func (p Plan) checkDomains(f Frame) (list fault.List) {
	for i, name := range f.Domains() {
		if n := p.Domains[name]; n < 1 || n > MaxLinks {
			list.Add(fault.New(fault.Invalid, "draw.domain", "domain", name, "max", strconv.Itoa(MaxLinks)).At("domain_" + strconv.Itoa(i)))
		}
	}
	return list
}

// Domains are the names of the domains in the order of the strata; one empty name
// where the frame has none.
func (f Frame) Domains() (out []string) {
	for _, h := range f.Strata {
		if !slices.Contains(out, h.Domain) {
			out = append(out, h.Domain)
		}
	}
	return out
}

// drawings is how often PSUs are drawn in each stratum.
func (f Frame) drawings(p Plan) ([]int, error) {
	for _, h := range f.Strata {
		if err := f.fits(h, p); err != nil {
			return nil, err
		}
	}
	out := make([]int, len(f.Strata))
	if p.usual() {
		total := f.Population()
		for i, h := range f.Strata {
			out[i] = max(leastDrawn, share(p.Links, h.Population(), total, p.PerPSU))
		}
		return out, f.room(p, out)
	}
	for _, domain := range f.Domains() {
		links := p.Links
		if len(p.Domains) > 0 {
			links = p.Domains[domain]
		}
		if err := f.spread(p, domain, links, out); err != nil {
			return nil, err
		}
		if len(p.Domains) == 0 {
			break // all strata at once
		}
	}
	return out, nil
}

// usual reports whether the plan is one in proportion to population without more:
// these have been drawn by rounding each stratum by itself since the first
// version, and must come out the same.
func (p Plan) usual() bool {
	return p.Split == Proportional && p.Selection == PPS && p.Floor == 0 && len(p.Domains) == 0
}

// room refuses more drawings than a list or a stratum of few PSUs can give.
func (f Frame) room(p Plan, drawings []int) error {
	for i, h := range f.Strata {
		if f.People != nil && drawings[i] > f.most(h, p) {
			return fault.New(fault.Invalid, "draw.room", "stratum", h.Name, "most", strconv.Itoa(f.most(h, p)*p.PerPSU)).At("links")
		}
	}
	return nil
}

// most is how often PSUs of a stratum can be drawn.
func (f Frame) most(h Stratum, p Plan) int {
	if p.Selection == SRS && !f.flat() {
		return len(h.PSUs)
	}
	return int(h.Population() / int64(p.PerPSU+p.Reserve))
}

// spread spreads the links of a domain over its strata.
func (f Frame) spread(p Plan, domain string, links int, out []int) error {
	var at []int
	var bound, size, deviation []float64
	least, floor := 0, max(leastDrawn, (p.Floor+p.PerPSU-1)/p.PerPSU)
	for i, h := range f.Strata {
		if len(p.Domains) > 0 && h.Domain != domain {
			continue
		}
		most := f.most(h, p)
		if most < leastDrawn {
			return fault.New(fault.Invalid, "draw.lonely", "stratum", h.Name).At("frame")
		}
		at = append(at, i)
		bound, size = append(bound, float64(most)), append(size, float64(h.Population()))
		deviation = append(deviation, p.deviation(h.Name))
		least += min(floor, most)
	}
	n := max(least, (links+p.PerPSU/2)/p.PerPSU)
	exponent, cv := 1.0, []float64(nil)
	switch p.Split {
	case Equal:
		exponent = 0
	case Neyman:
		cv = deviation
	case Power:
		exponent = float64(p.Power) / percent
	case Proportional:
	}
	parts, err := sample.AllocatePower(n, bound, size, cv, exponent, floor)
	var wrong *sample.Error
	if errors.As(err, &wrong) {
		return fault.New(fault.Invalid, "draw.room", "stratum", domain, "most", strconv.Itoa(sum(bound)*p.PerPSU)).At("links")
	}
	for k, i := range at {
		out[i] = parts[k]
	}
	return err
}

func sum(parts []float64) (n int) {
	for _, one := range parts {
		n += int(one)
	}
	return n
}

// deviation is the standard deviation of being satisfied, where the share expected
// is that of the plan.
func (p Plan) deviation(stratum string) float64 {
	share := 0.5
	if expected, ok := p.Expected[stratum]; ok {
		share = float64(expected) / percent
	}
	return math.Sqrt(share * (1 - share))
}

// fits refuses a stratum that has too few PSUs, or one too small for the links
// that a drawing brings.
func (f Frame) fits(h Stratum, p Plan) error {
	if f.flat() {
		return nil
	}
	if len(h.PSUs) < leastDrawn {
		return fault.New(fault.Invalid, "draw.lonely", "stratum", h.Name).At("frame")
	}
	for _, one := range h.PSUs {
		if one.Size < int64(p.PerPSU+p.Reserve) {
			return small(one)
		}
	}
	return nil
}

// share is links*part/total/perPSU, rounded half up.
func share(links int, part, total int64, perPSU int) int {
	den := total * int64(perPSU)
	return int((2*int64(links)*part + den) / (2 * den))
}
