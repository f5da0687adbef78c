package typeset

import (
	"fmt"
	"strconv"
)

// Shade is a colour to fill with, as an operator of PDF.
type Shade string

// The shades that rules and text are printed in; codes are full black.
const (
	Black Shade = "0 g\n"
	Grey  Shade = ".35 g\n"
	Pale  Shade = ".93 g\n"          // behind the head of a table
	Red   Shade = "0 .95 .9 .15 k\n" // of the bar on posters, in the printer's inks
)

// RGB is the shade of a colour written "#rrggbb".
func RGB(hex string) Shade {
	v, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		panic(err) // colours are constants
	}
	const most = 255.0
	return Shade(fmt.Sprintf("%.3f %.3f %.3f rg\n", float64(v>>16&0xff)/most, float64(v>>8&0xff)/most, float64(v&0xff)/most))
}

// Box fills a rectangle in a shade.
func (c *Canvas) Box(x, y, width, height Length, shade Shade) {
	c.buf = append(c.buf, shade...)
	c.op("re f", x, c.height-y-height, width, height)
}

// Line draws a line as thick as width; a dashed one has gaps of three times that.
func (c *Canvas) Line(x1, y1, x2, y2, width Length, shade Shade, dashed bool) {
	c.buf = append(append(c.buf, "q "...), stroking(shade)...)
	c.op("w", width)
	if dashed {
		c.buf = append((4 * width).appendPt(append(c.buf, '[')), ' ')
		c.buf = append((3 * width).appendPt(c.buf), "] 0 d\n"...)
	}
	c.op("m", x1, c.height-y1)
	c.op("l S Q", x2, c.height-y2)
}

// stroking is the operator that sets the same colour for lines.
func stroking(s Shade) string {
	text := []byte(s)
	for i, b := range text {
		if b >= 'a' && b <= 'z' {
			text[i] = b - 'a' + 'A'
		}
	}
	return string(text)
}

// Dot fills a circle, of four arcs whose control points stand off by 0.5523 of the
// radius (4/3·(√2-1)).
func (c *Canvas) Dot(x, y, radius Length, shade Shade) {
	const arc = 552
	off, y := radius.Scaled(arc), c.height-y
	c.buf = append(c.buf, shade...)
	c.op("m", x+radius, y)
	c.op("c", x+radius, y+off, x+off, y+radius, x, y+radius)
	c.op("c", x-off, y+radius, x-radius, y+off, x-radius, y)
	c.op("c", x-radius, y-off, x-off, y-radius, x, y-radius)
	c.op("c f", x+off, y-radius, x+radius, y-off, x+radius, y)
}
