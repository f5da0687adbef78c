package analysis

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"minyi/stats/weight"
)

// maxLine bounds one line of a CSV text, maxRecord one row, which may hold line
// breaks inside quotes.
const (
	maxLine   = 1 << 20
	maxRecord = 1 << 24
)

// records reads the rows of a CSV text (RFC 4180) one after the other. Blank
// lines are skipped, as R's read.csv does.
type records struct {
	in     *bufio.Reader
	line   int // where the last row ended
	width  int
	cells  [][]byte
	joined []byte
}

// openCSV reads the header line, after a byte-order mark where there is one.
func openCSV(r io.Reader) (*records, []string, error) {
	out := &records{in: bufio.NewReaderSize(r, maxLine)}
	if mark, err := out.in.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		if _, err := out.in.Discard(3); err != nil {
			return nil, nil, fmt.Errorf("read the data: %w", err)
		}
	}
	cells, err := out.next()
	if err != nil {
		return nil, nil, err
	}
	if cells == nil {
		return nil, nil, weight.Errorf("data.empty", "line 1", "the data file is empty; its first line names the columns")
	}
	header := make([]string, len(cells))
	for k, cell := range cells {
		header[k] = string(cell)
	}
	out.width = len(cells)
	return out, header, nil
}

// next returns the cells of the next row, nil at the end. They are valid until
// the next call.
func (r *records) next() ([][]byte, error) {
	row, err := r.row()
	if err != nil || row == nil {
		return nil, err
	}
	if err := r.split(row); err != nil {
		return nil, err
	}
	if r.width != 0 && len(r.cells) != r.width {
		return nil, weight.Errorf("data.ragged", r.place(), "the row has %d cells, the header %d; check its commas and quotes", len(r.cells), r.width)
	}
	return r.cells, nil
}

func (r *records) place() string { return fmt.Sprintf("line %d", r.line) }

// row returns the bytes of the next row without its line end: one line, or more
// where a quote is open at the end of a line.
func (r *records) row() ([]byte, error) {
	r.joined = r.joined[:0]
	for {
		line, err := r.rawLine()
		if err != nil {
			return nil, err
		}
		if len(line) == 0 {
			if len(r.joined) > 0 {
				return nil, weight.Errorf("data.csv", r.place(), "a quote is not closed")
			}
			return nil, nil
		}
		if len(r.joined) == 0 && bytes.Count(line, []byte{'"'})%2 == 0 {
			if line = trimEnd(line); len(line) > 0 {
				return line, nil
			}
			continue
		}
		r.joined = append(r.joined, line...)
		if len(r.joined) > maxRecord {
			return nil, weight.Errorf("data.csv", r.place(), "a row is longer than %d MiB; a quote may not be closed", maxRecord>>20)
		}
		if bytes.Count(r.joined, []byte{'"'})%2 == 0 {
			return trimEnd(r.joined), nil
		}
	}
}

// rawLine reads one line with its end, nothing at the end of the text.
func (r *records) rawLine() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, weight.Errorf("data.csv", r.place(), "a line is longer than %d MiB", maxLine>>20)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the data: %w", err)
	}
	if len(line) > 0 {
		r.line++
	}
	return line, nil
}

func trimEnd(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte{'\n'})
	return bytes.TrimSuffix(line, []byte{'\r'})
}

// split cuts a row at its commas outside quotes.
func (r *records) split(row []byte) error {
	r.cells = r.cells[:0]
	quoted := bytes.IndexByte(row, '"') >= 0
	for {
		if quoted && len(row) > 0 && row[0] == '"' {
			cell, rest, err := r.unquote(row)
			if err != nil {
				return err
			}
			r.cells = append(r.cells, cell)
			if rest == nil {
				return nil
			}
			row = rest
			continue
		}
		comma := bytes.IndexByte(row, ',')
		cell := row
		if comma >= 0 {
			cell = row[:comma]
		}
		if quoted && bytes.IndexByte(cell, '"') >= 0 {
			return weight.Errorf("data.csv", r.place(), "a quote stands inside an unquoted cell")
		}
		r.cells = append(r.cells, cell)
		if comma < 0 {
			return nil
		}
		row = row[comma+1:]
	}
}

// unquote reads a quoted cell and returns it with what follows its comma, nil
// at the end of the row.
func (r *records) unquote(row []byte) (cell, rest []byte, err error) {
	if end := bytes.IndexByte(row[1:], '"') + 1; end+1 == len(row) {
		return row[1:end], nil, nil
	} else if end > 0 && row[end+1] == ',' {
		return row[1:end], row[end+2:], nil
	}
	cell = make([]byte, 0, len(row))
	for i := 1; i < len(row); i++ {
		if row[i] != '"' {
			cell = append(cell, row[i])
			continue
		}
		if i+1 < len(row) && row[i+1] == '"' {
			cell = append(cell, '"')
			i++
			continue
		}
		switch {
		case i+1 == len(row):
			return cell, nil, nil
		case row[i+1] == ',':
			return cell, row[i+2:], nil
		}
		break
	}
	return nil, nil, weight.Errorf("data.csv", r.place(), "a quoted cell does not end with its quote")
}
