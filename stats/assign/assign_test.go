package assign_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	"minyi/stats/assign"
)

// table is a problem of that size in which a share of the pairs is barred.
func table(rng *rand.Rand, units, assessors int, barred float64) assign.Problem {
	p := assign.Problem{Seed: rng.Uint64()}
	for range units {
		p.Units = append(p.Units, assign.Unit{Load: 1 + rng.IntN(4), Need: 2})
		no, fit := make([]bool, assessors), make([]int, assessors)
		for a := range assessors {
			no[a], fit[a] = rng.Float64() < barred, rng.IntN(3)
		}
		p.Barred, p.Misfit = append(p.Barred, no), append(p.Misfit, fit)
	}
	for range assessors {
		p.Assessors = append(p.Assessors, assign.Assessor{Most: 3 + rng.IntN(units), Group: rng.IntN(3)})
	}
	return p
}

// breaks returns the first rule that a whole plan breaks.
func breaks(p assign.Problem, pairs []assign.Pair) string {
	count, have := make([]int, len(p.Assessors)), make([]int, len(p.Units))
	groups, seen := map[[2]int]bool{}, map[assign.Pair]bool{}
	fixed := map[assign.Pair]bool{}
	for _, x := range p.Fixed {
		fixed[x] = true
	}
	for _, x := range pairs {
		count[x.Assessor]++
		have[x.Unit]++
		g := [2]int{x.Unit, p.Assessors[x.Assessor].Group}
		switch {
		case seen[x]:
			return "a pair twice"
		case p.Barred[x.Unit][x.Assessor] && !fixed[x]:
			return "a barred pair"
		case p.Apart && groups[g]:
			return "two of a group"
		case count[x.Assessor] > p.Assessors[x.Assessor].Most:
			return "too many units"
		}
		seen[x], groups[g] = true, true
	}
	for x := range fixed {
		if !seen[x] {
			return "a fixed pair is gone"
		}
	}
	for u, unit := range p.Units {
		if have[u] != unit.Need {
			return "too few or too many assessors"
		}
	}
	return ""
}

// all returns the least total of all plans, one by one; false without any.
func all(p assign.Problem) (least int64, found bool) {
	var pairs []assign.Pair
	var visit func(u int)
	visit = func(u int) {
		if u == len(p.Units) {
			if breaks(p, pairs) == "" {
				if v := p.Value(pairs).Total; !found || v < least {
					least, found = v, true
				}
			}
			return
		}
		for a := range p.Assessors {
			for b := range a {
				pairs = append(pairs, assign.Pair{Unit: u, Assessor: b}, assign.Pair{Unit: u, Assessor: a})
				visit(u + 1)
				pairs = pairs[:len(pairs)-2]
			}
		}
	}
	visit(0)
	return least, found
}

func TestPlanIsBestAmongAll(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	solved := 0
	for n := range 120 {
		p := table(rng, 2+n%3, 4+n%2, 0.2)
		p.Apart, p.Least = n%2 == 0, n%4
		least, possible := all(p)
		plan, err := assign.Solve(p)
		if !possible {
			if !errors.As(err, new(*assign.InfeasibleError)) {
				t.Errorf("case %d: got %v, want infeasible", n, err)
			}
			continue
		}
		solved++
		if err != nil || breaks(p, plan.Pairs) != "" {
			t.Fatalf("case %d: %v %s", n, err, breaks(p, plan.Pairs))
		}
		if plan.Value.Total != least || !plan.Proved || plan.Bound > least {
			t.Errorf("case %d: got %d (proved %t, bound %d), want %d", n, plan.Value.Total, plan.Proved, plan.Bound, least)
		}
	}
	if solved < 60 {
		t.Errorf("only %d cases could be solved", solved)
	}
}

// relaxation solves the same linear relaxation with gonum's simplex: x(u,a) in
// [0,1], and the load of each assessor in steps of 1 whose prices rise.
func relaxation(t *testing.T, p assign.Problem) float64 {
	t.Helper()
	steps := 0
	for _, u := range p.Units {
		steps += u.Load * u.Need
	}
	units, people := len(p.Units), len(p.Assessors)
	x := func(u, a int) int { return u*people + a }
	y := func(a, k int) int { return units*people + a*steps + k }
	vars := units*people + people*steps
	slack := vars
	vars += units*people + people*steps
	var rows [][]float64
	var right []float64
	row := func(rhs float64) []float64 {
		r := make([]float64, vars)
		rows, right = append(rows, r), append(right, rhs)
		return r
	}
	cost := make([]float64, vars)
	for u, unit := range p.Units {
		need := row(float64(unit.Need))
		for a := range p.Assessors {
			most := 1.0
			if p.Barred[u][a] {
				most = 0
			}
			need[x(u, a)] = 1
			r := row(most)
			r[x(u, a)], r[slack+x(u, a)] = 1, 1
			cost[x(u, a)] = assign.Scale * float64(p.Misfit[u][a])
		}
	}
	for a, who := range p.Assessors {
		sum := row(0)
		for u, unit := range p.Units {
			sum[x(u, a)] = float64(unit.Load)
		}
		for k := range steps {
			sum[y(a, k)] = -1
			r := row(1)
			r[y(a, k)], r[slack+y(a, k)] = 1, 1
			cost[y(a, k)] = float64(max(1, assign.Scale/who.Most) * (2*k + 1))
		}
	}
	flat := make([]float64, 0, len(rows)*vars)
	for _, r := range rows {
		flat = append(flat, r...)
	}
	z, _, err := lp.Simplex(cost, mat.NewDense(len(rows), vars, flat), right, 1e-9, nil)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestBoundIsTheLinearProgram(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 6 {
		p := table(rng, 4, 4, 0)
		for a := range p.Assessors {
			p.Assessors[a].Most = 4 // no more units than there are: the limit never binds
		}
		if n%2 == 1 {
			for u := range p.Units {
				p.Units[u].Load = 1
			}
		}
		plan, err := assign.Solve(p)
		if err != nil {
			t.Fatal(err)
		}
		want := relaxation(t, p)
		got := float64(assign.Relaxed(p))
		if got < want-1e-6*want || got > want+1 {
			t.Errorf("case %d: got a bound of %v, the simplex has %v", n, got, want)
		}
		if float64(plan.Value.Total) < want-1 {
			t.Errorf("case %d: the plan of %d lies below the bound %v", n, plan.Value.Total, want)
		}
		if n%2 == 1 && plan.Value.Parts == 1 && math.Abs(float64(plan.Value.Total)-want) > 1 {
			t.Errorf("case %d: with equal loads got %d, want the bound %v", n, plan.Value.Total, want)
		}
	}
}

// TestBoundIsTheOneOfR reads what lpSolve found (testdata/lp.R writes it).
func TestBoundIsTheOneOfR(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/lp.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Load, Most, Group []int
		Misfit, Barred    [][]int
		Apart             bool
		Value             float64
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	for n, c := range cases {
		p := assign.Problem{Misfit: c.Misfit, Apart: c.Apart}
		for u, load := range c.Load {
			p.Units = append(p.Units, assign.Unit{Load: load, Need: 2})
			row := make([]bool, len(c.Most))
			for a := range row {
				row[a] = c.Barred[u][a] == 1
			}
			p.Barred = append(p.Barred, row)
		}
		for a, most := range c.Most {
			p.Assessors = append(p.Assessors, assign.Assessor{Most: most, Group: c.Group[a]})
		}
		got := float64(assign.Relaxed(p))
		if got < c.Value*(1-1e-6) || got > c.Value+1 {
			t.Errorf("case %d: got %v, R has %v", n, got, c.Value)
		}
	}
	if len(cases) < 3 {
		t.Errorf("got %d cases of R", len(cases))
	}
}

// TestValueByHand: three units of loads 5, 1 and 3; assessor 0 (at most 2) has
// the first two, assessor 1 (at most 4) all three, assessor 2 (at most 4) the
// last one.
func TestValueByHand(t *testing.T) {
	t.Parallel()
	p := assign.Problem{
		Units:     []assign.Unit{{5, 2}, {1, 2}, {3, 2}},
		Assessors: []assign.Assessor{{2, 0}, {4, 0}, {4, 1}},
		Barred:    [][]bool{{false, false, false}, {false, false, false}, {false, false, false}},
		Misfit:    [][]int{{0, 1, 2}, {2, 0, 0}, {1, 1, 1}},
		Least:     2,
	}
	pairs := []assign.Pair{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 1}, {2, 2}}
	// 13860·(5+1)² + 6930·(5+1+3)² + 6930·3² = 498960 + 561330 + 62370; misfit
	// 0+1+2+0+1+1 = 5; one unit too few for assessor 2; one part.
	want := assign.Value{Parts: 1, Short: 1, Balance: 1122660, Misfit: 5, Total: 10_000_000_000_000 + 1122660 + 5*27720}
	if got := p.Value(pairs); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// Without the pair (2,1) the third unit and assessor 2 stand alone: two parts.
	if got := p.Value(append(pairs[:4:4], pairs[5])); got.Parts != 2 || got.Missing != 1 {
		t.Errorf("got %+v, want two parts and one missing", got)
	}
	if got := p.Value(nil); got.Parts != 3 || got.Missing != 6 || got.Balance != 0 {
		t.Errorf("nothing assigned: got %+v", got)
	}
}

func TestWhoLacksWhom(t *testing.T) {
	t.Parallel()
	open := func(n int) []bool { return make([]bool, n) }
	for _, c := range []struct {
		name string
		p    assign.Problem
		want []assign.Lack
	}{
		{"all but one are barred", assign.Problem{
			Units: []assign.Unit{{1, 2}, {1, 2}}, Assessors: []assign.Assessor{{5, 0}, {5, 1}, {5, 2}},
			Barred: [][]bool{{true, false, true}, open(3)},
		}, []assign.Lack{{Unit: 0, Need: 2, Have: 1, Allowed: 1, Groups: 1}}},
		{"all come from one group", assign.Problem{
			Units: []assign.Unit{{1, 2}}, Assessors: []assign.Assessor{{5, 7}, {5, 7}, {5, 8}}, Apart: true,
			Barred: [][]bool{{false, false, true}},
		}, []assign.Lack{{Unit: 0, Need: 2, Have: 1, Allowed: 2, Groups: 1}}},
		{"too little room for all", assign.Problem{
			Units: []assign.Unit{{1, 2}, {1, 2}, {1, 2}}, Assessors: []assign.Assessor{{2, 0}, {3, 1}, {9, 2}},
			Barred: [][]bool{{false, false, true}, {false, false, true}, {false, false, true}},
		}, []assign.Lack{{Unit: 2, Need: 2, Have: 1, Allowed: 2, Groups: 2, Rivals: []int{0, 1, 2}, Few: []int{0}, Demand: 3, Room: 2}}},
	} {
		_, err := assign.Solve(c.p)
		var none *assign.InfeasibleError
		if !errors.As(err, &none) {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		if !reflect.DeepEqual(none.Lacks, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, none.Lacks, c.want)
		}
	}
}

func TestSameSeedSamePlan(t *testing.T) {
	t.Parallel()
	p := table(rand.New(rand.NewPCG(5, 6)), 20, 12, 0.1)
	p.Least = 3
	one, err := assign.Solve(p)
	if err != nil {
		t.Fatal(err)
	}
	two, err := assign.Solve(p)
	if err != nil || !reflect.DeepEqual(one, two) {
		t.Errorf("the same seed gave two plans (%v)", err)
	}
}

func TestBegunPairsStayAndTheRestIsPlannedAroundThem(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	for n := range 20 {
		p := table(rng, 10, 8, 0.1)
		p.Apart = n%2 == 1
		first, err := assign.Solve(p)
		if err != nil {
			t.Fatal(err)
		}
		gone := first.Pairs[0].Assessor
		for _, x := range first.Pairs {
			if x.Assessor != gone {
				p.Fixed = append(p.Fixed, x)
			}
		}
		for u := range p.Units {
			p.Barred[u][gone] = true
		}
		plan, err := assign.Solve(p)
		if errors.As(err, new(*assign.InfeasibleError)) {
			continue
		}
		if err != nil || breaks(p, plan.Pairs) != "" {
			t.Errorf("case %d: %v %s", n, err, breaks(p, plan.Pairs))
		}
	}
}

// TestGraphHangsTogetherAndNobodyHasTooFew: 27 applicants and 40 assessors, as in
// the region; two each are 54 pairs, so that 18 assessors can have three.
func TestGraphHangsTogetherAndNobodyHasTooFew(t *testing.T) {
	t.Parallel()
	p := table(rand.New(rand.NewPCG(9, 10)), 27, 40, 0.05)
	for a := range p.Assessors {
		p.Assessors[a] = assign.Assessor{Most: 12, Group: a / 5}
	}
	p.Apart, p.Least = true, 3
	plan, err := assign.Solve(p)
	if err != nil || breaks(p, plan.Pairs) != "" {
		t.Fatal(err, breaks(p, plan.Pairs))
	}
	if plan.Value.Parts != 1 || plan.Value.Short != 0 {
		t.Errorf("got %d parts and %d too few", plan.Value.Parts, plan.Value.Short)
	}
	if gap := float64(plan.Value.Total-plan.Bound) / float64(plan.Bound); gap < 0 || gap > 0.1 {
		t.Errorf("the plan lies %.1f%% above the bound", 100*gap)
	}
}

func benchmark(b *testing.B, units, assessors int) {
	b.Helper()
	p := table(rand.New(rand.NewPCG(11, 12)), units, assessors, 0.05)
	for a := range p.Assessors {
		p.Assessors[a] = assign.Assessor{Most: 12, Group: a / 5}
	}
	p.Apart, p.Least = true, 3
	for b.Loop() {
		plan, err := assign.Solve(p)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(plan.Value.Total-plan.Bound)/float64(plan.Bound)*100, "%above")
		b.ReportMetric(float64(plan.Value.Parts), "parts")
		b.ReportMetric(float64(plan.Value.Short), "short")
	}
}

func BenchmarkSolve27x40(b *testing.B)   { benchmark(b, 27, 40) }
func BenchmarkSolve200x120(b *testing.B) { benchmark(b, 200, 120) }
