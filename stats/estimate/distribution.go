package estimate

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// tQuantile returns the two-sided quantile of the t distribution for the
// confidence level (0: 0.95), the normal one for infinite df, NaN for df <= 0.
func tQuantile(level, df float64) float64 {
	if level == 0 {
		level = 0.95
	}
	tail := (1 - level) / 2
	switch {
	case !(df > 0):
		return math.NaN()
	case math.IsInf(df, 1):
		return -distuv.UnitNormal.Quantile(tail)
	}
	guess := -distuv.UnitNormal.Quantile(tail)
	return invert(func(t float64) float64 { return tTails(t, df)/2 - tail }, 0, guess)
}

// invert finds the root of a falling function on [low, inf), by doubling and
// then by bisection to the last bit.
func invert(f func(float64) float64, low, guess float64) float64 {
	high := math.Max(guess, 1)
	for f(high) > 0 {
		low, high = high, high*2
		if math.IsInf(high, 1) {
			return high
		}
	}
	for range 200 {
		mid := low + (high-low)/2
		if mid <= low || mid >= high {
			break
		}
		if f(mid) > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}

// tTails is P(|T| > |t|) with df degrees of freedom.
func tTails(t, df float64) float64 {
	switch {
	case math.IsNaN(t) || !(df > 0):
		return math.NaN()
	case math.IsInf(df, 1):
		return math.Erfc(math.Abs(t) / math.Sqrt2)
	case math.IsInf(t, 0):
		return 0
	}
	t *= t
	if t > df {
		return mathext.RegIncBeta(df/2, 0.5, df/(df+t))
	}
	return 1 - mathext.RegIncBeta(0.5, df/2, t/(df+t))
}

// betaQuantile inverts the beta distribution by bisection; NaN for parameters
// that are not positive numbers.
func betaQuantile(p, a, b float64) float64 {
	if !(a > 0) || !(b > 0) || math.IsInf(a, 1) || math.IsInf(b, 1) {
		return math.NaN()
	}
	low, high := 0.0, 1.0
	for range 1100 {
		mid := low + (high-low)/2
		if mid <= low || mid >= high {
			break
		}
		if mathext.RegIncBeta(a, b, mid) < p {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}

// fTail is P(F > f) with d1 and d2 degrees of freedom.
func fTail(f, d1, d2 float64) float64 {
	if math.IsNaN(f) || !(d1 > 0) || !(d2 > 0) {
		return math.NaN()
	}
	if f <= 0 {
		return 1
	}
	if math.IsInf(d2, 1) {
		return chiTail(f*d1, d1)
	}
	return mathext.RegIncBeta(d2/2, d1/2, d2/(d2+d1*f))
}

// chiTail is P(chi² > x) with df degrees of freedom.
func chiTail(x, df float64) float64 {
	if math.IsNaN(x) || !(df > 0) {
		return math.NaN()
	}
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}
