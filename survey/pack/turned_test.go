package pack_test

import (
	"testing"

	"minyi/survey/result"
)

// TestS43ACrossingHidesTheSameCellsWhicheverWayIsFirst: who may read both must not find
// in one what the other hides.
func TestS43ACrossingHidesTheSameCellsWhicheverWayIsFirst(t *testing.T) {
	t.Parallel()
	hidden := 0
	for seed := range uint64(6) {
		in := scattered(seed, 45+int(seed)*12)
		list, err := in.Columns()
		if err != nil {
			t.Fatal(err)
		}
		s, err := result.NewSample(list, "s1")
		if err != nil {
			t.Fatal(err)
		}
		for _, ways := range [][2]string{{result.Sex, result.Residence}, {result.Sex, result.Age}, {result.Sex, result.Stratum}, {result.Stratum, result.Age}, {result.Residence, result.Stratum}} {
			hidden += turned(t, s, ways[0], ways[1])
		}
	}
	if hidden < 50 {
		t.Errorf("%d cells are hidden: nothing to judge", hidden)
	}
}

// turned holds a crossing to the one with its ways exchanged, and counts what is hidden.
func turned(t *testing.T, s *result.Sample, first, second string) (hidden int) {
	t.Helper()
	one, err := s.Cross("q01", first, second, least)
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Cross("q01", second, first, least)
	if err != nil {
		t.Fatal(err)
	}
	if one.First != first || one.Second != second || one.Whole != other.Whole || len(one.Cells) != len(other.Names) || len(one.Names) != len(other.Cells) {
		t.Fatalf("%s and %s: got another table", first, second)
	}
	for r, row := range one.Cells {
		for c, cell := range row {
			back := other.Cells[c][r]
			if cell.Category != one.Names[c] || back.Category != other.Names[r] || one.Rows[r].Category != other.Names[r] {
				t.Errorf("%s and %s: the cell at %d, %d stands under another name", first, second, r, c)
			}
			if cell.Hidden != result.Shown {
				hidden++
			}
			if cell.Hidden != back.Hidden || cell.N != back.N {
				t.Errorf("%s and %s: the cell at %d, %d has %d (%s), and %d (%s) turned", first, second, r, c, cell.N, cell.Hidden, back.N, back.Hidden)
			}
		}
	}
	return hidden
}
