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
			if findings[i].Score >= flagAt/2 {
				suspect[u]++
			}
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
	for u := range out {
		r.alarm(&out[u], u, flagged, suspect, excess[u])
	}
	return out
}

// alarm adds the alarms of one unit up.
func (r *review) alarm(f *UnitFinding, u int, flagged, suspect []float64, top float64) {
	size := float64(f.Responses)
	base := min(.02, medianWithout(flagged, u))
	z := (float64(f.Flagged) - size*base) / math.Sqrt(size*base*(1-base)+1)
	ring := func(code Code, x, from, most float64) {
		if x > from {
			f.Rules = append(f.Rules, code)
		}
		f.Score += max(-1, min(most, x/from))
	}
	ring(UnitFlagged, z, 4, 3)
	middle, spread := medianWithout(suspect, u), 0.0
	if len(suspect) > 2 {
		spread = size * spreadWithout(suspect, u)
	}
	doubt := size * (suspect[u] - middle) / math.Sqrt(size*middle+spread*spread+1)
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

// topExcess is how far a unit's share of all-top answers lies above what the
// level of the others in the unit predicts (a line through the units, by medians
// of slopes, Theil 1950) and above its other days', in standard errors. It notes
// the evidence of the days with too many.
func (r *review) topExcess(top []bool) []float64 {
	out := make([]float64, len(r.units))
	if r.high <= r.low {
		return out
	}
	share, level := make([]float64, len(out)), make([]float64, len(out))
	for u, members := range r.byUnit {
		var rest sums
		count := 0.0
		for _, i := range members {
			switch {
			case top[i]:
				count++
			default:
				rest.add(r.level[i])
			}
		}
		share[u] = math.Log((count + 1) / (rest.n + 1))
		level[u] = rest.mean()
	}
	for u, members := range r.byUnit {
		predicted, spread := lineWithout(level, share, u)
		z := (share[u] - predicted) / spread
		days := r.topDays(members, top)
		out[u] = .6*max(-2, min(8, z)) + .4*days
		if amount := ramp(out[u], 1.2, 4, 2); amount > 0 {
			for _, i := range members {
				if top[i] {
					r.give(UnitTop, i, amount)
				}
			}
		}
	}
	return out
}

// lineWithout predicts y at x[leave] from the other units, with the spread of
// the residuals (at least .25 in logs).
func lineWithout(x, y []float64, leave int) (predicted, spread float64) {
	const least = .25
	if len(x) < 4 {
		return medianWithout(y, leave), 2 * least
	}
	var slopes []float64
	for a := range x {
		for b := range a {
			if a != leave && b != leave && math.Abs(x[a]-x[b]) > .02 {
				slopes = append(slopes, (y[a]-y[b])/(x[a]-x[b]))
			}
		}
	}
	slope := 0.0
	if len(slopes) > 0 {
		slope, _ = robust(slopes)
	}
	residual := make([]float64, len(x))
	for k := range x {
		residual[k] = y[k] - slope*x[k]
	}
	middle := medianWithout(residual, leave)
	return middle + slope*x[leave], max(least, spreadWithout(residual, leave))
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
