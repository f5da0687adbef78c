package contact

import (
	"cmp"
	"slices"
)

// Drawn returns the interviews that are called back to verify them: of each
// interviewer a simple random sample without replacement of the given per cent,
// rounded up and one at least, in the order of the draw. It follows from the seed
// and the links alone, so that anybody can draw it again; as more interviews come,
// those drawn before may make room for others, and what is verified stays so.
func Drawn(cases []*Case, r Rules) []*Case {
	by := map[string][]*Case{}
	for _, c := range cases {
		if who := c.Interviewer(); who != "" {
			by[who] = append(by[who], c)
		}
	}
	var out []*Case
	order := func(a, b *Case) int {
		return cmp.Compare(chance(^r.Seed, a.Serial), chance(^r.Seed, b.Serial))
	}
	for _, own := range by {
		slices.SortFunc(own, order)
		out = append(out, own[:(len(own)*r.Share+whole-1)/whole]...)
	}
	slices.SortFunc(out, order)
	return out
}

// NextCheck returns the interview that somebody else than its interviewer calls
// back next, nil where there is none: the one with the fewest calls first.
func NextCheck(cases []*Case, r Rules, who string, taken func(serial uint32) bool) *Case {
	var best *Case
	for _, c := range Drawn(cases, r) {
		if c.Settled() || c.Interviewer() == who || taken(c.Serial) {
			continue
		}
		if best == nil || len(c.Checks) < len(best.Checks) {
			best = c
		}
	}
	return best
}

// Work is what one interviewer did.
type Work struct {
	Name       string `json:"name"`
	Attempts   int    `json:"attempts"`
	Interviews int    `json:"interviews"`
	Refusals   int    `json:"refusals"`
	Seconds    int    `json:"seconds"`    // mean length of the interviews that were measured; 0 for none
	Drawn      int    `json:"drawn"`      // interviews drawn for verification
	Verified   int    `json:"verified"`   // of all that were called back with a finding
	Mismatches int    `json:"mismatches"` // of those
}

// Length is how long the interviews of one interviewer took together, from the
// first page to the sending.
type Length struct {
	N       int `json:"n"`
	Seconds int `json:"seconds"`
}

// Mean is the mean length in seconds, 0 for none.
func (l Length) Mean() int {
	if l.N == 0 {
		return 0
	}
	return (l.Seconds + l.N/2) / l.N
}

// works adds up what each interviewer did.
type works struct{ sums map[string]*Work }

func (w *works) of(name string) *Work {
	if w.sums[name] == nil {
		w.sums[name] = &Work{Name: name}
	}
	return w.sums[name]
}

func (w *works) add(a Attempt) {
	one := w.of(a.By)
	one.Attempts++
	if d, err := Find(a.Code); err == nil {
		one.Refusals += b2i(d.Class == Refused)
		one.Interviews += b2i(d.Interviewed())
	}
}

// Works returns what each interviewer did, by name, with the lengths of their
// interviews.
func Works(cases []*Case, r Rules, lengths map[string]Length) []Work {
	w := works{sums: map[string]*Work{}}
	for _, c := range cases {
		for _, a := range c.Attempts {
			w.add(a)
		}
		c.verified(w.of)
	}
	for _, c := range Drawn(cases, r) {
		w.of(c.Interviewer()).Drawn++
	}
	var out []Work
	for name, one := range w.sums {
		one.Seconds = lengths[name].Mean()
		out = append(out, *one)
	}
	slices.SortFunc(out, func(a, b Work) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (c *Case) verified(of func(string) *Work) {
	who := c.Interviewer()
	if who == "" {
		return
	}
	for _, k := range c.Checks {
		if k.Finding == Unreached {
			continue
		}
		of(who).Verified++
		if k.Finding == Mismatch {
			of(who).Mismatches++
		}
	}
}
