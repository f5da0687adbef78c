package export

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// documents writes the lines about the study, 80 bytes each.
func (s *sav) documents() {
	var lines []string
	for _, line := range s.d.Study.lines() {
		for line != "" {
			piece := cut(line, savLineBytes)
			lines, line = append(lines, piece), line[len(piece):]
		}
	}
	s.ints(6, len(lines))
	for _, line := range lines {
		s.text(line, savLineBytes)
	}
}

// extension writes a record of type 7.
func (s *sav) extension(subtype, size int, body []byte) {
	s.ints(7, subtype, size, len(body)/size)
	s.write(body...)
}

func (s *sav) extensions(f *facts) {
	s.extension(3, 4, packed(1, 0, 0, -1, 1, 1, 2, 65001))
	var floats []byte
	for _, v := range []float64{-math.MaxFloat64, math.MaxFloat64, math.Nextafter(-math.MaxFloat64, 0)} {
		floats = binary.LittleEndian.AppendUint64(floats, math.Float64bits(v))
	}
	s.extension(4, 8, floats)
	var display []byte
	var long, very []string
	for i := range s.vars {
		v := &s.vars[i]
		segments := v.segments()
		for _, width := range segments {
			align, shown := 1, 8
			if v.Kind == Text {
				align, shown = 0, min(max(width, 8), 32)
			}
			display = append(display, packed(int(v.Level)+1, shown, align)...)
		}
		long = append(long, v.short+"="+v.Name)
		if len(segments) > 1 {
			very = append(very, fmt.Sprintf("%s=%05d\x00\t", v.short, v.width))
		}
	}
	s.extension(11, 4, display)
	s.extension(13, 1, []byte(strings.Join(long, "\t")))
	if len(very) > 0 {
		s.extension(14, 1, []byte(strings.Join(very, "")))
	}
	cases := binary.LittleEndian.AppendUint64(nil, 1)
	s.extension(16, 8, binary.LittleEndian.AppendUint64(cases, uint64(f.rows)))
	s.extension(20, 1, []byte("UTF-8"))
	s.longText()
}

// longText writes labels and user-missing values of texts that are longer than
// eight bytes. A missing value has eight bytes at most: a longer code keeps its
// label only.
func (s *sav) longText() {
	var labels, missing bytes.Buffer
	for i := range s.vars {
		v := &s.vars[i]
		if v.width <= 8 || len(v.Labels) == 0 {
			continue
		}
		counted(&labels, v.Name)
		labels.Write(packed(v.width, len(v.Labels)))
		var short []string
		for _, l := range v.Labels {
			counted(&labels, padded(l.Code, v.width))
			counted(&labels, cut(l.Text.In(s.d.Study.Lang), savValue))
			if l.Missing && len(l.Code) <= 8 && len(short) < 3 {
				short = append(short, padded(l.Code, 8))
			}
		}
		if len(short) > 0 {
			counted(&missing, v.Name)
			missing.WriteByte(byte(len(short)))
			missing.Write(packed(8))
			missing.WriteString(strings.Join(short, ""))
		}
	}
	if labels.Len() > 0 {
		s.extension(21, 1, labels.Bytes())
	}
	if missing.Len() > 0 {
		s.extension(22, 1, missing.Bytes())
	}
}

func packed(values ...int) (out []byte) {
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, uint32(int32(v)))
	}
	return out
}

func counted(b *bytes.Buffer, text string) {
	b.Write(packed(len(text)))
	b.WriteString(text)
}

// cases writes the rows.
func (s *sav) cases() error {
	return s.d.Rows(func(row []Cell) error {
		for i, cell := range row {
			v := &s.vars[i]
			switch {
			case v.Kind == Text:
				s.caseText(v, cell.text())
			case cell.Empty:
				s.float(-math.MaxFloat64)
			default:
				s.float(v.moment(cell.Number))
			}
		}
		return s.err
	})
}

// caseText writes a text in its segments: each but the last holds 255 bytes in a
// room of 256.
func (s *sav) caseText(v *savVariable, text string) {
	text = cut(text, v.width)
	for _, width := range v.segments() {
		piece := text[:min(len(text), width)]
		text = text[len(piece):]
		s.write([]byte(piece)...)
		s.spaces((width+7)/8*8 - len(piece))
	}
}
