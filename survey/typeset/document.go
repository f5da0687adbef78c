package typeset

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"strings"
	"unicode/utf16"
)

// The numbers of the objects that every document has. They are written after the
// pages: only then it is known which glyphs the pages used.
const (
	catalog = 1 + iota
	pageRoot
	info
	resources
	fontDict
	fontDescendant
	fontDescriptor
	fontProgram
	fontUnicode
	template // what all cells share
	fixed    // how many there are
)

// perNode is how many pages stand in one node of the page tree: viewers find a
// page of many thousands quickly.
const perNode = 128

// Document writes a PDF file (ISO 32000-1) front to back, so that no more of it
// than a page is in memory. Its bytes depend on what is written alone.
type Document struct {
	Structured bool // its pages carry the marks of a Tree: to be set before the first page

	w       io.Writer
	digest  hash.Hash
	n       int64   // bytes written
	offsets []int64 // of the objects, by number - 1; 0 for one not yet written
	nodes   []int   // object numbers of the page tree's nodes
	kids    []int   // object numbers of the pages of the last node

	pageNumbers []int  // of all pages, where Structured
	height      Length // of the last page
	pages       int
	err         error
}

// NewDocument begins a file.
func NewDocument(w io.Writer) *Document {
	d := &Document{w: w, digest: sha256.New(), offsets: make([]int64, fixed-1)}
	d.printf("%%PDF-1.6\n%%\xe2\xe3\xcf\xd3\n")
	return d
}

func (d *Document) write(b []byte) {
	if d.err != nil {
		return
	}
	n, err := d.w.Write(b)
	d.digest.Write(b[:n])
	d.n += int64(n)
	d.err = err
}

func (d *Document) printf(format string, args ...any) { d.write(fmt.Appendf(nil, format, args...)) }

// reserve gives the number of an object that is written later.
func (d *Document) reserve() int {
	d.offsets = append(d.offsets, 0)
	return len(d.offsets)
}

func (d *Document) object(number int, body string) {
	d.offsets[number-1] = d.n
	d.printf("%d 0 obj\n%s\nendobj\n", number, body)
}

// stream writes an object with data that is compressed already.
func (d *Document) stream(number int, entries string, packed []byte) {
	d.offsets[number-1] = d.n
	d.printf("%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>\nstream\n", number, entries, len(packed))
	d.write(packed)
	d.printf("\nendstream\nendobj\n")
}

// Page writes one page with its packed content.
func (d *Document) Page(width, height Length, content []byte) error {
	if len(d.kids) == 0 {
		d.nodes = append(d.nodes, d.reserve())
	}
	node := d.nodes[len(d.nodes)-1]
	stream, page := d.reserve(), d.reserve()
	d.stream(stream, "", content)
	box := string(height.appendPt(append(width.appendPt(nil), ' ')))
	extra := ""
	if d.Structured {
		extra = fmt.Sprintf("/StructParents %d/Tabs/S", d.pages)
		d.pageNumbers = append(d.pageNumbers, page)
	}
	d.height = height
	d.object(page, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s]/Resources %d 0 R/Contents %d 0 R%s>>", node, box, resources, stream, extra))
	d.kids = append(d.kids, page)
	d.pages++
	if len(d.kids) == perNode {
		d.node()
	}
	return d.err
}

// Form writes the drawing that pages name as S; its upper left corner is (0, 0).
func (d *Document) Form(width, height Length, content []byte) {
	box := string(append((-height).appendPt(nil), ' ')) + string(width.appendPt(nil))
	d.stream(template, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 %s 0]/Resources<</Font<</F %d 0 R>>>>", box, fontDict), content)
}

// node writes the node of the page tree that is full.
func (d *Document) node() {
	if len(d.kids) == 0 {
		return
	}
	d.object(d.nodes[len(d.nodes)-1], fmt.Sprintf("<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>", pageRoot, len(d.kids), references(d.kids)))
	d.kids = d.kids[:0]
}

func references(numbers []int) string {
	var b strings.Builder
	for i, n := range numbers {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d 0 R", n)
	}
	return b.String()
}

// About is what a document says of itself. Sheets asks viewers to print at full
// size on one side, so that labels meet their grid.
type About struct {
	Title, Lang string
	Sheets      bool
	Tree        *Tree // of a Structured document; nil for none
	Bookmarks   []Bookmark
}

// Finish writes what all pages share, the table of objects and the end.
func (d *Document) Finish(a About, f *Font, used []bool) error {
	d.node()
	d.object(pageRoot, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", d.pages, references(d.nodes)))
	shared := ""
	if d.offsets[template-1] > 0 {
		shared = fmt.Sprintf("/XObject<</S %d 0 R>>", template)
	} else {
		d.object(template, "null")
	}
	d.object(resources, fmt.Sprintf("<</Font<</F %d 0 R>>%s/ProcSet[/PDF/Text]>>", fontDict, shared))
	if err := d.font(f, used); err != nil {
		return err
	}
	d.object(info, fmt.Sprintf("<</Title%s/Creator(minyi)/Producer(minyi)/Subject(%s)>>", literal(a.Title), fontNotice))
	d.object(catalog, d.catalog(a))
	start := d.n
	d.printf("xref\n0 %d\n0000000000 65535 f \n", len(d.offsets)+1)
	for _, at := range d.offsets {
		d.printf("%010d 00000 n \n", at)
	}
	id := d.digest.Sum(nil)[:16]
	d.printf("trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%X><%X>]>>\nstartxref\n%d\n%%%%EOF\n", len(d.offsets)+1, catalog, info, id, id, start)
	return d.err
}

// catalog is the root of the objects.
func (d *Document) catalog(a About) string {
	prefer, extra := "/DisplayDocTitle true", ""
	if a.Sheets {
		prefer = "/PrintScaling/None/Duplex/Simplex" + prefer
	}
	if root := d.tree(a.Tree); root > 0 {
		extra += fmt.Sprintf("/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R", root)
	}
	if root := d.outline(a.Bookmarks); root > 0 {
		extra += fmt.Sprintf("/Outlines %d 0 R/PageMode/UseOutlines", root)
	}
	return fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang(%s)/ViewerPreferences<<%s>>%s>>", pageRoot, a.Lang, prefer, extra)
}

// literal is a text string in UTF-16, hexadecimal.
func literal(text string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteByte('>')
	return b.String()
}

// Pack compresses data for a stream.
func Pack(data []byte) ([]byte, error) {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write(data); err != nil {
		return nil, fmt.Errorf("typeset: compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("typeset: compress: %w", err)
	}
	return out.Bytes(), nil
}
