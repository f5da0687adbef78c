package design

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// products are the sums of w·x·y before the calibration, by group and column of the
// group's model.
func (t *Tables) products(c *tableColumn, y [][]float64) [][]float64 {
	room := t.groups // one place more a group
	for g := range t.models {
		room += len(t.models[g].columns)
	}
	out, all := make([][]float64, t.groups), make([]float64, room)
	for g, of := range y {
		m := &t.models[g]
		q := len(m.columns)
		out[g], all = all[:q+1], all[q+1:]
		first, end, total := int(t.cell.first[g]), int(t.cell.first[g+1]), 0.0
		for slot := first; slot < end; slot++ {
			v := 0.0
			for state, w := range c.cell[slot*c.states:][:c.states] {
				v += w * of[state]
			}
			total += v
			for _, place := range m.places[(slot-first)*m.vary:][:m.vary] {
				out[g][place] += v
			}
		}
		for _, place := range m.always {
			out[g][place] = total
		}
		out[g] = out[g][:q]
	}
	return out
}

// coefficients are those of the regression of each group's values on the model, by
// row of the first matrix, and these times the spread m of the units' model totals.
func (t *Tables) coefficients(products [][]float64) (b, bent *mat.Dense) {
	p := t.spread.m.SymmetricDim()
	b, bent = mat.NewDense(t.groups, p, nil), mat.NewDense(t.groups, p, nil)
	if inverse := t.spread.inverse; inverse != nil {
		for g, of := range products {
			one, other := b.RawRowView(g), bent.RawRowView(g)
			for k, j := range t.models[g].columns {
				floats.AddScaled(one, of[k], inverse.RawRowView(int(j)))
				floats.AddScaled(other, of[k], t.spread.bent.RawRowView(int(j)))
			}
		}
		return b, bent
	}
	xwy := make([][]float64, t.groups)
	for g, of := range products {
		xwy[g] = make([]float64, p)
		for k, j := range t.models[g].columns {
			xwy[g][j] = of[k]
		}
	}
	for g, beta := range t.fit.residuals.ManyCoefficients(xwy) {
		b.SetRow(g, beta)
	}
	bent.Mul(b, t.spread.m)
	return b, bent
}

// withoutFit takes X_u'b off the values whose spread is v: with b the coefficients
// by group, C the groups' Σ z·scale·(X_u - mean) and M the spread of the X_u, it
// adds b'Mb - b'C' - Cb.
func (t *Tables) withoutFit(v *mat.SymDense, z []float64, products [][]float64) *mat.SymDense {
	b, bent := t.coefficients(products)
	cross := mat.NewDense(t.groups, t.spread.m.SymmetricDim(), nil)
	buffer := make([]float64, t.spread.m.SymmetricDim())
	for h := range t.spread.strata {
		t.spread.strata[h].addCross(cross, z, t.unit.group, buffer)
	}
	bent.Sub(bent, cross)
	raw := v.RawSymmetric()
	for g := range t.groups {
		row := raw.Data[g*raw.Stride:][:t.groups]
		before, one, from := row[g], b.RawRowView(g), cross.RawRowView(g)
		for h := g; h < t.groups; h++ {
			row[h] += floats.Dot(one, bent.RawRowView(h)) - floats.Dot(b.RawRowView(h), from)
		}
		if before > 0 && !(row[g] > lost*before) {
			return nil
		}
	}
	return v
}

// addCross adds Σ z·scale·(X_u - mean) of a stratum's units to the rows of the groups.
// The buffer has room for a row.
func (s *spreadStratum) addCross(cross *mat.Dense, z []float64, group []int32, buffer []float64) {
	if len(s.groups) == 1 {
		sum := buffer[:len(s.columns)]
		clear(sum)
		s.crossed(sum, z)
		s.addTo(cross.RawRowView(int(s.groups[0])), sum, 1)
		return
	}
	q, from := len(s.columns), int32(0)
	for u, end := range s.ends {
		for _, slot := range s.slots[from:end] {
			s.addTo(cross.RawRowView(int(group[slot])), s.x[u*q:][:q], z[slot])
		}
		from = end
	}
}

// crossed adds Σ z·scale·(X_u - mean) where every unit has one slot, four at a time.
func (s *spreadStratum) crossed(sum, z []float64) {
	q, x, slots := len(sum), s.x, s.slots
	for ; len(slots) >= 4; slots, x = slots[4:], x[4*q:] {
		a, b, c, d := z[slots[0]], z[slots[1]], z[slots[2]], z[slots[3]]
		xa, xb, xc, xd := x[:q], x[q:][:q], x[2*q:][:q], x[3*q:][:q]
		for k := range sum {
			sum[k] += a*xa[k] + b*xb[k] + (c*xc[k] + d*xd[k])
		}
	}
	for i, slot := range slots {
		for k, v := range x[i*q:][:q] {
			sum[k] += z[slot] * v
		}
	}
}

// addTo adds f·x to the stratum's columns of a row.
func (s *spreadStratum) addTo(row, x []float64, f float64) {
	for k, j := range s.columns {
		row[j] += f * x[k]
	}
}
