package weight_test

import (
	"testing"

	"minyi/stats/weight"
)

// Made with trimWeights(strict = TRUE) of R's survey 4.5. In the first case a row
// that was clipped from below lies inside again and must not take a share.
func TestStrictTrimIsThatOfR(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		w            []float64
		lower, upper float64
		want         []float64
	}{
		"both sides": {[]float64{1, 2, 3, 5.5, 6.4, 10, 12}, 3, 7, []float64{3, 3, 5.9, 7, 7, 7, 7}},
		"one pass":   {[]float64{1, 2, 3, 8.5, 5}, 2.9, 5.5, []float64{2.9, 2.9, 3.1, 5.5, 5.1}},
		"two passes": {[]float64{1, 2.5, 4.9, 7, 9.5, 5}, 1.5, 6, []float64{1.5, 4.4, 6, 6, 6, 6}},
	}
	for name, c := range cases {
		got, err := weight.Trim(c.w, c.lower, c.upper, true)
		if err != nil {
			t.Fatal(name, err)
		}
		for i, want := range c.want {
			near(t, name, got[i], want, 1e-12)
		}
	}
}

// Where every row has been clipped once, R gives up with a warning and loses
// weight; here the rows inside the bounds take it, and the sum holds.
func TestStrictTrimKeepsTheSumWhereItFits(t *testing.T) {
	t.Parallel()
	got, err := weight.Trim([]float64{1, 2, 3, 8.5, 5}, 2.2, 4.4, true)
	if err != nil {
		t.Fatal(err)
	}
	s := weight.Summarize(got)
	near(t, "sum", s.Sum, 19.5, 1e-9)
	if s.Min < 2.2-1e-9 || s.Max > 4.4+1e-9 {
		t.Errorf("got weights from %v to %v, want them within 2.2 and 4.4", s.Min, s.Max)
	}
}
