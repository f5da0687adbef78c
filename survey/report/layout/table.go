package layout

import (
	"minyi/survey/report"
	"minyi/survey/typeset"
)

// cells of a table, and the room about their text.
const (
	padX = 14 * mm / 10
	padY = mm
)

// grid is a table on its way: its columns in their places.
type grid struct {
	*press
	table  *report.Table
	at     []typeset.Length // left edges, and the right edge of the last one
	style  typeset.Style
	tagged bool // the head has been read once
	tree   int  // the element of the table
}

// table sets a table; its head stands again on each page that it goes on over.
func (p *press) table(t *report.Table) error {
	g := &grid{press: p, table: t, style: size(88), tree: p.tree.Add(0, "Table", "")}
	x, total := side, 0
	for _, c := range t.Columns {
		g.at = append(g.at, x)
		total += c.Share
		x = side + inner*typeset.Length(total)/1000
	}
	g.at = append(g.at, x)
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Name
	}
	if err := g.caption(head); err != nil {
		return err
	}
	for _, row := range t.Rows {
		lines, high := g.broken(row)
		if p.y+high > bottom {
			if err := p.endPage(); err != nil {
				return err
			}
			g.head(head)
		}
		g.row(lines, high, "TD")
	}
	p.y += body().Size
	return nil
}

// caption sets the caption and the first head, kept with one row at least.
func (g *grid) caption(head []string) error {
	const rows = 22 * mm
	s := size(95).Strong()
	lines := g.font.Wrap(g.clean(g.table.Caption), s.Size, inner, 0)
	_, high := g.broken(head)
	if err := g.need(step(s)*typeset.Length(len(lines)) + high + rows); err != nil {
		return err
	}
	element := g.press.tree.Add(g.tree, "Caption", "")
	for _, line := range lines {
		g.line(element, side, s, line)
	}
	g.y += mm
	g.head(head)
	return nil
}

// broken breaks the texts of a row into lines and says how high it is.
func (g *grid) broken(row []string) (lines [][]string, high typeset.Length) {
	most := 1
	for i, text := range row {
		own := g.font.Wrap(g.clean(text), g.style.Size, g.at[i+1]-g.at[i]-2*padX, 0)
		lines = append(lines, own)
		most = max(most, len(own))
	}
	return lines, step(g.style)*typeset.Length(most) + 2*padY
}

// head sets the names of the columns; after the first time for the eye only.
func (g *grid) head(names []string) {
	lines, high := g.broken(names)
	g.canvas.Artifact()
	g.canvas.Box(side, g.y, inner, high, typeset.Pale)
	g.canvas.End()
	if g.tagged {
		g.row(lines, high, "")
		return
	}
	g.tagged = true
	g.row(lines, high, "TH")
}

// row sets the lines of a row as cells of a kind; numbers stand to the right.
func (g *grid) row(lines [][]string, high typeset.Length, kind string) {
	row := 0
	if kind != "" {
		row = g.press.tree.Add(g.tree, "TR", "")
	}
	for i, own := range lines {
		if kind == "" {
			g.canvas.Artifact()
		} else {
			g.canvas.Mark(g.press.tree, g.press.tree.Add(row, kind, ""), g.page)
		}
		y := g.y + padY + g.style.Size.Scaled(baseline)
		for _, text := range own {
			x := g.at[i] + padX
			if g.table.Columns[i].Number {
				x = g.at[i+1] - padX - g.font.Width(text, g.style.Size)
			}
			g.canvas.Text(x, y, g.style, text)
			y += step(g.style)
		}
		g.canvas.End()
	}
	g.y += high
	g.canvas.Artifact()
	g.canvas.Box(side, g.y, inner, mm/10, typeset.Grey)
	g.canvas.End()
}
