package quality

import (
	"math"
	"slices"
	"sort"
)

// spans are the half widths, in seconds, of the windows in which arrivals are
// counted.
func spans() []float64 { return []float64{1800, 3 * 3600, 12 * 3600} }

// leastBurst is the smallest count that a burst can be.
const leastBurst = 5

// arrivals counts responses between two moments.
type arrivals []float64

func (a arrivals) between(from, to float64) int {
	return sort.SearchFloat64s(a, math.Nextafter(to, math.Inf(1))) - sort.SearchFloat64s(a, from)
}

// networks finds bursts of one network or address in a unit against the unit's
// own wave: expected is the network's total times the share of all the unit's
// other arrivals that fall into the window, the tail is Poisson's, corrected by
// Holm over the unit's networks. A burst alone is what a firm, a mast or an
// invitation makes too, so most of the evidence is how its responses differ from
// the rest of the unit.
func (r *review) networks() {
	for u, members := range r.byUnit {
		for _, key := range []func(*Response) string{
			func(x *Response) string { return x.Network },
			func(x *Response) string { return x.Address },
		} {
			r.networkBursts(u, members, key)
		}
	}
}

func (r *review) networkBursts(u int, members []int, key func(*Response) string) {
	members = r.oncePerDevice(members)
	lists := map[string][]int{}
	var names []string
	for _, i := range members {
		name := key(&r.s.Responses[i])
		if name == "" {
			continue
		}
		if lists[name] == nil {
			names = append(names, name)
		}
		lists[name] = append(lists[name], i)
	}
	found := make([]burst, len(names))
	for k, name := range names {
		found[k] = r.burstOf(members, lists[name])
	}
	for k, keep := range holm(found, 1e-4) {
		if !keep {
			r.steady(NetworkBurst, group{u, lists[names[k]]})
			continue
		}
		g := group{u, found[k].members}
		amount := min(6, 1+r.compare(g).strange())
		for k, fit := range r.fits(g) {
			r.give(NetworkBurst, g.members[k], max(min(1, amount), amount+fit))
		}
		if amount < suspectGroup {
			continue
		}
		r.company(g, members)
		if list := lists[names[k]]; 5*len(g.members) >= 3*len(list) {
			// The network is the group's own, not a carrier's: its few others too.
			for _, i := range list {
				r.give(NetworkBurst, i, .6*amount)
			}
		}
	}
}

// steady gives the evidence of networks that came without a burst, but whose
// responses differ from the rest of the unit by more than one thing.
func (r *review) steady(code Code, g group) {
	if len(g.members) < leastHand {
		return
	}
	amount := min(4, r.compare(g).strange()-.7)
	for k, fit := range r.fits(g) {
		r.give(code, g.members[k], amount+fit)
	}
}

// oncePerDevice leaves out what has no time, what was not answered on a device
// of one's own, and all but the first response of a device: a phone that
// answered often is the device rule's, and must not make its network suspect.
func (r *review) oncePerDevice(members []int) []int {
	seen := map[string]bool{}
	var out []int
	for _, i := range members {
		d := r.s.Responses[i].Device
		if math.IsNaN(r.start[i]) || !r.self[i] || d != "" && seen[d] {
			continue
		}
		seen[d] = true
		out = append(out, i)
	}
	return out
}

// burst is the responses of one network in its fullest windows.
type burst struct {
	members []int
	p       float64 // of the rarest window, corrected for the windows looked at
}

func (r *review) burstOf(all, own []int) burst {
	out := burst{p: 1}
	if len(own) < leastBurst {
		return out
	}
	mine, others := r.moments(own), r.moments(all)
	hit := make([]bool, len(own))
	for _, span := range spans() {
		for k, t := range mine {
			count := mine.between(t-span, t+span)
			rest := others.between(t-span, t+span) - count
			share := (float64(rest) + 1) / float64(len(others)-len(own)+2)
			p := poissonTail(count, float64(len(own))*share) * float64(len(own)*len(spans()))
			if count >= leastBurst && p < 1e-4 {
				hit[k] = true
				out.p = min(out.p, p)
			}
		}
	}
	for k, is := range hit {
		if is {
			out.members = append(out.members, own[k])
		}
	}
	return out
}

// moments are the known starts of responses, in order.
func (r *review) moments(members []int) arrivals {
	out := make(arrivals, 0, len(members))
	for _, i := range members {
		if !math.IsNaN(r.start[i]) {
			out = append(out, r.start[i])
		}
	}
	slices.Sort(out)
	return out
}

// holm says which of the bursts stay below the level after Holm's correction.
func holm(found []burst, level float64) []bool {
	order := make([]int, len(found))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case found[a].p < found[b].p:
			return -1
		case found[a].p > found[b].p:
			return 1
		}
		return 0
	})
	keep := make([]bool, len(found))
	for rank, k := range order {
		if found[k].p*float64(len(found)-rank) >= level {
			break
		}
		keep[k] = true
	}
	return keep
}

// poissonTail is P(X >= count) for a Poisson variable.
func poissonTail(count int, mean float64) float64 {
	if count <= 0 {
		return 1
	}
	if mean <= 0 {
		return 0
	}
	// The upper sum converges fast where it matters, far above the mean.
	if float64(count) <= mean {
		return 1
	}
	lg, _ := math.Lgamma(float64(count) + 1)
	term := math.Exp(float64(count)*math.Log(mean) - mean - lg)
	sum := 0.0
	for k := count; term > sum*1e-12; k++ {
		sum += term
		term *= mean / float64(k+1)
	}
	return min(1, sum)
}
