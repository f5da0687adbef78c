package careless

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// EqualDigits is Pearson's chi-square test, with 9 degrees of freedom, of ten equal
// shares of the last digits 0 to 9 of numbers (Mosimann, Wiseman and Edelman 1995;
// Beber and Scacco 2012). Without a number both are NaN.
func EqualDigits(digits [10]int) (chi, p float64) {
	const freedom = 9
	n := 0
	for _, k := range digits {
		n += k
	}
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	expected := float64(n) / float64(len(digits))
	for _, k := range digits {
		chi += (float64(k) - expected) * (float64(k) - expected) / expected
	}
	return chi, mathext.GammaIncRegComp(freedom/2.0, chi/2)
}

// TwoShares is the difference of k1 of n1 from k2 of n2 in standard errors of the
// pooled share, NaN where there is nothing to compare or nothing differs.
func TwoShares(k1, n1, k2, n2 int) float64 {
	if n1 == 0 || n2 == 0 {
		return math.NaN()
	}
	a, b := float64(n1), float64(n2)
	pooled := float64(k1+k2) / (a + b)
	se := math.Sqrt(pooled * (1 - pooled) * (1/a + 1/b))
	if se == 0 {
		return math.NaN()
	}
	return (float64(k1)/a - float64(k2)/b) / se
}
