package estimate_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"minyi/stats/estimate"
)

// The numbers of census-R.csv come from R 4.2.2:
//
//	M <- x:(N-n+x)
//	min(M[phyper(x-1, M, N-M, n, lower.tail = FALSE) > alpha/2])
//	max(M[phyper(x, M, N-M, n) > alpha/2])

func TestFiniteShareAgainstR(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/census-R.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	r := csv.NewReader(file)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 25 {
		t.Fatalf("got %d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		var v [6]float64
		for i, cell := range row {
			if v[i], err = strconv.ParseFloat(cell, 64); err != nil {
				t.Fatal(err)
			}
		}
		low, high, err := estimate.FiniteShare(int(v[0]), int(v[1]), int(v[2]), 1-v[3])
		if err != nil || low != int(v[4]) || high != int(v[5]) {
			t.Errorf("%v: got %d to %d, %v, want %v to %v", row[:4], low, high, err, v[4], v[5])
		}
	}
}

// TestFiniteShareCoversByCounting: for every number of satisfied people of a
// population of 23, the chance of all answers whose interval holds it is at least
// the level, added up over the hypergeometric distribution by binomial
// coefficients in integers.
func TestFiniteShareCoversByCounting(t *testing.T) {
	t.Parallel()
	const people, level = 23, 0.9
	choose := func(n, k int) float64 {
		out := 1
		for i := range k {
			out = out * (n - i) / (i + 1)
		}
		return float64(out)
	}
	for _, n := range []int{1, 8, 22, 23} {
		for m := 0; m <= people; m++ {
			covered := 0.0
			for x := max(0, n-(people-m)); x <= min(n, m); x++ {
				low, high, err := estimate.FiniteShare(people, n, x, level)
				if err != nil {
					t.Fatal(err)
				}
				if low <= m && m <= high {
					covered += choose(m, x) * choose(people-m, n-x) / choose(people, n)
				}
			}
			if covered < level-1e-12 {
				t.Errorf("%d of %d, %d answers: covered %v", m, people, n, covered)
			}
		}
	}
}

func TestFiniteShareRefusesCountsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]int{{10, 0, 0}, {10, 11, 5}, {10, 5, 6}, {10, 5, -1}} {
		if _, _, err := estimate.FiniteShare(c[0], c[1], c[2], 0.95); err == nil {
			t.Errorf("%v: got no refusal", c)
		}
	}
	for _, level := range []float64{0, 1, -1} {
		if _, _, err := estimate.FiniteShare(10, 5, 5, level); err == nil {
			t.Errorf("level %v: got no refusal", level)
		}
	}
}
