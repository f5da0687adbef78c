package proceeding

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// FrontPage shows the front groups by the cut-offs, with whom the data cannot tell
// from the last one inside.
type FrontPage struct {
	view.Frame
	Round    *roster.Round
	Snapshot *naming.Snapshot
	Tables   []FrontTable
	Tied     bool
	Locked   bool // the notice is posted
	Reason   string
	Last     *view.Decision
}

// FrontTable is one front group.
type FrontTable struct {
	naming.FrontTable
	Names []string
}

// Front shows the front groups.
func (d *Door) Front(c *fiber.Ctx) error {
	page, err := d.front(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "front", page)
}

func (d *Door) front(c *fiber.Ctx) (*FrontPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	page := &FrontPage{Round: r}
	if page.Snapshot, err = d.Naming.Ranking(c.UserContext(), actor(c), r.Year); err != nil {
		return nil, err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	page.Locked = p.Notice != nil
	if a := p.Last(naming.ChooseFront); a != nil {
		last := shown(*a)
		page.Last = &last
	}
	for _, t := range naming.Fronts(page.Snapshot, p.Front) {
		one := FrontTable{FrontTable: t}
		for _, row := range t.Rows {
			one.Names = append(one.Names, d.unitName(c, row.Unit))
		}
		page.Tied = page.Tied || t.Tied
		page.Tables = append(page.Tables, one)
	}
	return page, nil
}

// Choose keeps whom the office takes at the edges: fields take.<unit>/<track> and
// reason.
func (d *Door) Choose(c *fiber.Ctx) error {
	page, err := d.front(c)
	if err != nil {
		return err
	}
	page.Reason = c.FormValue("reason")
	var taken []naming.Target
	for n, t := range page.Tables {
		for i, row := range t.Rows {
			one := naming.Target{Unit: row.Unit, Track: t.Track}
			if !row.Edge {
				continue
			}
			page.Tables[n].Rows[i].Taken = c.FormValue("take."+one.String()) == "on"
			if page.Tables[n].Rows[i].Taken {
				taken = append(taken, one)
			}
		}
	}
	if err := d.Naming.Choose(c.UserContext(), actor(c), page.Round.Year, taken, page.Reason); err != nil {
		return d.pages.Again(c, err, "front", page)
	}
	return view.See(c, Front, "front")
}

// CandidatesPage is the list of candidates: who can be on it, and who is.
type CandidatesPage struct {
	view.Frame
	Round   *roster.Round
	Tables  []CandidateTable
	Loads   []naming.Load // of the list that stands, or that was typed
	Stands  *naming.Candidates
	Last    *view.Decision
	Waiting []Waiting
	Locked  bool // a notice stands and nobody was withdrawn
	Notice  bool
	Reason  string
}

// CandidateTable is one track and kind.
type CandidateTable struct {
	Track roster.Track
	Group roster.Group
	Rows  []CandidateRow
}

// CandidateRow is one unit of the ranking.
type CandidateRow struct {
	naming.Eligible
	Name   string
	Level  []string // names of whom the data cannot tell from it
	Reason string   // why it is left out
}

// Candidates shows the page.
func (d *Door) Candidates(c *fiber.Ctx) error {
	page, err := d.candidates(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "candidates", page)
}

func (d *Door) candidates(c *fiber.Ctx) (*CandidatesPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	all, err := d.Naming.Eligible(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	page := &CandidatesPage{Round: r, Stands: p.Candidates, Waiting: d.waiting(c, p, naming.ListCandidate), Notice: p.Notice != nil}
	page.Locked = p.Locked()
	if a := p.Last(naming.ListCandidate); a != nil {
		last := shown(*a)
		page.Last = &last
	}
	for _, e := range all {
		row := CandidateRow{Eligible: e, Name: d.unitName(c, e.Unit)}
		for _, u := range e.Level {
			row.Level = append(row.Level, d.unitName(c, u))
		}
		if n := len(page.Tables); n == 0 || page.Tables[n-1].Track != e.Track || page.Tables[n-1].Group != e.Group {
			page.Tables = append(page.Tables, CandidateTable{Track: e.Track, Group: e.Group})
		}
		t := &page.Tables[len(page.Tables)-1]
		t.Rows = append(t.Rows, row)
	}
	d.passed(page, p)
	page.Loads = d.Naming.Loads(r.Settings, page.chosen())
	return page, nil
}

// passed fills in the reasons of the list that stands.
func (d *Door) passed(page *CandidatesPage, p *naming.Proceeding) {
	if p.Candidates == nil {
		return
	}
	page.Reason = p.Candidates.Reason
	for n, t := range page.Tables {
		for i, row := range t.Rows {
			for _, x := range p.Candidates.Passed {
				if x.Target == row.Target {
					page.Tables[n].Rows[i].Reason = x.Reason
				}
			}
		}
	}
}

func (p *CandidatesPage) chosen() (out []naming.Target) {
	for _, t := range p.Tables {
		for _, row := range t.Rows {
			if row.Chosen {
				out = append(out, row.Target)
			}
		}
	}
	return out
}

// Propose proposes the list: fields candidate.<unit>/<track>, passed.<unit>/<track>
// and reason.
func (d *Door) Propose(c *fiber.Ctx) error {
	page, err := d.candidates(c)
	if err != nil {
		return err
	}
	page.Reason = c.FormValue("reason")
	x := naming.Proposal{Reason: page.Reason, Passed: map[naming.Target]string{}}
	for n, t := range page.Tables {
		for i := range t.Rows {
			row := &page.Tables[n].Rows[i]
			row.Chosen = c.FormValue("candidate."+row.String()) == "on"
			if row.Reason = c.FormValue("passed." + row.String()); row.Reason != "" {
				x.Passed[row.Target] = row.Reason
			}
		}
	}
	x.Targets = page.chosen()
	page.Loads = d.Naming.Loads(page.Round.Settings, x.Targets)
	if _, err := d.Naming.Propose(c.UserContext(), actor(c), page.Round.Year, x); err != nil {
		return d.pages.Again(c, err, "candidates", page)
	}
	return view.See(c, Candidates, "candidates")
}
