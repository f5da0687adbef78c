package practice

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/practice"
	"minyi/web/login"
	"minyi/web/view"
)

// DeskRow is one practice on the office's desk.
type DeskRow struct {
	practice.Practice
	UnitName string
}

// DeskGroup are the practices in one state.
type DeskGroup struct {
	State practice.State
	Rows  []DeskRow
}

// DeskPage lists all practices by their state.
type DeskPage struct {
	view.Frame
	Style  string
	Groups []DeskGroup
}

// Desk shows the office all practices that were submitted.
func (d *Door) Desk(c *fiber.Ctx) error {
	all, err := d.Library.All(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	page := &DeskPage{Style: d.style()}
	for _, state := range practice.States() {
		g := DeskGroup{State: state}
		for _, p := range all {
			if p.State == state {
				g.Rows = append(g.Rows, DeskRow{p, d.unit(c, p.Unit)})
			}
		}
		if len(g.Rows) > 0 {
			page.Groups = append(page.Groups, g)
		}
	}
	return d.pages.Render(c, "desk", page)
}

// Edition is one edition with what it changed in the one before.
type Edition struct {
	practice.Edition
	Changes []practice.FieldChange
}

// ReviewPage is one practice on the office's desk.
type ReviewPage struct {
	view.Frame
	*practice.Practice
	Style    string
	UnitName string
	Form     Form
	Editions []Edition // newest first
	Reason   string
}

func (d *Door) review(c *fiber.Ctx) (*ReviewPage, error) {
	p, err := d.Library.One(c.UserContext(), login.Actor(c), c.Params("practice"))
	if err != nil {
		return nil, err
	}
	page := &ReviewPage{Practice: p, Style: d.style(), UnitName: d.unit(c, p.Unit)}
	for i := len(p.Editions) - 1; i >= 0; i-- {
		e := Edition{Edition: p.Editions[i]}
		if i > 0 {
			e.Changes = practice.Compare(p.Editions[i-1].Words, p.Editions[i].Words)
		}
		page.Editions = append(page.Editions, e)
	}
	editable := p.State == practice.Submitted || p.State == practice.Published
	page.Form, err = d.form(c, p, Desk+"/"+p.ID, !editable)
	return page, err
}

// Review shows the office one practice with its editions.
func (d *Door) Review(c *fiber.Ctx) error {
	page, err := d.review(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "review", page)
}

// Correct keeps the office's wording.
func (d *Door) Correct(c *fiber.Ctx) error {
	return d.decided(c, "practice.edited", func(id string, n int) error {
		return d.Library.Edit(c.UserContext(), login.Actor(c), id, n, words(c))
	})
}

// Decide asks back, publishes, declines or withdraws: fields seen, to and reason.
func (d *Door) Decide(c *fiber.Ctx) error {
	to := practice.State(c.FormValue("to"))
	return d.decided(c, "practice.decided", func(id string, n int) error {
		return d.Library.Decide(c.UserContext(), login.Actor(c), id, n, to, c.FormValue("reason"))
	})
}

func (d *Door) decided(c *fiber.Ctx, done string, do func(id string, seen int) error) error {
	n, err := seen(c)
	if err == nil {
		err = do(c.Params("practice"), n)
	}
	if err != nil {
		page, failed := d.review(c)
		if failed != nil {
			return failed
		}
		page.Reason = c.FormValue("reason")
		if c.FormValue("title") != "" {
			page.Form.W = words(c)
		}
		return d.pages.Again(c, err, "review", page)
	}
	return view.See(c, Desk+"/"+c.Params("practice"), done)
}
