package sample

import (
	"fmt"
	"math"
)

// AllocatePower spreads n over strata in proportion to size^q·cv, where size is the
// importance of a stratum (its total or population), cv its coefficient of variation
// (nil: equal) and q lies between 0, all strata equally precise, and 1, Neyman's
// allocation where size is the total of the variable (Bankier 1988, The American
// Statistician 42, 174-177, equation 5). The rest is as in Allocate: at least floor
// in each, at most its population, whole numbers that sum to n. It fails on columns
// of different lengths, on a q outside 0 to 1, on a population that is not positive,
// a score that is negative, and an n that the strata cannot hold or that the floors
// exceed.
func AllocatePower(n int, population, size, cv []float64, q float64, floor int) ([]int, error) {
	if len(size) != len(population) || cv != nil && len(cv) != len(population) {
		return nil, errorf("sample.length", "", "%d sizes and %d coefficients of variation for %d strata", len(size), len(cv), len(population))
	}
	if !(q >= 0 && q <= 1) {
		return nil, errorf("sample.allocation", "q", "the power is %v; it lies between 0 and 1", q)
	}
	score := make([]float64, len(population))
	for h := range score {
		score[h] = math.Pow(size[h], q)
		if cv != nil {
			score[h] *= cv[h]
		}
		if !(population[h] > 0) || !(score[h] >= 0) || math.IsInf(score[h], 0) || math.IsInf(population[h], 0) {
			return nil, errorf("sample.measure", fmt.Sprintf("stratum %d", h+1), "the population is %v, its part %v; both must be finite, the first positive", population[h], score[h])
		}
	}
	return spreadOver(n, population, score, floor)
}

// StratumSample is the simple random sample of one stratum: the drawn units by
// their index among all units, in ascending order. Everyone in the stratum has the
// inclusion probability Probability = n/N and the design Weight N/n.
type StratumSample struct {
	Units               []int
	Population          int
	Probability, Weight float64
}

// StratifiedSRS draws a simple random sample without replacement in every stratum
// (Cochran 1977, chapter 5). stratum holds the stratum 0, 1, … of every unit, sizes
// how many to draw of each; a stratum may be left out with 0, its Weight is then 0.
// The draws of the strata are independent. It fails for a unit of a stratum that is
// not among the sizes and for more units than a stratum has.
func StratifiedSRS(stratum, sizes []int, seed uint64) ([]StratumSample, error) {
	members := make([][]int, len(sizes))
	for i, h := range stratum {
		if h < 0 || h >= len(sizes) {
			return nil, errorf("sample.stratum", fmt.Sprintf("unit %d", i+1), "the stratum is %d, but there are %d sizes", h, len(sizes))
		}
		members[h] = append(members[h], i)
	}
	out := make([]StratumSample, len(sizes))
	for h, n := range sizes {
		size := len(members[h])
		if n < 0 || n > size {
			return nil, errorf("sample.size", fmt.Sprintf("stratum %d", h+1), "%d of %d units cannot be drawn without replacement", n, size)
		}
		out[h].Population = size
		for _, k := range reservoir(size, n, generator(seed, uint64(h)+1)) {
			out[h].Units = append(out[h].Units, members[h][k])
		}
		if n > 0 {
			out[h].Probability, out[h].Weight = float64(n)/float64(size), float64(size)/float64(n)
		}
	}
	return out, nil
}
