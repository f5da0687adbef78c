package deflate

import "math/bits"

// Sizes of the alphabets (RFC 1951, 3.2.5 to 3.2.7).
const (
	literalCodes  = 286
	distanceCodes = 30
	lengthCodes   = 19
	endOfBlock    = 256
	longestCode   = 15
	longestLength = 7 // of a code for lengths of codes
)

// code is a pair of Huffman codes for one block.
type code struct {
	literal, distance []uint8 // lengths of the codes, by symbol
	count             [2][]int
}

func newCode(block []step) *code {
	literal, distance := make([]int, literalCodes), make([]int, distanceCodes)
	literal[endOfBlock] = 1
	for _, s := range block {
		if s.length == 0 {
			literal[s.literal]++
			continue
		}
		literal[lengthSymbol(int(s.length))]++
		distance[distanceSymbol(int(s.distance)+1)]++
	}
	return &code{
		literal: lengths(literal, longestCode), distance: lengths(atLeastOne(distance), longestCode), count: [2][]int{literal, distance},
	}
}

// atLeastOne gives an empty code one symbol, as some readers want it.
func atLeastOne(count []int) []int {
	for _, n := range count {
		if n > 0 {
			return count
		}
	}
	out := make([]int, len(count))
	out[0] = 1
	return out
}

// size is how many bits a block takes under the code, with the code itself.
func (c *code) size([]step) int {
	w := &writer{}
	c.open(w)
	size := 8*len(w.out) + int(w.n)
	for symbol, n := range c.count[0] {
		size += n * (int(c.literal[symbol]) + lengthExtra(symbol))
	}
	for symbol, n := range c.count[1] {
		size += n * (int(c.distance[symbol]) + distanceExtra(symbol))
	}
	return size
}

// costs are those of the code; what it has no word for costs as much as is rare.
func (c *code) costs() *costs {
	const rare = 13
	of := func(n uint8) float64 {
		if n == 0 {
			return rare
		}
		return float64(n)
	}
	out := &costs{}
	for i := range out.literal {
		out.literal[i] = of(c.literal[i])
	}
	for i := shortestMatch; i <= longestMatch; i++ {
		symbol := lengthSymbol(i)
		out.length[i] = of(c.literal[symbol]) + float64(lengthExtra(symbol))
	}
	for i := range out.distance {
		out.distance[i] = of(c.distance[i]) + float64(distanceExtra(i))
	}
	return out
}

// write writes a block that is not the last.
func (c *code) write(w *writer, block []step) {
	c.open(w)
	literal, distance := words(c.literal), words(c.distance)
	for _, s := range block {
		if s.length == 0 {
			w.bits(uint32(literal[s.literal]), uint(c.literal[s.literal]))
			continue
		}
		symbol := lengthSymbol(int(s.length))
		w.bits(uint32(literal[symbol]), uint(c.literal[symbol]))
		w.bits(uint32(int(s.length)-lengthBase(symbol)), uint(lengthExtra(symbol)))
		far := int(s.distance) + 1
		symbol = distanceSymbol(far)
		w.bits(uint32(distance[symbol]), uint(c.distance[symbol]))
		w.bits(uint32(far-distanceBase(symbol)), uint(distanceExtra(symbol)))
	}
	w.bits(uint32(literal[endOfBlock]), uint(c.literal[endOfBlock]))
}

// lengthSymbol is the symbol of a match's length (RFC 1951, 3.2.5).
func lengthSymbol(length int) int {
	if length == longestMatch {
		return literalCodes - 1
	}
	n := length - shortestMatch
	if n < 8 {
		return endOfBlock + 1 + n
	}
	extra := bits.Len(uint(n)) - 3
	return endOfBlock + 1 + 4*extra + n>>extra
}

// lengthExtra is how many bits stand behind a symbol for a length.
func lengthExtra(symbol int) int {
	const first, last = endOfBlock + 9, literalCodes - 1
	if symbol < first || symbol == last {
		return 0
	}
	return (symbol - first + 4) / 4
}

// lengthBase is the shortest length of a symbol.
func lengthBase(symbol int) int {
	if symbol == literalCodes-1 {
		return longestMatch
	}
	n, extra := symbol-endOfBlock-1, lengthExtra(symbol)
	if extra == 0 {
		return n + shortestMatch
	}
	return (n-4*extra)<<extra + shortestMatch
}

// distanceSymbol is the symbol of a distance from 1 on.
func distanceSymbol(distance int) int {
	n := distance - 1
	if n < 4 {
		return n
	}
	extra := bits.Len(uint(n)) - 2
	return 2*extra + n>>extra
}

func distanceExtra(symbol int) int { return max(symbol/2-1, 0) }

func distanceBase(symbol int) int {
	extra := distanceExtra(symbol)
	return (symbol-2*extra)<<extra + 1
}
