package weight

import "sync"

// Rows are worked on in blocks, side by side. How many blocks there are depends on
// the number of rows alone, so that sums have the same bits on any machine.
const (
	maxBlocks = 4
	blockRows = 1 << 15
)

// Blocks returns how many blocks n rows are worked on in: 1, or an even number, so
// that two processors have as much to do.
func Blocks(n int) int { return max(1, min(maxBlocks, n/blockRows)&^1) }

// InBlocks calls f for every block of n rows, side by side: rows low to high-1.
func InBlocks(n, blocks int, f func(block, low, high int)) {
	if blocks == 1 {
		f(0, 0, n)
		return
	}
	var wait sync.WaitGroup
	for b := range blocks {
		wait.Go(func() { f(b, b*n/blocks, (b+1)*n/blocks) })
	}
	wait.Wait()
}

// maxSideBySide bounds the table of keys that every block has for itself.
const maxSideBySide = 1 << 18

// Renumber replaces the keys, each from 0 to size-1, by the numbers 0, 1, … in
// order of first appearance, and returns the first row of each number.
func Renumber(keys []int32, size int) (first []int) {
	blocks := Blocks(len(keys))
	if size > maxSideBySide {
		blocks = 1
	}
	local := make([]numbering, blocks)
	InBlocks(len(keys), blocks, func(b, low, high int) { local[b].number(keys, low, high, size) })
	if blocks == 1 {
		return local[0].first
	}
	slot, to := make([]int32, size), make([][]int32, blocks)
	for b, l := range local {
		to[b] = make([]int32, len(l.key))
		for k, key := range l.key {
			if slot[key] == 0 {
				first = append(first, l.first[k])
				slot[key] = int32(len(first))
			}
			to[b][k] = slot[key] - 1
		}
	}
	InBlocks(len(keys), blocks, func(b, low, high int) {
		place := to[b]
		for i, k := range keys[low:high] {
			keys[low+i] = place[k]
		}
	})
	return first
}

// numbering is the keys of one block in order of appearance.
type numbering struct {
	key   []int32
	first []int
}

func (l *numbering) number(keys []int32, low, high, size int) {
	slot := make([]int32, size)
	for i := low; i < high; i++ {
		key := keys[i]
		k := slot[key]
		if k == 0 {
			l.key, l.first = append(l.key, key), append(l.first, i)
			k = int32(len(l.key))
			slot[key] = k
		}
		keys[i] = k - 1
	}
}

// massOf sums the weights by group, in blocks.
func massOf(w []float64, of []int32, count int) []float64 {
	blocks := Blocks(len(w))
	if count > maxSideBySide {
		blocks = 1
	}
	sums := make([][]float64, blocks)
	InBlocks(len(w), blocks, func(b, low, high int) {
		sum := make([]float64, count)
		part := of[low:high]
		for i, v := range w[low:high] {
			sum[part[i]] += v
		}
		sums[b] = sum
	})
	for _, sum := range sums[1:] {
		for k, v := range sum {
			sums[0][k] += v
		}
	}
	return sums[0]
}
