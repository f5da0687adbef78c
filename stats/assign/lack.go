package assign

import "fmt"

// Lack says what a unit lacks.
type Lack struct {
	Unit    int
	Need    int
	Have    int   // assessors that could be given
	Allowed int   // assessors that are not barred
	Groups  int   // groups that they come from
	Rivals  []int // units that are in each other's way, when there are too few for all of them
	Few     []int // the assessors whom they all need
	Demand  int   // how often the rivals need one of these
	Room    int   // how often these can be had; less than Demand
}

// InfeasibleError is that no plan exists, with the units that go short.
type InfeasibleError struct{ Lacks []Lack }

// Error says how many units go short.
func (e *InfeasibleError) Error() string {
	return fmt.Sprintf("assign: %d units cannot have all their assessors", len(e.Lacks))
}

// lack explains why a unit got fewer than it needs: by itself, or because it and
// others need the same assessors. The search that failed has reached exactly the
// units and assessors that stand in each other's way (Hall's theorem).
func (f *graph) lack(u, have int) Lack {
	p := f.p
	l := Lack{Unit: u, Need: p.Units[u].Need, Have: have}
	groups := map[int]bool{}
	for a, who := range p.Assessors {
		if !p.Barred[u][a] && who.Most > 0 {
			l.Allowed++
			groups[who.Group] = true
		}
	}
	l.Groups = len(groups)
	if l.Allowed < l.Need || p.Apart && l.Groups < l.Need {
		return l
	}
	f.rivals(&l)
	return l
}

// rivals reads the cut at which the search ended: what the units on its near side
// need, less the pairs that lead over it, is more than its assessors can take.
func (f *graph) rivals(l *Lack) {
	p := f.p
	need, taken := p.open()
	for v := range p.Units {
		if f.net.seen(f.unit(v)) {
			l.Rivals = append(l.Rivals, v)
			l.Demand += need[v]
		}
	}
	for a, who := range p.Assessors {
		if f.net.seen(f.assessor(a)) {
			l.Few = append(l.Few, a)
			l.Room += max(0, who.Most-taken[a])
		}
	}
	for arc := 0; arc < len(f.net.to); arc += 2 {
		from, to := f.net.to[arc+1], f.net.to[arc]
		if to != f.sink() && f.net.seen(from) && !f.net.seen(to) {
			l.Demand -= f.net.room[arc] + f.net.room[arc+1]
		}
	}
}
