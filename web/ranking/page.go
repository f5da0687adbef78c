package ranking

import (
	"html/template"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/view"
)

// Page shows the newest ranking with its certainty.
type Page struct {
	view.Frame
	Round     *roster.Round
	Snapshot  *naming.Snapshot // nil: none is computed yet
	Sealed    []scorebook.Instrument
	Parts     PartsForm // of the what-if form
	Tables    []RankTable
	Snapshots []naming.Snapshot
	Stale     bool // a verification was closed after the ranking
	WhatIf    bool // the tables show what other shares would give

	Runs, Seed, Least, Most int // of the form for a study of the choices

	Older bool // the ranking shown is not the newest
}

// Of is the query that leads to the ranking shown, empty for the newest.
func (p *Page) Of() string {
	if p.Older {
		return "?snapshot=" + p.Snapshot.ID
	}
	return ""
}

// RankTable is one table of the ranking.
type RankTable struct {
	Track roster.Track
	Group roster.Group
	Cut   int
	Axis  Axis
	Rows  []RankRow

	// What the data say in plain words.
	Sure    bool       // sets of places are known
	Related bool       // errors of units hang together
	Ties    [][]string // names of those who cannot be told apart
	Front   []string   // names of those who may belong to the front group
	Silent  []SilentRow

	Places, Chances, Shares template.HTML // pictures, each with its table
}

// SilentRow names the parts of a row's total whose error nobody knows.
type SilentRow struct {
	Name  string
	Parts []scorebook.Instrument
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

	Contributions []naming.Contribution
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

// Show shows the newest ranking.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.ranking(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "ranking", page)
}

func (d *Door) ranking(c *fiber.Ctx) (*Page, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	page := &Page{Round: r, Runs: naming.DefaultRuns, Seed: 1, Least: naming.LeastRuns, Most: naming.MostRuns}
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
	if page.Snapshots, err = d.Naming.Rankings(c.UserContext(), actor(c), r.Year); err != nil || len(page.Snapshots) == 0 {
		return page, err
	}
	if id := c.Query("snapshot"); id != "" && id != page.Snapshots[0].ID {
		page.Older = true
		page.Snapshot, err = d.Naming.Snapshot(c.UserContext(), actor(c), r.Year, id)
	} else {
		page.Snapshot, err = d.Naming.Ranking(c.UserContext(), actor(c), r.Year)
	}
	if err != nil {
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
			line := d.row(c, row, certainty[n].Rows[i])
			if v, ok := p.Verification(naming.Target{Unit: row.Unit, Track: t.Track}); ok {
				line.Visit = "open"
				if v.Closed() {
					line.Visit = "closed"
				}
			}
			line.Bar = Bar{table.Axis.at(line.Sure.Low), table.Axis.at((line.Sure.Low + line.Sure.High) / 2), table.Axis.at(line.Sure.High)}
			table.Rows = append(table.Rows, line)
		}
		d.explain(c, &table, certainty[n])
		d.draw(c, &table)
		out = append(out, table)
	}
	return out
}

func (d *Door) row(c *fiber.Ctx, row naming.Row, sure naming.Sureness) RankRow {
	line := RankRow{
		Row: row, Name: d.name(c, row.Unit), Missing: row.Missing(), Sure: sure, Level: d.names(c, sure.Level), Contributions: row.Contributions(),
	}
	if row.Project.Field != "" {
		line.Field = "field." + string(row.Project.Field)
	}
	return line
}

// explain puts into the table what its plain sentences say.
func (d *Door) explain(c *fiber.Ctx, t *RankTable, certainty naming.Certainty) {
	t.Related, t.Front = certainty.Related, d.names(c, certainty.Fronts())
	for _, run := range certainty.Ties {
		t.Ties = append(t.Ties, d.names(c, run))
	}
	for _, row := range t.Rows {
		t.Sure = t.Sure || certainty.Method != "" && row.Sure.Known
		if silent := row.Silent(); row.Ranked && len(silent) > 0 {
			t.Silent = append(t.Silent, SilentRow{row.Name, silent})
		}
	}
}

// Surveyed reports whether a row of the table has an indicator that a survey
// gives: then the page shows value, interval, limit and mark, and the total with
// and without it.
func (t RankTable) Surveyed() bool {
	return slices.ContainsFunc(t.Rows, func(r RankRow) bool { return len(r.Fed) > 0 })
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
		return view.See(c, Home, "ranking")
	}
	page, pageErr := d.ranking(c)
	if pageErr != nil {
		return pageErr
	}
	return d.pages.Again(c, err, "ranking", page)
}

// Try shows what other shares of the parts would give; nothing is kept but
// an entry in the trail.
func (d *Door) Try(c *fiber.Ctx) error {
	page, err := d.ranking(c)
	if err != nil {
		return err
	}
	parts, err := readParts(c)
	page.Parts = PartsForm{c.FormValue("parts.evaluation"), c.FormValue("parts.survey"), c.FormValue("parts.verification")}
	if err != nil {
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
func (p *Page) compare() {
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
