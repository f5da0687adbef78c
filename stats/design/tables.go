package design

import (
	"slices"
	"sync"

	"minyi/stats/weight"
)

// States is a column of codes that stand for few states: row i is in state
// Of[Code[i]], below N. State 0 is outside of what is asked.
type States struct {
	Code []uint8
	Of   [256]uint8
	N    int
}

// Tables holds the weight of the rows by unit, group and state of many columns,
// and where the weights were calibrated also the weight before by cell of the
// model, group and state. Means, their linearized variance and their degrees of
// freedom follow from these sums alone.
type Tables struct {
	d       *Design
	fit     *modelAdjustment
	groups  int
	unit    slots
	cell    slots
	columns []tableColumn
	spread  tableSpread
}

// tableColumn has the weights Σw by unit slot and state, Σw before the calibration
// by cell slot and state, and the rows with weight by state.
type tableColumn struct {
	states     int
	unit, cell []float64
	rows       []int
}

// slots numbers the pairs of a unit (or cell) and a group: by the unit where none
// has rows of two groups, else by unit and group.
type slots struct {
	of     []int32 // row to unit
	nested bool
	group  []int32 // unit to group, if nested
	n      int
}

// Limits of Tables: slots that are not nested, doubles of the sums of one pass for
// one block, states of a pair of columns that are summed together, rows at a time.
const (
	maxSlots    = 1 << 16
	maxPass     = 1 << 19
	maxPair     = 16
	rowsAtATime = 8192
)

// Tables sums the rows by group (group[i] from 0 to count-1) and state of every
// column. It returns nil for what these sums cannot answer or would be too large
// for: replicate weights, more than one stage, unequal probabilities, adjustments
// other than one calibration on factors, negative weights, rows without a group,
// lonely PSUs under LonelyFail, LonelyAdjust or LonelyAverage.
func (d *Design) Tables(group []int32, count int, columns []States) *Tables {
	t := &Tables{d: d, groups: count}
	if !t.suits(group, columns) {
		return nil
	}
	st := &d.stages[0]
	var ok bool
	if t.unit, ok = newSlots(st.unit, len(st.group), group, count); !ok {
		return nil
	}
	if t.fit != nil {
		of, cells := t.fit.residuals.Model().Groups()
		if t.cell, ok = newSlots(of, cells, group, count); !ok {
			return nil
		}
	}
	var wait sync.WaitGroup
	defer wait.Wait()
	wait.Go(t.prepare)
	for from := 0; from < len(columns); {
		words, to := t.pack(columns, from)
		if to == from {
			return nil
		}
		if !t.sum(group, words) {
			return nil
		}
		from = to
	}
	return t
}

// suits says whether the design and the columns are of the kind that Tables takes.
func (t *Tables) suits(group []int32, columns []States) bool {
	d := t.d
	fit, ok := d.collapses(t.groups)
	if !ok || d.pps != NoPPS || len(group) != d.n || t.groups < 1 {
		return false
	}
	if fit != nil {
		if _, _, factors := fit.residuals.Model().Cells(); !factors {
			return false
		}
	}
	for _, c := range columns {
		if len(c.Code) != d.n {
			return false
		}
	}
	t.fit = fit
	return d.lonely == LonelyRemove || d.lonely == LonelyCertainty || !d.stages[0].hasLonely()
}

// hasLonely says whether a group has a single unit that was not taken for certain.
func (st *stage) hasLonely() bool {
	certain := st.certain()
	for g, n := range st.sampled {
		if n == 1 && !certain[g] {
			return true
		}
	}
	return false
}

// newSlots looks whether every unit has rows of one group only. It fails where a
// row has none, or the pairs are too many.
func newSlots(of []int32, units int, group []int32, count int) (slots, bool) {
	blocks := weight.Blocks(len(of))
	seen, sound, nested := make([][]int32, blocks), make([]bool, blocks), make([]bool, blocks)
	weight.InBlocks(len(of), blocks, func(b, low, high int) {
		seen[b] = make([]int32, units)
		nested[b], sound[b] = onlyGroups(seen[b], of[low:high], group[low:high], count)
	})
	out := slots{of: of, nested: true, group: make([]int32, units), n: units}
	for b := range seen {
		if !sound[b] {
			return out, false
		}
		out.nested = out.nested && nested[b]
		for u, g := range seen[b] {
			out.nested = out.nested && (g == 0 || out.group[u] == 0 || out.group[u] == g)
			if g != 0 {
				out.group[u] = g
			}
		}
	}
	for u := range out.group {
		out.group[u]-- // a unit without rows: -1
	}
	if !out.nested {
		out.group, out.n = nil, units*count
	}
	return out, out.nested || out.n <= maxSlots
}

// onlyGroups notes the group of each unit, plus 1.
func onlyGroups(seen, of, group []int32, count int) (nested, sound bool) {
	nested = true
	for i, u := range of {
		g := group[i] + 1
		if g < 1 || int(g) > count {
			return false, false
		}
		if old := seen[u]; old != g {
			nested = nested && old == 0
			seen[u] = g
		}
	}
	return nested, true
}

// at is the slot of a unit and a group; without rows in common it is -1.
func (s *slots) at(unit, group, groups int) int {
	if !s.nested {
		return unit*groups + group
	}
	if int(s.group[unit]) == group {
		return unit
	}
	return -1
}

// word is one column, or two whose states are summed together.
type word struct {
	a, b States
	pair bool
	size int
}

// pack takes as many columns from `from` on as one pass has room for, two and two
// where they have few states.
func (t *Tables) pack(columns []States, from int) (words []word, to int) {
	unit, cell := 0, 0
	for to = from; to < len(columns); {
		w, next := word{a: columns[to], size: columns[to].N}, to+1
		if next < len(columns) && w.size*columns[next].N <= maxPair {
			w.b, w.pair = columns[next], true
			for k := range w.b.Of {
				w.b.Of[k] *= uint8(w.a.N)
			}
			w.size *= w.b.N
			next++
		}
		unit, cell = unit+w.size*t.unit.n, cell+w.size*t.cell.n
		if unit+cell > maxPass && (to > from || unit+cell > maxUnitTable) {
			return words, to
		}
		words, to = append(words, w), next
	}
	return words, to
}

// sums are those of one word over one block of rows.
type sums struct {
	unit, cell []float64
	rows       counts
}

// sum makes the tables of the words in one pass over the rows. The words are shared
// out as well as the rows: that takes fewer tables than more blocks would.
func (t *Tables) sum(group []int32, words []word) bool {
	n, parts := t.d.n, min(2, len(words))
	blocks := max(1, weight.Blocks(n)/parts)
	all, sound := make([][]sums, blocks), make([]bool, blocks*parts)
	var wait sync.WaitGroup
	for k := range sound {
		b, from, to := k/parts, k%parts*len(words)/parts, (k%parts+1)*len(words)/parts
		if from == 0 {
			all[b] = make([]sums, len(words))
		}
		wait.Go(func() { sound[k] = t.sumRows(group, words[from:to], all[b][from:to], b*n/blocks, (b+1)*n/blocks) })
	}
	wait.Wait()
	if slices.Contains(sound, false) {
		return false
	}
	pairs := make([][2]tableColumn, len(words))
	weight.InBlocks(len(words), parts, func(_, low, high int) {
		for j := low; j < high; j++ {
			pairs[j] = t.unfold(&words[j], j, all)
		}
	})
	for j, w := range words {
		t.columns = append(t.columns, pairs[j][0])
		if w.pair {
			t.columns = append(t.columns, pairs[j][1])
		}
	}
	return true
}

// unfold adds the sums of the blocks for a word, and takes them apart into its
// columns.
func (t *Tables) unfold(w *word, j int, all [][]sums) [2]tableColumn {
	a := newTableColumn(w.a.N, t.unit.n, t.cell.n)
	b := newTableColumn(max(1, w.b.N), t.unit.n, t.cell.n)
	unit, cell := make([][]float64, len(all)), make([][]float64, len(all))
	for k, block := range all {
		unit[k], cell[k] = block[j].unit, block[j].cell
		for state := range w.size {
			v := int(block[j].rows[0][state] + block[j].rows[1][state])
			a.rows[state%a.states] += v
			b.rows[state/a.states] += v
		}
	}
	fold(unit, a.unit, b.unit, a.states, b.states, t.unit.n)
	fold(cell, a.cell, b.cell, a.states, b.states, t.cell.n)
	return [2]tableColumn{a, b}
}

// fold adds the blocks' sums by slot and pair of states to the sums by slot and
// either state.
func fold(blocks [][]float64, a, b []float64, statesA, statesB, slots int) {
	size := statesA * statesB
	pairs := make([]float64, size)
	for slot := range slots {
		copy(pairs, blocks[0][slot*size:])
		for _, from := range blocks[1:] {
			for k, v := range from[slot*size:][:size] {
				pairs[k] += v
			}
		}
		toA, toB, rest := a[slot*statesA:][:statesA], b[slot*statesB:][:statesB], pairs
		for y := range toB {
			sum := 0.0
			for x, v := range rest[:statesA] {
				toA[x] += v
				sum += v
			}
			toB[y], rest = sum, rest[statesA:]
		}
	}
}

func newTableColumn(states, units, cells int) tableColumn {
	return tableColumn{states: states, unit: make([]float64, units*states), cell: make([]float64, cells*states), rows: make([]int, states)}
}
