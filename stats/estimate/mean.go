package estimate

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Mean estimates weighted means Σwy/Σw, and the share of every level of a factor, by
// the linearized value w(y-mean)/Σw (Särndal and others 1992, equation 5.7.6). It
// fails without a variable, on a column or domain of another length than the design,
// on a level outside (0, 1), and where the design has no variance (a lonely PSU
// under LonelyFail).
func Mean(d *design.Design, vars []Variable, o Options) (*Estimates, error) {
	f, err := newFrame(d, vars, o)
	if err != nil {
		return nil, err
	}
	theta := func(w []float64) []float64 {
		mass, sums := f.sums(w)
		for c := range sums {
			sums[c] /= mass
		}
		return sums
	}
	est := theta(d.Weights())
	cov, err := f.covariance(est, theta, func() [][]float64 { return f.meanValues(est) })
	if err != nil {
		return nil, err
	}
	e := f.result(est, cov, o)
	if o.Deff != NoDeff {
		e.Deff = f.deff(cov, o.Deff, false)
	}
	return e, nil
}

func (f *frame) meanValues(est []float64) [][]float64 {
	w := f.d.Weights()
	mass := 0.0
	for i, use := range f.use {
		if use {
			mass += w[i]
		}
	}
	z := make([][]float64, len(f.columns))
	for c := range f.columns {
		column := &f.columns[c]
		z[c] = f.linear(func(i int) float64 { return w[i] * (column.at(i) - est[c]) / mass })
	}
	return z
}

// Total estimates totals Σwy, and the number of people of every level of a factor.
// The linearized value is wy (Särndal and others 1992, section 2.8). It fails as
// Mean does.
func Total(d *design.Design, vars []Variable, o Options) (*Estimates, error) {
	f, err := newFrame(d, vars, o)
	if err != nil {
		return nil, err
	}
	theta := func(w []float64) []float64 {
		_, sums := f.sums(w)
		return sums
	}
	est, w := theta(d.Weights()), d.Weights()
	cov, err := f.covariance(est, theta, func() [][]float64 {
		z := make([][]float64, len(f.columns))
		for c := range f.columns {
			column := &f.columns[c]
			z[c] = f.linear(func(i int) float64 { return w[i] * column.at(i) })
		}
		return z
	})
	if err != nil {
		return nil, err
	}
	e := f.result(est, cov, o)
	if o.Deff != NoDeff {
		e.Deff = f.deff(cov, o.Deff, true)
	}
	return e, nil
}

// deff divides the variances by those of simple random sampling of n rows:
// S²/n for a mean, times (Σw)² for a total, times 1-n/Σw without replacement
// (Kish 1965, section 8.2). Where the sample is larger than the population that
// the weights stand for, the comparison without replacement is NaN.
func (f *frame) deff(cov *mat.SymDense, kind Deff, total bool) []float64 {
	mass, _ := f.sums(f.d.Weights())
	out := make([]float64, len(f.columns))
	for c := range f.columns {
		_, s2 := f.spread(c, f.d.Weights())
		srs := s2 / float64(f.n)
		if total {
			srs *= mass * mass
		}
		if kind == WithoutReplacement {
			srs *= 1 - float64(f.n)/mass
			if float64(f.n) > mass {
				srs = math.NaN()
			}
		}
		out[c] = cov.At(c, c) / srs
	}
	return out
}

// spread returns the weighted mean of a column and n/(n-1) times its weighted
// mean square about it, n being the rows with weight in the full sample: a
// replicate that leaves rows out keeps n, as svyvar of R's survey has it.
func (f *frame) spread(c int, w []float64) (mean, s2 float64) {
	column := &f.columns[c]
	mass, sum, n := 0.0, 0.0, float64(f.n)
	for i, use := range f.use {
		if use && w[i] != 0 {
			mass += w[i]
			sum += w[i] * column.at(i)
		}
	}
	mean = sum / mass
	for i, use := range f.use {
		if use && w[i] != 0 {
			dev := column.at(i) - mean
			s2 += w[i] * dev * dev
		}
	}
	return mean, s2 / mass * n / (n - 1)
}

// Variance estimates the population variance of each variable,
// n/(n-1)·Σw(y-mean)²/Σw, with the standard error of that mean square. Levels
// of factors count as 0/1 variables. Limits are those of the t distribution.
func Variance(d *design.Design, vars []Variable, o Options) (*Estimates, error) {
	f, err := newFrame(d, vars, o)
	if err != nil {
		return nil, err
	}
	theta := func(w []float64) []float64 {
		out := make([]float64, len(f.columns))
		for c := range out {
			_, out[c] = f.spread(c, w)
		}
		return out
	}
	w := d.Weights()
	est := theta(w)
	cov, err := f.covariance(est, theta, func() [][]float64 {
		mass, n := 0.0, float64(f.n)
		for i, use := range f.use {
			if use {
				mass += w[i]
			}
		}
		z := make([][]float64, len(f.columns))
		for c := range f.columns {
			column := &f.columns[c]
			mean, s2 := f.spread(c, w)
			z[c] = f.linear(func(i int) float64 {
				dev := column.at(i) - mean
				return w[i] * (dev*dev*n/(n-1) - s2) / mass
			})
		}
		return z
	})
	if err != nil {
		return nil, err
	}
	return f.result(est, cov, o), nil
}

// Ratio estimates R = Σw·num / Σw·den by the linearized value w(num - R·den)/Σw·den
// (Särndal and others 1992, equation 5.6.10). It fails as Mean does, and on a
// factor.
func Ratio(d *design.Design, num, den Variable, o Options) (*Estimates, error) {
	if num.Levels != nil || den.Levels != nil {
		return nil, weight.Errorf("estimate.not_number", num.Name+"/"+den.Name, "a ratio needs two number columns")
	}
	f, err := newFrame(d, []Variable{num, den}, o)
	if err != nil {
		return nil, err
	}
	theta := func(w []float64) []float64 {
		_, s := f.sums(w)
		return []float64{s[0] / s[1]}
	}
	w := d.Weights()
	est := theta(w)
	cov, err := f.covariance(est, theta, func() [][]float64 {
		_, s := f.sums(w)
		return [][]float64{f.linear(func(i int) float64 {
			return w[i] * (f.columns[0].at(i) - est[0]*f.columns[1].at(i)) / s[1]
		})}
	})
	if err != nil {
		return nil, err
	}
	e := f.result(est, cov, o)
	e.Names = []string{num.Name + "/" + den.Name}
	return e, nil
}
