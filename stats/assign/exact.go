package assign

import "slices"

// patience bounds the search of all plans, in steps of its arithmetic.
const patience = 20_000_000

// tree searches all plans, unit by unit, and leaves out what cannot be better
// than the best found so far.
type tree struct {
	p     *Problem
	s     *search // the plan so far
	need  []int
	tail  []int64 // least misfit cost of this unit and all after it
	rest  []int64 // load of this unit and all after it
	best  []Pair
	worth int64
	left  int
}

// exact searches all plans for one that is better than the given one, and
// reports whether it came to the end.
func (p *Problem) exact(from Plan) ([]Pair, bool) {
	t := &tree{p: p, best: from.Pairs, worth: from.Value.Total, left: patience}
	t.s = newSearch(p, nil, p.Fixed)
	t.need, _ = p.open()
	t.tail, t.rest = make([]int64, len(p.Units)+1), make([]int64, len(p.Units)+1)
	for u := len(p.Units) - 1; u >= 0; u-- {
		var row []int
		for a := range p.Assessors {
			if !p.Barred[u][a] && !t.s.on[u][a] {
				row = append(row, p.misfit(u, a))
			}
		}
		slices.Sort(row)
		t.tail[u], t.rest[u] = t.tail[u+1], t.rest[u+1]+int64(t.need[u]*p.Units[u].Load)
		for _, m := range row[:min(t.need[u], len(row))] {
			t.tail[u] += Scale * int64(m)
		}
	}
	fixed := int64(0)
	for _, x := range p.Fixed {
		fixed += Scale * int64(p.misfit(x.Unit, x.Assessor))
	}
	t.visit(0, 0, 0, fixed)
	return t.best, t.left > 0
}

// visit gives unit u the rest of its assessors, from the given one on.
func (t *tree) visit(u, given, from int, misfit int64) {
	p := t.p
	if t.left -= 1 + int(t.rest[u])*len(p.Assessors); t.left <= 0 {
		return
	}
	for u < len(p.Units) && given >= t.need[u] {
		u, given, from = u+1, 0, 0
	}
	if u == len(p.Units) {
		if total := p.Value(t.s.pairs).Total; total < t.worth {
			t.best, t.worth = slices.Clone(t.s.pairs), total
		}
		return
	}
	if given == 0 && misfit+t.tail[u]+t.balance(t.rest[u]) >= t.worth {
		return
	}
	w := int64(p.Units[u].Load)
	for a := from; a < len(p.Assessors); a++ {
		if !t.s.fits(Pair{u, -1}, a) {
			continue
		}
		t.s.add(Pair{u, a}, w)
		t.visit(u, given+1, a+1, misfit+Scale*int64(p.misfit(u, a)))
		t.s.drop(Pair{u, a}, w)
	}
}

// balance is the least that the balance term can become when the given load is
// still to be spread, one unit of load after the other where it costs least.
func (t *tree) balance(load int64) int64 {
	p := t.p
	held := slices.Clone(t.s.load)
	var sum int64
	for a, l := range held {
		sum += p.price(a) * l * l
	}
	for range load {
		at, least := 0, far
		for a, l := range held {
			if c := p.price(a) * (2*l + 1); c < least {
				at, least = a, c
			}
		}
		held[at]++
		sum += least
	}
	return sum
}

func (s *search) add(x Pair, w int64) {
	s.pairs = append(s.pairs, x)
	s.on[x.Unit][x.Assessor] = true
	s.count[x.Assessor]++
	s.load[x.Assessor] += w
	s.crew[x.Unit][s.p.Assessors[x.Assessor].Group]++
}

func (s *search) drop(x Pair, w int64) {
	s.pairs = s.pairs[:len(s.pairs)-1]
	s.on[x.Unit][x.Assessor] = false
	s.count[x.Assessor]--
	s.load[x.Assessor] -= w
	s.crew[x.Unit][s.p.Assessors[x.Assessor].Group]--
}
