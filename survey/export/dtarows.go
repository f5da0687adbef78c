package export

import (
	"encoding/binary"
	"math"
	"strings"
)

const (
	longHead = 3 + 4 + 8 + 1 + 4 // of a long text: mark, variable, row, type, length
	longKind = "\x82"            // text with a zero at its end
)

func (s *dta) rowBytes() (n int64) {
	for i := range s.vars {
		if w := s.vars[i].width; w > 0 {
			n += int64(w)
		} else {
			n += 8
		}
	}
	return n
}

// rows writes the data.
func (s *dta) rows() {
	row, buf := int64(0), make([]byte, 0, s.rowBytes())
	err := s.d.Rows(func(cells []Cell) error {
		row++
		buf = buf[:0]
		for i, cell := range cells {
			buf = s.vars[i].cell(buf, cell, i+1, row)
		}
		_, err := s.out.Write(buf)
		return err
	})
	if s.err == nil {
		s.err = err
	}
}

func (v *dtaVariable) cell(buf []byte, cell Cell, variable int, row int64) []byte {
	switch {
	case v.width > 0:
		text := cut(cell.text(), v.width)
		return append(buf, text+strings.Repeat("\x00", v.width-len(text))...)
	case v.width < 0 && cell.text() == "":
		return append(buf, make([]byte, 8)...)
	case v.width < 0: // two bytes of variable, six of row
		return binary.LittleEndian.AppendUint64(buf, uint64(row)<<16|uint64(variable))
	}
	return binary.LittleEndian.AppendUint64(buf, v.double(cell))
}

// double is a number as Stata stores it.
func (v *dtaVariable) double(cell Cell) uint64 {
	if cell.Empty {
		return dtaMissing
	}
	n := cell.Number
	if k := v.labelOf(cell); k >= 0 {
		if v.miss[k] > 0 {
			return dtaMissing + uint64(v.miss[k])*dtaStep
		}
		n = v.codes[k]
	} else if v.Kind == Text {
		return dtaMissing
	}
	if v.Kind == Date {
		n += 3653 // days from 1960-01-01 to 1970-01-01
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return dtaMissing
	}
	return math.Float64bits(n)
}

func (s *dta) longBytes() (n int64) {
	for i := range s.vars {
		if s.vars[i].width < 0 {
			n += s.f.columns[i].long + int64(s.f.columns[i].texts)*(longHead+1)
		}
	}
	return n
}

// longTexts writes the texts that are too long for a row.
func (s *dta) longTexts() {
	if s.longBytes() == 0 {
		return
	}
	row := uint64(0)
	err := s.d.Rows(func(cells []Cell) error {
		row++
		for i, cell := range cells {
			if s.vars[i].width < 0 && cell.text() != "" {
				s.put("GSO", le32(i+1), le64(row), longKind, le32(len(cell.Text)+1), cell.Text, "\x00")
			}
		}
		return s.err
	})
	if s.err == nil {
		s.err = err
	}
}

// valueLabels are the tables of labels, with those of the extended missing values.
func (s *dta) valueLabels() string {
	var b strings.Builder
	for i := range s.vars {
		v := &s.vars[i]
		if !v.labelled() {
			continue
		}
		var offsets, values, texts strings.Builder
		for k, l := range v.Labels {
			offsets.WriteString(le32(texts.Len()))
			n := int(v.codes[k])
			if v.miss[k] > 0 {
				n = dtaCode + v.miss[k]
			}
			values.WriteString(le32(n))
			texts.WriteString(l.Text.In(s.d.Study.Lang) + "\x00")
		}
		table := le32(len(v.Labels)) + le32(texts.Len()) + offsets.String() + values.String() + texts.String()
		b.WriteString(tag("lbl", le32(len(table))+room(v.Name, dtaNameBytes)+"\x00\x00\x00"+table))
	}
	return tag("value_labels", b.String())
}
