package quality

import "math"

// suspectGroup is the evidence from which a group's hours are looked at.
const suspectGroup = 2.5

// company finds those who answered in the hours of a suspect group through other
// networks, if the unit has more of them in those hours than at the same hours of
// its other days: colleagues on mobile data.
func (r *review) company(g group, members []int) {
	const day, margin = 86400.0, 600.0
	times := r.moments(g.members)
	edge := len(times) / 20
	from, to := times[edge]-margin, times[len(times)-1-edge]+margin
	if to-from > day/2 {
		return
	}
	inside := make(map[int]bool, len(g.members))
	for _, i := range g.members {
		inside[i] = true
	}
	channel := r.channelOf(g)
	var near []int
	other, days := 0.0, map[int]bool{}
	for _, i := range members {
		t := r.start[i]
		days[int(math.Floor((t-from)/day))] = true
		switch {
		case inside[i] || r.s.Responses[i].Channel != channel:
		case t >= from && t <= to:
			near = append(near, i)
		case math.Mod(math.Mod(t-from, day)+day, day) <= to-from:
			other++
		}
	}
	expected := other/max(1, float64(len(days)-1)) + .5
	const enough, rare = 3, .02
	if len(near) < enough || poissonTail(len(near), expected) > rare {
		return
	}
	for _, i := range near {
		r.give(Company, i, min(1.5, math.Log(float64(len(near))/expected)))
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
