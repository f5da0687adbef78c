package design

import "gonum.org/v1/gonum/mat"

// lost is the share of a variance that a calibration may leave before rounding
// matters.
const lost = 1e-6

// Weight returns Σw of a group in a state of column k, and Rows the number of rows
// with weight in a state.
func (t *Tables) Weight(k int) [][]float64 {
	c := &t.columns[k]
	out, all := make([][]float64, t.groups), make([]float64, t.groups*c.states)
	for g := range out {
		out[g] = all[g*c.states:][:c.states]
		of := c.unit[int(t.unit.first[g])*c.states : int(t.unit.first[g+1])*c.states]
		for state := range c.states {
			sum := 0.0
			for i := state; i < len(of); i += c.states {
				sum += of[i]
			}
			out[g][state] = sum
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
	units, strata, df := make([]bool, len(st.group)), make([]bool, len(st.sampled)), 0
	for state := range c.states {
		if !domain[state] {
			continue
		}
		for slot, u := range t.unit.id {
			if c.unit[slot*c.states+state] != 0 {
				units[u] = true
			}
		}
	}
	for u, h := range st.group {
		if !units[u] {
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
	raw := v.RawSymmetric()
	var dev []float64
	for h := range t.spread.strata {
		if s := &t.spread.strata[h]; len(s.groups) == 1 {
			g := int(s.groups[0])
			raw.Data[g*raw.Stride+g] += s.square(z)
		} else {
			dev = s.addSpread(v, z, t.unit.group, dev)
		}
	}
	if t.model == nil {
		return v
	}
	return t.withoutFit(v, z, t.products(&t.columns[k], y))
}

// values is Σw·y by slot.
func (t *Tables) values(c *tableColumn, y [][]float64) []float64 {
	out := make([]float64, len(t.unit.id))
	for g, of := range y {
		first, end := int(t.unit.first[g]), int(t.unit.first[g+1])
		part, sums := out[first:end], c.unit[first*c.states:end*c.states]
		for state := range c.states {
			v, at := of[state], state
			if v == 0 {
				continue
			}
			for slot := range part {
				part[slot] += v * sums[at]
				at += c.states
			}
		}
	}
	return out
}

// square is the spread of the values about their mean where every unit has one slot.
func (s *spreadStratum) square(z []float64) float64 {
	mean, sum := 0.0, 0.0
	for _, slot := range s.slots {
		mean += z[slot]
	}
	mean /= float64(len(s.slots))
	for _, slot := range s.slots {
		d := z[slot] - mean
		sum += d * d
	}
	return s.scale * sum
}

// addSpread adds the spread of the groups' values about their means to v. The buffer
// is used and returned.
func (s *spreadStratum) addSpread(v *mat.SymDense, z []float64, group []int32, buffer []float64) []float64 {
	q, units := len(s.groups), len(s.ends)
	dev := append(buffer[:0], make([]float64, units*q)...)
	place := make(map[int32]int, q)
	for k, g := range s.groups {
		place[g] = k
	}
	mean, from := make([]float64, q), int32(0)
	for u, end := range s.ends {
		for _, slot := range s.slots[from:end] {
			k := place[group[slot]]
			dev[u*q+k] = z[slot]
			mean[k] += z[slot] / float64(units)
		}
		from = end
	}
	sum := mat.NewSymDense(q, nil)
	for u := range s.ends {
		for k, m := range mean {
			dev[u*q+k] -= m
		}
		addOuter(sum, dev[u*q:][:q], s.scale)
	}
	spread(v, sum.RawSymmetric().Data, s.groups)
	return dev
}
