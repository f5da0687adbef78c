package listing

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"minyi/indicators/fault"
)

// Table is an uploaded list: its headings, and a way through its rows.
type Table struct {
	Heads    []string
	Encoding string // "UTF-8", "UTF-16", "GB18030" or "XLSX"
	rows     func(fn func(row int, cells []string) error) error
}

// Open reads the head of a list. It refuses with listing.empty, listing.encoding,
// listing.unreadable or listing.wide what is none.
func Open(data []byte) (*Table, error) {
	switch {
	case len(data) > mostText:
		return nil, fault.New(fault.TooLarge, "listing.bytes", "max", strconv.Itoa(MaxBytes>>20)).At("file")
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fault.New(fault.Invalid, "listing.empty").At("file")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return openBook(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")): // the XLS of Excel 97
		return nil, fault.New(fault.Invalid, "listing.old").At("file")
	}
	return openText(data)
}

// openText reads CSV.
func openText(data []byte) (*Table, error) {
	t := &Table{}
	text, name, err := decoded(data)
	if err != nil {
		return nil, err
	}
	t.Encoding = name
	comma := separator(text)
	t.rows = func(fn func(int, []string) error) error {
		in := csv.NewReader(bytes.NewReader(text))
		in.Comma, in.ReuseRecord, in.FieldsPerRecord, in.LazyQuotes = comma, true, -1, true
		for row, line := 1, 1; ; row++ {
			cells, err := in.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil { // empty lines are left out, but spreadsheets count them
				at, _ := in.FieldPos(0)
				last, _ := in.FieldPos(len(cells) - 1)
				row += at - line
				line = last + strings.Count(cells[len(cells)-1], "\n") + 1
			}
			if err != nil {
				return fault.New(fault.Invalid, "listing.unreadable", "row", strconv.Itoa(row)).At("file")
			}
			if row > MaxRows+1 {
				return fault.New(fault.TooLarge, "listing.rows", "max", strconv.Itoa(MaxRows)).At("file")
			}
			if err := fn(row, cells); err != nil {
				return err
			}
		}
	}
	return t, t.head()
}

// errEnough ends a walk that has seen what it wanted.
var errEnough = errors.New("listing: enough")

// head reads the headings off the first row.
func (t *Table) head() error {
	err := t.rows(func(_ int, cells []string) error {
		for _, c := range cells {
			t.Heads = append(t.Heads, strings.TrimSpace(c))
		}
		return errEnough
	})
	for len(t.Heads) > 0 && t.Heads[len(t.Heads)-1] == "" {
		t.Heads = t.Heads[:len(t.Heads)-1]
	}
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return err
	case len(t.Heads) == 0:
		return fault.New(fault.Invalid, "listing.empty").At("file")
	case len(t.Heads) > maxColumns:
		return fault.New(fault.Invalid, "listing.wide", "max", strconv.Itoa(maxColumns)).At("file")
	}
	return nil
}

// Rows calls fn for each row below the heading, which is row 1; empty rows are left
// out. What fn is handed is only lent.
func (t *Table) Rows(fn func(row int, cells []string) error) error {
	return t.rows(func(row int, cells []string) error {
		if row == 1 || blank(cells) {
			return nil
		}
		return fn(row, cells)
	})
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// decoded returns the text in UTF-8 and what it was written in.
func decoded(data []byte) ([]byte, string, error) {
	var from encoding.Encoding
	name := "GB18030"
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data, name = data[3:], "UTF-8"
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		from, name = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16"
	case utf8.Valid(data):
		name = "UTF-8"
	default:
		from = simplifiedchinese.GB18030
	}
	if from != nil {
		var err error
		if data, _, err = transform.Bytes(from.NewDecoder(), data); err != nil {
			return nil, "", fault.New(fault.Invalid, "listing.encoding").At("file")
		}
	}
	if !utf8.Valid(data) || from != nil && bytes.ContainsRune(data, utf8.RuneError) || bytes.IndexByte(data, 0) >= 0 {
		return nil, "", fault.New(fault.Invalid, "listing.encoding").At("file")
	}
	return data, name, nil
}

// separator is the most frequent of comma, semicolon and tab in the heading,
// outside quotes.
func separator(text []byte) rune {
	counts, quoted := map[rune]int{}, false
	for _, r := range string(text[:min(len(text), 1<<16)]) {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n':
			if counts[','] > 0 || counts[';'] > 0 || counts['\t'] > 0 {
				return most(counts)
			}
		default:
			counts[r]++
		}
	}
	return most(counts)
}

func most(counts map[rune]int) rune {
	best := ','
	for _, r := range []rune{';', '\t'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// mostText is the largest list that Plain makes, in bytes.
const mostText = 96 << 20

// Plain returns the list as CSV in UTF-8 that Open reads row by row as before, so
// that what is looked at more than once is unpacked once only, and counts its rows.
func (t *Table) Plain() (text []byte, rows int, err error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	next := 1
	err = t.rows(func(row int, cells []string) error {
		if row > 1 && blank(cells) {
			return nil
		}
		w.Flush()
		for ; next < row; next++ { // empty rows count
			out.WriteByte('\n')
		}
		next++
		if row > 1 {
			rows++
		}
		if out.Len() > mostText {
			return fault.New(fault.TooLarge, "listing.bytes", "max", strconv.Itoa(mostText>>20)).At("file")
		}
		return w.Write(cells)
	})
	w.Flush()
	return out.Bytes(), rows, errors.Join(err, w.Error())
}

// openBook reads the first sheet of a workbook. It is unpacked in memory only, so
// that nobody's address lies in a temporary file.
func openBook(data []byte) (*Table, error) {
	unreadable := fault.New(fault.Invalid, "listing.book").At("file")
	t := &Table{Encoding: "XLSX"}
	t.rows = func(fn func(int, []string) error) (err error) {
		book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
			UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true,
		})
		if err != nil {
			return unreadable
		}
		defer func() { err = errors.Join(err, book.Close()) }()
		rows, err := book.Rows(book.GetSheetName(0))
		if err != nil {
			return unreadable
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for row := 1; rows.Next(); row++ {
			cells, err := rows.Columns()
			if err != nil {
				return unreadable
			}
			if row > MaxRows+1 {
				if blank(cells) {
					continue // formatted, but empty
				}
				return fault.New(fault.TooLarge, "listing.rows", "max", strconv.Itoa(MaxRows)).At("file")
			}
			if err := fn(row, cells); err != nil {
				return err
			}
		}
		return rows.Error()
	}
	return t, t.head()
}
