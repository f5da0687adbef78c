package agree

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Limits are the ends of an interval; NaN where the numbers allow none.
type Limits struct{ Low, High float64 }

// ICCLimits are intervals of the six intraclass correlations.
type ICCLimits struct {
	One1, Two1, Three1 Limits
	OneK, TwoK, ThreeK Limits
}

// IntraclassLimits returns intervals of the given level (0.95) about the
// correlations of the same ratings, by the F distribution (Shrout and Fleiss 1979,
// pp. 424-425; McGraw and Wong 1996, Forming inferences about some intraclass
// correlation coefficients, Psychological Methods 1, 30-46, table 7). Ratings
// without any disagreement have no such interval: its ends are NaN.
func IntraclassLimits(x [][]float64, level float64) (ICCLimits, error) {
	icc, err := Intraclass(x)
	if err != nil {
		return ICCLimits{}, err
	}
	if !(level > 0 && level < 1) {
		return ICCLimits{}, errorf("agree.value", "", "%v is no level of confidence", level)
	}
	n, k := float64(len(x)), float64(len(x[0]))
	between, scorers, rest := squares(x)
	s := meanSquares{
		n: n, k: k, tail: (1 + level) / 2,
		between: between / (n - 1), scorers: scorers / (k - 1), rest: rest / ((n - 1) * (k - 1)),
		within: (scorers + rest) / (n * (k - 1)),
	}
	var out ICCLimits
	out.One1, out.OneK = s.ratio(s.within, n*(k-1))
	out.Three1, out.ThreeK = s.ratio(s.rest, (n-1)*(k-1))
	out.Two1, out.TwoK = s.absolute(icc.Two1)
	return out, nil
}

// meanSquares are those of the two-way analysis of variance, with the place of
// the upper limit in the distribution.
type meanSquares struct{ n, k, tail, between, scorers, rest, within float64 }

// ratio are the limits that follow from those of between/error alone.
func (s meanSquares) ratio(err, df float64) (one, mean Limits) {
	f := s.between / err
	if math.IsInf(f, 0) || math.IsNaN(f) {
		none := Limits{math.NaN(), math.NaN()}
		return none, none
	}
	low, high := f/quantile(s.tail, s.n-1, df), f*quantile(s.tail, df, s.n-1)
	return Limits{(low - 1) / (low + s.k - 1), (high - 1) / (high + s.k - 1)}, Limits{1 - 1/low, 1 - 1/high}
}

// absolute are the limits of ICC(2): scorers are a sample, and the degrees of
// freedom come from Satterthwaite's approximation.
func (s meanSquares) absolute(icc float64) (one, mean Limits) {
	n, k := s.n, s.k
	none := Limits{math.NaN(), math.NaN()}
	if s.rest == 0 {
		return none, none
	}
	f, a := s.scorers/s.rest, n*(1+(k-1)*icc)-k*icc
	top, bottom := k*icc*f+a, (n-1)*k*k*icc*icc*f*f+a*a
	v := (k - 1) * (n - 1) * top * top / bottom
	if !(v > 0) {
		return none, none
	}
	up, down := quantile(s.tail, n-1, v), quantile(s.tail, v, n-1)
	spread := k*s.scorers + (k*n-k-n)*s.rest
	one = Limits{
		Low:  n * (s.between - up*s.rest) / (up*spread + n*s.between),
		High: n * (down*s.between - s.rest) / (spread + n*down*s.between),
	}
	stepped := func(r float64) float64 { return r * k / (1 + r*(k-1)) }
	return one, Limits{stepped(one.Low), stepped(one.High)}
}

func quantile(p, d1, d2 float64) float64 { return distuv.F{D1: d1, D2: d2}.Quantile(p) }

// AlphaLimits returns Krippendorff's alpha by the interval metric with limits of
// the given level: items are drawn with replacement, the given number of times,
// and the limits are the percentiles of the alphas that follow (the bootstrap of
// Zapf, Castell, Morawietz and Karch 2016, BMC Medical Research Methodology 16,
// 93, which keeps its level better than that of Hayes and Krippendorff 2007,
// Communication Methods and Measures 1, 77-89). Draws in which nothing varies say
// nothing and are left out. The same seed gives the same limits.
func AlphaLimits(x [][]float64, level float64, draws int, seed uint64) (float64, Limits, error) {
	if err := rectangle(x, 2, 1, true); err != nil {
		return 0, Limits{}, err
	}
	if !(level > 0 && level < 1) || draws < 1 {
		return 0, Limits{}, errorf("agree.value", "", "level %v, %d draws", level, draws)
	}
	items := sums(x)
	whole := alphaOf(items)
	if math.IsNaN(whole) {
		return 0, Limits{}, errorf("agree.variance", "", "the scores do not vary: agreement cannot be told from chance")
	}
	chance := rand.New(rand.NewPCG(seed, uint64(len(items)))) //nolint:gosec // a simulation, no secret
	var drawn []float64
	again := make([]itemSums, len(items))
	for range draws {
		for i := range again {
			again[i] = items[chance.IntN(len(items))]
		}
		if a := alphaOf(again); !math.IsNaN(a) {
			drawn = append(drawn, a)
		}
	}
	if len(drawn) == 0 {
		return whole, Limits{math.NaN(), math.NaN()}, nil
	}
	slices.Sort(drawn)
	return whole, Limits{
		stat.Quantile((1-level)/2, stat.Empirical, drawn, nil), stat.Quantile((1+level)/2, stat.Empirical, drawn, nil),
	}, nil
}

// itemSums are the count, sum and sum of squares of one item's scores.
type itemSums struct{ m, sum, squares float64 }

// sums returns those of every item with at least two scores, about the mean of
// all, so that little is lost when squares are taken from each other.
func sums(x [][]float64) (out []itemSums) {
	values, _ := pairable(x)
	middle := 0.0
	if len(values) > 0 {
		middle = values[len(values)/2]
	}
	for item := range x[0] {
		var s itemSums
		for _, scorer := range x {
			if v := scorer[item] - middle; !math.IsNaN(v) {
				s.m++
				s.sum += v
				s.squares += v * v
			}
		}
		if s.m > 1 {
			out = append(out, s)
		}
	}
	return out
}

// alphaOf is alpha by the interval metric from the items' sums: the squared
// differences of all pairs among m numbers add up to 2 (m Σx² - (Σx)²).
func alphaOf(items []itemSums) float64 {
	var n, sum, squares, observed float64
	for _, i := range items {
		n, sum, squares = n+i.m, sum+i.sum, squares+i.squares
		observed += (i.m*i.squares - i.sum*i.sum) / (i.m - 1)
	}
	const least = 1e-12 // of the squares: below it the difference is rounding
	expected := n*squares - sum*sum
	if !(expected > least*n*squares) {
		return math.NaN()
	}
	return 1 - (n-1)*observed/expected
}

// SeverityLimits returns intervals of the given level about the severities, by
// Student's t; NaN without degrees of freedom.
func (a *Additive) SeverityLimits(level float64) []Limits {
	out := make([]Limits, len(a.Severity))
	t := math.NaN()
	if a.DF > 0 {
		t = distuv.StudentsT{Sigma: 1, Nu: float64(a.DF)}.Quantile((1 + level) / 2)
	}
	for j, s := range a.Severity {
		out[j] = Limits{s - t*a.SeveritySE[j], s + t*a.SeveritySE[j]}
	}
	return out
}
