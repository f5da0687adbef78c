package invite_test

import (
	"bytes"
	"image/color"
	"image/png"
	"strconv"
	"strings"
	"testing"

	"minyi/survey/invite"
)

const sample = "HTTPS://MINYI.EXAMPLE.CN/Q/0123456789ABCDEFGHJKMNPQ"

func TestUpperCaseLinkNeedsOnlyVersion3(t *testing.T) {
	t.Parallel()
	if got := invite.Link("https://minyi.example.cn", "0123456789ABCDEFGHJKMNPQ"); got != sample {
		t.Fatalf("link: got %s, want %s", got, sample)
	}
	code, err := invite.NewCode(sample)
	if err != nil {
		t.Fatal(err)
	}
	// ISO/IEC 18004 table 7: version 3-M holds 61 alphanumeric characters in 29
	// modules a side, and 42 bytes; the same link in lower case does not fit.
	if got, want := code.Size()-8, 29; got != want {
		t.Errorf("modules: got %d, want %d", got, want)
	}
}

// modules reads the drawn path back into dark squares.
func modules(t *testing.T, path string, size int) [][]bool {
	t.Helper()
	out := make([][]bool, size)
	for y := range out {
		out[y] = make([]bool, size)
	}
	for _, part := range strings.Split(strings.TrimSuffix(path, "z"), "z") {
		place, run, ok := strings.Cut(strings.TrimPrefix(part, "M"), "h")
		xs, ys, ok2 := strings.Cut(place, " ")
		width, _, ok3 := strings.Cut(run, "v")
		x, err := strconv.Atoi(xs)
		y, err2 := strconv.Atoi(ys)
		n, err3 := strconv.Atoi(width)
		if !ok || !ok2 || !ok3 || err != nil || err2 != nil || err3 != nil {
			t.Fatalf("path part %q does not read", part)
		}
		for i := range n {
			out[y][x+i] = true
		}
	}
	return out
}

func TestAllDrawingsShowTheSameModules(t *testing.T) {
	t.Parallel()
	code, err := invite.NewCode(sample)
	if err != nil {
		t.Fatal(err)
	}
	svg := modules(t, code.SVGPath(), code.Size())
	var picture, term bytes.Buffer
	if err := code.PNG(&picture, 3); err != nil {
		t.Fatal(err)
	}
	if err := code.Terminal(&term); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&picture)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(term.String(), "\n"), "\n")
	for y := range code.Size() {
		line := []rune(strings.TrimSuffix(strings.TrimPrefix(lines[y/2], "\x1b[97;40m"), "\x1b[0m"))
		for x := range code.Size() {
			want := code.Dark(x, y)
			gray, ok := color.GrayModel.Convert(img.At(3*x+1, 3*y+1)).(color.Gray)
			if got := ok && gray.Y == 0; got != want {
				t.Fatalf("PNG %d,%d: got dark %v, want %v", x, y, got, want)
			}
			light := strings.ContainsRune(map[int]string{0: "█▀", 1: "█▄"}[y%2], line[x])
			if light == want {
				t.Fatalf("terminal %d,%d: got light %v, want dark %v", x, y, light, want)
			}
			if svg[y][x] != want {
				t.Fatalf("SVG %d,%d: got %v, want %v", x, y, svg[y][x], want)
			}
		}
	}
	// The finder pattern at the upper left corner (ISO/IEC 18004, 6.3.3).
	for _, p := range [][2]int{{4, 4}, {10, 4}, {4, 10}, {7, 7}} {
		if !code.Dark(p[0], p[1]) {
			t.Errorf("finder pattern: module %v is light", p)
		}
	}
	if code.Dark(5, 5) || code.Dark(3, 4) {
		t.Error("finder pattern: its ring or the quiet zone is dark")
	}
}
