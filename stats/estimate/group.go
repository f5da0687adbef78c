package estimate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Grouping sorts the rows into groups 0 … Count-1; -1 is no group. Where every row
// has one, Small may give them compactly instead of Code, one byte a row.
type Grouping struct {
	Code  []int32
	Small []uint8
	Count int
}

// check demands one code a row.
func (g *Grouping) check(d *design.Design) error {
	if n := max(len(g.Code), len(g.Small)); n != d.Rows() {
		return weight.Errorf("estimate.length", "by", "%d group codes for %d rows", n, d.Rows())
	}
	return nil
}

// spread returns the grouping with its codes spelled out.
func (g Grouping) spread() Grouping {
	if g.Small == nil {
		return g
	}
	code := make([]int32, len(g.Small))
	for i, k := range g.Small {
		code[i] = int32(k)
	}
	return Grouping{Code: code, Count: g.Count}
}

// tables are those of the design by these groups.
func (g *Grouping) tables(d *design.Design, columns []design.States) *design.Tables {
	if g.Small != nil {
		return d.SmallTables(g.Small, g.Count, columns)
	}
	return d.Tables(g.Code, g.Count, columns)
}

// maxGroups bounds the groups of one request, whose covariance is a matrix.
const maxGroups = 5000

// GroupMeans estimates the mean of a number column in every group, with the
// covariance between groups; the groups are domains of the one design. Groups
// without weight in the domain are NaN. The degrees of freedom are those of the
// design before the split. It fails as Mean does, on a factor, and on more groups
// than have a common covariance.
func GroupMeans(d *design.Design, v Variable, by Grouping, o Options) (*Estimates, error) {
	return groups(d, v, by, o, true)
}

// GroupTotals is GroupMeans for totals; a group without rows has total 0. It fails
// as GroupMeans does.
func GroupTotals(d *design.Design, v Variable, by Grouping, o Options) (*Estimates, error) {
	return groups(d, v, by, o, false)
}

func groups(d *design.Design, v Variable, by Grouping, o Options, mean bool) (*Estimates, error) {
	if v.Levels != nil {
		return nil, weight.Errorf("estimate.not_number", v.Name, "groups need a number column; derive a 0/1 column for a level")
	}
	if err := by.check(d); err != nil {
		return nil, err
	}
	by = by.spread()
	f, err := newFrame(d, []Variable{v}, o)
	if err != nil {
		return nil, err
	}
	for i, g := range by.Code {
		f.use[i] = f.use[i] && g >= 0 && int(g) < by.Count
	}
	theta := func(w []float64) []float64 {
		sums, mass := f.groupSums(w, by)
		if mean {
			for g := range sums {
				sums[g] /= mass[g]
			}
		}
		return sums
	}
	if by.Count > maxGroups {
		return nil, weight.Errorf("estimate.too_many_groups", "by", "%d groups; at most %d have a common covariance", by.Count, maxGroups)
	}
	est := theta(d.Weights())
	f.names = make([]string, by.Count)
	if d.Replicated() {
		return f.replicatedGroups(est, theta, o), nil
	}
	cov, err := d.GroupCovariance(f.groupValues(by, est, mean))
	if err != nil {
		return nil, err
	}
	return f.result(est, cov, o), nil
}

// replicatedGroups gives every group the standard error of the replicates in which
// it has rows; the covariance takes those in which all groups have, as svyby of R's
// survey does.
func (f *frame) replicatedGroups(est []float64, theta func(w []float64) []float64, o Options) *Estimates {
	short := false
	e := f.result(est, f.d.ReplicateCovariance(est, func(w []float64) []float64 {
		values := theta(w)
		short = short || slices.ContainsFunc(values, math.IsNaN)
		return values
	}), o)
	if !short {
		return e
	}
	t := tQuantile(o.Level, e.DF)
	for g, full := range est {
		own := f.d.ReplicateCovariance(est[g:g+1], func(w []float64) []float64 { return theta(w)[g : g+1] })
		e.SE[g] = math.Sqrt(own.At(0, 0))
		e.Low[g], e.High[g] = full-t*e.SE[g], full+t*e.SE[g]
	}
	return e
}

func (f *frame) groupSums(w []float64, by Grouping) (sums, mass []float64) {
	sums, mass = make([]float64, by.Count), make([]float64, by.Count)
	for i, g := range by.Code {
		if f.use[i] && w[i] != 0 {
			sums[g] += w[i] * f.columns[0].at(i)
			mass[g] += w[i]
		}
	}
	return sums, mass
}

// groupValues returns the group of every row in use (-1 for the others), the
// number of groups, and the linearized values without their weight.
func (f *frame) groupValues(by Grouping, est []float64, mean bool) (group []int32, count int, y []float64) {
	w := f.d.Weights()
	_, mass := f.groupSums(w, by)
	group, y = make([]int32, len(w)), make([]float64, len(w))
	for i, g := range by.Code {
		group[i] = -1
		if !f.use[i] || w[i] == 0 {
			continue
		}
		group[i], y[i] = g, f.columns[0].at(i)
		if mean {
			y[i] = (y[i] - est[g]) / mass[g]
		}
	}
	return group, by.Count, y
}

// Contrast is a linear combination of estimates: its value, standard error, t
// statistic with two-sided p, and limits.
type Contrast struct {
	Est, SE, DF, T, P, Low, High float64
}

// Contrast combines the estimates with the coefficients, whose number must be that
// of the estimates. Any other number is an error, and so is a level outside (0, 1).
func (e *Estimates) Contrast(coef []float64, o Options) (*Contrast, error) {
	if len(coef) != len(e.Est) {
		return nil, weight.Errorf("estimate.coef", "coef", "%d coefficients for %d estimates", len(coef), len(e.Est))
	}
	c := mat.NewVecDense(len(coef), append([]float64(nil), coef...))
	out := &Contrast{DF: e.DF, SE: math.Sqrt(math.Max(0, mat.Inner(c, e.Cov, c)))}
	for k, v := range coef {
		out.Est += v * e.Est[k]
	}
	if o.DF != nil {
		out.DF = *o.DF
	}
	out.finish(o.Level)
	return out, nil
}

func (c *Contrast) finish(level float64) {
	t := tQuantile(level, c.DF)
	c.T = c.Est / c.SE
	c.P = tTails(c.T, c.DF)
	c.Low, c.High = c.Est-t*c.SE, c.Est+t*c.SE
}

// TTest compares the mean of y between two groups (second minus first), or with
// group nil the mean with 0. The degrees of freedom are those of the design over the
// rows in use, minus 1, as svyttest of R's survey has them. It fails as Mean does,
// and where the groups in the data are not two.
func TTest(d *design.Design, y Variable, group *Grouping, o Options) (*Contrast, error) {
	f, err := newFrame(d, []Variable{y}, o)
	if err != nil {
		return nil, err
	}
	var by Grouping
	if group != nil {
		if err := group.check(d); err != nil {
			return nil, err
		}
		by = group.spread()
	}
	for i := range f.use {
		f.use[i] = f.use[i] && (group == nil || by.Code[i] >= 0)
	}
	df := d.DF(f.use) - 1
	if o.DF == nil {
		o.DF = &df
	}
	o.Domain = f.use
	if group == nil {
		e, err := Mean(d, []Variable{y}, o)
		if err != nil {
			return nil, err
		}
		return e.Contrast([]float64{1}, o)
	}
	if group.Count != 2 {
		return nil, weight.Errorf("estimate.two_groups", "group", "the group variable has %d values in the data; a t test compares two", group.Count)
	}
	e, err := GroupMeans(d, y, by, o)
	if err != nil {
		return nil, err
	}
	return e.Contrast([]float64{-1, 1}, o)
}
