package export

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// Sizes of format 118, from Stata's "Description of .dta file format 118".
const (
	dtaDouble    = 65526
	dtaStrL      = 32768
	dtaFixed     = 2045 // longest text of fixed width
	dtaNameBytes = 129
	dtaLabel     = 320 // bytes of a label without its end; 80 characters
	dtaChars     = 80
	dtaMissing   = 0x7fe0000000000000 // the double "."; .a to .z lie 2^40 apart
	dtaStep      = 1 << 40
	dtaCode      = 2147483621 // "." among value labels; .a to .z follow
	dtaLetters   = 26
)

// dta writes a Stata file: each call appends, the first error stays.
type dta struct {
	out  *bufio.Writer
	err  error
	d    *Dataset
	f    *facts
	vars []dtaVariable
}

// dtaVariable is a variable with the numbers of its labels.
type dtaVariable struct {
	*Variable
	width int       // of a text of fixed width; 0 for a number; -1 for strL
	codes []float64 // number of each label
	miss  []int     // letter of each label from 1, 0 for a substantive one
}

// DTA writes a Stata file of format 118. What a respondent gave instead of an
// answer is an extended missing value, .a, .b and so on, with its label; no value
// at all is ".". Texts with labels become numbers with labels, as Stata labels
// numbers only: their codes stand in the characteristic "codes" of the variable.
func DTA(w io.Writer, d *Dataset) error {
	f, err := d.scan()
	if err != nil {
		return err
	}
	s := &dta{out: bufio.NewWriterSize(w, 1<<16), d: d, f: f}
	for i := range d.Variables {
		s.vars = append(s.vars, newDTAVariable(&d.Variables[i], f.columns[i]))
	}
	s.whole()
	if s.err != nil {
		return s.err
	}
	return s.out.Flush()
}

func newDTAVariable(v *Variable, c column) dtaVariable {
	out := dtaVariable{Variable: v, codes: make([]float64, len(v.Labels)), miss: make([]int, len(v.Labels))}
	letter := 0
	for k, l := range v.Labels {
		out.codes[k] = l.Number
		if v.Kind == Text {
			out.codes[k] = float64(k + 1)
		}
		if l.Missing && letter < dtaLetters {
			letter++
			out.miss[k] = letter
		}
	}
	if v.Kind == Text && len(v.Labels) == 0 {
		out.width = max(1, c.width)
		if out.width > dtaFixed {
			out.width = -1
		}
	}
	return out
}

// whole writes the file: the sections before the data, whose sizes the map must
// know, the data, and what stands behind.
func (s *dta) whole() {
	sections := []string{
		s.types(), s.names(), tag("sortlist", strings.Repeat("\x00\x00", len(s.vars)+1)), s.formats(),
		s.labelNames(), s.varLabels(), s.characteristics(),
	}
	const opening = "<stata_dta>"
	header := s.header()
	at := int64(len(opening) + len(header))
	offsets := []int64{0, at}
	at += int64(len("<map></map>") + 14*8)
	for _, section := range sections {
		offsets = append(offsets, at)
		at += int64(len(section))
	}
	offsets = append(offsets, at) // data
	at += int64(len("<data></data>")) + int64(s.f.rows)*s.rowBytes()
	offsets = append(offsets, at) // strls
	at += int64(len("<strls></strls>")) + s.longBytes()
	tables := s.valueLabels()
	offsets = append(offsets, at) // value labels
	at += int64(len(tables))
	offsets = append(offsets, at, at+int64(len("</stata_dta>")))
	var table []byte
	for _, o := range offsets {
		table = binary.LittleEndian.AppendUint64(table, uint64(o))
	}
	s.put(opening, header, tag("map", string(table)))
	s.put(sections...)
	s.put("<data>")
	s.rows()
	s.put("</data><strls>")
	s.longTexts()
	s.put("</strls>", tables, "</stata_dta>")
}

func (s *dta) put(texts ...string) {
	for _, text := range texts {
		if s.err == nil {
			_, s.err = s.out.WriteString(text)
		}
	}
}

func tag(name, body string) string { return "<" + name + ">" + body + "</" + name + ">" }

func le16(v int) string { return string(binary.LittleEndian.AppendUint16(nil, uint16(v))) }
func le32(v int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(int32(v)))) }
func le64(v uint64) string {
	return string(binary.LittleEndian.AppendUint64(nil, v))
}

// room is a text in so many bytes, with zeros behind.
func room(text string, size int) string {
	text = cut(text, size-1)
	return text + strings.Repeat("\x00", size-len(text))
}

// short keeps a text to the 80 characters of a label.
func short(text string) string {
	if r := []rune(text); len(r) > dtaChars {
		text = string(r[:dtaChars])
	}
	return cut(text, dtaLabel)
}

func (s *dta) header() string {
	label := short(s.d.Study.Title.In(s.d.Study.Lang))
	at := s.d.Study.Reading.At.Format("02 Jan 2006 15:04")
	return tag("header", tag("release", "118")+tag("byteorder", "LSF")+tag("K", le16(len(s.vars)))+
		tag("N", le64(uint64(s.f.rows)))+tag("label", le16(len(label))+label)+tag("timestamp", string(byte(len(at)))+at))
}

func (s *dta) each(name string, one func(v *dtaVariable) string) string {
	var b strings.Builder
	for i := range s.vars {
		b.WriteString(one(&s.vars[i]))
	}
	return tag(name, b.String())
}

func (s *dta) types() string {
	return s.each("variable_types", func(v *dtaVariable) string {
		switch {
		case v.width < 0:
			return le16(dtaStrL)
		case v.width > 0:
			return le16(v.width)
		}
		return le16(dtaDouble)
	})
}

func (s *dta) names() string {
	return s.each("varnames", func(v *dtaVariable) string { return room(v.Name, dtaNameBytes) })
}

func (s *dta) formats() string {
	return s.each("formats", func(v *dtaVariable) string {
		format := "%12.0g"
		switch {
		case v.width != 0:
			format = "%9s"
		case v.Kind == Date:
			format = "%td"
		case v.Decimals > 0:
			format = fmt.Sprintf("%%%d.%df", 12+v.Decimals, v.Decimals)
		}
		return room(format, 57)
	})
}

func (s *dta) labelNames() string {
	return s.each("value_label_names", func(v *dtaVariable) string {
		if !v.labelled() {
			return room("", dtaNameBytes)
		}
		return room(v.Name, dtaNameBytes)
	})
}

func (s *dta) varLabels() string {
	return s.each("variable_labels", func(v *dtaVariable) string { return room(short(v.Label.In(s.d.Study.Lang)), dtaLabel+1) })
}

// labelled reports whether the labels can stand in the file: Stata labels whole
// numbers.
func (v *dtaVariable) labelled() bool {
	for k, n := range v.codes {
		if v.miss[k] == 0 && (n != math.Trunc(n) || math.Abs(n) > 1e9) {
			return false
		}
	}
	return len(v.codes) > 0
}

// characteristics carry the study as notes, and the codes of labelled texts.
func (s *dta) characteristics() string {
	var b strings.Builder
	one := func(of, name, text string) {
		body := room(of, dtaNameBytes) + room(name, dtaNameBytes) + text + "\x00"
		b.WriteString(tag("ch", le32(len(body))+body))
	}
	lines := s.d.Study.lines()
	one("_dta", "note0", fmt.Sprint(len(lines)))
	for i, line := range lines {
		one("_dta", fmt.Sprintf("note%d", i+1), line)
	}
	for i := range s.vars {
		v := &s.vars[i]
		if v.Kind == Text && len(v.Labels) > 0 {
			one(v.Name, "codes", v.spelled())
		}
	}
	return tag("characteristics", b.String())
}

// spelled says which number stands for which code.
func (v *dtaVariable) spelled() string {
	var list []string
	for k, l := range v.Labels {
		n := number(v.codes[k])
		if v.miss[k] > 0 {
			n = "." + string(rune('a'+v.miss[k]-1))
		}
		list = append(list, n+"="+l.Code)
	}
	return strings.Join(list, " ")
}
