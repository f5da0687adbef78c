package store

import (
	"crypto/rand"
	"encoding/binary"
	"math/bits"
	"slices"
)

// below returns n random numbers, the i-th below limit(i), from the system's
// source: orders that hide links must not be guessable from a seed. The bias of
// the multiplication is below 2^-40 for all limits used here.
func below(n int, limit func(i int) uint64) []int64 {
	const word = 8
	raw := make([]byte, word*n)
	_, _ = rand.Read(raw) // never fails since Go 1.24
	out := make([]int64, n)
	for i := range out {
		high, _ := bits.Mul64(binary.LittleEndian.Uint64(raw[word*i:]), limit(i))
		out[i] = int64(high)
	}
	return out
}

// shuffled is a random order of n things (Fisher and Yates).
func shuffled(n int) []int {
	order := make([]int, n)
	for i, j := range below(n, func(i int) uint64 { return uint64(i) + 1 }) {
		order[i] = order[j]
		order[j] = i
	}
	return order
}

// numbers draws n different numbers above last, in ascending order.
func numbers(last int64, n int) []int64 {
	seen := make(map[int64]bool, n)
	out := make([]int64, 0, n)
	for len(out) < n {
		for _, gap := range below(n-len(out), func(int) uint64 { return groupSpan }) {
			if id := last + 1 + gap; !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return out
}
