package rehearsal

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// proof is a small made-up evidence file.
type proof struct {
	name, kind string
	body       []byte
}

// document makes a one-page PDF that says what it is. Its letters are those of
// the standard fonts, so the text is in English.
func document(unit string, number int) proof {
	words := fmt.Sprintf("BT /F1 14 Tf 72 760 Td (Rehearsal: made-up document %d of unit %s) Tj ET", number, unit)
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(words), words),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	places := make([]int, len(objects))
	for i, o := range objects {
		places[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, p := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", p)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return proof{name: fmt.Sprintf("演练材料%02d.pdf", number), kind: "application/pdf", body: b.Bytes()}
}

// picture makes a small PNG with the unit's own pattern.
func picture(seed uint64, unit string, number int) (proof, error) {
	const side, cells = 128, 8
	rng := chance(seed, fmt.Sprintf("picture %s %d", unit, number))
	tones := []color.Color{color.RGBA{R: 0x1f, G: 0x4e, B: 0x79, A: 0xff}, color.RGBA{R: 0xe8, G: 0xee, B: 0xf4, A: 0xff}}
	img := image.NewPaletted(image.Rect(0, 0, side, side), tones)
	for y := range cells {
		for x := range cells / 2 {
			tone := uint8(rng.UintN(uint(len(tones))))
			for dy := range side / cells {
				for dx := range side / cells {
					img.SetColorIndex(x*side/cells+dx, y*side/cells+dy, tone)
					img.SetColorIndex(side-1-(x*side/cells+dx), y*side/cells+dy, tone)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return proof{}, fmt.Errorf("picture: %w", err)
	}
	return proof{name: fmt.Sprintf("演练照片%02d.png", number), kind: "image/png", body: b.Bytes()}, nil
}
