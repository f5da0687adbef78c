package preview

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // decodes PNG
	"io"

	"golang.org/x/image/draw"
)

const (
	quality    = 82
	mostPixels = 40_000_000
)

// shrink decodes an image, turns it upright and fits it into a square.
func shrink(r io.ReadSeeker, side int) ([]byte, error) {
	turned := orientation(r)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	config, _, err := image.DecodeConfig(r)
	if err != nil || config.Width*config.Height > mostPixels {
		return nil, none()
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	source, _, err := image.Decode(r)
	if err != nil {
		return nil, none()
	}
	size := source.Bounds().Size()
	width, height := fit(size.X, size.Y, side)
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(small, small.Bounds(), source, source.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(small, turned), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	return out.Bytes(), nil
}

// fit returns the size of a picture whose longer side has at most side pixels.
func fit(width, height, side int) (int, int) {
	if longer := max(width, height); longer > side {
		width, height = width*side/longer, height*side/longer
	}
	return max(1, width), max(1, height)
}

// upright undoes what the tag Orientation says (Exif 2.3, 4.6.4, tag 274).
func upright(m *image.RGBA, turned int) image.Image {
	if turned < 2 || turned > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if turned >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			toX, toY := place(turned, x, y, w, h)
			out.SetRGBA(toX, toY, m.RGBAAt(x, y))
		}
	}
	return out
}

// place is where a pixel of a picture of w by h belongs.
func place(turned, x, y, w, h int) (int, int) {
	switch turned {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x
}

const (
	markApp1    = 0xe1
	markScan    = 0xda
	tagTurned   = 0x0112
	entryBytes  = 12
	mostEntries = 500
)

// orientation returns the tag Orientation of a JPEG file, 1 where there is none.
func orientation(r io.ReadSeeker) int {
	if _, err := r.Seek(2, io.SeekStart); err != nil {
		return 1
	}
	head := make([]byte, 4)
	for {
		if _, err := io.ReadFull(r, head); err != nil || head[0] != 0xff || head[1] == markScan {
			return 1
		}
		length := int(binary.BigEndian.Uint16(head[2:])) - 2
		if length < 0 {
			return 1
		}
		if head[1] != markApp1 {
			if _, err := r.Seek(int64(length), io.SeekCurrent); err != nil {
				return 1
			}
			continue
		}
		segment := make([]byte, length)
		if _, err := io.ReadFull(r, segment); err != nil {
			return 1
		}
		if found, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
			return tag(found)
		}
	}
}

// tag reads the tag from the first directory of a TIFF block.
func tag(block []byte) int {
	const header = 8
	if len(block) < header {
		return 1
	}
	order := binary.ByteOrder(binary.BigEndian)
	if bytes.HasPrefix(block, []byte("II")) {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(block[4:]))
	if at < header || at+2 > int64(len(block)) {
		return 1
	}
	entries := int64(order.Uint16(block[at:]))
	for n := range min(entries, mostEntries) {
		entry := at + 2 + n*entryBytes
		if entry+entryBytes > int64(len(block)) {
			return 1
		}
		if order.Uint16(block[entry:]) == tagTurned {
			return int(order.Uint16(block[entry+8:]))
		}
	}
	return 1
}
