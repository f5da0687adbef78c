package results

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/result"
	"minyi/web/login"
	"minyi/web/view"
)

// File sends a table as CSV or a picture as SVG: what the page shows, no more.
func (d *Door) File(c *fiber.Ctx) error {
	r, err := d.read(c)
	if err != nil {
		return err
	}
	if !r.Whole() {
		return none()
	}
	name, kind, _ := strings.Cut(c.Params("file"), ".")
	grids, charts, err := r.take(c, name)
	if err != nil {
		return err
	}
	return send(c, string(r.Survey.Unit)+"-"+yearOf(r.Survey.Round), name, kind, grids, charts)
}

// take makes the tables and pictures of the page that has the name.
func (r reading) take(c *fiber.Ctx, name string) ([]Grid, []*Chart, error) {
	switch name {
	case "group", "groups", "grouppoints", "cross":
		page := &GroupsPage{}
		err := r.fillGroups(page, r.choose(c))
		return []Grid{page.One, page.All, page.Cross}, page.Charts, err
	case "changes":
		grid, err := r.changes(r.way(c))
		if err != nil || len(grid.Rows) == 0 {
			return nil, nil, err
		}
		chart, err := r.changeChart()
		return []Grid{grid}, []*Chart{chart}, err
	case "importance":
		of, err := r.Importance(r.outcome(c))
		if err != nil || of == nil || of.Why != "" {
			return nil, nil, err
		}
		return []Grid{r.importanceTable(of)}, []*Chart{r.importanceChart(of)}, nil
	case "scale":
		of, err := r.Reliability()
		if err != nil || of.Why != "" {
			return nil, nil, err
		}
		return []Grid{r.scaleTable(of)}, nil, nil
	}
	page := &SummaryPage{}
	err := r.fill(page)
	return []Grid{page.Items, page.Points, page.Apart, page.Without}, page.Charts, err
}

// way is the way to group of a table of changes.
func (r reading) way(c *fiber.Ctx) string {
	if c.Query("by") == result.Everybody {
		return result.Everybody
	}
	return r.choose(c).way
}

// BesideFile sends a table or picture of the units of a round.
func (d *Door) BesideFile(c *fiber.Ctx) error {
	b, err := d.beside(c)
	if err != nil {
		return err
	}
	name, kind, _ := strings.Cut(c.Params("file"), ".")
	for k := range b.Sides {
		s := &b.Sides[k]
		if string(s.Group) == c.Query("group") {
			v := b.side(s)
			return send(c, yearOf(b.Round), name+"-"+string(s.Group), kind, []Grid{v.Units, v.Pairs}, v.Charts)
		}
	}
	return none()
}

// CodesFile sends the counts of the codes that texts were given.
func (d *Door) CodesFile(c *fiber.Ctx) error {
	page, err := d.texts(c)
	if err != nil {
		return err
	}
	return send(c, page.Name+"-"+yearOf(page.Round), "codes", "csv", []Grid{page.Counts}, nil)
}

// send picks the table or picture with the name.
func send(c *fiber.Ctx, prefix, name, kind string, grids []Grid, charts []*Chart) error {
	for _, g := range grids {
		if kind == "csv" && g.Name == name {
			return g.send(c, prefix+"-"+name+".csv")
		}
	}
	for _, one := range charts {
		if kind == "svg" && one.ID == name {
			text := one.picture.SVG()
			return view.SendFile(c, prefix+"-"+name+".svg", "image/svg+xml", int64(len(text)), strings.NewReader(text))
		}
	}
	return none()
}

// send writes the table as CSV for a spreadsheet.
func (g Grid) send(c *fiber.Ctx, name string) error {
	var file bytes.Buffer
	file.WriteString("\ufeff") // so that Excel reads it as UTF-8
	out := csv.NewWriter(&file)
	err := out.Write(g.Head)
	for _, row := range g.Rows {
		cells := []string{inert(row.Label)}
		for _, cell := range row.Cells {
			cells = append(cells, inert(cell))
		}
		err = errors.Join(err, out.Write(cells))
	}
	out.Flush()
	if err := errors.Join(err, out.Error()); err != nil {
		return err
	}
	return view.SendFile(c, name, "text/csv; charset=utf-8", int64(file.Len()), &file)
}

// inert puts an apostrophe before what a spreadsheet would calculate (S24); a signed
// number is left as it is.
func inert(cell string) string {
	if strings.ContainsAny(cell[:min(1, len(cell))], "=@\t\r") {
		return "'" + cell
	}
	if strings.ContainsAny(cell[:min(1, len(cell))], "+-") && strings.Trim(cell[1:], "0123456789.%") != "" {
		return "'" + cell
	}
	return cell
}

// actor is who asks.
func actor(c *fiber.Ctx) string { return login.Actor(c).Name }
