package sample

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// maxExact is the largest size for which SizeForDecision reckons with the binomial
// distribution; beyond it the normal one is as good.
const maxExact = 20_000

// SizeForDecision returns the size from which on the exact one-sided binomial test
// at level Level of 'at least threshold' reaches a verdict with the given power, if
// the true share is p: met where p is above the threshold, not met where it is
// below. As the power of that test goes up and down with the size, it is the size
// from which on it never falls below power again, times the design effect. Beyond
// 20,000 effective answers it is SizeForThreshold. It fails for a threshold, share
// or power that is none, and for a share equal to the threshold, which no size
// decides.
func SizeForDecision(threshold, p, power float64, s Setting) (Size, error) {
	normal, err := SizeForThreshold(threshold, p, power, Setting{Level: s.Level})
	if err != nil {
		return Size{}, err
	}
	if normal.Answers > maxExact {
		return SizeForThreshold(threshold, p, power, s)
	}
	if s, err = s.filled(); err != nil {
		return Size{}, err
	}
	t, q := threshold, p
	if p < threshold { // the dissatisfied are as few as that
		t, q = 1-threshold, 1-p
	}
	// Above the start the power is far from its goal and never falls to it again.
	n := normal.Answers + normal.Answers/4 + 100
	for n > 1 && exactPower(n-1, t, q, 1-s.Level, p < threshold) >= power {
		n--
	}
	return s.size(float64(n) * s.Deff)
}

// exactPower is the probability that n answers with the share q reject 'at most
// t' at the error errs: P(X >= c | q), c being the smallest count with
// P(X >= c | t) <= errs, or < errs for the strict side of the rule, where a share
// equal to the threshold counts as met.
func exactPower(n int, t, q, errs float64, strict bool) float64 {
	low, high := 0, n+1 // the tail of low is too large, that of high small enough
	for high-low > 1 {
		mid := (low + high) / 2
		if p := upperTail(mid, n, t); p < errs || p == errs && !strict {
			high = mid
		} else {
			low = mid
		}
	}
	return upperTail(high, n, q)
}

// upperTail is P(X >= k) for k of at least 1, n trials and a positive probability p.
func upperTail(k, n int, p float64) float64 {
	switch {
	case k > n:
		return 0
	case p >= 1:
		return 1
	}
	return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
}

// Margin returns the margin of the interval of a share p from n answers under the
// setting: z·sqrt(deff·p(1-p)/n·(1-n/N)), the inverse of SizeForMargin (Cochran
// 1977, section 3.6). It fails for a share or a number of answers that is none.
func Margin(p float64, n int, s Setting) (float64, error) {
	s, err := s.filled()
	if err != nil {
		return 0, err
	}
	if !(p >= 0 && p <= 1) || n < 1 || s.Population > 0 && float64(n) > s.Population {
		return 0, errorf("sample.target", "", "the share is %v and there are %d answers; give a share and at least one answer, no more than people", p, n)
	}
	free := 1.0
	if s.Population > 0 {
		free = 1 - float64(n)/s.Population
	}
	return normalQuantile((1+s.Level)/2) * math.Sqrt(s.Deff*p*(1-p)/float64(n)*free), nil
}
