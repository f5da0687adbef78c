package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// leastPages is how many pages a profile needs to be anybody's own.
const leastPages = 3

// profileReach is how many neighbours in the order of total time are looked at on
// either side in large units.
const profileReach = 800

// scripts finds page times that follow a script: the number of responses of the
// own unit within a distance that one in a thousand pairs of strangers keeps,
// against what the density of strangers around the response predicts. The
// distance is the root mean square of the differences of log page times; only
// other devices count.
func (r *review) scripts() {
	if len(r.pageSD) < leastPages {
		return
	}
	p := profiler{r: r, mean: make([]float64, r.n)}
	for i := range r.pages {
		var all sums
		for _, v := range r.pages[i] {
			if !math.IsNaN(v) {
				all.add(v)
			}
		}
		p.mean[i] = all.mean()
	}
	c := chance(2)
	strangers := make([][]int, len(r.units))
	for u := range r.units {
		strangers[u] = r.strangers(u, strangersPerUnit, &c)
		if strangers[u] == nil {
			strangers[u] = r.byUnit[u][:min(strangersPerUnit, len(r.byUnit[u]))]
		}
	}
	p.near, p.wide = p.distances(strangers)
	for u, members := range r.byUnit {
		p.unit(members, strangers[u])
	}
	if !r.s.Hourly || len(r.pageSD) >= leastExact {
		p.exact()
	}
}

// leastExact is how many pages whole seconds need before they are anybody's own.
const leastExact = 12

// exact finds page times that are another response's to the last digit, against
// how often that happens between units.
func (p *profiler) exact() {
	r := p.r
	lists := map[string][]int{}
	for i, x := range r.s.Responses {
		if r.self[i] && !slices.ContainsFunc(x.Pages, math.IsNaN) {
			key := fmt.Sprint(x.Pages)
			lists[key] = append(lists[key], i)
		}
	}
	own := make([][]int, r.n)
	across := 1.0
	for _, list := range lists {
		for at, a := range list[:min(len(list), exactReach)] {
			for _, b := range list[:at] {
				switch {
				case r.unit[a] != r.unit[b]:
					across++
				case !r.sameDevice(a, b):
					own[a], own[b] = append(own[a], b), append(own[b], a)
				}
			}
		}
	}
	size := float64(r.n)
	pairs := size * size / 2
	for _, members := range r.byUnit {
		pairs -= float64(len(members)) * float64(len(members)) / 2
	}
	for i, others := range own {
		if k := float64(len(others)); k > 0 {
			expected := across / max(pairs, size) * float64(len(r.byUnit[r.unit[i]]))
			r.give(PageProfile, i, max(0, min(4.5, math.Log(k/expected)-2))*r.spare(i, others))
		}
	}
}

// exactReach is how many equal page times are compared all with all.
const exactReach = 400

type profiler struct {
	r          *review
	mean       []float64
	near, wide float64 // squared distances of .1 % and 3 % of pairs of strangers
}

// The shares of strangers within the narrow and the wide distance.
const (
	nearShare = .001
	wideShare = .03
)

// distances takes the narrow and the wide distance from a sample of pairs.
func (p *profiler) distances(strangers [][]int) (near, wide float64) {
	const sample = 200000
	c := chance(3)
	var all []float64
	for range sample {
		i := c.below(p.r.n)
		others := strangers[p.r.unit[i]]
		if b := others[c.below(len(others))]; b != i && p.r.self[i] {
			if d := p.square(i, b, math.Inf(1)); !math.IsInf(d, 1) && !math.IsNaN(d) {
				all = append(all, d)
			}
		}
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[int(nearShare*float64(len(all)))], all[int(wideShare*float64(len(all)))]
}

// square is the mean squared difference of log page times, or more than the
// limit.
func (p *profiler) square(a, b int, limit float64) float64 {
	x, y := p.r.pages[a], p.r.pages[b]
	limit *= float64(len(x))
	var sum float64
	for k := range x {
		d := x[k] - y[k]
		sum += d * d
		if sum > limit {
			break
		}
	}
	return sum / float64(len(x))
}

// unit counts neighbours in a unit, along the order of mean log time, from which
// no neighbour is farther than the distance.
func (p *profiler) unit(members, strangers []int) {
	r := p.r
	order := slices.Clone(members)
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p.mean[a], p.mean[b]) })
	count := p.count(order)
	size := float64(len(members))
	for at, i := range order {
		const enough = 3
		if count[at] < enough || !r.self[i] {
			continue
		}
		around := 0.0
		for _, b := range strangers {
			if p.square(i, b, p.wide) <= p.wide {
				around++
			}
		}
		expected := size * (around + 1) / float64(len(strangers)+1) * nearShare / wideShare
		r.give(PageProfile, i, ramp((count[at]-expected)/math.Sqrt(expected+1), 3, 9, 4))
	}
}

// count is how many others lie within the narrow distance of each in the order.
func (p *profiler) count(order []int) []float64 {
	width, pages := math.Sqrt(p.near), len(p.r.pageSD)
	flat := make([]float64, 0, len(order)*pages) // one stretch of memory, in the order
	for _, i := range order {
		flat = append(flat, p.r.pages[i]...)
	}
	limit := p.near * float64(pages)
	out := make([]float64, len(order))
	for at, a := range order {
		last := min(len(order), at+profileReach)
		x := flat[at*pages : (at+1)*pages]
		for next := at + 1; next < last && p.mean[order[next]]-p.mean[a] <= width; next++ {
			var sum float64
			for k, v := range flat[next*pages : (next+1)*pages] {
				d := x[k] - v
				sum += d * d
				if sum > limit {
					break
				}
			}
			if sum <= limit && !p.r.sameDevice(a, order[next]) {
				out[at]++
				out[next]++
			}
		}
	}
	return out
}

func (r *review) sameDevice(a, b int) bool {
	d := r.s.Responses[a].Device
	return d != "" && d == r.s.Responses[b].Device
}
