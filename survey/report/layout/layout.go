// Package layout sets a report on A4 pages as a PDF file for printing: headings,
// paragraphs, tables that go on over pages with their heads, pictures drawn from
// their shapes, and on each page's foot the state, the digest and a code that leads
// to the release. The file has bookmarks and a logical structure, so that it can be
// read to people, and the same bytes for the same report.
//
// A character that the embedded font lacks is set as 〓, as printers do for missing
// type, and named by its number in a note at the end: nothing is left blank in
// silence.
package layout

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"minyi/survey/invite"
	"minyi/survey/report"
	"minyi/survey/typeset"
)

// The page: A4 with a margin for binding and a foot for the digest and the code.
const (
	mm         = typeset.MM
	pageWidth  = 210 * mm
	pageHeight = 297 * mm
	side       = 20 * mm
	top        = 18 * mm
	footHeight = 34 * mm
	inner      = pageWidth - 2*side
	bottom     = pageHeight - footHeight
	codeSide   = 22 * mm
)

// leading is the distance of lines, baseline how far the baseline stands below the
// upper edge of its line; both in thousandths of the size.
const (
	leading  = 1500
	baseline = 1100
)

// press sets one file.
type press struct {
	report  *report.Report
	note    string // the words before the list of missing characters
	doc     *typeset.Document
	canvas  *typeset.Canvas
	font    *typeset.Font
	tree    *typeset.Tree
	code    *invite.Code
	pages   int // in all, as the first pass found
	page    int // from 0
	y       typeset.Length
	marks   []typeset.Bookmark
	missing []rune
}

// Write sets the report. note is what stands before the list of the characters
// that the font lacks, where there are any.
func Write(w io.Writer, r *report.Report, note string) error {
	font, err := typeset.LoadFont()
	if err != nil {
		return err
	}
	code, err := invite.NewCode(r.Link)
	if err != nil {
		return err
	}
	trial := &press{report: r, note: note, font: font, code: code}
	if err := trial.set(io.Discard); err != nil {
		return err
	}
	final := &press{report: r, note: note, font: font, code: code, pages: trial.page}
	return final.set(w)
}

// set sets everything.
func (p *press) set(w io.Writer) error {
	p.doc, p.canvas, p.tree = typeset.NewDocument(w), typeset.NewCanvas(p.font, pageHeight), typeset.NewTree()
	p.doc.Structured = true
	p.y = top
	if err := p.cover(); err != nil {
		return err
	}
	for i, b := range p.report.Blocks {
		if err := p.block(b, p.after(i)); err != nil {
			return err
		}
	}
	if len(p.missing) > 0 {
		if err := p.text(0, "P", p.missed(), body()); err != nil {
			return err
		}
	}
	if err := p.endPage(); err != nil {
		return err
	}
	used := make([]bool, p.font.Glyphs())
	p.canvas.Used(used)
	about := typeset.About{Title: p.report.Title, Lang: p.report.Lang, Tree: p.tree, Bookmarks: p.marks}
	return p.doc.Finish(about, p.font, used)
}

// missed names the characters that the font lacks.
func (p *press) missed() string {
	names := make([]string, len(p.missing))
	for i, r := range p.missing {
		names[i] = fmt.Sprintf("U+%04X", r)
	}
	return p.note + strings.Join(names, " ")
}

// clean is a text that the font can show.
func (p *press) clean(text string) string {
	const geta = '〓'
	return strings.Map(func(r rune) rune {
		switch {
		case p.font.Has(r):
			return r
		case r == '\t' || r == '\n' || r == '\u00a0':
			return ' '
		}
		if !slices.Contains(p.missing, r) {
			p.missing = append(p.missing, r)
		}
		return geta
	}, text)
}

// after is what is kept together with the block before it.
func (p *press) after(i int) typeset.Length {
	const room = 24 * mm
	if p.report.Blocks[i].Kind != report.Heading {
		return 0
	}
	if i+1 < len(p.report.Blocks) && p.report.Blocks[i+1].Kind == report.Drawing {
		return min(high(p.report.Blocks[i+1].Picture), together)
	}
	return room
}

// block sets one block.
func (p *press) block(b report.Block, follows typeset.Length) error {
	switch b.Kind {
	case report.Heading:
		return p.heading(b, follows)
	case report.Paragraph:
		return p.text(0, "P", b.Text, body())
	case report.Notice:
		return p.notice(b.Text)
	case report.List:
		return p.list(b.Items)
	case report.Facts:
		return p.facts(b.Facts)
	case report.Grid:
		return p.table(b.Table)
	case report.Drawing:
		return p.picture(b.Picture)
	case report.Break:
		if p.y > top {
			return p.endPage()
		}
	}
	return nil
}

// need turns the page where less than a height is left.
func (p *press) need(height typeset.Length) error {
	if p.y+height > bottom && p.y > top {
		return p.endPage()
	}
	return nil
}

// endPage writes the foot and the page, and begins the next one.
func (p *press) endPage() error {
	p.foot()
	packed, err := typeset.Pack(p.canvas.Bytes())
	if err != nil {
		return err
	}
	if err := p.doc.Page(pageWidth, pageHeight, packed); err != nil {
		return fmt.Errorf("layout: %w", err)
	}
	p.canvas.Reset()
	p.page, p.y = p.page+1, top
	return nil
}

// foot is the foot of the page: a rule, the state, the digest, the page's number
// and the code.
func (p *press) foot() {
	const rule, line, above = mm / 5, 5 * mm, 3 * mm
	y := bottom + above
	p.canvas.Artifact()
	p.canvas.Box(side, y, inner, rule, typeset.Grey)
	p.canvas.Code(pageWidth-side-codeSide, y+mm, codeSide, p.code)
	small := typeset.Style{Size: typeset.Point(75)}
	for i, text := range []string{p.report.Title + " · " + p.report.Foot, p.report.Digest, p.report.Page(p.page+1, p.pages)} {
		p.canvas.Text(side, y+line*typeset.Length(i+1), small, p.clean(text))
	}
	p.canvas.End()
}
