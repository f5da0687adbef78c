package picture

import "strconv"

// Axis is the scale along the bottom: From to To with a mark every Step, written by
// Format (nil: with no decimals). Target draws a dashed line there where it is not
// nil, with the words of TargetText.
type Axis struct {
	From, To, Step float64
	Format         func(v float64) string
	Name           string
	Target         *float64
	TargetText     string
}

// Row is one estimate. Label is its name, Value the figures in words; Hidden is the
// word that stands in place of an estimate which is not shown, NaN limits are not
// drawn.
type Row struct {
	Label, Value   string
	Est, Low, High float64
	Hidden         string
}

// Percent is an axis of shares from 0 to 1.
func Percent(name string) Axis {
	const step = 0.2
	return Axis{To: 1, Step: step, Name: name, Format: func(v float64) string { return strconv.Itoa(int(v*100+0.5)) + "%" }}
}

// Intervals draws each row as a dot with a line from its lower to its upper limit,
// under its name.
func Intervals(title, summary string, width float64, a Axis, rows []Row) Picture {
	p := Picture{Width: width, Title: title, Summary: summary}
	y := p.head(title)
	top := y
	plot := frameOf(width, a.From, a.To)
	for _, r := range rows {
		y = p.label(r.Label, r.Value, y)
		p.interval(plot, r, y)
		y += rowHeight
	}
	p.axis(plot, a, top, y)
	return p
}

const (
	rowHeight = 26.0
	dotRadius = 4.5
	stroke    = 2.0
	hair      = 0.7
)

// plot places values between the margins.
type plot struct{ left, right, from, to float64 }

func frameOf(width, from, to float64) plot {
	const inset = 18
	return plot{margin + inset, width - margin - inset, from, to}
}

// at is the place of a value, held within the plot.
func (f plot) at(v float64) float64 {
	x := f.left + (v-f.from)/(f.to-f.from)*(f.right-f.left)
	return min(max(x, f.left), f.right)
}

// head writes the title and returns where the drawing goes on.
func (p *Picture) head(title string) float64 {
	const gap = 8
	y := margin
	for _, line := range wrapped(title, textSize, p.Width-2*margin) {
		y += textSize * leading
		p.add(Shape{Kind: Words, Tone: Ink, X1: margin, Y1: y, Size: textSize, Text: line, Bold: true})
	}
	return y + gap
}

// label writes a name and, to the right, its figures; a long name takes more lines.
func (p *Picture) label(name, value string, y float64) float64 {
	const gap, least = 10, 0.45
	room := max(p.Width*least, p.Width-2*margin-gap-widthOf(value, smallSize))
	lines := wrapped(name, textSize, room)
	for i, line := range lines {
		y += textSize * leading
		p.words(Ink, margin, y, textSize, Start, line)
		if i == 0 {
			p.words(Ink, p.Width-margin, y, smallSize, End, value)
		}
	}
	if len(lines) == 0 {
		y += textSize * leading
	}
	return y
}

// interval draws one row below its label.
func (p *Picture) interval(f plot, r Row, y float64) {
	const end = 5
	mid := y + rowHeight/2
	if r.Hidden != "" || !known(r.Est) {
		p.words(Muted, f.left, mid+smallSize/3, smallSize, Start, r.Hidden)
		return
	}
	if known(r.Low) && known(r.High) {
		p.line(Main, f.at(r.Low), mid, f.at(r.High), mid, stroke)
		p.line(Main, f.at(r.Low), mid-end, f.at(r.Low), mid+end, stroke)
		p.line(Main, f.at(r.High), mid-end, f.at(r.High), mid+end, stroke)
	}
	p.add(Shape{Kind: Dot, Tone: Main, X1: f.at(r.Est), Y1: mid, Size: dotRadius})
}

// axis draws the grid behind the rows and the scale below them, and ends the sheet.
func (p *Picture) axis(f plot, a Axis, top, bottom float64) {
	var back []Shape
	format := a.Format
	if format == nil {
		format = func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }
	}
	const tick, slack = 4, 1e-9
	for k := 0; a.Step > 0; k++ {
		v := a.From + float64(k)*a.Step
		if v > a.To+slack {
			break
		}
		x := f.at(v)
		back = append(back, Shape{Kind: Line, Tone: Grid, X1: x, Y1: top, X2: x, Y2: bottom + tick, Size: hair})
		p.words(Muted, x, bottom+tick+smallSize*leading, smallSize, Middle, format(v))
	}
	if a.Target != nil {
		x := f.at(*a.Target)
		back = append(back, Shape{Kind: Line, Tone: Target, X1: x, Y1: top, X2: x, Y2: bottom + tick, Size: hair * 2, Dashed: true})
		p.words(Target, x, top+smallSize*0.3, smallSize, End, a.TargetText)
	}
	p.Shapes = append(back, p.Shapes...)
	bottom += tick + smallSize*leading
	if a.Name != "" {
		bottom += smallSize * leading
		p.words(Muted, (f.left+f.right)/2, bottom, smallSize, Middle, a.Name)
	}
	p.Height = bottom + margin
}
