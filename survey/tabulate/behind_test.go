package tabulate_test

import (
	"fmt"
	"reflect"
	"testing"

	"minyi/survey/tabulate"
)

// TestShareAndIndexErrTogether by hand: eight people of equal weight give 5 4 3 2 1 5 4
// 2; the share of 4 and 5 is 1/2, the index 25 (mean - 1) = 56.25. The covariance of two
// means is n/(n-1) times the sum of the products of deviations over n²: 8/7 * 125 / 64.
// Deviations of the index are 43.75 18.75 -6.25 -31.25 -56.25 43.75 18.75 -31.25, those
// of the share 1/2 for 4 and 5 and -1/2 for the others: 62.5 + 62.5.
func TestShareAndIndexErrTogether(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{Items: []tabulate.Item{scale("q10")}}
	in.Items[0].Indicator = "84"
	for i, point := range []int{5, 4, 3, 2, 1, 5, 4, 2} {
		in.Sampled = append(in.Sampled, person("a", fmt.Sprint(i), 2, point, ""))
	}
	item := run(t, in).Sampled.Items[0]
	near(t, "covariance", item.WithIndex, 8.0/7*125/64, 1e-12)
	want := []tabulate.Answer{
		{Point: 1, N: 1, Weight: 2, Mark: 0},
		{Point: 2, N: 2, Weight: 4, Mark: 25},
		{Point: 3, N: 1, Weight: 2, Mark: 50},
		{Point: 4, N: 2, Weight: 4, Mark: 75},
		{Point: 5, N: 2, Weight: 4, Mark: 100},
	}
	if !reflect.DeepEqual(item.Answers, want) {
		t.Errorf("got %+v, want %+v", item.Answers, want)
	}
}
