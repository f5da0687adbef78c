package design

import (
	"gonum.org/v1/gonum/mat"

	"minyi/stats/weight"
)

// tableSpread is what the variances of all columns share.
type tableSpread struct {
	strata []spreadStratum // those that add to the variance
	m      *mat.SymDense   // Σ scale·(X_u - mean)(X_u - mean)' over all units
	// The inverse of the calibration's normal equations, and it times m; nil where
	// they are too near to singular to be inverted.
	inverse, bent *mat.Dense
}

// spreadStratum is one stratum: the slots of its units, one unit after another, and
// where those of each unit end; the groups with rows in it; the columns of their
// models; (1-f)·n/(n-1); and by unit and column scale·(X_u - mean of the stratum).
type spreadStratum struct {
	slots, ends     []int32
	groups, columns []int32
	scale           float64
	x               []float64
}

// prepare sorts the slots by stratum and unit and centres the units' model totals.
func (t *Tables) prepare() {
	st := &t.d.stages[0]
	units, unitsOf := gather(st.group, len(st.sampled))
	slots, slotsOf := gather(t.unit.id, len(st.group))
	certain := st.certain()
	noted := make([]bool, t.groups)
	sorted, ends := make([]int32, 0, len(slots)), make([]int32, 0, len(units))
	t.spread.strata = make([]spreadStratum, 0, len(st.sampled))
	for h := range st.sampled {
		list := units[unitsOf[h]:unitsOf[h+1]]
		if certain[h] || len(list) < 2 {
			continue
		}
		n := float64(len(list))
		s := spreadStratum{scale: st.free[list[0]] * st.earlier[list[0]] * n / (n - 1)}
		from, firstEnd := len(sorted), len(ends)
		for _, u := range list {
			sorted = append(sorted, slots[slotsOf[u]:slotsOf[u+1]]...)
			ends = append(ends, int32(len(sorted)-from))
		}
		s.slots, s.ends = sorted[from:], ends[firstEnd:]
		for _, slot := range s.slots {
			if g := t.unit.group[slot]; !noted[g] {
				noted[g] = true
				s.groups = append(s.groups, g)
			}
		}
		for _, g := range s.groups {
			noted[g] = false
		}
		t.spread.strata = append(t.spread.strata, s)
	}
	if t.model != nil {
		t.centre(len(t.model.Names()))
	}
}

// gather lists the places of every code: those of code k are list[first[k]:first[k+1]].
func gather(codes []int32, count int) (list, first []int32) {
	first = make([]int32, count+2)
	for _, k := range codes {
		first[k+2]++
	}
	for k := range count {
		first[k+2] += first[k+1]
	}
	list = make([]int32, len(codes))
	for place, k := range codes {
		list[first[k+1]] = int32(place)
		first[k+1]++
	}
	return list, first[:count+1]
}

// centre fills in the units' x and m, half of the strata beside the other. Columns
// that are 0 in all of a stratum, such as other areas, are left out: they are most.
func (t *Tables) centre(p int) {
	var parts [2]*mat.SymDense
	weight.InBlocks(len(t.spread.strata), len(parts), func(b, low, high int) {
		parts[b] = mat.NewSymDense(p, nil)
		t.centreStrata(t.spread.strata[low:high], parts[b])
	})
	parts[0].AddSym(parts[0], parts[1])
	t.spread.m = parts[0]
	if t.spread.inverse != nil {
		t.spread.bent = mat.NewDense(p, p, nil)
		t.spread.bent.Mul(t.spread.inverse, t.spread.m)
	}
}

func (t *Tables) centreStrata(strata []spreadStratum, m *mat.SymDense) {
	place := make([]int32, m.SymmetricDim())
	var mean, sum []float64
	for h := range strata {
		s := &strata[h]
		if len(s.groups) == 1 {
			s.columns = t.models[s.groups[0]].columns
		} else {
			for _, g := range s.groups {
				for _, j := range t.models[g].columns {
					if place[j] == 0 {
						s.columns = append(s.columns, j)
						place[j] = int32(len(s.columns))
					}
				}
			}
		}
		q := len(s.columns)
		s.x = make([]float64, len(s.ends)*q)
		if len(s.groups) == 1 {
			for u, slot := range s.slots {
				copy(s.x[u*q:][:q], t.totals[t.totalsAt[slot]:])
			}
		} else {
			t.fillX(s, place)
			for _, j := range s.columns {
				place[j] = 0
			}
		}
		mean, sum = append(mean[:0], make([]float64, q)...), append(sum[:0], make([]float64, q*q)...)
		s.centre(mean, sum)
		spread(m, sum, s.columns)
	}
}

// fillX adds the totals of the units' slots, column j at place[j]-1.
func (t *Tables) fillX(s *spreadStratum, place []int32) {
	q, from := len(s.columns), int32(0)
	for u, end := range s.ends {
		x := s.x[u*q:][:q]
		for _, slot := range s.slots[from:end] {
			totals := t.totals[t.totalsAt[slot]:t.totalsAt[slot+1]]
			for k, j := range t.models[t.unit.group[slot]].columns {
				x[place[j]-1] += totals[k]
			}
		}
		from = end
	}
}

// centre takes the means off the units' x, brings it to scale and adds its squares and
// products to sum, upper triangle. Mean and sum are 0 before.
func (s *spreadStratum) centre(mean, sum []float64) {
	q, n := len(s.columns), float64(len(s.ends))
	for at := 0; at < len(s.x); at += q {
		for k, v := range s.x[at:][:q] {
			mean[k] += v
		}
	}
	for k := range mean {
		mean[k] /= n
	}
	for at := 0; at < len(s.x); at += q {
		dev := s.x[at:][:q]
		for k, m := range mean {
			dev[k] -= m
		}
	}
	s.addSquares(sum)
	for k := range s.x {
		s.x[k] *= s.scale
	}
}

// addSquares adds scale·x·x' of the units, four at a time.
func (s *spreadStratum) addSquares(sum []float64) {
	q, x := len(s.columns), s.x
	for ; len(x) >= 4*q && q > 0; x = x[4*q:] {
		a, b, c, d := x[:q], x[q:][:q], x[2*q:][:q], x[3*q:][:q]
		for k := range q {
			fa, fb, fc, fd := s.scale*a[k], s.scale*b[k], s.scale*c[k], s.scale*d[k]
			row, xa, xb, xc, xd := sum[k*q:][k:q], a[k:], b[k:], c[k:], d[k:]
			xa, xb, xc, xd = xa[:len(row)], xb[:len(row)], xc[:len(row)], xd[:len(row)]
			for j := range row {
				row[j] += fa*xa[j] + fb*xb[j] + (fc*xc[j] + fd*xd[j])
			}
		}
	}
	for ; len(x) >= q && q > 0; x = x[q:] {
		for k, v := range x[:q] {
			f, row := s.scale*v, sum[k*q:][k:q]
			for j, other := range x[k:q] {
				row[j] += f * other
			}
		}
	}
}

// spread adds the upper triangle of sum to the elements of m at the places.
func spread(m *mat.SymDense, sum []float64, places []int32) {
	raw, q := m.RawSymmetric(), len(places)
	for a, i := range places {
		for b := a; b < q; b++ {
			j := places[b]
			raw.Data[int(min(i, j))*raw.Stride+int(max(i, j))] += sum[a*q+b]
		}
	}
}
