package layout

import (
	"slices"
	"strings"

	"minyi/survey/result/picture"
	"minyi/survey/typeset"
)

// together is how much of a picture is kept on one page.
const together = 110 * mm

// picture draws a picture from its shapes. One that is higher than a page is drawn
// over several, cut where no shape is cut.
func (p *press) picture(pic *picture.Picture) error {
	figure := p.tree.Add(0, "Figure", pic.Title+". "+pic.Summary)
	if err := p.need(min(high(pic), together)); err != nil {
		return err
	}
	for from := 0.0; from < pic.Height; {
		to := cut(pic, from, from+float64(bottom-p.y)/scale(pic))
		if to <= from {
			if p.y == top {
				to = pic.Height // a shape higher than a page: drawn as it is
			} else if err := p.endPage(); err != nil {
				return err
			} else {
				continue
			}
		}
		p.draw(pic, figure, from, to)
		p.y += typeset.Length((to - from) * scale(pic))
		from = to
		if from < pic.Height {
			if err := p.endPage(); err != nil {
				return err
			}
		}
	}
	p.y += body().Size
	return nil
}

// cut is the lowest place, not below most, that is well clear of every shape but the
// lines of the grid; from where there is none. What belongs together stands closer.
func cut(pic *picture.Picture, from, most float64) float64 {
	const clear = 3
	if most >= pic.Height {
		return pic.Height
	}
	for at := most; at > from; at-- {
		if !slices.ContainsFunc(pic.Shapes, func(s picture.Shape) bool { return !long(s) && above(s) < at+clear && below(s) > at-clear }) {
			return at
		}
	}
	return from
}

// long reports whether a shape is a line of the grid, which may go on over pages.
func long(s picture.Shape) bool { return s.Kind == picture.Line && s.X1 == s.X2 }

func above(s picture.Shape) float64 {
	switch s.Kind {
	case picture.Words, picture.Dot:
		return s.Y1 - s.Size
	case picture.Line, picture.Box:
	}
	return min(s.Y1, s.Y2)
}

func below(s picture.Shape) float64 {
	const descent = 0.3
	switch s.Kind {
	case picture.Words:
		return s.Y1 + s.Size*descent
	case picture.Dot:
		return s.Y1 + s.Size
	case picture.Line, picture.Box:
	}
	return max(s.Y1, s.Y2)
}

// draw draws the shapes between two heights of the picture.
func (p *press) draw(pic *picture.Picture, figure int, from, to float64) {
	p.canvas.Mark(p.tree, figure, p.page)
	for _, s := range pic.Shapes {
		if below(s) < from || above(s) >= to {
			continue
		}
		if long(s) {
			s.Y1, s.Y2 = max(min(s.Y1, s.Y2), from), min(max(s.Y1, s.Y2), to)
		}
		s.Y1, s.Y2 = s.Y1-from, s.Y2-from
		p.shape(s, scale(pic))
	}
	p.canvas.End()
}

// scale is how many units of length a point of the picture is: as many as fill the
// width of the text.
func scale(pic *picture.Picture) float64 { return float64(inner) / pic.Width }

func high(pic *picture.Picture) typeset.Length { return typeset.Length(pic.Height * scale(pic)) }

func (p *press) shape(s picture.Shape, unit float64) {
	points := func(v float64) typeset.Length { return typeset.Length(v * unit) }
	shade := typeset.RGB(s.Colour())
	x1, y1, x2, y2 := side+points(s.X1), p.y+points(s.Y1), side+points(s.X2), p.y+points(s.Y2)
	switch s.Kind {
	case picture.Line:
		p.canvas.Line(x1, y1, x2, y2, points(s.Size), shade, s.Dashed)
	case picture.Box:
		p.canvas.Box(x1, y1, x2-x1, y2-y1, shade)
	case picture.Dot:
		p.canvas.Dot(x1, y1, points(s.Size), shade)
	case picture.Words:
		style := typeset.Style{Size: points(s.Size), Bold: s.Bold, In: shade}
		text := strings.TrimSpace(p.clean(s.Text))
		wide := p.font.Width(text, style.Size)
		switch s.Anchor {
		case picture.Middle:
			x1 -= wide / 2
		case picture.End:
			x1 -= wide
		case picture.Start:
		}
		p.canvas.Text(x1, y1, style, text)
	}
}
