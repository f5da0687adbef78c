package handout_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// need finds the programs of poppler-utils and zbar-tools. With MINYI_PRINT set,
// as in .ci/run, their lack is a failure.
func need(t *testing.T, programs ...string) {
	t.Helper()
	if os.Getenv("MINYI_PRINT") == "" {
		t.Skip("set MINYI_PRINT=1 to render sheets with poppler and read them with zbar")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Fatal(err)
		}
	}
}

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, problems.String())
	}
	if problems.Len() > 0 {
		t.Errorf("%s complains: %s", program, problems.String())
	}
	return out.String()
}

// zbar is what zbar finds in a picture, sorted.
func zbar(t *testing.T, path string) []string {
	t.Helper()
	const nothing = 4 // the status of a picture without a code
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--raw", "-q", "--nodbus", "-Sdisable", "-Sqrcode.enable", path).Output()
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || ended.ExitCode() != nothing) {
		t.Fatalf("zbarimg: %v", err)
	}
	found := strings.Fields(string(out))
	slices.Sort(found)
	return found
}

// look is what zbar reads in the picture of one code, at other sizes if need be,
// as phones do.
func look(t *testing.T, img image.Image) string {
	t.Helper()
	for _, percent := range []int{100, 200, 50} {
		if found := zbar(t, save(t, sized(img, percent))); len(found) == 1 {
			return found[0]
		}
	}
	return ""
}

// rendered is the first page of a file as poppler paints it, in grey, and the
// file of that picture.
func rendered(t *testing.T, pdf string, dpi int) (*image.Gray, string) {
	t.Helper()
	base := strings.TrimSuffix(pdf, ".pdf") + "-" + strconv.Itoa(dpi)
	run(t, "pdftoppm", "-r", strconv.Itoa(dpi), "-gray", "-singlefile", pdf, base)
	raw, err := os.ReadFile(base + ".pgm")
	if err != nil {
		t.Fatal(err)
	}
	var width, height int
	if _, err := fmt.Sscanf(string(raw[:min(len(raw), 30)]), "P5\n%d %d\n255\n", &width, &height); err != nil {
		t.Fatalf("not a grey picture: %v", err)
	}
	return &image.Gray{Pix: raw[len(raw)-width*height:], Stride: width, Rect: image.Rect(0, 0, width, height)}, base + ".pgm"
}

// save writes a picture for zbar.
func save(t *testing.T, img image.Image) string {
	t.Helper()
	grey := image.NewGray(img.Bounds())
	draw.Draw(grey, grey.Rect, img, img.Bounds().Min, draw.Src)
	path := filepath.Join(t.TempDir(), "photo.pgm")
	head := fmt.Sprintf("P5\n%d %d\n255\n", grey.Rect.Dx(), grey.Rect.Dy())
	if err := os.WriteFile(path, append([]byte(head), grey.Pix...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// cut is a part of a page's picture, given in points from its lower left corner.
func cut(img *image.Gray, part rect, height float64, dpi int) *image.Gray {
	px := func(pt float64) int { return int(pt * float64(dpi) / 72) }
	from := image.Rect(px(part.x), px(height-part.y-part.h), px(part.x+part.w), px(height-part.y)).Intersect(img.Rect)
	out := image.NewGray(image.Rect(0, 0, from.Dx(), from.Dy()))
	draw.Draw(out, out.Rect, img, from.Min, draw.Src)
	return out
}

// TestPrintRenderedSheetsScan renders whole sheets with the program that most
// viewers and many print servers use, and reads every code with two decoders of
// other people: in the sheet as it is, and turned, blurred and as a photo.
func TestPrintRenderedSheetsScan(t *testing.T) {
	t.Parallel()
	need(t, "pdftoppm", "pdftotext", "pdffonts", "zbarimg")
	for _, f := range formats() {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			o := order(t, f.kind, f.name, 24)
			o.Words = words(2)
			raw := file(t, o)
			first := parse(t, raw).pages[0]
			pdf := filepath.Join(t.TempDir(), "sheets.pdf")
			if err := os.WriteFile(pdf, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, dpi := range []int{600, 150, 120, 100} {
				page, path := rendered(t, pdf, dpi)
				seen := zbar(t, path)
				for i, code := range first.codes { // of two dozen in one picture zbar passes over some
					if link := o.Item(i).Link; !slices.Contains(seen, link) && look(t, cut(page, around(code), first.height, dpi)) != link {
						t.Errorf("code %d at %d dpi: zbar does not read it", i+1, dpi)
					}
				}
				photograph(t, f, page, first, dpi, func(i int) string { return o.Item(i).Link })
			}
			readable(t, pdf, o.Words[0].Title, o.Item(0).Code)
		})
	}
}

// photograph takes photos of the codes on a rendered page and reads them with
// both decoders.
func photograph(t *testing.T, f format, img *image.Gray, p page, dpi int, link func(int) string) {
	t.Helper()
	for i, code := range p.codes {
		for _, s := range shots() {
			if int(s.dpi) != dpi || s.degrees == 0 || dpi == 600 && i > 1 {
				continue
			}
			photo := s.take(t, cut(img, around(code), p.height, dpi), uint64(i))
			if got, err := decode(photo); err != nil || got != link(i) {
				t.Errorf("%s, code %d, %s: got %q, %v; want %q", f, i+1, s.name, got, err, link(i))
			}
			if i > 3 {
				continue // the other decoder has read them all; a process for each would take minutes
			}
			if got := look(t, photo); got != link(i) {
				t.Errorf("%s, code %d, %s, zbar: got %q, want %q", f, i+1, s.name, got, link(i))
			}
		}
	}
}

// readable demands that the words can be copied from the file and that its font
// is embedded, in part and with its characters.
func readable(t *testing.T, pdf string, texts ...string) {
	t.Helper()
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	all := bare(run(t, "pdftotext", "-raw", "-l", "1", pdf, "-"))
	for _, text := range texts {
		if !strings.Contains(all, bare(text)) {
			t.Errorf("%q cannot be copied from the page:\n%s", text, all)
		}
	}
	if fonts := run(t, "pdffonts", pdf); strings.Count(fonts, "\n") != 3 || !strings.Contains(fonts, "yes yes yes") {
		t.Errorf("fonts: want one, embedded in part with its characters, got\n%s", fonts)
	}
}
