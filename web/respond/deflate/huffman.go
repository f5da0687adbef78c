package deflate

import (
	"cmp"
	"math/bits"
	"slices"
)

// lengths returns the lengths of a Huffman code (D. A. Huffman, 1952) for symbols
// that occur so often, none longer than most: where one would be, rare symbols are
// counted as less rare until it fits.
func lengths(count []int, most uint8) []uint8 {
	weights := slices.Clone(count)
	for {
		out := huffman(weights)
		if slices.Max(out) <= most {
			return out
		}
		for i, n := range weights {
			weights[i] = (n + 1) / 2
		}
	}
}

// node is a symbol, or two nodes under one.
type node struct {
	weight      int
	symbol      int // -1: two nodes
	left, right int // places of the two
}

func huffman(weights []int) []uint8 {
	out := make([]uint8, len(weights))
	nodes := make([]node, 0, 2*len(weights))
	for symbol, n := range weights {
		if n > 0 {
			nodes = append(nodes, node{weight: n, symbol: symbol})
		}
	}
	if len(nodes) == 1 {
		out[nodes[0].symbol] = 1
		return out
	}
	slices.SortFunc(nodes, func(a, b node) int { return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.symbol, b.symbol)) })
	leaf, joined, leaves := 0, len(nodes), len(nodes)
	take := func() int {
		if leaf < leaves && (joined == len(nodes) || nodes[leaf].weight <= nodes[joined].weight) {
			leaf++
			return leaf - 1
		}
		joined++
		return joined - 1
	}
	for len(nodes) < 2*leaves-1 {
		a := take()
		b := take()
		nodes = append(nodes, node{nodes[a].weight + nodes[b].weight, -1, a, b})
	}
	depth := make([]uint8, len(nodes))
	for i := len(nodes) - 1; i >= 0; i-- {
		if n := nodes[i]; n.symbol >= 0 {
			out[n.symbol] = depth[i]
		} else {
			depth[n.left], depth[n.right] = depth[i]+1, depth[i]+1
		}
	}
	return out
}

// words are the codes of those lengths (RFC 1951, 3.2.2), their bits turned round
// as they are written.
func words(length []uint8) []uint16 {
	var count, next [longestCode + 1]uint16
	for _, n := range length {
		count[n]++
	}
	count[0] = 0
	for n := 1; n < len(next); n++ {
		next[n] = (next[n-1] + count[n-1]) << 1
	}
	out := make([]uint16, len(length))
	for symbol, n := range length {
		if n > 0 {
			out[symbol] = bits.Reverse16(next[n]) >> (16 - n)
			next[n]++
		}
	}
	return out
}

// run is one word of the code for the lengths of codes: a length, or a repetition
// with bits that say how often.
type run struct {
	symbol int
	more   uint32
	extra  uint
}

// runs writes lengths of codes as RFC 1951, 3.2.7 has it.
func runs(all []uint8) (out []run) {
	for i := 0; i < len(all); {
		n := 1
		for i+n < len(all) && all[i+n] == all[i] {
			n++
		}
		if all[i] == 0 {
			out = append(out, zeros(n)...)
		} else {
			out = append(append(out, run{symbol: int(all[i])}), repeated(int(all[i]), n-1)...)
		}
		i += n
	}
	return out
}

func zeros(n int) (out []run) {
	for n > 0 {
		switch {
		case n >= 11:
			one := min(n, 138)
			out = append(out, run{18, uint32(one - 11), 7})
			n -= one
		case n >= 3:
			out = append(out, run{17, uint32(n - 3), 3})
			n = 0
		default:
			out = append(out, run{})
			n--
		}
	}
	return out
}

func repeated(length, n int) (out []run) {
	for n > 0 {
		if n < 3 {
			out = append(out, run{symbol: length})
			n--
			continue
		}
		one := min(n, 6)
		out = append(out, run{16, uint32(one - 3), 2})
		n -= one
	}
	return out
}

// open writes the head of a block: that it is not the last, that it has codes of
// its own, and those.
func (c *code) open(w *writer) {
	literal, distance := trimmed(c.literal, endOfBlock+1), trimmed(c.distance, 1)
	all := runs(slices.Concat(literal, distance))
	count := make([]int, lengthCodes)
	for _, r := range all {
		count[r.symbol]++
	}
	length := lengths(count, longestLength)
	order := [...]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	used := len(order)
	for used > 4 && length[order[used-1]] == 0 {
		used--
	}
	const dynamic = 2
	w.bits(dynamic<<1, 3)
	w.bits(uint32(len(literal)-257), 5)
	w.bits(uint32(len(distance)-1), 5)
	w.bits(uint32(used-4), 4)
	for _, symbol := range order[:used] {
		w.bits(uint32(length[symbol]), 3)
	}
	word := words(length)
	for _, r := range all {
		w.bits(uint32(word[r.symbol]), uint(length[r.symbol]))
		w.bits(r.more, r.extra)
	}
}

func trimmed(length []uint8, least int) []uint8 {
	n := len(length)
	for n > least && length[n-1] == 0 {
		n--
	}
	return length[:n]
}
