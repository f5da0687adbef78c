package assign

import (
	"math/rand/v2"
	"slices"
)

// search improves a plan by exchanges.
type search struct {
	p     *Problem
	rng   *rand.Rand
	fixed [][]bool

	pairs []Pair // those that may move come first
	free  int    // how many may move
	on    [][]bool
	count []int
	load  []int64
	crew  []map[int]int // of each unit: assessors of each group, where they must differ
	now   int64

	best  []Pair
	worth int64
}

func newSearch(p *Problem, rng *rand.Rand, pairs []Pair) *search {
	s := &search{p: p, rng: rng, fixed: p.grid()}
	s.set(pairs)
	s.best, s.worth = slices.Clone(s.pairs), s.now
	return s
}

// set makes pairs the plan that is worked on.
func (s *search) set(pairs []Pair) {
	p := s.p
	s.pairs, s.free = s.pairs[:0:0], 0
	s.on, s.count, s.load, s.crew = p.grid(), make([]int, len(p.Assessors)), make([]int64, len(p.Assessors)), make([]map[int]int, len(p.Units))
	var held []Pair
	for u := range s.crew {
		s.crew[u] = map[int]int{}
	}
	for _, x := range pairs {
		if s.fixed[x.Unit][x.Assessor] {
			held = append(held, x)
		} else {
			s.pairs = append(s.pairs, x)
		}
		s.on[x.Unit][x.Assessor] = true
		s.count[x.Assessor]++
		s.load[x.Assessor] += int64(p.Units[x.Unit].Load)
		s.crew[x.Unit][p.Assessors[x.Assessor].Group]++
	}
	s.free = len(s.pairs)
	s.pairs = append(s.pairs, held...)
	s.now = p.Value(s.pairs).Total
}

// offer keeps pairs when they are better than the best, and works on them.
func (s *search) offer(pairs []Pair) {
	s.set(pairs)
	s.keep()
	s.set(s.best)
}

func (s *search) keep() {
	if s.now < s.worth {
		s.best, s.worth = slices.Clone(s.pairs), s.now
	}
}

// Rounds of restarts: more where a round costs little.
const (
	effort    = 60_000
	manyTries = 60
	fewTries  = 4
)

// improve descends from the first plan, and again from plans that chance has
// shaken.
func (s *search) improve() {
	s.descend()
	s.keep()
	tries := min(manyTries, max(fewTries, effort/max(1, s.free*s.free)))
	for range tries {
		s.set(s.best)
		s.shake()
		s.descend()
		s.keep()
	}
}

// shake makes some exchanges without asking what they are worth.
func (s *search) shake() {
	const share = 8
	for range 2 + s.free/share {
		if s.free == 0 {
			return
		}
		i, b := s.rng.IntN(s.free), s.rng.IntN(len(s.p.Assessors))
		if s.fits(s.pairs[i], b) {
			s.move(i, b)
		} else if j := s.rng.IntN(s.free); s.swappable(i, j) {
			s.swap(i, j)
		}
	}
	s.now = s.p.Value(s.pairs).Total
}

// descend does every exchange that makes the plan better until there is none.
func (s *search) descend() {
	for better := true; better; {
		better = s.moves()
		better = s.swaps() || better
		better = s.relieve() || better
	}
}

// fits reports whether b can take the place of a pair's assessor (-1 for none).
func (s *search) fits(x Pair, b int) bool {
	p := s.p
	if p.Barred[x.Unit][b] || s.on[x.Unit][b] || s.count[b] >= p.Assessors[b].Most {
		return false
	}
	if !p.Apart {
		return true
	}
	own := 0 // the pair's own assessor goes
	if g := p.Assessors[b].Group; x.Assessor >= 0 && p.Assessors[x.Assessor].Group == g {
		own = 1
	}
	return s.crew[x.Unit][p.Assessors[b].Group] == own
}

// move gives a pair's unit to b instead.
func (s *search) move(i, b int) {
	x, p := s.pairs[i], s.p
	w := int64(p.Units[x.Unit].Load)
	s.on[x.Unit][x.Assessor], s.on[x.Unit][b] = false, true
	s.count[x.Assessor]--
	s.count[b]++
	s.load[x.Assessor] -= w
	s.load[b] += w
	s.crew[x.Unit][p.Assessors[x.Assessor].Group]--
	s.crew[x.Unit][p.Assessors[b].Group]++
	s.pairs[i].Assessor = b
}

// gain is what a move changes in all terms but the parts.
func (s *search) gain(x Pair, b int) int64 {
	p, a := s.p, x.Assessor
	w := int64(p.Units[x.Unit].Load)
	d := p.price(b)*w*(2*s.load[b]+w) - p.price(a)*w*(2*s.load[a]-w)
	d += Scale * int64(p.misfit(x.Unit, b)-p.misfit(x.Unit, a))
	short := p.shortfall(s.count[b]+1) - p.shortfall(s.count[b]) + p.shortfall(s.count[a]-1) - p.shortfall(s.count[a])
	return d + shortCost*int64(short)
}

// whole reports whether the graph hangs together, so that no exchange can do
// better in that.
func (s *search) whole() bool { return s.now < partCost }

func (s *search) moves() (better bool) {
	for i := range s.free {
		for b := range s.p.Assessors {
			x := s.pairs[i]
			if !s.fits(x, b) || s.whole() && s.gain(x, b) >= 0 {
				continue
			}
			s.move(i, b)
			if now := s.p.Value(s.pairs).Total; now < s.now {
				s.now, better = now, true
			} else {
				s.move(i, x.Assessor)
			}
		}
	}
	return better
}

// swappable reports whether two pairs may exchange their assessors.
func (s *search) swappable(i, j int) bool {
	x, y, p := s.pairs[i], s.pairs[j], s.p
	if x.Unit == y.Unit || x.Assessor == y.Assessor || s.on[x.Unit][y.Assessor] || s.on[y.Unit][x.Assessor] ||
		p.Barred[x.Unit][y.Assessor] || p.Barred[y.Unit][x.Assessor] {
		return false
	}
	gx, gy := p.Assessors[x.Assessor].Group, p.Assessors[y.Assessor].Group
	return !p.Apart || gx == gy || s.crew[x.Unit][gy] == 0 && s.crew[y.Unit][gx] == 0
}

func (s *search) swap(i, j int) {
	a, b := s.pairs[i].Assessor, s.pairs[j].Assessor
	s.move(i, b)
	s.move(j, a)
}

// exchange is what a swap changes in all terms but the parts.
func (s *search) exchange(x, y Pair) int64 {
	p := s.p
	w := int64(p.Units[y.Unit].Load - p.Units[x.Unit].Load) // more for x's assessor, less for y's
	d := p.price(x.Assessor)*w*(2*s.load[x.Assessor]+w) - p.price(y.Assessor)*w*(2*s.load[y.Assessor]-w)
	return d + Scale*int64(p.misfit(x.Unit, y.Assessor)+p.misfit(y.Unit, x.Assessor)-p.misfit(x.Unit, x.Assessor)-p.misfit(y.Unit, y.Assessor))
}

func (s *search) swaps() (better bool) {
	for i := range s.free {
		for j := range i {
			if !s.swappable(i, j) || s.whole() && s.exchange(s.pairs[i], s.pairs[j]) >= 0 {
				continue
			}
			s.swap(i, j)
			if now := s.p.Value(s.pairs).Total; now < s.now {
				s.now, better = now, true
			} else {
				s.swap(i, j)
			}
		}
	}
	return better
}

// relieve lets an idle assessor take all units of a busy one, or one with few
// units give all of them away.
func (s *search) relieve() (better bool) {
	for a := range s.p.Assessors {
		if s.count[a] == 0 {
			continue
		}
		for b := range s.p.Assessors {
			if s.count[b] == 0 && s.handOver(a, func(x Pair) (int, bool) { return b, s.fits(x, b) }) {
				better = true
				break
			}
		}
		if s.count[a] > 0 && s.p.shortfall(s.count[a]) > 0 && s.handOver(a, s.cheapest) {
			better = true
		}
	}
	return better
}

// cheapest is the busy assessor to whom a unit goes at the least cost.
func (s *search) cheapest(x Pair) (who int, ok bool) {
	least := int64(0)
	for b := range s.p.Assessors {
		if s.count[b] == 0 || b == x.Assessor || !s.fits(x, b) {
			continue
		}
		if g := s.gain(x, b); !ok || g < least {
			who, ok, least = b, true, g
		}
	}
	return who, ok
}

// handOver gives away all units of an assessor and keeps that only when the plan
// is better for it.
func (s *search) handOver(a int, to func(Pair) (int, bool)) bool {
	var done []int
	whole := true
	for i := 0; i < s.free && whole; i++ {
		if s.pairs[i].Assessor != a {
			continue
		}
		b, ok := to(s.pairs[i])
		if whole = ok; ok {
			s.move(i, b)
			done = append(done, i)
		}
	}
	if now := s.p.Value(s.pairs).Total; whole && len(done) > 0 && now < s.now {
		s.now = now
		return true
	}
	for _, i := range done {
		s.move(i, a)
	}
	return false
}
