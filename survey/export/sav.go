package export

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// The layout of a system file follows "System File Format" in the PSPP
// Developer's Guide: little-endian, UTF-8, not compressed.
const (
	savSegment   = 252 // bytes of a very long text that a segment's width counts
	savChunk     = 255 // bytes that it holds
	savLongest   = 32767
	savLabel     = 255 // longest label of a variable, in bytes
	savValue     = 120 // longest label of a value
	savLineBytes = 80
)

// Print formats of SPSS.
const (
	savA     = 1
	savF     = 5
	savSDate = 39
)

// sav writes a system file: each call appends, the first error stays.
type sav struct {
	out   *bufio.Writer
	err   error
	d     *Dataset
	vars  []savVariable
	count int // dictionary entries
}

// savVariable is a variable with its places in the dictionary.
type savVariable struct {
	*Variable
	short string
	index int // of its first dictionary entry, from 1
	width int // bytes of a text, 0 for a number
}

// SAV writes an SPSS system file with long names, labels, user-missing values,
// levels of measurement and the weights. What a respondent gave instead of an
// answer is a user-missing value; no value at all is system-missing, an empty text.
func SAV(w io.Writer, d *Dataset) error {
	f, err := d.scan()
	if err != nil {
		return err
	}
	s := &sav{out: bufio.NewWriterSize(w, 1<<16), d: d}
	s.place(f)
	s.header(f)
	for i := range s.vars {
		s.variable(&s.vars[i])
	}
	for i := range s.vars {
		s.labels(&s.vars[i])
	}
	s.documents()
	s.extensions(f)
	s.ints(999, 0)
	if s.err == nil {
		s.err = s.cases()
	}
	if s.err != nil {
		return s.err
	}
	return s.out.Flush()
}

// place numbers the variables.
func (s *sav) place(f *facts) {
	s.count = 0
	for i := range s.d.Variables {
		v := savVariable{Variable: &s.d.Variables[i], short: fmt.Sprintf("V%05d", i+1), index: s.count + 1}
		if v.Kind == Text {
			v.width = max(1, f.columns[i].width)
			for _, l := range v.Labels {
				v.width = max(v.width, len(l.Code))
			}
			v.width = min(v.width, savLongest)
		}
		s.vars = append(s.vars, v)
		for _, width := range v.segments() {
			s.count += max(1, (width+7)/8)
		}
	}
}

// segments are the widths of the pieces of a variable: one but for very long
// texts.
func (v *savVariable) segments() []int {
	if v.width <= savChunk {
		return []int{v.width}
	}
	n := (v.width + savSegment - 1) / savSegment
	out := slices.Repeat([]int{savChunk}, n)
	out[n-1] = v.width - (n-1)*savSegment
	return out
}

// segmentName names a piece.
func (v *savVariable) segmentName(k int) string {
	if k == 0 {
		return v.short
	}
	return "W" + v.short[2:] + strings.ToUpper(fmt.Sprintf("%03x", k))
}

func (s *sav) write(p ...byte) {
	if s.err == nil {
		_, s.err = s.out.Write(p)
	}
}

func (s *sav) ints(values ...int) {
	for _, v := range values {
		s.write(binary.LittleEndian.AppendUint32(nil, uint32(int32(v)))...)
	}
}

func (s *sav) float(v float64) {
	s.write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))...)
}

// text writes a text in so many bytes, cut or filled up with spaces.
func (s *sav) text(text string, width int) {
	text = cut(text, width)
	s.write([]byte(text)...)
	s.spaces(width - len(text))
}

// spaces fills room up.
func (s *sav) spaces(n int) {
	const many = "                                                                "
	for n > 0 && s.err == nil {
		var wrote int
		wrote, s.err = s.out.WriteString(many[:min(n, len(many))])
		n -= wrote
	}
}

func (s *sav) header(f *facts) {
	weight := 0
	if at := s.d.weightAt(); at >= 0 {
		weight = s.vars[at].index
	}
	at := s.d.Study.Reading.At
	s.text("$FL2", 4)
	s.text("@(#) SPSS DATA FILE "+s.d.Study.Software, 60)
	s.ints(2, s.count, 0, weight, f.rows)
	s.float(100)
	s.text(at.Format("02 Jan 06"), 9)
	s.text(at.Format("15:04:05"), 8)
	s.text(s.d.Study.Title.In(s.d.Study.Lang), 64)
	s.write(0, 0, 0)
}

// variable writes the records of one variable.
func (s *sav) variable(v *savVariable) {
	label := cut(v.Label.In(s.d.Study.Lang), savLabel)
	for k, width := range v.segments() {
		missing, count := v.missingValues()
		if k > 0 {
			missing, count = nil, 0
		}
		s.ints(2, width, 1, count, v.format(width), v.format(width))
		s.text(v.segmentName(k), 8)
		s.ints(len(label))
		s.text(label, (len(label)+3)/4*4)
		for _, m := range missing {
			s.write(m...)
		}
		for range max(1, (width+7)/8) - 1 {
			s.ints(2, -1, 0, 0, savA<<16|29<<8, savA<<16|29<<8)
			s.text("", 8)
		}
	}
}

func (v *savVariable) format(width int) int {
	switch v.Kind {
	case Text:
		return savA<<16 | width<<8
	case Date:
		return savSDate<<16 | 10<<8
	case Numeric:
	}
	return savF<<16 | (8+v.Decimals)<<8 | v.Decimals
}

// missingValues are the user-missing values of a number or a short text as the
// dictionary takes them: three at most, or a range and one more, which is written
// as a negative count.
func (v *savVariable) missingValues() ([][]byte, int) {
	missing := v.missing()
	if v.Kind == Text {
		if v.width > 8 || len(missing) > 3 {
			return nil, 0
		}
		var out [][]byte
		for _, l := range missing {
			out = append(out, []byte(padded(l.Code, 8)))
		}
		return out, len(out)
	}
	numbers := make([]float64, 0, len(missing))
	for _, l := range missing {
		numbers = append(numbers, l.Number)
	}
	slices.Sort(numbers)
	count := len(numbers)
	if count > 3 {
		numbers, count = v.ranged(numbers)
	}
	out := make([][]byte, len(numbers))
	for i, n := range numbers {
		out[i] = binary.LittleEndian.AppendUint64(nil, math.Float64bits(n))
	}
	return out, count
}

// ranged covers four and more numbers by a range that holds no valid value, and
// one number beside it.
func (v *savVariable) ranged(numbers []float64) ([]float64, int) {
	last := len(numbers) - 1
	free := func(low, high float64) bool {
		return !slices.ContainsFunc(v.Labels, func(l Label) bool { return !l.Missing && l.Number >= low && l.Number <= high })
	}
	switch {
	case free(numbers[0], numbers[last]):
		return []float64{numbers[0], numbers[last]}, -2
	case free(numbers[1], numbers[last]):
		return []float64{numbers[1], numbers[last], numbers[0]}, -3
	case free(numbers[0], numbers[last-1]):
		return []float64{numbers[0], numbers[last-1], numbers[last]}, -3
	}
	return numbers[:3], 3
}

// labels writes the value labels of numbers and short texts.
func (s *sav) labels(v *savVariable) {
	if len(v.Labels) == 0 || v.width > 8 {
		return
	}
	s.ints(3, len(v.Labels))
	for _, l := range v.Labels {
		if v.Kind == Text {
			s.text(l.Code, 8)
		} else {
			s.float(v.moment(l.Number))
		}
		label := cut(l.Text.In(s.d.Study.Lang), savValue)
		s.write(byte(len(label)))
		s.text(label, (1+len(label)+7)/8*8-1)
	}
	s.ints(4, 1, v.index)
}

// padded fills a text up with spaces to so many bytes.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-len(text)))
}

// moment turns days into SPSS's seconds since the Gregorian calendar began.
func (v *savVariable) moment(n float64) float64 {
	const epoch = 141_428 // days from 1582-10-14 to 1970-01-01
	if v.Kind == Date {
		return (n + epoch) * 86400
	}
	return n
}
