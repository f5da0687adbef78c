package quality

import (
	"math"
	"slices"
)

// waves finds hours in which a unit has far more arrivals than at the same hours
// of its other days. An invitation does the same, so the evidence is how those
// hours' responses differ from the rest of the unit: people who are told to
// answer are quick, come by one channel and say one thing; people who were
// invited answer as people do.
func (r *review) waves() {
	for u, members := range r.byUnit {
		members = r.oncePerDevice(members)
		if len(members) < 2*leastHand {
			continue
		}
		for _, channel := range []string{"open", "prob"} {
			r.wave(u, r.ofChannel(members, channel))
		}
	}
}

func (r *review) ofChannel(members []int, channel string) []int {
	var out []int
	for _, i := range members {
		if r.s.Responses[i].Channel == channel {
			out = append(out, i)
		}
	}
	return out
}

// wave looks at the arrivals of one unit by one channel, in order.
func (r *review) wave(u int, members []int) {
	all := r.moments(members)
	if len(all) < leastHand {
		return
	}
	hit := make([]bool, len(members))
	for _, span := range []float64{1200, 5400} {
		for k, i := range members {
			t := r.start[i]
			count := all.between(t-span, t+span)
			if count < leastHand {
				continue
			}
			expected := r.usual(all, t, span)
			if poissonTail(count, expected)*float64(len(all)) < 1e-3 {
				hit[k] = true
			}
		}
	}
	for from := 0; from < len(members); from++ {
		to := from
		for to < len(members) && hit[to] {
			to++
		}
		if to-from >= leastHand {
			r.waveGroup(group{u, members[from:to]})
		}
		from = to
	}
}

// usual is how many arrivals a window has at the same hours of other days (their
// median, which other waves do not move), and no fewer than half of what an
// average hour brings.
func (r *review) usual(all arrivals, t, span float64) float64 {
	const day = 86400.0
	first, last := all[0], all[len(all)-1]
	var others []float64
	const reach = 40 * day // so long a fieldwork says enough
	for s := t - day*math.Floor(min(reach, t-first)/day); s <= min(last, t+reach); s += day {
		if math.Abs(s-t) > day/2 {
			others = append(others, float64(all.between(s-span, s+span)))
		}
	}
	average := float64(len(all)) * 2 * span / max(day, last-first)
	if len(others) == 0 {
		return average + 1
	}
	slices.Sort(others)
	return max(others[len(others)/2], average/2) + 1
}

func (r *review) waveGroup(g group) {
	d := r.compare(g)
	d.channel = 0 // the wave was cut out by channel
	amount := min(4, d.strange()-.5)
	for k, fit := range r.fits(g) {
		r.give(Wave, g.members[k], amount+fit)
	}
}
