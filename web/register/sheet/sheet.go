// Package sheet sets what a naming is put on paper with: the decision document, in
// the form of GB/T 9704-2012 (official documents of Party and government bodies), and
// a certificate for each name. It gets words and names and knows no service. The same
// input gives the same bytes; a character that the embedded font lacks is set as 〓.
package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"minyi/indicators/roster"
	"minyi/survey/invite"
	"minyi/survey/typeset"
)

const mm = typeset.MM

// Words gives the text of a key with its parameters as pairs of name and value.
type Words func(key string, pairs ...string) string

// Press sets papers. Its zero value has no words; use New.
type Press struct {
	words Words
	font  func() (*typeset.Font, error)
}

// New makes a Press with the words of one language.
func New(words Words) *Press { return &Press{words: words, font: sync.OnceValues(typeset.LoadFont)} }

// paper is one file under way.
type paper struct {
	words         Words
	font          *typeset.Font
	doc           *typeset.Document
	canvas        *typeset.Canvas
	tree          *typeset.Tree
	out           *bytes.Buffer
	width, height typeset.Length
	page          int // from 0
	marks         []typeset.Bookmark
}

func (p *Press) paper(width, height typeset.Length) (*paper, error) {
	font, err := p.font()
	if err != nil {
		return nil, err
	}
	out := &bytes.Buffer{}
	d := &paper{
		words: p.words, font: font, doc: typeset.NewDocument(out), canvas: typeset.NewCanvas(font, height),
		tree: typeset.NewTree(), out: out, width: width, height: height,
	}
	d.doc.Structured = true
	return d, nil
}

// clean is a text that the font can show.
func (d *paper) clean(text string) string {
	const geta = '〓'
	return strings.Map(func(r rune) rune {
		switch {
		case d.font.Has(r):
			return r
		case r == '\n' || r == '\t':
			return ' '
		}
		return geta
	}, text)
}

// put sets lines below each other as one element of the structure.
func (d *paper) put(kind string, style typeset.Style, lines ...line) {
	d.canvas.Mark(d.tree, d.tree.Add(0, kind, ""), d.page)
	for _, l := range lines {
		d.canvas.Text(l.x, l.y, style, l.text)
	}
	d.canvas.End()
}

// line is a line of text with its place.
type line struct {
	x, y typeset.Length
	text string
}

// centred places a line about x.
func (d *paper) centred(x, y, size typeset.Length, text string) line {
	return line{x - d.font.Width(text, size)/2, y, text}
}

// code sets a QR code with its words for those who cannot see it.
func (d *paper) code(x, y, side typeset.Length, link string) error {
	code, err := invite.NewCode(link)
	if err != nil {
		return err
	}
	d.canvas.Mark(d.tree, d.tree.Add(0, "Figure", d.words("issued.code", "link", link)), d.page)
	d.canvas.Code(x, y, side, code)
	d.canvas.End()
	return nil
}

// turn ends a page.
func (d *paper) turn() error {
	packed, err := typeset.Pack(d.canvas.Bytes())
	if err != nil {
		return err
	}
	if err := d.doc.Page(d.width, d.height, packed); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	d.canvas.Reset()
	d.page++
	return nil
}

// finish ends the file.
func (d *paper) finish(title string) ([]byte, error) {
	used := make([]bool, d.font.Glyphs())
	d.canvas.Used(used)
	err := d.doc.Finish(typeset.About{Title: d.clean(title), Lang: "zh-CN", Tree: d.tree, Bookmarks: d.marks}, d.font, used)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return d.out.Bytes(), nil
}

// day writes a date as official documents do, in Arabic numerals without leading
// zeros (GB/T 9704-2012, 7.3.5.4).
func (d *paper) day(on roster.Date) string {
	return d.words("issued.day", "year", fmt.Sprint(on.Year), "month", fmt.Sprint(int(on.Month)), "day", fmt.Sprint(on.Day))
}

// printer's red, for the head of official documents and for titles
func red() typeset.Shade { return typeset.RGB("#c00000") }
