package ledger

import (
	"math/bits"

	"github.com/emmansun/gmsm/sm3"
)

// Range is the same tree as the log's with SM3 (GB/T 32905-2016) in the place of
// SHA-256, kept as the roots of its whole subtrees, the largest first: one for
// each one in the binary number of the size. That is all that an append needs.
type Range struct {
	Size  int64
	Roots [][sm3.Size]byte
}

// Append adds leaves.
func (r *Range) Append(leaves ...Commitment) {
	for _, leaf := range leaves {
		h := sm3.Sum(append([]byte{0}, leaf[:]...))
		for joined := r.Size; joined&1 == 1; joined >>= 1 {
			last := len(r.Roots) - 1
			h = sm3Node(r.Roots[last], h)
			r.Roots = r.Roots[:last]
		}
		r.Roots = append(r.Roots, h)
		r.Size++
	}
}

// Root returns the root over all leaves, SM3 of nothing for none.
func (r *Range) Root() [sm3.Size]byte {
	if len(r.Roots) == 0 {
		return sm3.Sum(nil)
	}
	h := r.Roots[len(r.Roots)-1]
	for i := len(r.Roots) - 2; i >= 0; i-- {
		h = sm3Node(r.Roots[i], h)
	}
	return h
}

// Sound reports whether the range can be one of its size.
func (r *Range) Sound() bool {
	return r.Size >= 0 && len(r.Roots) == bits.OnesCount64(uint64(r.Size))
}

func sm3Node(left, right [sm3.Size]byte) [sm3.Size]byte {
	var both [1 + 2*sm3.Size]byte
	both[0] = 1
	copy(both[1:], left[:])
	copy(both[1+sm3.Size:], right[:])
	return sm3.Sum(both[:])
}
