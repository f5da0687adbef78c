// Package assign gives every unit its assessors: as many as it needs, balanced
// over the assessors, by their expertise, and so that units and assessors hang
// together in one graph, which the estimate of severity needs (a unit and an
// assessor are joined where the one is marked by the other). It is pure
// arithmetic: it knows no name, no interest and no store; whom a unit must not
// have is told by Barred.
//
// Let x(u,a) be 1 where unit u is marked by assessor a, w(u) the load of u,
// n(a) = Σ_u x(u,a), L(a) = Σ_u w(u)·x(u,a), m(u,a) the misfit of a to u, and
// q(a) = Scale / Most(a). The plan that is sought minimises
//
//	Z = 10^16·(P − 1) + 10^13·Σ_a [n(a) > 0]·max(0, Least − n(a))
//	    + Σ_a q(a)·L(a)² + Scale·Σ_ua m(u,a)·x(u,a)
//
// subject to Σ_a x(u,a) = Need(u), n(a) ≤ Most(a), x(u,a) = 0 where barred,
// x(u,a) = 1 where fixed and, where Apart is set, at most one assessor of a group
// for a unit. P is the number of connected parts of the graph of the units and
// the assessors that have any. So a connected graph comes first, then at least
// Least units for whoever has any, then balance and expertise: as the sum of all
// loads is fixed, Σ q·L² is least where loads stand in the ratio of what each
// assessor may take. Z is an integer; two plans are compared exactly.
//
// How: successive shortest paths (Ahuja, Magnanti, Orlin, Network Flows, 1993,
// ch. 9.7) give a plan that is best where all loads are equal and the first two
// terms are 0; exchanges of one, two and all units of an assessor, from seeded
// restarts, improve it for the rest; small problems are then searched whole.
// Plan.Bound is a value below which no plan can lie: the flow of single units of
// load, which is the linear relaxation of the last two terms. Proved says that
// the plan is best: it meets the bound, or the search came to its end.
//
//	what                    judge                                     tolerance  test
//	best plan, small        every plan there is, one by one           none       TestPlanIsBestAmongAll
//	bound, plan             gonum's simplex on the same relaxation    1e-6       TestBoundIsTheLinearProgram
//	bound                   R 4.2.2, lpSolve 5.6.18, testdata/lp.R    1e-6       TestBoundIsTheOneOfR
//	value of a plan         hand calculation                          none       TestValueByHand
//	infeasible, who lacks   hand calculation                          none       TestWhoLacksWhom
package assign

import "slices"

// Unit is what is marked.
type Unit struct {
	Load int // work that one assessor has with it, at least 1
	Need int // assessors it needs
}

// Assessor is who marks.
type Assessor struct {
	Most  int // units at most; loads are balanced in the ratio of this number
	Group int // the institution; at most one of a group for a unit where Apart is set
}

// Pair is a unit with one of its assessors, by their places in the problem.
type Pair struct{ Unit, Assessor int }

// Problem is what is to be planned. Barred and Misfit are indexed by unit, then
// assessor; a nil Misfit means that all fit alike.
type Problem struct {
	Units     []Unit
	Assessors []Assessor
	Barred    [][]bool
	Misfit    [][]int // 0 fits best
	Fixed     []Pair  // stay as they are
	Apart     bool    // the assessors of a unit come from different groups
	Least     int     // units that an assessor has at least, where it has any
	Seed      uint64  // decides between plans that are equally good
}

// What one unit of each term costs.
const (
	Scale     = 27720 // divisible by 1 to 12
	shortCost = 10_000_000_000_000
	partCost  = 10_000_000_000_000_000
)

// Value is what a plan is worth, term by term; Total is Z.
type Value struct {
	Missing int // assessors that units still lack; not in Total
	Parts   int // connected parts of the graph
	Short   int // units that assessors with too few have too few
	Balance int64
	Misfit  int
	Total   int64
}

// Plan is a whole assignment.
type Plan struct {
	Pairs  []Pair // by unit, then assessor
	Value  Value
	Bound  int64 // no plan has a smaller Total
	Proved bool  // none is better than this one
}

// misfit is the misfit of a pair.
func (p *Problem) misfit(u, a int) int {
	if p.Misfit == nil {
		return 0
	}
	return p.Misfit[u][a]
}

// price is q(a).
func (p *Problem) price(a int) int64 { return max(1, Scale/int64(max(1, p.Assessors[a].Most))) }

// shortfall is how many units an assessor with n units has too few.
func (p *Problem) shortfall(n int) int {
	if n == 0 {
		return 0
	}
	return max(0, p.Least-n)
}

// Value computes what pairs are worth, whether they are a whole plan or not.
func (p *Problem) Value(pairs []Pair) Value {
	load := make([]int64, len(p.Assessors))
	count := make([]int, len(p.Assessors))
	have := make([]int, len(p.Units))
	var v Value
	for _, x := range pairs {
		load[x.Assessor] += int64(p.Units[x.Unit].Load)
		count[x.Assessor]++
		have[x.Unit]++
		v.Misfit += p.misfit(x.Unit, x.Assessor)
	}
	for a := range p.Assessors {
		v.Balance += p.price(a) * load[a] * load[a]
		v.Short += p.shortfall(count[a])
	}
	for u, unit := range p.Units {
		v.Missing += max(0, unit.Need-have[u])
	}
	v.Parts = p.parts(pairs)
	v.Total = partCost*int64(max(0, v.Parts-1)) + shortCost*int64(v.Short) + v.Balance + Scale*int64(v.Misfit)
	return v
}

// parts counts the connected parts of the graph.
func (p *Problem) parts(pairs []Pair) int {
	root := make([]int, len(p.Units)+len(p.Assessors))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	n := 0
	for u, unit := range p.Units {
		if unit.Need > 0 {
			n++
		} else {
			root[u] = -1 // not in the graph unless it has a pair
		}
	}
	seen := make([]bool, len(p.Assessors))
	for _, x := range pairs {
		if root[x.Unit] == -1 {
			root[x.Unit] = x.Unit
			n++
		}
		at := len(p.Units) + x.Assessor
		if !seen[x.Assessor] {
			seen[x.Assessor] = true
			n++
		}
		if a, b := find(x.Unit), find(at); a != b {
			root[a] = b
			n--
		}
	}
	return n
}

// Solve returns the best plan it finds, or *InfeasibleError when there is none.
func Solve(p Problem) (Plan, error) {
	s, err := begin(&p)
	if err != nil {
		return Plan{}, err
	}
	s.improve()
	plan := Plan{Pairs: s.best, Bound: p.bound()}
	plan.Value = p.Value(plan.Pairs)
	plan.Proved = plan.Value.Total == plan.Bound
	if !plan.Proved {
		if better, done := p.exact(plan); done {
			plan.Pairs, plan.Proved = better, true
			plan.Value = p.Value(better)
			plan.Bound = plan.Value.Total
		}
	}
	slices.SortFunc(plan.Pairs, byUnit)
	return plan, nil
}

func byUnit(a, b Pair) int {
	if a.Unit != b.Unit {
		return a.Unit - b.Unit
	}
	return a.Assessor - b.Assessor
}
