package regress_test

import (
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/regress"
	"minyi/stats/weight"
)

// The jackknife's standard error of a slope is the spread of the slopes without one
// row each, √((n-1)/n·Σ(b_r - mean)²).
func TestJackknifeOfASlope(t *testing.T) {
	t.Parallel()
	x, y := []float64{1, 2, 3, 4, 5, 7}, []float64{2, 1, 4, 3, 7, 6}
	d, err := sample(t, ones(6)...).Resample(design.ResampleSpec{Method: design.JK1})
	if err != nil {
		t.Fatal(err)
	}
	fit, err := regress.Run(d, regress.Spec{Family: weight.Gaussian, Y: column("y", y...), Terms: []estimate.Variable{column("x", x...)}}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slope := func(leave int) float64 {
		n, sx, sy, sxx, sxy := 0.0, 0.0, 0.0, 0.0, 0.0
		for i := range x {
			if i != leave {
				n, sx, sy, sxx, sxy = n+1, sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
			}
		}
		return (n*sxy - sx*sy) / (n*sxx - sx*sx)
	}
	mean, square := 0.0, 0.0
	for r := range x {
		mean += slope(r) / 6
	}
	for r := range x {
		square += 5.0 / 6 * (slope(r) - mean) * (slope(r) - mean)
	}
	near(t, "slope", fit.Est[1], slope(-1), 1e-12)
	near(t, "its standard error", fit.SE[1], math.Sqrt(square), 1e-12)
	near(t, "df: 5 + 1 - 2", fit.DF, 4, 0)
}

// A replicate in which the terms tell the outcomes apart has no coefficients: it is
// left out and counted.
func TestReplicatesWithoutCoefficientsAreCounted(t *testing.T) {
	t.Parallel()
	y := column("y", 0, 0, 1, 0, 1, 1)
	x := column("x", 1, 2, 2.5, 3, 4, 5) // without the third row or the fourth, x tells all
	d, err := sample(t, ones(6)...).Resample(design.ResampleSpec{Method: design.JK1})
	if err != nil {
		t.Fatal(err)
	}
	fit, err := regress.Run(d, regress.Spec{Family: weight.Binomial, Y: y, Terms: []estimate.Variable{x}}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if fit.Failed != 2 || math.IsNaN(fit.SE[1]) {
		t.Errorf("got %d replicates without coefficients and standard error %v, want 2 and a number", fit.Failed, fit.SE[1])
	}
}

func TestALonelyPSUStopsRegressionsAndDrivers(t *testing.T) {
	t.Parallel()
	d, err := design.New(design.Spec{N: 5, Weights: ones(5), Strata: []int32{0, 0, 0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	y, x := column("y", 1, 2, 2, 4, 5), column("x", 1, 3, 2, 4, 6)
	_, err = regress.Run(d, regress.Spec{Family: weight.Gaussian, Y: y, Terms: []estimate.Variable{x}}, estimate.Options{})
	refused(t, "regression", err, "design.lonely_psu")
	_, err = regress.FindDrivers(d, y, []estimate.Variable{x}, estimate.Options{})
	refused(t, "drivers", err, "design.lonely_psu")
}
