package quality

import (
	"cmp"
	"slices"
)

// wholeUnit is the largest unit whose pairs are all compared, bit by bit; beyond
// it only those that share a block of answers are.
const wholeUnit = 6000

// bucketLimit is with how many others of one block a response is compared:
// larger blocks are of common answers, whose pairs weigh little.
const bucketLimit = 200

// leastGain is what all of a response's answers together must weigh for its
// pairs to be looked at.
const leastGain = 2

// eachPair calls visit once for every two members of a unit that agree on enough
// items to be weighed.
func (p *pairwise) eachPair(members []int, visit func(a, b int)) {
	if len(members) > wholeUnit {
		masks := p.blocks()
		for k := range masks {
			p.shareBlock(members, masks[:k], masks[k], visit)
		}
		return
	}
	least := p.least()
	for at, a := range members {
		for _, b := range members[at+1:] {
			if (p.most[a] >= leastGain || p.most[b] >= leastGain) && p.vectors.Match(a, b) >= least {
				visit(a, b)
			}
		}
	}
}

// blocks cuts the items into four: a pair that differs in three items or fewer
// agrees on a whole block, and most edited copies do.
func (p *pairwise) blocks() [][]uint64 {
	const count = 4
	items := p.vectors.Items()
	out := make([][]uint64, count)
	for block := range out {
		out[block] = make([]uint64, len(p.vectors.Words(0)))
		for j := block * items / count; j < (block+1)*items/count; j++ {
			out[block][j/16] |= 15 << (4 * (j % 16))
		}
	}
	return out
}

// shareBlock visits the pairs that agree on a block and on none of the earlier.
func (p *pairwise) shareBlock(members []int, earlier [][]uint64, mask []uint64, visit func(a, b int)) {
	type entry struct {
		key uint64
		i   int
	}
	entries := make([]entry, 0, len(members))
	for _, i := range members {
		key := uint64(0)
		for w, bits := range p.vectors.Words(i) {
			key = mix(key ^ bits&mask[w])
		}
		entries = append(entries, entry{key, i})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	least := p.least()
	for k, e := range entries {
		for next := k + 1; next < min(len(entries), k+1+bucketLimit) && entries[next].key == e.key; next++ {
			a, b := e.i, entries[next].i
			if (p.most[a] < leastGain && p.most[b] < leastGain) || p.vectors.Match(a, b) < least {
				continue
			}
			if !slices.ContainsFunc(earlier, func(m []uint64) bool { return p.agree(a, b, m) }) {
				visit(a, b)
			}
		}
	}
}

// agree reports whether two responses are equal on a block.
func (p *pairwise) agree(a, b int, mask []uint64) bool {
	x, y := p.vectors.Words(a), p.vectors.Words(b)
	for w, m := range mask {
		if (x[w]^y[w])&m != 0 {
			return false
		}
	}
	return true
}
