package sample_test

import (
	"math"
	"testing"

	"minyi/stats/sample"
)

// By hand: 1 + 9·0.02 (Kish 1965, 5.4.1); √(500/50·0.98/0.02) = 22.1 (Cochran 1977,
// 10.17); 100,000/(500 + 22·50) = 62.5 PSUs.
func TestClusterPlanning(t *testing.T) {
	t.Parallel()
	if got, err := sample.ClusterDeff(10, 0.02); err != nil || math.Abs(got-1.18) > 1e-12 {
		t.Errorf("design effect: got %v, %v", got, err)
	}
	for icc, want := range map[float64]int{0.02: 22, 0.05: 14, 1: 1, 0: 200} {
		if got, err := sample.OptimalTake(500, 50, icc, 200); err != nil || got != want {
			t.Errorf("take at %v: got %d, %v, want %d", icc, got, err, want)
		}
	}
	if got, err := sample.SizeForBudget(100_000, 500, 50, 22); err != nil || got != 62 {
		t.Errorf("PSUs: got %d, %v, want 62", got, err)
	}
	for name, err := range map[string]error{
		"deff": second(sample.ClusterDeff(0, 0.1)), "icc": second(sample.ClusterDeff(5, 1.1)), "NaN": second(sample.ClusterDeff(5, math.NaN())),
		"cost": second(sample.OptimalTake(0, 1, 0.1, 9)), "budget": second(sample.SizeForBudget(10, 10, 10, 1)), "none": second(sample.SizeForBudget(-1, 1, 1, 1)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }
