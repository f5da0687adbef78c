package quality_test

import (
	"math"
	"testing"

	"minyi/survey/quality"
)

// The judge is R 4.2.2: chisq.test(c(30,5,8,6,4,25,7,6,5,4)) and the root of the
// statistic of prop.test(c(18,37), c(20,80), correct=FALSE).
func TestHeapsOfLastDigitsAreThoseOfR(t *testing.T) {
	t.Parallel()
	var endings []quality.Ending
	add := func(group string, counts [10]int) {
		for digit, n := range counts {
			for range n {
				endings = append(endings, quality.Ending{Digit: digit, Group: group})
			}
		}
	}
	add("one hand", [10]int{10, 0, 1, 0, 0, 8, 1, 0, 0, 0})
	add("another", [10]int{20, 5, 7, 6, 4, 17, 6, 6, 5, 4})
	got := quality.HeapOf("q", endings)
	if math.Abs(got.Chi-79.2) > 1e-9 || math.Abs(got.P/2.32978176292155e-13-1) > 1e-6 || got.N != 100 {
		t.Errorf("digits: got chi-square %v, p %v, n %d", got.Chi, got.P, got.N)
	}
	if len(got.Groups) != 2 {
		t.Fatalf("groups: got %+v", got.Groups)
	}
	for _, g := range got.Groups {
		want := map[string]float64{"one hand": 3.51763235340724, "another": -3.51763235340724}[g.Name]
		if math.Abs(g.Z-want) > 1e-9 {
			t.Errorf("%s: got z %v, want %v", g.Name, g.Z, want)
		}
	}
}

func TestFewNumbersSayNothingOfTheirDigits(t *testing.T) {
	t.Parallel()
	got := quality.HeapOf("q", []quality.Ending{{Digit: 5, Group: "a"}, {Digit: 0}})
	if !math.IsNaN(got.Chi) || !math.IsNaN(got.P) || len(got.Groups) != 1 || !math.IsNaN(got.Groups[0].Z) {
		t.Errorf("got %+v", got)
	}
}
