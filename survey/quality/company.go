package quality

import "math"

// suspectGroup is the evidence from which a group's hours are looked at.
const suspectGroup = 1.8

// sessionGap ends a session of a group, in seconds.
const sessionGap = 2 * 3600.0

// hours is a stretch of time.
type hours struct{ from, to float64 }

// sessions are the stretches in which a group answered, with a margin.
func (r *review) sessions(g group) []hours {
	const margin = 600.0
	var out []hours
	for k, t := range r.moments(g.members) {
		if k == 0 || t-margin-out[len(out)-1].to > sessionGap {
			out = append(out, hours{t - margin, t + margin})
		}
		out[len(out)-1].to = t + margin
	}
	return out
}

// strays is how many of a told group are expected to come in by networks of
// their own, for each that comes by the group's.
const strays = .12

// company weighs those who answered in the hours of a suspect group, by the same
// channel, through other networks: colleagues on mobile data. The evidence is
// ln(1 + strays * size of the session / those expected from the same hours of the
// unit's other days).
func (r *review) company(g group, members []int) {
	const day = 86400.0
	inside := make(map[int]bool, len(g.members))
	for _, i := range g.members {
		inside[i] = true
	}
	channel := r.channelOf(g)
	var rest []int
	days := map[int]bool{}
	for _, i := range members {
		days[int(math.Floor(r.start[i]/day))] = true
		if !inside[i] && r.s.Responses[i].Channel == channel {
			rest = append(rest, i)
		}
	}
	others := max(1, float64(len(days)-1))
	mine := r.moments(g.members)
	for _, h := range r.sessions(g) {
		if h.to-h.from > day/2 {
			continue
		}
		var near []int
		const least = .3
		expected := least
		for _, i := range rest {
			t := r.start[i]
			switch {
			case t >= h.from && t <= h.to:
				near = append(near, i)
			case math.Mod(math.Mod(t-h.from, day)+day, day) <= h.to-h.from:
				expected += 1 / others
			}
		}
		amount := min(1.5, math.Log(1+strays*float64(mine.between(h.from, h.to))/expected))
		for k, fit := range r.fitsOf(g, near) {
			r.give(Company, near[k], amount+max(-.5, fit))
		}
	}
}

// channelOf is the channel of most of a group.
func (r *review) channelOf(g group) string {
	count, most := map[string]int{}, ""
	for _, i := range g.members {
		c := r.s.Responses[i].Channel
		count[c]++
		if count[c] > count[most] {
			most = c
		}
	}
	return most
}
