package proceeding

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// NamingPage is the decision that names, and those that were taken.
type NamingPage struct {
	view.Frame
	Round   *roster.Round
	Notice  *naming.Notice
	Over    bool // the notice has ended
	Open    bool // the naming window is open
	Waits   int  // objections without an outcome
	Counted bool
	Fits    bool // the notice lists the candidates that stand
	Rows    []NamingRow
	Given   []GivenRow
	Waiting []Waiting
	Number  string
	Date    string
}

// NamingRow is one candidate of the notice that is not decided on.
type NamingRow struct {
	naming.Candidate
	Name string
	Code string // why it cannot be named; empty where it can
	Do   string // name, left or later
	Why  string
}

// GivenRow is one decision that named.
type GivenRow struct {
	naming.Decision
	Shown view.Decision
	Names []ActName
	Left  []ActName
}

// Ready reports whether names can be given now.
func (p *NamingPage) Ready() bool {
	return p.Over && p.Open && p.Waits == 0 && p.Counted && p.Fits && len(p.Rows) > 0
}

// ShowNaming shows the page.
func (d *Door) ShowNaming(c *fiber.Ctx) error {
	page, err := d.naming(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "naming", page)
}

func (d *Door) naming(c *fiber.Ctx) (*NamingPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	ctx, by := c.UserContext(), actor(c)
	p, err := d.Naming.Proceeding(ctx, by, r.Year)
	if err != nil {
		return nil, err
	}
	page := &NamingPage{
		Round: r, Notice: p.Notice, Open: r.Settings.Naming.Open(d.Now()), Date: roster.DateOf(d.Now()).String(),
		Fits: p.Fits(), Waiting: d.waiting(c, p, naming.GiveNames),
	}
	d.given(c, page, p)
	if p.Notice == nil {
		return page, nil
	}
	page.Over = p.Notice.Window.Over(d.Now())
	page.Counted = p.Notice.Complete(r.Settings) == nil
	all, err := d.Naming.Objections(ctx, by, r.Year)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.Outcome == naming.Unanswered {
			page.Waits++
		}
	}
	codes, err := d.Naming.Nameable(ctx, by, r.Year)
	if err != nil {
		return nil, err
	}
	for _, x := range p.Undecided() {
		row := NamingRow{Candidate: x, Name: d.unitName(c, x.Unit), Code: codes[x.Target], Do: "name"}
		if row.Code != "" {
			row.Do = "later"
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// given fills in the decisions that were taken.
func (d *Door) given(c *fiber.Ctx, page *NamingPage, p *naming.Proceeding) {
	for _, g := range p.Given() {
		row := GivenRow{Decision: g}
		if a, ok := p.Act(g.Act); ok {
			row.Shown = shown(*a)
		} else {
			row.Shown = view.Decision{Kind: string(naming.GiveNames), By: g.By, At: g.At, Alone: true, Snapshot: g.Snapshot, Digest: g.Digest}
		}
		for _, x := range g.Names {
			row.Names = append(row.Names, ActName{Target: x.Target, Name: d.unitName(c, x.Unit), Title: x.Title})
		}
		for _, t := range g.Left {
			row.Left = append(row.Left, ActName{Target: t, Name: d.unitName(c, t.Unit), Why: g.Why[t.String()]})
		}
		page.Given = append(page.Given, row)
	}
}

// Give proposes to name: fields number, date, do.<unit>/<track> and
// why.<unit>/<track>.
func (d *Door) Give(c *fiber.Ctx) error {
	page, err := d.naming(c)
	if err != nil {
		return err
	}
	page.Number, page.Date = c.FormValue("number"), c.FormValue("date")
	var list fault.List
	x := naming.Award{Number: page.Number, Date: typed(c, &list, "date"), Left: map[naming.Target]string{}}
	for i := range page.Rows {
		row := &page.Rows[i]
		row.Do, row.Why = c.FormValue("do."+row.String()), c.FormValue("left."+row.String())
		switch row.Do {
		case "name":
			x.Names = append(x.Names, row.Target)
		case "left":
			x.Left[row.Target] = row.Why
		}
	}
	if err = list.Err(); err == nil {
		_, err = d.Naming.Give(c.UserContext(), actor(c), page.Round.Year, x)
	}
	if err != nil {
		return d.pages.Again(c, err, "naming", page)
	}
	return view.See(c, Naming, "naming")
}
