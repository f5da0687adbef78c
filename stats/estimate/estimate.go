// Package estimate computes survey statistics with design-based variances:
// means, shares, totals, ratios, variances, tables, quantiles, domains and
// groups, contrasts, and the intervals and tests that go with them.
//
// Every function takes a design (stats/design) and columns with one entry a
// row. A missing number is NaN, a missing category -1. Nothing is changed,
// nothing is read from files, and no result panics on bad numbers: what is not
// defined is NaN.
//
// Sources: Särndal, Swensson and Wretman (1992), Model Assisted Survey
// Sampling, sections 5.5 to 5.11 for linearization; Lumley (2010), Complex
// Surveys; for the rest, the function names its own.
package estimate

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Error is the error of this package: code, place, remedy.
type Error = weight.Error

// Variable is one column: numbers (NaN missing), or with Levels a factor whose
// Code runs from 0 (-1 missing) and that gives one 0/1 column a level. Numbers
// with few different values may come compactly instead: row i then holds
// Points[Small[i]], one byte a row.
type Variable struct {
	Name   string
	Values []float64
	Small  []uint8
	Points []float64
	Code   []int32
	Levels []string
}

// spread returns the variable with its numbers spelled out.
func (v Variable) spread() Variable {
	if v.Small == nil {
		return v
	}
	values := make([]float64, len(v.Small))
	for i, k := range v.Small {
		values[i] = v.Points[k]
	}
	return Variable{Name: v.Name, Values: values}
}

// Deff chooses the sample that a design effect compares with.
type Deff int

// A design effect compares with simple random sampling of the same number of
// rows without (WithoutReplacement) or with replacement.
const (
	NoDeff Deff = iota
	WithoutReplacement
	WithReplacement
)

// Options go with every statistic. Domain marks the rows asked for (nil: all).
// DropMissing treats rows with a missing value as outside the domain; without
// it a missing value makes the result NaN. Level is the confidence level (0:
// 0.95). DF replaces the design's degrees of freedom (nil), +Inf meaning the
// normal distribution.
type Options struct {
	Domain      []bool
	DropMissing bool
	Level       float64
	DF          *float64
	Deff        Deff
}

// Estimates are one or more statistics with their common covariance. Low and
// High are the limits est ± t(DF)·SE. N is the number of rows behind them,
// Missing the number of rows of the domain without a value. Deff is nil unless
// asked for.
type Estimates struct {
	Names              []string
	Est, SE, Low, High []float64
	DF                 float64
	Cov                *mat.SymDense
	Deff               []float64
	N, Missing         int
}

// frame is the part of the data that a statistic works on.
type frame struct {
	d       *design.Design
	use     []bool // rows in the domain, after dropping missing ones
	names   []string
	columns []column
	n       int // rows in use with nonzero weight
	missing int
}

// column reads a value by row: a number, or the 0/1 of a factor's level.
type column struct {
	values []float64
	small  []uint8
	points *[256]float64
	code   []int32
	level  int32
}

func (c *column) at(i int) float64 {
	if c.small != nil {
		return c.points[c.small[i]]
	}
	if c.code == nil {
		return c.values[i]
	}
	switch c.code[i] {
	case c.level:
		return 1
	case -1:
		return math.NaN()
	default:
		return 0
	}
}

func newFrame(d *design.Design, vars []Variable, o Options) (*frame, error) {
	if len(vars) == 0 {
		return nil, weight.Errorf("estimate.no_variable", "vars", "no variable is named")
	}
	if o.Domain != nil && len(o.Domain) != d.Rows() {
		return nil, weight.Errorf("estimate.length", "domain", "%d marks for %d rows", len(o.Domain), d.Rows())
	}
	if err := checkLevel(o.Level); err != nil {
		return nil, err
	}
	f := &frame{d: d, use: make([]bool, d.Rows())}
	gone := make([]bool, d.Rows())
	for _, v := range vars {
		if err := f.add(v, gone); err != nil {
			return nil, err
		}
	}
	f.mark(gone, o)
	return f, nil
}

// mark settles which rows are in use and counts them.
func (f *frame) mark(gone []bool, o Options) {
	for i, w := range f.d.Weights() {
		f.use[i] = o.Domain == nil || o.Domain[i]
		if f.use[i] && gone[i] {
			f.missing++
			f.use[i] = !o.DropMissing
		}
		if f.use[i] && w != 0 {
			f.n++
		}
	}
}

func checkLevel(level float64) error {
	if level != 0 && !(level > 0 && level < 1) {
		return weight.Errorf("estimate.level", "level", "the level is %v; it lies between 0 and 1, such as 0.95", level)
	}
	return nil
}

// add appends the columns of a variable and marks rows without a value.
func (f *frame) add(v Variable, gone []bool) error {
	if v.Small != nil {
		return f.addSmall(v, gone)
	}
	if v.Levels == nil {
		if len(v.Values) != f.d.Rows() {
			return weight.Errorf("estimate.length", v.Name, "%d values for %d rows", len(v.Values), f.d.Rows())
		}
		for i, x := range v.Values {
			gone[i] = gone[i] || math.IsNaN(x)
		}
		f.names = append(f.names, v.Name)
		f.columns = append(f.columns, column{values: v.Values})
		return nil
	}
	if len(v.Code) != f.d.Rows() {
		return weight.Errorf("estimate.length", v.Name, "%d codes for %d rows", len(v.Code), f.d.Rows())
	}
	for i, k := range v.Code {
		gone[i] = gone[i] || k < 0
	}
	for k, level := range v.Levels {
		f.names = append(f.names, v.Name+"="+level)
		f.columns = append(f.columns, column{code: v.Code, level: int32(k)})
	}
	return nil
}

// addSmall appends a compact number column. A code without a point is missing.
func (f *frame) addSmall(v Variable, gone []bool) error {
	if len(v.Small) != f.d.Rows() {
		return weight.Errorf("estimate.length", v.Name, "%d values for %d rows", len(v.Small), f.d.Rows())
	}
	points, missing := &[256]float64{}, [256]bool{}
	for k := range points {
		points[k] = math.NaN()
		if k < len(v.Points) {
			points[k] = v.Points[k]
		}
		missing[k] = math.IsNaN(points[k])
	}
	for i, k := range v.Small {
		gone[i] = gone[i] || missing[k]
	}
	f.names = append(f.names, v.Name)
	f.columns = append(f.columns, column{small: v.Small, points: points})
	return nil
}

// sums returns Σw and Σwy of every column over the rows in use.
func (f *frame) sums(w []float64) (mass float64, sums []float64) {
	sums = make([]float64, len(f.columns))
	for i, use := range f.use {
		if use {
			mass += w[i]
		}
	}
	for c := range f.columns {
		column := &f.columns[c]
		for i, use := range f.use {
			if use && w[i] != 0 {
				sums[c] += w[i] * column.at(i)
			}
		}
	}
	return mass, sums
}

// linear makes one column of linearized values a statistic: f(row) where the
// row is in use, 0 elsewhere.
func (f *frame) linear(value func(i int) float64) []float64 {
	z, w := make([]float64, len(f.use)), f.d.Weights()
	for i, use := range f.use {
		if use && w[i] != 0 {
			z[i] = value(i)
		}
	}
	return z
}

// covariance asks the design, by replicates or by linearization.
func (f *frame) covariance(est []float64, theta func(w []float64) []float64, z func() [][]float64) (*mat.SymDense, error) {
	if f.d.Replicated() {
		return f.d.ReplicateCovariance(est, theta), nil
	}
	return f.d.Covariance(z())
}

// result assembles Estimates and their limits.
func (f *frame) result(est []float64, cov *mat.SymDense, o Options) *Estimates {
	e := &Estimates{Names: f.names, Est: est, Cov: cov, N: f.n, Missing: f.missing, DF: f.d.DF(o.Domain)}
	e.SetLimits(o)
	return e
}

// SetLimits fills SE, Low and High from Est and Cov, with the degrees of
// freedom of the options where they are given.
func (e *Estimates) SetLimits(o Options) {
	if o.DF != nil {
		e.DF = *o.DF
	}
	e.limits(tQuantile(o.Level, e.DF))
}

// limits fills SE, Low and High, t standard errors from the estimate.
func (e *Estimates) limits(t float64) {
	e.SE, e.Low, e.High = make([]float64, len(e.Est)), make([]float64, len(e.Est)), make([]float64, len(e.Est))
	for k, est := range e.Est {
		e.SE[k] = math.Sqrt(math.Max(0, e.Cov.At(k, k)))
		if math.IsNaN(e.Cov.At(k, k)) || math.IsNaN(est) {
			e.SE[k] = math.NaN()
		}
		e.Low[k], e.High[k] = est-t*e.SE[k], est+t*e.SE[k]
	}
}
