package quality

import (
	"math"
)

// crowds finds kinds of response of which a unit has far more than the other
// units predict: pairs of traits (reversed item misread, rare network, quick, a
// wrong attention item, a class of browser). The expected count is the unit's
// size times the median share of the other units, its variance has their spread
// too, so that units may differ as units do. How satisfied people are is no
// trait.
func (r *review) crowds() {
	if len(r.units) < 3 {
		return
	}
	traits := r.traits()
	for a := range traits {
		for b := range a + 1 {
			r.crowd(traits[a], traits[b])
		}
	}
}

// traits are marks of responses; nil columns are left out.
func (r *review) traits() [][]bool {
	rare := r.rareNetworks(rareSizes()[0])
	var out [][]bool
	add := func(has func(i int) bool) {
		column := make([]bool, r.n)
		for i := range column {
			column[i] = r.self[i] && has(i)
		}
		out = append(out, column)
	}
	width := r.high - r.low
	add(func(i int) bool { return r.conflict[i] > .45*width })
	add(func(i int) bool { return rare[i] })
	add(func(i int) bool { return r.speed[i] < -1.5 })
	add(func(i int) bool { return r.of(DeviceChain, i) > 0 })
	add(func(i int) bool { return r.evidence[Attention] != nil && r.evidence[Attention][i] > 0 })
	return out
}

// crowd gives evidence to the responses with both traits in units that have too
// many of them.
func (r *review) crowd(first, second []bool) {
	count := make([]float64, len(r.units))
	for i := range r.n {
		if first[i] && second[i] {
			count[r.unit[i]]++
		}
	}
	share := make([]float64, len(count))
	for u := range count {
		share[u] = (count[u] + .2) / float64(len(r.byUnit[u])+1)
	}
	usual := newPeers(share)
	for u := range count {
		size := float64(len(r.byUnit[u]))
		middle, spread := usual.without(u)
		expected := size * middle
		spread *= size
		z := (count[u] - expected) / math.Sqrt(expected+spread*spread+1)
		amount := ramp(z, 3, 7, 1) * min(3, math.Log((count[u]+.5)/(expected+.5)))
		if amount <= 0 || count[u] < leastBurst {
			continue
		}
		for _, i := range r.byUnit[u] {
			if first[i] && second[i] {
				r.give(Crowd, i, amount)
			}
		}
	}
}

// hands finds interviewers, tablets and batches whose responses differ from the
// rest of the unit in the way they were answered. Level is left out: whom an
// interviewer visits is not the interviewer's doing.
func (r *review) hands() {
	for _, one := range []struct {
		code Code
		name func(i int) string
	}{
		{Interviewer, func(i int) string { return r.s.Responses[i].Interviewer }},
		{Interviewer, func(i int) string {
			if r.s.Responses[i].Mode != "assisted" {
				return ""
			}
			return r.s.Responses[i].Device
		}},
		{Batch, func(i int) string { return r.s.Responses[i].Batch }},
	} {
		for u, members := range r.byUnit {
			lists := map[string][]int{}
			for _, i := range members {
				if name := one.name(i); name != "" {
					lists[name] = append(lists[name], i)
				}
			}
			for _, list := range lists {
				r.hand(one.code, group{u, list})
			}
		}
	}
}

// leastHand is how many responses make a hand recognisable.
const leastHand = 8

func (r *review) hand(code Code, g group) {
	if len(g.members) < leastHand {
		return
	}
	d := r.compare(g)
	if code == Interviewer { // a tablet's users are slower, and more alike in that
		d.hurry, d.pace, d.shape = d.hurry-2, 0, 0
	}
	d.level, d.channel = 0, 0
	amount := min(3, ramp(d.strange(), 1, 4, 3))
	if amount == 0 {
		return
	}
	for _, i := range g.members {
		r.give(code, i, amount)
	}
}
