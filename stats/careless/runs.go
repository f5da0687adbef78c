package careless

import "math"

// LongString returns each person's longest run of equal answers, in items
// (Johnson 2005). Missing answers are passed over: they neither end a run nor
// count. 0 for who answered nothing. A long run is telling only in a block that
// holds reversed items. The code is careless.shape.
func LongString(c Columns) ([]float64, error) {
	return c.each(func(answers []float64) float64 {
		longest, _ := runs(answers)
		return float64(longest)
	})
}

// AverageString returns the mean length of each person's runs of equal answers,
// in items (Johnson 2005); missing answers are passed over, NaN for who answered
// nothing. The code is careless.shape.
func AverageString(c Columns) ([]float64, error) {
	return c.each(func(answers []float64) float64 {
		_, count := runs(answers)
		return float64(len(answers)) / float64(count)
	})
}

// runs returns the longest run of equal answers and how many runs there are.
func runs(answers []float64) (longest, count int) {
	length := 0
	for k, v := range answers {
		if k == 0 || v != answers[k-1] {
			count++
			length = 0
		}
		length++
		longest = max(longest, length)
	}
	return longest, count
}

// Variability returns the standard deviation (divisor n-1) of each person's
// answers, in points of the scale: the intra-individual response variability of
// Dunn et al. (2018), low for who answers in one column, and the inter-item
// standard deviation of Marjanovic et al. (2015), high for who answers at
// random. NaN below two answers. The code is careless.shape.
func Variability(c Columns) ([]float64, error) {
	return c.each(func(answers []float64) float64 {
		if len(answers) < 2 {
			return math.NaN()
		}
		m := mean(answers)
		var sum float64
		for _, v := range answers {
			sum += (v - m) * (v - m)
		}
		return math.Sqrt(sum / float64(len(answers)-1))
	})
}

// ReversedConflict returns |p - (low + high - r)|, in points of the scale: p is
// the mean of a person's answers to the items worded towards the top, r the mean
// of those to the reversed items, low and high the ends of the scale. Who agrees
// with a statement and with its contrary stands out; who is content with
// everything and read the items does not. NaN without an answer of either kind.
// The codes are careless.shape, careless.reversed (not one mark an item) and
// careless.scale (high not above low).
func ReversedConflict(c Columns, reversed []bool, low, high float64) ([]float64, error) {
	n, err := c.people()
	if err != nil {
		return nil, err
	}
	if len(reversed) != len(c) {
		return nil, errorf("careless.reversed", "%d items have %d marks of direction; give one an item", len(c), len(reversed))
	}
	if !(high > low) {
		return nil, errorf("careless.scale", "the scale runs from %g to %g; give the lower end first", low, high)
	}
	var with, against Columns
	for j, r := range reversed {
		if r {
			against = append(against, c[j])
		} else {
			with = append(with, c[j])
		}
	}
	out := make([]float64, n)
	answers := make([]float64, 0, len(c))
	for i := range out {
		p := mean(with.row(i, answers))
		r := mean(against.row(i, answers))
		out[i] = math.Abs(p - (low + high - r))
	}
	return out, nil
}
