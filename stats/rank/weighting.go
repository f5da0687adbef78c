package rank

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Weights that follow from the data alone, and TOPSIS: what-if beside the scheme
// that the office has set, never in its place. x is alternatives by criteria, at
// least two of each; direction is 1 for a benefit and -1 for a cost.

// Shares scales each criterion to 0 (worst) to 1 (best) among the alternatives; a
// criterion that does not vary is 0.5 throughout.
func Shares(x [][]float64, direction []int) ([][]float64, error) {
	if err := checkTable(x, direction); err != nil {
		return nil, err
	}
	out := make([][]float64, len(x))
	for i := range out {
		out[i] = make([]float64, len(direction))
	}
	m := Recipe{Scaling: MinMax, High: 1}
	for j, sign := range direction {
		for i, v := range m.scale(columnOf(x, j), sign) {
			out[i][j] = v
		}
	}
	return out, nil
}

func checkTable(x [][]float64, direction []int) error {
	if len(x) < 2 || len(direction) < 2 {
		return errorf("rank.length", "", "%d alternatives and %d criteria; two of each are needed", len(x), len(direction))
	}
	for i, row := range x {
		if len(row) != len(direction) {
			return errorf("rank.length", place("alternative", i), "%d values for %d criteria", len(row), len(direction))
		}
		for _, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return errorf("rank.score", place("alternative", i), "%v is no value", v)
			}
		}
	}
	for j, sign := range direction {
		if sign != 1 && sign != -1 {
			return errorf("rank.direction", place("criterion", j), "the direction is %d; it is 1 or -1", sign)
		}
	}
	return nil
}

func columnOf(x [][]float64, j int) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i][j]
	}
	return out
}

// EntropyWeights gives more weight to criteria on which the alternatives differ
// (Shannon entropy of the column shares of Shares' result; Hwang and Yoon 1981,
// Multiple Attribute Decision Making, section 3.2): e_j = -sum q ln q / ln K and
// weights in proportion to 1 - e_j. It returns weights and entropies.
func EntropyWeights(shares [][]float64) (weight, entropy []float64) {
	n := len(shares[0])
	weight, entropy = make([]float64, n), make([]float64, n)
	total := 0.0
	for j := range n {
		column, sum := columnOf(shares, j), 0.0
		for _, v := range column {
			sum += v
		}
		for _, v := range column {
			if q := v / sum; q > 0 {
				entropy[j] -= q * math.Log(q) / math.Log(float64(len(shares)))
			}
		}
		weight[j] = 1 - entropy[j]
		total += weight[j]
	}
	for j := range weight {
		weight[j] /= total
	}
	return weight, entropy
}

// CriticWeights gives more weight to criteria that vary and are not told by the
// others (Diakoulaki, Mavrotas and Papayannakis 1995, Computers and Operations
// Research 22, 763-770): sd_j times the sum of 1 - r_jk, in proportion.
func CriticWeights(shares [][]float64) []float64 {
	n := len(shares[0])
	weight, total := make([]float64, n), 0.0
	for j := range n {
		a := columnOf(shares, j)
		for k := range n {
			if k != j {
				weight[j] += 1 - stat.Correlation(a, columnOf(shares, k), nil)
			}
		}
		weight[j] *= stat.StdDev(a, nil)
		total += weight[j]
	}
	for j := range weight {
		weight[j] /= total
	}
	return weight
}

// Topsis returns the closeness of each alternative to the best that occurs, 0 to
// 1 (Hwang and Yoon 1981, section 3.3): columns divided by their Euclidean length
// and weighted, then d- / (d+ + d-).
func Topsis(x [][]float64, direction []int, weight []float64) ([]float64, error) {
	if err := checkTable(x, direction); err != nil {
		return nil, err
	}
	if len(weight) != len(direction) {
		return nil, errorf("rank.length", "weight", "%d weights for %d criteria", len(weight), len(direction))
	}
	good, bad := make([]float64, len(x)), make([]float64, len(x))
	for j, sign := range direction {
		column, length := columnOf(x, j), 0.0
		for _, v := range column {
			length = math.Hypot(length, v)
		}
		best, worst := math.Inf(-1), math.Inf(1)
		for i := range column {
			column[i] *= weight[j] * float64(sign) / length
			best, worst = math.Max(best, column[i]), math.Min(worst, column[i])
		}
		for i, v := range column {
			good[i] = math.Hypot(good[i], v-best)
			bad[i] = math.Hypot(bad[i], v-worst)
		}
	}
	out := make([]float64, len(x))
	for i := range out {
		out[i] = bad[i] / (good[i] + bad[i])
	}
	return out, nil
}
