// Package design knows how a sample was drawn and weighted, and what that does
// to the variance of a statistic: strata, stages of clusters, finite
// populations, unequal probabilities, replicate weights, and the adjustment of
// weights to known totals.
//
// A statistic hands over its linearized values, one a row; the design answers
// with their covariance matrix. Rows outside a domain give 0, and every PSU of
// the full design still counts. The package computes no statistic itself
// (stats/estimate does) and reads no file.
//
// Sources: Särndal, Swensson and Wretman (1992), Model Assisted Survey
// Sampling, chapters 3 to 6; Lumley (2010), Complex Surveys, and the rules of
// R's package survey 4.5, with which the numbers agree.
package design

import (
	"fmt"
	"math"

	"minyi/stats/weight"
)

// Error is the error of this package: code, place, remedy.
type Error = weight.Error

// Lonely says what a stratum with a single PSU adds to the variance.
type Lonely int

// The rules for lonely PSUs. LonelyFail refuses; LonelyRemove and
// LonelyCertainty add nothing; LonelyAdjust adds the square about the mean of
// all PSU totals; LonelyAverage adds the mean of the other strata.
const (
	LonelyFail Lonely = iota
	LonelyRemove
	LonelyCertainty
	LonelyAdjust
	LonelyAverage
)

// PPS says how unequal probabilities without replacement enter the variance.
type PPS int

// Brewer is (1-pi)·n/(n-1)·(t-mean)² over the PSUs (Brewer and Donadio 2003);
// Overton the Horvitz-Thompson form with Overton's joint probabilities
// pi_i·pi_j·(n-1)/(n-(pi_i+pi_j)/2).
const (
	NoPPS PPS = iota
	Brewer
	Overton
)

// Spec describes a design by columns of equal length N. Codes may be any
// integers; equal code means equal unit. IDs has one column a stage (none:
// every row is its own PSU), Strata the stratum of the first stage (nil:
// none), FPC one column a stage: population counts, or sampling fractions if
// no value exceeds 1, or with PPS inclusion probabilities. Without Weights the
// weight is the product of population over sample count of the stages.
type Spec struct {
	N       int
	IDs     [][]int32
	Strata  []int32
	Weights []float64
	FPC     [][]float64
	Nest    bool
	Lonely  Lonely
	PPS     PPS
}

// Design is a sample with its weights and what was done to them. It is never
// changed: every adjustment returns a new one.
type Design struct {
	n       int
	weights []float64
	stages  []stage
	lonely  Lonely
	pps     PPS
	adjust  []adjustment
	rep     *replicates
}

// stage holds the units of one stage of sampling. Groups are the strata at the
// first stage, and the units of the stage before at a later one.
type stage struct {
	unit    []int32   // row to unit
	group   []int32   // unit to group
	sampled []int     // group to number of sampled units
	free    []float64 // unit: 1 - n/N, or 1 - pi
	earlier []float64 // unit: product of n/N over the earlier stages
}

// New checks a Spec and makes its Design. It fails without rows, on columns of
// another length, on weights that are negative, not finite or all 0 (weight.Check),
// on clusters that lie in two strata without Nest, and on an fpc that is none,
// varies within its unit or is smaller than the sample.
func New(s Spec) (*Design, error) {
	if s.N <= 0 {
		return nil, weight.Errorf("design.empty", "data", "there are no rows; check the filter and the data file")
	}
	if err := s.checkLengths(); err != nil {
		return nil, err
	}
	d := &Design{n: s.N, lonely: s.Lonely, pps: s.PPS}
	if err := d.buildStages(&s); err != nil {
		return nil, err
	}
	if err := d.setWeights(&s); err != nil {
		return nil, err
	}
	return d, nil
}

func (s *Spec) checkLengths() error {
	for k, ids := range s.IDs {
		if len(ids) != s.N {
			return weight.Errorf("design.length", fmt.Sprintf("ids[%d]", k), "%d values for %d rows", len(ids), s.N)
		}
	}
	for k, f := range s.FPC {
		if len(f) != s.N {
			return weight.Errorf("design.length", fmt.Sprintf("fpc[%d]", k), "%d values for %d rows", len(f), s.N)
		}
	}
	if s.Strata != nil && len(s.Strata) != s.N {
		return weight.Errorf("design.length", "strata", "%d values for %d rows", len(s.Strata), s.N)
	}
	if s.Weights != nil && len(s.Weights) != s.N {
		return weight.Errorf("design.length", "weights", "%d values for %d rows", len(s.Weights), s.N)
	}
	if len(s.FPC) > max(1, len(s.IDs)) {
		return weight.Errorf("design.fpc_stages", "fpc", "%d fpc columns for %d stages", len(s.FPC), max(1, len(s.IDs)))
	}
	if s.PPS != NoPPS && len(s.FPC) == 0 {
		return weight.Errorf("design.pps", "fpc", "a PPS design needs the inclusion probabilities in its fpc column")
	}
	return nil
}

// buildStages makes the first stage and one more for every further fpc column.
func (d *Design) buildStages(s *Spec) error {
	st, err := s.firstStage()
	if err != nil {
		return err
	}
	for k := 0; ; k++ {
		if err = s.size(k, &st); err != nil {
			return err
		}
		st.earlier = ones(len(st.group))
		if k > 0 {
			before := &d.stages[k-1]
			for u, g := range st.group {
				st.earlier[u] = before.earlier[g] * (1 - before.free[g])
			}
		}
		d.stages = append(d.stages, st)
		if k+1 >= len(s.FPC) {
			return nil
		}
		st = s.newStage(k+1, st.unit, len(st.group))
	}
}

// firstStage numbers the PSUs and their strata. Where every PSU code occurs in one
// stratum only, the rows of the strata need not be numbered.
func (s *Spec) firstStage() (stage, error) {
	if s.Strata == nil || len(s.IDs) == 0 {
		strata, first := make([]int32, s.N), []int{0}
		if s.Strata != nil {
			strata, first = dense(s.Strata, nil)
		}
		return s.newStage(0, strata, len(first)), nil
	}
	unit, row := denseCodes(s.IDs[0])
	if unit != nil && nested(unit, s.Strata, row) {
		return newFirstStage(unit, row, s.Strata), nil
	}
	groups, _ := dense(s.Strata, nil)
	if s.Nest {
		unit, row = densePairs(s.IDs[0], groups)
		return newFirstStage(unit, row, groups), nil
	}
	unit, row = dense(s.IDs[0], nil)
	return newFirstStage(unit, row, groups), checkNested(unit, groups, len(row))
}

// newFirstStage numbers the strata that the rows of the units lie in.
func newFirstStage(unit []int32, row []int, strata []int32) stage {
	of := make([]int32, len(row))
	for u, i := range row {
		of[u] = strata[i]
	}
	group, first := dense(of, nil)
	return stage{unit: unit, group: group, sampled: make([]int, len(first))}
}

// newStage numbers the units of stage k within the groups, every row by itself where
// the stage has no codes.
func (s *Spec) newStage(k int, groups []int32, count int) stage {
	st := stage{sampled: make([]int, count)}
	if k >= len(s.IDs) {
		st.unit, st.group = make([]int32, s.N), groups
		for i := range st.unit {
			st.unit[i] = int32(i)
		}
		return st
	}
	unit, row := dense(s.IDs[k], groups)
	st.unit, st.group = unit, make([]int32, len(row))
	for u, i := range row {
		st.group[u] = groups[i]
	}
	return st
}

// size counts the units of stage k and reads its fpc.
func (s *Spec) size(k int, st *stage) error {
	for _, g := range st.group {
		st.sampled[g]++
	}
	st.free = ones(len(st.group))
	if k < len(s.FPC) {
		return s.readFPC(k, st)
	}
	return nil
}

func checkNested(unit, groups []int32, count int) error {
	seen := make([]int32, count)
	for i := range seen {
		seen[i] = -1
	}
	for i, u := range unit {
		if seen[u] >= 0 && seen[u] != groups[i] {
			return weight.Errorf("design.not_nested", "ids[0]",
				"row %d: its cluster also occurs in another stratum; if labels start again in each stratum, set nest to true", i+1)
		}
		seen[u] = groups[i]
	}
	return nil
}

// readFPC turns the fpc column of stage k into the share 1-n/N of each unit.
func (s *Spec) readFPC(k int, st *stage) error {
	column, fractions := s.FPC[k], true
	at := fmt.Sprintf("fpc[%d]", k)
	for i, v := range column {
		if math.IsNaN(v) || v <= 0 {
			return weight.Errorf("design.fpc", at, "row %d: the value is %v; give a population count or a sampling fraction", i+1, v)
		}
		fractions = fractions && v <= 1
	}
	if s.PPS != NoPPS && !fractions {
		return weight.Errorf("design.pps", at, "a PPS design needs inclusion probabilities, at most 1")
	}
	// One value a unit with PPS, else one a group.
	of, what := func(u int32) int32 { return st.group[u] }, "stratum or parent unit"
	if s.PPS != NoPPS {
		of, what = func(u int32) int32 { return u }, "unit"
	}
	first := make([]float64, max(len(st.group), len(st.sampled)))
	for i, u := range st.unit {
		v, g := column[i], of(u)
		if first[g] == 0 {
			first[g] = v
		}
		if math.Abs(v-first[g]) > 1e-9*first[g] {
			return weight.Errorf("design.fpc", at, "row %d: the value %v differs from %v of the same %s", i+1, v, first[g], what)
		}
	}
	return st.setFree(at, func(u int32) float64 { return first[of(u)] }, fractions)
}

// setFree fills 1-n/N from the counts or fractions of the units.
func (st *stage) setFree(at string, value func(u int32) float64, fractions bool) error {
	for u, g := range st.group {
		f := value(int32(u))
		if !fractions {
			f = float64(st.sampled[g]) / f
		}
		if f > 1+1e-9 {
			return weight.Errorf("design.fpc", at, "%d units are sampled out of %v; the population count must not be smaller",
				st.sampled[g], value(int32(u)))
		}
		st.free[u] = math.Max(0, 1-f)
	}
	return nil
}

func (d *Design) setWeights(s *Spec) (err error) {
	if s.Weights != nil {
		d.weights, err = weight.Checked(s.Weights)
		return err
	}
	d.weights = ones(s.N)
	if len(s.FPC) == 0 {
		return nil
	}
	for k := range d.stages {
		st := &d.stages[k]
		for i, u := range st.unit {
			d.weights[i] /= 1 - st.free[u]
		}
	}
	return weight.Check(d.weights)
}

// Rows returns the number of rows.
func (d *Design) Rows() int { return d.n }

// Weights returns the weights as they stand after all adjustments. The slice
// belongs to the design and must not be changed.
func (d *Design) Weights() []float64 { return d.weights }

// Replicated says whether the design carries replicate weights.
func (d *Design) Replicated() bool { return d.rep != nil }

// DF returns the degrees of freedom: PSUs minus strata, counting only those
// with a row of nonzero weight in the domain (nil: all rows). For replicate
// weights it is their numerical rank over those rows, minus 1.
func (d *Design) DF(domain []bool) float64 {
	if d.rep != nil {
		return float64(d.rep.rank(domain) - 1)
	}
	st := &d.stages[0]
	unit, group := make([]bool, len(st.group)), make([]bool, len(st.sampled))
	df := 0
	for i, w := range d.weights {
		if w == 0 || (domain != nil && !domain[i]) {
			continue
		}
		u := st.unit[i]
		if !unit[u] {
			unit[u] = true
			df++
		}
		if g := st.group[u]; !group[g] {
			group[g] = true
			df--
		}
	}
	return float64(df)
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}
