package rank

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// Scaling says how raw values of different units are made comparable.
type Scaling int

// The scalings. Both look at the units that have the value, so that one more unit
// changes everybody: for what-if only, the rule being goalposts fixed beforehand.
const (
	MinMax Scaling = iota + 1 // linear from Low (worst) to High (best)
	ZScore                    // (x - mean)/sd, sd with n-1
)

// Mean says how scores are put together.
type Mean int

// The means.
const (
	Arithmetic Mean = iota + 1
	Geometric
	Harmonic
)

// Recipe is one way to compute an index.
type Recipe struct {
	Scaling   Scaling
	Low, High float64 // of MinMax
	Mean      Mean    // the same at every level
}

// Node is an indicator or an aggregate. Parent is its position in the list, -1 at
// the top; Weight counts within the parent's group, on any positive scale.
type Node struct {
	Parent int
	Weight float64
}

// Index computes a composite index of several levels (OECD and JRC 2008, Handbook
// on constructing composite indicators, steps 5 and 6). x is units by indicators,
// NaN where a value is missing; direction is 1 where more is better and -1 where
// less is; the first len(direction) nodes are the indicators in the order of x,
// aggregates follow after their parts. What is missing is left out and the weights
// of its group are scaled up; an aggregate without any part is NaN. The result is
// units by nodes.
func Index(x [][]float64, direction []int, nodes []Node, m Recipe) ([][]float64, error) {
	if err := checkIndex(x, direction, nodes); err != nil {
		return nil, err
	}
	if m.Mean != Arithmetic && (m.Scaling != MinMax || !(m.Low > 0)) {
		return nil, errorf("rank.method", "", "a geometric or harmonic mean needs scores above 0: scale them to a range that begins above it")
	}
	out := make([][]float64, len(x))
	for i := range out {
		out[i] = make([]float64, len(nodes))
	}
	for j, sign := range direction {
		column := make([]float64, len(x))
		for i := range x {
			column[i] = x[i][j]
		}
		for i, v := range m.scale(column, sign) {
			out[i][j] = v
		}
	}
	for i := range out {
		for node := len(direction); node < len(nodes); node++ {
			out[i][node] = m.gather(out[i], nodes, node)
		}
	}
	return out, nil
}

func checkIndex(x [][]float64, direction []int, nodes []Node) error {
	if len(x) == 0 || len(direction) == 0 || len(nodes) <= len(direction) {
		return errorf("rank.length", "", "%d units, %d indicators and %d nodes: at least one aggregate is needed", len(x), len(direction), len(nodes))
	}
	for i, row := range x {
		if len(row) != len(direction) {
			return errorf("rank.length", place("unit", i), "%d values for %d indicators", len(row), len(direction))
		}
	}
	for j, sign := range direction {
		if sign != 1 && sign != -1 {
			return errorf("rank.direction", place("indicator", j), "the direction is %d; it is 1 or -1", sign)
		}
	}
	return checkNodes(len(direction), nodes)
}

func checkNodes(indicators int, nodes []Node) error {
	for k, n := range nodes {
		if n.Parent != -1 && (n.Parent <= k || n.Parent >= len(nodes) || n.Parent < indicators) {
			return errorf("rank.structure", place("node", k), "the parent %d is no aggregate further on", n.Parent)
		}
		if !(n.Weight > 0) || math.IsInf(n.Weight, 0) {
			return errorf("rank.weight", place("node", k), "the weight is %v; it is positive", n.Weight)
		}
	}
	return nil
}

// place names one of a list, counted from 1.
func place(what string, i int) string { return fmt.Sprintf("%s %d", what, i+1) }

// scale makes one indicator comparable; a constant indicator is at the middle of
// its range.
func (m Recipe) scale(column []float64, sign int) []float64 {
	var have []float64
	for _, v := range column {
		if !math.IsNaN(v) {
			have = append(have, v)
		}
	}
	out := make([]float64, len(column))
	if m.Scaling == ZScore {
		mean, sd := stat.MeanStdDev(have, nil)
		for i, v := range column {
			if out[i] = float64(sign) * (v - mean) / sd; sd == 0 && !math.IsNaN(v) {
				out[i] = 0
			}
		}
		return out
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range have {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	for i, v := range column {
		share := (v - low) / (high - low)
		if high == low && !math.IsNaN(v) {
			share = 0.5
		}
		if sign < 0 {
			share = 1 - share
		}
		out[i] = m.Low + (m.High-m.Low)*share
	}
	return out
}

// gather puts together the parts of one aggregate of one unit.
func (m Recipe) gather(scores []float64, nodes []Node, node int) float64 {
	var sum, weights float64
	for k, n := range nodes {
		v := scores[k]
		if n.Parent != node || math.IsNaN(v) {
			continue
		}
		weights += n.Weight
		switch m.Mean {
		case Geometric:
			sum += n.Weight * math.Log(v)
		case Harmonic:
			sum += n.Weight / v
		default:
			sum += n.Weight * v
		}
	}
	switch {
	case weights == 0:
		return math.NaN()
	case m.Mean == Geometric:
		return math.Exp(sum / weights)
	case m.Mean == Harmonic:
		return weights / sum
	}
	return sum / weights
}

// Shift is the mean distance of the places in two orders of the same units.
func Shift(a, b []int) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Abs(float64(a[i] - b[i]))
	}
	return sum / float64(len(a))
}
