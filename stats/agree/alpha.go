package agree

import (
	"math"
	"slices"
)

// Metric is how far two scores lie apart for Krippendorff's alpha.
type Metric int

// The metrics.
const (
	Nominal Metric = iota + 1
	Ordinal
	Interval
	Ratio
)

// Krippendorff returns alpha = 1 - D_o/D_e from the coincidences of pairable
// scores (Krippendorff 2011, Computing Krippendorff's alpha-reliability). x is
// scorers by items, NaN where a scorer has not scored; items with fewer than two
// scores say nothing. No pairs, or only one value, is agree.variance: then there
// is no disagreement to expect.
func Krippendorff(x [][]float64, metric Metric) (float64, error) {
	if err := rectangle(x, 2, 1, true); err != nil {
		return 0, err
	}
	values, items := pairable(x)
	c := coincidences(values, items)
	totals, n := make([]float64, len(values)), 0.0
	for i := range c {
		for j := range c {
			totals[i] += c[i][j]
		}
		n += totals[i]
	}
	var observed, expected float64
	for i := range c {
		for j := range c {
			d := distance(metric, values, totals, i, j)
			observed += c[i][j] * d
			expected += totals[i] * totals[j] * d
		}
	}
	if expected == 0 {
		return 0, errorf("agree.variance", "", "the scores do not vary: agreement cannot be told from chance")
	}
	return 1 - (n-1)*observed/expected, nil
}

// pairable returns the values that occur in items with at least two scores, in
// order, and the counts of each value for each such item.
func pairable(x [][]float64) ([]float64, [][]float64) {
	var values []float64
	var lists [][]float64
	for item := range x[0] {
		var scores []float64
		for _, scorer := range x {
			if v := scorer[item]; !math.IsNaN(v) {
				scores = append(scores, v)
			}
		}
		if len(scores) > 1 {
			values, lists = append(values, scores...), append(lists, scores)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	counts := make([][]float64, len(lists))
	for i, scores := range lists {
		counts[i] = make([]float64, len(values))
		for _, v := range scores {
			at, _ := slices.BinarySearch(values, v)
			counts[i][at]++
		}
	}
	return values, counts
}

// coincidences counts the ordered pairs of values within items, each item's pairs
// weighed by one over its scores less one.
func coincidences(values []float64, items [][]float64) [][]float64 {
	c := make([][]float64, len(values))
	for i := range c {
		c[i] = make([]float64, len(values))
	}
	for _, counts := range items {
		m := 0.0
		for _, n := range counts {
			m += n
		}
		for i, a := range counts {
			for j, b := range counts {
				if i == j {
					b--
				}
				c[i][j] += a * b / (m - 1)
			}
		}
	}
	return c
}

// distance is the squared difference of two values by the metric; for ordinal
// data the scores that lie between them, ends counted half.
func distance(metric Metric, values, totals []float64, i, j int) float64 {
	if i == j {
		return 0
	}
	i, j = min(i, j), max(i, j)
	var d float64
	switch metric {
	case Nominal:
		d = 1
	case Ordinal:
		for g := i; g <= j; g++ {
			d += totals[g]
		}
		d -= (totals[i] + totals[j]) / 2
	case Interval:
		d = values[i] - values[j]
	case Ratio:
		d = (values[i] - values[j]) / (values[i] + values[j])
	}
	return d * d
}
