package sample_test

import (
	"math"
	"slices"
	"testing"

	"minyi/stats/sample"
)

// Cochran (1977), section 4.4: p near 0.5, margin 0.05, z = 1.96 give n0 = 384;
// for N = 3,200 it is n0/(1+n0/N) = 343.
func TestSizeForMarginFollowsCochran(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		p, margin float64
		s         sample.Setting
		want      sample.Size
	}{
		"infinite population":   {0.5, 0.05, sample.Setting{}, sample.Size{Answers: 385, Invitations: 385}},
		"finite population":     {0.5, 0.05, sample.Setting{Population: 3200}, sample.Size{Answers: 343, Invitations: 343}},
		"design effect of 2":    {0.5, 0.05, sample.Setting{Deff: 2}, sample.Size{Answers: 769, Invitations: 769}},
		"two in five answer":    {0.5, 0.05, sample.Setting{ResponseRate: 0.4}, sample.Size{Answers: 385, Invitations: 963}},
		"a share of 0.8 at 3 %": {0.8, 0.03, sample.Setting{}, sample.Size{Answers: 683, Invitations: 683}},
	}
	for name, c := range cases {
		got, err := sample.SizeForMargin(c.p, c.margin, c.s)
		if err != nil || got != c.want {
			t.Errorf("%s: got %+v (%v), want %+v", name, got, err, c.want)
		}
	}
}

// By hand: ((1.644854·0.4 + 0.841621·0.357071)/0.05)² = 367.5 for 0.8 against 0.85.
func TestSizeForThreshold(t *testing.T) {
	t.Parallel()
	got, err := sample.SizeForThreshold(0.8, 0.85, 0.8, sample.Setting{})
	if want := (sample.Size{Answers: 368, Invitations: 368}); err != nil || got != want {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
}

func TestAllocationsSumAndKeepTheirFloor(t *testing.T) {
	t.Parallel()
	population := []float64{1000, 3000, 6000}
	cases := map[string]struct {
		how    sample.Allocation
		spread []float64
		floor  int
		want   []int
	}{
		"proportional":            {sample.Proportional, nil, 0, []int{100, 300, 600}},
		"equal":                   {sample.Equal, nil, 0, []int{333, 333, 334}},
		"Neyman":                  {sample.Neyman, []float64{4, 2, 1}, 0, []int{250, 375, 375}},
		"power":                   {sample.Power, nil, 0, []int{193, 334, 473}},
		"proportional with floor": {sample.Proportional, nil, 200, []int{200, 300, 500}},
	}
	for name, c := range cases {
		got, err := sample.Allocate(1000, population, c.spread, c.how, c.floor)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sum := 0
		for h, n := range got {
			sum += n
			if n < c.floor || math.Abs(float64(n-c.want[h])) > 1 {
				t.Errorf("%s: got %v, want %v within 1", name, got, c.want)
			}
		}
		if sum != 1000 {
			t.Errorf("%s: got a sum of %d, want 1000", name, sum)
		}
	}
}

func TestDrawsHaveTheirSizeAndAreReproducible(t *testing.T) {
	t.Parallel()
	p, err := sample.Probabilities([]float64{1, 2, 3, 4, 90, 5, 0, 6}, 4)
	if err != nil {
		t.Fatal(err)
	}
	if p[4] != 1 || p[6] != 0 {
		t.Errorf("got %v, want certainty for the largest and none for the empty one", p)
	}
	for name, draw := range map[string]func(seed uint64) ([]int, error){
		"SRS":            func(seed uint64) ([]int, error) { return sample.SRS(8, 4, seed) },
		"systematic":     func(seed uint64) ([]int, error) { return sample.Systematic(8, 4, seed) },
		"PPS systematic": func(seed uint64) ([]int, error) { return sample.PPSSystematic(p, seed) },
		"Sampford":       func(seed uint64) ([]int, error) { return sample.Sampford(p, seed) },
	} {
		for seed := range uint64(50) {
			a, err := draw(seed)
			if err != nil {
				t.Fatal(err)
			}
			b, err := draw(seed)
			if err != nil || !slices.Equal(a, b) {
				t.Errorf("%s: got %v and %v (%v) with one seed", name, a, b, err)
			}
			if len(a) != 4 || !slices.IsSorted(a) || len(slices.Compact(slices.Clone(a))) != 4 {
				t.Errorf("%s: got %v, want 4 different units", name, a)
			}
		}
	}
}

// Inclusion counts over 20,000 seeds lie within 5 standard errors of the
// probabilities: a check by simulation.
func TestDrawsHaveTheirInclusionProbabilities(t *testing.T) {
	t.Parallel()
	const runs = 20_000
	size := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	p, err := sample.Probabilities(size, 3)
	if err != nil {
		t.Fatal(err)
	}
	equal := slices.Repeat([]float64{3.0 / 8}, 8)
	for name, c := range map[string]struct {
		want []float64
		draw func(seed uint64) ([]int, error)
	}{
		"SRS":            {equal, func(seed uint64) ([]int, error) { return sample.SRS(8, 3, seed) }},
		"systematic":     {equal, func(seed uint64) ([]int, error) { return sample.Systematic(8, 3, seed) }},
		"PPS systematic": {p, func(seed uint64) ([]int, error) { return sample.PPSSystematic(p, seed) }},
		"Sampford":       {p, func(seed uint64) ([]int, error) { return sample.Sampford(p, seed) }},
	} {
		count := make([]float64, 8)
		for seed := range uint64(runs) {
			units, err := c.draw(seed)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range units {
				count[i]++
			}
		}
		for i, want := range c.want {
			got := count[i] / runs
			if math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/runs) {
				t.Errorf("%s: unit %d: got %v, want %v", name, i, got, want)
			}
		}
	}
}

func TestStratifiedGivesEveryoneOfAStratumTheSameChance(t *testing.T) {
	t.Parallel()
	strata := []sample.Stratum{
		{Name: "rural", Sizes: []float64{120, 300, 80, 500, 200}}, {Name: "urban", Sizes: []float64{4000, 900, 1100}},
	}
	plans := []sample.Plan{{PSUs: 3, Take: 10}, {PSUs: 4, Take: 20}}
	const runs = 20_000
	taken := [][]float64{make([]float64, 5), make([]float64, 3)}
	for seed := range uint64(runs) {
		drawn, err := sample.Stratified(strata, plans, seed)
		if err != nil {
			t.Fatal(err)
		}
		for h, d := range drawn {
			take := 0
			for _, p := range d.PSUs {
				taken[h][p.Index] += float64(p.Take)
				take += p.Take
			}
			if take != d.Size || d.Size != plans[h].PSUs*plans[h].Take {
				t.Fatalf("%s: got %d taken, want %d", strata[h].Name, take, d.Size)
			}
			if math.Abs(d.Weight*d.Probability-1) > 1e-12 {
				t.Fatalf("weight %v and probability %v are not inverse", d.Weight, d.Probability)
			}
		}
	}
	for h, s := range strata {
		n, total := float64(plans[h].PSUs*plans[h].Take), 0.0
		for _, size := range s.Sizes {
			total += size
		}
		for i, size := range s.Sizes {
			got, want := taken[h][i]/runs/size, n/total
			if math.Abs(got-want) > 0.05*want {
				t.Errorf("%s PSU %d: got a chance of %v, want %v", s.Name, i, got, want)
			}
		}
	}
}

func TestBadPlansAreRefused(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	one := []sample.Stratum{{Name: "a", Sizes: []float64{10, 20}}}
	cases := map[string]func() error{
		"more than all":         func() error { _, err := sample.SRS(3, 4, 1); return err },
		"a negative size":       func() error { _, err := sample.Systematic(3, -1, 1); return err },
		"a missing measure":     func() error { _, err := sample.Probabilities([]float64{1, nan}, 1); return err },
		"too few with size":     func() error { _, err := sample.Probabilities([]float64{1, 0}, 2); return err },
		"a probability above 1": func() error { _, err := sample.PPSSystematic([]float64{1.5, 0.5}, 1); return err },
		"no whole sum":          func() error { _, err := sample.Sampford([]float64{0.3, 0.3}, 1); return err },
		"no plan":               func() error { _, err := sample.Stratified(one, nil, 1); return err },
		"an empty plan":         func() error { _, err := sample.Stratified(one, []sample.Plan{{}}, 1); return err },
		"a PSU too small":       func() error { _, err := sample.Stratified(one, []sample.Plan{{PSUs: 1, Take: 25}}, 1); return err },
		"nobody": func() error {
			_, err := sample.Stratified([]sample.Stratum{{Name: "x"}}, []sample.Plan{{PSUs: 1, Take: 1}}, 1)
			return err
		},
		"a margin of 0":       func() error { _, err := sample.SizeForMargin(0.5, 0, sample.Setting{}); return err },
		"nobody answers":      func() error { _, err := sample.SizeForMargin(0.5, 0.1, sample.Setting{ResponseRate: -1}); return err },
		"never decided":       func() error { _, err := sample.SizeForThreshold(0.8, 0.8, 0.9, sample.Setting{}); return err },
		"too many to spread":  func() error { _, err := sample.Allocate(50, []float64{10, 20}, nil, sample.Equal, 0); return err },
		"no deviations":       func() error { _, err := sample.Allocate(5, []float64{10, 20}, nil, sample.Neyman, 0); return err },
		"a stratum of nobody": func() error { _, err := sample.Allocate(5, []float64{0, 20}, nil, sample.Equal, 0); return err },
	}
	for name, f := range cases {
		if f() == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
