package analysis

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"minyi/stats/weight"
)

// maxPoints is how many different numbers a column keeps compactly.
const maxPoints = 250

// columnReader turns the cells of one column into codes, chunk by chunk. Cells
// seen before are looked up and not parsed again; those of one byte, as most
// codes are, in an array. Every goroutine has its own; gather joins them.
type columnReader struct {
	name     string
	at       int
	declared Column
	numeric  bool
	factor   bool
	wide     bool // more than maxPoints numbers: they are no longer coded
	known    *dictionary
	byByte   [256]int32 // code of a cell of one byte, plus 1
	points   []float64  // of a number column, by code
	part     part
}

// part is what one chunk holds of a column: codes of its reader (-1 missing), or
// numbers.
type part struct {
	codes   []int32
	small   []uint8
	numbers []float64
}

func newColumnReader(name string, at int, declared Column) (*columnReader, error) {
	c := &columnReader{name: name, at: at, declared: declared, known: newDictionary()}
	switch declared.Type {
	case "number":
		c.numeric = true
	case "string":
	case "factor":
		c.factor = true
		return c, c.addLevels()
	default:
		return nil, weight.Errorf("analysis.column_type", "columns."+name, "the type is %q; use number, string or factor", declared.Type)
	}
	return c, nil
}

func (c *columnReader) addLevels() error {
	for _, level := range c.declared.Levels {
		if c.known.lookup([]byte(level)) >= 0 {
			return weight.Errorf("analysis.level_twice", "columns."+c.name, "the level %q is named twice", level)
		}
		c.remember([]byte(level))
	}
	if len(c.declared.Levels) == 0 {
		return weight.Errorf("analysis.no_levels", "columns."+c.name, "a factor needs its levels")
	}
	return nil
}

func (c *columnReader) remember(cell []byte) int32 {
	k := c.known.add(cell)
	if len(cell) == 1 {
		c.byByte[cell[0]] = k + 1
	}
	return k
}

// begin makes room for the rows of a chunk.
func (c *columnReader) begin(rows int) {
	c.part = part{}
	switch {
	case !c.numeric:
		c.part.codes = make([]int32, 0, rows)
	case c.wide:
		c.part.numbers = make([]float64, 0, rows)
	default:
		c.part.small = make([]uint8, 0, rows)
	}
}

// add appends a cell, looked up before: k is its code, -1 where it is new.
func (c *columnReader) add(cell []byte, k int32) error {
	switch {
	case c.wide:
		v, err := parseNumber(cell)
		c.part.numbers = append(c.part.numbers, v)
		return err
	case c.numeric && k >= 0:
		c.part.small = append(c.part.small, uint8(k))
	case c.numeric:
		return c.addPoint(cell)
	case len(cell) == 0:
		c.part.codes = append(c.part.codes, -1)
	case k >= 0:
		c.part.codes = append(c.part.codes, k)
	case c.factor:
		return fmt.Errorf("the value %q is not among the levels; add it there or filter the row", cell)
	default:
		c.part.codes = append(c.part.codes, c.remember(cell))
	}
	return nil
}

// addPoint appends a number that the column has not had before.
func (c *columnReader) addPoint(cell []byte) error {
	v, err := parseNumber(cell)
	if err != nil {
		return err
	}
	if len(c.points) < maxPoints {
		c.points = append(c.points, v)
		c.part.small = append(c.part.small, uint8(c.remember(cell)))
		return nil
	}
	c.wide = true
	rows := c.part.small
	c.part = part{numbers: make([]float64, 0, cap(rows))}
	for _, k := range rows {
		c.part.numbers = append(c.part.numbers, c.points[k])
	}
	c.part.numbers = append(c.part.numbers, v)
	return nil
}

// exactPower is the largest power of ten that is needed; a double holds it exactly.
const exactPower = 15

// parseNumber reads a decimal number, NaN from an empty cell.
func parseNumber(cell []byte) (float64, error) {
	if len(cell) == 0 {
		return math.NaN(), nil
	}
	if v, ok := plainDecimal(cell); ok {
		return v, nil
	}
	text := string(cell)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(text, "xX_") {
		return 0, fmt.Errorf("%q is not a number; an empty cell means missing", cell)
	}
	return v, nil
}

// plainDecimal reads digits with at most one point. Up to 15 digits the mantissa
// and the power of ten are exact doubles, so that their quotient is the nearest
// double to the number (Clinger 1990).
func plainDecimal(cell []byte) (float64, bool) {
	if len(cell) > 16 || cell[0] == '.' {
		return 0, false
	}
	mantissa, digits, behind, point := uint64(0), 0, 0, false
	for _, b := range cell {
		switch d := b - '0'; {
		case d <= 9:
			mantissa = 10*mantissa + uint64(d)
			digits++
			if point {
				behind++
			}
		case b == '.' && !point:
			point = true
		default:
			return 0, false
		}
	}
	if digits > 15 || (point && behind == 0) {
		return 0, false
	}
	return float64(mantissa) / powerOfTen(behind), true
}

func powerOfTen(k int) float64 {
	powers := [exactPower + 1]float64{
		1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	}
	return powers[k]
}
