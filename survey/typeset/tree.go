package typeset

import (
	"fmt"
	"strings"
)

// Tree is the logical structure of a document (ISO 32000-1, 14.7 and 14.8): what
// is a heading, a paragraph, a table and its cells, in reading order, for those
// who have it read to them. Element 0 is the document itself.
type Tree struct {
	elements []element
	marks    [][]int // by page: the element of each marked piece
}

type element struct {
	kind, words string
	parent      int
	kids        []kid
}

// kid is an element below, or a marked piece of a page.
type kid struct{ element, page, mark int }

// NewTree begins a structure.
func NewTree() *Tree { return &Tree{elements: []element{{kind: "Document"}}} }

// Add puts an element of a standard kind (H1, P, Table, TR, TH, TD, Figure, L, LI)
// below another and returns its number. words describe a figure.
func (t *Tree) Add(parent int, kind, words string) int {
	t.elements = append(t.elements, element{kind: kind, words: words, parent: parent})
	n := len(t.elements) - 1
	t.elements[parent].kids = append(t.elements[parent].kids, kid{element: n})
	return n
}

// Mark begins a piece of a page, counted from 0, that belongs to an element; End
// ends it.
func (c *Canvas) Mark(t *Tree, element, page int) {
	for len(t.marks) <= page {
		t.marks = append(t.marks, nil)
	}
	n := len(t.marks[page])
	t.marks[page] = append(t.marks[page], element)
	t.elements[element].kids = append(t.elements[element].kids, kid{page: page, mark: n})
	c.buf = fmt.Appendf(c.buf, "/%s<</MCID %d>>BDC\n", t.elements[element].kind, n)
}

// Artifact begins a piece that nobody needs read: rules, page numbers. End ends it.
func (c *Canvas) Artifact() { c.buf = append(c.buf, "/Artifact BMC\n"...) }

// End ends what Mark or Artifact began.
func (c *Canvas) End() { c.buf = append(c.buf, "EMC\n"...) }

// tree writes the structure and returns the number of its root, 0 for none.
func (d *Document) tree(t *Tree) int {
	if t == nil {
		return 0
	}
	root, parents := d.reserve(), d.reserve()
	numbers := make([]int, len(t.elements))
	for i := range numbers {
		numbers[i] = d.reserve()
	}
	for i, e := range t.elements {
		parent := root
		if i > 0 {
			parent = numbers[e.parent]
		}
		d.object(numbers[i], fmt.Sprintf("<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]>>", e.kind, parent, e.extras(), d.kidsOf(e, numbers)))
	}
	var b strings.Builder
	for page, marks := range t.marks {
		of := make([]int, len(marks))
		for k, e := range marks {
			of[k] = numbers[e]
		}
		fmt.Fprintf(&b, "%d[%s]", page, references(of))
	}
	d.object(parents, "<</Nums["+b.String()+"]>>")
	d.object(root, fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R>>", numbers[0], parents))
	return root
}

func (e *element) extras() string {
	switch {
	case e.words != "":
		return "/Alt" + literal(e.words)
	case e.kind == "TH":
		return "/A<</O/Table/Scope/Column>>"
	}
	return ""
}

func (d *Document) kidsOf(e element, numbers []int) string {
	var b strings.Builder
	for _, k := range e.kids {
		if k.element > 0 {
			fmt.Fprintf(&b, "%d 0 R ", numbers[k.element])
		} else {
			fmt.Fprintf(&b, "<</Type/MCR/Pg %d 0 R/MCID %d>>", d.pageNumbers[k.page], k.mark)
		}
	}
	return b.String()
}

// Bookmark is a heading in the margin of a viewer: Level from 1, Page from 0, Y
// from the top of the page.
type Bookmark struct {
	Title string
	Level int
	Page  int
	Y     Length
}

// outline writes the bookmarks and returns the number of their root, 0 for none.
// A bookmark of a deeper level hangs below the last one of a higher level.
func (d *Document) outline(marks []Bookmark) int {
	if len(marks) == 0 {
		return 0
	}
	numbers := make([]int, len(marks)+1) // 0 is the root
	for i := range numbers {
		numbers[i] = d.reserve()
	}
	parent, kids := make([]int, len(numbers)), make([][]int, len(numbers))
	for i := range marks {
		at := i // the candidate before, as a number from 1
		for at > 0 && marks[at-1].Level >= marks[i].Level {
			at = parent[at]
		}
		parent[i+1] = at
		kids[at] = append(kids[at], i+1)
	}
	for i, m := range marks {
		links := family(numbers, kids, parent, i+1)
		y := string((d.height - m.Y).appendPt(nil))
		d.object(numbers[i+1], fmt.Sprintf("<</Title%s/Parent %d 0 R/Dest[%d 0 R/XYZ 0 %s null]%s>>",
			literal(m.Title), numbers[parent[i+1]], d.pageNumbers[m.Page], y, links))
	}
	top := kids[0]
	d.object(numbers[0], fmt.Sprintf("<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", numbers[top[0]], numbers[top[len(top)-1]], len(top)))
	return numbers[0]
}

// family names the neighbours and the children of a bookmark; children are closed
// up.
func family(numbers []int, kids [][]int, parent []int, n int) string {
	var b strings.Builder
	among := kids[parent[n]]
	for k, one := range among {
		if one == n && k > 0 {
			fmt.Fprintf(&b, "/Prev %d 0 R", numbers[among[k-1]])
		}
		if one == n && k+1 < len(among) {
			fmt.Fprintf(&b, "/Next %d 0 R", numbers[among[k+1]])
		}
	}
	if own := kids[n]; len(own) > 0 {
		fmt.Fprintf(&b, "/First %d 0 R/Last %d 0 R/Count -%d", numbers[own[0]], numbers[own[len(own)-1]], len(own))
	}
	return b.String()
}
