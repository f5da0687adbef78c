package analysis

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"minyi/stats/weight"
)

// series is one column in memory: numbers (NaN missing) or codes into levels
// (-1 missing).
type series struct {
	numbers []float64
	codes   []int32
	levels  []string
	factor  bool // declared as factor: its level order is output order
}

// table is the data by column name.
type table struct {
	rows    int
	columns map[string]*series
}

// readTable reads the declared columns of a CSV text: a header line, commas,
// RFC 4180 quotes, an optional byte-order mark; an empty cell is missing. It
// fails on a ragged row, a declared column that is not there, a name that
// occurs twice, a number that is none and a value outside the levels.
func readTable(r io.Reader, declared map[string]Column) (*table, error) {
	reader, header, err := openCSV(r)
	if err != nil {
		return nil, err
	}
	t := &table{columns: map[string]*series{}}
	readers, err := t.declare(header, declared)
	if err != nil {
		return nil, err
	}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		for _, c := range readers {
			if err := c.add(record[c.at]); err != nil {
				line, _ := reader.FieldPos(c.at)
				return nil, weight.Errorf("data.value", fmt.Sprintf("line %d, column %s", line, c.name), "%v", err)
			}
		}
		t.rows++
	}
	for _, c := range readers {
		c.finish()
	}
	return t, nil
}

func openCSV(r io.Reader) (*csv.Reader, []string, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		if _, err := buffered.Discard(3); err != nil {
			return nil, nil, fmt.Errorf("read the data: %w", err)
		}
	}
	reader := csv.NewReader(buffered)
	reader.ReuseRecord = true
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, weight.Errorf("data.empty", "line 1", "the data file is empty; its first line names the columns")
	}
	if err != nil {
		return nil, nil, csvError(err)
	}
	return reader, append([]string(nil), header...), nil
}

func csvError(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fmt.Errorf("read the data: %w", err)
	}
	if errors.Is(parse.Err, csv.ErrFieldCount) {
		return weight.Errorf("data.ragged", fmt.Sprintf("line %d", parse.Line), "the row has another number of cells than the header; check its commas and quotes")
	}
	return weight.Errorf("data.csv", fmt.Sprintf("line %d", parse.Line), "the row cannot be read: %v", parse.Err)
}

// declare matches the header with the declared columns.
func (t *table) declare(header []string, declared map[string]Column) ([]*columnReader, error) {
	at := map[string]int{}
	for k, name := range header {
		if _, twice := at[name]; twice {
			if _, wanted := declared[name]; wanted {
				return nil, weight.Errorf("data.column_twice", "line 1", "the column %q occurs twice", name)
			}
		}
		at[name] = k
	}
	var out []*columnReader
	for _, name := range sortedKeys(declared) {
		c := declared[name]
		k, ok := at[name]
		if !ok {
			return nil, weight.Errorf("data.column_missing", "columns."+name, "the data file has no column of this name")
		}
		s := &series{}
		reader := &columnReader{name: name, at: k, series: s, declared: c}
		if err := reader.prepare(); err != nil {
			return nil, err
		}
		t.columns[name] = s
		out = append(out, reader)
	}
	return out, nil
}

// columnReader fills one series from its cells.
type columnReader struct {
	name     string
	at       int
	declared Column
	series   *series
	code     map[string]int32
}

func (c *columnReader) prepare() error {
	switch c.declared.Type {
	case "number":
		c.series.numbers = []float64{}
	case "string":
		c.code = map[string]int32{}
	case "factor":
		c.code = map[string]int32{}
		c.series.factor = true
		c.series.levels = c.declared.Levels
		for k, level := range c.declared.Levels {
			if _, twice := c.code[level]; twice {
				return weight.Errorf("analysis.level_twice", "columns."+c.name, "the level %q is named twice", level)
			}
			c.code[level] = int32(k)
		}
		if len(c.declared.Levels) == 0 {
			return weight.Errorf("analysis.no_levels", "columns."+c.name, "a factor needs its levels")
		}
	default:
		return weight.Errorf("analysis.column_type", "columns."+c.name, "the type is %q; use number, string or factor", c.declared.Type)
	}
	return nil
}

func (c *columnReader) add(cell string) error {
	if c.code == nil {
		v, err := parseNumber(cell)
		c.series.numbers = append(c.series.numbers, v)
		return err
	}
	if cell == "" {
		c.series.codes = append(c.series.codes, -1)
		return nil
	}
	k, ok := c.code[cell]
	if !ok {
		if c.series.factor {
			return fmt.Errorf("the value %q is not among the levels; add it there or filter the row", cell)
		}
		cell = strings.Clone(cell)
		k = int32(len(c.code))
		c.code[cell] = k
		c.series.levels = append(c.series.levels, cell)
	}
	c.series.codes = append(c.series.codes, k)
	return nil
}

// finish puts the levels of a string column in byte order.
func (c *columnReader) finish() {
	if c.code != nil && !c.series.factor {
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
	for i, k := range s.codes {
		if k >= 0 {
			s.codes[i] = place[s.levels[k]]
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

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// column finds a column by name; place names where the file asks for it.
func (t *table) column(name, place string) (*series, error) {
	s, ok := t.columns[name]
	if !ok {
		return nil, weight.Errorf("analysis.no_column", place, "there is no column %q; declare it under columns or derive it", name)
	}
	return s, nil
}

func (t *table) number(name, place string) ([]float64, error) {
	s, err := t.column(name, place)
	if err != nil {
		return nil, err
	}
	if s.numbers == nil {
		return nil, weight.Errorf("analysis.not_number", place, "the column %q holds no numbers", name)
	}
	return s.numbers, nil
}

// keep drops the rows that are not marked.
func (t *table) keep(mark []bool) {
	rows := 0
	for _, on := range mark {
		if on {
			rows++
		}
	}
	for _, s := range t.columns {
		s.numbers, s.codes = kept(s.numbers, mark, rows), kept(s.codes, mark, rows)
	}
	t.rows = rows
}

func kept[T any](values []T, mark []bool, rows int) []T {
	if values == nil {
		return nil
	}
	out := make([]T, 0, rows)
	for i, on := range mark {
		if on {
			out = append(out, values[i])
		}
	}
	return out
}

// categories returns codes and labels of any column; numbers are sorted and
// labelled by their shortest decimal form.
func (s *series) categories() (codes []int32, labels []string) {
	if s.numbers == nil {
		return s.codes, s.levels
	}
	seen := map[float64]int32{}
	var values []float64
	for _, v := range s.numbers {
		if _, ok := seen[v]; !ok && !math.IsNaN(v) {
			seen[v] = 0
			values = append(values, v)
		}
	}
	sort.Float64s(values)
	labels = make([]string, len(values))
	for k, v := range values {
		seen[v] = int32(k)
		labels[k] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	codes = make([]int32, len(s.numbers))
	for i, v := range s.numbers {
		codes[i] = -1
		if !math.IsNaN(v) {
			codes[i] = seen[v]
		}
	}
	return codes, labels
}
