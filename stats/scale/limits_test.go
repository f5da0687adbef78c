package scale_test

import (
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/scale"
)

// Feldt's limits of alpha 9/14.25 of 3 items and 16 people, by R 4.2.2:
// 1-(1-a)*qf(c(0.975, 0.025), 15, 30), and with 0.95, 0.05 for the level of 90 %.
func TestFeldtsLimitsAreThoseOfTheFDistribution(t *testing.T) {
	t.Parallel()
	items := congeneric([]float64{1, 1, 1}, []float64{1, 2, 0.5})
	for level, want := range map[float64][2]float64{0: {0.149995937752, 0.860643753249}, 0.9: {0.257703903207, 0.836023308466}} {
		got, err := scale.Alpha(sample(t, 16), items, scale.Feldt, estimate.Options{Level: level})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "low", got.Low, want[0], 1e-10)
		near(t, "high", got.High, want[1], 1e-10)
	}
}

// The standard error by a jackknife is the spread of the scale of the replicates, and
// replicates in which no scale is defined are counted.
func TestScalesOfReplicates(t *testing.T) {
	t.Parallel()
	items := congeneric([]float64{1, 2, 1.5, 0.5}, []float64{1, 1, 2, 1})
	d, err := sample(t, 16).Resample(design.ResampleSpec{Method: design.JK1})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(d *design.Design, o estimate.Options) (*scale.Reliability, error){
		"alpha": func(d *design.Design, o estimate.Options) (*scale.Reliability, error) {
			return scale.Alpha(d, items, scale.Plain, o)
		},
		"omega": func(d *design.Design, o estimate.Options) (*scale.Reliability, error) {
			fit, err := scale.Omega(d, items, scale.Plain, o)
			if err != nil {
				return nil, err
			}
			return &fit.Reliability, nil
		},
	} {
		got, err := f(d, estimate.Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		var values []float64
		mean, square := 0.0, 0.0
		for leave := range 16 {
			rest := make([]bool, 16)
			for i := range rest {
				rest[i] = i != leave
			}
			one, err := f(sample(t, 16), estimate.Options{Domain: rest})
			if err != nil {
				t.Fatal(name, err)
			}
			values = append(values, one.Est)
			mean += one.Est / 16
		}
		for _, v := range values {
			square += 15.0 / 16 * (v - mean) * (v - mean)
		}
		near(t, name, got.SE, math.Sqrt(square), 1e-9)
	}
	// Only the last row differs: the replicate without it has no variance.
	lone := []estimate.Variable{item("a", 1, 1, 1, 2), item("b", 1, 1, 1, 3)}
	d, err = sample(t, 4).Resample(design.ResampleSpec{Method: design.JK1})
	if err != nil {
		t.Fatal(err)
	}
	got, err := scale.Alpha(d, lone, scale.Log, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Failed != 1 {
		t.Errorf("got %d replicates without alpha, want 1", got.Failed)
	}
}

// Two items have statistics but no loadings; the level, the df and the lonely PSU of a
// design reach the scales.
func TestOptionsAndDesignsReachTheScales(t *testing.T) {
	t.Parallel()
	two := congeneric([]float64{1, 1}, []float64{1, 2})
	s, err := scale.Items(sample(t, 16), two, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "alpha of two", s.Alpha, 2*(1-7.0/9), 1e-12)
	near(t, "correlation", s.MeanR, 1/math.Sqrt(2*5), 1e-12)
	if !math.IsNaN(s.Items[0].Loading) {
		t.Errorf("got loading %v of two items, want none", s.Items[0].Loading)
	}
	df := math.Inf(1)
	wide, err := scale.Alpha(sample(t, 16), two, scale.Plain, estimate.Options{DF: &df, Level: 0.9})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "normal limits of 90 %", wide.High-wide.Est, 1.6448536269514722*wide.SE, 1e-9)
	lonely, err := design.New(design.Spec{N: 16, Weights: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, Strata: []int32{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	items := congeneric([]float64{1, 2, 1.5, 0.5}, []float64{1, 1, 2, 1})
	_, err = scale.Alpha(lonely, items, scale.Log, estimate.Options{})
	refused(t, "alpha", err, "design.lonely_psu")
	_, err = scale.Omega(lonely, items, scale.Log, estimate.Options{})
	refused(t, "omega", err, "design.lonely_psu")
	_, err = scale.Omega(sample(t, 3), []estimate.Variable{item("a", 1, 2, 3), item("b", 1, 2), item("c", 2, 1, 3)}, scale.Log, estimate.Options{})
	refused(t, "an item too short", err, "estimate.length")
	gone, err := scale.Omega(sample(t, 3), []estimate.Variable{item("a", 1, 2, math.NaN()), item("b", 1, 2, 3), item("c", 2, 1, 3)}, scale.Log, estimate.Options{})
	if err != nil || !math.IsNaN(gone.Est) || gone.Missing != 1 {
		t.Errorf("a missing answer kept: got %+v, %v; want none", gone, err)
	}
	_, err = scale.Items(lonely, []estimate.Variable{item("a", 1), item("b", 1)}, estimate.Options{})
	refused(t, "items too short", err, "estimate.length")
}

// Items without any correlation have loadings of 0 or one of them apart, and omega
// from 0 to the share of one item: the fit ends and says so in numbers.
func TestItemsThatHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	got, err := scale.Omega(sample(t, 16), congeneric([]float64{0, 0, 0}, []float64{1, 1, 1}), scale.Plain, estimate.Options{})
	if err != nil {
		refused(t, "no factor", err, "scale.no_factor")
		return
	}
	if !(got.Est >= 0 && got.Est <= 1.0/3+1e-9) {
		t.Errorf("got omega %v, want 0 to a third", got.Est)
	}
}

// Numbers whose squares overflow have no covariance: an error or NaN, never a number
// made of infinities.
func TestItemsBeyondTheRangeOfNumbers(t *testing.T) {
	t.Parallel()
	huge := []estimate.Variable{item("a", 1e300, -1e300, 3, 4), item("b", 1e300, 2, -1e300, 4), item("c", 1, 2, 3, 1e300)}
	if got, err := scale.Omega(sample(t, 4), huge, scale.Log, estimate.Options{}); err == nil && !math.IsNaN(got.Est) {
		t.Errorf("omega: got %v, want none", got.Est)
	}
	s, err := scale.Items(sample(t, 4), huge, estimate.Options{})
	if err != nil || !math.IsNaN(s.Items[0].Loading) {
		t.Errorf("items: got %+v, %v; want no loading", s, err)
	}
}

// The statistics of items with exact moments: loadings of the factor, the answers
// missing, the shares at the ends.
func TestStatisticsOfAnExactFactor(t *testing.T) {
	t.Parallel()
	loading, own := []float64{1, 2, 1.5, 0.5}, []float64{1, 1, 2, 1}
	items := congeneric(loading, own)
	s, err := scale.Items(sample(t, 16), items, estimate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k, item := range s.Items {
		near(t, "loading", item.Loading, loading[k]/math.Hypot(loading[k], own[k]), 1e-8)
		near(t, "mean", item.Mean, 0, 1e-12)
		near(t, "top share", item.Top, 0.25, 1e-12) // the factor and the own part both up
		near(t, "sd", item.SD, math.Sqrt((loading[k]*loading[k]+own[k]*own[k])*16/15), 1e-12)
	}
	items[1].Values[3] = math.NaN()
	s, err = scale.Items(sample(t, 16), items, estimate.Options{DropMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.N != 15 || s.Missing != 1 || s.Items[1].Missing != 1 || s.Items[0].Missing != 0 {
		t.Errorf("got %d rows, %d without all answers, %d without the second; want 15, 1, 1", s.N, s.Missing, s.Items[1].Missing)
	}
}
