package agree_test

import (
	"math"
	"testing"

	"minyi/stats/agree"
)

// shroutFleiss are the ratings of Shrout and Fleiss 1979, table 2: six subjects,
// four judges.
func shroutFleiss() [][]float64 {
	return [][]float64{{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}}
}

// pairs are 27 made-up units with two marks each (R 4.2.2: set.seed(3); a <-
// round(rnorm(27,75,6),2); b <- round(a+rnorm(27,1,3),2)).
func pairs() [2][]float64 {
	return [2][]float64{
		{69.23, 73.24, 76.55, 68.09, 76.17, 75.18, 75.51, 81.7, 67.69, 82.6, 70.53, 68.21, 70.7, 76.52, 75.91, 73.15, 69.28, 71.11, 82.35, 76.2, 71.53, 69.35, 73.78, 65, 72.09, 70.55, 81.96},
		{73.27, 74.02, 74.14, 71.79, 79.73, 78.36, 78.72, 81.64, 70.81, 87.5, 71.64, 66.27, 74.08, 79.88, 75.98, 79.25, 67.9, 73.16, 76.55, 76.71, 75.92, 68.98, 72.08, 68.18, 70.66, 72.35, 77.75},
	}
}

func turned(x [][]float64) [][]float64 {
	out := make([][]float64, len(x[0]))
	for _, row := range x {
		for j, v := range row {
			out[j] = append(out[j], v)
		}
	}
	return out
}

// TestLimitsOfCorrelationsAreThoseOfR compares with R 4.2.2, psych 2.2.9:
// ICC(x, lmer = FALSE), columns "lower bound" and "upper bound"; tolerance 1e-6.
func TestLimitsOfCorrelationsAreThoseOfR(t *testing.T) {
	t.Parallel()
	p := pairs()
	for _, c := range []struct {
		name string
		x    [][]float64
		want [6]agree.Limits // 1, 2, 3, then of the mean
	}{
		{"four judges", shroutFleiss(), [6]agree.Limits{
			{-0.1329323249, 0.7225600623},
			{0.0187865134, 0.7610843696},
			{0.3424647650, 0.9458582600},
			{-0.8844421552, 0.9124154203},
			{0.0711368153, 0.9272320402},
			{0.6756747138, 0.9858916782},
		}},
		{"pairs", turned(p[:]), [6]agree.Limits{
			{0.5939145310, 0.8980275331},
			{0.5793019439, 0.9018814436},
			{0.6311750118, 0.9102931891},
			{0.7452275758, 0.9462745060},
			{0.7336177178, 0.9484097409},
			{0.7738899962, 0.9530402917},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := agree.IntraclassLimits(c.x, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			for k, g := range [6]agree.Limits{got.One1, got.Two1, got.Three1, got.OneK, got.TwoK, got.ThreeK} {
				if math.Abs(g.Low-c.want[k].Low) > 1e-6 || math.Abs(g.High-c.want[k].High) > 1e-6 {
					t.Errorf("limits %d: got %v, want %v", k+1, g, c.want[k])
				}
			}
		})
	}
}

func TestPerfectAgreementHasNoLimits(t *testing.T) {
	t.Parallel()
	got, err := agree.IntraclassLimits([][]float64{{1, 1}, {2, 2}, {3, 3}}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []agree.Limits{got.One1, got.Two1, got.Three1, got.OneK, got.TwoK, got.ThreeK} {
		if !math.IsNaN(l.Low) || !math.IsNaN(l.High) {
			t.Errorf("got %v, want no limits", l)
		}
	}
}

// TestLimitsOfAlphaAreThoseOfR compares with a bootstrap of 100,000 draws of
// items in R 4.2.2 (percentiles .025 and .975 of alpha by its definition); the
// error of 20,000 draws is below 0.01 but for the few values of small samples.
func TestLimitsOfAlphaAreThoseOfR(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	krippendorff := [][]float64{
		{1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan},
		{1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3},
		{nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan},
		{1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan},
	}
	p := pairs()
	for _, c := range []struct {
		name  string
		x     [][]float64
		alpha float64
		want  agree.Limits
	}{
		{"Krippendorff 2011", krippendorff, 0.8491071429, agree.Limits{Low: 0.42600, High: 1}},
		{"four judges", turned(shroutFleiss()), 0.1473079, agree.Limits{Low: -0.17718, High: 0.33817}},
		{"pairs", p[:], 0.7868007617, agree.Limits{Low: 0.63068, High: 0.86380}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			alpha, got, err := agree.AlphaLimits(c.x, 0.95, 20000, 7)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(alpha-c.alpha) > 1e-7 {
				t.Errorf("alpha: got %v, want %v", alpha, c.alpha)
			}
			if math.Abs(got.Low-c.want.Low) > 0.015 || math.Abs(got.High-c.want.High) > 0.015 {
				t.Errorf("limits: got %v, want %v", got, c.want)
			}
			_, again, err := agree.AlphaLimits(c.x, 0.95, 20000, 7)
			if err != nil || again != got {
				t.Errorf("the same seed: got %v (%v), want %v", again, err, got)
			}
		})
	}
}

func TestAlphaOfEqualScoresIsRefused(t *testing.T) {
	t.Parallel()
	if _, _, err := agree.AlphaLimits([][]float64{{2, 2}, {2, 2}}, 0.95, 10, 1); code(err) != "agree.variance" {
		t.Errorf("got %v, want agree.variance", err)
	}
}
