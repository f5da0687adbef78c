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
	if out, first = denseCodes(code); out != nil && (within == nil || nested(out, within, first)) {
		return out, first
	}
	return densePairs(code, within)
}

// denseCodes is dense for codes alone, nil where they are not small numbers.
func denseCodes(code []int32) (out []int32, first []int) {
	span, ok := spanOf(code)
	if !ok || span > maxDirect {
		return nil, nil
	}
	return weight.Number(len(code), span, func(_ []int32, from, to int) []int32 { return code[from:to] })
}

func densePairs(code, within []int32) (out []int32, first []int) {
	span, ok := spanOf(code)
	outer := 1
	if ok && within != nil {
		outer, ok = spanOf(within)
	}
	if !ok || span > maxDirect || outer > maxDirect || span*outer > maxDirect {
		return denseByMap(code, within)
	}
	return weight.Number(len(code), span*outer, func(buffer []int32, from, to int) []int32 {
		keys, outer := buffer[:to-from], within[from:to]
		for i, k := range code[from:to] {
			keys[i] = outer[i]*int32(span) + k
		}
		return keys
	})
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

func denseByMap(code, within []int32) (out []int32, first []int) {
	seen := make(map[[2]int32]int32)
	out = make([]int32, len(code))
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
