package analysis

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"minyi/stats/weight"
)

// maxPoints is how many different numbers a column keeps compactly.
const maxPoints = 250

// columnReader fills one series from its cells. Cells seen before are looked up
// and not parsed again; those of one byte, as most codes are, in an array.
type columnReader struct {
	name     string
	at       int
	declared Column
	series   *series
	code     map[string]int32
	byByte   [256]int32 // code of a cell of one byte, plus 1
}

func (c *columnReader) prepare() error {
	c.code = map[string]int32{}
	switch c.declared.Type {
	case "number":
		c.series.numeric = true
		c.series.small = []uint8{}
	case "string":
		c.series.codes = []int32{}
	case "factor":
		c.series.factor = true
		c.series.codes = []int32{}
		c.series.levels = c.declared.Levels
		for k, level := range c.declared.Levels {
			if _, twice := c.code[level]; twice {
				return weight.Errorf("analysis.level_twice", "columns."+c.name, "the level %q is named twice", level)
			}
			c.remember(level, int32(k))
		}
		if len(c.declared.Levels) == 0 {
			return weight.Errorf("analysis.no_levels", "columns."+c.name, "a factor needs its levels")
		}
	default:
		return weight.Errorf("analysis.column_type", "columns."+c.name, "the type is %q; use number, string or factor", c.declared.Type)
	}
	return nil
}

func (c *columnReader) remember(cell string, k int32) {
	c.code[cell] = k
	if len(cell) == 1 {
		c.byByte[cell[0]] = k + 1
	}
}

func (c *columnReader) lookup(cell []byte) (int32, bool) {
	if len(cell) == 1 {
		k := c.byByte[cell[0]]
		return k - 1, k > 0
	}
	k, ok := c.code[string(cell)]
	return k, ok
}

func (c *columnReader) add(cell []byte) error {
	if c.series.numeric {
		return c.addNumber(cell)
	}
	if len(cell) == 0 {
		c.series.codes = append(c.series.codes, -1)
		return nil
	}
	k, ok := c.lookup(cell)
	if !ok {
		if c.series.factor {
			return fmt.Errorf("the value %q is not among the levels; add it there or filter the row", cell)
		}
		k = int32(len(c.code))
		c.remember(string(cell), k)
		c.series.levels = append(c.series.levels, string(cell))
	}
	c.series.codes = append(c.series.codes, k)
	return nil
}

func (c *columnReader) addNumber(cell []byte) error {
	s := c.series
	if s.numbers != nil {
		v, err := parseNumber(string(cell))
		s.numbers = append(s.numbers, v)
		return err
	}
	if k, ok := c.lookup(cell); ok {
		s.small = append(s.small, uint8(k))
		return nil
	}
	v, err := parseNumber(string(cell))
	if err != nil {
		return err
	}
	if len(s.points) < maxPoints {
		k := len(s.points)
		s.points = append(s.points, v)
		c.remember(string(cell), int32(k))
		s.small = append(s.small, uint8(k))
		return nil
	}
	s.numbers = append(s.spread(), v)
	s.small, s.points, c.code = nil, nil, nil
	return nil
}

// finish puts the levels of a string column in byte order.
func (c *columnReader) finish() {
	if !c.series.numeric && !c.series.factor {
		c.series.sortLevels()
	}
}

func (s *series) sortLevels() {
	sorted := append([]string(nil), s.levels...)
	sort.Strings(sorted)
	place := map[string]int32{}
	for k, level := range sorted {
		place[level] = int32(k)
	}
	to := make([]int32, len(s.levels))
	for k, level := range s.levels {
		to[k] = place[level]
	}
	for i, k := range s.codes {
		if k >= 0 {
			s.codes[i] = to[k]
		}
	}
	s.levels = sorted
}

func parseNumber(cell string) (float64, error) {
	if cell == "" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(cell, "xX_") {
		return 0, fmt.Errorf("%q is not a number; an empty cell means missing", cell)
	}
	return v, nil
}
