package typeset

import (
	"strconv"

	"minyi/survey/invite"
)

// Style is how a text is drawn.
type Style struct {
	Size Length
	Bold bool // the outline is drawn too: the embedded font has one weight
	Grey bool
	In   Shade // another shade than black or grey; empty for those
}

// Strong is the style in bold.
func (s Style) Strong() Style { s.Bold = true; return s }

// Pale is the style in grey.
func (s Style) Pale() Style { s.Grey = true; return s }

// Canvas takes the drawing of one page; places are measured from its upper left
// corner. It remembers the glyphs that it used.
type Canvas struct {
	font   *Font
	height Length
	used   []bool
	buf    []byte
}

// NewCanvas begins the drawing of a page of a height in a font; with the height
// 0, of a form.
func NewCanvas(f *Font, height Length) *Canvas {
	return &Canvas{font: f, height: height, used: make([]bool, len(f.advances))}
}

// Font is the font that texts are drawn in.
func (c *Canvas) Font() *Font { return c.font }

// Bytes is what was drawn since the last Reset.
func (c *Canvas) Bytes() []byte { return c.buf }

// Used marks the glyphs that were drawn, also before the last Reset, in marks,
// which has room for Font.Glyphs of them.
func (c *Canvas) Used(marks []bool) {
	for g, u := range c.used {
		marks[g] = marks[g] || u
	}
}

// Reset begins a new page.
func (c *Canvas) Reset() { c.buf = c.buf[:0] }

func (c *Canvas) op(name string, values ...Length) {
	for _, v := range values {
		c.buf = append(v.appendPt(c.buf), ' ')
	}
	c.buf = append(append(c.buf, name...), '\n')
}

// Text draws one line with its baseline at y.
func (c *Canvas) Text(x, y Length, s Style, line string) {
	if line == "" {
		return
	}
	shade := Black
	switch {
	case s.In != "":
		shade = s.In
	case s.Grey:
		shade = Grey
	}
	c.buf = append(append(c.buf, shade...), "BT "...)
	if s.Bold {
		if s.In != "" {
			c.buf = append(c.buf, stroking(s.In)...)
		}
		c.op("w 2 Tr", s.Size.Scaled(28))
	}
	c.buf = append(c.buf, "/F "...)
	c.op("Tf", s.Size)
	c.op("Td", x, c.height-y)
	c.buf = append(c.buf, '<')
	for _, r := range line {
		g := c.font.glyphs[r]
		c.used[g] = true
		const digits = "0123456789ABCDEF"
		c.buf = append(c.buf, digits[g>>12], digits[g>>8&15], digits[g>>4&15], digits[g&15])
	}
	c.buf = append(c.buf, ">Tj"...)
	if s.Bold {
		c.buf = append(c.buf, " 0 Tr"...)
		if s.In != "" {
			c.buf = append(c.buf, " 0 G"...)
		}
	}
	c.buf = append(c.buf, " ET\n"...)
}

// Code draws a QR code with its quiet zone into a square. Each row's runs of dark
// modules are rectangles of one path, in units of a module, so that no viewer
// shows seams between them.
func (c *Canvas) Code(x, y, side Length, code *invite.Code) {
	n := Length(code.Size())
	module := side / n
	c.buf = append(append(c.buf, "q "...), Black...)
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

// Stamp draws the form of the document with its upper left corner at (x, y).
func (c *Canvas) Stamp(x, y Length) {
	c.buf = append(c.buf, "q 1 0 0 1 "...)
	c.op("cm /S Do Q", x, c.height-y)
}
