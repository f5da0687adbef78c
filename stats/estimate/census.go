package estimate

import (
	"math"

	"minyi/stats/weight"
)

// FiniteShare is the exact interval of how many of a finite population have a
// property, when x of n who answered have it and all were asked: the limits are
// the least and the greatest number under which a result so extreme is not rarer
// than half of what the level leaves, by the hypergeometric distribution. It is
// the interval of Clopper and Pearson (Biometrika 26, 1934) without replacement
// (Buonaccorsi, The American Statistician 41, 1987), so that the finite population
// correction is in it: with everybody's answer both limits are x. It takes those
// who did not answer as missing at random. It fails where
// the counts do not fit each other (estimate.counts) and at a level outside of 0 to 1
// (estimate.level).
func FiniteShare(population, n, x int, level float64) (low, high int, err error) {
	if x < 0 || n < x || population < n || n == 0 {
		return 0, 0, weight.Errorf("estimate.counts", "population", "%d of %d answers of %d people do not fit", x, n, population)
	}
	if !(level > 0 && level < 1) {
		return 0, 0, weight.Errorf("estimate.level", "level", "the level must lie between 0 and 1, not at %v", level)
	}
	tail := (1 - level) / 2
	low, high = x, population-(n-x)
	least := search(low, high, func(m int) bool { return hyperAtLeast(population, m, n, x) > tail })
	most := search(low, high, func(m int) bool { return hyperAtLeast(population, population-m, n, n-x) <= tail })
	if hyperAtLeast(population, population-most, n, n-x) <= tail {
		most--
	}
	return least, most, nil
}

// search is the first number from low to high for which what rises holds; high
// where it holds for none.
func search(low, high int, holds func(int) bool) int {
	for low < high {
		if mid := (low + high) / 2; holds(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// hyperAtLeast is the chance of x or more of the m among n drawn of a population.
func hyperAtLeast(population, m, n, x int) float64 {
	all, sum := logChoose(population, n), 0.0
	for k := max(x, n-(population-m)); k <= min(n, m); k++ {
		sum += math.Exp(logChoose(m, k) + logChoose(population-m, n-k) - all)
	}
	return sum
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n) + 1)
	b, _ := math.Lgamma(float64(k) + 1)
	c, _ := math.Lgamma(float64(n-k) + 1)
	return a - b - c
}
