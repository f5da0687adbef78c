package picture

import "strconv"

// Place is one unit of an order: its place, the set of places that holds its true
// one (Best to Worst), and the wider set that holds those of all units together;
// 0 where there is none.
type Place struct {
	Label, Value      string
	At, Best, Worst   int
	AllBest, AllWorst int
	Hidden            string
}

// Ranks draws each unit's place as a dot on the line of its own set of places,
// which lies on the wider line of the sets of all together.
func Ranks(title, summary, name string, width float64, units []Place) Picture {
	p := Picture{Width: width, Title: title, Summary: summary}
	y := p.head(title)
	top := y
	last := max(len(units), 2)
	f := frameOf(width, 1, float64(last))
	for _, u := range units {
		y = p.label(u.Label, u.Value, y)
		p.place(f, u, y)
		y += rowHeight
	}
	const most = 12 // marks that fit with their numbers
	p.axis(f, Axis{
		From: 1, To: float64(last), Step: float64((last + most - 1) / most), Name: name,
		Format: func(v float64) string { return strconv.Itoa(int(v)) },
	}, top, y)
	return p
}

func (p *Picture) place(f plot, u Place, y float64) {
	const wide, end = 7, 4
	mid := y + rowHeight/2
	if u.Hidden != "" || u.At == 0 {
		p.words(Muted, f.left, mid+smallSize/3, smallSize, Start, u.Hidden)
		return
	}
	if u.AllBest > 0 {
		p.line(Faint, f.at(float64(u.AllBest))-end, mid, f.at(float64(u.AllWorst))+end, mid, wide)
	}
	if u.Best > 0 {
		for _, x := range []float64{f.at(float64(u.Best)), f.at(float64(u.Worst))} {
			p.line(Main, x, mid-end, x, mid+end, stroke)
		}
		p.line(Main, f.at(float64(u.Best)), mid, f.at(float64(u.Worst)), mid, stroke)
	}
	p.add(Shape{Kind: Dot, Tone: Main, X1: f.at(float64(u.At)), Y1: mid, Size: dotRadius})
}
