package typeset

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// font writes the used part of the font with its widths and the table by which
// text is copied and searched (ISO 32000-1, 9.7 and 9.10.3).
func (d *Document) font(f *Font, used []bool) error { return d.fontAt(fontDict, f, used) }

// fontAt writes it as five objects from the number first on.
func (d *Document) fontAt(first int, f *Font, used []bool) error {
	descendant, descriptor, file, toUnicode := first+1, first+2, first+3, first+4
	program := f.subset(used)
	packed, err := Pack(program)
	if err != nil {
		return err
	}
	unicode, err := Pack(f.unicode(used))
	if err != nil {
		return err
	}
	name := tag(program) + "+NotoSansCJKsc"
	d.object(first, fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		name, descendant, toUnicode))
	d.object(descendant, fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+
		"/FontDescriptor %d 0 R/DW %d/W[%s]/CIDToGIDMap/Identity>>", name, descriptor, em, f.widths(used)))
	d.object(descriptor, fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d"+
		"/CapHeight 733/StemV 80/FontFile2 %d 0 R>>", name, f.bounds[0], f.bounds[1], f.bounds[2], f.bounds[3], f.ascent, f.descent, file))
	d.stream(file, fmt.Sprintf("/Length1 %d", len(program)), packed)
	d.stream(toUnicode, "", unicode)
	return d.err
}

// tag is the six letters before the name of a font subset; they differ where the
// subsets differ.
func tag(program []byte) string {
	sum := sha256.Sum256(program)
	letters := make([]byte, 6)
	for i := range letters {
		letters[i] = 'A' + sum[i]%26
	}
	return string(letters)
}

// widths lists the advances of the used glyphs that are not an em wide.
func (f *Font) widths(used []bool) string {
	var b strings.Builder
	for g, a := range f.advances {
		if used[g] && a != em {
			fmt.Fprintf(&b, "%d[%d]", g, a)
		}
	}
	return b.String()
}

// unicode is the CMap from glyphs back to characters.
func (f *Font) unicode(used []bool) []byte {
	back := make([]rune, len(used))
	for r, g := range f.glyphs {
		if used[g] && (back[g] == 0 || r < back[g]) {
			back[g] = r
		}
	}
	var lines []string
	for g, r := range back {
		if r != 0 {
			lines = append(lines, fmt.Sprintf("<%04X><%04X>\n", g, r))
		}
	}
	var b strings.Builder
	b.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	const most = 100 // entries of one block
	for block := range slices.Chunk(lines, most) {
		fmt.Fprintf(&b, "%d beginbfchar\n%sendbfchar\n", len(block), strings.Join(block, ""))
	}
	b.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}
