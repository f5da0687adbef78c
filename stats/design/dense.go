package design

import (
	"math"
	"slices"

	"minyi/stats/weight"
)

// maxDirect bounds the table that dense indexes directly.
const maxDirect = 1 << 20

// dense numbers the distinct pairs (within, code) 0, 1, … by first appearance, and
// gives the first row of each.
func dense(code, within []int32) (out []int32, first []int) {
	out = make([]int32, len(code))
	span, ok := spanOf(code)
	if ok && span <= maxDirect {
		copyCodes(out, code)
		first = weight.Renumber(out, span)
		if within == nil || nested(out, within, first) {
			return out, first
		}
	}
	outer := 1
	if ok && within != nil {
		outer, ok = spanOf(within)
	}
	if !ok || span > maxDirect || outer > maxDirect || span*outer > maxDirect {
		return denseByMap(code, within, out)
	}
	weight.InBlocks(len(code), weight.Blocks(len(code)), func(_, low, high int) {
		for i := low; i < high; i++ {
			out[i] = within[i]*int32(span) + code[i]
		}
	})
	return out, weight.Renumber(out, span*outer)
}

func copyCodes(out, code []int32) {
	weight.InBlocks(len(code), weight.Blocks(len(code)), func(_, low, high int) { copy(out[low:high], code[low:high]) })
}

// nested says whether every number occurs within the one place of its first row.
func nested(numbers, within []int32, first []int) bool {
	place := make([]int32, len(first))
	for k, i := range first {
		place[k] = within[i]
	}
	sound := make([]bool, weight.Blocks(len(numbers)))
	weight.InBlocks(len(numbers), len(sound), func(b, low, high int) {
		differ := int32(0)
		outer := within[low:high]
		for i, k := range numbers[low:high] {
			differ |= place[k] ^ outer[i]
		}
		sound[b] = differ == 0
	})
	return !slices.Contains(sound, false)
}

// spanOf is the largest code plus 1; ok says that none is negative.
func spanOf(codes []int32) (span int, ok bool) {
	largest := make([]uint32, weight.Blocks(len(codes)))
	weight.InBlocks(len(codes), len(largest), func(b, from, to int) {
		most := uint32(0) // a negative code is larger than any other
		for _, k := range codes[from:to] {
			most = max(most, uint32(k))
		}
		largest[b] = most
	})
	most := slices.Max(largest)
	return int(most) + 1, most <= math.MaxInt32
}

func denseByMap(code, within, out []int32) ([]int32, []int) {
	seen := make(map[[2]int32]int32)
	var first []int
	for i, c := range code {
		key := [2]int32{0, c}
		if within != nil {
			key[0] = within[i]
		}
		id, ok := seen[key]
		if !ok {
			id = int32(len(seen))
			seen[key] = id
			first = append(first, i)
		}
		out[i] = id
	}
	return out, first
}
