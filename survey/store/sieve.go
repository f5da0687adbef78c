package store

import (
	"encoding/binary"

	"minyi/survey"
)

// sieve tells drafts that may be on disk from those that cannot be: a Bloom filter
// (Bloom 1970) of two bits a draft in 256 KiB. Most answers never had a draft, and
// are spared the statement that deletes it. Nothing is ever taken out: one that
// passes by chance is deleted in vain.
type sieve struct {
	bits [1 << (sieveBits - 6)]uint64
}

const sieveBits = 21

func (s *sieve) add(id survey.DraftID) {
	for _, at := range places(id) {
		s.bits[at>>6] |= 1 << (at & 63)
	}
}

func (s *sieve) has(id survey.DraftID) bool {
	for _, at := range places(id) {
		if s.bits[at>>6]>>(at&63)&1 == 0 {
			return false
		}
	}
	return true
}

// places are two numbers that a draft's name leads to: it is an HMAC, and so
// random already.
func places(id survey.DraftID) [2]uint64 {
	const mask = 1<<sieveBits - 1
	n := binary.BigEndian.Uint64(id[:])
	return [2]uint64{n & mask, n >> sieveBits & mask}
}
