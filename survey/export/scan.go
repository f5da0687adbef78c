package export

import (
	"math"
	"slices"
	"strconv"
)

// facts are what writers must know of the rows before the first one.
type facts struct {
	rows    int
	columns []column
}

// column is what one variable holds.
type column struct {
	width    int   // bytes of the longest text
	long     int64 // bytes of all texts that are not empty, and how many they are
	texts    int
	valid    int // values that are neither empty nor user-missing
	missing  int // user-missing values
	low      float64
	high     float64
	weighted []float64 // sum of weights by label
	counts   []int     // rows by label
}

// scan goes through the rows once.
func (d *Dataset) scan() (*facts, error) {
	f := &facts{columns: make([]column, len(d.Variables))}
	for i := range f.columns {
		labels := len(d.Variables[i].Labels)
		f.columns[i] = column{low: math.Inf(1), high: math.Inf(-1), counts: make([]int, labels), weighted: make([]float64, labels)}
	}
	at := d.weightAt()
	err := d.Rows(func(row []Cell) error {
		f.rows++
		w := 0.0
		if at >= 0 && !row[at].Empty {
			w = row[at].Number
		}
		for i := range row {
			f.columns[i].add(&d.Variables[i], row[i], w)
		}
		return nil
	})
	return f, err
}

func (c *column) add(v *Variable, cell Cell, weight float64) {
	if cell.Empty || v.Kind == Text && cell.text() == "" {
		return
	}
	k := v.labelOf(cell)
	if k >= 0 {
		c.counts[k]++
		c.weighted[k] += weight
	}
	if v.Kind == Text {
		c.width = max(c.width, len(cell.Text))
		c.long += int64(len(cell.Text))
		c.texts++
	}
	if k >= 0 && v.Labels[k].Missing {
		c.missing++
		return
	}
	c.valid++
	if v.Kind != Text {
		c.low, c.high = min(c.low, cell.Number), max(c.high, cell.Number)
	}
}

// labelOf returns the place of the label of a value, -1 where it has none.
func (v *Variable) labelOf(cell Cell) int {
	return slices.IndexFunc(v.Labels, func(l Label) bool {
		if v.Kind == Text {
			return l.Code == cell.Text
		}
		return l.Number == cell.Number
	})
}

// value is a labelled value as it is spelled.
func (v *Variable) value(l Label) string {
	if v.Kind == Text {
		return l.Code
	}
	return number(l.Number)
}

// missing returns the labels of user-missing values.
func (v *Variable) missing() (out []Label) {
	for _, l := range v.Labels {
		if l.Missing {
			out = append(out, l)
		}
	}
	return out
}

// weightAt is the place of the weights, -1 for none.
func (d *Dataset) weightAt() int {
	return slices.IndexFunc(d.Variables, func(v Variable) bool { return d.Weight != "" && v.Name == d.Weight })
}

// number spells a number so that it can be read back without loss.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// cut shortens a text to so many bytes without breaking a character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := 0
	for i := range s {
		if i > most {
			break
		}
		end = i
	}
	return s[:end]
}
