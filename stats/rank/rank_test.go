package rank_test

import (
	"math"
	"slices"
	"testing"

	"minyi/stats/rank"
)

func TestPointSharesTheSmallestRankOfATie(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		x    []float64
		want []int
	}{
		"plain":        {[]float64{1, 3, 2}, []int{3, 1, 2}},
		"tie":          {[]float64{5, 7, 5, 1}, []int{2, 1, 2, 4}},
		"tie by 1e-10": {[]float64{5, 5 + 1e-10}, []int{1, 1}},
		"not a number": {[]float64{1, math.NaN(), 2}, []int{2, 0, 1}},
		"none":         {nil, []int{}},
	}
	for name, c := range cases {
		if got := rank.Point(c.x); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestSteadyRangeEndsAtTheSwapsThatChangeTheFrontGroup(t *testing.T) {
	t.Parallel()
	// Unit 1 leads by survey, unit 2 by expert; they swap at w = 1/2, and unit 3
	// is never in front.
	a := rank.Part{Score: []float64{80, 70, 10}, SE: []float64{1, 1, 1}}
	b := rank.Part{Score: []float64{70, 80, 10}, SE: []float64{1, 1, 1}}
	cases := map[string]struct {
		w, low, high float64
		top          int
	}{
		"left of the swap":  {0.3, 0, 0.5, 1},
		"right of the swap": {0.9, 0.5, 1, 1},
		"both in front":     {0.3, 0, 1, 2},
	}
	for name, c := range cases {
		low, high, err := rank.SteadyRange(a, b, c.w, c.top)
		if err != nil || low != c.low || high != c.high {
			t.Errorf("%s: got %v to %v (%v), want %v to %v", name, low, high, err, c.low, c.high)
		}
	}
}

func TestOneUnitIsFirst(t *testing.T) {
	t.Parallel()
	sigma := [][]float64{{4}}
	for name, f := range map[string]func([]float64, [][]float64, float64, rank.Draws) (rank.Sets, error){
		"marginal": rank.Marginal, "simultaneous": rank.Simultaneous,
	} {
		got, err := f([]float64{50}, sigma, 0.95, rank.Draws{Seed: 1})
		if err != nil || got.Best[0] != 1 || got.Worst[0] != 1 {
			t.Errorf("%s: got %+v, %v, want rank 1 to 1", name, got, err)
		}
	}
}

func TestScoresWithoutErrorAreBeyondDoubt(t *testing.T) {
	t.Parallel()
	x, sigma := []float64{3, 1, 2, 2}, rank.Diagonal([]float64{0, 0, 0, 0})
	got, err := rank.Simultaneous(x, sigma, 0.95, rank.Draws{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{1, 4, 2, 2}; !slices.Equal(got.Best, want) {
		t.Errorf("best: got %v, want %v", got.Best, want)
	}
	if want := []int{1, 4, 3, 3}; !slices.Equal(got.Worst, want) {
		t.Errorf("worst: got %v, want %v", got.Worst, want)
	}
}

func TestTheSameSeedGivesTheSameBits(t *testing.T) {
	t.Parallel()
	x, sigma := []float64{1, 1.2, 0.9}, [][]float64{{1, 0.3, 0}, {0.3, 1, 0}, {0, 0, 2}}
	a, err := rank.Probabilities(x, sigma, 1, rank.Draws{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	b, err := rank.Probabilities(x, sigma, 1, rank.Draws{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Top, b.Top) || !slices.Equal(a.Expected, b.Expected) {
		t.Errorf("got %v and %v", a, b)
	}
}

func TestBadScoresAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	cases := map[string]struct {
		x     []float64
		sigma [][]float64
		level float64
	}{
		"no units":            {nil, nil, 0.95},
		"a missing score":     {[]float64{1, nan}, rank.Diagonal([]float64{1, 1}), 0.95},
		"a missing variance":  {[]float64{1, 2}, rank.Diagonal([]float64{1, nan}), 0.95},
		"a ragged matrix":     {[]float64{1, 2}, [][]float64{{1, 0}, {0}}, 0.95},
		"not symmetric":       {[]float64{1, 2}, [][]float64{{1, 0.5}, {0, 1}}, 0.95},
		"a negative variance": {[]float64{1, 2}, [][]float64{{-1, 0}, {0, 1}}, 0.95},
		"not a covariance":    {[]float64{1, 2}, [][]float64{{1, 2}, {2, 1}}, 0.95},
		"another length":      {[]float64{1, 2}, rank.Diagonal([]float64{1}), 0.95},
		"a level of 1":        {[]float64{1, 2}, rank.Diagonal([]float64{1, 1}), 1},
	}
	for name, c := range cases {
		if _, err := rank.Simultaneous(c.x, c.sigma, c.level, rank.Draws{Seed: 1}); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
