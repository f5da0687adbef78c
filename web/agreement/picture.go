package agreement

import (
	"html/template"
	"math"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/result/picture"
	"minyi/web/view"
)

// draw makes the pictures of a track; each stands beside a table that says the
// same.
func (d *Door) draw(c *fiber.Ctx, t *FiguresTrack) {
	if t.Model.Refused == "" {
		t.Lenient = d.lenient(c, t)
	}
	if len(t.Pairs) > 1 {
		t.Scatter, t.Distance = d.scatter(c, t), d.distance(c, t)
	}
}

const pictureWidth = 560

func drawn(p picture.Picture) template.HTML {
	return template.HTML(p.SVG()) //nolint:gosec // shapes of ours, all words escaped
}

// lenient is the dot plot of the assessors with their intervals.
func (d *Door) lenient(c *fiber.Ctx, t *FiguresTrack) template.HTML {
	var rows []picture.Row
	most := 1.0
	for _, l := range t.Model.Leniency {
		r := picture.Row{Label: l.Assessor, Est: l.Effect, Low: l.Low, High: l.High}
		if !l.Known {
			r.Est, r.Hidden = math.NaN(), d.say(c, "agreement.tooFewUnits")
		} else {
			r.Value = signed(l.Effect) + "  [" + signed(l.Low) + ", " + signed(l.High) + "]"
			most = max(most, -l.Low, l.High)
		}
		rows = append(rows, r)
	}
	most = math.Ceil(most)
	zero := 0.0
	axis := picture.Axis{From: -most, To: most, Step: stepOf(2 * most), Format: signed, Name: d.say(c, "agreement.leniency.axis"), Target: &zero}
	return drawn(picture.Intervals(d.say(c, "agreement.leniency"), d.say(c, "agreement.leniency.sum"), pictureWidth, axis, rows))
}

func signed(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	if v > 0 {
		return "+" + text
	}
	return text
}

// stepOf is a round step that cuts a range into about six.
func stepOf(span float64) float64 {
	step := math.Pow(10, math.Floor(math.Log10(span/6)))
	for _, k := range []float64{1, 2, 5, 10} {
		if span/(step*k) <= 6 {
			return step * k
		}
	}
	return step * 10
}

// scatter shows the two totals of each dossier against each other; on the dashed
// line both are equal.
func (d *Door) scatter(c *fiber.Ctx, t *FiguresTrack) template.HTML {
	low, high := 100.0, 0.0
	for _, p := range t.Pairs {
		for _, m := range p.Totals {
			low, high = min(low, inMarks(m)), max(high, inMarks(m))
		}
	}
	f := newField(d.say(c, "agreement.scatter"), d.say(c, "agreement.scatter.sum"), span{low, high}, span{low, high})
	f.axes(d.say(c, "agreement.first"), d.say(c, "agreement.second"))
	f.line(f.x.low, f.x.low, f.x.high, f.x.high, picture.Muted, true)
	for _, p := range t.Pairs {
		f.dot(inMarks(p.Totals[0]), inMarks(p.Totals[1]))
	}
	return drawn(f.Picture)
}

// distance is the plot of differences by means (Bland and Altman 1986, Statistical
// methods for assessing agreement between two methods of clinical measurement,
// Lancet 327, 307-310): the mean difference and 1.96 standard deviations about it.
func (d *Door) distance(c *fiber.Ctx, t *FiguresTrack) template.HTML {
	mean, spread := differences(t)
	const width = 1.96
	x, y := span{100, 0}, span{mean - width*spread, mean + width*spread}
	for _, p := range t.Pairs {
		a, b := inMarks(p.Totals[0]), inMarks(p.Totals[1])
		x.low, x.high = min(x.low, (a+b)/2), max(x.high, (a+b)/2)
		y.low, y.high = min(y.low, a-b), max(y.high, a-b)
	}
	title := d.Texts.Say(view.LangOf(c), "agreement.distance", map[string]string{
		"mean": signed(mean), "low": signed(mean - width*spread), "high": signed(mean + width*spread),
	})
	f := newField(title, d.say(c, "agreement.distance.sum"), x, y)
	f.axes(d.say(c, "agreement.mean"), d.say(c, "agreement.difference"))
	for k, v := range []float64{mean, mean - width*spread, mean + width*spread} {
		f.line(f.x.low, v, f.x.high, v, picture.Muted, k > 0)
	}
	for _, p := range t.Pairs {
		a, b := inMarks(p.Totals[0]), inMarks(p.Totals[1])
		f.dot((a+b)/2, a-b)
	}
	return drawn(f.Picture)
}

// differences returns mean and standard deviation (n-1) of first less second.
func differences(t *FiguresTrack) (mean, spread float64) {
	n := float64(len(t.Pairs))
	for _, p := range t.Pairs {
		mean += (inMarks(p.Totals[0]) - inMarks(p.Totals[1])) / n
	}
	for _, p := range t.Pairs {
		e := inMarks(p.Totals[0]) - inMarks(p.Totals[1]) - mean
		spread += e * e / (n - 1)
	}
	return mean, math.Sqrt(spread)
}

// span is a range of values.
type span struct{ low, high float64 }

// field is a picture of points on two axes.
type field struct {
	picture.Picture
	x, y                     span
	left, right, top, bottom float64
}

func newField(title, summary string, x, y span) *field {
	const left, right, top, bottom, height = 56, 16, 60, 350, 400
	widen := func(s span) span {
		room := max(0.5, (s.high-s.low)*0.08)
		return span{s.low - room, s.high + room}
	}
	f := &field{
		Picture: picture.Picture{Width: pictureWidth, Height: height, Title: title, Summary: summary},
		x:       widen(x), y: widen(y), left: left, right: pictureWidth - right, top: top, bottom: bottom,
	}
	f.words(8, 22, 13, picture.Ink, picture.Start, title)
	return f
}

func (f *field) words(x, y, size float64, t picture.Tone, a picture.Anchor, text string) {
	f.Shapes = append(f.Shapes, picture.Shape{Kind: picture.Words, Tone: t, X1: x, Y1: y, Size: size, Text: text, Anchor: a})
}

func (f *field) at(x, y float64) (float64, float64) {
	return f.left + (x-f.x.low)/(f.x.high-f.x.low)*(f.right-f.left), f.bottom - (y-f.y.low)/(f.y.high-f.y.low)*(f.bottom-f.top)
}

func (f *field) line(x1, y1, x2, y2 float64, t picture.Tone, dashed bool) {
	a, b := f.at(x1, y1)
	c, e := f.at(x2, y2)
	f.Shapes = append(f.Shapes, picture.Shape{Kind: picture.Line, Tone: t, X1: a, Y1: b, X2: c, Y2: e, Size: 1, Dashed: dashed})
}

func (f *field) dot(x, y float64) {
	a, b := f.at(x, y)
	f.Shapes = append(f.Shapes, picture.Shape{Kind: picture.Dot, Tone: picture.Main, X1: a, Y1: b, Size: 4})
}

// axes draws the grid with its numbers and the names of both axes.
func (f *field) axes(x, y string) {
	const small, below, under = 11, 16, 34
	step := stepOf(f.x.high - f.x.low)
	for v := math.Ceil(f.x.low/step) * step; v <= f.x.high; v += step {
		f.line(v, f.y.low, v, f.y.high, picture.Grid, false)
		px, _ := f.at(v, f.y.low)
		f.words(px, f.bottom+below, small, picture.Muted, picture.Middle, plain(v))
	}
	step = stepOf(f.y.high - f.y.low)
	for v := math.Ceil(f.y.low/step) * step; v <= f.y.high; v += step {
		f.line(f.x.low, v, f.x.high, v, picture.Grid, false)
		_, py := f.at(f.x.low, v)
		f.words(f.left-6, py+4, small, picture.Muted, picture.End, plain(v))
	}
	f.words((f.left+f.right)/2, f.bottom+under, small, picture.Muted, picture.Middle, x)
	f.words(8, f.top-12, small, picture.Muted, picture.Start, y)
}

func plain(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
