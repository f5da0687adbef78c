package typeset

import (
	_ "embed"
	"encoding/binary"
	"fmt"

	"golang.org/x/image/font/sfnt"

	"minyi/indicators/fault"
)

// fontFile is a part of Noto Sans CJK SC 2.004, © 2014-2021 Adobe, under the SIL
// Open Font License 1.1; see font/README.md and font/OFL.txt.
//
//go:embed font/NotoSansCJKsc-subset.ttf
var fontFile []byte

// Font is the embedded font, ready to measure and to write. It is read only.
type Font struct {
	glyphs   map[rune]uint16
	advances []uint16 // by glyph, in thousandths of an em
	tables   map[string][]byte
	bounds   [4]int16 // of all glyphs: xMin, yMin, xMax, yMax
	ascent   int16
	descent  int16
}

// lastRune is the last character that is looked for: the font has the basic plane.
const lastRune = 0xFFFF

// LoadFont reads the embedded font.
func LoadFont() (*Font, error) {
	parsed, err := sfnt.Parse(fontFile)
	if err != nil {
		return nil, fmt.Errorf("typeset: embedded font: %w", err)
	}
	f := &Font{glyphs: map[rune]uint16{}, tables: tablesOf(fontFile)}
	var work sfnt.Buffer
	for r := ' '; r <= lastRune; r++ {
		g, err := parsed.GlyphIndex(&work, r)
		if err != nil {
			return nil, fmt.Errorf("typeset: embedded font: glyph of %U: %w", r, err)
		}
		if g != 0 {
			f.glyphs[r] = uint16(g)
		}
	}
	head, hhea, hmtx := f.tables["head"], f.tables["hhea"], f.tables["hmtx"]
	if parsed.UnitsPerEm() != em {
		return nil, fmt.Errorf("typeset: embedded font has %d units to an em, not %d", parsed.UnitsPerEm(), em)
	}
	for i := range f.bounds {
		f.bounds[i] = int16(binary.BigEndian.Uint16(head[36+2*i:]))
	}
	f.ascent, f.descent = int16(binary.BigEndian.Uint16(hhea[4:])), int16(binary.BigEndian.Uint16(hhea[6:]))
	f.advances = make([]uint16, parsed.NumGlyphs())
	own := int(binary.BigEndian.Uint16(hhea[34:])) // glyphs with an advance of their own; the rest has the last one's
	for g := range f.advances {
		f.advances[g] = binary.BigEndian.Uint16(hmtx[4*min(g, own-1):])
	}
	return f, nil
}

// Has reports whether the font has the character.
func (f *Font) Has(r rune) bool {
	_, ok := f.glyphs[r]
	return ok
}

// Check refuses with print.character a text with a character that the font does
// not have: it would be missing on paper, and nobody would know.
func (f *Font) Check(text string) error {
	for _, r := range text {
		if _, ok := f.glyphs[r]; !ok {
			return fault.New(fault.Invalid, "print.character", "character", string(r))
		}
	}
	return nil
}

// Width is how long a text is at a size.
func (f *Font) Width(text string, size Length) Length {
	sum := Length(0)
	for _, r := range text {
		sum += Length(f.advances[f.glyphs[r]])
	}
	return sum * size / em
}

// Glyphs is how many glyphs the font has.
func (f *Font) Glyphs() int { return len(f.advances) }
