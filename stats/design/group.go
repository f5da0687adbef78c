package design

import (
	"sync"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/weight"
)

// Limits of GroupCovariance: doubles in a table of units by groups that is kept
// at once, doubles of dense columns, and blocks of rows that are summed apart.
const (
	maxUnitTable = 1 << 22
	maxDense     = 1 << 27
	rowBlocks    = 8
)

// GroupCovariance is Covariance for statistics of disjoint groups: row i has the
// linearized value w·y[i] in column group[i] and 0 in the others (-1: in all). For a
// design of one stage with no adjustment but one calibration it never spells the
// columns out: sums by PSU and group and by cell and group suffice, as the
// residual's fit x'b adds up to X_psu'b. Rows are summed in a fixed number of
// blocks, so that the result has the same bits on any machine with any number of
// processors. It fails as Covariance does, on columns of another length, and where
// the columns would have to be spelled out and do not fit into memory.
func (d *Design) GroupCovariance(group []int32, count int, y []float64) (*mat.SymDense, error) {
	if len(group) != d.n || len(y) != d.n {
		return nil, weight.Errorf("design.length", "", "%d groups and %d values for %d rows", len(group), len(y), d.n)
	}
	if fit, ok := d.collapses(count); ok {
		return d.collapsed(group, count, y, fit)
	}
	if count*d.n > maxDense {
		return nil, weight.Errorf("design.too_large", "", "%d groups of %d rows do not fit into memory with this design; ask for fewer groups", count, d.n)
	}
	z := make([][]float64, count)
	for g := range z {
		z[g] = make([]float64, d.n)
	}
	for i, g := range group {
		if g >= 0 {
			z[g][i] = d.weights[i] * y[i]
		}
	}
	return d.Covariance(z)
}

// collapses says whether the sums suffice, and returns the calibration, nil
// without one.
func (d *Design) collapses(count int) (*modelAdjustment, bool) {
	if d.rep != nil || len(d.stages) != 1 || d.pps == Overton || len(d.adjust) > 1 {
		return nil, false
	}
	units := len(d.stages[0].group)
	if units*count > maxUnitTable {
		return nil, false
	}
	if len(d.adjust) == 0 {
		return nil, true
	}
	fit, ok := d.adjust[0].(*modelAdjustment)
	if !ok || &fit.after[0] != &d.weights[0] {
		return nil, false // weights trimmed after the calibration: z over the calibrated weight is not y
	}
	_, cells := fit.residuals.Model().Groups()
	return fit, units*len(fit.residuals.Model().Names()) <= maxUnitTable && cells*count <= maxUnitTable
}

// blockSums are the sums of one block of rows: Σwy by unit and group, and Σw₀y
// by cell and group, w₀ being the weights before the calibration.
type blockSums struct {
	unit, cell []float64
}

func (d *Design) collapsed(group []int32, count int, y []float64, fit *modelAdjustment) (*mat.SymDense, error) {
	sums := d.sumBlocks(group, count, y, fit)
	if fit != nil {
		model := fit.residuals.Model()
		perUnit := fit.unitSums(&d.stages[0])
		p := len(model.Names())
		xwy := make([]float64, p)
		for g := range count {
			clear(xwy)
			for c := 0; c*count < len(sums.cell); c++ {
				if v := sums.cell[c*count+g]; v != 0 {
					model.AddGroupRow(xwy, c, v)
				}
			}
			beta := fit.residuals.Coefficients(xwy)
			for u := 0; u*count < len(sums.unit); u++ {
				for j, x := range perUnit[u*(p+1):][:p] {
					sums.unit[u*count+g] -= x * beta[j]
				}
			}
		}
	}
	v := mat.NewSymDense(max(1, count), nil)
	return v, d.addTotals(v, 0, sums.unit, count)
}

// sumBlocks sums the rows in blocks, side by side, and adds the blocks in order.
func (d *Design) sumBlocks(group []int32, count int, y []float64, fit *modelAdjustment) blockSums {
	blocks := make([]blockSums, min(rowBlocks, max(1, maxUnitTable/max(1, len(d.stages[0].group)*count))))
	var wait sync.WaitGroup
	for b := range blocks {
		wait.Go(func() {
			low, high := b*d.n/len(blocks), (b+1)*d.n/len(blocks)
			blocks[b] = d.sumRows(low, high, group, count, y, fit)
		})
	}
	wait.Wait()
	for _, b := range blocks[1:] {
		for k, v := range b.unit {
			blocks[0].unit[k] += v
		}
		for k, v := range b.cell {
			blocks[0].cell[k] += v
		}
	}
	return blocks[0]
}

func (d *Design) sumRows(low, high int, group []int32, count int, y []float64, fit *modelAdjustment) blockSums {
	st := &d.stages[0]
	out := blockSums{unit: make([]float64, len(st.group)*count)}
	if fit == nil {
		for i := low; i < high; i++ {
			if g := group[i]; g >= 0 {
				out.unit[int(st.unit[i])*count+int(g)] += d.weights[i] * y[i]
			}
		}
		return out
	}
	cell, cells := fit.residuals.Model().Groups()
	before := fit.residuals.Weights()
	out.cell = make([]float64, cells*count)
	for i := low; i < high; i++ {
		if g := group[i]; g >= 0 {
			out.unit[int(st.unit[i])*count+int(g)] += d.weights[i] * y[i]
			out.cell[int(cell[i])*count+int(g)] += before[i] * y[i]
		}
	}
	return out
}

// unitSums returns Σwx of every unit and one entry more, computed once.
func (a *modelAdjustment) unitSums(st *stage) []float64 {
	a.once.Do(func() {
		p, n, units := len(a.residuals.Model().Names()), len(st.unit), len(st.group)
		blocks := min(max(1, weight.Blocks(n)/2), max(1, maxUnitTable/max(1, units*p)))
		sums := make([][]float64, blocks)
		weight.InBlocks(n, blocks, func(b, low, high int) {
			sums[b] = make([]float64, units*(p+1))
			a.addUnits(sums[b], st, low, high)
		})
		a.perUnit = sums[0]
		weight.InBlocks(len(a.perUnit), blocks, func(_, low, high int) {
			for _, sum := range sums[1:] {
				for k, v := range sum[low:high] {
					a.perUnit[low+k] += v
				}
			}
		})
	})
	return a.perUnit
}

// addUnits adds the wx of rows low to high-1 to their units, which have one entry
// more than the model has columns.
func (a *modelAdjustment) addUnits(sum []float64, st *stage, low, high int) {
	model := a.residuals.Model()
	of, _ := model.Groups()
	p := len(model.Names())
	columns, width, factors := model.Cells()
	if !factors {
		for i := low; i < high; i++ {
			model.AddGroupRow(sum[int(st.unit[i])*(p+1):][:p], int(of[i]), a.after[i])
		}
		return
	}
	// What no column takes falls into the one more: that is faster than to ask.
	places := make([]int32, len(columns))
	for k, column := range columns {
		places[k] = column
		if column < 0 {
			places[k] = int32(p)
		}
	}
	for i := low; i < high; i++ {
		w, unit := a.after[i], sum[int(st.unit[i])*(p+1):][:p+1]
		for _, column := range places[int(of[i])*width:][:width] {
			unit[column] += w
		}
	}
}
