package report

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

// ItemForm is an item of the statement that people write.
type ItemForm struct {
	survey.WrittenItem
	Zh, En string
}

// DeskPage is where the report of a survey is made: the statement, the proposal
// before the signers, the releases and their correction.
type DeskPage struct {
	view.Frame
	Survey   *survey.Survey
	Name     string
	Version  int // of the statement
	Items    []ItemForm
	Missing  []string
	Pending  *survey.Draft
	Mine     bool // the visitor has approved the proposal already
	Releases []survey.Draft
	Reason   string
}

// Over reports whether the fieldwork has ended.
func (p *DeskPage) Over() bool {
	return p.Survey.State == survey.Closed || p.Survey.State == survey.Released
}

// Released reports whether a result is in force.
func (p *DeskPage) Released() bool { return p.Survey.State == survey.Released }

// Reviewed reports whether the review of quality is closed, so that a result may be
// proposed.
func (p *DeskPage) Reviewed() bool { return p.Survey.Reviewed() }

// InForce reports whether a release is the one in force.
func (p *DeskPage) InForce(d survey.Draft) bool { return d.Number() == p.Survey.Draft.Number() }

func (d *Door) deskPage(c *fiber.Ctx) (*DeskPage, error) {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	sv := work.Survey
	statement := sv.Statement()
	page := &DeskPage{
		Survey: sv, Name: in(c, sv.UnitName), Version: statement.Version, Missing: statement.Missing(),
		Pending: sv.Pending(), Releases: sv.Releases(),
	}
	slices.Reverse(page.Releases)
	for _, one := range survey.WrittenItems() {
		text := statement.Written[one.Item]
		page.Items = append(page.Items, ItemForm{WrittenItem: one, Zh: text.Zh, En: text.En})
	}
	if page.Pending != nil {
		page.Mine = slices.ContainsFunc(page.Pending.Approvals, func(a survey.Approval) bool { return a.Account == login.Actor(c).Name })
	}
	return page, nil
}

// Desk shows the page.
func (d *Door) Desk(c *fiber.Ctx) error {
	page, err := d.deskPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "desk", page)
}

// done goes on to a page after a form was done, or shows the desk again with what
// was typed.
func (d *Door) done(c *fiber.Ctx, err error, to, done string) error {
	if err == nil {
		return view.See(c, to, done)
	}
	page, shown := d.deskPage(c)
	if shown != nil {
		return err
	}
	page.Reason = c.FormValue("reason")
	if c.FormValue("version") != "" {
		for i, one := range page.Items {
			page.Items[i].Zh, page.Items[i].En = c.FormValue(one.Item+"_zh"), c.FormValue(one.Item+"_en")
		}
	}
	return d.pages.Again(c, err, "desk", page)
}

// Write keeps what was written about the method.
func (d *Door) Write(c *fiber.Ctx) error {
	written := map[string]survey.Text{}
	for _, one := range survey.WrittenItems() {
		written[one.Item] = survey.Text{Zh: c.FormValue(one.Item + "_zh"), En: c.FormValue(one.Item + "_en")}
	}
	_, err := d.surveys.Write(c.UserContext(), login.Actor(c), id(c), number(c.FormValue("version")), written)
	return d.done(c, err, desk(id(c)), "survey.statement")
}

// Propose puts the result before the signers.
func (d *Door) Propose(c *fiber.Ctx) error {
	_, err := d.surveys.Propose(c.UserContext(), login.Actor(c), id(c))
	return d.done(c, err, desk(id(c)), "survey.propose")
}

// Approve is the visitor's approval of the digest that the form showed.
func (d *Door) Approve(c *fiber.Ctx) error {
	sv, err := d.surveys.Approve(c.UserContext(), login.Actor(c), id(c), c.FormValue("digest"))
	if sv != nil && sv.State == survey.Released && sv.Correction == nil {
		return d.done(c, err, at(id(c))+"/release", "survey.release")
	}
	return d.done(c, err, desk(id(c)), "survey.approve")
}

// Correct puts a correction before the signers.
func (d *Door) Correct(c *fiber.Ctx) error {
	_, err := d.surveys.Correct(c.UserContext(), login.Actor(c), id(c), c.FormValue("reason"))
	return d.done(c, err, desk(id(c)), "survey.correct")
}

// Withdraw takes a proposed correction back.
func (d *Door) Withdraw(c *fiber.Ctx) error {
	_, err := d.surveys.Withdraw(c.UserContext(), login.Actor(c), id(c))
	return d.done(c, err, desk(id(c)), "survey.correct.withdraw")
}

// File brings a released result to the scorebook again.
func (d *Door) File(c *fiber.Ctx) error {
	err := d.surveys.File(c.UserContext(), login.Actor(c), id(c))
	return d.done(c, err, at(id(c))+"/release", "survey.file")
}
