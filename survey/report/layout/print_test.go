package layout_test

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"minyi/survey/report"
	"minyi/survey/result/picture"
)

// need finds the programs of poppler-utils, qpdf and zbar-tools. With MINYI_PRINT
// set, as in .ci/run, their lack is a failure.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		_, err := exec.LookPath(p)
		switch {
		case err != nil && os.Getenv("MINYI_PRINT") != "":
			t.Fatal(err)
		case err != nil:
			t.Skip(err)
		}
	}
}

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

func filed(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// squeezed is a text without its spaces and line ends: lines are broken anywhere.
func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

func TestPrintedReportIsSoundAndCanBeReadBack(t *testing.T) {
	t.Parallel()
	need(t, "qpdf", "pdftotext", "pdffonts", "pdfinfo")
	for _, lang := range []string{"zh-CN", "en"} {
		r, content := set(t, lang, nil)
		path := filed(t, content)
		if got := run(t, "qpdf", "--check", path); !strings.Contains(got, "No syntax or stream encoding errors") {
			t.Errorf("%s: qpdf says %s", lang, got)
		}
		if got := run(t, "pdffonts", path); strings.Count(got, "yes yes yes") != 1 || strings.Count(got, "\n") != 3 {
			t.Errorf("%s: want one font, embedded, in part and with its characters, got\n%s", lang, got)
		}
		pages := strings.Split(strings.TrimSuffix(run(t, "pdftotext", "-layout", path, "-"), "\f"), "\f")
		for i, page := range pages {
			if !strings.Contains(page, r.Digest) {
				t.Errorf("%s: page %d has no digest on its foot", lang, i+1)
			}
			if want := squeezed(r.Page(i+1, len(pages))); !strings.Contains(squeezed(page), want) {
				t.Errorf("%s: page %d of %d does not say %q", lang, i+1, len(pages), want)
			}
		}
		text := squeezed(run(t, "pdftotext", "-raw", path, "-"))
		for _, b := range r.Blocks {
			if b.Kind == report.Heading && !strings.Contains(text, squeezed(b.Text)) {
				t.Errorf("%s: no heading %q on paper", lang, b.Text)
			}
		}
	}
}

func TestPrintedReportHasStructureAndBookmarks(t *testing.T) {
	t.Parallel()
	need(t, "qpdf", "pdfinfo")
	r, content := set(t, "zh-CN", nil)
	path := filed(t, content)
	got := run(t, "pdfinfo", "-struct-text", path)
	for _, want := range []string{"Table", "TH", "Figure", "H1", "H2", "LBody", "方法说明", "Caption"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in the structure", want)
		}
	}
	if strings.Contains(got, "Syntax") {
		t.Errorf("poppler complains: %s", got)
	}
	outline := run(t, "qpdf", "--json=1", "--json-key=outlines", path)
	for _, b := range r.Blocks {
		if b.Kind == report.Heading && b.Level == 1 && !strings.Contains(outline, b.Text) {
			t.Errorf("no bookmark for %q", b.Text)
		}
	}
}

func TestPrintedCharactersThatAreMissingAreNamed(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	_, content := set(t, "zh-CN", func(r *report.Report) { r.Blocks[0].Text = "𠮷野 \U0001F600" })
	text := run(t, "pdftotext", filed(t, content), "-")
	if !strings.Contains(text, "〓野") || !strings.Contains(text, "缺字：U+20BB7 U+1F600") {
		t.Errorf("the missing characters are not named:\n%s", text[:200])
	}
}

func TestPrintedCodeLeadsToTheRelease(t *testing.T) {
	t.Parallel()
	need(t, "pdftoppm", "zbarimg")
	r, content := set(t, "en", nil)
	base := filepath.Join(t.TempDir(), "page")
	run(t, "pdftoppm", "-r", "200", "-f", "3", "-l", "3", "-png", "-singlefile", filed(t, content), base)
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--raw", "-q", "--nodbus", base+".png").Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != r.Link {
		t.Errorf("got %q (%v), want %q", got, err, r.Link)
	}
}

// The dots of the picture are looked for in the page as poppler draws it: columns
// of their blue that are as high as a dot, where the estimates are. 20 mm is the
// margin, 170 mm the width of the picture.
func TestPrintedEstimatesStandWhereTheyAre(t *testing.T) {
	t.Parallel()
	need(t, "pdftoppm")
	r, content := set(t, "zh-CN", nil)
	base := filepath.Join(t.TempDir(), "page")
	run(t, "pdftoppm", "-r", "127", "-f", "2", "-l", "2", "-png", "-singlefile", filed(t, content), base) // 5 pixels a millimetre
	raw, err := os.ReadFile(base + ".png")
	if err != nil {
		t.Fatal(err)
	}
	page, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var drawn *picture.Picture
	for _, b := range r.Blocks {
		if b.Kind == report.Drawing {
			drawn = b.Picture
		}
	}
	found, looked := 0, 0
	for _, s := range drawn.Shapes {
		if s.Kind == picture.Dot {
			looked++
			if dotAt(page, 5*(20+170*s.X1/drawn.Width)) {
				found++
			}
		}
	}
	const first = 8 // rows that stand on the page of the summary, at least
	if looked != 12 || found < first {
		t.Errorf("found %d of %d dots on the page, want %d at least", found, looked, first)
	}
}

// dotAt reports whether a column within a pixel of x has a run of the blue as high
// as a dot.
func dotAt(page image.Image, x float64) bool {
	const least = 9 // pixels: a dot is 2.5 mm high, the caps of a line 2.7 mm, but narrow
	for _, at := range []int{int(math.Floor(x)) - 2, int(math.Floor(x)) + 3} {
		run := 0
		for y := page.Bounds().Min.Y; y < page.Bounds().Max.Y; y++ {
			red, _, blue, _ := page.At(at, y).RGBA()
			if blue > red+0x2000 {
				run++
			} else {
				run = 0
			}
			if run >= least {
				return true
			}
		}
	}
	return false
}
