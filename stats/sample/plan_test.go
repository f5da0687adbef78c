package sample_test

import (
	"math"
	"slices"
	"testing"

	"minyi/stats/sample"
)

// R 4.2.2, by pbinom and qbinom: the size after the last one whose exact one-sided
// binomial test has less than the power.
func TestSizeForDecisionIsThatOfTheExactTest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		threshold, p, level, power float64
		want                       int
	}{
		{0.8, 0.85, 0.95, 0.8, 398},
		{0.8, 0.9, 0.95, 0.8, 94},
		{0.8, 0.7, 0.95, 0.8, 127},
		{0.8, 0.95, 0.95, 0.9, 44},
		{0.8, 0.75, 0.9, 0.8, 346},
		{0.5, 0.6, 0.95, 0.8, 169},
	} {
		got, err := sample.SizeForDecision(c.threshold, c.p, c.power, sample.Setting{Level: c.level})
		if err != nil || got.Answers != c.want {
			t.Errorf("%+v: got %+v (%v)", c, got, err)
		}
	}
	got, err := sample.SizeForDecision(0.8, 0.9, 0.8, sample.Setting{Deff: 2, ResponseRate: 0.4, Population: 500})
	// 94·2 = 188 answers, 188/(1+188/500) = 136.6 of 500 people, 137/0.4 invitations.
	if want := (sample.Size{Answers: 137, Invitations: 343}); err != nil || got != want {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
	exact, err := sample.SizeForDecision(0.8, 0.806, 0.8, sample.Setting{})
	if err != nil {
		t.Fatal(err)
	}
	normal, err := sample.SizeForThreshold(0.8, 0.806, 0.8, sample.Setting{})
	if err != nil || exact != normal {
		t.Errorf("a large size: got %+v, want the normal one %+v (%v)", exact, normal, err)
	}
	if _, err := sample.SizeForDecision(0.8, 0.8, 0.8, sample.Setting{}); err == nil {
		t.Error("a share at the threshold: got no error")
	}
	if _, err := sample.SizeForDecision(0.8, 0.9, 0.8, sample.Setting{Deff: -1}); err == nil {
		t.Error("a negative design effect: got no error")
	}
}

// Cochran (1977), section 3.6: the margin that SizeForMargin plans for.
func TestMarginIsTheInverseOfItsSize(t *testing.T) {
	t.Parallel()
	for _, s := range []sample.Setting{{}, {Deff: 2}, {Population: 3200}, {Deff: 1.5, Level: 0.9}} {
		size, err := sample.SizeForMargin(0.5, 0.05, s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := sample.Margin(0.5, size.Answers, s)
		if err != nil || got > 0.05 || got < 0.0498 {
			t.Errorf("%+v: got a margin of %v (%v), want just below 0.05", s, got, err)
		}
	}
	if _, err := sample.Margin(0.5, 20, sample.Setting{Population: 10}); err == nil {
		t.Error("more answers than people: got no error")
	}
}

// R 4.2.2, package sampling 2.9: UPsampfordpi2, tolerance 1e-12.
func TestSampfordJointProbabilities(t *testing.T) {
	t.Parallel()
	first := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.5}
	second := []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4}
	for _, c := range []struct {
		p    []float64
		i, j int
		want float64
	}{
		{first, 0, 1, 0.00865454545454545},
		{first, 0, 5, 0.0285090909090909},
		{first, 2, 3, 0.0680727272727273},
		{first, 4, 5, 0.1832727272727273},
		{second, 0, 1, 0.108181818181818},
		{second, 2, 1, 0.532954545454545},
		{second, 3, 4, 0.1373863636363637},
		{second, 5, 4, 0.1027272727272727},
		{second, 3, 3, 0.5},
		{append([]float64{1}, second...), 3, 2, 0.532954545454545},
		{append([]float64{1}, second...), 0, 2, 0.7},
	} {
		joint, err := sample.SampfordJoint(c.p)
		if err != nil {
			t.Fatal(err)
		}
		if got := joint[c.i][c.j]; math.Abs(got-c.want) > 1e-12 {
			t.Errorf("units %d and %d of %v: got %v, want %v", c.i, c.j, c.p, got, c.want)
		}
		// A fixed size n: the pairs of a unit sum to (n-1)·p.
		n, sum := 0.0, 0.0
		for k, p := range c.p {
			n += p
			if k != c.i {
				sum += joint[c.i][k]
			}
		}
		if want := (n - 1) * c.p[c.i]; math.Abs(sum-want) > 1e-9 {
			t.Errorf("unit %d of %v: got pairs of %v, want %v", c.i, c.p, sum, want)
		}
	}
	if _, err := sample.SampfordJoint(make([]float64, 400)); err == nil {
		t.Error("400 units: got no error")
	}
	if _, err := sample.SampfordJoint([]float64{0.5}); err == nil {
		t.Error("half a unit: got no error")
	}
}

// R 4.2.2, package sampling 2.9: inclusionprobabilities, tolerance 1e-12.
func TestProbabilitiesAreThoseOfRsSampling(t *testing.T) {
	t.Parallel()
	got, err := sample.Probabilities([]float64{1, 2, 3, 4, 90, 5, 0, 6}, 4)
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{1.0 / 7, 2.0 / 7, 3.0 / 7, 4.0 / 7, 1, 5.0 / 7, 0, 6.0 / 7}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("unit %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

// By hand: size^q·cv is 4·1, 6·1 and 10·2 for q = 1/2, hence 120, 180 and 600 of
// 900; q = 0 without cv is the equal allocation.
func TestPowerAllocation(t *testing.T) {
	t.Parallel()
	people := []float64{1000, 2000, 3000}
	for name, c := range map[string]struct {
		size, cv []float64
		q        float64
		floor    int
		want     []int
	}{
		"half":       {[]float64{16, 36, 100}, []float64{1, 1, 2}, 0.5, 0, []int{120, 180, 600}},
		"none":       {[]float64{16, 36, 100}, nil, 0, 0, []int{300, 300, 300}},
		"one":        {people, nil, 1, 0, []int{150, 300, 450}},
		"with floor": {people, nil, 1, 200, []int{200, 280, 420}},
	} {
		got, err := sample.AllocatePower(900, people, c.size, c.cv, c.q, c.floor)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for h := range got {
			sum += got[h]
			if d := got[h] - c.want[h]; name != "with floor" && d != 0 || got[h] < c.floor {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
		if sum != 900 {
			t.Errorf("%s: got a sum of %d", name, sum)
		}
	}
	for name, f := range map[string]func() error{
		"a power of 2":  func() error { _, err := sample.AllocatePower(9, people, people, nil, 2, 0); return err },
		"no sizes":      func() error { _, err := sample.AllocatePower(9, people, nil, nil, 1, 0); return err },
		"negative size": func() error { _, err := sample.AllocatePower(9, []float64{-1}, []float64{1}, nil, 1, 0); return err },
	} {
		if f() == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// Inclusion counts over 20,000 seeds lie within 5 standard errors of n/N of the
// stratum: a check by simulation.
func TestStratifiedSRSHasItsInclusionProbabilities(t *testing.T) {
	t.Parallel()
	stratum, sizes := []int{0, 1, 0, 1, 1, 0, 1, 1, 2}, []int{2, 1, 0}
	const runs = 20_000
	count := make([]float64, len(stratum))
	for seed := range uint64(runs) {
		drawn, err := sample.StratifiedSRS(stratum, sizes, seed)
		if err != nil {
			t.Fatal(err)
		}
		for h, d := range drawn {
			if len(d.Units) != sizes[h] || !slices.IsSorted(d.Units) {
				t.Fatalf("stratum %d: got %v, want %d in order", h, d.Units, sizes[h])
			}
			for _, i := range d.Units {
				if stratum[i] != h || math.Abs(d.Weight*d.Probability-1) > 1e-12 {
					t.Fatalf("stratum %d: got %+v", h, d)
				}
				count[i]++
			}
		}
	}
	for i, h := range stratum {
		want := []float64{2.0 / 3, 0.2, 0}[h]
		if got := count[i] / runs; math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/runs) {
			t.Errorf("unit %d: got %v, want %v", i, got, want)
		}
	}
	if _, err := sample.StratifiedSRS(stratum, []int{4, 1, 0}, 1); err == nil {
		t.Error("more than all: got no error")
	}
	if _, err := sample.StratifiedSRS(stratum, []int{1, 1}, 1); err == nil {
		t.Error("a stratum without a size: got no error")
	}
}
