package drive

import (
	"math/bits"
	"time"
)

// The buckets of a histogram: exact below 64 µs, then 32 to each doubling, so
// that a quantile is never more than 1/32 off.
const (
	subBits = 5
	sub     = 1 << subBits
	buckets = (64 - subBits) * sub
)

// Histogram counts times from a microsecond up. The zero value is empty. It is
// not safe for concurrent use: each connection keeps its own.
type Histogram struct {
	counts [buckets]uint64
	n      uint64
	most   time.Duration
}

// Add counts one time.
func (h *Histogram) Add(d time.Duration) {
	h.counts[bucket(uint64(max(0, d.Microseconds())))]++
	h.n++
	h.most = max(h.most, d)
}

// Merge adds the counts of another histogram.
func (h *Histogram) Merge(o *Histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.n += o.n
	h.most = max(h.most, o.most)
}

// Count returns how many times were added.
func (h *Histogram) Count() uint64 { return h.n }

// Max returns the longest time, exactly.
func (h *Histogram) Max() time.Duration { return h.most }

// Quantile returns the time that a share q (0 to 1) of the counts do not
// exceed, rounded up to its bucket's end; 0 of an empty histogram.
func (h *Histogram) Quantile(q float64) time.Duration {
	if h.n == 0 {
		return 0
	}
	want := max(1, uint64(q*float64(h.n)+0.999999))
	var seen uint64
	for i, n := range h.counts {
		if seen += n; seen >= want {
			return min(h.most, time.Duration(end(i))*time.Microsecond)
		}
	}
	return h.most
}

// bucket is the place of a time in microseconds.
func bucket(us uint64) int {
	if us < 2*sub {
		return int(us)
	}
	shift := bits.Len64(us) - subBits - 1
	return shift*sub + int(us>>shift)
}

// end is the largest time of a bucket in microseconds.
func end(i int) uint64 {
	if i < 2*sub {
		return uint64(i)
	}
	shift := i/sub - 1
	return uint64(i-shift*sub+1)<<shift - 1
}
