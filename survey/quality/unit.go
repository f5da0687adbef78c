package quality

import (
	"math"
	"slices"
)

// unitFindings takes the alarms of the units. They look for what single responses
// do not show: residents who were told what to answer leave no trace but too
// many all-top answers, given in too few days, beside neighbours who are less
// content than such a share would need.
func (r *review) unitFindings(findings []Finding) []UnitFinding {
	out := make([]UnitFinding, len(r.units))
	top := r.allTop()
	flagged, suspect := make([]float64, len(out)), make([]float64, len(out))
	for u, members := range r.byUnit {
		f := &out[u]
		f.Unit, f.Responses = r.units[u], len(members)
		for _, i := range members {
			if findings[i].Flag {
				f.Flagged++
			}
			if top[i] {
				f.AllTop++
			}
			suspect[u] += ramp(findings[i].Score, .4*flagAt, flagAt, 1)
		}
		size := float64(len(members))
		f.AllTop /= size
		flagged[u] = (float64(f.Flagged) + .5) / (size + 50)
		suspect[u] = (suspect[u] + .5) / (size + 20)
		f.ChannelGap, f.ChannelZ = r.channelGap(members)
	}
	for i := range top { // a village of one mind answers together; the told answer apart
		top[i] = top[i] && r.of(NetworkBurst, i) == 0
	}
	excess := r.topExcess(top)
	usual, doubtful := newPeers(flagged), newPeers(suspect)
	for u := range out {
		r.alarm(&out[u], u, usual, doubtful, excess[u])
	}
	return out
}

// alarm adds the alarms of one unit up.
func (r *review) alarm(f *UnitFinding, u int, flagged, suspect *peers, top float64) {
	size := float64(f.Responses)
	base, _ := flagged.without(u)
	base = min(.02, base)
	z := (float64(f.Flagged) - size*base) / math.Sqrt(size*base*(1-base)+1)
	ring := func(code Code, x, from, most float64) {
		if x > from {
			f.Rules = append(f.Rules, code)
		}
		f.Score += max(-1, min(most, x/from))
	}
	ring(UnitFlagged, z, 4, 3)
	middle, spread := suspect.without(u)
	spread *= size
	doubt := size * (suspect.values[u] - middle) / math.Sqrt(size*middle+spread*spread+1)
	f.Score += max(-1, min(1.5, doubt/4))
	ring(UnitTop, top, 3, 3)
	if !math.IsNaN(f.ChannelZ) {
		ring(UnitChannelGap, f.ChannelZ, 4, 1)
	}
}

// allTop marks responses whose answers are all at the top, or one point short.
func (r *review) allTop() []bool {
	out := make([]bool, r.n)
	for i := range out {
		out[i] = (r.high-r.level[i])*float64(len(r.columns)) < 1.5 && r.high > r.low
	}
	return out
}

// leastUnits is how many units a line through them needs.
const leastUnits = 4

// topExcess is how far a unit's share of all-top answers lies above what the
// level of the others in the unit predicts and above its other days', in standard
// errors. It notes the evidence.
func (r *review) topExcess(top []bool) []float64 {
	out := make([]float64, len(r.units))
	if r.high <= r.low {
		return out
	}
	const least = .25 // the spread of log odds that units have at least
	usual := newPeers(r.topResiduals(top))
	for u, members := range r.byUnit {
		middle, spread := usual.without(u)
		if len(r.units) < leastUnits {
			spread = 2 * least
		}
		z := (usual.values[u] - middle) / max(least, spread)
		out[u] = .6*max(-2, min(8, z)) + .4*r.topDays(members, top)
		amount := ramp(out[u], 1.2, 4, 2)
		for _, i := range members {
			if top[i] && amount > 0 {
				r.give(UnitTop, i, amount)
			}
		}
	}
	return out
}

// topResiduals are the log odds of all-top answers in each unit, less what the
// level of its other answers predicts (a line through the units, Theil 1950).
func (r *review) topResiduals(top []bool) []float64 {
	odds, level := make([]float64, len(r.units)), make([]float64, len(r.units))
	for u, members := range r.byUnit {
		var rest sums
		count := 0.0
		for _, i := range members {
			if top[i] {
				count++
			} else {
				rest.add(r.level[i])
			}
		}
		odds[u] = math.Log((count + 1) / (rest.n + 1))
		level[u] = rest.mean()
	}
	if len(odds) >= leastUnits {
		slope := theil(level, odds)
		for u := range odds {
			odds[u] -= slope * level[u]
		}
	}
	return odds
}

// topDays is the largest standardised excess of all-top answers in any two days
// against the unit's other days.
func (r *review) topDays(members []int, top []bool) float64 {
	const day = 86400.0
	var days, tops arrivals
	for _, i := range members {
		if math.IsNaN(r.start[i]) {
			continue
		}
		days = append(days, r.start[i])
		if top[i] {
			tops = append(tops, r.start[i])
		}
	}
	best := 0.0
	slices.Sort(tops)
	slices.Sort(days)
	for _, from := range tops {
		n, k := float64(days.between(from, from+2*day)), float64(tops.between(from, from+2*day))
		out, rest := float64(len(tops))-k, float64(len(days))-n
		if n < leastBurst || rest < leastBurst {
			continue
		}
		p := (out + 1) / (rest + 2)
		best = max(best, (k-n*p)/math.Sqrt(n*p*(1-p)*(1+n/rest)+1))
	}
	return best
}

// channelGap is the mean level of the open answers less that of the invited, and
// the same in standard errors.
func (r *review) channelGap(members []int) (gap, z float64) {
	var open, invited sums
	for _, i := range members {
		switch r.s.Responses[i].Channel {
		case "open":
			open.add(r.level[i])
		case "prob":
			invited.add(r.level[i])
		}
	}
	const enough = 2
	if open.n < enough || invited.n < enough {
		return math.NaN(), math.NaN()
	}
	gap = open.mean() - invited.mean()
	return gap, gap / math.Sqrt(max(1e-9, open.variance()/open.n+invited.variance()/invited.n))
}
