package careless_test

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"minyi/stats/careless"
)

// numbersOf reads two columns of a CSV file with a head.
func numbersOf(t *testing.T, file string) (out [][2]string) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		out = append(out, [2]string{row[0], row[1]})
	}
	return out
}

// The judge is R 4.2.2: anova(lm(value ~ factor(group))), with ICC, design effect
// and the groups' z from its mean squares by the formulas of BetweenGroups, on 66
// made values in six groups of unequal size (set.seed(11)).
func TestEffectsAreThoseOfR(t *testing.T) {
	t.Parallel()
	var value []float64
	var group []int
	for _, row := range numbersOf(t, "testdata/effects_input.csv") {
		g, errG := strconv.Atoi(row[0])
		v, errV := strconv.ParseFloat(row[1], 64)
		if errG != nil || errV != nil {
			t.Fatal(row)
		}
		value, group = append(value, v), append(group, g)
	}
	value, group = append(value, math.NaN(), 99), append(group, 2, -1) // left out
	e := careless.BetweenGroups(value, group)
	got := map[string]float64{
		"F": e.F, "p": e.P, "df1": float64(e.Between), "df2": float64(e.Within), "icc": e.ICC, "size": e.Size, "deff": e.Deff,
	}
	for g, one := range e.Groups {
		got["z"+strconv.Itoa(g)] = one.Z
	}
	for _, row := range numbersOf(t, "testdata/effects_expected.csv") {
		want, err := strconv.ParseFloat(row[1], 64)
		if err != nil || math.Abs(got[row[0]]-want) > 1e-9*max(1, math.Abs(want)) {
			t.Errorf("%s: got %v, want %s", row[0], got[row[0]], row[1])
		}
	}
	if len(e.Groups) != 6 || e.N != 66 {
		t.Errorf("got %d groups and %d people, want 6 and 66", len(e.Groups), e.N)
	}
}

func TestGroupsThatDoNotDifferHaveNoEffect(t *testing.T) {
	t.Parallel()
	var value []float64
	var group []int
	for i := range 60 {
		value, group = append(value, 3.1+.1*float64(i%3)), append(group, i/3)
	}
	if e := careless.BetweenGroups(value, group); e.F < 0 || e.F > 1e-9 || math.Abs(e.P-1) > 1e-9 || e.Deff != 1 {
		t.Errorf("got F %v, p %v, design effect %v, want 0, 1 and 1", e.F, e.P, e.Deff)
	}
}

func TestEffectsOfOneGroupAreNotDefined(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value []float64
		group []int
	}{
		"nobody":                  {nil, nil},
		"one group":               {[]float64{1, 2, 3}, []int{0, 0, 0}},
		"all alike":               {[]float64{2, 2, 2, 2}, []int{0, 0, 1, 1}},
		"one a group":             {[]float64{1, 2}, []int{0, 1}},
		"alike, but for rounding": {[]float64{.1 + .2, .3, .3, .3}, []int{0, 0, 1, 1}},
	} {
		if e := careless.BetweenGroups(c.value, c.group); !math.IsNaN(e.F) || !math.IsNaN(e.Deff) {
			t.Errorf("%s: got F %v and design effect %v, want none", name, e.F, e.Deff)
		}
	}
}

// Equal means of 0.1 added up differ in their last bits; the sum of squares between
// them is 0, not a little less, of which F would have no distribution.
func TestEffectsOfEqualGroupsAreZero(t *testing.T) {
	t.Parallel()
	for n := 3; n < 60; n++ {
		var value []float64
		var group []int
		for i := range n {
			value, group = append(value, 0.1, 0.3), append(group, i%7, i%7)
		}
		if got := careless.BetweenGroups(value, group); n > 7 && !(got.F >= 0) {
			t.Errorf("%d pairs: got %+v, want an F of 0 or more", n, got)
		}
	}
}
