package quality

import (
	"math"
	"slices"
)

// rented finds crowds of networks that hardly anybody else uses: addresses rented
// for a script. Households have such lines too; so a window's count is compared
// with the share of rare networks in the other units times what the unit's common
// networks bring in the same window, which follows every wave.
func (r *review) rented() {
	rare := r.rareNetworks()
	share := make([]float64, len(r.units))
	for u, members := range r.byUnit {
		count := 0
		for _, i := range members {
			if rare[i] {
				count++
			}
		}
		share[u] = (float64(count) + .5) / (float64(len(members)) + 1)
	}
	for u, members := range r.byUnit {
		members = r.oncePerDevice(members)
		base := max(.01, medianWithout(share, u))
		var own, rest []int
		for _, i := range members {
			switch {
			case rare[i]:
				own = append(own, i)
			default:
				rest = append(rest, i)
			}
		}
		if len(own) >= leastBurst {
			r.rentedWindows(u, own, rest, base/(1-base))
		}
	}
}

// rareNetworks marks the responses of networks with at most three devices, or one
// in eighty of the unit's.
func (r *review) rareNetworks() []bool {
	devices := map[string]map[string]bool{}
	for i, x := range r.s.Responses {
		if x.Network == "" || !r.self[i] {
			continue
		}
		if devices[x.Network] == nil {
			devices[x.Network] = map[string]bool{}
		}
		devices[x.Network][x.Device] = true
	}
	out := make([]bool, r.n)
	for i, x := range r.s.Responses {
		limit := max(3, len(r.byUnit[r.unit[i]])/80)
		out[i] = r.self[i] && x.Network != "" && len(devices[x.Network]) <= limit
	}
	return out
}

func (r *review) rentedWindows(u int, own, rest []int, odds float64) {
	mine, others := r.moments(own), r.moments(rest)
	excess := make([]float64, len(own))
	for _, span := range append(spans(), 48*3600) {
		for k, t := range mine {
			count := mine.between(t-span, t+span)
			expected := odds*float64(others.between(t-span, t+span)) + .5
			p := poissonTail(count, expected) * float64(len(own))
			if count >= leastBurst && p < 1e-3 {
				excess[k] = max(excess[k], math.Log(float64(count)/expected))
			}
		}
	}
	g := group{unit: u}
	for k, x := range excess {
		if x > 0 {
			g.members = append(g.members, own[k])
		}
	}
	if len(g.members) == 0 {
		return
	}
	strange := r.compare(g).strange()
	for k, x := range excess {
		if x > 0 {
			r.give(RentedNetwork, own[k], min(6, min(3, x)+strange))
		}
	}
}

// medianWithout is the median of the others' values; the own one where there is
// no other.
func medianWithout(values []float64, leave int) float64 {
	others := make([]float64, 0, len(values))
	for k, v := range values {
		if k != leave {
			others = append(others, v)
		}
	}
	if len(others) == 0 {
		return values[leave]
	}
	slices.Sort(others)
	m := len(others) / 2
	if len(others)%2 == 0 {
		return (others[m-1] + others[m]) / 2
	}
	return others[m]
}

// gaps finds responses that begin at equal distances: the coefficient of
// variation of so many gaps in a row is rarely so small when people come by
// chance (.25 over ten gaps: 5 in 100,000). Looked at among all, the rare
// networks, and each class of browser of a unit.
func (r *review) gaps() {
	rare := r.rareNetworks()
	for _, members := range r.byUnit {
		lists := map[string][]int{}
		for _, i := range members {
			if math.IsNaN(r.start[i]) || !r.self[i] {
				continue
			}
			lists["all"] = append(lists["all"], i)
			lists["agent "+r.s.Responses[i].Agent] = append(lists["agent "+r.s.Responses[i].Agent], i)
			if rare[i] {
				lists["rare"] = append(lists["rare"], i)
			}
		}
		for _, list := range lists {
			r.regular(list)
		}
	}
}

func (r *review) regular(list []int) {
	const window = 10
	for k := 0; k+window < len(list); k++ {
		var sum, squares float64
		for g := range window {
			gap := r.start[list[k+g+1]] - r.start[list[k+g]]
			sum, squares = sum+gap, squares+gap*gap
		}
		mean := sum / window
		if mean <= 0 || mean > 3600 {
			continue
		}
		variation := math.Sqrt(max(0, squares/window-mean*mean)) / mean
		amount := ramp(-variation, -.28, -.12, 4)
		if amount == 0 {
			continue
		}
		for g := range window + 1 {
			r.give(RegularGaps, list[k+g], amount)
		}
	}
}
