package regress_test

import (
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/regress"
)

// R 4.2.2, survey 4.1-1: the shares by cov.wt, cov2cor and eigen; their influence by
// numeric derivatives in each weight; svytotal of it over svydesign(ids = ~psu,
// strata = ~stratum, weights = ~w); limits by qlogis with qt(.975, 12). The jackknife
// (as.svrepdesign, type JKn) gives 0.1655, 0.1834, 0.1588.
func TestRelativeWeightsHaveTheErrorsOfR(t *testing.T) {
	t.Parallel()
	const n = 60
	spec := design.Spec{N: n, Strata: make([]int32, n), IDs: [][]int32{make([]int32, n)}, Weights: make([]float64, n)}
	y, x := make([]float64, n), [3][]float64{make([]float64, n), make([]float64, n), make([]float64, n)}
	for i := range n {
		x[0][i] = float64((i*7+i/5)%5 + 1)
		x[1][i] = float64((i*3+2)%5 + 1)
		if i%3 == 0 {
			x[1][i] = x[0][i]
		}
		x[2][i] = float64((i*i+3*i)%5 + 1)
		switch {
		case i%2 == 0:
			y[i] = x[0][i]
		case i%5 == 1:
			y[i] = x[1][i]
		default:
			y[i] = float64((i*2+1)%5 + 1)
		}
		spec.Weights[i] = float64(10 + (i*13)%7)
		spec.Strata[i], spec.IDs[0][i] = int32(i/20), int32(i/4)
	}
	d, err := design.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	items := []estimate.Variable{column("x1", x[0]...), column("x2", x[1]...), column("x3", x[2]...)}
	got, err := regress.RelativeWeights(d, column("y", y...), items, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range [][4]float64{
		{0.536796161677, 0.160664890001, 0.2209035964, 0.8256794598},
		{0.314825781989, 0.185501322878, 0.0659067977, 0.7495149792},
		{0.148378056335, 0.154916222746, 0.0119082784, 0.7158123328},
	} {
		near(t, "share of "+got.Names[k], got.Est[k], want[0], 1e-11)
		near(t, "its standard error", got.SE[k], want[1], 1e-7)
		near(t, "its lower limit", got.Low[k], want[2], 1e-7)
		near(t, "its upper limit", got.High[k], want[3], 1e-7)
	}
	near(t, "degrees of freedom", got.DF, 12, 0)
	found, err := regress.FindDrivers(d, column("y", y...), items, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k, one := range found.Items {
		near(t, "the same share as a driver", one.Share, got.Est[k], 0)
	}
}
