package handout_test

import (
	"bytes"
	"compress/zlib"
	"image"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// document is a file of ours taken apart again, as far as the tests look.
type document struct {
	objects map[string][]byte // by number
	pages   []page
}

// page is where its rectangles are, in points from the lower left corner.
type page struct {
	width, height float64
	rects         []rect
	codes         []rect // the squares that codes fill without their quiet zone
	content       string
}

type rect struct{ x, y, w, h float64 }

func inflate(t testing.TB, object []byte) string {
	t.Helper()
	_, rest, _ := bytes.Cut(object, []byte("stream\n"))
	z, err := zlib.NewReader(bytes.NewReader(rest))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// parse reads a file by its table of objects, so that a wrong offset shows.
func parse(t testing.TB, raw []byte) document {
	t.Helper()
	d := document{objects: map[string][]byte{}}
	_, tail, ok := bytes.Cut(raw, []byte("startxref\n"))
	number, _, _ := strings.Cut(string(tail), "\n")
	at, err := strconv.Atoi(number)
	if !ok || err != nil || !bytes.HasPrefix(raw[at:], []byte("xref\n")) {
		t.Fatalf("no table of objects at %q", number)
	}
	for i, row := range strings.Split(string(raw[at:]), "\n")[3:] {
		offset, rest, _ := strings.Cut(row, " ")
		if rest != "00000 n " {
			break
		}
		from, err := strconv.Atoi(offset)
		name := strconv.Itoa(i + 1)
		if err != nil || !bytes.HasPrefix(raw[from:], []byte(name+" 0 obj\n")) {
			t.Fatalf("object %s does not stand at %s", name, offset)
		}
		body, _, _ := bytes.Cut(raw[from:], []byte("\nendobj\n"))
		d.objects[name] = body
	}
	d.follow(t, d.objects[reference(t, d.objects["1"], "Pages")])
	return d
}

func reference(t testing.TB, object []byte, key string) string {
	t.Helper()
	m := regexp.MustCompile(`/` + key + ` (\d+) 0 R`).FindSubmatch(object)
	if m == nil {
		t.Fatalf("no /%s in %s", key, object)
	}
	return string(m[1])
}

// follow walks down the tree of pages.
func (d *document) follow(t testing.TB, node []byte) {
	t.Helper()
	if kids := regexp.MustCompile(`/Kids\[([^]]*)\]`).FindSubmatch(node); kids != nil {
		for _, m := range regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch(kids[1], -1) {
			d.follow(t, d.objects[string(m[1])])
		}
		return
	}
	size := regexp.MustCompile(`/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]`).FindSubmatch(node)
	if size == nil {
		t.Fatalf("no page: %s", node)
	}
	p := page{width: number(t, string(size[1])), height: number(t, string(size[2])), content: inflate(t, d.objects[reference(t, node, "Contents")])}
	p.draw(t)
	d.pages = append(d.pages, p)
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// draw carries out the operators that place rectangles: q, Q, cm and re.
func (p *page) draw(t testing.TB) {
	t.Helper()
	m, saved := [6]float64{1, 0, 0, 1, 0, 0}, [6]float64{}
	var args []float64
	first := 0
	for _, word := range strings.Fields(p.content) {
		if v, err := strconv.ParseFloat(word, 64); err == nil {
			args = append(args, v)
			continue
		}
		switch word {
		case "q":
			saved, first = m, len(p.rects)
		case "Q":
			m = saved
			if len(p.rects) > first {
				p.codes = append(p.codes, bounds(p.rects[first:]))
			}
		case "cm": // the only ones are a scale of the axes and a shift
			m = [6]float64(args)
		case "re":
			x, y := m[0]*args[0]+m[4], m[3]*args[1]+m[5]
			w, h := m[0]*args[2], m[3]*args[3]
			p.rects = append(p.rects, rect{math.Min(x, x+w), math.Min(y, y+h), math.Abs(w), math.Abs(h)})
		}
		args = args[:0]
	}
}

func bounds(rects []rect) rect {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, r := range rects {
		x0, y0, x1, y1 = math.Min(x0, r.x), math.Min(y0, r.y), math.Max(x1, r.x+r.w), math.Max(y1, r.y+r.h)
	}
	return rect{x0, y0, x1 - x0, y1 - y0}
}

// render paints a part of the page at a resolution; pixels that are covered in
// part are grey.
func (p *page) render(part rect, dpi float64) *image.Gray {
	scale := dpi / 72
	img := image.NewGray(image.Rect(0, 0, int(math.Ceil(part.w*scale)), int(math.Ceil(part.h*scale))))
	cover := make([]float64, len(img.Pix))
	for _, r := range p.rects {
		x0, x1 := (r.x-part.x)*scale, (r.x+r.w-part.x)*scale
		y0, y1 := (part.y+part.h-r.y-r.h)*scale, (part.y+part.h-r.y)*scale
		for y := max(0, int(y0)); y < min(img.Rect.Dy(), int(math.Ceil(y1))); y++ {
			tall := math.Min(y1, float64(y+1)) - math.Max(y0, float64(y))
			for x := max(0, int(x0)); x < min(img.Rect.Dx(), int(math.Ceil(x1))); x++ {
				cover[y*img.Stride+x] += tall * (math.Min(x1, float64(x+1)) - math.Max(x0, float64(x)))
			}
		}
	}
	for i, c := range cover {
		img.Pix[i] = uint8(255 - 255*math.Min(1, c))
	}
	return img
}
