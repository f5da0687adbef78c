package agree_test

import (
	"math"
	"testing"

	"minyi/stats/agree"
)

// TestCovarianceOfAdjustedMeansIsThatOfR: four units, three reviewers, nine scores in R
// 4.2.2, lm(y ~ unit + rev) with contr.sum; C vcov C' with C = cbind(1, rbind(diag(3),
// -1)).
func TestCovarianceOfAdjustedMeansIsThatOfR(t *testing.T) {
	t.Parallel()
	p := agree.Panel{Units: 4, Scorers: 3}
	for _, s := range [][3]float64{
		{0, 0, 80}, {0, 1, 84}, {1, 1, 78}, {1, 2, 79}, {2, 0, 90}, {2, 2, 88}, {3, 0, 70}, {3, 1, 75}, {3, 2, 71},
	} {
		p.Scores = append(p.Scores, agree.Score{Unit: int(s[0]), Scorer: int(s[1]), Value: s[2]})
	}
	got, err := agree.LeastSquares(p)
	if err != nil {
		t.Fatal(err)
	}
	const own, off, fourth = 2.24777777778, -0.132222222222, 1.32222222222
	want := [][]float64{{own, off, off, 0}, {off, own, off, 0}, {off, off, own, 0}, {0, 0, 0, fourth}}
	for u, row := range want {
		for v, w := range row {
			if math.Abs(got.Between[u][v]-w) > 1e-10 {
				t.Errorf("units %d and %d: got %v, want %v", u+1, v+1, got.Between[u][v], w)
			}
		}
		if math.Abs(got.Between[u][u]-got.SE[u]*got.SE[u]) > 1e-12 {
			t.Errorf("unit %d: got %v, want the square of %v", u+1, got.Between[u][u], got.SE[u])
		}
	}
}
