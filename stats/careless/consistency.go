package careless

import "math"

// EvenOdd returns the even-odd inconsistency of Meade and Craig (2012): over the
// scales of the questionnaire, the correlation r between the means of a person's
// odd and even items, stepped up by Spearman and Brown to 2r/(1+r), no lower than
// -1, with its sign changed, so that HIGHER is more careless (as R's careless
// 1.2.2). Sizes are the numbers of items of the scales, in the order of the
// columns. NaN where a half does not vary or fewer than two scales have both
// halves. The codes are careless.shape and careless.scales (sizes that do not sum
// to the items, or a scale of one item).
func EvenOdd(c Columns, sizes []int) ([]float64, error) {
	n, err := c.people()
	if err != nil {
		return nil, err
	}
	total := 0
	for k, size := range sizes {
		if size < 2 {
			return nil, errorf("careless.scales", "scale %d has %d items; a scale has two halves of at least one", k+1, size)
		}
		total += size
	}
	if total != len(c) {
		return nil, errorf("careless.scales", "the scales have %d items, the data %d; name every item once", total, len(c))
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = -stepUp(halves(c, sizes, i))
	}
	return out, nil
}

// stepUp is Spearman and Brown's formula for a test twice as long.
func stepUp(r float64) float64 {
	if math.IsNaN(r) {
		return r
	}
	return max(-1, 2*r/(1+r))
}

// halves is the correlation of person i's odd and even means over the scales.
func halves(c Columns, sizes []int, i int) float64 {
	var odd, even []float64
	start := 0
	for _, size := range sizes {
		var sum, count [2]float64
		for k := range size {
			if v := c[start+k][i]; !math.IsNaN(v) {
				sum[k%2] += v
				count[k%2]++
			}
		}
		start += size
		if count[0] > 0 && count[1] > 0 {
			odd = append(odd, sum[0]/count[0])
			even = append(even, sum[1]/count[1])
		}
	}
	return correlation(odd, even)
}

// Pair names two items by their place.
type Pair struct{ A, B int }

// Synonyms returns the psychometric synonyms index of Meade and Craig (2012) and
// the pairs behind it: over all pairs of items that correlate above the limit in
// the sample (usual: .6), the correlation of a person's answers to the first
// items with those to the second, the earlier item of a pair taken second, as in
// R's careless. LOWER is more careless. With a negative limit the pairs are the
// antonyms, those that correlate below it. NaN where either side does not vary.
// The codes are careless.shape and careless.pairs (fewer than two such pairs).
func Synonyms(c Columns, limit float64) ([]float64, []Pair, error) {
	n, err := c.people()
	if err != nil {
		return nil, nil, err
	}
	pairs := related(c, limit)
	if len(pairs) < 2 {
		return nil, pairs, errorf("careless.pairs", "%d pairs of items correlate beyond %g; the index needs at least two", len(pairs), limit)
	}
	out := make([]float64, n)
	first, second := make([]float64, 0, len(pairs)), make([]float64, 0, len(pairs))
	for i := range out {
		first, second = first[:0], second[:0]
		for _, p := range pairs {
			if a, b := c[p.A][i], c[p.B][i]; !math.IsNaN(a) && !math.IsNaN(b) {
				first, second = append(first, a), append(second, b)
			}
		}
		out[i] = correlation(first, second)
	}
	return out, pairs, nil
}

// related returns the pairs that correlate above a limit, or below a negative one.
func related(c Columns, limit float64) []Pair {
	var pairs []Pair
	for b := range c {
		for a := b + 1; a < len(c); a++ {
			r := together(c[a], c[b])
			if limit >= 0 && r > limit || limit < 0 && r < limit {
				pairs = append(pairs, Pair{a, b})
			}
		}
	}
	return pairs
}

// together is the correlation of two columns over who answered both.
func together(x, y []float64) float64 {
	var a, b []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return correlation(a, b)
}
