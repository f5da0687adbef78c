package careless_test

import (
	"math"
	"testing"

	"minyi/stats/careless"
)

// The judge is R 4.2.2: chisq.test(c(30,5,8,6,4,25,7,6,5,4)) and the root of the
// statistic of prop.test(c(18,37), c(20,80), correct=FALSE).
func TestLastDigitsAreJudgedAsByR(t *testing.T) {
	t.Parallel()
	chi, p := careless.EqualDigits([10]int{30, 5, 8, 6, 4, 25, 7, 6, 5, 4})
	if math.Abs(chi-79.2) > 1e-9 || math.Abs(p/2.32978176292155e-13-1) > 1e-6 {
		t.Errorf("equal digits: got %v, %v", chi, p)
	}
	if z := careless.TwoShares(18, 20, 37, 80); math.Abs(z-3.51763235340724) > 1e-9 {
		t.Errorf("two shares: got %v", z)
	}
	if chi, p := careless.EqualDigits([10]int{}); !math.IsNaN(chi) || !math.IsNaN(p) {
		t.Errorf("no digits: got %v, %v", chi, p)
	}
	for _, none := range [][4]int{{0, 0, 1, 2}, {1, 2, 0, 0}, {2, 2, 5, 5}} {
		if z := careless.TwoShares(none[0], none[1], none[2], none[3]); !math.IsNaN(z) {
			t.Errorf("%v: got %v", none, z)
		}
	}
}
