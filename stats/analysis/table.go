package analysis

import (
	"io"
	"math"
	"sort"
	"strconv"
	"sync"

	"minyi/stats/weight"
)

// series is one column in memory: numbers (NaN missing), compactly as one byte a
// row into points where there are few different ones; or codes into levels (-1
// missing).
type series struct {
	numeric bool
	numbers []float64 // nil when compact
	small   []uint8
	points  []float64
	codes   []int32
	levels  []string
	factor  bool // declared as factor: its level order is output order
}

// value returns the number of a row.
func (s *series) value(i int) float64 {
	if s.numbers == nil {
		return s.points[s.small[i]]
	}
	return s.numbers[i]
}

// spread returns the numbers spelled out.
func (s *series) spread() []float64 {
	if s.numbers != nil {
		return s.numbers
	}
	out := make([]float64, len(s.small))
	for i, k := range s.small {
		out[i] = s.points[k]
	}
	return out
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
	records, header, err := openCSV(r)
	if err != nil {
		return nil, err
	}
	at, err := places(header, declared)
	if err != nil {
		return nil, err
	}
	names := sortedKeys(declared)
	start := func() (*rowReader, error) { return newReaders(names, at, declared, len(header)) }
	if _, err := start(); err != nil {
		return nil, err
	}
	pieces, err := readRows(records.in, records.line, start)
	if err != nil {
		return nil, err
	}
	return join(names, declared, pieces), nil
}

// places matches the header with the declared columns.
func places(header []string, declared map[string]Column) (map[string]int, error) {
	at := map[string]int{}
	for k, name := range header {
		if _, twice := at[name]; twice {
			if _, wanted := declared[name]; wanted {
				return nil, weight.Errorf("data.column_twice", "line 1", "the column %q occurs twice", name)
			}
		}
		at[name] = k
	}
	return at, nil
}

// newReaders makes the column readers of one goroutine, in the order of names.
func newReaders(names []string, at map[string]int, declared map[string]Column, width int) (*rowReader, error) {
	columns := make([]*columnReader, len(names))
	for c, name := range names {
		k, ok := at[name]
		if !ok {
			return nil, weight.Errorf("data.column_missing", "columns."+name, "the data file has no column of this name")
		}
		reader, err := newColumnReader(name, k, declared[name])
		if err != nil {
			return nil, err
		}
		columns[c] = reader
	}
	return newRowReader(columns, width), nil
}

// join makes the table of the pieces, its columns side by side.
func join(names []string, declared map[string]Column, pieces []piece) *table {
	t := &table{columns: map[string]*series{}}
	for _, p := range pieces {
		t.rows += p.rows
	}
	all := make([]*series, len(names))
	var wait sync.WaitGroup
	for k, name := range names {
		if len(pieces) == 0 {
			all[k] = emptySeries(declared[name])
			continue
		}
		wait.Go(func() { all[k] = gather(k, pieces, t.rows) })
	}
	wait.Wait()
	for k, name := range names {
		t.columns[name] = all[k]
	}
	return t
}

func emptySeries(c Column) *series {
	if c.Type == "number" {
		return &series{numeric: true, small: []uint8{}}
	}
	return &series{factor: c.Type == "factor", codes: []int32{}, levels: c.Levels}
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
	if !s.numeric {
		return nil, weight.Errorf("analysis.not_number", place, "the column %q holds no numbers", name)
	}
	return s.spread(), nil
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
		s.numbers, s.small, s.codes = kept(s.numbers, mark, rows), kept(s.small, mark, rows), kept(s.codes, mark, rows)
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
	if !s.numeric {
		return s.codes, s.levels
	}
	all := s.spread()
	seen := map[float64]int32{}
	var values []float64
	for _, v := range all {
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
	codes = make([]int32, len(all))
	for i, v := range all {
		codes[i] = -1
		if !math.IsNaN(v) {
			codes[i] = seen[v]
		}
	}
	return codes, labels
}
