package invite

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"
)

// quiet is the white border in modules that ISO/IEC 18004 asks for.
const quiet = 4

// Code is a QR code as modules, drawn from the bitmap: that is three times as
// fast as the library's own picture.
type Code struct {
	dark [][]bool // without the quiet zone
}

// Link is the address that a QR code carries: upper case throughout, because
// QR codes pack those letters tighter (alphanumeric mode) and print larger
// modules. base is the service's address without a slash at the end.
func Link(base, token string) string {
	return strings.ToUpper(base) + "/Q/" + token
}

// NewCode makes the QR code of a text with error correction level M (15 %).
func NewCode(text string) (*Code, error) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("invite: make QR code: %w", err)
	}
	q.DisableBorder = true
	return &Code{dark: q.Bitmap()}, nil
}

// Size is the number of modules along one side, with the quiet zone.
func (c *Code) Size() int { return len(c.dark) + 2*quiet }

// Dark reports whether the module at column x and row y is dark; both count from
// 0 with the quiet zone.
func (c *Code) Dark(x, y int) bool {
	x, y = x-quiet, y-quiet
	return y >= 0 && y < len(c.dark) && x >= 0 && x < len(c.dark) && c.dark[y][x]
}

// Runs calls fn for every run of dark modules in a row: its first column, its row
// and its length. Columns and rows count from 0 with the quiet zone.
func (c *Code) Runs(fn func(x, y, run int)) {
	for y, row := range c.dark {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			fn(from+quiet, y+quiet, x-from)
		}
	}
}

// SVGPath is the "d" of an SVG path in a square of Size units.
func (c *Code) SVGPath() string {
	var b strings.Builder
	c.Runs(func(x, y, run int) { fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, run, run) })
	return b.String()
}

// SVG is the whole picture, black on white, scaled by its frame.
func (c *Code) SVG() string {
	n := strconv.Itoa(c.Size())
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + n + ` ` + n + `" shape-rendering="crispEdges">` +
		`<path fill="#fff" d="M0 0h` + n + `v` + n + `H0z"/><path d="` + c.SVGPath() + `"/></svg>`
}

// PNG writes the picture with scale pixels a module (at least 1).
func (c *Code) PNG(w io.Writer, scale int) error {
	scale = max(scale, 1)
	side := c.Size() * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if c.Dark(x/scale, y/scale) {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	if err := png.Encode(w, img); err != nil {
		return fmt.Errorf("invite: write PNG: %w", err)
	}
	return nil
}

// Terminal draws the code with half blocks, two rows of modules a line. Light
// modules are drawn and dark ones left out, as most terminals are dark; colours
// are set so that a light terminal shows the same.
func (c *Code) Terminal(w io.Writer) error {
	var out strings.Builder
	for y := 0; y < c.Size(); y += 2 {
		out.WriteString("\x1b[97;40m")
		for x := range c.Size() {
			out.WriteString(half(!c.Dark(x, y), y+1 < c.Size() && !c.Dark(x, y+1)))
		}
		out.WriteString("\x1b[0m\n")
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("invite: draw QR code: %w", err)
	}
	return nil
}

func half(top, bottom bool) string {
	switch {
	case top && bottom:
		return "█"
	case top:
		return "▀"
	case bottom:
		return "▄"
	}
	return " "
}
