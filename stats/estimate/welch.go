package estimate

import (
	"math"

	"minyi/stats/weight"
)

// Subtract compares two estimates that rest on samples drawn apart, first less
// second: the variances add up, and the degrees of freedom are Welch's (1947, The
// generalization of Student's problem when several different population variances
// are involved, Biometrika 34, 28-35). Each estimate is given with its standard
// error and degrees of freedom; +Inf means the normal distribution. Without a
// variance or degrees of freedom all but the difference is NaN. level is that of
// the limits (0: 0.95); outside (0, 1) it is an error.
func Subtract(first, second Evidence, level float64) (*Contrast, error) {
	if level != 0 && !(level > 0 && level < 1) {
		return nil, weight.Errorf("estimate.level", "level", "the level is %v; it lies between 0 and 1", level)
	}
	nan := math.NaN()
	c := &Contrast{Est: first.Share - second.Share, SE: nan, DF: nan, T: nan, P: nan, Low: nan, High: nan}
	a, b := first.SE*first.SE, second.SE*second.SE
	if !(a+b > 0) || !(first.DF > 0) || !(second.DF > 0) {
		return c, nil
	}
	c.SE = math.Sqrt(a + b)
	c.DF = (a + b) * (a + b) / (a*a/first.DF + b*b/second.DF)
	e := Estimates{Est: []float64{c.Est}, SE: []float64{c.SE}, DF: c.DF}
	t, p := e.TTests()
	half := tQuantile(level, c.DF) * c.SE
	c.T, c.P, c.Low, c.High = t[0], p[0], c.Est-half, c.Est+half
	return c, nil
}
