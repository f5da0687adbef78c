package estimate

import (
	"math"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Table returns the weighted counts of the cells of factors, the first variable
// fastest. Rows with a missing category are in no cell. It fails as Mean does, on a
// column of numbers and on a table too large to hold.
func Table(d *design.Design, vars []Variable, o Options) ([]float64, error) {
	size := 1
	for _, v := range vars {
		if v.Levels == nil {
			return nil, weight.Errorf("estimate.not_factor", v.Name, "a table needs factors; declare the column with levels")
		}
		size *= len(v.Levels)
		if size > maxTableCells {
			return nil, weight.Errorf("estimate.table_size", v.Name, "the table would have more than %d cells; use fewer variables", maxTableCells)
		}
	}
	o.DropMissing = true
	f, err := newFrame(d, vars, o)
	if err != nil {
		return nil, err
	}
	out := make([]float64, size)
	for i, w := range d.Weights() {
		if !f.use[i] {
			continue
		}
		cell, step := 0, 1
		for _, v := range vars {
			cell += int(v.Code[i]) * step
			step *= len(v.Levels)
		}
		out[cell] += w
	}
	return out, nil
}

// maxTestCells bounds the cells of a test of independence.
const maxTestCells = 2500

// maxTableCells bounds a table of counts.
const maxTableCells = 1 << 20

// Association is the result of a test of independence of two factors. NDF and
// DDF are NaN where the test has none.
type Association struct {
	Statistic, P, NDF, DDF float64
}

// Independence names a test of independence.
type Independence string

// TestF and TestChisq are Rao and Scott's second and first order corrections
// of Pearson's statistic (1984, Ann. Stat. 12, 46-60); TestExact has the tail
// of the weighted sum of chi-squares without Satterthwaite's approximation;
// TestWald and TestAdjWald are Koch, Freeman and Freeman's Wald test (1975) and
// its adjusted form.
const (
	TestF       Independence = "F"
	TestChisq   Independence = "Chisq"
	TestExact   Independence = "lincom"
	TestWald    Independence = "Wald"
	TestAdjWald Independence = "adjWald"
)

// Chisq tests whether two factors are independent. Levels that do not occur
// among the rows in use are left out; a factor with a single level left is an
// error, and so is a name that is no test.
func Chisq(d *design.Design, row, col Variable, test Independence, o Options) (*Association, error) {
	if row.Levels == nil || col.Levels == nil {
		return nil, weight.Errorf("estimate.not_factor", row.Name+", "+col.Name, "the test needs two factors; declare the columns with levels")
	}
	o.DropMissing = true
	f, err := newFrame(d, []Variable{row, col}, o)
	if err != nil {
		return nil, err
	}
	t, err := newTwoWay(f, row, col)
	if err != nil {
		return nil, err
	}
	if t.rows < 2 || t.cols < 2 {
		return nil, weight.Errorf("estimate.one_level", row.Name+", "+col.Name, "one of the factors has a single level among the rows in use")
	}
	switch test {
	case TestF, TestChisq, TestExact:
		return t.raoScott(test, o)
	case TestWald, TestAdjWald:
		return t.wald(test, o)
	}
	return nil, weight.Errorf("estimate.statistic", "statistic", "the test %q is not known; use F, Chisq, lincom, Wald or adjWald", string(test))
}

// twoWay is the cross-classification behind a test; cell (r, c) is r + rows·c.
type twoWay struct {
	d          *design.Design
	rows, cols int
	cells      Variable
	use        []bool
	n          int
}

func newTwoWay(f *frame, row, col Variable) (*twoWay, error) {
	rowOf, rows := occurring(f, row)
	colOf, cols := occurring(f, col)
	if rows*cols > maxTestCells {
		return nil, weight.Errorf("estimate.table_size", row.Name+", "+col.Name, "the table has %d cells; a test takes at most %d", rows*cols, maxTestCells)
	}
	t := &twoWay{d: f.d, rows: rows, cols: cols, use: f.use, n: f.n}
	t.cells = Variable{Name: "cell", Code: make([]int32, len(f.use)), Levels: make([]string, rows*cols)}
	for i, use := range f.use {
		t.cells.Code[i] = -1
		if use && f.d.Weights()[i] != 0 {
			t.cells.Code[i] = rowOf[row.Code[i]] + int32(rows)*colOf[col.Code[i]]
		}
	}
	return t, nil
}

// occurring renumbers the levels that have rows.
func occurring(f *frame, v Variable) (of []int32, count int) {
	of = make([]int32, len(v.Levels))
	for k := range of {
		of[k] = -1
	}
	for i, use := range f.use {
		if use && f.d.Weights()[i] != 0 {
			of[v.Code[i]] = 0
		}
	}
	for k := range of {
		if of[k] == 0 {
			of[k] = int32(count)
			count++
		}
	}
	return of, count
}

func (t *twoWay) options(o Options) Options {
	o.Domain, o.DropMissing, o.Deff = t.use, true, NoDeff
	return o
}

// margins returns the row and column sums of a table and its total.
func (t *twoWay) margins(cells []float64) (row, col []float64, total float64) {
	row, col = make([]float64, t.rows), make([]float64, t.cols)
	for k, v := range cells {
		row[k%t.rows] += v
		col[k/t.rows] += v
		total += v
	}
	return row, col, total
}

func (t *twoWay) pearson(share []float64) float64 {
	row, col, _ := t.margins(share)
	x2 := 0.0
	for k, p := range share {
		want := row[k%t.rows] * col[k/t.rows]
		x2 += (p - want) * (p - want) / want
	}
	return x2 * float64(t.n)
}

func designDF(d *design.Design, use []bool, o Options) float64 {
	if o.DF != nil && !math.IsNaN(*o.DF) {
		return *o.DF
	}
	return d.DF(use)
}
