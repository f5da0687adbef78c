package feedback_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/feedback"
)

// TestAMedianIsThatOfR compares with R's median(), the step apart.
func TestAMedianIsThatOfR(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/median.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) < 20 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		var shares []indicators.Share
		for s := range strings.FieldsSeq(row[0]) {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			shares = append(shares, indicators.Share(n))
		}
		want, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		got := feedback.MedianOf(shares)
		if len(shares) < feedback.Fewest {
			if got != nil {
				t.Errorf("%v: got %v of fewer than %d (C49)", shares, *got, feedback.Fewest)
			}
			continue
		}
		off := float64(got.Share) - want
		switch {
		case got.Low && want > 1250, got.High && want < 8750, !got.Low && !got.High && (off > 251 || off < -251):
			t.Errorf("%v: got %+v, want R's %v within half a step", shares, *got, want)
		}
	}
}

// TestC49NothingOfOthersCanBeWorkedOut goes through every combination of shares of
// four applicants, in steps of 5 %: whatever the first knows (its own share and the
// median that is shown), every other's share can still differ by a tenth at least.
func TestC49NothingOfOthersCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	type seen struct {
		own  indicators.Share
		band feedback.Band
	}
	const step = 500
	least, most := map[seen]indicators.Share{}, map[seen]indicators.Share{}
	for own := indicators.Share(0); own <= indicators.Whole; own += step {
		for a := indicators.Share(0); a <= indicators.Whole; a += step {
			for b := indicators.Share(0); b <= indicators.Whole; b += step {
				for c := indicators.Share(0); c <= indicators.Whole; c += step {
					k := seen{own, *feedback.MedianOf([]indicators.Share{own, a, b, c})}
					if _, ok := least[k]; !ok {
						least[k], most[k] = a, a
					}
					least[k], most[k] = min(least[k], a), max(most[k], a) // the others are alike: one stands for all
				}
			}
		}
	}
	for k := range least {
		if width := most[k] - least[k]; width < 2*step {
			t.Errorf("own %v, shown %+v: another lies between %v and %v", k.own, k.band, least[k], most[k])
		}
	}
	for n := range feedback.Fewest {
		if got := feedback.MedianOf(make([]indicators.Share, n)); got != nil {
			t.Errorf("%d applicants: got a median %+v", n, *got)
		}
	}
}
