package design_test

import (
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// threeStrata has strata of 2, 3 and 5 PSUs of two rows each, of which a part
// of the population was taken.
func threeStrata(fpc bool) (design.Spec, []float64) {
	s := design.Spec{N: 20, Weights: make([]float64, 20), IDs: [][]int32{make([]int32, 20)}, Strata: make([]int32, 20)}
	y, counts := make([]float64, 20), make([]float64, 20)
	for i := range 20 {
		psu := i / 2
		s.IDs[0][i] = int32(psu)
		switch {
		case psu < 2:
			s.Strata[i], counts[i] = 0, 5
		case psu < 5:
			s.Strata[i], counts[i] = 1, 6
		default:
			s.Strata[i], counts[i] = 2, 20
		}
		s.Weights[i] = 1 + float64(i%3)
		y[i] = float64((i*7)%11) + float64(psu)
	}
	if fpc {
		s.FPC = [][]float64{counts}
	}
	return s, y
}

func resampled(t *testing.T, d *design.Design, s design.ResampleSpec) *design.Design {
	t.Helper()
	out, err := d.Resample(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func totalOf(y []float64) func(w []float64) []float64 {
	return func(w []float64) []float64 {
		sum := 0.0
		for i, v := range w {
			sum += v * y[i]
		}
		return []float64{sum}
	}
}

func replicateVariance(d *design.Design, y []float64) float64 {
	theta := totalOf(y)
	return d.ReplicateCovariance(theta(d.Weights()), theta).At(0, 0)
}

func linearVariance(t *testing.T, d *design.Design, y []float64) float64 {
	t.Helper()
	z := append([]float64(nil), y...)
	for i, w := range d.Weights() {
		z[i] *= w
	}
	return variance(t, d, z...)
}

// Rao and Wu (1988): over the draws the variance of a total has the linearized
// variance as its mean, finite populations included. 60 seeds of 400 replicates;
// within four standard errors of their mean.
func TestBootstrapVarianceOfATotalIsTheLinearizedOneOnAverage(t *testing.T) {
	t.Parallel()
	for _, fpc := range []bool{false, true} {
		for _, mse := range []bool{false, true} {
			spec, y := threeStrata(fpc)
			d := must(t, spec)
			want := linearVariance(t, d, y)
			const seeds = 60
			sum, squares := 0.0, 0.0
			for seed := range uint64(seeds) {
				v := replicateVariance(resampled(t, d, design.ResampleSpec{Method: design.Bootstrap, Replicates: 400, Seed: seed, MSE: mse}), y)
				sum, squares = sum+v, squares+v*v
			}
			mean := sum / seeds
			off := math.Sqrt((squares/seeds - mean*mean) / (seeds - 1))
			if math.Abs(mean-want) > 4*off || off > 0.02*want {
				t.Errorf("fpc %v, mse %v: got %v ± %v, want %v", fpc, mse, mean, off, want)
			}
		}
	}
}

// Each bootstrap replicate keeps the number of PSUs of every stratum: a PSU
// drawn r of n-1 times has the factor 1-s+s·r·n/(n-1), s = √(1-n/N).
func TestBootstrapFactors(t *testing.T) {
	t.Parallel()
	spec, _ := threeStrata(true)
	d := must(t, spec)
	boot := resampled(t, d, design.ResampleSpec{Method: design.Bootstrap, Replicates: 50, Seed: 9})
	sizes, taken := []float64{2, 3, 5}, []float64{2.0 / 5, 3.0 / 6, 5.0 / 20}
	draws := func(w []float64) []float64 {
		sums := make([]float64, 3)
		for i := 0; i < 20; i += 2 {
			g := spec.Strata[i]
			n, s := sizes[g], math.Sqrt(1-taken[g])
			factor := w[i] / spec.Weights[i]
			near(t, "rows of a PSU", w[i+1]/spec.Weights[i+1], factor)
			times := (factor - 1 + s) / s * (n - 1) / n
			near(t, "a whole number of draws", times, math.Round(times))
			sums[g] += times
		}
		for g, n := range sizes {
			near(t, "draws in the stratum", sums[g], n-1)
		}
		return sums
	}
	boot.ReplicateCovariance([]float64{0, 0, 0}, draws)
}

func TestBootstrapIsMadeByItsSeed(t *testing.T) {
	t.Parallel()
	spec, y := threeStrata(false)
	d := must(t, spec)
	of := func(seed uint64) float64 {
		return replicateVariance(resampled(t, d, design.ResampleSpec{Method: design.Bootstrap, Replicates: 20, Seed: seed}), y)
	}
	if of(3) != of(3) {
		t.Error("the same seed gave two answers")
	}
	if of(3) == of(4) {
		t.Error("two seeds gave the same answer")
	}
	if got, want := resampled(t, d, design.ResampleSpec{Method: design.Bootstrap, Seed: 1}).DF(nil), 7.0; got != want {
		t.Errorf("got %v degrees of freedom, want %v: PSUs minus strata", got, want)
	}
}

// The jackknife and balanced half-samples give a total its linearized variance
// exactly.
func TestJackknifeAndBRRVarianceOfATotalIsTheLinearizedOne(t *testing.T) {
	t.Parallel()
	spec, y := threeStrata(true)
	d := must(t, spec)
	near(t, "JKn", replicateVariance(resampled(t, d, design.ResampleSpec{Method: design.JKn}), y), linearVariance(t, d, y))
	spec.Strata, spec.FPC = nil, nil
	d = must(t, spec)
	near(t, "JK1", replicateVariance(resampled(t, d, design.ResampleSpec{Method: design.JK1, MSE: true}), y), linearVariance(t, d, y))
	for pairs := range 9 {
		n := 2 * (pairs + 1)
		s := design.Spec{N: n, Weights: make([]float64, n), Strata: make([]int32, n)}
		for i := range n {
			s.Weights[i], s.Strata[i] = float64(i%4+1), int32(i/2)
		}
		d := must(t, s)
		near(t, "BRR", replicateVariance(resampled(t, d, design.ResampleSpec{Method: design.BRR}), y[:n]), linearVariance(t, d, y[:n]))
		near(t, "Fay", replicateVariance(resampled(t, d, design.ResampleSpec{Method: design.Fay, Rho: 0.4}), y[:n]), linearVariance(t, d, y[:n]))
	}
}

func TestStrataTakenWholeAndLonelyPSUsInReplicates(t *testing.T) {
	t.Parallel()
	spec := design.Spec{N: 5, Weights: eight[:5], Strata: []int32{0, 0, 1, 1, 2}, FPC: [][]float64{{2, 2, 8, 8, 1}}}
	y := []float64{1, 3, 2, 6, 8}
	near(t, "taken whole", replicateVariance(resampled(t, must(t, spec), design.ResampleSpec{Method: design.JKn}), y), 0.75*16)
	spec.FPC = nil
	for name, c := range map[string]struct {
		rule design.Lonely
		want float64
	}{
		"remove":  {design.LonelyRemove, 20},
		"average": {design.LonelyAverage, 20 * 5.0 / 4},
		// The lonely stratum out, the others times 3/2: 18 against 20; times 2/3.
		"adjust": {design.LonelyAdjust, 20 + 2.0/3*(18-20)*(18-20)},
	} {
		spec.Lonely = c.rule
		near(t, name, replicateVariance(resampled(t, must(t, spec), design.ResampleSpec{Method: design.JKn, MSE: true}), y), c.want)
	}
	spec.Lonely = design.LonelyRemove
	boot := resampled(t, must(t, spec), design.ResampleSpec{Method: design.Bootstrap, Replicates: 10, Seed: 1})
	boot.ReplicateCovariance([]float64{0}, func(w []float64) []float64 {
		near(t, "a lonely PSU keeps its weight", w[4], 1)
		return []float64{0}
	})
}

func TestReplicatesThatAreRefused(t *testing.T) {
	t.Parallel()
	spec, _ := threeStrata(false)
	lonely := design.Spec{N: 3, Weights: eight[:3], Strata: []int32{0, 0, 1}}
	alone := design.Spec{N: 1, Weights: eight[:1], Lonely: design.LonelyAdjust}
	stages := design.Spec{N: 3, IDs: [][]int32{{0, 0, 1}, {0, 1, 0}}, FPC: [][]float64{{4, 4, 4}, {3, 3, 3}}}
	pps := design.Spec{N: 3, FPC: [][]float64{{.3, .3, .4}}, PPS: design.Brewer}
	cases := map[string]struct {
		spec design.Spec
		ask  design.ResampleSpec
		code string
	}{
		"an unknown method":            {spec, design.ResampleSpec{Method: "jack"}, "design.replicates"},
		"JK1 with strata":              {spec, design.ResampleSpec{Method: design.JK1}, "design.replicates"},
		"BRR of three PSUs":            {spec, design.ResampleSpec{Method: design.BRR}, "design.replicates_pairs"},
		"rho of 1":                     {spec, design.ResampleSpec{Method: design.Fay, Rho: 1}, "design.rho"},
		"rho of NaN":                   {spec, design.ResampleSpec{Method: design.Fay, Rho: math.NaN()}, "design.rho"},
		"one bootstrap replicate":      {spec, design.ResampleSpec{Method: design.Bootstrap, Replicates: 1}, "design.replicates"},
		"a negative number":            {spec, design.ResampleSpec{Method: design.Bootstrap, Replicates: -1}, "design.replicates"},
		"too many":                     {spec, design.ResampleSpec{Method: design.Bootstrap, Replicates: 1 << 20}, "design.replicates"},
		"a lonely PSU":                 {lonely, design.ResampleSpec{Method: design.JKn}, "design.lonely_psu"},
		"a lonely PSU in a bootstrap":  {lonely, design.ResampleSpec{Method: design.Bootstrap}, "design.lonely_psu"},
		"a single PSU":                 {alone, design.ResampleSpec{Method: design.JKn}, "design.lonely_psu"},
		"finite populations of stages": {stages, design.ResampleSpec{Method: design.JKn}, "design.replicates_stages"},
		"unequal probabilities":        {pps, design.ResampleSpec{Method: design.JKn}, "design.replicates_pps"},
		"everybody taken":              {design.Spec{N: 2, FPC: [][]float64{{2, 2}}}, design.ResampleSpec{Method: design.JKn}, "design.replicates"},
	}
	for name, c := range cases {
		_, err := must(t, c.spec).Resample(c.ask)
		refused(t, name, err, c.code)
	}
	d := must(t, spec)
	tied, err := d.Poststratify(weight.Cells{Code: make([]int32, 20), Totals: []float64{100}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = tied.Resample(design.ResampleSpec{Method: design.JKn})
	refused(t, "after an adjustment", err, "design.replicates_late")
	_, err = resampled(t, d, design.ResampleSpec{Method: design.JKn}).Resample(design.ResampleSpec{Method: design.JKn})
	refused(t, "twice", err, "design.replicates")
	many := design.Spec{N: 20_000, Weights: make([]float64, 20_000)}
	for i := range many.Weights {
		many.Weights[i] = 1
	}
	_, err = must(t, many).Resample(design.ResampleSpec{Method: design.JK1})
	refused(t, "a jackknife of 20,000 PSUs", err, "design.too_large")
}

// Classes move the weight of those who did not answer to those who did, and no
// weight is lost.
func TestRespondKeepsTheWeightOfTheSample(t *testing.T) {
	t.Parallel()
	spec, _ := threeStrata(false)
	d := must(t, spec)
	answered, x := make([]bool, 20), make([]float64, 20)
	for i := range answered {
		answered[i], x[i] = i%5 > 1, float64(i%7)
	}
	model, err := weight.NewModel(20, true, []weight.Term{{Name: "x", Values: x}})
	if err != nil {
		t.Fatal(err)
	}
	for _, weighted := range []bool{false, true} {
		after, fit, err := d.Respond(answered, model, weighted, weight.PropensitySpec{Classes: 2})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "weight", weight.Summarize(after.Weights()).Sum, weight.Summarize(d.Weights()).Sum)
		near(t, "asked", float64(fit.Asked), 20)
		near(t, "answered", float64(fit.Answered), 12)
	}
	_, _, err = d.Respond(answered[:3], model, true, weight.PropensitySpec{})
	refused(t, "too few marks", err, "weight.length")
}
