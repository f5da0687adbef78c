package design

import (
	"gonum.org/v1/gonum/mat"
)

// tableSpread is what the variances of all columns share.
type tableSpread struct {
	strata [][]int32 // the units of each stratum that adds to the variance
	groups [][]int32 // the groups with rows in it
	scale  []float64 // (1-f)·n/(n-1) of it
	x      []float64 // scale·(X_u - mean of the stratum), unit by model column
	m      *mat.SymDense
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
	t.once.Do(t.prepare)
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
		s.strata = append(s.strata, list)
		s.scale = append(s.scale, st.free[list[0]]*st.earlier[list[0]]*n/(n-1))
		s.groups = append(s.groups, t.groupsOf(list))
	}
	if t.fit == nil {
		return
	}
	perUnit := t.fit.unitSums(st)
	p := len(perUnit) / len(st.group)
	s.x, s.m = make([]float64, len(perUnit)), mat.NewSymDense(p, nil)
	for h, list := range s.strata {
		s.centre(list, perUnit, p, s.scale[h])
	}
}

// centre adds one stratum to m and fills its units' x.
func (s *tableSpread) centre(list []int32, perUnit []float64, p int, scale float64) {
	mean, dev := make([]float64, p), make([]float64, p)
	for _, u := range list {
		for j, v := range perUnit[int(u)*p:][:p] {
			mean[j] += v / float64(len(list))
		}
	}
	for _, u := range list {
		for j, v := range perUnit[int(u)*p:][:p] {
			dev[j] = v - mean[j]
			s.x[int(u)*p+j] = scale * dev[j]
		}
		addOuter(s.m, dev, scale)
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
	units, groups := t.spread.strata[h], t.spread.groups[h]
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
		addOuter(sum, dev, t.spread.scale[h])
	}
	for a, g := range groups {
		for b := a; b < len(groups); b++ {
			i, j := int(g), int(groups[b])
			v.SetSym(i, j, v.At(i, j)+sum.At(a, b))
		}
	}
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
	for slot, value := range z {
		u, g := slot/t.groups, slot%t.groups
		if t.unit.nested {
			u, g = slot, int(t.unit.group[slot])
		}
		if value == 0 || g < 0 {
			continue
		}
		for j, x := range t.spread.x[u*p:][:p] {
			cross[g][j] += value * x
		}
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
