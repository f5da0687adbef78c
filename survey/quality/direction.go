package quality

import (
	"math"
	"slices"

	"minyi/indicators/fault"
	"minyi/stats/careless"
)

// check refuses a survey that cannot be reviewed: quality.no_items,
// quality.no_responses, quality.shape (answers or pages of another length than
// the survey's; parameter id).
func check(s *Survey) error {
	if len(s.Items) == 0 {
		return fault.New(fault.Invalid, "quality.no_items")
	}
	if len(s.Responses) == 0 {
		return fault.New(fault.Invalid, "quality.no_responses")
	}
	for _, x := range s.Responses {
		if len(x.Answers) != len(s.Items) || len(x.Pages) != len(s.Responses[0].Pages) {
			return fault.New(fault.Invalid, "quality.shape", "id", x.ID)
		}
	}
	return nil
}

// reversedOf returns which items are worded against the others: as named, else
// those whose sign differs from the most in the first principal direction of the
// correlations, with at least a quarter of an even loading behind it.
func reversedOf(s *Survey, c careless.Columns) []bool {
	out := make([]bool, len(s.Items))
	if s.NameReverse {
		for j, item := range s.Items {
			out[j] = item.Reversed
		}
		return out
	}
	v := direction(correlations(c))
	positive := 0
	for _, x := range v {
		if x > 0 {
			positive++
		}
	}
	sign := 1.0
	if 2*positive < len(v) {
		sign = -1
	}
	least := .25 / math.Sqrt(float64(len(v)))
	for j, x := range v {
		out[j] = sign*x < -least
	}
	return out
}

// direction is the first principal direction of a correlation matrix, of length
// 1, by power iteration from the sums of the rows; 0 where there is none.
func direction(r [][]float64) []float64 {
	v := make([]float64, len(r))
	for j := range v {
		for k := range v {
			v[j] += r[j][k]
		}
	}
	const rounds = 60
	for range rounds {
		next := make([]float64, len(v))
		var norm float64
		for j := range v {
			for k := range v {
				next[j] += r[j][k] * v[k]
			}
			norm += next[j] * next[j]
		}
		if norm == 0 {
			return v
		}
		for j := range next {
			next[j] /= math.Sqrt(norm)
		}
		v = next
	}
	return v
}

// correlations are those of the items over whoever answered, missing answers at
// the item's mean.
func correlations(c careless.Columns) [][]float64 {
	z := make([][]float64, len(c))
	for j, column := range c {
		var sum, squares, count float64
		for _, v := range column {
			if !math.IsNaN(v) {
				sum, squares, count = sum+v, squares+v*v, count+1
			}
		}
		mean := sum / max(1, count)
		sd := math.Sqrt(max(0, squares/max(1, count)-mean*mean))
		z[j] = make([]float64, len(column))
		for i, v := range column {
			if sd > 0 && !math.IsNaN(v) {
				z[j][i] = (v - mean) / sd
			}
		}
	}
	r := make([][]float64, len(c))
	for j := range r {
		r[j] = make([]float64, len(c))
		for k := range j + 1 {
			var sum float64
			for i := range z[j] {
				sum += z[j][i] * z[k][i]
			}
			r[j][k] = sum / float64(max(1, len(z[j])))
			r[k][j] = r[j][k]
		}
	}
	return r
}

// rightOf returns the right answer of the attention item: as named, else the most
// frequent; NoAnswer where nobody answered one.
func rightOf(s *Survey) int8 {
	if s.RightAnswer != NoAnswer {
		return s.RightAnswer
	}
	count := map[int8]int{}
	for _, x := range s.Responses {
		if x.Attention != NoAnswer {
			count[x.Attention]++
		}
	}
	var codes []int8
	for code := range count {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	right := NoAnswer
	for _, code := range codes {
		if right == NoAnswer || count[code] > count[right] {
			right = code
		}
	}
	return right
}
