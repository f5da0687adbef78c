package ranking

import (
	"html/template"
	"slices"
	"strconv"

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
	Asked     AskedForm // of the what-if form
	Tables    []RankTable
	Snapshots []naming.Snapshot
	Stale     bool      // a verification was closed after the ranking
	Trial     *TrialRow // the what-if whose tables are shown; nil for the official ranking
	Trials    []TrialRow

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
	Sure    bool     // sets of places are known
	Related bool     // errors of units hang together
	Ties    []TieRow // those who cannot be told apart
	Front   []string // names of those who may belong to the front group
	Silent  []SilentRow
	Lacking []SilentRow // who has no result of a part with a share
	Edge    EdgeRow     // whom the data cannot tell apart across the cut-off

	Second        bool // on-site verifications count
	Compared      bool // a what-if, with the official places beside
	Ahead, Behind []RankRow

	Places, Chances, Shares template.HTML // pictures, each with its table
}

// TieRow are units that the data cannot tell apart, with the letter that marks them in
// the table.
type TieRow struct {
	Letter string
	Names  []string
}

// EdgeRow names who stands on either side of a cut-off that the data leave open.
type EdgeRow struct{ Inside, Outside []string }

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

	Href     string   // of what the total was made of; empty in a what-if
	Letters  []string // of the ties that it is in
	Edgy     bool     // the data leave open on which side of the cut-off it belongs
	Second   bool
	Compared bool

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
		page.Asked = askedForm(naming.AskingOf(*scheme, r.Settings))
	}
	if page.Snapshots, err = d.Naming.Rankings(c.UserContext(), actor(c), r.Year); err != nil || len(page.Snapshots) == 0 {
		return page, err
	}
	if err := d.official(c, page); err != nil {
		return nil, err
	}
	page.Trials, err = d.trials(c, r.Year)
	return page, err
}

// official puts the ranking that is asked for on the page: the query's snapshot, else
// the newest.
func (d *Door) official(c *fiber.Ctx, page *Page) (err error) {
	year := page.Round.Year
	if id := c.Query("snapshot"); id != "" && id != page.Snapshots[0].ID {
		page.Older = true
		page.Snapshot, err = d.Naming.Snapshot(c.UserContext(), actor(c), year, id)
	} else {
		page.Snapshot, err = d.Naming.Ranking(c.UserContext(), actor(c), year)
	}
	if err != nil {
		return err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), year)
	if err != nil {
		return err
	}
	for _, v := range p.Verifications {
		page.Stale = page.Stale || v.ClosedAt.After(page.Snapshot.MadeAt)
	}
	page.Tables = d.tables(c, page.Snapshot.Ranking, page.Snapshot.Certainty, p)
	page.link()
	return nil
}

func (d *Door) tables(c *fiber.Ctx, r naming.Ranking, certainty []naming.Certainty, p *naming.Proceeding) []RankTable {
	var out []RankTable
	for n, t := range r.Tables {
		table := RankTable{Track: t.Track, Group: t.Group, Cut: t.Cut, Axis: axis(certainty[n]), Second: t.Second}
		for i, row := range t.Rows {
			line := d.row(c, row, certainty[n].Rows[i])
			line.Second = t.Second
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
		table.split()
		d.draw(c, &table)
		out = append(out, table)
	}
	return out
}

// split puts the rows on the sides of the cut-off: of a second ranking, who was
// verified and who was not.
func (t *RankTable) split() {
	t.Ahead, t.Behind = nil, nil
	for _, r := range t.Rows {
		if t.Second && r.Ranked || !t.Second && r.Front {
			t.Ahead = append(t.Ahead, r)
		} else {
			t.Behind = append(t.Behind, r)
		}
	}
}

// link leads from every row of an official ranking to what it was made of.
func (p *Page) link() {
	for n := range p.Tables {
		t := &p.Tables[n]
		for i := range t.Rows {
			t.Rows[i].Href = Home + "/" + string(t.Rows[i].Unit) + "/" + string(t.Track) + p.Of()
		}
		t.split()
	}
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
	t.Edge = EdgeRow{d.names(c, certainty.Edge.Inside), d.names(c, certainty.Edge.Outside)}
	for n, run := range certainty.Ties {
		tie := TieRow{Letter: letter(n), Names: d.names(c, run)}
		t.Ties = append(t.Ties, tie)
		for i := range t.Rows {
			if slices.Contains(run, t.Rows[i].Unit) {
				t.Rows[i].Letters = append(t.Rows[i].Letters, tie.Letter)
			}
		}
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		row.Edgy = slices.Contains(certainty.Edge.Inside, row.Unit) || slices.Contains(certainty.Edge.Outside, row.Unit)
		t.Sure = t.Sure || certainty.Method != "" && row.Sure.Known
		if silent := row.Silent(); row.Ranked && len(silent) > 0 {
			t.Silent = append(t.Silent, SilentRow{row.Name, silent})
		}
		if lacking := row.lacking(); len(lacking) > 0 {
			t.Lacking = append(t.Lacking, SilentRow{row.Name, lacking})
		}
	}
}

// letter names the ties in their order: A, B, …, Z, 27, 28, …
func letter(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if n < len(letters) {
		return letters[n : n+1]
	}
	return strconv.Itoa(n + 1)
}

// lacking are the parts without a result, but for a visit that nobody has had yet.
func (r RankRow) lacking() []scorebook.Instrument {
	return slices.DeleteFunc(slices.Clone(r.Missing), func(i scorebook.Instrument) bool { return i == scorebook.Verification })
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
