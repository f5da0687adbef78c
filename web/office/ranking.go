package office

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/view"
)

// RankingPage shows the newest ranking with its certainty.
type RankingPage struct {
	view.Frame
	Round     *roster.Round
	Snapshot  *naming.Snapshot // nil: none is computed yet
	Sealed    []scorebook.Instrument
	Parts     PartsForm // of the what-if form
	Tables    []RankTable
	Snapshots []naming.Snapshot
	Stale     bool // a verification was closed after the ranking
	WhatIf    bool // the tables show what other shares would give
}

// RankTable is one table of the ranking.
type RankTable struct {
	Track roster.Track
	Group roster.Group
	Cut   int
	Axis  Axis
	Rows  []RankRow
}

// RankRow is one row with what the data say about it.
type RankRow struct {
	naming.Row
	Name    string
	Field   string // text key of the single project's field, empty on the other track
	Missing []scorebook.Instrument
	Sure    naming.Sureness
	Level   []string // names of units that cannot be told apart from this one
	Was     int      // what-if: the place in the newest ranking, 0 where there is none
	Bar     Bar
	Visit   string // state of the on-site verification: empty, open or closed
}

// Axis is the scale of a table's interval drawings, in points.
type Axis struct{ Low, High float64 }

// Bar is an interval drawn on an axis from 0 to 1000.
type Bar struct{ Low, Mid, High int }

const axisWidth = 1000

func (a Axis) at(v float64) int {
	if a.High <= a.Low {
		return axisWidth / 2
	}
	return int((v - a.Low) / (a.High - a.Low) * axisWidth)
}

// Ranking shows the newest ranking.
func (d *Door) Ranking(c *fiber.Ctx) error {
	page, err := d.ranking(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "ranking", page)
}

func (d *Door) ranking(c *fiber.Ctx) (*RankingPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	page := &RankingPage{Round: r}
	closed, err := d.Book.Closed(c.UserContext(), r.Year)
	if err != nil {
		return nil, err
	}
	for _, i := range []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey} {
		if _, ok := closed[i]; !ok {
			page.Sealed = append(page.Sealed, i)
		}
	}
	if scheme, err := d.Roster.Scheme(c.UserContext(), r.Year); err == nil {
		page.Parts = PartsForm{scheme.Parts.Evaluation.String(), scheme.Parts.Survey.String(), scheme.Parts.Verification.String()}
	}
	page.Snapshot, err = d.Naming.Ranking(c.UserContext(), actor(c), r.Year)
	if fault.KindOf(err) == fault.NotFound {
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	if page.Snapshots, err = d.Naming.Rankings(c.UserContext(), actor(c), r.Year); err != nil {
		return nil, err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	for _, v := range p.Verifications {
		page.Stale = page.Stale || v.ClosedAt.After(page.Snapshot.MadeAt)
	}
	page.Tables = d.tables(c, page.Snapshot.Ranking, page.Snapshot.Certainty, p)
	return page, nil
}

func (d *Door) tables(c *fiber.Ctx, r naming.Ranking, certainty []naming.Certainty, p *naming.Proceeding) []RankTable {
	var out []RankTable
	for n, t := range r.Tables {
		table := RankTable{Track: t.Track, Group: t.Group, Cut: t.Cut, Axis: axis(certainty[n])}
		for i, row := range t.Rows {
			sure := certainty[n].Rows[i]
			line := RankRow{Row: row, Name: d.unitName(c, row.Unit), Missing: row.Missing(), Sure: sure}
			if row.Project.Field != "" {
				line.Field = "field." + string(row.Project.Field)
			}
			for _, code := range sure.Level {
				line.Level = append(line.Level, d.unitName(c, code))
			}
			if v, ok := p.Verification(naming.Target{Unit: row.Unit, Track: t.Track}); ok {
				line.Visit = "open"
				if v.Closed() {
					line.Visit = "closed"
				}
			}
			line.Bar = Bar{table.Axis.at(sure.Low), table.Axis.at((sure.Low + sure.High) / 2), table.Axis.at(sure.High)}
			table.Rows = append(table.Rows, line)
		}
		out = append(out, table)
	}
	return out
}

// axis spans all intervals of a table, with a point of room on both sides.
func axis(c naming.Certainty) Axis {
	a := Axis{Low: 100, High: 0}
	for _, s := range c.Rows {
		if s.Known {
			a.Low, a.High = min(a.Low, s.Low), max(a.High, s.High)
		}
	}
	return Axis{Low: max(0, a.Low-1), High: min(100, a.High+1)}
}

// Rank computes the ranking now.
func (d *Door) Rank(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	if _, err = d.Naming.Rank(c.UserContext(), actor(c), r.Year); err == nil {
		return view.See(c, "/office/ranking", "ranking")
	}
	page, pageErr := d.ranking(c)
	if pageErr != nil {
		return pageErr
	}
	return d.pages.Again(c, err, "ranking", page)
}

// WhatIf shows what other shares of the parts would give; nothing is kept but
// an entry in the trail.
func (d *Door) WhatIf(c *fiber.Ctx) error {
	page, err := d.ranking(c)
	if err != nil {
		return err
	}
	f := &form{c: c}
	parts := indicators.Parts{Evaluation: f.share("parts.evaluation"), Survey: f.share("parts.survey"), Verification: f.share("parts.verification")}
	page.Parts = PartsForm{c.FormValue("parts.evaluation"), c.FormValue("parts.survey"), c.FormValue("parts.verification")}
	if err := f.list.Err(); err != nil {
		return d.pages.Again(c, err, "ranking", page)
	}
	ranking, err := d.Naming.WhatIf(c.UserContext(), actor(c), page.Round.Year, parts)
	if err != nil {
		return d.pages.Again(c, err, "ranking", page)
	}
	certainty, err := naming.Certainties(ranking)
	if err != nil {
		return err
	}
	page.WhatIf, page.Tables = true, d.tables(c, ranking, certainty, &naming.Proceeding{})
	page.compare()
	return d.pages.Render(c, "ranking", page)
}

// compare puts the official place beside the what-if one.
func (p *RankingPage) compare() {
	if p.Snapshot == nil {
		return
	}
	for _, t := range p.Tables {
		for i := range t.Rows {
			if row, ok := p.Snapshot.Ranking.Find(t.Rows[i].Unit, t.Track); ok {
				t.Rows[i].Was = row.Place
			}
		}
	}
}
