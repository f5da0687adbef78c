package design

import (
	"slices"
	"sync"

	"minyi/stats/weight"
)

// States is a column of codes that stand for few states: row i is in state
// Of[Code[i]], below N (at most 64). State 0 is outside of what is asked.
type States struct {
	Code []uint8
	Of   [256]uint8
	N    int
}

// Tables holds the weight of the rows by unit, group and state of many columns,
// and where the weights were calibrated also the weight before by cell of the
// model, group and state. Means, their linearized variance and their degrees of
// freedom follow from these sums alone.
//
// The rows are first dealt out by unit (deal.go), so that the sums of a unit, and
// those of a group's cells, stay in the cache while its rows are added (tablesum.go).
// Every sum adds its rows in their order, so that it has the same bits on any number
// of processors.
type Tables struct {
	d          *Design
	model      *weight.Model // of the calibration; nil without one
	before     []float64     // the weights before it, or those of the design
	fit        *modelAdjustment
	groups     int
	unit, cell slots
	gain       []float64 // by cell slot: weight after the calibration over that before
	models     []groupModel
	totals     []float64 // by unit slot: Σwx over the columns of its group's model
	totalsAt   []int32   // by unit slot: where its totals begin
	columns    []tableColumn
	spread     tableSpread
}

// tableColumn has the weights Σw by unit slot and state, Σw before the calibration
// by cell slot and state, and the rows with weight by state.
type tableColumn struct {
	states     int
	unit, cell []float64
	rows       []int
}

// Limits of Tables: keys of pairs of a unit (or cell) and a group where units have
// rows of several groups, doubles of all sums by unit, states of a column, joint
// states of the columns that are summed together, and how many such words a row has
// in one pass.
const (
	maxPairs   = 1 << 16
	maxSums    = 1 << 23
	maxStates  = 64
	maxJoint   = 36
	passWords  = 4
	windowRows = 1 << 10
)

// Tables sums the rows by group (group[i] from 0 to count-1) and state of every
// column. It returns nil for what these sums cannot answer or would be too large
// for: replicate weights, more than one stage, unequal probabilities, adjustments
// other than one calibration on factors with positive weights, rows without a group,
// lonely PSUs under LonelyFail, LonelyAdjust or LonelyAverage.
func (d *Design) Tables(group []int32, count int, columns []States) *Tables {
	return newTables(d, group, count, columns)
}

// SmallTables is Tables for groups of one byte a row.
func (d *Design) SmallTables(group []uint8, count int, columns []States) *Tables {
	return newTables(d, group, count, columns)
}

// CalibrateTables is Calibrate, and SmallTables of the calibrated design: the rows
// are dealt out while the weights are calibrated. It fails as Calibrate does.
func (d *Design) CalibrateTables(model *weight.Model, c weight.Calibration, group []uint8, count int, columns []States) (*Design, *Tables, error) {
	t := &Tables{d: d, groups: count, model: model, before: d.weights}
	var h *heaps
	var wait sync.WaitGroup
	if _, _, factors := model.Cells(); factors && len(group) == d.n && model.Rows() == d.n && t.shaped(columns) {
		wait.Go(func() { h = begin(t, group, columns) })
	}
	out, err := d.Calibrate(model, c)
	wait.Wait()
	if err != nil {
		return nil, nil, err
	}
	if t.d = out; h == nil || !t.suits(columns) {
		return out, nil, nil
	}
	return out, t.finish(h, columns), nil
}

func newTables[G uint8 | int32](d *Design, group []G, count int, columns []States) *Tables {
	t := &Tables{d: d, groups: count}
	if len(group) != d.n || !t.suits(columns) {
		return nil
	}
	t.before = d.weights
	if t.fit != nil {
		t.model, t.before = t.fit.residuals.Model(), t.fit.residuals.Weights()
	}
	return t.finish(begin(t, group, columns), columns)
}

// begin deals out the rows for the first pass; nil where that cannot be done.
func begin[G uint8 | int32](t *Tables, group []G, columns []States) *heaps {
	h := newHeaps(t, group)
	if h == nil || !t.measure(columns) {
		return nil
	}
	t.prepareModels()
	h.arrange()
	if h.first = t.pack(columns, 0); !h.fits(h.first) {
		return nil
	}
	h.deal(h.first)
	return h
}

// finish sums the columns, pass by pass.
func (t *Tables) finish(h *heaps, columns []States) *Tables {
	if h == nil {
		return nil
	}
	var wait sync.WaitGroup
	defer wait.Wait()
	if t.fit != nil {
		wait.Go(func() { t.spread.inverse = t.fit.residuals.Inverse() })
		t.gain = make([]float64, len(t.cell.id))
		for slot, cell := range t.cell.id {
			t.gain[slot] = t.fit.gain[cell]
		}
	}
	h.sum(h.first)
	for from := len(h.first.luts); from < len(columns); {
		p := t.pack(columns[from:], from)
		if !h.fits(p) {
			return nil
		}
		h.deal(p)
		h.sum(p)
		from += len(p.luts)
	}
	wait.Wait()
	t.prepare()
	return t
}

// suits says whether the design and the columns are of the kind that Tables takes.
func (t *Tables) suits(columns []States) bool {
	fit, ok := t.d.collapses(t.groups)
	if !ok || !t.shaped(columns) {
		return false
	}
	t.fit = fit
	if fit == nil {
		return slices.Min(t.d.weights) >= 0
	}
	return fit.steady()
}

// shaped says the same but for the weights.
func (t *Tables) shaped(columns []States) bool {
	d := t.d
	odd := func(c States) bool { return len(c.Code) != d.n || c.N > maxStates }
	if len(d.stages) != 1 || d.rep != nil || d.pps != NoPPS || t.groups < 1 || slices.ContainsFunc(columns, odd) {
		return false
	}
	return d.lonely == LonelyRemove || d.lonely == LonelyCertainty || !d.stages[0].hasLonely()
}

// steady says whether the model is of factors and the calibration changed the weights
// of every cell by one positive factor.
func (a *modelAdjustment) steady() bool {
	if _, _, factors := a.residuals.Model().Cells(); !factors {
		return false
	}
	for _, g := range a.gain {
		if !(g > 0) {
			return false
		}
	}
	return a.gain != nil
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

// measure makes room for the columns. It is false where they would be too large.
func (t *Tables) measure(columns []States) bool {
	unit, cell := 0, 0
	for _, c := range columns {
		unit, cell = unit+c.N*len(t.unit.id), cell+c.N*len(t.cell.id)
	}
	if unit > maxSums || cell > maxSums {
		return false
	}
	units, cells := make([]float64, unit), make([]float64, cell)
	for _, c := range columns {
		u, v := c.N*len(t.unit.id), c.N*len(t.cell.id)
		t.columns = append(t.columns, tableColumn{states: c.N, unit: units[:u:u], cell: cells[:v:v], rows: make([]int, c.N)})
		units, cells = units[u:], cells[v:]
	}
	return true
}

// groupModel is what the cells of a group have of the model: the columns that occur,
// those (by their place among them) that are 1 in every cell, and for every cell the
// places of its others, vary a cell, filled up with one place more.
type groupModel struct {
	columns, always []int32
	vary            int
	places          []int32
}

// prepareModels looks up the cells of every group in the model.
func (t *Tables) prepareModels() {
	if t.model == nil {
		return
	}
	columns, width, _ := t.model.Cells()
	t.models = make([]groupModel, t.groups)
	count := make([]int32, len(t.model.Names()))
	for g := range t.models {
		t.models[g].fill(t.cell.id[t.cell.first[g]:t.cell.first[g+1]], columns, width, count)
	}
	t.totalsAt = make([]int32, len(t.unit.id)+1)
	for slot, g := range t.unit.group {
		t.totalsAt[slot+1] = t.totalsAt[slot] + int32(len(t.models[g].columns))
	}
	t.totals = make([]float64, t.totalsAt[len(t.unit.id)])
}

// fill fills in the model of a group with these cells; count, by column of the
// model, is 0 before and after.
func (m *groupModel) fill(cells, columns []int32, width int, count []int32) {
	for _, cell := range cells {
		for _, c := range columns[int(cell)*width:][:width] {
			if c >= 0 {
				count[c]++
			}
		}
	}
	place := make([]int32, len(count))
	m.columns = make([]int32, 0, len(count))
	for c, n := range count {
		place[c] = -1
		if n == 0 {
			continue
		}
		if int(n) == len(cells) {
			m.always = append(m.always, int32(len(m.columns)))
		} else {
			place[c] = int32(len(m.columns))
		}
		m.columns, count[c] = append(m.columns, int32(c)), 0
	}
	m.vary = width - len(m.always)
	m.places = make([]int32, 0, len(cells)*m.vary)
	for k, cell := range cells {
		for _, c := range columns[int(cell)*width:][:width] {
			if c >= 0 && place[c] >= 0 {
				m.places = append(m.places, place[c])
			}
		}
		for len(m.places) < (k+1)*m.vary {
			m.places = append(m.places, int32(len(m.columns)))
		}
	}
}
