package weight

import (
	"math"
	"slices"
)

// Margin is one margin of a raking: the category of each row and the
// population count of each category.
type Margin struct {
	Name   string
	Code   []int32
	Totals []float64
	Levels []string
}

func (m *Margin) cells() *Cells {
	names := make([]string, len(m.Totals))
	for k := range names {
		names[k] = m.Name
		if k < len(m.Levels) {
			names[k] += "=" + m.Levels[k]
		}
	}
	return &Cells{Code: m.Code, Totals: m.Totals, Names: names}
}

// Fit reports how a calibration ended: the new weights, the number of rounds,
// the largest misfit left (absolute for Rake, relative to 1+|total| for
// Calibrate) and the range of g = new/old weight over rows with old weight. After
// Calibrate, ByGroup has g by group of the model (1 for groups without weight), nil
// with bounds on the weights themselves, where the rows of a group differ.
type Fit struct {
	Weights    []float64
	ByGroup    []float64
	Iterations int
	Misfit     float64
	MinG, MaxG float64

	model  *Model
	before []float64
	mass   []float64 // of before, by group of the model
}

// Control says when an iteration ends: at a misfit of at most Epsilon, or with
// an error after MaxIter rounds. Zero values mean 1e-7 and 50.
type Control struct {
	Epsilon float64
	MaxIter int
}

func (c Control) filled() Control {
	if !(c.Epsilon > 0) {
		c.Epsilon = 1e-7
	}
	if c.MaxIter <= 0 {
		c.MaxIter = 50
	}
	return c
}

// Rake scales the weights to each margin in turn until no margin's count
// changes by more than Epsilon (iterative proportional fitting, Deming and
// Stephan 1940, Ann. Math. Stat. 11, 427-444). Margins must agree on the
// population within 1e-6 relative. It fails on an empty category with a total,
// on margins that disagree and when MaxIter rounds are not enough.
func Rake(w []float64, margins []Margin, control Control) (Fit, error) {
	control = control.filled()
	if err := checkMargins(w, margins); err != nil {
		return Fit{}, err
	}
	table := collapse(w, margins)
	rounds, misfit := 0, math.Inf(1)
	for rounds < control.MaxIter && misfit > control.Epsilon {
		misfit = table.round()
		rounds++
	}
	if misfit > control.Epsilon {
		return Fit{}, Errorf("weight.not_converged", "", "after %d rounds the margins still miss by %.3g; "+
			"they may contradict each other in empty cells: join categories or raise max_iter", rounds, misfit)
	}
	fit := Fit{Weights: table.spread(w), Iterations: rounds, Misfit: misfit}
	fit.MinG, fit.MaxG = rangeOfG(w, fit.Weights)
	return fit, nil
}

func checkMargins(w []float64, margins []Margin) error {
	if len(margins) == 0 {
		return Errorf("weight.no_margins", "", "raking needs at least one margin")
	}
	first := 0.0
	for m := range margins {
		cells := margins[m].cells()
		sums, err := cellSums(w, cells)
		if err != nil {
			return err
		}
		total := 0.0
		for k, t := range cells.Totals {
			total += t
			if sums[k] == 0 && t != 0 {
				return Errorf("weight.empty_cell", cells.name(int32(k)),
					"no respondent stands for the %v people of this category; join it to another", t)
			}
		}
		if m == 0 {
			first = total
		} else if math.Abs(total-first) > 1e-6*math.Max(1, first) {
			return Errorf("weight.margins_disagree", margins[m].Name,
				"this margin sums to %v, the first to %v; bring them to one population", total, first)
		}
	}
	return nil
}

// rangeOfG returns the smallest and largest new/old over rows with old weight.
func rangeOfG(old, now []float64) (low, high float64) {
	low, high = math.NaN(), math.NaN()
	for i, v := range old {
		if v == 0 {
			continue
		}
		g := now[i] / v
		if !(g >= low) {
			low = g
		}
		if !(g <= high) {
			high = g
		}
	}
	return low, high
}

// rakeTable holds the occupied cells of the cross-classification of all
// margins: raking changes every weight of a cell by the same factor, so the
// rounds run over cells and never over rows.
type rakeTable struct {
	margins []Margin
	of      []int32   // row to cell
	code    [][]int32 // margin, cell to category
	base    []float64 // sum of weights by cell, at the start
	now     []float64
}

func collapse(w []float64, margins []Margin) *rakeTable {
	codes := make([][]int32, len(margins))
	for m := range margins {
		codes[m] = margins[m].Code
	}
	of, first := groupRows(len(w), codes)
	t := &rakeTable{margins: margins, of: of, base: massOf(w, of, len(first)), code: make([][]int32, len(margins))}
	for m := range margins {
		t.code[m] = make([]int32, len(first))
		for c, row := range first {
			t.code[m][c] = margins[m].Code[row]
		}
	}
	t.now = append([]float64(nil), t.base...)
	return t
}

// round fits every margin once and returns the largest change of a category's
// count that it had to make.
func (t *rakeTable) round() float64 {
	worst := 0.0
	for m := range t.margins {
		totals := t.margins[m].Totals
		sums := make([]float64, len(totals))
		for c, k := range t.code[m] {
			sums[k] += t.now[c]
		}
		for k := range sums {
			worst = math.Max(worst, math.Abs(sums[k]-totals[k]))
			if sums[k] != 0 {
				sums[k] = totals[k] / sums[k]
			}
		}
		for c, k := range t.code[m] {
			t.now[c] *= sums[k]
		}
	}
	return worst
}

func (t *rakeTable) spread(w []float64) []float64 {
	factor := make([]float64, len(t.now))
	for c, v := range t.base {
		if v != 0 {
			factor[c] = t.now[c] / v
		}
	}
	out := make([]float64, len(w))
	for i, c := range t.of {
		out[i] = w[i] * factor[c]
	}
	return out
}

// groupRows numbers the distinct combinations of codes in order of first
// appearance. It returns the group of each row and the first row of each group.
func groupRows(n int, codes [][]int32) (of []int32, first []int) {
	columns := make([]codeColumn, len(codes))
	for m, column := range codes {
		columns[m] = codeColumn{wide: column, limit: int(slices.Max(column)) + 1}
	}
	return groupColumns(n, columns)
}

// codeColumn is a column of codes from 0 to limit-1, four bytes or one byte a row.
type codeColumn struct {
	wide  []int32
	small []uint8
	limit int
}

func (c codeColumn) at(i int) int32 {
	if c.small != nil {
		return int32(c.small[i])
	}
	return c.wide[i]
}

// addTo adds the codes of the rows from `from` on, times a factor, to the keys.
func (c codeColumn) addTo(keys []int32, from int, factor int32) {
	if c.small != nil {
		addKeys(keys, c.small[from:], factor)
		return
	}
	addKeys(keys, c.wide[from:], factor)
}

func addKeys[T uint8 | int32](keys []int32, codes []T, factor int32) {
	for i, k := range codes[:len(keys)] {
		keys[i] += int32(k) * factor
	}
}

// groupColumns numbers the distinct combinations of codes in order of first
// appearance, and returns the number of each row and the first row of each number.
func groupColumns(n int, columns []codeColumn) (of []int32, first []int) {
	size, factors := 1, make([]int32, len(columns))
	for m := range columns {
		factors[m] = int32(size)
		if size *= columns[m].limit; size > maxDirectCells {
			return groupByMap(n, columns)
		}
	}
	return Number(n, size, func(buffer []int32, from, to int) []int32 {
		keys := buffer[:to-from]
		clear(keys)
		for m, c := range columns {
			c.addTo(keys, from, factors[m])
		}
		return keys
	})
}

// maxDirectCells bounds the table that groupRows indexes directly (4 MiB);
// larger cross-classifications go through a map, one margin after the other.
const maxDirectCells = 1 << 20

func groupByMap(n int, columns []codeColumn) (of []int32, first []int) {
	of = make([]int32, n)
	for _, column := range columns {
		seen := make(map[[2]int32]int32)
		first = first[:0]
		for i := range of {
			key := [2]int32{of[i], column.at(i)}
			id, ok := seen[key]
			if !ok {
				id = int32(len(first))
				seen[key] = id
				first = append(first, i)
			}
			of[i] = id
		}
	}
	return of, first
}
