package weight

import (
	"math"
	"sync"
)

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

// maxSideBySide bounds the table of keys that every block has for itself, and
// maxLate the rows with late keys that a block remembers.
const (
	maxSideBySide = 1 << 18
	maxLate       = 1 << 13
	windowRows    = 1 << 11
)

// Number gives the keys of n rows, each from 0 to size-1, the numbers 0, 1, … in order
// of first appearance, and returns the number of each row and the first row of each
// number. keys returns the keys of the rows from to to-1; the buffer has room for
// them. The keys of the first rows are numbered first, so that the other rows, looked
// at in blocks side by side, seldom need a second look.
func Number(n, size int, keys func(buffer []int32, from, to int) []int32) (of []int32, first []int) {
	blocks := Blocks(n)
	if size > maxSideBySide {
		blocks = 1
	}
	of = make([]int32, n)
	start := numbering{slot: make([]int32, size)}
	early := n
	if blocks > 1 {
		early = min(n/8, blockRows)
	}
	start.number(of, 0, early, keys)
	if blocks == 1 {
		return of, start.first
	}
	local := make([]numbering, blocks)
	InBlocks(n-early, blocks, func(b, low, high int) {
		local[b] = numbering{slot: append([]int32(nil), start.slot...), base: int32(len(start.first))}
		local[b].number(of, early+low, early+high, keys)
	})
	to := make([][]int32, blocks)
	for b := range local {
		to[b] = start.take(&local[b])
	}
	InBlocks(n-early, blocks, func(b, low, high int) { local[b].renumber(of, early+low, early+high, to[b]) })
	return of, start.first
}

// numbering is the numbers of keys in order of appearance: all of them, or those from
// base on.
type numbering struct {
	slot  []int32 // key to number plus 1
	base  int32
	key   []int32
	first []int
	late  []int32 // the first rows with numbers from base on
	many  bool    // there are more
}

func (l *numbering) number(of []int32, low, high int, keys func(buffer []int32, from, to int) []int32) {
	var buffer [windowRows]int32
	slot := l.slot
	for from := low; from < high; from += windowRows {
		to := min(from+windowRows, high)
		out := of[from:to]
		for i, key := range keys(buffer[:], from, to)[:len(out)] {
			k := slot[key]
			if k == 0 {
				l.key, l.first = append(l.key, key), append(l.first, from+i)
				k = l.base + int32(len(l.key))
				slot[key] = k
			}
			if k > l.base && l.base > 0 {
				l.note(from + i)
			}
			out[i] = k - 1
		}
	}
}

// note remembers a row with a number from base on.
func (l *numbering) note(row int) {
	if l.many = l.many || len(l.late) == maxLate; !l.many {
		l.late = append(l.late, int32(row))
	}
}

// take numbers the keys of a block that are new, and returns the numbers of all that
// the block numbered.
func (l *numbering) take(block *numbering) (to []int32) {
	to = make([]int32, len(block.key))
	for k, key := range block.key {
		if l.slot[key] == 0 {
			l.first = append(l.first, block.first[k])
			l.slot[key] = int32(len(l.first))
		}
		to[k] = l.slot[key] - 1
	}
	return to
}

// renumber gives the rows of a block their numbers.
func (l *numbering) renumber(of []int32, low, high int, to []int32) {
	if !l.many {
		for _, i := range l.late {
			of[i] = to[of[i]-l.base]
		}
		return
	}
	for i, k := range of[low:high] {
		if k >= l.base {
			of[low+i] = to[k-l.base]
		}
	}
}

// massOf sums the weights by group, in blocks.
func massOf(w []float64, of []int32, count int) []float64 {
	sums, _ := massAndBad(w, of, count)
	return sums
}

// checkedMass is massOf for weights that Check accepts, else its error.
func checkedMass(w []float64, of []int32, count int) ([]float64, error) {
	sums, bad := massAndBad(w, of, count)
	total := 0.0
	for _, v := range sums {
		total += v
	}
	if bad || !(total > 0 && total <= math.MaxFloat64) {
		return nil, Check(w)
	}
	return sums, nil
}

// massAndBad sums the weights by group and says whether one is not a weight.
func massAndBad(w []float64, of []int32, count int) (mass []float64, bad bool) {
	blocks := Blocks(len(w))
	if count > maxSideBySide {
		blocks = 1
	}
	sums, sound := make([][]float64, blocks), make([]bool, blocks)
	InBlocks(len(w), blocks, func(b, low, high int) {
		sum, fine := make([]float64, count), true
		part := of[low:high]
		for i, v := range w[low:high] {
			sum[part[i]] += v
			fine = fine && v >= 0
		}
		sums[b], sound[b] = sum, fine
	})
	for b, sum := range sums {
		bad = bad || !sound[b]
		if b > 0 {
			for k, v := range sum {
				sums[0][k] += v
			}
		}
	}
	return sums[0], bad
}
