package design

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// adder sums one chunk after another. The sums of the unit at hand and of its group's
// cells lie close together.
type adder struct {
	h     *heaps
	p     *pass
	unit  [256]float64
	rows  [256]uint32
	cell  []float64 // by cell of the group and joint state, with room for 256 at the last
	mass  []float64 // by cell of the group, of the unit at hand
	model []float64 // by column of the group's model, and one more
}

// sum sums the records of a pass, the largest chunks first. Which goroutine takes
// which chunk changes no sum.
func (h *heaps) sum(p *pass) {
	order := make([]int, len(h.chunks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(h.chunks[b].rows, h.chunks[a].rows) })
	adders := make([]*adder, max(1, min(runtime.GOMAXPROCS(0), len(order))))
	var next atomic.Int64
	var wait sync.WaitGroup
	for k := range adders {
		adders[k] = &adder{h: h, p: p}
		wait.Go(func() {
			for at := int(next.Add(1)) - 1; at < len(order); at = int(next.Add(1)) - 1 {
				adders[k].sumChunk(&h.chunks[order[at]])
			}
		})
	}
	wait.Wait()
	h.join(p)
	for _, a := range adders {
		for k := range p.words {
			p.words[k].countRows(&a.rows, h.t.columns)
		}
	}
}

// join adds the cells of groups that were summed in several chunks, in their order.
func (h *heaps) join(p *pass) {
	for i := range h.chunks {
		c := &h.chunks[i]
		switch {
		case c.cell == nil:
		case i+1 < len(h.chunks) && h.chunks[i+1].group == c.group:
			next := h.chunks[i+1].cell
			for k, v := range c.cell {
				next[k] += v
			}
		default:
			h.t.foldCells(p, c.group, c.cell)
		}
		c.cell = nil
	}
}

// cellsOf is the number of cells of a group, 0 without a calibration.
func (t *Tables) cellsOf(group int32) int {
	if t.model == nil {
		return 0
	}
	return int(t.cell.first[group+1] - t.cell.first[group])
}

// foldCells takes the sums of the cells of a group apart.
func (t *Tables) foldCells(p *pass, group int32, sums []float64) {
	first := int(t.cell.first[group])
	for k := range t.cellsOf(group) {
		for j := range p.words {
			p.words[j].fold(sums[k*p.stride:][:p.stride], t.columns, true, first+k)
		}
	}
}

// sumChunk sums the slots of a chunk.
func (a *adder) sumChunk(c *chunk) {
	t, p := a.h.t, a.p
	cells := t.cellsOf(c.group)
	a.cell = slices.Grow(a.cell[:0], cells*p.stride+len(a.unit))[:cells*p.stride+len(a.unit)]
	clear(a.cell)
	var gain []float64
	if t.model != nil {
		gain = t.gain[t.cell.first[c.group]:t.cell.first[c.group+1]]
	}
	for slot := c.from; slot < c.to; slot++ {
		clear(a.unit[:p.stride])
		for b := range a.h.blocks {
			run := a.h.blocks[b].of(a.h.keys[slot])
			if t.model == nil {
				a.addPlain(run)
			} else {
				a.add(run, gain)
			}
		}
		for j := range p.words {
			p.words[j].fold(a.unit[:], t.columns, false, int(slot))
		}
		if t.model != nil && p.from == 0 {
			a.addModel(slot, &t.models[c.group], gain)
		}
	}
	switch {
	case t.model == nil:
	case c.alone:
		t.foldCells(p, c.group, a.cell)
	default:
		c.cell = slices.Clone(a.cell[:cells*p.stride])
	}
}

// add adds rows of the unit at hand: their weight after the calibration to the unit's
// sums, that before to their cell's.
func (a *adder) add(run []record, gain []float64) {
	unit, rows, cell, stride := &a.unit, &a.rows, a.cell, a.p.stride
	for i := range run {
		r := &run[i]
		c, v := int(r.cell), r.before
		w, one := v*gain[c], uint32(0)
		if w > 0 {
			one = 1
		}
		j, k, l, m := uint8(r.words), uint8(r.words>>8), uint8(r.words>>16), uint8(r.words>>24)
		in := (*[256]float64)(cell[c*stride:])
		unit[j] += w
		unit[k] += w
		unit[l] += w
		unit[m] += w
		in[j] += v
		in[k] += v
		in[l] += v
		in[m] += v
		rows[j] += one
		rows[k] += one
		rows[l] += one
		rows[m] += one
	}
}

// addPlain is add without a calibration.
func (a *adder) addPlain(run []record) {
	unit, rows := &a.unit, &a.rows
	for i := range run {
		w, words, one := run[i].before, run[i].words, uint32(0)
		if w > 0 {
			one = 1
		}
		for range passWords {
			unit[uint8(words)] += w
			rows[uint8(words)] += one
			words >>= 8
		}
	}
}

// addModel sums the model over the rows of a slot: over its cells or over its rows,
// whichever are fewer.
func (a *adder) addModel(slot int32, m *groupModel, gain []float64) {
	q := len(m.columns)
	a.model = slices.Grow(a.model[:0], q+1)[:q+1]
	clear(a.model)
	key := a.h.keys[slot]
	total := 0.0
	if a.h.t.unit.total(int(key)) > len(gain) {
		total = a.addCells(key, m, gain)
	} else {
		total = a.addRows(key, m, gain)
	}
	for _, place := range m.always {
		a.model[place] = total
	}
	copy(a.h.t.totals[a.h.t.totalsAt[slot]:][:q], a.model)
}

func (a *adder) addRows(key int32, m *groupModel, gain []float64) (total float64) {
	model := a.model
	for b := range a.h.blocks {
		for _, r := range a.h.blocks[b].of(key) {
			w := r.before * gain[r.cell]
			total += w
			for _, place := range m.places[int(r.cell)*m.vary:][:m.vary] {
				model[place] += w
			}
		}
	}
	return total
}

func (a *adder) addCells(key int32, m *groupModel, gain []float64) (total float64) {
	a.mass = slices.Grow(a.mass[:0], len(gain))[:len(gain)]
	mass, model := a.mass, a.model
	clear(mass)
	for b := range a.h.blocks {
		for _, r := range a.h.blocks[b].of(key) {
			mass[r.cell] += r.before
		}
	}
	for c, v := range mass {
		w := v * gain[c]
		total += w
		for _, place := range m.places[c*m.vary:][:m.vary] {
			model[place] += w
		}
	}
	return total
}
