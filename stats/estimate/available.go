package estimate

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// AvailableMeans estimates the mean of every number column over the rows of the
// domain that have a value in that column, so that each variable is a domain of its
// own, with their joint covariance. Counts has the rows behind each, DFs the degrees
// of freedom of each column's own domain (DF is that of the design over the whole
// domain), Deff the design effect against sampling with replacement where asked for.
// A column without any value is NaN. It fails as Mean does, and on a factor.
func AvailableMeans(d *design.Design, vars []Variable, o Options) (*AvailableEstimates, error) {
	for _, v := range vars {
		if v.Levels != nil {
			return nil, weight.Errorf("estimate.not_number", v.Name, "these means need number columns; derive a 0/1 column for a level")
		}
	}
	o.DropMissing = false
	f, err := newFrame(d, vars, o)
	if err != nil {
		return nil, err
	}
	theta := func(w []float64) []float64 {
		est, _, _ := f.available(w)
		return est
	}
	est, mass, counts := f.available(d.Weights())
	cov, err := f.covariance(est, theta, func() [][]float64 { return f.availableValues(est, mass) })
	if err != nil {
		return nil, err
	}
	e := &AvailableEstimates{Estimates: *f.result(est, cov, o), Counts: counts, DFs: make([]float64, len(est))}
	if o.Deff != NoDeff {
		e.Deff = make([]float64, len(est))
	}
	for c := range est {
		rows := f.valued(c)
		e.DFs[c] = d.DF(rows)
		if o.DF != nil {
			e.DFs[c] = *o.DF
		}
		t := tQuantile(o.Level, e.DFs[c])
		e.Low[c], e.High[c] = est[c]-t*e.SE[c], est[c]+t*e.SE[c]
		if o.Deff != NoDeff {
			one := frame{d: d, use: rows, columns: f.columns[c : c+1], n: counts[c]}
			e.Deff[c] = one.deff(mat.NewSymDense(1, []float64{cov.At(c, c)}), o.Deff, false)[0]
		}
	}
	return e, nil
}

// AvailableEstimates are means that rest on different rows each.
type AvailableEstimates struct {
	Estimates
	Counts []int
	DFs    []float64
}

// valued marks the rows in use that have a value in column c.
func (f *frame) valued(c int) []bool {
	out := make([]bool, len(f.use))
	for i, use := range f.use {
		out[i] = use && !math.IsNaN(f.columns[c].at(i))
	}
	return out
}

func (f *frame) available(w []float64) (est, mass []float64, counts []int) {
	est, mass, counts = make([]float64, len(f.columns)), make([]float64, len(f.columns)), make([]int, len(f.columns))
	for c := range f.columns {
		column := &f.columns[c]
		for i, use := range f.use {
			if y := column.at(i); use && w[i] != 0 && !math.IsNaN(y) {
				est[c] += w[i] * y
				mass[c] += w[i]
				counts[c]++
			}
		}
		est[c] /= mass[c]
	}
	return est, mass, counts
}

func (f *frame) availableValues(est, mass []float64) [][]float64 {
	w := f.d.Weights()
	z := make([][]float64, len(f.columns))
	for c := range f.columns {
		column := &f.columns[c]
		z[c] = f.linear(func(i int) float64 {
			if y := column.at(i); !math.IsNaN(y) {
				return w[i] * (y - est[c]) / mass[c]
			}
			return 0
		})
	}
	return z
}

// Select returns the estimates with the given indices, with their covariance.
func (e *Estimates) Select(which []int) *Estimates {
	out := &Estimates{DF: e.DF, N: e.N, Missing: e.Missing, Cov: mat.NewSymDense(len(which), nil)}
	for a, i := range which {
		out.Names = append(out.Names, e.Names[i])
		out.Est, out.SE = append(out.Est, e.Est[i]), append(out.SE, e.SE[i])
		out.Low, out.High = append(out.Low, e.Low[i]), append(out.High, e.High[i])
		for b, j := range which {
			if b >= a {
				out.Cov.SetSym(a, b, e.Cov.At(i, j))
			}
		}
	}
	return out
}
