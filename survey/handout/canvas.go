package handout

import (
	"strconv"

	"minyi/survey/invite"
)

// style is how a text is drawn.
type style struct {
	size length
	bold bool // the outline is drawn too: the embedded font has one weight
	grey bool
}

// canvas takes the drawing of one page; places are measured from its upper left
// corner. It remembers the glyphs that it used.
type canvas struct {
	font   *font
	height length
	used   []bool
	buf    []byte
}

// reset begins a new page.
func (c *canvas) reset() { c.buf = c.buf[:0] }

func (c *canvas) op(name string, values ...length) {
	for _, v := range values {
		c.buf = append(v.appendPt(c.buf), ' ')
	}
	c.buf = append(append(c.buf, name...), '\n')
}

// The shades of grey that text is printed in; the codes are full black.
const (
	black = "0 g\n"
	grey  = ".35 g\n"
	red   = "0 .95 .9 .15 k\n" // of the bar on posters, in the printer's inks
)

// text draws one line with its baseline at y.
func (c *canvas) text(x, y length, s style, line string) {
	if line == "" {
		return
	}
	shade := black
	if s.grey {
		shade = grey
	}
	c.buf = append(append(c.buf, shade...), "BT "...)
	if s.bold {
		c.op("w 2 Tr", s.size.scaled(28))
	}
	c.buf = append(c.buf, "/F "...)
	c.op("Tf", s.size)
	c.op("Td", x, c.height-y)
	c.buf = append(c.buf, '<')
	for _, r := range line {
		g := c.font.glyphs[r]
		c.used[g] = true
		const digits = "0123456789ABCDEF"
		c.buf = append(c.buf, digits[g>>12], digits[g>>8&15], digits[g>>4&15], digits[g&15])
	}
	c.buf = append(c.buf, ">Tj"...)
	if s.bold {
		c.buf = append(c.buf, " 0 Tr"...)
	}
	c.buf = append(c.buf, " ET\n"...)
}

// bar fills a rectangle in a shade.
func (c *canvas) bar(x, y, width, height length, shade string) {
	c.buf = append(c.buf, shade...)
	c.op("re f", x, c.height-y-height, width, height)
}

// code draws a QR code with its quiet zone into a square. Each row's runs of dark
// modules are rectangles of one path, in units of a module, so that no viewer
// shows seams between them.
func (c *canvas) code(x, y, side length, code *invite.Code) {
	n := length(code.Size())
	module := side / n
	c.buf = append(append(c.buf, "q "...), black...)
	c.buf = append(module.appendPt(c.buf), " 0 0 -"...)
	c.buf = append(module.appendPt(c.buf), ' ')
	margin := (side - module*n) / 2
	c.op("cm", x+margin, c.height-y-margin)
	code.Runs(func(x, y, run int) {
		c.buf = append(strconv.AppendInt(c.buf, int64(x), 10), ' ')
		c.buf = append(strconv.AppendInt(c.buf, int64(y), 10), ' ')
		c.buf = append(strconv.AppendInt(c.buf, int64(run), 10), " 1 re\n"...)
	})
	c.buf = append(c.buf, "f Q\n"...)
}

// template draws what all cells share with its upper left corner at (x, y).
func (c *canvas) template(x, y length) {
	c.buf = append(c.buf, "q 1 0 0 1 "...)
	c.op("cm /S Do Q", x, c.height-y)
}
