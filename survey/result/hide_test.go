package result_test

import (
	"testing"

	"minyi/survey/result"
)

func TestALineHidesSmallOnesWithCompany(t *testing.T) {
	t.Parallel()
	const s, g, o = result.Small, result.Guard, result.Shown
	cases := []struct {
		name   string
		counts []int
		want   []result.Hiding
	}{
		{"nothing small", []int{10, 50}, []result.Hiding{o, o}},
		{"one small takes the next smallest along", []int{4, 300, 20, 50}, []result.Hiding{s, o, g, o}},
		{"two small of too few together", []int{4, 5, 300, 20}, []result.Hiding{s, s, o, g}},
		{"two small of enough together", []int{4, 6, 300, 20}, []result.Hiding{s, s, o, o}},
		{"a group of two is hidden whole", []int{4, 300}, []result.Hiding{s, g}},
		{"nobody is nothing to hide", []int{0, 4, 30, 40}, []result.Hiding{o, s, g, o}},
		{"nobody else", []int{4}, []result.Hiding{s}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := result.Line(c.counts, 10)
			for k := range c.want {
				if got[k] != c.want[k] {
					t.Errorf("got %q, want %q", got, c.want)
					break
				}
			}
		})
	}
}
