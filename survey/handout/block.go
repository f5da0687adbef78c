package handout

import (
	"minyi/indicators/fault"
	"minyi/survey/typeset"
)

// align says where lines stand in their width.
type align int

const (
	left align = iota
	centre
	right
)

// para is something that stands below what came before it: a text that is broken
// into lines, a line that each item fills in, or the room for its QR code.
type para struct {
	text   string
	field  func(Item) string
	code   length // side of the square
	style  typeset.Style
	align  align
	indent bool   // two characters, as Chinese paragraphs begin
	above  length // distance to what stands above
}

// line is one line in its place; of a field, the text comes from the item.
type line struct {
	x, y, width length // y of the baseline
	style       typeset.Style
	align       align
	text        string
	field       func(Item) string
}

// rule is a filled rectangle.
type rule struct {
	x, y, width, height length
	shade               typeset.Shade
}

// cell is the drawing that is repeated for each item: what is the same for all
// of them, what each fills in, and the place of the code.
type cell struct {
	width, height length
	rules         []rule
	static        []line
	fields        []line
	codeX, codeY  length
	side          length // of the code with its quiet zone
}

// leading is the distance of lines, and baseline how far the baseline stands
// below the upper edge of its line; both in thousandths of the size.
const (
	leading  = 1450
	baseline = 1070
)

// set puts paragraphs below each other from (x, y) and returns where they end.
func (c *cell) set(f *typeset.Font, x, y, width length, paras []para) length {
	for i, p := range paras {
		if i > 0 {
			y += p.above
		}
		switch {
		case p.code > 0:
			c.codeX, c.codeY, c.side = x+(width-p.code)/2, y, p.code
			y += p.code
		case p.field != nil:
			c.fields = append(c.fields, line{x: x, y: y + p.style.Size.Scaled(baseline), width: width, style: p.style, align: p.align, field: p.field})
			y += p.style.Size.Scaled(leading)
		default:
			y = c.setText(f, x, y, width, p)
		}
	}
	return y
}

func (c *cell) setText(f *typeset.Font, x, y, width length, p para) length {
	indent := length(0)
	if p.indent {
		indent = 2 * p.style.Size
	}
	lines := f.Wrap(p.text, p.style.Size, width, indent)
	if p.align == centre {
		lines = f.Balance(p.text, p.style.Size, width)
	}
	for _, text := range lines {
		c.static = append(c.static, line{x: x + indent, y: y + p.style.Size.Scaled(baseline), width: width, style: p.style, align: p.align, text: text})
		y += p.style.Size.Scaled(leading)
		indent = 0
	}
	return y
}

// Texts are tried from full size down to a smallest one, in thousandths.
const (
	smallest = 620
	step     = 20
)

// fit returns the paragraphs at the largest scale at which they are no higher
// than allowed, with their height, or refuses with print.toolong.
func fit(f *typeset.Font, width, height length, paras func(scale int64) []para) ([]para, length, error) {
	for scale := int64(1000); scale >= smallest; scale -= step {
		try := paras(scale)
		if high := (&cell{}).set(f, 0, 0, width, try); high <= height {
			return try, high, nil
		}
	}
	return nil, 0, fault.New(fault.Invalid, "print.toolong")
}

// draw draws a line with its text at an offset; one that an item fills in is made
// smaller until it fits.
func (l line) draw(c *typeset.Canvas, dx, dy length, text string) {
	wide := c.Font().Width(text, l.style.Size)
	if wide > l.width {
		l.style.Size = l.style.Size * l.width / wide
		wide = c.Font().Width(text, l.style.Size)
	}
	switch l.align {
	case centre:
		dx += (l.width - wide) / 2
	case right:
		dx += l.width - wide
	case left:
	}
	c.Text(l.x+dx, l.y+dy, l.style, text)
}
