package estimate_test

import (
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
)

// leaveOut is the jackknife of rows with weight 1 in units of `size` rows each.
func leaveOut(t *testing.T, units, size int) *design.Design {
	t.Helper()
	n, up := units*size, float64(units)/float64(units-1)
	spec := design.ReplicateSpec{Weights: make([]float64, n), Columns: make([][]float64, units), RScales: make([]float64, units), Combined: true, Scale: 1 / up}
	for i := range n {
		spec.Weights[i] = 1
	}
	for r := range units {
		spec.RScales[r], spec.Columns[r] = 1, make([]float64, n)
		for i := range n {
			if i/size != r {
				spec.Columns[r][i] = up
			}
		}
	}
	d, err := design.NewReplicate(spec)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// svyvar of R's survey 4.5 keeps n/(n-1) of the full sample in every replicate, also
// in those that leave rows out: variance (n-1)/n·Σ(θ_r - mean)² of θ_r = 4/3·m2_r.
func TestVarianceKeepsTheFullSampleSizeInReplicates(t *testing.T) {
	t.Parallel()
	y := []float64{1, 2, 4, 9}
	var theta []float64
	for leave := range y {
		sum, square := 0.0, 0.0
		for i, v := range y {
			if i != leave {
				sum, square = sum+v, square+v*v
			}
		}
		theta = append(theta, 4.0/3*(square/3-sum*sum/9))
	}
	mean, want := 0.0, 0.0
	for _, v := range theta {
		mean += v / 4
	}
	for _, v := range theta {
		want += 0.75 * (v - mean) * (v - mean)
	}
	e, err := estimate.Variance(leaveOut(t, 4, 1), []estimate.Variable{{Name: "y", Values: y}}, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "variance", e.Est[0], 4.0/3*(102.0/4-16), 1e-12)
	near(t, "its standard error", e.SE[0], math.Sqrt(want), 1e-12)
}

// A group that some replicates leave without rows must not take those replicates
// from the other groups: each standard error is that of the group as a domain.
func TestGroupsUseTheReplicatesInWhichTheyHaveRows(t *testing.T) {
	t.Parallel()
	d := leaveOut(t, 3, 2)
	y := []float64{3, 1, 4, 1, 5, 9}
	by := estimate.Grouping{Code: []int32{0, 0, 0, 0, 1, 0}, Count: 2} // group 1 is one row
	v := estimate.Variable{Name: "y", Values: y}
	e, err := estimate.GroupMeans(d, v, by, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for g := range by.Count {
		domain := make([]bool, len(y))
		for i, k := range by.Code {
			domain[i] = int(k) == g
		}
		m, err := estimate.Mean(d, []estimate.Variable{v}, estimate.Options{Domain: domain, DF: &e.DF})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "estimate", e.Est[g], m.Est[0], 1e-12)
		near(t, "standard error", e.SE[g], m.SE[0], 1e-12)
		near(t, "lower limit", e.Low[g], m.Low[0], 1e-12)
		near(t, "upper limit", e.High[g], m.High[0], 1e-12)
	}
}
