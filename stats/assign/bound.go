package assign

import "slices"

// bound returns a value below which no plan's Total can lie: that of the linear
// relaxation, in which the load of a unit may be split. Where loads differ, a
// unit's load flows in single units, each with its share of the pair's misfit.
// Where some assessors must stay idle so that the others have Least units, it is
// the sharper of this and a bound for so few assessors.
func (p *Problem) bound() int64 {
	whole := max(p.relaxed(), 0)
	if idle := p.idleBound(); idle > whole {
		return idle
	}
	return whole
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// grain returns the unit in which all loads can be counted, and the least common
// multiple of the loads so counted.
func (p *Problem) grain() (unit, common int) {
	common = 1
	for _, u := range p.Units {
		unit = gcd(unit, u.Load)
	}
	unit = max(1, unit)
	for _, u := range p.Units {
		w := max(1, u.Load/unit)
		common = common / gcd(common, w) * w
	}
	return unit, common
}

// relaxed is the value of the linear relaxation of balance and misfit, rounded
// up.
func (p *Problem) relaxed() int64 {
	unit, common := p.grain()
	wide := func(u int) int { return max(1, p.Units[u].Load/unit) }
	need, _ := p.open()
	held := make([]int, len(p.Assessors))
	var done, cost int64
	for _, x := range p.Fixed {
		held[x.Assessor] += p.Units[x.Unit].Load / unit
		done += Scale * int64(p.misfit(x.Unit, x.Assessor))
	}
	most := 0
	for u := range p.Units {
		most = max(most, wide(u))
	}
	scale := int64(common)
	f := p.build(p.inOrder(), wide,
		func(u, a int) int64 { return scale / int64(wide(u)) * Scale * int64(p.misfit(u, a)) },
		func(f *graph, a int) {
			q := p.price(a) * int64(unit) * int64(unit)
			done += q * int64(held[a]) * int64(held[a])
			for k := held[a] + 1; k <= p.Assessors[a].Most*most; k++ {
				f.net.arc(f.assessor(a), f.sink(), 1, scale*q*int64(2*k-1))
			}
		})
	for u := range p.Units {
		for range need[u] * wide(u) {
			c, _ := f.net.push(f.unit(u), f.sink()) // there is a way: a whole plan was found
			cost += c
		}
	}
	return done + (cost+scale-1)/scale
}

func (p *Problem) inOrder() []int {
	out := make([]int, len(p.Assessors))
	for a := range out {
		out[a] = a
	}
	return out
}

// idleBound holds where fewer assessors than there are can have Least units: a
// plan without a shortfall uses slots/Least of them at most, and then, by
// Cauchy and Schwarz, Σ q·L² ≥ (ΣL)² / Σ 1/q; any other plan pays for its
// shortfall.
func (p *Problem) idleBound() int64 {
	total, slots := p.total()
	if p.Least < 2 || int(slots) >= p.Least*len(p.Assessors) || len(p.Fixed) > 0 {
		return 0
	}
	prices := make([]int64, len(p.Assessors))
	for a := range prices {
		prices[a] = p.price(a)
	}
	slices.Sort(prices)
	sum := 0.0
	for _, q := range prices[:int(slots)/p.Least] {
		sum += 1 / float64(q)
	}
	if sum == 0 {
		return shortCost
	}
	var misfit int64
	for u, unit := range p.Units {
		var row []int
		for a := range p.Assessors {
			if !p.Barred[u][a] {
				row = append(row, p.misfit(u, a))
			}
		}
		slices.Sort(row)
		for _, m := range row[:min(unit.Need, len(row))] {
			misfit += Scale * int64(m)
		}
	}
	return min(shortCost, int64(float64(total)*float64(total)/sum)+misfit)
}
