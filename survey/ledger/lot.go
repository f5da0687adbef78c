package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"slices"

	"minyi/indicators/fault"
)

const domainLot = "minyi/lot/v1\n"

// Lot draws n different leaves of size by the closing root and a lottery number
// that was announced before it was known: SHA-256 of domain, root, number and a
// counter, cut to 64 bits, values that would favour small indices thrown away. It
// refuses with ledger.lot what cannot be drawn. The indices come in the order
// drawn.
func Lot(root Hash, lottery string, size int64, n int) ([]int64, error) {
	if size <= 0 || n <= 0 || int64(n) > size || lottery == "" {
		return nil, fault.New(fault.Invalid, "ledger.lot")
	}
	whole := uint64(size)
	limit := ^uint64(0) - ^uint64(0)%whole
	var out []int64
	for counter := uint64(0); len(out) < n; counter++ {
		h := sha256.New()
		h.Write([]byte(domainLot))
		h.Write(root[:])
		h.Write([]byte(lottery + "\n"))
		_ = binary.Write(h, binary.BigEndian, counter) // a hash takes everything
		v := binary.BigEndian.Uint64(h.Sum(nil))
		if v >= limit {
			continue
		}
		index := int64(v % whole)
		if !slices.Contains(out, index) {
			out = append(out, index)
		}
	}
	return out, nil
}

// LotSize returns how many leaves must be opened so that altered ones are found
// with at least the confidence when permille of 1,000 leaves are altered: the
// least m with (1 - permille/1000)^m <= 1 - confidence/1000, which for one per
// cent and 95 per cent is 299. It is 0 where the arguments do not lie between 1
// and 999.
func LotSize(permille, confidence int64) int {
	if permille < 1 || permille > 999 || confidence < 1 || confidence > 999 {
		return 0
	}
	miss, whole := big.NewInt(1000), big.NewInt(1000) // (1-d)^0 * 1000 against 1000^0 * (1000-confidence)
	bound := big.NewInt(1000 - confidence)
	m := 0
	for left, right := miss, new(big.Int).Set(bound); left.Cmp(right) > 0; m++ {
		left.Mul(left, big.NewInt(1000-permille))
		right.Mul(right, whole)
	}
	return m
}
