package preview

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strings"

	"minyi/indicators/evidence"
)

// office shows a document or slides (ECMA-376). The text of both is made of the
// same elements, each in its own namespace: paragraphs p of runs with t, tables
// tbl of tr of tc, pictures blip.
func office(kind evidence.Kind, file io.ReaderAt, size int64) (*Document, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, none()
	}
	d := &Document{}
	if kind == evidence.DOCX {
		d.read(archive, "word/document.xml")
	} else {
		for n, slide := range slides(archive) {
			d.add(Block{Slide: n + 1})
			d.read(archive, slide)
		}
	}
	if len(d.Blocks) == 0 {
		return nil, none()
	}
	return d, nil
}

// slides returns the parts of the slides in the order of the presentation.
func slides(archive *zip.Reader) (out []string) {
	const main = "ppt/presentation.xml"
	targets := relations(archive, main)
	tokens := xml.NewDecoder(bytes.NewReader(part(archive, main)))
	for {
		token, err := tokens.Token()
		if err != nil {
			return out
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "sldId" {
			for _, a := range start.Attr {
				if target, known := targets[a.Value]; known && a.Name.Local == "id" {
					out = append(out, target)
				}
			}
		}
	}
}

// relations returns the parts that a part names, by their ids.
func relations(archive *zip.Reader, name string) map[string]string {
	out := map[string]string{}
	tokens := xml.NewDecoder(bytes.NewReader(part(archive, path.Join(path.Dir(name), "_rels", path.Base(name)+".rels"))))
	for {
		token, err := tokens.Token()
		if err != nil {
			return out
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "Relationship" || attribute(start, "TargetMode") == "External" {
			continue
		}
		target := attribute(start, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(name), target)
		}
		out[attribute(start, "Id")] = strings.TrimPrefix(target, "/")
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// reader walks through one part.
type reader struct {
	document *Document
	archive  *zip.Reader
	targets  map[string]string
	line     strings.Builder
	heading  bool
	tables   int // how deep
	rows     [][]string
	skip     int // elements inside one that is not shown
	pictures []string
}

// read adds the blocks of a part.
func (d *Document) read(archive *zip.Reader, name string) {
	r := &reader{document: d, archive: archive, targets: relations(archive, name)}
	tokens := xml.NewDecoder(bytes.NewReader(part(archive, name)))
	for len(d.Blocks) < mostBlocks {
		token, err := tokens.Token()
		if err != nil {
			return // the end, or where the part is damaged
		}
		switch t := token.(type) {
		case xml.StartElement:
			if r.skip > 0 || t.Name.Local == "Fallback" { // the same once more, for old programs
				r.skip++
				continue
			}
			if t.Name.Local == "t" {
				r.text(tokens, t)
				continue
			}
			r.start(t)
		case xml.EndElement:
			if r.skip > 0 {
				r.skip--
				continue
			}
			r.end(t.Name.Local)
		}
	}
	d.Cut = true
}

func (r *reader) text(tokens *xml.Decoder, start xml.StartElement) {
	var s string
	if err := tokens.DecodeElement(&s, &start); err == nil {
		r.line.WriteString(s)
	}
}

func (r *reader) start(e xml.StartElement) {
	switch e.Name.Local {
	case "tbl":
		r.tables++
	case "tr":
		if r.tables == 1 {
			r.rows = append(r.rows, nil)
		}
	case "tab":
		r.line.WriteByte(' ')
	case "br", "cr":
		r.line.WriteByte('\n')
	case "pStyle":
		r.heading = heads(strings.ToLower(attribute(e, "val")))
	case "blip":
		if target, ok := r.targets[attribute(e, "embed")]; ok {
			r.pictures = append(r.pictures, target)
		}
	}
}

// heads reports whether a style is one of headings: by its name, or by its number
// in Chinese templates.
func heads(style string) bool {
	return strings.HasPrefix(style, "heading") || strings.HasPrefix(style, "title") || len(style) == 1 && style >= "1" && style <= "4"
}

func (r *reader) end(name string) {
	switch name {
	case "p":
		if r.tables > 0 {
			if r.line.Len() > 0 {
				r.line.WriteByte('\n')
			}
			return
		}
		r.paragraph()
	case "tc":
		if n := len(r.rows); r.tables == 1 && n > 0 {
			r.rows[n-1] = append(r.rows[n-1], strings.TrimSpace(r.line.String()))
			r.line.Reset()
		}
	case "tbl":
		if r.tables--; r.tables == 0 {
			r.table()
		}
	case "pic", "inline", "anchor":
		if r.tables == 0 && r.line.Len() == 0 {
			r.show()
		}
	}
}

func (r *reader) paragraph() {
	line := r.line.String()
	r.line.Reset()
	switch {
	case strings.TrimSpace(line) == "":
	case r.heading:
		r.document.add(Block{Heading: line})
	default:
		r.document.add(Block{Text: line})
	}
	r.heading = false
	r.show()
}

func (r *reader) table() {
	if len(r.rows) > mostRows {
		r.rows, r.document.Cut = r.rows[:mostRows], true
	}
	for i, row := range r.rows {
		if len(row) > mostColumns {
			r.rows[i], r.document.Cut = row[:mostColumns], true
		}
	}
	if len(r.rows) > 0 {
		r.document.add(Block{Rows: even(r.rows)})
	}
	r.rows = nil
	r.show()
}

// show adds the pictures that stood in what was read.
func (r *reader) show() {
	for _, name := range r.pictures {
		if shown := r.document.pictures(); shown >= mostPictures {
			r.document.Cut = true
			break
		}
		if address := dataURI(r.archive, name); address != "" {
			r.document.add(Block{Picture: address})
		}
	}
	r.pictures = nil
}

func (d *Document) pictures() (n int) {
	for _, b := range d.Blocks {
		if b.Picture != "" {
			n++
		}
	}
	return n
}
