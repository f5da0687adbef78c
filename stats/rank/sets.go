package rank

import (
	"math"
	"sort"
)

// pair is the hypothesis "a is not better than b".
type pair struct {
	a, b int
	sd   float64
	t    float64 // (x_a - x_b)/sd
}

// Better says which units are shown better than which: out[i][j] that i is better
// than j, all of it together with probability coverage. It is the stepwise max-t
// test of all ordered pairs of Mogstad, Romano, Shaikh and Wilhelm; sigma is the
// covariance of the scores' errors.
func Better(x []float64, sigma [][]float64, coverage float64, d Draws) ([][]bool, error) {
	noise, err := prepare(x, sigma, coverage, d)
	if err != nil {
		return nil, err
	}
	out := make([][]bool, len(x))
	var all []pair
	for i := range x {
		out[i] = make([]bool, len(x))
		for j := range x {
			if i != j {
				all = append(all, newPair(x, sigma, i, j))
			}
		}
	}
	for _, p := range stepdown(all, noise, coverage) {
		out[p.a][p.b] = true
	}
	return out, nil
}

// SetsOf counts the rank sets that follow from which units are better than which.
func SetsOf(better [][]bool) Sets {
	sets := open(len(better))
	for i, row := range better {
		for j, shown := range row {
			if shown {
				sets.Best[j]++
				sets.Worst[i]--
			}
		}
	}
	return sets
}

// Simultaneous returns Mogstad, Romano, Shaikh and Wilhelm's rank sets that
// hold the ranks of all units together with probability coverage: those of Better.
func Simultaneous(x []float64, sigma [][]float64, coverage float64, d Draws) (Sets, error) {
	better, err := Better(x, sigma, coverage, d)
	if err != nil {
		return Sets{}, err
	}
	return SetsOf(better), nil
}

// Marginal returns rank sets each of which holds its own unit's rank with
// probability coverage: for every unit the stepwise test of the pairs it is in.
func Marginal(x []float64, sigma [][]float64, coverage float64, d Draws) (Sets, error) {
	noise, err := prepare(x, sigma, coverage, d)
	if err != nil {
		return Sets{}, err
	}
	sets := open(len(x))
	for i := range x {
		var own []pair
		for j := range x {
			if i != j {
				own = append(own, newPair(x, sigma, i, j), newPair(x, sigma, j, i))
			}
		}
		for _, p := range stepdown(own, noise, coverage) {
			if p.b == i {
				sets.Best[i]++
			} else {
				sets.Worst[i]--
			}
		}
	}
	return sets, nil
}

// TauBest marks the units that may be among the best tau: with probability
// coverage no unit of the true best tau is left out.
func TauBest(x []float64, sigma [][]float64, tau int, coverage float64, d Draws) ([]bool, error) {
	if tau < 1 || tau > len(x) {
		return nil, errorf("rank.tau", "tau", "%d of %d units; choose 1 to %d", tau, len(x), len(x))
	}
	sets, err := Simultaneous(x, sigma, coverage, d)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(x))
	for i, best := range sets.Best {
		out[i] = best <= tau
	}
	return out, nil
}

func prepare(x []float64, sigma [][]float64, coverage float64, d Draws) ([][]float64, error) {
	if err := checkSigma(x, sigma, coverage); err != nil {
		return nil, err
	}
	return d.errors(sigma)
}

func open(k int) Sets {
	s := Sets{Best: make([]int, k), Worst: make([]int, k)}
	for i := range k {
		s.Best[i], s.Worst[i] = 1, k
	}
	return s
}

// newPair studentizes a difference. One without error is beyond doubt, however
// small it is, unless it is a tie.
func newPair(x []float64, sigma [][]float64, a, b int) pair {
	p := pair{a: a, b: b, sd: math.Sqrt(math.Max(0, sigma[a][a]+sigma[b][b]-2*sigma[a][b]))}
	diff := x[a] - x[b]
	switch {
	case p.sd > 1e-12*(1+math.Abs(x[a])):
		p.t = diff / p.sd
	case diff > tieTolerance:
		p.sd, p.t = 0, math.Inf(1)
	default:
		p.sd, p.t = 0, math.Inf(-1)
	}
	return p
}

// stepdown rejects the hypotheses whose statistic exceeds the quantile of the
// largest studentized error among those left, drops them and repeats until
// nothing more is rejected. It returns the rejected ones.
func stepdown(left []pair, noise [][]float64, coverage float64) []pair {
	var rejected []pair
	largest := make([]float64, len(noise))
	for len(left) > 0 {
		for r, e := range noise {
			top := math.Inf(-1)
			for k := range left {
				if p := &left[k]; p.sd > 0 {
					top = math.Max(top, (e[p.a]-e[p.b])/p.sd)
				}
			}
			largest[r] = top
		}
		critical := upperQuantile(largest, coverage)
		var kept []pair
		for _, p := range left {
			if p.t > critical {
				rejected = append(rejected, p)
			} else {
				kept = append(kept, p)
			}
		}
		if len(kept) == len(left) {
			break
		}
		left = kept
	}
	return rejected
}

// upperQuantile is the smallest value with at least the share p at or below it.
func upperQuantile(values []float64, p float64) float64 {
	sort.Float64s(values)
	k := int(math.Ceil(p*float64(len(values)))) - 1
	return values[min(max(k, 0), len(values)-1)]
}
