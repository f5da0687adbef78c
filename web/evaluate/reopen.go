package evaluate

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// ReopenPage is the office's page on which a submitted sheet is given back.
type ReopenPage struct {
	view.Frame
	ID          application.ID
	Unit        string
	Assessor    string
	Submissions []evaluation.Submission
	Standing    bool // the newest submission stands and may be given back
	Reason      string
}

// Reopening shows the submissions of a sheet and the form that gives it back:
// query assessor.
func (d *Door) Reopening(c *fiber.Ctx) error {
	page, err := d.reopening(c, c.Query("assessor"))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "reopen", page)
}

func (d *Door) reopening(c *fiber.Ctx, assessor string) (*ReopenPage, error) {
	k, err := keyOf(c)
	if err != nil {
		return nil, err
	}
	unit, err := d.service.Unit(k.Unit)
	if err != nil {
		return nil, fault.New(fault.NotFound, "assignment.unknown")
	}
	page := &ReopenPage{ID: k.ID(), Unit: unit.Label(string(view.LangOf(c))), Assessor: assessor}
	page.Submissions, err = d.service.Submissions(c.UserContext(), login.Actor(c), k, assessor)
	if n := len(page.Submissions); n > 0 {
		page.Standing = page.Submissions[n-1].Back == nil
	}
	return page, err
}

// Reopen gives a sheet back: fields assessor and reason.
func (d *Door) Reopen(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	f, err := read(c, func(name string) bool { return name == "assessor" || name == "reason" })
	if err != nil {
		return err
	}
	if err := d.service.Reopen(c.UserContext(), login.Actor(c), k, f["assessor"], f["reason"]); err != nil {
		page, failed := d.reopening(c, f["assessor"])
		if failed != nil {
			return failed
		}
		page.Reason = f["reason"]
		return d.pages.Again(c, err, "reopen", page)
	}
	return view.See(c, "/office/evaluation", "sheet.reopened")
}
