// Package sample plans and draws samples: sizes for a margin of error and for a
// threshold test, allocation to strata, and seeded draws with their inclusion
// probabilities. Everything is a pure function; the same seed gives the same
// sample on every machine.
//
// In short: SizeForMargin or SizeForDecision says how many answers are needed;
// Allocate and AllocatePower spread them over strata; Stratified draws PSUs in every
// stratum with probability proportional to size and takes the same number of people
// in each, so that everyone in a stratum has the chance n_h/N_h and the design
// weight N_h/n_h; StratifiedSRS draws people themselves. SRS, Systematic,
// PPSSystematic and Sampford are the single draws.
//
// It knows no frame file, household or link: units are indices 0 … N-1.
//
// Sources: Cochran (1977), Sampling Techniques, chapters 4, 5 and 9A; Särndal,
// Swensson and Wretman (1992), chapter 3; Bankier (1988) for power allocation.
package sample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Error says what is wrong with the numbers. Code is stable ("sample.size"), At
// names the place, Message is English.
type Error struct {
	Code, Message, At string
}

// Error returns the message, led by the place where it has one.
func (e *Error) Error() string {
	if e.At == "" {
		return e.Message
	}
	return e.At + ": " + e.Message
}

func errorf(code, at, format string, args ...any) *Error {
	return &Error{Code: code, At: at, Message: fmt.Sprintf(format, args...)}
}

// generator returns the seeded source of one draw. The stream keeps the draws
// of several strata apart under one seed.
func generator(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // a draw must be reproducible from its seed
}

// SRS draws n of N units by simple random sampling without replacement (reservoir
// selection, algorithm R of Knuth), in ascending order. Every unit has the
// probability n/N. It fails for an n that is negative or larger than the population.
func SRS(population, n int, seed uint64) ([]int, error) {
	if err := checkSize(population, n); err != nil {
		return nil, err
	}
	return reservoir(population, n, generator(seed, 0)), nil
}

func reservoir(population, n int, g *rand.Rand) []int {
	out := make([]int, n)
	for i := range population {
		if i < n {
			out[i] = i
		} else if k := g.IntN(i + 1); k < n {
			out[k] = i
		}
	}
	slices.Sort(out)
	return out
}

// Systematic draws n of N units at equal distances N/n from a random start
// (fractional interval, Särndal and others 1992, section 3.4.2). Every unit has the
// probability n/N. It fails as SRS does.
func Systematic(population, n int, seed uint64) ([]int, error) {
	if err := checkSize(population, n); err != nil {
		return nil, err
	}
	start := generator(seed, 0).Float64()
	out := make([]int, n)
	for k := range out {
		out[k] = min(population-1, int((start+float64(k))*float64(population)/float64(n)))
	}
	return out, nil
}

func checkSize(population, n int) error {
	if n < 0 || n > population {
		return errorf("sample.size", "n", "%d of %d units cannot be drawn without replacement", n, population)
	}
	return nil
}

// Probabilities returns inclusion probabilities proportional to size that sum to n:
// units too large for that are taken with certainty and the rest shares what is left
// (Särndal and others 1992, section 3.6.1). Sizes must be finite and not negative,
// and at least n of them positive. Anything else is an error.
func Probabilities(size []float64, n int) ([]float64, error) {
	positive := 0
	for i, v := range size {
		if !(v >= 0) || math.IsInf(v, 0) {
			return nil, errorf("sample.measure", fmt.Sprintf("unit %d", i+1), "the size is %v; it must be finite and not negative", v)
		}
		if v > 0 {
			positive++
		}
	}
	if n < 0 || n > positive {
		return nil, errorf("sample.size", "n", "%d units cannot be drawn from %d with a positive size", n, positive)
	}
	out, certain := make([]float64, len(size)), make([]bool, len(size))
	for left, more := n, 1; left > 0 && more > 0; left -= more {
		more = share(out, size, certain, left)
	}
	return out, nil
}

// share spreads left places over the units that are not certain, marks those
// that reach 1 and returns how many they are.
func share(out, size []float64, certain []bool, left int) (more int) {
	total := 0.0
	for i, v := range size {
		if !certain[i] {
			total += v
		}
	}
	for i, v := range size {
		if certain[i] {
			continue
		}
		out[i] = float64(left) * v / total
		if out[i] >= 1-1e-12 {
			out[i], certain[i] = 1, true
			more++
		}
	}
	return more
}

// PPSSystematic draws n units with the given inclusion probabilities, which must sum
// to a whole number, systematically along their order (Madow 1949). It fails for a
// probability outside 0 to 1 and for another sum.
func PPSSystematic(probabilities []float64, seed uint64) ([]int, error) {
	if err := checkProbabilities(probabilities); err != nil {
		return nil, err
	}
	return ppsSystematic(probabilities, generator(seed, 0).Float64()), nil
}

func ppsSystematic(probabilities []float64, start float64) []int {
	var out []int
	sum, next := 0.0, start
	for i, p := range probabilities {
		sum += p
		if p > 0 && sum > next+1e-12 {
			out = append(out, i)
			next++
		}
	}
	return out
}

func checkProbabilities(probabilities []float64) error {
	sum := 0.0
	for i, p := range probabilities {
		if !(p >= 0 && p <= 1) {
			return errorf("sample.probability", fmt.Sprintf("unit %d", i+1), "the inclusion probability is %v; it lies between 0 and 1", p)
		}
		sum += p
	}
	if math.Abs(sum-math.Round(sum)) > 1e-6 {
		return errorf("sample.probability", "", "the inclusion probabilities sum to %v, not to a whole number", sum)
	}
	return nil
}
