// Package picture draws the pictures of a survey's results as a few plain shapes:
// estimates with their intervals, shares as stacked bars, ranks with their sets,
// items by importance and performance. A Picture is a list of lines, boxes, dots and
// words on a sheet of given size, which SVG writes out; a report draws the same
// shapes into a page of its own.
//
// It knows no survey and no language: words come in, numbers are what they are, and
// what may not be shown never gets here. Nothing is told by colour alone: each shape
// that means something has words or a form of its own.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	places of estimates and limits on the axis | by hand | three rows, one without limits | exact | TestIntervalsStandWhereTheyAre
//	ranks and their sets | by hand | three units | exact | TestRanksStandOnTheirPlaces
//	shares of a stacked bar | by hand | five points | 1e-9 | TestSharesFillTheBar
//	the picture is well-formed and tells nothing that would run | encoding/xml | hostile words | exact | TestSVGIsWellFormedWhateverTheWords
//	words stay on the sheet | the width of each line, taken by its signs | long words in two scripts | inside the sheet | TestWordsStayOnTheSheet
package picture

import "math"

// Tone is what a shape means; the colour follows from it.
type Tone int

// The tones. Scale1 to Scale5 run from the worst answer to the best.
const (
	Ink    Tone = iota + 1 // words and axes
	Muted                  // small print
	Grid                   // lines of the grid
	Main                   // estimates
	Faint                  // the wider of two intervals
	Target                 // a threshold
	Scale1
	Scale2
	Scale3
	Scale4
	Scale5
)

// Hex is the colour of a tone on white paper, as "#rrggbb". Words have a contrast
// of at least 7 to it, shapes of at least 3 but for the middle of a scale, which
// its outline tells apart.
func (t Tone) Hex() string {
	return [...]string{
		"#000000", "#1a1a1a", "#4a4a4a", "#d0d0d0", "#1f5a94", "#7fa6cc", "#9c1c1c",
		"#8c2d04", "#d9742b", "#b8b8b8", "#5a8fc0", "#08407c",
	}[t]
}

// name is the tone as a class of the SVG, so that a page may colour it anew.
func (t Tone) name() string {
	return [...]string{
		"", "ink", "muted", "grid", "main", "faint", "target", "scale1", "scale2", "scale3", "scale4", "scale5",
	}[t]
}

// Kind is a kind of shape.
type Kind int

// The kinds: a line from (X1, Y1) to (X2, Y2) of width Size, a box with these
// corners, a dot about (X1, Y1) with the radius Size, words from, about or up to
// (X1, Y1) on their base line in letters of the height Size.
const (
	Line Kind = iota + 1
	Box
	Dot
	Words
)

// Anchor says where words stand about their point.
type Anchor int

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Shape is one thing drawn; lengths are in points, y grows downwards.
type Shape struct {
	Kind           Kind
	Tone           Tone
	X1, Y1, X2, Y2 float64
	Size           float64
	Text           string
	Anchor         Anchor
	Bold           bool
	Dashed         bool
}

// Picture is a sheet with its shapes, back to front. Title and Summary say in words
// what it shows, for those who cannot see it.
type Picture struct {
	Width, Height  float64
	Title, Summary string
	Shapes         []Shape
}

func (p *Picture) add(s Shape) { p.Shapes = append(p.Shapes, s) }

func (p *Picture) line(t Tone, x1, y1, x2, y2, width float64) {
	p.add(Shape{Kind: Line, Tone: t, X1: x1, Y1: y1, X2: x2, Y2: y2, Size: width})
}

func (p *Picture) box(t Tone, x1, y1, x2, y2 float64) {
	p.add(Shape{Kind: Box, Tone: t, X1: x1, Y1: y1, X2: x2, Y2: y2})
}

func (p *Picture) words(t Tone, x, y, size float64, a Anchor, text string) {
	if text != "" {
		p.add(Shape{Kind: Words, Tone: t, X1: x, Y1: y, Size: size, Text: text, Anchor: a})
	}
}

// Letter heights and the room about the drawing, in points.
const (
	textSize  = 13.0
	smallSize = 11.0
	margin    = 12.0
	leading   = 1.35 // from one base line to the next, in letter heights
)

// widthOf is about how wide a text is: Chinese signs are square, others half.
func widthOf(text string, size float64) float64 {
	const half, full, firstWide = 0.56, 1.0, 0x2e80
	sum := 0.0
	for _, r := range text {
		if r >= firstWide {
			sum += full
		} else {
			sum += half
		}
	}
	return sum * size
}

// wrapped breaks a text into lines of at most the width: between words where there
// are any, else between signs.
func wrapped(text string, size, width float64) (out []string) {
	line, lastBreak := []rune{}, -1
	for _, r := range text {
		line = append(line, r)
		if r == ' ' {
			lastBreak = len(line)
		}
		if len(line) < 2 || widthOf(string(line), size) <= width {
			continue
		}
		cut := len(line) - 1
		if lastBreak > 0 && lastBreak < len(line) {
			cut = lastBreak
		}
		out = append(out, string(line[:cut]))
		line, lastBreak = append([]rune{}, line[cut:]...), -1
	}
	if len(line) > 0 {
		out = append(out, string(line))
	}
	return out
}

func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
