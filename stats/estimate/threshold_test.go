package estimate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
)

// simpleEvidence is k of n satisfied in a simple random sample.
func simpleEvidence(k, n float64) estimate.Evidence {
	p := k / n
	return estimate.Evidence{Share: p, SE: math.Sqrt(p * (1 - p) / n), DF: n - 1, N: n, Kish: 1}
}

// R 4.2.2: binom.test(k, n, 0.8, alternative = "greater" and "less"), p values and
// one-sided 95 % limits; tolerance 1e-9.
func TestThresholdIsTheExactBinomialTestUnderSimpleSampling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, n, met, notMet, low, high float64
		verdict                      estimate.Verdict
	}{
		{45, 50, 0.0480272193707337, 0.981503984939791, 0.801166997483582, 0.959763409597885, estimate.Met},
		{40, 50, 0.583559418466066, 0.556259586708248, 0.684403938579986, 0.887278386585924, estimate.Undecided},
		{30, 50, 0.999679335662278, 0.000932436489421126, 0.473880251130344, 0.716869409084147, estimate.NotMet},
		{50, 50, 1.42724769270597e-05, 1, 0.941844920883028, 1, estimate.Met},
		{0, 12, 1, 4.096e-09, 0, 0.220922191945556, estimate.NotMet},
		{171, 200, 0.0282765749828929, 0.982070780380453, 0.807599378323206, 0.894286578018578, estimate.Met},
	} {
		got, err := estimate.DecideThreshold(simpleEvidence(c.k, c.n), 0.8, 0)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "p met", got.PMet, c.met, 1e-9)
		near(t, "p not met", got.PNotMet, c.notMet, 1e-9)
		near(t, "low", got.Low, c.low, 1e-9)
		near(t, "high", got.High, c.high, 1e-9)
		if got.Verdict != c.verdict {
			t.Errorf("%v of %v: got %s, want %s", c.k, c.n, got.Verdict, c.verdict)
		}
	}
}

// With a design effect of 2 and many degrees of freedom, 180 of 200 count as 90 of
// 100; smoothing adds one answer's worth of the assumed design effect of 1.
func TestThresholdCountsEffectiveAnswers(t *testing.T) {
	t.Parallel()
	got, err := estimate.DecideThreshold(estimate.Evidence{Share: 0.9, SE: math.Sqrt(2 * 0.09 / 200), DF: 199, N: 200, Kish: 1}, 0.8, 0)
	if err != nil {
		t.Fatal(err)
	}
	deff := (20*2 + 1) / 21.0
	want, err := estimate.DecideThreshold(estimate.Evidence{Share: 0.9, SE: math.Sqrt(0.09 / (200 / deff)), DF: math.Inf(1), N: 200 / deff, Kish: 1}, 0.8, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "deff", got.Deff, 2, 1e-12)
	// The second's own smoothing and t quantiles move it a little.
	near(t, "low", got.Low, want.Low, 3e-3)
	if got.Verdict != estimate.Met {
		t.Errorf("got %s, want met", got.Verdict)
	}
}

// A verdict is given exactly where its p value is at most 1 - level.
func TestVerdictsAndPValuesAgree(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(20200915, 3))
	for range 400 {
		n := float64(20 + source.IntN(500))
		p := math.Round(n*(0.5+0.5*source.Float64())) / n
		e := estimate.Evidence{Share: p, SE: math.Sqrt((0.5 + 3*source.Float64()) * p * (1 - p) / n), DF: float64(1 + source.IntN(60)), N: n, Kish: 1 + source.Float64()}
		got, err := estimate.DecideThreshold(e, 0.8, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		want := estimate.Undecided
		switch {
		case got.PMet <= 0.1:
			want = estimate.Met
		case got.PNotMet <= 0.1:
			want = estimate.NotMet
		}
		if got.Verdict != want || !(got.Low <= p && p <= got.High) {
			t.Errorf("%+v: got %+v, want %s and limits that hold the share", e, got, want)
		}
	}
}

// At a true share of exactly 0.8 every verdict is false: each of the two in at most
// one seeded sample in twenty, give or take a point, over clusters, weights and sizes.
func TestThresholdErrsInAtMostOneSampleInTwenty(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	const runs = 2000
	for _, c := range []struct {
		name string
		draw sampling
		n    int
		deff float64
	}{
		{"single people", clustered, 200, 1},
		{"clusters", clustered, 200, 2},
		{"large and clustered", clustered, 1000, 3},
		{"weights", weighted, 200, 2},
	} {
		source := rand.New(rand.NewPCG(20200915, uint64(c.n)))
		met, notMet := 0, 0
		for range runs {
			share, se, df, kish := c.draw(source, c.n, 0.8, c.deff)
			got, err := estimate.DecideThreshold(estimate.Evidence{Share: share, SE: se, DF: df, N: float64(c.n), Kish: kish}, 0.8, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			switch got.Verdict {
			case estimate.Met:
				met++
			case estimate.NotMet:
				notMet++
			case estimate.Undecided:
			}
		}
		// One point, and two standard errors of the simulation.
		if limit := runs * (0.06 + 2*math.Sqrt(0.05*0.95/runs)); float64(met) > limit || float64(notMet) > limit {
			t.Errorf("%s: got %d false 'met' and %d false 'not met' of %d, want at most %.0f", c.name, met, notMet, runs, limit)
		}
	}
}

func TestThresholdOfAColumn(t *testing.T) {
	t.Parallel()
	n, y, domain := 60, make([]float64, 60), make([]bool, 60)
	for i := range n {
		domain[i] = i < 50
		if i < 45 {
			y[i] = 1
		}
	}
	d, err := design.New(design.Spec{N: n})
	if err != nil {
		t.Fatal(err)
	}
	got, err := estimate.Threshold(d, numbers("y", y...), 0.7, estimate.Options{Domain: domain})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "share", got.Share, 0.9, 1e-12)
	if got.N != 50 || got.Verdict != estimate.Met || got.Level != 0.95 {
		t.Errorf("got %+v, want met by 50 answers at 0.95", got)
	}
	_, err = estimate.Threshold(d, numbers("y", y...), 1, estimate.Options{})
	refused(t, "a threshold of 1", err, "estimate.threshold")
	_, err = estimate.Threshold(d, numbers("y", y...), 0.8, estimate.Options{Level: 0.4})
	refused(t, "a level of 0.4", err, "estimate.level")
	y[0] = 2
	_, err = estimate.Threshold(d, numbers("y", y...), 0.8, estimate.Options{})
	refused(t, "a two", err, "estimate.not_binary")
	none, err := estimate.DecideThreshold(estimate.Evidence{Share: 0.9, SE: 0.1, DF: 0, N: 5, Kish: 1}, 0.8, 0)
	if err != nil || none.Verdict != estimate.Undecided || !math.IsNaN(none.PMet) {
		t.Errorf("no degrees of freedom: got %+v (%v), want undecided and NaN", none, err)
	}
}
