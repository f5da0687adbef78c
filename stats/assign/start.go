package assign

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// graph is the network of a problem: unit, the unit's groups where they must
// differ, assessor, sink.
type graph struct {
	p     *Problem
	net   *network
	pairs []Pair // of each arc that stands for a pair
	arcs  []int
}

func (f *graph) unit(u int) int     { return u }
func (f *graph) assessor(a int) int { return len(f.p.Units) + a }
func (f *graph) sink() int          { return len(f.p.Units) + len(f.p.Assessors) }

// grid returns the fixed pairs as a table.
func (p *Problem) grid() [][]bool {
	out := make([][]bool, len(p.Units))
	for u := range out {
		out[u] = make([]bool, len(p.Assessors))
	}
	for _, x := range p.Fixed {
		out[x.Unit][x.Assessor] = true
	}
	return out
}

// build makes the network. wide is how much of a unit an assessor may take (1,
// or the unit's load), pair what that costs, and seat adds the arcs from an
// assessor to the sink.
func (p *Problem) build(order []int, wide func(u int) int, pair func(u, a int) int64, seat func(f *graph, a int)) *graph {
	groups := map[int]int{}
	for _, who := range p.Assessors {
		if _, ok := groups[who.Group]; !ok {
			groups[who.Group] = len(groups)
		}
	}
	nodes := len(p.Units) + len(p.Assessors) + 1
	f := &graph{p: p}
	if p.Apart {
		nodes += len(p.Units) * len(groups)
	}
	f.net = newNetwork(nodes)
	fixed := p.grid()
	for u := range p.Units {
		between := f.doors(u, len(groups), wide(u))
		for _, a := range order {
			if fixed[u][a] || p.Barred[u][a] || p.held(fixed[u], a) {
				continue
			}
			from := between(groups[p.Assessors[a].Group])
			f.arcs = append(f.arcs, f.net.arc(from, f.assessor(a), wide(u), pair(u, a)))
			f.pairs = append(f.pairs, Pair{u, a})
		}
	}
	for a := range p.Assessors {
		seat(f, a)
	}
	return f
}

// doors returns the node from which a group's arcs of a unit go.
func (f *graph) doors(u, groups, wide int) func(group int) int {
	if !f.p.Apart {
		return func(int) int { return f.unit(u) }
	}
	at := map[int]int{}
	return func(g int) int {
		node, ok := at[g]
		if !ok {
			node = f.sink() + 1 + u*groups + g
			f.net.arc(f.unit(u), node, wide, 0)
			at[g] = node
		}
		return node
	}
}

// held reports whether a fixed assessor of the unit keeps a's group out.
func (p *Problem) held(fixed []bool, a int) bool {
	if !p.Apart {
		return false
	}
	for b, on := range fixed {
		if on && p.Assessors[b].Group == p.Assessors[a].Group {
			return true
		}
	}
	return false
}

// open returns how many assessors each unit still needs beside the fixed ones,
// and how many units each assessor has by them.
func (p *Problem) open() (need, taken []int) {
	need, taken = make([]int, len(p.Units)), make([]int, len(p.Assessors))
	for u, unit := range p.Units {
		need[u] = unit.Need
	}
	for _, x := range p.Fixed {
		need[x.Unit]--
		taken[x.Assessor]++
	}
	for u := range need {
		need[u] = max(0, need[u])
	}
	return need, taken
}

// flow finds a whole plan that is cheapest where all loads are equal: active
// assessors only, the first Least units of each before anything else. It
// returns what is lacking when there is none.
func (p *Problem) flow(order []int, active []bool) ([]Pair, []Lack) {
	need, taken := p.open()
	mean := p.meanLoad()
	const first = int64(1) << 40 // dearer than any balance: the first Least units come first
	f := p.build(order, func(int) int { return 1 }, func(u, a int) int64 { return Scale * int64(p.misfit(u, a)) },
		func(f *graph, a int) {
			if !active[a] {
				return
			}
			for k := taken[a] + 1; k <= p.Assessors[a].Most; k++ {
				cost := p.price(a) * mean * mean * int64(2*k-1)
				if k > p.Least {
					cost += first
				}
				f.net.arc(f.assessor(a), f.sink(), 1, cost)
			}
		})
	var lacks []Lack
	for u := range p.Units {
		for have := range need[u] {
			if _, ok := f.net.push(f.unit(u), f.sink()); !ok {
				lacks = append(lacks, f.lack(u, p.Units[u].Need-need[u]+have))
				break
			}
		}
	}
	pairs := slices.Clone(p.Fixed)
	for i, arc := range f.arcs {
		if f.net.used(arc) > 0 {
			pairs = append(pairs, f.pairs[i])
		}
	}
	return pairs, lacks
}

// meanLoad is the load of a unit in the middle, weighted by its need.
func (p *Problem) meanLoad() int64 {
	total, slots := p.total()
	return max(1, (total+slots/2)/max(1, slots))
}

// total returns the load of all assessors together and how many pairs make it.
func (p *Problem) total() (load, slots int64) {
	for _, u := range p.Units {
		load += int64(u.Load) * int64(u.Need)
		slots += int64(u.Need)
	}
	return load, slots
}

// begin finds a first plan. Where there are more assessors than can have Least
// units each, those go idle that fit worst and can take least, as long as a plan
// is left.
func begin(p *Problem) (*search, error) {
	rng := rand.New(rand.NewPCG(p.Seed, 0x6d696e7969)) //nolint:gosec // a plan is no secret, and its seed is kept with it
	order := rng.Perm(len(p.Assessors))
	active := make([]bool, len(p.Assessors))
	for a := range active {
		active[a] = true
	}
	pairs, lacks := p.flow(order, active)
	if len(lacks) > 0 {
		return nil, &InfeasibleError{Lacks: lacks}
	}
	s := newSearch(p, rng, pairs)
	if fewer, ok := p.close(order, active); ok {
		s.offer(fewer)
	}
	return s, nil
}

// close lets assessors go idle until as many are left as can have Least units
// each. It does not, where the rest cannot do all.
func (p *Problem) close(order []int, active []bool) ([]Pair, bool) {
	_, slots := p.total()
	_, taken := p.open()
	if p.Least < 2 || int(slots) >= p.Least*len(p.Assessors) {
		return nil, false
	}
	worth := make([]int, len(p.Assessors))
	for u := range p.Units {
		for a := range p.Assessors {
			if !p.Barred[u][a] {
				const good = 4
				worth[a] += max(1, good-p.misfit(u, a))
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(p.Assessors[b].Most, p.Assessors[a].Most))
	})
	for keep := int(slots) / p.Least; keep <= len(order); keep++ {
		for i, a := range order {
			active[a] = i < keep || taken[a] > 0
		}
		if pairs, lacks := p.flow(order, active); len(lacks) == 0 {
			return pairs, true
		}
	}
	return nil, false
}
