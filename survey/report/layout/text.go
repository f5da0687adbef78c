package layout

import (
	"minyi/survey/report"
	"minyi/survey/typeset"
)

func size(tenths int64) typeset.Style { return typeset.Style{Size: typeset.Point(tenths)} }

func body() typeset.Style { return size(105) }

func step(s typeset.Style) typeset.Length { return s.Size.Scaled(leading) }

// cover is the title page: the title a third down the page, what belongs to it
// below.
func (p *press) cover() error {
	const down = 60 * mm
	p.y = top + down
	for _, b := range p.report.Cover {
		if b.Kind == report.Heading {
			if err := p.title(b.Text); err != nil {
				return err
			}
			continue
		}
		if err := p.block(b, 0); err != nil {
			return err
		}
	}
	return p.endPage()
}

func (p *press) title(text string) error {
	const below = 12 * mm
	s := size(200).Strong()
	p.marks = append(p.marks, typeset.Bookmark{Title: text, Level: 1, Page: p.page, Y: p.y})
	element := p.tree.Add(0, "H1", "")
	for _, line := range p.font.Balance(p.clean(text), s.Size, inner) {
		p.line(element, side, s, line)
	}
	p.y += below
	return nil
}

// heading is kept with what follows it.
func (p *press) heading(b report.Block, follows typeset.Length) error {
	tenths := []int64{0, 170, 130, 112}[b.Level]
	s := size(tenths).Strong()
	text := p.clean(b.Text)
	lines := p.font.Wrap(text, s.Size, inner, 0)
	above := s.Size.Scaled(900)
	if b.Level == 1 && p.y > top+bottom/3 {
		above *= 2
	}
	if err := p.need(above + step(s)*typeset.Length(len(lines)) + follows); err != nil {
		return err
	}
	if p.y > top {
		p.y += above
	}
	if b.Level < 3 {
		p.marks = append(p.marks, typeset.Bookmark{Title: b.Text, Level: b.Level, Page: p.page, Y: p.y})
	}
	element := p.tree.Add(0, [...]string{"", "H1", "H2", "H3"}[b.Level], "")
	for _, line := range lines {
		p.line(element, side, s, line)
	}
	p.y += s.Size.Scaled(250)
	return nil
}

// line sets one line at the height reached and goes on below it.
func (p *press) line(element int, x typeset.Length, s typeset.Style, text string) {
	p.canvas.Mark(p.tree, element, p.page)
	p.canvas.Text(x, p.y+s.Size.Scaled(baseline), s, text)
	p.canvas.End()
	p.y += step(s)
}

// text sets a paragraph below an element of the structure.
func (p *press) text(parent int, kind, text string, s typeset.Style) error {
	return p.indented(parent, kind, text, s, 0)
}

func (p *press) indented(parent int, kind, text string, s typeset.Style, by typeset.Length) error {
	element := p.tree.Add(parent, kind, "")
	for _, line := range p.font.Wrap(p.clean(text), s.Size, inner-by, 0) {
		if err := p.need(step(s)); err != nil {
			return err
		}
		p.line(element, side+by, s, line)
	}
	p.y += s.Size.Scaled(350)
	return nil
}

// notice sets a text that must not be passed over, with a bar beside it.
func (p *press) notice(text string) error {
	const bar, gap = mm, 4 * mm
	s := body()
	lines := p.font.Wrap(p.clean(text), s.Size, inner-gap, 0)
	high := step(s) * typeset.Length(len(lines))
	if err := p.need(high); err != nil {
		return err
	}
	p.canvas.Artifact()
	p.canvas.Box(side, p.y, bar, high, typeset.RGB("#9c1c1c"))
	p.canvas.End()
	element := p.tree.Add(0, "P", "")
	for _, line := range lines {
		p.line(element, side+gap, s, line)
	}
	p.y += s.Size.Scaled(600)
	return nil
}

func (p *press) list(items []string) error {
	const indent = 5 * mm
	s := body()
	list := p.tree.Add(0, "L", "")
	for _, item := range items {
		if err := p.need(step(s)); err != nil {
			return err
		}
		p.canvas.Artifact()
		p.canvas.Dot(side+2*mm, p.y+s.Size.Scaled(750), mm/2, typeset.Grey)
		p.canvas.End()
		if err := p.indented(p.tree.Add(list, "LI", ""), "LBody", item, s, indent); err != nil {
			return err
		}
		p.y -= s.Size.Scaled(200)
	}
	p.y += s.Size.Scaled(350)
	return nil
}

// facts sets names with what belongs to them: beside each other, or below where it
// is long.
func (p *press) facts(facts []report.Fact) error {
	const column = 48 * mm
	s := body()
	for _, f := range facts {
		in := s
		if f.Mono {
			in.Size = typeset.Point(85)
		}
		names := p.font.Wrap(p.clean(f.Name), s.Size, column-3*mm, 0)
		texts := p.font.Wrap(p.clean(f.Text), in.Size, inner-column, 0)
		if err := p.need(step(s) * typeset.Length(max(len(names), len(texts)))); err != nil {
			return err
		}
		from := p.y
		element := p.tree.Add(0, "P", "")
		for _, line := range names {
			p.line(element, side, s.Pale(), line)
		}
		below := p.y
		p.y = from
		for _, line := range texts {
			p.line(element, side+column, in, line)
		}
		p.y = max(p.y, below) + s.Size.Scaled(150)
	}
	p.y += s.Size.Scaled(400)
	return nil
}
