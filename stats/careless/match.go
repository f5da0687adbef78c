package careless

import (
	"math"
	"math/bits"
	"slices"
)

// maxCodes is how many different answers an item may have in Vectors.
const maxCodes = 15

// perWord is how many answers of four bits one word holds.
const perWord = 16

// lowBits is the lowest bit of every four.
const lowBits = 0x1111111111111111

// Vectors holds people's answers packed at four bits each, so that two people
// are compared in a few instructions whatever they answered.
type Vectors struct {
	items, words int
	bits         []uint64
}

// Pack packs the columns. A missing answer is a code like any other: two people
// who both had no opinion agree. The codes are careless.shape and careless.codes
// (an item with more than 15 different answers).
func Pack(c Columns) (*Vectors, error) {
	n, err := c.people()
	if err != nil {
		return nil, err
	}
	v := &Vectors{items: len(c), words: (len(c) + perWord - 1) / perWord}
	v.bits = make([]uint64, n*v.words)
	for j, column := range c {
		codes, err := codesOf(column, j)
		if err != nil {
			return nil, err
		}
		word, shift := j/perWord, 4*(j%perWord)
		for i, answer := range column {
			if !math.IsNaN(answer) {
				code, _ := slices.BinarySearch(codes, answer)
				v.bits[i*v.words+word] |= uint64(code+1) << shift
			}
		}
	}
	return v, nil
}

// codesOf returns the different answers of a column, sorted; its place plus 1 is
// an answer's code, 0 is missing.
func codesOf(column []float64, item int) ([]float64, error) {
	var codes []float64
	for _, answer := range column {
		if math.IsNaN(answer) {
			continue
		}
		if place, known := slices.BinarySearch(codes, answer); !known {
			codes = slices.Insert(codes, place, answer)
		}
		if len(codes) > maxCodes {
			return nil, errorf("careless.codes", "item %d has more than %d different answers; matching is for scales", item+1, maxCodes)
		}
	}
	return codes, nil
}

// Len returns how many people there are.
func (v *Vectors) Len() int { return len(v.bits) / v.words }

// Items returns how many answers a person has.
func (v *Vectors) Items() int { return v.items }

// Words returns person i's packed answers, to be read only.
func (v *Vectors) Words(i int) []uint64 { return v.bits[i*v.words : (i+1)*v.words] }

// Match returns on how many items persons a and b gave the same answer.
func (v *Vectors) Match(a, b int) int {
	differ := 0
	if v.words == 1 {
		return v.items - unequal(v.bits[a]^v.bits[b])
	}
	x, y := v.Words(a), v.Words(b)
	for k := range x {
		differ += unequal(x[k] ^ y[k])
	}
	return v.items - differ
}

// unequal counts the groups of four bits that are not 0.
func unequal(x uint64) int {
	x |= x >> 2
	x |= x >> 1
	return bits.OnesCount64(x & lowBits)
}

// PercentMatch returns each person's largest share of equal answers with any
// other person (Kuriakose and Robbins 2016). By itself it proves nothing: where
// most people agree, honest people match (Pew 2016). All pairs are compared. The
// codes are careless.shape, careless.codes and careless.few (one person).
func PercentMatch(c Columns) ([]float64, error) {
	v, err := Pack(c)
	if err != nil {
		return nil, err
	}
	if v.Len() < 2 {
		return nil, errorf("careless.few", "percent match compares people; there is %d", v.Len())
	}
	out := make([]float64, v.Len())
	for a := range out {
		for b := range a {
			share := float64(v.Match(a, b)) / float64(v.items)
			out[a], out[b] = max(out[a], share), max(out[b], share)
		}
	}
	return out, nil
}

// Neighbours returns how many others agree with each person on at least that many
// items. All pairs are compared. The codes are careless.shape and careless.codes.
func Neighbours(c Columns, least int) ([]int, error) {
	v, err := Pack(c)
	if err != nil {
		return nil, err
	}
	out := make([]int, v.Len())
	for a := range out {
		for b := range a {
			if v.Match(a, b) >= least {
				out[a]++
				out[b]++
			}
		}
	}
	return out, nil
}
