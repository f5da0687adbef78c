package careless

import (
	"math"
	"slices"
)

// PersonTotal returns the correlation of each person's answers with the items'
// means over the sample (Donlon and Fischer 1968): low or negative for who finds
// bad what all find good. NaN where the person's answers do not vary. The code is
// careless.shape.
func PersonTotal(c Columns) ([]float64, error) {
	n, err := c.people()
	if err != nil {
		return nil, err
	}
	means := make([]float64, len(c))
	for j, column := range c {
		means[j] = meanGiven(column)
	}
	out := make([]float64, n)
	x, m := make([]float64, 0, len(c)), make([]float64, 0, len(c))
	for i := range out {
		x, m = x[:0], m[:0]
		for j, column := range c {
			if !math.IsNaN(column[i]) {
				x, m = append(x, column[i]), append(m, means[j])
			}
		}
		out[i] = correlation(x, m)
	}
	return out, nil
}

// maxSteps bounds the item steps of GuttmanErrors.
const maxSteps = 4096

// GuttmanErrors returns each person's normed Guttman errors (Emons 2008): every
// item of a scale low..high is taken apart into the steps "at least v", the steps
// are ordered by how many people reach them, and an error is a pair of which the
// harder was reached and the easier not; the count is divided by the largest that
// the person's total allows. 0 is a perfect order, 1 its contrary. Equally
// popular steps keep the order of the items. NaN for who left an item out or
// whose total leaves no room for an error. The codes are careless.shape and
// careless.scale (the ends are no whole numbers in order, an answer lies outside,
// or there are more than 4096 steps).
func GuttmanErrors(c Columns, low, high float64) ([]float64, error) {
	n, err := c.people()
	if err != nil {
		return nil, err
	}
	width := int(high - low)
	if low != math.Trunc(low) || high != math.Trunc(high) || width < 1 || width*len(c) > maxSteps {
		return nil, errorf("careless.scale", "the scale %g to %g with %d items cannot be taken apart; give whole ends in order and at most %d steps", low, high, len(c), maxSteps)
	}
	ranks, err := stepRanks(c, low, width)
	if err != nil {
		return nil, err
	}
	most := mostErrors(ranks)
	out := make([]float64, n)
	for i := range out {
		out[i] = guttman(c, ranks, most, low, i)
	}
	return out, nil
}

// stepRanks returns for each item the place of its steps among all, the most
// popular step at place 1.
func stepRanks(c Columns, low float64, width int) ([][]int, error) {
	type step struct{ item, level, count int }
	steps := make([]step, 0, len(c)*width)
	for j, column := range c {
		reached := make([]int, width+1)
		for i, v := range column {
			if math.IsNaN(v) {
				continue
			}
			level := int(v - low)
			if float64(level) != v-low || level < 0 || level > width {
				return nil, errorf("careless.scale", "person %d answered %g to item %d; the scale runs from %g in %d whole steps", i+1, v, j+1, low, width)
			}
			for k := range level {
				reached[k]++
			}
		}
		for k := range width {
			steps = append(steps, step{j, k, reached[k]})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return b.count - a.count })
	ranks := make([][]int, len(c))
	for j := range ranks {
		ranks[j] = make([]int, width)
	}
	for place, s := range steps {
		ranks[s.item][s.level] = place + 1
	}
	return ranks, nil
}

// mostErrors returns, for every total, the largest sum of the places of that many
// steps, taken item by item from below: the largest count of errors plus
// 1+2+...+total.
func mostErrors(ranks [][]int) []int {
	most := []int{0}
	for _, places := range ranks {
		next := make([]int, len(most)+len(places))
		for t := range next {
			next[t] = -1
		}
		for t, sum := range most {
			for k := 0; ; k++ {
				next[t+k] = max(next[t+k], sum)
				if k == len(places) {
					break
				}
				sum += places[k]
			}
		}
		most = next
	}
	return most
}

// guttman is person i's share of the possible errors.
func guttman(c Columns, ranks [][]int, most []int, low float64, i int) float64 {
	total, sum := 0, 0
	for j, column := range c {
		if math.IsNaN(column[i]) {
			return math.NaN()
		}
		for k := range int(column[i] - low) {
			total++
			sum += ranks[j][k]
		}
	}
	least := total * (total + 1) / 2
	if most[total] == least {
		return math.NaN()
	}
	return float64(sum-least) / float64(most[total]-least)
}
