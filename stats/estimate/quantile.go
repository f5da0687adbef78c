package estimate

import (
	"math"
	"sort"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// QuantileRule says how a quantile is read off the weighted distribution.
type QuantileRule string

// RuleMath is the smallest x with F(x) >= p; RuleSchool takes the mean of x
// and the next where F(x) is p exactly; RuleHF7 interpolates linearly on the
// cumulative weight before x (type 7 of Hyndman and Fan 1996).
const (
	RuleMath   QuantileRule = "math"
	RuleSchool QuantileRule = "school"
	RuleHF7    QuantileRule = "hf7"
)

// Quantiles are the quantiles of one variable at Probs. SE is the width of the
// interval over 2t. A limit outside the data is NaN.
type Quantiles struct {
	Probs, Est, SE, Low, High []float64
	DF                        float64
	N, Missing                int
}

// Quantile estimates quantiles with Woodruff's interval (Woodruff 1952, JASA 47,
// 635-646): the named interval of the share at or below the quantile, each end put
// through the quantile rule. It fails as Mean does, on a factor, on a rule or
// interval of no known name and on a probability outside 0 to 1.
func Quantile(d *design.Design, v Variable, probs []float64, rule QuantileRule, method Interval, o Options) (*Quantiles, error) {
	if v.Levels != nil {
		return nil, weight.Errorf("estimate.not_number", v.Name, "quantiles need a number column")
	}
	if rule != RuleMath && rule != RuleSchool && rule != RuleHF7 {
		return nil, weight.Errorf("estimate.qrule", "qrule", "the rule %q is not known; use math, school or hf7", string(rule))
	}
	v = v.spread()
	f, err := newFrame(d, []Variable{v}, o)
	if err != nil {
		return nil, err
	}
	if o.DropMissing {
		o.Domain = f.use
	}
	q := &Quantiles{Probs: probs, N: f.n, Missing: f.missing, DF: d.DF(o.Domain)}
	if o.DF != nil {
		q.DF = *o.DF
	}
	cdf := newDistribution(f)
	for _, p := range probs {
		if !(p >= 0 && p <= 1) {
			return nil, weight.Errorf("estimate.prob", "probs", "the probability %v lies outside 0 to 1", p)
		}
		if err := q.add(d, v, p, cdf, rule, method, o); err != nil {
			return nil, err
		}
	}
	return q, nil
}

func (q *Quantiles) add(d *design.Design, v Variable, p float64, cdf *distribution, rule QuantileRule, method Interval, o Options) error {
	est := cdf.quantile(p, rule)
	below := make([]float64, len(v.Values))
	for i, x := range v.Values {
		switch {
		case math.IsNaN(x):
			below[i] = math.NaN()
		case x <= est:
			below[i] = 1
		}
	}
	share, err := Mean(d, []Variable{{Name: v.Name, Values: below}}, o)
	if err != nil {
		return err
	}
	low, high, err := ShareLimits(method, share.Est[0], share.SE[0], q.DF, float64(share.N), o.Level)
	if err != nil {
		return err
	}
	low, high = cdf.quantile(low, rule), cdf.quantile(high, rule)
	q.Est, q.Low, q.High = append(q.Est, est), append(q.Low, low), append(q.High, high)
	q.SE = append(q.SE, (high-low)/(2*tQuantile(o.Level, q.DF)))
	return nil
}

// distribution is the weighted distribution of a column: the values of its rows
// in order (ties in row order) and the weight up to and including each row.
type distribution struct {
	x, upTo []float64
	missing bool
}

func newDistribution(f *frame) *distribution {
	var rows []int
	out := &distribution{}
	w := f.d.Weights()
	for i, use := range f.use {
		if use && w[i] != 0 {
			rows = append(rows, i)
			out.missing = out.missing || math.IsNaN(f.columns[0].at(i))
		}
	}
	value := f.columns[0].values
	sort.SliceStable(rows, func(a, b int) bool { return value[rows[a]] < value[rows[b]] })
	mass := 0.0
	for _, i := range rows {
		mass += w[i]
		out.x, out.upTo = append(out.x, value[i]), append(out.upTo, mass)
	}
	return out
}

// quantile reads the quantile at p; NaN for p outside [0,1], for no rows and
// for missing values.
func (c *distribution) quantile(p float64, rule QuantileRule) float64 {
	n := len(c.x)
	if !(p >= 0 && p <= 1) || n == 0 || c.missing {
		return math.NaN()
	}
	if rule == RuleHF7 {
		return c.interpolate(p)
	}
	total := c.upTo[n-1]
	target, slack := p*total, 1e-12*p*total
	k := sort.Search(n, func(k int) bool { return c.upTo[k] >= target-slack })
	if k >= n {
		return c.x[n-1]
	}
	for k+1 < n && c.x[k+1] == c.x[k] {
		k++
	}
	if rule == RuleSchool && k+1 < n && c.upTo[k] <= target+slack {
		return (c.x[k] + c.x[k+1]) / 2
	}
	return c.x[k]
}

// interpolate is type 7 with weights: knots at the weight before each row over
// the weight before the last one.
func (c *distribution) interpolate(p float64) float64 {
	n := len(c.x)
	if n == 1 {
		return c.x[0]
	}
	span := c.upTo[n-2]
	before := func(k int) float64 {
		if k == 0 {
			return 0
		}
		return c.upTo[k-1] / span
	}
	k := sort.Search(n, func(k int) bool { return before(k) >= p })
	if k <= 0 {
		return c.x[0]
	}
	if k >= n {
		return c.x[n-1]
	}
	a, b := before(k-1), before(k)
	return c.x[k-1] + (c.x[k]-c.x[k-1])*(p-a)/(b-a)
}
