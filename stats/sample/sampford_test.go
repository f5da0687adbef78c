package sample_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"minyi/stats/sample"
)

// sizes are 5 to 40 people in steps, as of villages.
func sizes(units int) []float64 {
	out := make([]float64, units)
	for i := range out {
		out[i] = float64(5 + i*i%36)
	}
	return out
}

// Draws with replacement of 400 out of 1,600 hardly ever differ; the sample is
// found all the same, with its size, in order and by its seed.
func TestSampfordDrawsLargeSamples(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ units, n int }{{480, 120}, {1600, 400}, {1600, 1200}, {20_000, 5000}} {
		p, err := sample.Probabilities(sizes(c.units), c.n)
		if err != nil {
			t.Fatal(err)
		}
		got, err := sample.Sampford(p, 7)
		if err != nil || len(got) != c.n || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != c.n {
			t.Errorf("%d of %d: got %d units, %v", c.n, c.units, len(got), err)
		}
		if again, _ := sample.Sampford(p, 7); !slices.Equal(got, again) {
			t.Errorf("%d of %d: the same seed gives another sample", c.n, c.units)
		}
	}
}

// Units that are certain but for a billionth need a billion tries, so they are refused
// at once.
func TestSampfordOfAlmostCertainUnitsIsRefused(t *testing.T) {
	t.Parallel()
	p := make([]float64, 24)
	for i := range p {
		p[i] = 1e-9
		if i < 12 {
			p[i] = 1 - 1e-9
		}
	}
	_, err := sample.Sampford(p, 1)
	var known *sample.Error
	if !errors.As(err, &known) || known.Code != "sample.rejected" {
		t.Errorf("got %v, want a refusal", err)
	}
}

// Twelve units that are nearly certain hardly ever differ when drawn with replacement,
// so these samples are found the second way; units drawn independently of each other
// until they are twelve would have other chances (0.99 for the 0.97). Units and pairs
// come as often as Sampford's law says (SampfordJoint): within 5 standard errors over
// 10,000 seeds.
func TestLargeSampfordDrawsHaveTheirJointProbabilities(t *testing.T) {
	t.Parallel()
	p := make([]float64, 24)
	for i := range 12 {
		p[i] = 0.95 + 0.004*float64(i)
		p[23-i] = 1 - p[i]
	}
	want, err := sample.SampfordJoint(p)
	if err != nil {
		t.Fatal(err)
	}
	const runs = 10_000
	count := make([][]float64, len(p))
	for i := range count {
		count[i] = make([]float64, len(p))
	}
	for seed := range uint64(runs) {
		drawn, err := sample.Sampford(p, seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range drawn {
			for _, j := range drawn {
				count[i][j]++
			}
		}
	}
	for i := range p {
		for j := range i + 1 {
			w := want[i][j]
			if got := count[i][j] / runs; math.Abs(got-w) > 5*math.Sqrt(w*(1-w)/runs)+1e-12 {
				t.Errorf("units %d and %d: got %v, want %v", i, j, got, w)
			}
		}
	}
}
