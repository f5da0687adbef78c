package quality

import (
	"math"
)

// sizes is a span of sizes: how many devices a network has.
type sizes struct{ least, most int }

// rareSizes are the networks that count as rare, by their number of devices:
// scripts use a rented address once, or a few times each. A firm among them is
// of another size, and alone in it.
func rareSizes() []sizes { return []sizes{{1, 3}, {3, 8}, {6, 16}} }

// rented finds crowds of networks that hardly anybody else uses: addresses rented
// for a script. Households have such lines too; so a window's count is compared
// with the share of rare networks in the other units times what the unit's common
// networks bring in the same window, which follows every wave.
func (r *review) rented() {
	for _, size := range rareSizes() {
		rare := r.rareNetworks(size)
		share := make([]float64, len(r.units))
		for u, members := range r.byUnit {
			count := 0
			for _, i := range r.firsts(members) {
				if rare[i] {
					count++
				}
			}
			share[u] = (float64(count) + .5) / (float64(len(members)) + 1)
		}
		usual := newPeers(share)
		for u, members := range r.byUnit {
			middle, _ := usual.without(u)
			base := max(.01, middle)
			if base > mostRare {
				continue // nearly everybody has a line of their own: it tells nothing
			}
			var own, rest []int
			for _, i := range r.oncePerDevice(members) {
				if rare[i] {
					own = append(own, i)
				} else {
					rest = append(rest, i)
				}
			}
			if len(own) >= leastBurst {
				r.rentedWindows(u, own, rest, base/(1-base))
			}
		}
	}
}

// mostRare is the share of rare networks from which they are the rule.
const mostRare = .5

// rareNetworks marks the responses of networks of a size that is also small
// beside the unit: beyond three devices at most 3 % of its responses.
func (r *review) rareNetworks(size sizes) []bool {
	devices := map[string]map[string]bool{}
	for i, x := range r.s.Responses {
		if x.Network == "" || !r.self[i] {
			continue
		}
		if devices[x.Network] == nil {
			devices[x.Network] = map[string]bool{}
		}
		d := x.Device
		if d == "" {
			d = "\x00" + x.ID // not known: one of its own
		}
		devices[x.Network][d] = true
	}
	out := make([]bool, r.n)
	for i, x := range r.s.Responses {
		d := len(devices[x.Network])
		most := min(size.most, max(rareSizes()[0].most, 3*len(r.byUnit[r.unit[i]])/100))
		out[i] = r.self[i] && x.Network != "" && d >= size.least && d <= most
	}
	return out
}

// firsts are the first responses of each network, so that a firm counts once.
func (r *review) firsts(members []int) []int {
	seen := map[string]bool{}
	var out []int
	for _, i := range members {
		if name := r.s.Responses[i].Network; !seen[name] {
			seen[name] = true
			out = append(out, i)
		}
	}
	return out
}

func (r *review) rentedWindows(u int, own, rest []int, odds float64) {
	heads := r.firsts(own)
	mine, others := r.moments(heads), r.moments(rest)
	excess := map[string]float64{} // of each network
	for _, span := range append(spans(), 48*3600) {
		for k, t := range mine {
			count, common := mine.between(t-span, t+span), others.between(t-span, t+span)
			// A town where such lines are common has them at all hours.
			usual := (float64(len(mine)-count) + .5) / (float64(len(others)-common) + 20)
			expected := max(odds, usual)*float64(common) + .5
			p := poissonTail(count, expected) * float64(len(mine)*len(rareSizes()))
			if name := r.s.Responses[heads[k]].Network; count >= leastBurst && p < 1e-3 {
				excess[name] = max(excess[name], math.Log(float64(count)/expected))
			}
		}
	}
	g := group{unit: u}
	for _, i := range own {
		if excess[r.s.Responses[i].Network] > 0 {
			g.members = append(g.members, i)
		}
	}
	r.steady(RentedNetwork, group{u, own})
	strange := r.compare(g).strange()
	for k, fit := range r.fits(g) {
		i := g.members[k]
		r.give(RentedNetwork, i, min(6, min(3, excess[r.s.Responses[i].Network])+strange+fit))
	}
}

// gaps finds responses that begin at equal distances: the coefficient of
// variation of so many gaps in a row is rarely so small when people come by
// chance (.25 over ten gaps: 5 in 100,000). Looked at among all, the rare
// networks, and each class of browser of a unit; not where starts are known to the
// hour only.
func (r *review) gaps() {
	if r.s.Hourly {
		return
	}
	rare := r.rareNetworks(rareSizes()[0])
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
