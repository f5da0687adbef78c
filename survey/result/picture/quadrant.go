package picture

import "strconv"

// Point is one item by how it fares (X) and how much it matters (Y), both with
// their limits; Number stands beside its dot and in the list below.
type Point struct {
	Number       int
	Label        string
	X, XLow, XHi float64
	Y, YLow, YHi float64
}

// Field is a picture of points with two lines that cut it into four.
type Field struct {
	X, Y       Axis
	CutX, CutY float64
	Corners    [4]string // above left, above right, below left, below right
}

// Quadrants draws items by importance and performance (Martilla and James 1977,
// Importance-performance analysis, Journal of Marketing 41, 77-79).
func Quadrants(title, summary string, width float64, field Field, points []Point) Picture {
	const share, room = 0.62, 34
	p := Picture{Width: width, Title: title, Summary: summary}
	top := p.head(title)
	f := frameOf(width, field.X.From, field.X.To)
	f.left += room
	high := upright{top, top + width*share, field.Y.From, field.Y.To}
	p.upright(f, high, field.Y)
	p.corners(f, high, field)
	for _, one := range points {
		x, y := f.at(one.X), high.at(one.Y)
		if known(one.XLow) && known(one.XHi) {
			p.line(Faint, f.at(one.XLow), y, f.at(one.XHi), y, hair)
		}
		if known(one.YLow) && known(one.YHi) {
			p.line(Faint, x, high.at(one.YLow), x, high.at(one.YHi), hair)
		}
		p.add(Shape{Kind: Dot, Tone: Main, X1: x, Y1: y, Size: dotRadius})
		p.words(Ink, x+dotRadius*1.5, y-dotRadius, smallSize, Start, strconv.Itoa(one.Number))
	}
	p.axis(f, field.X, top, high.bottom)
	for _, one := range points {
		p.Height = p.listed(one, p.Height-margin) + margin
	}
	return p
}

// upright places values between top and bottom.
type upright struct{ top, bottom, from, to float64 }

func (u upright) at(v float64) float64 {
	y := u.bottom - (v-u.from)/(u.to-u.from)*(u.bottom-u.top)
	return min(max(y, u.top), u.bottom)
}

// corners cuts the field and names its four parts.
func (p *Picture) corners(f plot, u upright, field Field) {
	const inset = 6
	x, y := f.at(field.CutX), u.at(field.CutY)
	p.add(Shape{Kind: Line, Tone: Muted, X1: x, Y1: u.top, X2: x, Y2: u.bottom, Size: hair, Dashed: true})
	p.add(Shape{Kind: Line, Tone: Muted, X1: f.left, Y1: y, X2: f.right, Y2: y, Size: hair, Dashed: true})
	for k, text := range field.Corners {
		at, anchor, line := f.left+inset, Start, u.top+smallSize*leading
		if k%2 == 1 {
			at, anchor = f.right-inset, End
		}
		if k/2 == 1 {
			line = u.bottom - inset
		}
		p.words(Muted, at, line, smallSize, anchor, text)
	}
}

// upright draws the scale along the left.
func (p *Picture) upright(f plot, u upright, a Axis) {
	const tick, slack = 4, 1e-9
	for k := 0; a.Step > 0 && a.Format != nil; k++ {
		v := a.From + float64(k)*a.Step
		if v > a.To+slack {
			break
		}
		y := u.at(v)
		p.line(Grid, f.left-tick, y, f.right, y, hair)
		p.words(Muted, f.left-2*tick, y+smallSize/3, smallSize, End, a.Format(v))
	}
	p.words(Muted, margin, u.top-2, smallSize, Start, a.Name)
}

// listed names a point below the field.
func (p *Picture) listed(one Point, y float64) float64 {
	for _, line := range wrapped(strconv.Itoa(one.Number)+"  "+one.Label, smallSize, p.Width-2*margin) {
		y += smallSize * leading
		p.words(Ink, margin, y, smallSize, Start, line)
	}
	return y
}
