package weight

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Term is one variable of a calibration model: a number column (Values) or a
// factor (Code with one entry of Levels a category, or compactly Small, one byte a
// row). Exactly one is set.
type Term struct {
	Name   string
	Values []float64
	Code   []int32
	Small  []uint8
	Levels []string
}

func (t *Term) factor() bool { return t.Code != nil || t.Small != nil }

func (t *Term) codes() codeColumn {
	return codeColumn{wide: t.Code, small: t.Small, limit: len(t.Levels)}
}

// Model is the design matrix of a calibration, kept by term and never spelled
// out: a factor enters as 0/1 columns named "name=level", its first level
// dropped when there is an intercept or an earlier factor.
type Model struct {
	n        int
	names    []string
	terms    []modelTerm
	constant bool
	group    []int32 // row to group of rows with the same x
	first    []int   // first row of each group
	cells    []int32 // of factors alone: the columns that are 1 in each group
	width    int     // how many a group has; -1 fills up
}

type modelTerm struct {
	Term
	at   int // first column
	skip int32
}

// NewModel builds the model for n rows. It fails on a missing or non-finite
// value, on a column of another length and on a name that occurs twice.
func NewModel(n int, intercept bool, terms []Term) (*Model, error) {
	m := &Model{n: n, constant: intercept}
	if intercept {
		m.names = append(m.names, "(Intercept)")
	}
	seen, factors := map[string]bool{}, 0
	for _, t := range terms {
		if seen[t.Name] {
			return nil, Errorf("weight.term_twice", t.Name, "the term is named twice; name it once")
		}
		seen[t.Name] = true
		if err := checkTerm(n, &t); err != nil {
			return nil, err
		}
		mt := modelTerm{Term: t, at: len(m.names)}
		if !t.factor() {
			m.names = append(m.names, t.Name)
		} else {
			if intercept || factors > 0 {
				mt.skip = 1
			}
			factors++
			for _, level := range t.Levels[min(int(mt.skip), len(t.Levels)):] {
				m.names = append(m.names, t.Name+"="+level)
			}
		}
		m.terms = append(m.terms, mt)
	}
	if len(m.names) == 0 {
		return nil, Errorf("weight.no_terms", "", "the model is empty; name terms or set the intercept")
	}
	m.groupTerms()
	return m, nil
}

func checkTerm(n int, t *Term) error {
	if !t.factor() {
		if len(t.Values) != n {
			return Errorf("weight.length", t.Name, "%d values for %d rows", len(t.Values), n)
		}
		for i, v := range t.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return Errorf("weight.missing", t.Name, "row %d has no value; fill it in or filter the row", i+1)
			}
		}
		return nil
	}
	var bad int
	if t.Small != nil {
		if len(t.Small) != n {
			return Errorf("weight.length", t.Name, "%d values for %d rows", len(t.Small), n)
		}
		bad = outside(t.Small, len(t.Levels))
	} else {
		if len(t.Code) != n {
			return Errorf("weight.length", t.Name, "%d values for %d rows", len(t.Code), n)
		}
		bad = outside(t.Code, len(t.Levels))
	}
	if bad >= 0 {
		return Errorf("weight.missing", t.Name, "row %d has no level; fill it in or filter the row", bad+1)
	}
	return nil
}

// outside returns the first row whose code is none of the levels, -1 without one.
func outside[T uint8 | int32](codes []T, levels int) int {
	blocks := Blocks(len(codes))
	bad := make([]int, blocks)
	InBlocks(len(codes), blocks, func(b, low, high int) {
		bad[b] = -1
		part := codes[low:high]
		from := 0
		if small, ok := any(part).([]uint8); ok {
			from = below(small, levels)
		}
		for i, k := range part[from:] {
			if uint32(k) >= uint32(levels) {
				bad[b] = low + from + i
				return
			}
		}
	})
	for _, row := range bad {
		if row >= 0 {
			return row
		}
	}
	return -1
}

// below returns how many codes from the first on are seen to be below the limit,
// eight at a time: a byte x < 128 is not below it where x + 128 - limit has its
// highest bit set.
func below(codes []uint8, limit int) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	if limit < 1 || limit > 128 {
		return 0
	}
	add := uint64(128-limit) * ones
	for i := 0; i+8 <= len(codes); i += 8 {
		x := binary.LittleEndian.Uint64(codes[i:])
		if (x&^high+add|x)&high != 0 {
			return i
		}
	}
	return len(codes) &^ 7
}

// groupTerms puts rows with the same levels together; with a number column
// every row is a group of its own.
func (m *Model) groupTerms() {
	var codes []codeColumn
	for _, t := range m.terms {
		if !t.factor() {
			m.group, m.first = ownGroups(m.n)
			return
		}
		codes = append(codes, t.codes())
	}
	m.group, m.first = groupColumns(m.n, codes)
	m.noteCells()
}

// noteCells writes down which columns are 1 in each group.
func (m *Model) noteCells() {
	m.width = len(m.terms)
	if m.constant {
		m.width++
	}
	m.cells = make([]int32, 0, m.width*len(m.first))
	for _, i := range m.first {
		if m.constant {
			m.cells = append(m.cells, 0)
		}
		for t := range m.terms {
			term, column := &m.terms[t], int32(-1)
			if k := term.codes().at(i) - term.skip; k >= 0 {
				column = int32(term.at) + k
			}
			m.cells = append(m.cells, column)
		}
	}
}

// Cells returns, for a model of factors alone, the columns that are 1 in each
// group, width a group, -1 filling up; the others are 0. For other models ok is
// false.
func (m *Model) Cells() (columns []int32, width int, ok bool) {
	return m.cells, m.width, m.cells != nil
}

func ownGroups(n int) (group []int32, first []int) {
	group, first = make([]int32, n), make([]int, n)
	for i := range n {
		group[i], first[i] = int32(i), i
	}
	return group, first
}

// Names returns the column names in order.
func (m *Model) Names() []string { return m.names }

// Rows returns the number of rows.
func (m *Model) Rows() int { return m.n }

// Groups returns, for each row, its group of rows with equal x, and the number
// of groups. The slice belongs to the model and must not be changed.
func (m *Model) Groups() (of []int32, count int) { return m.group, len(m.first) }

// Totals lines up a map of totals with the columns. A missing, surplus or
// non-finite total is an error that names it.
func (m *Model) Totals(byName map[string]float64) ([]float64, error) {
	out := make([]float64, len(m.names))
	for j, name := range m.names {
		v, ok := byName[name]
		if !ok {
			return nil, Errorf("weight.total_missing", name, "the totals have no entry for this column; add it")
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, Errorf("weight.bad_total", name, "the total is %v", v)
		}
		out[j] = v
	}
	if len(byName) != len(m.names) {
		known := map[string]bool{}
		for _, name := range m.names {
			known[name] = true
		}
		for name := range byName {
			if !known[name] {
				return nil, Errorf("weight.total_unknown", name, "the totals name a column that the model does not have")
			}
		}
	}
	return out, nil
}

// entry is one nonzero element of a row of the model.
type entry struct {
	column int
	value  float64
}

// row writes the nonzero entries of the row into buf and returns it.
func (m *Model) row(i int, buf []entry) []entry {
	buf = buf[:0]
	if m.constant {
		buf = append(buf, entry{0, 1})
	}
	for t := range m.terms {
		term := &m.terms[t]
		if !term.factor() {
			if v := term.Values[i]; v != 0 {
				buf = append(buf, entry{term.at, v})
			}
		} else if k := term.codes().at(i) - term.skip; k >= 0 {
			buf = append(buf, entry{term.at + int(k), 1})
		}
	}
	return buf
}

// groupRow is row for the x of a group.
func (m *Model) groupRow(group int, buf []entry) []entry {
	if m.cells == nil {
		return m.row(m.first[group], buf)
	}
	buf = buf[:0]
	for _, column := range m.cells[group*m.width : (group+1)*m.width] {
		if column >= 0 {
			buf = append(buf, entry{int(column), 1})
		}
	}
	return buf
}

// AddGroupRow adds f times the x of the group to the columns of sum.
func (m *Model) AddGroupRow(sum []float64, group int, f float64) {
	var store [16]entry
	for _, e := range m.groupRow(group, store[:0]) {
		sum[e.column] += f * e.value
	}
}

// Dot returns x'beta for the group.
func (m *Model) Dot(group int, beta []float64) float64 {
	var store [16]entry
	s := 0.0
	for _, e := range m.groupRow(group, store[:0]) {
		s += e.value * beta[e.column]
	}
	return s
}

func (m *Model) place(j int) string {
	if j < 0 || j >= len(m.names) {
		return fmt.Sprintf("column %d", j+1)
	}
	return m.names[j]
}
