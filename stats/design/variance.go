package design

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/weight"
)

// Covariance returns the covariance matrix of totals whose linearized values
// (weight included) are the columns z, by the design's strata, stages and
// finite populations:
//
//	sum over strata of (1-n/N)·n/(n-1)·Σ(t-mean)(t-mean)'
//
// plus, inside every PSU, the same for the next stage times n/N, while fpc
// columns last. Before that, every adjustment of the weights replaces z by
// w·residual(z/w), w being the weights just after it. It fails on a lonely PSU
// under LonelyFail and for a replicate design, which has no linearized form.
func (d *Design) Covariance(z [][]float64) (*mat.SymDense, error) {
	if d.rep != nil {
		return nil, weight.Errorf("design.replicate", "", "a replicate design has no linearized variance")
	}
	left := make([][]float64, len(z))
	for k, column := range z {
		if len(column) != d.n {
			return nil, weight.Errorf("design.length", "", "%d linearized values for %d rows", len(column), d.n)
		}
		for a := range d.adjust {
			next, err := d.adjust[a].residual(column)
			if err != nil {
				return nil, err
			}
			column = next
		}
		left[k] = column
	}
	v := mat.NewSymDense(max(1, len(z)), nil)
	for s := range d.stages {
		if err := d.addStage(v, s, left); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// addStage adds the contribution of one stage.
func (d *Design) addStage(v *mat.SymDense, s int, z [][]float64) error {
	st := &d.stages[s]
	totals := st.totals(z)
	if d.pps == Overton && s == 0 {
		st.addOverton(v, totals, len(z))
		return nil
	}
	return d.addTotals(v, s, totals, len(z))
}

// totals sums the columns by unit; unit u, column c lies at u*len(z)+c.
func (st *stage) totals(z [][]float64) []float64 {
	p := len(z)
	out := make([]float64, len(st.group)*p)
	for c, column := range z {
		for i, u := range st.unit {
			out[int(u)*p+c] += column[i]
		}
	}
	return out
}

// addTotals adds the variance of one stage, given its unit totals.
func (d *Design) addTotals(v *mat.SymDense, s int, totals []float64, p int) error {
	st := &d.stages[s]
	certain := st.certain()
	lonely, sound := 0, 0
	for g, n := range st.sampled {
		if n == 1 && !certain[g] {
			lonely++
		} else {
			sound++
		}
	}
	if lonely > 0 && (d.lonely == LonelyFail || (d.lonely == LonelyAverage && sound == 0)) {
		return st.lonelyError(s, certain)
	}
	sum := st.spread(totals, p, certain, d.lonely == LonelyAdjust)
	if lonely > 0 && d.lonely == LonelyAverage {
		sum.ScaleSym(float64(lonely+sound)/float64(sound), sum)
	}
	v.AddSym(v, sum)
	return nil
}

// spread sums (1-f)·n/(n-1)·(t-mean)(t-mean)' over the groups that are not
// certain; a lonely unit enters about the overall mean if adjust, else not.
func (st *stage) spread(totals []float64, p int, certain []bool, adjust bool) *mat.SymDense {
	means, overall := st.means(totals, p), make([]float64, p)
	for k, t := range totals {
		overall[k%p] += t / float64(len(st.group))
	}
	sum, dev := mat.NewSymDense(max(1, p), nil), make([]float64, p)
	for u, g := range st.group {
		n := st.sampled[g]
		if certain[g] || (n == 1 && !adjust) {
			continue
		}
		centre, scale := means[int(g)*p:(int(g)+1)*p], st.free[u]*st.earlier[u]
		if n == 1 {
			centre = overall
		} else {
			scale *= float64(n) / float64(n-1)
		}
		for c := range dev {
			dev[c] = totals[u*p+c] - centre[c]
		}
		addOuter(sum, dev, scale)
	}
	return sum
}

func addOuter(sum *mat.SymDense, dev []float64, scale float64) {
	raw := sum.RawSymmetric()
	for i, x := range dev {
		f := scale * x
		if f == 0 {
			continue
		}
		row := raw.Data[i*raw.Stride:]
		for j := i; j < len(dev); j++ {
			row[j] += f * dev[j]
		}
	}
}

// means averages the unit totals by group.
func (st *stage) means(totals []float64, p int) []float64 {
	out := make([]float64, len(st.sampled)*p)
	for u, g := range st.group {
		for c := range p {
			out[int(g)*p+c] += totals[u*p+c] / float64(st.sampled[g])
		}
	}
	return out
}

// certain marks the groups whose units were all taken.
func (st *stage) certain() []bool {
	out := make([]bool, len(st.sampled))
	for g := range out {
		out[g] = true
	}
	for u, g := range st.group {
		if st.free[u] >= 1e-7 {
			out[g] = false
		}
	}
	return out
}

// lonelyError names a row of the first lonely group; there is one.
func (st *stage) lonelyError(s int, certain []bool) error {
	first := slices.IndexFunc(st.unit, func(u int32) bool { return st.sampled[st.group[u]] == 1 && !certain[st.group[u]] })
	at := fmt.Sprintf("row %d", first+1)
	if s == 0 {
		return weight.Errorf("design.lonely_psu", at, "its stratum has a single PSU, so the variance cannot be estimated; "+
			"join it to another stratum or set lonely_psu")
	}
	return weight.Errorf("design.lonely_psu", at, "its unit of stage %d has a single subunit; "+
		"drop the fpc of the later stage or set lonely_psu", s)
}

// addOverton adds the Horvitz-Thompson variance with Overton's approximation of
// the joint inclusion probabilities, within strata (Overton 1985; Stehman and
// Overton 1994).
func (st *stage) addOverton(v *mat.SymDense, totals []float64, p int) {
	members := make([][]int, len(st.sampled))
	for u, g := range st.group {
		members[g] = append(members[g], u)
	}
	dev := make([]float64, p)
	for _, units := range members {
		n := float64(len(units))
		for _, a := range units {
			pa := 1 - st.free[a]
			for c := range dev {
				dev[c] = totals[a*p+c]
			}
			addOuter(v, dev, 1-pa)
			for _, b := range units {
				if b == a {
					continue
				}
				pb := 1 - st.free[b]
				joint := pa * pb * (n - 1) / (n - (pa+pb)/2)
				addPair(v, dev, totals[b*p:(b+1)*p], (joint-pa*pb)/joint)
			}
		}
	}
}

func addPair(v *mat.SymDense, x, y []float64, f float64) {
	if f == 0 || math.IsNaN(f) {
		return
	}
	for i := range x {
		for j := i; j < len(x); j++ {
			v.SetSym(i, j, v.At(i, j)+f*(x[i]*y[j]+x[j]*y[i])/2)
		}
	}
}
