package design

import "gonum.org/v1/gonum/mat"

// lost is the share of a variance that a calibration may leave before rounding
// matters.
const lost = 1e-6

// Weight returns Σw of a group in a state of column k, and Rows the number of rows
// with weight in a state.
func (t *Tables) Weight(k int) [][]float64 {
	c := &t.columns[k]
	out := make([][]float64, t.groups)
	all := make([]float64, t.groups*c.states)
	for g := range out {
		out[g] = all[g*c.states:][:c.states]
		for slot := t.unit.first[g]; slot < t.unit.first[g+1]; slot++ {
			for s, v := range c.unit[int(slot)*c.states:][:c.states] {
				out[g][s] += v
			}
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
	for slot, u := range t.unit.id {
		if units[u] {
			continue
		}
		for s, v := range c.unit[slot*c.states:][:c.states] {
			if v != 0 && domain[s] {
				units[u] = true
			}
		}
		if !units[u] {
			continue
		}
		df++
		if h := st.group[u]; !strata[h] {
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
	if t.fit == nil {
		return v
	}
	return t.withoutFit(v, z, t.coefficients(&t.columns[k], y))
}

// values is Σw·y by slot.
func (t *Tables) values(c *tableColumn, y [][]float64) []float64 {
	out := make([]float64, len(t.unit.id))
	for g, of := range y {
		for slot := int(t.unit.first[g]); slot < int(t.unit.first[g+1]); slot++ {
			sum := 0.0
			for s, w := range c.unit[slot*c.states:][:len(of)] {
				sum += w * of[s]
			}
			out[slot] = sum
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

// coefficients are those of the regression of each group's values on the model.
func (t *Tables) coefficients(c *tableColumn, y [][]float64) [][]float64 {
	model := t.fit.residuals.Model()
	p := len(model.Names())
	columns, width, _ := model.Cells()
	xwy, all := make([][]float64, t.groups), make([]float64, t.groups*(p+1))
	for g, of := range y {
		sums := all[g*(p+1):][:p+1] // what no column takes falls into the one more
		for slot := int(t.cell.first[g]); slot < int(t.cell.first[g+1]); slot++ {
			v := 0.0
			for s, w := range c.cell[slot*c.states:][:len(of)] {
				v += w * of[s]
			}
			for _, j := range columns[int(t.cell.id[slot])*width:][:width] {
				if j < 0 {
					j = int32(p)
				}
				sums[j] += v
			}
		}
		xwy[g] = sums[:p]
	}
	return t.fit.residuals.ManyCoefficients(xwy)
}

// withoutFit takes X_u'b off the values whose spread is v: with b the coefficients
// by group, C the groups' Σ z·scale·(X_u - mean) and M the spread of the X_u, it
// adds b'Mb - b'C' - Cb.
func (t *Tables) withoutFit(v *mat.SymDense, z []float64, beta [][]float64) *mat.SymDense {
	p := len(beta[0])
	b, bent, cross := mat.NewDense(t.groups, p, nil), mat.NewDense(t.groups, p, nil), mat.NewDense(t.groups, p, nil)
	for g := range beta {
		b.SetRow(g, beta[g])
	}
	bent.Mul(b, t.spread.m)
	for h := range t.spread.strata {
		t.spread.strata[h].addCross(cross, z, t.unit.group)
	}
	bent.Sub(bent, cross)
	raw := v.RawSymmetric()
	for g := range t.groups {
		row := raw.Data[g*raw.Stride:][:t.groups]
		before := row[g]
		one, from := beta[g], cross.RawRowView(g)
		for h := g; h < t.groups; h++ {
			other, x := beta[h], bent.RawRowView(h)
			sum, less := 0.0, 0.0
			for j, c := range one {
				sum += c * x[j]
				less += other[j] * from[j]
			}
			row[h] += sum - less
		}
		if before > 0 && !(row[g] > lost*before) {
			return nil
		}
	}
	return v
}

// addCross adds Σ z·scale·(X_u - mean) of a stratum's units to the rows of the groups.
func (s *spreadStratum) addCross(cross *mat.Dense, z []float64, group []int32) {
	q, from := len(s.columns), int32(0)
	sum := make([]float64, q)
	for u, end := range s.ends {
		x := s.x[u*q:][:q]
		for _, slot := range s.slots[from:end] {
			if len(s.groups) > 1 {
				s.addTo(cross.RawRowView(int(group[slot])), x, z[slot])
				continue
			}
			value := z[slot]
			for k, v := range x {
				sum[k] += value * v
			}
		}
		from = end
	}
	if len(s.groups) == 1 {
		s.addTo(cross.RawRowView(int(s.groups[0])), sum, 1)
	}
}

// addTo adds f·x to the stratum's columns of a row.
func (s *spreadStratum) addTo(row, x []float64, f float64) {
	for k, j := range s.columns {
		row[j] += f * x[k]
	}
}
