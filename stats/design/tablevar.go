package design

import (
	"gonum.org/v1/gonum/mat"
)

// tableSpread is what the variances of all columns share.
type tableSpread struct {
	strata []spreadStratum // those that add to the variance
	m      *mat.SymDense   // Σ scale·(X_u - mean)(X_u - mean)' over all units
}

// spreadStratum is one stratum: its units, the groups with rows in it, the model's
// columns that are not 0 in all of it, (1-f)·n/(n-1), and by unit and such column
// scale·(X_u - mean of the stratum).
type spreadStratum struct {
	units, groups, columns []int32
	scale                  float64
	x                      []float64
}

// lost is the share of a variance that a calibration may leave before rounding
// matters.
const lost = 1e-6

// Weight returns Σw of a group in a state of column k, and Rows the number of rows
// with weight in a state.
func (t *Tables) Weight(k int) [][]float64 {
	c := &t.columns[k]
	out := make([][]float64, t.groups)
	for g := range out {
		out[g] = make([]float64, c.states)
	}
	for slot := range t.unit.n {
		g := slot % t.groups
		if t.unit.nested {
			g = int(t.unit.group[slot])
		}
		if g < 0 {
			continue
		}
		for s, v := range c.unit[slot*c.states:][:c.states] {
			out[g][s] += v
		}
	}
	return out
}

// Rows returns the number of rows with weight by state of column k.
func (t *Tables) Rows(k int) []int { return t.columns[k].rows }

// DF is the degrees of freedom over the rows of column k in the marked states: PSUs
// minus strata, as Design.DF counts them.
func (t *Tables) DF(k int, domain []bool) float64 {
	c, st := &t.columns[k], &t.d.stages[0]
	per := t.unit.n / len(st.group)
	strata, df := make([]bool, len(st.sampled)), 0
	for u, h := range st.group {
		mass := 0.0
		for j, v := range c.unit[u*per*c.states:][:per*c.states] {
			if domain[j%c.states] {
				mass += v
			}
		}
		if mass == 0 {
			continue
		}
		df++
		if !strata[h] {
			strata[h] = true
			df--
		}
	}
	return float64(df)
}

// Covariance is that of the group totals Σw·y, y[g][s] being the linearized value of
// a row of group g in state s of column k: Design.GroupCovariance of them, from
//
//	Σ_h (1-f)·n/(n-1)·Σ_u (z-z̄)(z-z̄)', z = Σw·y - X_u'b
//
// multiplied out, so that the units of a group and not all units count. It returns
// nil where the calibration leaves so little that the differences would be rounding.
func (t *Tables) Covariance(k int, y [][]float64) *mat.SymDense {
	z := t.values(&t.columns[k], y)
	v := mat.NewSymDense(t.groups, nil)
	for h := range t.spread.strata {
		t.addStratum(v, h, z)
	}
	if t.fit == nil {
		return v
	}
	return t.withoutFit(v, z, t.coefficients(&t.columns[k], y))
}

// values is Σw·y by slot.
func (t *Tables) values(c *tableColumn, y [][]float64) []float64 {
	out := make([]float64, t.unit.n)
	for slot := range out {
		g := slot % t.groups
		if t.unit.nested {
			g = int(t.unit.group[slot])
		}
		if g < 0 {
			continue
		}
		for s, w := range c.unit[slot*c.states:][:c.states] {
			out[slot] += w * y[g][s]
		}
	}
	return out
}

// prepare sorts the units by stratum and centres their model totals.
func (t *Tables) prepare() {
	st := &t.d.stages[0]
	certain := st.certain()
	units := make([][]int32, len(st.sampled))
	for u, h := range st.group {
		units[h] = append(units[h], int32(u))
	}
	s := &t.spread
	for h, list := range units {
		if certain[h] || len(list) < 2 {
			continue
		}
		n := float64(len(list))
		scale := st.free[list[0]] * st.earlier[list[0]] * n / (n - 1)
		s.strata = append(s.strata, spreadStratum{units: list, groups: t.groupsOf(list), scale: scale})
	}
	if t.fit == nil {
		return
	}
	perUnit := t.fit.unitSums(st)
	p := len(perUnit)/len(st.group) - 1
	s.m = mat.NewSymDense(p, nil)
	for h := range s.strata {
		s.strata[h].centre(s.m, perUnit, p)
	}
}

// centre fills the units' x and adds the stratum to m. Columns that are 0 in all
// units, such as other areas, are left out: they are most.
func (s *spreadStratum) centre(m *mat.SymDense, perUnit []float64, p int) {
	used := make([]bool, p)
	for _, u := range s.units {
		for j, v := range perUnit[int(u)*(p+1):][:p] {
			used[j] = used[j] || v != 0
		}
	}
	for j, yes := range used {
		if yes {
			s.columns = append(s.columns, int32(j))
		}
	}
	q, n := len(s.columns), float64(len(s.units))
	mean, dev, sum := make([]float64, q), make([]float64, q), mat.NewSymDense(max(1, q), nil)
	for _, u := range s.units {
		row := perUnit[int(u)*(p+1):][:p]
		for k, j := range s.columns {
			mean[k] += row[j] / n
		}
	}
	s.x = make([]float64, len(s.units)*q)
	for place, u := range s.units {
		row, x := perUnit[int(u)*(p+1):][:p], s.x[place*q:][:q]
		for k, j := range s.columns {
			dev[k] = row[j] - mean[k]
			x[k] = s.scale * dev[k]
		}
		addOuter(sum, dev, s.scale)
	}
	spread(m, sum, s.columns)
}

// spread adds the elements of sum to those of m at the places.
func spread(m, sum *mat.SymDense, places []int32) {
	for a, i := range places {
		for b := a; b < len(places); b++ {
			m.SetSym(int(i), int(places[b]), m.At(int(i), int(places[b]))+sum.At(a, b))
		}
	}
}

// groupsOf lists the groups that the units have rows of.
func (t *Tables) groupsOf(units []int32) []int32 {
	var out []int32
	if !t.unit.nested {
		for g := range t.groups {
			out = append(out, int32(g))
		}
		return out
	}
	seen := make([]bool, t.groups)
	for _, u := range units {
		if g := t.unit.group[u]; g >= 0 && !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	return out
}

// addStratum adds the spread of the values about their means in one stratum.
func (t *Tables) addStratum(v *mat.SymDense, h int, z []float64) {
	units, groups := t.spread.strata[h].units, t.spread.strata[h].groups
	dev, mean := make([]float64, len(groups)), make([]float64, len(groups))
	for _, u := range units {
		for k, g := range groups {
			if slot := t.unit.at(int(u), int(g), t.groups); slot >= 0 {
				mean[k] += z[slot] / float64(len(units))
			}
		}
	}
	sum := mat.NewSymDense(max(1, len(groups)), nil)
	for _, u := range units {
		for k, g := range groups {
			dev[k] = -mean[k]
			if slot := t.unit.at(int(u), int(g), t.groups); slot >= 0 {
				dev[k] += z[slot]
			}
		}
		addOuter(sum, dev, t.spread.strata[h].scale)
	}
	spread(v, sum, groups)
}

// coefficients are those of the regression of each group's values on the model.
func (t *Tables) coefficients(c *tableColumn, y [][]float64) [][]float64 {
	model := t.fit.residuals.Model()
	xwy := make([][]float64, t.groups)
	for g := range xwy {
		xwy[g] = make([]float64, len(model.Names()))
	}
	for slot := range t.cell.n {
		cell, g := slot/t.groups, slot%t.groups
		if t.cell.nested {
			cell, g = slot, int(t.cell.group[slot])
		}
		v := 0.0
		for s, w := range c.cell[slot*c.states:][:c.states] {
			v += w * y[g][s]
		}
		if v != 0 {
			model.AddGroupRow(xwy[g], cell, v)
		}
	}
	return t.fit.residuals.ManyCoefficients(xwy)
}

// bend fills bent with m·beta.
func (t *Tables) bend(bent, beta [][]float64, p int) {
	all, out := mat.NewDense(t.groups, p, nil), mat.NewDense(t.groups, p, nil)
	for g, b := range beta {
		all.SetRow(g, b)
	}
	out.Mul(all, t.spread.m)
	for g := range bent {
		bent[g] = out.RawRowView(g)
	}
}

// withoutFit takes X_u'b off the values whose spread is v.
func (t *Tables) withoutFit(v *mat.SymDense, z []float64, beta [][]float64) *mat.SymDense {
	p := len(beta[0])
	cross, bent := make([][]float64, t.groups), make([][]float64, t.groups)
	for g := range cross {
		cross[g] = make([]float64, p)
	}
	t.bend(bent, beta, p)
	for h := range t.spread.strata {
		t.addCross(cross, &t.spread.strata[h], z)
	}
	for a := range t.groups {
		before := v.At(a, a)
		for b := a; b < t.groups; b++ {
			sum, one, other, from := v.At(a, b), beta[a], beta[b], cross[a]
			for j, x := range cross[b] {
				sum += one[j]*(bent[b][j]-x) - other[j]*from[j]
			}
			v.SetSym(a, b, sum)
		}
		if after := v.At(a, a); before > 0 && !(after > lost*before) {
			return nil
		}
	}
	return v
}

// addCross adds Σ z·scale·(X_u - mean) of a stratum's units to the groups' sums.
func (t *Tables) addCross(cross [][]float64, s *spreadStratum, z []float64) {
	q := len(s.columns)
	for place, u := range s.units {
		x := s.x[place*q:][:q]
		for _, g := range s.groups {
			slot := t.unit.at(int(u), int(g), t.groups)
			if slot < 0 || z[slot] == 0 {
				continue
			}
			sum, value := cross[g], z[slot]
			for k, j := range s.columns {
				sum[j] += value * x[k]
			}
		}
	}
}
