package preview

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"minyi/indicators/evidence"
)

// What of a document is shown at most; Document.Cut says when there is more.
const (
	mostBlocks   = 1500
	mostRows     = 300
	mostColumns  = 40
	mostSheets   = 20
	mostPictures = 20
	mostText     = 512 << 10 // bytes of a text file
	mostPart     = 64 << 20  // bytes of one part of a document, unpacked
	mostUnpacked = 200 << 20
	pictureSide  = 640
)

// Block is one piece of a document: a heading, a paragraph, a table, a picture,
// or the title of a sheet or slide.
type Block struct {
	Heading string
	Text    string
	Rows    [][]string
	Picture string // a data: address of a JPEG picture made here
	Sheet   string // name of the sheet that begins
	Slide   int    // number of the slide that begins
}

// Document is what can be shown of a file without running anything of it.
type Document struct {
	Blocks []Block
	Cut    bool // there is more than is shown
}

func (d *Document) add(b Block) bool {
	if len(d.Blocks) >= mostBlocks {
		d.Cut = true
		return false
	}
	d.Blocks = append(d.Blocks, b)
	return true
}

// Shows reports whether Document can show a kind.
func Shows(k evidence.Kind) bool {
	return slices.Contains([]evidence.Kind{evidence.DOCX, evidence.PPTX, evidence.XLSX, evidence.TXT, evidence.CSV}, k)
}

// Document returns the text, tables and pictures of an Office or text file. What
// cannot be read is refused with preview.none.
func (m *Maker) Document(ctx context.Context, kind evidence.Kind, file io.ReaderAt, size int64) (*Document, error) {
	release, err := m.wait(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	whole := io.NewSectionReader(file, 0, size)
	switch {
	case kind == evidence.XLSX:
		return workbook(whole)
	case kind == evidence.TXT:
		return text(whole)
	case kind == evidence.CSV:
		return table(whole)
	case Shows(kind):
		return office(kind, file, size)
	}
	return nil, none()
}

// workbook shows the beginning of each sheet as it is displayed in its cells.
func workbook(r io.Reader) (d *Document, err error) {
	book, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostPart / 4})
	if err != nil {
		return nil, none()
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	d = &Document{}
	for n, name := range book.GetSheetList() {
		if n >= mostSheets {
			d.Cut = true
			break
		}
		if visible, err := book.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		d.add(Block{Sheet: name})
		rows, err := book.Rows(name)
		if err != nil {
			continue // a sheet of charts only
		}
		if err := d.rows(rows); err != nil {
			return nil, none()
		}
	}
	return d, nil
}

func (d *Document) rows(rows *excelize.Rows) error {
	var out [][]string
	for rows.Next() {
		if len(out) >= mostRows {
			d.Cut = true
			break
		}
		columns, err := rows.Columns()
		if err != nil {
			return errors.Join(err, rows.Close())
		}
		if len(columns) > mostColumns {
			columns, d.Cut = columns[:mostColumns], true
		}
		out = append(out, columns)
	}
	if len(out) > 0 {
		d.add(Block{Rows: even(out)})
	}
	return rows.Close()
}

// even fills rows up to the same number of cells.
func even(rows [][]string) [][]string {
	width := 0
	for _, r := range rows {
		width = max(width, len(r))
	}
	for i, r := range rows {
		rows[i] = append(r, make([]string, width-len(r))...)
	}
	return rows
}

// text shows the lines of a text file.
func text(r io.Reader) (*Document, error) {
	raw, cut, err := beginning(r)
	if err != nil {
		return nil, err
	}
	d := &Document{Cut: cut}
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(raw, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(paragraph) != "" && !d.add(Block{Text: paragraph}) {
			break
		}
	}
	return d, nil
}

// table shows the rows of a CSV file.
func table(r io.Reader) (*Document, error) {
	raw, cut, err := beginning(r)
	if err != nil {
		return nil, err
	}
	d := &Document{Cut: cut}
	lines := csv.NewReader(strings.NewReader(raw))
	lines.FieldsPerRecord, lines.LazyQuotes = -1, true
	var rows [][]string
	for row, err := lines.Read(); err == nil; row, err = lines.Read() { // to the end, or a line that no program reads
		if len(rows) >= mostRows {
			d.Cut = true
			break
		}
		if len(row) > mostColumns {
			row, d.Cut = row[:mostColumns], true
		}
		rows = append(rows, row)
	}
	d.add(Block{Rows: even(rows)})
	return d, nil
}

// beginning reads text in UTF-8 or GB 18030.
func beginning(r io.Reader) (out string, cut bool, err error) {
	raw, err := io.ReadAll(io.LimitReader(r, mostText+1))
	if err != nil {
		return "", false, fmt.Errorf("preview: %w", err)
	}
	if cut = len(raw) > mostText; cut {
		raw = raw[:mostText]
		if at := bytes.LastIndexByte(raw, '\n'); at > 0 {
			raw = raw[:at]
		}
	}
	if utf8.Valid(raw) {
		return strings.TrimPrefix(string(raw), "\ufeff"), cut, nil
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil {
		return "", false, none()
	}
	return string(decoded), cut, nil
}

// dataURI is a picture of a document, made anew, as an address; empty for what
// is no picture that this can read.
func dataURI(archive *zip.Reader, name string) string {
	raw := part(archive, name)
	if raw == nil {
		return ""
	}
	small, err := shrink(bytes.NewReader(raw), pictureSide)
	if err != nil {
		return ""
	}
	return "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(small)
}

// part returns a part of a document, nil where there is none.
func part(archive *zip.Reader, name string) []byte {
	f, err := archive.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, mostPart))
	if err != nil {
		return nil
	}
	return raw
}
