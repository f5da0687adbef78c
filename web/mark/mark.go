// Package mark writes onto a file for whom, when and what for it was made, and what the
// copy is called: lines that a reader sees, and properties that programs read (S45). It
// keeps no account of copies, and leaves alone what a digest or a signature holds.
//
// # Who judges it
//
//	feature                        | judge                            | input                     | tolerance | test
//	PDF: lines, properties, pages  | pdftotext, pdfinfo, qpdf --check | two pages of our writer   | exact     | TestPrintS45MarkedFilesAreReadBackByOthers
//	XLSX: sheet, core properties   | excelize's reader                | the list of the agreement | exact     | TestC29AndC97BeforeTheNoticeNobodyOutsideSeesAResult
//	CSV: same number of columns    | encoding/csv, strict and by '#'  | a table with quotes       | exact     | TestS45AMarkedTableIsStillATable
//	SVG: well formed, words        | encoding/xml                     | a picture                 | exact     | TestS45AMarkedPictureIsStillAPicture
package mark

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"minyi/survey/export"
	"minyi/survey/typeset"
)

// Mark is what a copy says of itself. Lines are the same in words, in the reader's
// language; Sheet is the name of the sheet that a workbook gets.
type Mark struct {
	Serial, Reader, Purpose string
	At                      time.Time
	Lines                   []string
	Sheet                   string
}

// Writer marks files. Its zero value loads no font; use New.
type Writer struct {
	font func() (*typeset.Font, error)
}

// New makes a Writer.
func New() *Writer { return &Writer{font: sync.OnceValues(typeset.LoadFont)} }

// File marks a file of the media type, or says that it cannot.
func (w *Writer) File(mediaType string, file []byte, m Mark) ([]byte, error) {
	kind, _, _ := strings.Cut(mediaType, ";")
	switch strings.TrimSpace(kind) {
	case "application/pdf":
		font, err := w.font()
		if err != nil {
			return nil, err
		}
		return typeset.Stamp(file, font, typeset.Stamped{Lines: m.Lines, Author: m.Reader, Keywords: m.Serial + " " + m.Purpose, At: m.At})
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return export.MarkXLSX(file, export.Mark{Sheet: m.Sheet, Reader: m.Reader, Serial: m.Serial, Purpose: m.Purpose, Lines: m.Lines, At: m.At})
	case "text/csv":
		return Table(file, m)
	case "image/svg+xml":
		return Picture(file, m)
	case "text/html":
		return Page(file, m)
	}
	return nil, fmt.Errorf("mark: no way to mark %s", kind)
}

// Table puts the lines behind a CSV file: each begins with # and has as many columns as
// the head, so that a strict reader takes it for a row and one that knows comments
// leaves it out. What would need quoting is written in its full-width form.
func Table(file []byte, m Mark) ([]byte, error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("mark: head of a table: %w", err)
	}
	end := "\n"
	if bytes.Contains(file, []byte("\r\n")) {
		end = "\r\n"
	}
	out := bytes.Clone(file)
	if !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, end...)
	}
	plain := strings.NewReplacer(",", "，", `"`, "”", "\r", " ", "\n", " ")
	for _, line := range m.Lines {
		out = append(out, "# "+plain.Replace(line)+strings.Repeat(",", len(head)-1)+end...)
	}
	return out, nil
}

// Picture puts the lines below an SVG picture of ours, and into its metadata.
func Picture(file []byte, m Mark) ([]byte, error) {
	head := regexp.MustCompile(`^<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ([0-9.]+) ([0-9.]+)" width="[0-9.]+" height="[0-9.]+"`)
	at := head.FindSubmatchIndex(file)
	body, ok := bytes.CutSuffix(bytes.TrimSpace(file), []byte("</svg>"))
	if at == nil || !ok {
		return nil, fmt.Errorf("mark: no picture of ours")
	}
	const lead, size = 12, 9
	width := string(file[at[2]:at[3]])
	height, err := strconv.ParseFloat(string(file[at[4]:at[5]]), 64)
	if err != nil {
		return nil, fmt.Errorf("mark: %w", err)
	}
	tall := strconv.FormatFloat(height+lead*float64(len(m.Lines)+1), 'f', -1, 64)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s"`, width, tall, width, tall)
	b.Write(body[at[1]:])
	b.WriteString("<metadata>" + escaped(m.Serial+" "+m.Reader+" "+m.At.UTC().Format(time.RFC3339)+" "+m.Purpose) + "</metadata>")
	for n, line := range m.Lines {
		fmt.Fprintf(&b, `<text x="8" y="%s" font-size="%d" fill="#555555">%s</text>`, strconv.FormatFloat(height+lead*float64(n+1), 'f', -1, 64), size, escaped(line))
	}
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}

// Page puts the lines at the end of a page that is kept as a file, and into its head.
func Page(file []byte, m Mark) ([]byte, error) {
	head, body := bytes.LastIndex(file, []byte("</head>")), bytes.LastIndex(file, []byte("</body>"))
	if head < 0 || body < head {
		return nil, fmt.Errorf("mark: no page of ours")
	}
	var b bytes.Buffer
	b.Write(file[:head])
	for _, meta := range [][2]string{{"author", m.Reader}, {"identifier", m.Serial}, {"description", m.Purpose}, {"date", m.At.UTC().Format(time.RFC3339)}} {
		fmt.Fprintf(&b, `<meta name="%s" content="%s">`, meta[0], html.EscapeString(meta[1]))
	}
	b.Write(file[head:body])
	b.WriteString(`<footer>`)
	for _, line := range m.Lines {
		b.WriteString("<p><small>" + html.EscapeString(line) + "</small></p>")
	}
	b.WriteString("</footer>")
	b.Write(file[body:])
	return b.Bytes(), nil
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}
