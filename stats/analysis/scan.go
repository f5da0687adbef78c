package analysis

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"minyi/stats/weight"
)

// rowReader reads chunks into the parts of its columns. Every goroutine has its
// own.
type rowReader struct {
	columns []*columnReader // in the order of their names
	plan    []*columnReader // by place in the row, nil where nothing is wanted
	lines   *bufio.Reader
}

func newRowReader(columns []*columnReader, width int) *rowReader {
	r := &rowReader{columns: columns, plan: make([]*columnReader, width)}
	for _, c := range columns {
		r.plan[c.at] = c
	}
	return r
}

// read reads one chunk and returns its rows and its parts by column. What the fast
// way does not take, the careful way reads again and words the error.
func (r *rowReader) read(c chunk) (rows int, parts []part, err error) {
	for _, col := range r.columns {
		col.begin(c.lines)
	}
	ok := false
	if c.plain {
		rows, ok = r.scan(c.text)
	}
	if !ok {
		for _, col := range r.columns {
			col.begin(c.lines)
		}
		if rows, err = r.careful(c); err != nil {
			return 0, nil, err
		}
	}
	for _, col := range r.columns {
		parts = append(parts, col.part)
	}
	return rows, parts, nil
}

// careful reads a chunk row by row, with quotes.
func (r *rowReader) careful(c chunk) (rows int, err error) {
	if r.lines == nil {
		r.lines = bufio.NewReaderSize(nil, maxLine)
	}
	r.lines.Reset(bytes.NewReader(c.text))
	in := &records{in: r.lines, line: c.line, width: len(r.plan)}
	for {
		cells, err := in.next()
		if err != nil || cells == nil {
			return rows, err
		}
		for _, col := range r.columns {
			cell := cells[col.at]
			if err := col.add(cell, col.known.lookup(cell)); err != nil {
				return 0, weight.Errorf("data.value", fmt.Sprintf("line %d, column %s", in.line, col.name), "%v", err)
			}
		}
		rows++
	}
}

// scan reads rows without quotes, eight bytes at a time, and gives up (false) at a
// row of another width or a cell that its column does not take. The text ends with
// a line feed and has slack bytes behind it.
func (r *rowReader) scan(text []byte) (rows int, ok bool) {
	end := len(text)
	text = text[:end+slack]
	last := len(r.plan) - 1
	for p := 0; p < end; {
		if n := blank(text[p:]); n > 0 {
			p += n
			continue
		}
		for k, col := range r.plan {
			n := cellLength(text, p)
			if next := text[p+n]; (next == '\n') != (k == last) {
				return 0, false
			}
			size := n
			if k == last && n > 0 && text[p+n-1] == '\r' {
				size--
			}
			if col != nil && !col.take(text, p, size) {
				return 0, false
			}
			p += n + 1
		}
		rows++
	}
	return rows, true
}

// blank returns the length of an empty line at the start of the text, 0 without.
func blank(text []byte) int {
	if text[0] == '\n' {
		return 1
	}
	if text[0] == '\r' && text[1] == '\n' {
		return 2
	}
	return 0
}

// cellLength returns how far it is from p to the next comma or line feed.
func cellLength(text []byte, p int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for n := 0; ; n += 8 {
		v := binary.LittleEndian.Uint64(text[p+n:])
		comma, feed := v^(ones*','), v^(ones*'\n')
		if hit := ((comma - ones) &^ comma & tops) | ((feed - ones) &^ feed & tops); hit != 0 {
			return n + bits.TrailingZeros64(hit)/8
		}
	}
}

// take appends the cell of size bytes at p.
func (c *columnReader) take(text []byte, p, size int) bool {
	k := int32(-1)
	switch {
	case c.wide:
	case size == 1:
		k = c.byByte[text[p]] - 1
	case size <= 8:
		lo := binary.LittleEndian.Uint64(text[p:]) & (1<<(8*uint(size)) - 1)
		k = c.known.find(lo, uint64(size+1)<<56)
	case size <= shortText:
		lo, hi := binary.LittleEndian.Uint64(text[p:]), binary.LittleEndian.Uint64(text[p+8:])
		k = c.known.find(lo, hi&(1<<(8*uint(size-8))-1)|uint64(size+1)<<56)
	default:
		k = c.known.lookup(text[p : p+size])
	}
	if k >= 0 && c.numeric {
		c.part.small = append(c.part.small, uint8(k))
		return true
	}
	if k >= 0 && size > 0 {
		c.part.codes = append(c.part.codes, k)
		return true
	}
	return c.add(text[p:p+size], k) == nil
}
