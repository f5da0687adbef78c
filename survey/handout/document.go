package handout

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

// document writes a PDF file (ISO 32000-1) front to back, so that no more of it
// than a page is in memory. Its bytes depend on what is written alone.
type document struct {
	w       io.Writer
	digest  hash.Hash
	n       int64   // bytes written
	offsets []int64 // of the objects, by number - 1; 0 for one not yet written
	nodes   []int   // object numbers of the page tree's nodes
	kids    []int   // object numbers of the pages of the last node
	pages   int
	err     error
}

func newDocument(w io.Writer) *document {
	d := &document{w: w, digest: sha256.New(), offsets: make([]int64, fixed-1)}
	d.printf("%%PDF-1.6\n%%\xe2\xe3\xcf\xd3\n")
	return d
}

func (d *document) write(b []byte) {
	if d.err != nil {
		return
	}
	n, err := d.w.Write(b)
	d.digest.Write(b[:n])
	d.n += int64(n)
	d.err = err
}

func (d *document) printf(format string, args ...any) { d.write(fmt.Appendf(nil, format, args...)) }

// reserve gives the number of an object that is written later.
func (d *document) reserve() int {
	d.offsets = append(d.offsets, 0)
	return len(d.offsets)
}

func (d *document) object(number int, body string) {
	d.offsets[number-1] = d.n
	d.printf("%d 0 obj\n%s\nendobj\n", number, body)
}

// stream writes an object with data that is compressed already.
func (d *document) stream(number int, entries string, packed []byte) {
	d.offsets[number-1] = d.n
	d.printf("%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>\nstream\n", number, entries, len(packed))
	d.write(packed)
	d.printf("\nendstream\nendobj\n")
}

// page writes one page with its packed content.
func (d *document) page(width, height length, content []byte) {
	if len(d.kids) == 0 {
		d.nodes = append(d.nodes, d.reserve())
	}
	node := d.nodes[len(d.nodes)-1]
	stream, page := d.reserve(), d.reserve()
	d.stream(stream, "", content)
	box := string(height.appendPt(append(width.appendPt(nil), ' ')))
	d.object(page, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s]/Resources %d 0 R/Contents %d 0 R>>", node, box, resources, stream))
	d.kids = append(d.kids, page)
	d.pages++
	if len(d.kids) == perNode {
		d.node()
	}
}

// form writes the drawing that pages name as S; its upper left corner is (0, 0).
func (d *document) form(width, height length, content []byte) {
	box := string(append((-height).appendPt(nil), ' ')) + string(width.appendPt(nil))
	d.stream(template, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 %s 0]/Resources<</Font<</F %d 0 R>>>>", box, fontDict), content)
}

// node writes the node of the page tree that is full.
func (d *document) node() {
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

// finish writes what all pages share, the table of objects and the end. The
// viewer is asked to print at full size: labels must meet their grid.
func (d *document) finish(title, lang string, f *font, used []bool) error {
	d.node()
	d.object(pageRoot, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", d.pages, references(d.nodes)))
	d.object(resources, fmt.Sprintf("<</Font<</F %d 0 R>>/XObject<</S %d 0 R>>/ProcSet[/PDF/Text]>>", fontDict, template))
	if err := d.font(f, used); err != nil {
		return err
	}
	d.object(info, fmt.Sprintf("<</Title%s/Creator(minyi)/Producer(minyi)>>", literal(title)))
	d.object(catalog, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang(%s)/ViewerPreferences<</PrintScaling/None/Duplex/Simplex/DisplayDocTitle true>>>>", pageRoot, lang))
	start := d.n
	d.printf("xref\n0 %d\n0000000000 65535 f \n", len(d.offsets)+1)
	for _, at := range d.offsets {
		d.printf("%010d 00000 n \n", at)
	}
	id := d.digest.Sum(nil)[:16]
	d.printf("trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%X><%X>]>>\nstartxref\n%d\n%%%%EOF\n", len(d.offsets)+1, catalog, info, id, id, start)
	return d.err
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

// pack compresses data for a stream.
func pack(data []byte) ([]byte, error) {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write(data); err != nil {
		return nil, fmt.Errorf("handout: compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("handout: compress: %w", err)
	}
	return out.Bytes(), nil
}
