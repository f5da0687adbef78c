package design

import (
	"minyi/stats/weight"
)

// record is one row as the sums need it: its weight before the calibration, its cell
// (numbered within its group) and its joint states, one byte a word.
type record struct {
	before      float64
	cell, words uint32
}

// heaps are the rows dealt out by unit slot. Every block of rows has its own records,
// those of one slot after another, in the order of the rows. The slots of one group
// are summed in chunks.
type heaps struct {
	t      *Tables
	first  *pass
	local  []uint32 // by key of a cell: its number within its group
	keys   []int32  // by unit slot
	blocks []heap
	chunks []chunk
}

type heap struct {
	rows, end []int32 // by key: how many records it has, and where they end
	records   []record
}

// newHeaps numbers the slots of units and cells; nil where a row has no group, or the
// pairs are too many.
func newHeaps[G uint8 | int32](t *Tables, group []G) *heaps {
	st, ok := &t.d.stages[0], false
	h := &heaps{t: t, local: []uint32{0}, blocks: make([]heap, weight.Blocks(t.d.n))}
	if t.unit, ok = newSlots(st.unit, len(st.group), group, t.groups); !ok {
		return nil
	}
	h.keys = make([]int32, len(t.unit.id))
	for key, slot := range t.unit.place {
		if slot >= 0 {
			h.keys[slot] = int32(key)
		}
	}
	if t.model == nil {
		return h
	}
	of, cells := t.model.Groups()
	if t.cell, ok = newSlots(of, cells, group, t.groups); !ok {
		return nil
	}
	h.local = make([]uint32, len(t.cell.place))
	for key, slot := range t.cell.place {
		if slot >= 0 {
			h.local[key] = uint32(slot - t.cell.first[t.cell.group[slot]])
		}
	}
	return h
}

// deal writes the records of a pass.
func (h *heaps) deal(p *pass) {
	weight.InBlocks(h.t.d.n, len(h.blocks), func(b, low, high int) {
		heap := &h.blocks[b]
		if heap.records == nil {
			heap.rows = h.t.unit.rows[b]
			heap.records, heap.end = make([]record, high-low), make([]int32, len(heap.rows))
		}
		sum := int32(0)
		for _, key := range h.keys {
			heap.end[key] = sum
			sum += heap.rows[key]
		}
		var units, cells [windowRows]int32
		var words [windowRows]uint32
		for from := low; from < high; from += windowRows {
			to := min(from+windowRows, high)
			p.look(words[:to-from], from)
			inCell := cells[:to-from]
			if h.t.model != nil {
				inCell = h.t.cell.keys(inCell, from, to)
			}
			heap.put(h.t.unit.keys(units[:], from, to), inCell, h.local, words[:to-from], h.t.before[from:to])
		}
	})
}

// put appends rows to the heaps of their keys.
func (b *heap) put(units, cells []int32, local, words []uint32, before []float64) {
	end, records := b.end, b.records
	cells, words, before = cells[:len(units)], words[:len(units)], before[:len(units)]
	for i, u := range units {
		at := end[u]
		end[u] = at + 1
		records[at] = record{before: before[i], cell: local[cells[i]], words: words[i]}
	}
}

// of returns the records of a key.
func (b *heap) of(key int32) []record {
	end := b.end[key]
	return b.records[end-b.rows[key] : end]
}

// A chunk is some slots of one group, one after another, that one goroutine sums.
type chunk struct {
	group, from, to int32
	rows            int
	alone           bool      // it is all of its group
	cell            []float64 // the sums of its cells, where it is not
}

// Chunks have about a tenth of the rows or more.
const (
	chunkShare = 10
	minChunk   = 1 << 12
)

// arrange cuts the slots into chunks, by numbers of rows alone.
func (h *heaps) arrange() {
	most := max(minChunk, h.t.d.n/chunkShare)
	for g := range h.t.groups {
		first, end := h.t.unit.first[g], h.t.unit.first[g+1]
		c := chunk{group: int32(g), from: first}
		for slot := first; slot < end; slot++ {
			rows := h.t.unit.total(int(h.keys[slot]))
			if c.rows > 0 && c.rows+rows > most {
				c.to = slot
				h.chunks = append(h.chunks, c)
				c = chunk{group: int32(g), from: slot}
			}
			c.rows += rows
		}
		if c.to = end; c.to > c.from {
			c.alone = c.from == first
			h.chunks = append(h.chunks, c)
		}
	}
}

// fits says whether the sums of the chunks' cells have room.
func (h *heaps) fits(p *pass) bool {
	cells := 0
	for i := range h.chunks {
		cells += h.t.cellsOf(h.chunks[i].group)
	}
	return cells*p.stride <= maxUnitTable
}
