package estimate_test

import (
	"math"
	"testing"

	"minyi/stats/estimate"
)

// R 4.1.1: with(sleep, t.test(extra[group == 1], extra[group == 2])). The standard
// errors are sd/sqrt(10) of the two groups, each with 9 degrees of freedom.
func TestSubtractIsWelchsTest(t *testing.T) {
	t.Parallel()
	first := estimate.Evidence{Share: 0.75, SE: 0.5657345274557277, DF: 9}
	second := estimate.Evidence{Share: 2.33, SE: 0.6331666447310692, DF: 9}
	got, err := estimate.Subtract(first, second, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"difference", got.Est, -1.58},
		{"t", got.T, -1.8608134674868526},
		{"df", got.DF, 17.776473516178495},
		{"p", got.P, 0.07939414018735820},
		{"low", got.Low, -3.3654832307117101},
		{"high", got.High, 0.2054832307117092},
	} {
		if math.Abs(c.got-c.want) > 1e-8 {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestSubtractWithoutVarianceHasNoTest(t *testing.T) {
	t.Parallel()
	got, err := estimate.Subtract(estimate.Evidence{Share: 0.5, SE: 0.1}, estimate.Evidence{Share: 0.4, SE: 0.1, DF: 5}, 0)
	if err != nil || math.Abs(got.Est-0.1) > 1e-12 || !math.IsNaN(got.P) || !math.IsNaN(got.Low) {
		t.Errorf("got %+v, %v, want the difference alone", got, err)
	}
	if _, err := estimate.Subtract(estimate.Evidence{}, estimate.Evidence{}, 1); err == nil {
		t.Error("a level of 1 is taken")
	}
}
