package picture_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"minyi/survey/result/picture"
)

func shapes(p picture.Picture, k picture.Kind, t picture.Tone) (out []picture.Shape) {
	for _, s := range p.Shapes {
		if s.Kind == k && s.Tone == t {
			out = append(out, s)
		}
	}
	return out
}

// near holds two places on the sheet together to a thousandth of a point.
func near(a, b float64) bool { return math.Abs(a-b) < 1e-3 }

func TestIntervalsStandWhereTheyAre(t *testing.T) {
	t.Parallel()
	target := 0.8
	axis := picture.Percent("")
	axis.Target = &target
	p := picture.Intervals("t", "s", 460, axis, []picture.Row{
		{Label: "a", Est: 0.5, Low: 0.25, High: 0.75},
		{Label: "b", Est: 1, Low: math.NaN(), High: math.NaN()},
		{Label: "c", Hidden: "few"},
	})
	// The plot runs from 30 to 430: 400 points for 0 to 1.
	dots := shapes(p, picture.Dot, picture.Main)
	if len(dots) != 2 || !near(dots[0].X1, 230) || !near(dots[1].X1, 430) {
		t.Errorf("dots: got %+v, want them at 230 and 430", dots)
	}
	lines := shapes(p, picture.Line, picture.Main)
	if len(lines) != 3 || !near(lines[0].X1, 130) || !near(lines[0].X2, 330) {
		t.Errorf("lines: got %+v, want one from 130 to 330 with two ends", lines)
	}
	aim := shapes(p, picture.Line, picture.Target)
	if len(aim) != 1 || !near(aim[0].X1, 350) || !aim[0].Dashed {
		t.Errorf("the threshold: got %+v, want a dashed line at 350", aim)
	}
	if !strings.Contains(p.SVG(), ">few<") {
		t.Error("the word in place of a hidden estimate is missing")
	}
}

func TestRanksStandOnTheirPlaces(t *testing.T) {
	t.Parallel()
	p := picture.Ranks("t", "s", "place", 460, []picture.Place{
		{Label: "a", At: 1, Best: 1, Worst: 2, AllBest: 1, AllWorst: 3},
		{Label: "b", At: 2, Best: 1, Worst: 3, AllBest: 1, AllWorst: 3},
		{Label: "c", Hidden: "few"},
	})
	dots := shapes(p, picture.Dot, picture.Main)
	if len(dots) != 2 || !near(dots[0].X1, 30) || !near(dots[1].X1, 230) {
		t.Errorf("dots: got %+v, want them at 30 and 230", dots)
	}
	wide := shapes(p, picture.Line, picture.Faint)
	if len(wide) != 2 || !near(wide[0].X1, 26) || !near(wide[0].X2, 434) {
		t.Errorf("the sets of all: got %+v, want them from 26 to 434", wide)
	}
}

func TestSharesFillTheBar(t *testing.T) {
	t.Parallel()
	p := picture.Stacked("t", "s", 460, []string{"a", "b", "c", "d", "e"}, []picture.Parts{
		{Label: "x", Shares: []float64{0.1, 0.2, 0, 0.3, 0.4}},
	})
	want := [][3]float64{{float64(picture.Scale1), 30, 70}, {float64(picture.Scale2), 70, 150}, {float64(picture.Scale4), 150, 270}, {float64(picture.Scale5), 270, 430}}
	var got []picture.Shape
	for _, s := range p.Shapes {
		if s.Kind == picture.Box && s.Y2-s.Y1 > 13 {
			got = append(got, s)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("parts: got %+v, want %d", got, len(want))
	}
	for k, w := range want {
		if float64(got[k].Tone) != w[0] || math.Abs(got[k].X1-w[1]) > 1e-9 || math.Abs(got[k].X2-w[2]) > 1e-9 {
			t.Errorf("part %d: got %+v, want tone, left and right %v", k, got[k], w)
		}
	}
}

// all are one picture of each sort, with the given words everywhere.
func all(words string) map[string]picture.Picture {
	axis := picture.Axis{From: 1, To: 5, Step: 1, Name: words, Format: func(float64) string { return "1" }}
	return map[string]picture.Picture{
		"intervals": picture.Intervals(words, words, 460, picture.Percent(words), []picture.Row{{Label: words, Value: "80%", Est: 0.5, Low: 0.4, High: 0.6}}),
		"ranks":     picture.Ranks(words, words, words, 460, []picture.Place{{Label: words, At: 1}, {Label: words, At: 2, Hidden: words}}),
		"stacked":   picture.Stacked(words, words, 460, []string{words, words}, []picture.Parts{{Label: words, Shares: []float64{0.5, 0.5}}, {Hidden: words}}),
		"quadrants": picture.Quadrants(words, words, 460, picture.Field{X: axis, Y: axis, CutX: 3, CutY: 3}, []picture.Point{{Number: 1, Label: words, X: 2, Y: 2, XLow: 1, XHi: 3, YLow: 1, YHi: 3}}),
	}
}

func TestSVGIsWellFormedWhateverTheWords(t *testing.T) {
	t.Parallel()
	const hostile = `</text><script>alert("x")</script>&'"<b style="x">` + "\x00\ufffe"
	for name, p := range all(hostile) {
		elements := map[string]bool{}
		d := xml.NewDecoder(strings.NewReader(p.SVG()))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if e, ok := token.(xml.StartElement); ok {
				elements[e.Name.Local] = true
				for _, a := range e.Attr {
					if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
						t.Errorf("%s: attribute %s", name, a.Name.Local)
					}
				}
			}
		}
		if elements["script"] || elements["b"] || !elements["title"] || !elements["desc"] {
			t.Errorf("%s: elements %v", name, elements)
		}
	}
}

func TestWordsStayOnTheSheet(t *testing.T) {
	t.Parallel()
	for _, words := range []string{strings.Repeat("依法行政满意程度", 12), strings.Repeat("how satisfied are you ", 9)} {
		for name, p := range all(words) {
			for _, s := range p.Shapes {
				if s.Kind == picture.Words && (s.Y1 > p.Height || s.Y1 < 0 || s.X1 < 0 || s.X1 > p.Width) {
					t.Errorf("%s: %q at %v, %v of %v by %v", name, s.Text, s.X1, s.Y1, p.Width, p.Height)
				}
			}
			for _, s := range p.Shapes {
				if s.Bold && float64(len([]rune(s.Text))) > p.Width/13/0.5 {
					t.Errorf("%s: the title's line is too long: %q", name, s.Text)
				}
			}
		}
	}
}
