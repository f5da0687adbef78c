package scale

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/estimate"
)

// Alpha estimates Cronbach's alpha of two items or more,
// K/(K-1)·(1 - Σvar(item)/var(sum)), with weighted variances. Rows without all
// items are left out with o.DropMissing, else they make it NaN, as do items that
// add up to the same for all. It fails on fewer than two items and on an unknown
// interval.
func Alpha(d *design.Design, items []estimate.Variable, method Interval, o estimate.Options) (*Reliability, error) {
	if err := checkInterval(method, true); err != nil {
		return nil, err
	}
	m, err := newMoments(d, items, o, 2)
	if err != nil {
		return nil, err
	}
	return m.reliability(statistic{value: alpha, gradient: alphaGradient}, method)
}

// traceAndSum returns the sum of the variances and the variance of the sum.
func traceAndSum(s *mat.SymDense) (trace, sum float64) {
	k := s.SymmetricDim()
	for a := range k {
		trace += s.At(a, a)
		for b := range k {
			sum += s.At(a, b)
		}
	}
	return trace, sum
}

// rounding is the share of a sum of squares below which a variance counts as 0.
const rounding = 1e-14

func alpha(s *mat.SymDense) float64 {
	trace, sum := traceAndSum(s)
	k := float64(s.SymmetricDim())
	if !(k > 1) || !(sum > rounding*trace) {
		return math.NaN()
	}
	return k / (k - 1) * (1 - trace/sum)
}

func alphaGradient(s *mat.SymDense) *mat.SymDense {
	n := s.SymmetricDim()
	trace, sum := traceAndSum(s)
	f := float64(n) / float64(n-1)
	out := mat.NewSymDense(n, nil)
	for a := range n {
		for b := a; b < n; b++ {
			v := f * trace / (sum * sum)
			if a == b {
				v -= f / sum
			}
			out.SetSym(a, b, v)
		}
	}
	return out
}

// Item is what one item does in its scale. SD has n/(n-1) in its square. Total
// is its correlation with the sum of all items, Rest with the sum of the others
// (the corrected item-total correlation), AlphaWithout the alpha of the others
// (NaN with two items), Loading its standardized loading on the one factor of
// Omega (NaN where that has no fit, as with two items).
type Item struct {
	Name                     string
	Mean, SD                 float64
	Total, Rest              float64
	AlphaWithout, Loading    float64
	Missing                  int
	Low, High, LowShare, Top float64 // smallest and largest answer, weighted shares of them
}

// Summary has the statistics of a scale: Alpha of the items as they are, Std of
// the items scaled to variance 1, MeanR the mean correlation between items.
type Summary struct {
	Items             []Item
	Alpha, Std, MeanR float64
	N, Missing        int
}

// Items describes every item, over the rows that have all of them (Nunnally and
// Bernstein 1994, Psychometric Theory, chapter 8). What is not defined, as the
// correlation of an item that everybody answered alike, is NaN. It fails on fewer
// than two items or more than a hundred, on a factor, on an item named twice and as
// estimate.NewRows does.
func Items(d *design.Design, items []estimate.Variable, o estimate.Options) (*Summary, error) {
	m, err := newMoments(d, items, o, 2)
	if err != nil {
		return nil, err
	}
	out := &Summary{Items: make([]Item, m.k), N: m.rows.N, Missing: m.rows.Missing, Alpha: math.NaN(), Std: math.NaN(), MeanR: math.NaN()}
	nan := math.NaN()
	for c := range out.Items {
		out.Items[c] = Item{
			Name: items[c].Name, Mean: nan, SD: nan, Total: nan, Rest: nan, AlphaWithout: nan, Loading: nan,
			Low: nan, High: nan, LowShare: nan, Top: nan, Missing: m.missing(c),
		}
	}
	if !m.defined() {
		return out, nil
	}
	mean, s := m.covariance(d.Weights())
	r := correlations(s)
	out.Alpha, out.Std = alpha(s), alpha(r)
	trace, sum := traceAndSum(r)
	out.MeanR = (sum - trace) / float64(m.k*(m.k-1))
	var fit *factor
	if m.k >= omegaItems {
		fit = oneFactor(r)
	}
	for c := range out.Items {
		item := &out.Items[c]
		item.describe(m, c, mean[c], s)
		if fit != nil {
			item.Loading = fit.loading[c]
		}
	}
	return out, nil
}

// missing counts the rows of the domain without an answer to item c.
func (m *moments) missing(c int) int {
	n := 0
	for i, w := range m.d.Weights() {
		if w != 0 && (m.o.Domain == nil || m.o.Domain[i]) && math.IsNaN(m.rows.At(c, i)) {
			n++
		}
	}
	return n
}

func (item *Item) describe(m *moments, c int, mean float64, s *mat.SymDense) {
	n := float64(m.rows.N)
	trace, all := traceAndSum(s)
	own, shared := s.At(c, c), 0.0
	for b := range m.k {
		shared += s.At(c, b)
	}
	item.Mean, item.SD = mean, math.Sqrt(own*n/(n-1))
	if all > rounding*trace {
		item.Total = shared / math.Sqrt(own*all)
	}
	if rest := all - 2*shared + own; rest > rounding*(math.Abs(all)+own) {
		item.Rest = (shared - own) / math.Sqrt(own*rest)
	}
	item.AlphaWithout = alpha(without(s, c))
	w := m.d.Weights()
	item.Low, item.High = math.Inf(1), math.Inf(-1)
	m.each(w, func(i int) {
		v := m.rows.At(c, i)
		item.Low, item.High = math.Min(item.Low, v), math.Max(item.High, v)
	})
	mass := 0.0
	item.LowShare, item.Top = 0, 0
	m.each(w, func(i int) {
		mass += w[i]
		if v := m.rows.At(c, i); v == item.Low {
			item.LowShare += w[i]
		}
		if v := m.rows.At(c, i); v == item.High {
			item.Top += w[i]
		}
	})
	item.LowShare /= mass
	item.Top /= mass
}

// without leaves out row and column c.
func without(s *mat.SymDense, c int) *mat.SymDense {
	n := s.SymmetricDim()
	out := mat.NewSymDense(n-1, nil)
	for a := range n {
		for b := a; b < n; b++ {
			if a != c && b != c {
				out.SetSym(place(a, c), place(b, c), s.At(a, b))
			}
		}
	}
	return out
}

func place(a, c int) int {
	if a > c {
		return a - 1
	}
	return a
}

// correlations scales S to unit variances; NaN where an item does not vary.
func correlations(s *mat.SymDense) *mat.SymDense {
	n := s.SymmetricDim()
	out := mat.NewSymDense(n, nil)
	for a := range n {
		for b := a; b < n; b++ {
			out.SetSym(a, b, s.At(a, b)/math.Sqrt(s.At(a, a)*s.At(b, b)))
		}
	}
	return out
}
