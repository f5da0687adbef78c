package drive_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"minyi/cmd/load/drive"
)

func TestQuantilesAreAtMostAThirtySecondOff(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	var h, left, right drive.Histogram
	var all []time.Duration
	for i := range 20_000 {
		d := time.Duration(chance.ExpFloat64()*5_000) * time.Microsecond
		all = append(all, d)
		h.Add(d)
		if i%2 == 0 {
			left.Add(d)
		} else {
			right.Add(d)
		}
	}
	left.Merge(&right)
	slices.Sort(all)
	for _, q := range []float64{0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1} {
		want := all[max(0, int(q*float64(len(all))+0.999999)-1)]
		got := h.Quantile(q)
		if got < want || got > want+want/32+time.Microsecond {
			t.Errorf("quantile %v: got %v, want %v to 1/32 more", q, got, want)
		}
		if merged := left.Quantile(q); merged != got {
			t.Errorf("quantile %v of two merged halves: got %v, want %v", q, merged, got)
		}
	}
	if h.Count() != 20_000 || h.Max() != all[len(all)-1] {
		t.Errorf("got %d counts up to %v, want 20000 up to %v", h.Count(), h.Max(), all[len(all)-1])
	}
}

func TestAnEmptyHistogramHasNoTimes(t *testing.T) {
	t.Parallel()
	var h drive.Histogram
	if h.Quantile(0.99) != 0 || h.Max() != 0 || h.Count() != 0 {
		t.Errorf("got %v, %v, %d, want zeros", h.Quantile(0.99), h.Max(), h.Count())
	}
}
