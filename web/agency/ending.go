package agency

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

// EndRound says that no further survey of a round will be released.
func (d *Door) EndRound(c *fiber.Ctx) error {
	var err error = fault.New(fault.Invalid, "survey.confirm")
	year, unread := strconv.Atoi(c.FormValue("end_round"))
	if c.FormValue("end_sure") == "yes" && unread == nil {
		err = d.surveys.EndRound(c.UserContext(), login.Actor(c), year)
	}
	if err == nil {
		return view.See(c, "/agency", "survey.end")
	}
	page, listed := d.listPage(c)
	if listed != nil {
		return listed
	}
	return d.pages.Again(c, err, "list", page)
}

// CommentsPage lists the free texts of a closed survey.
type CommentsPage struct {
	view.Frame
	ID       survey.ID
	Name     string
	Comments []string
}

// Comments shows the free texts.
func (d *Door) Comments(c *fiber.Ctx) error {
	actor := login.Actor(c)
	work, err := d.surveys.Fieldwork(c.UserContext(), actor, id(c))
	if err != nil {
		return err
	}
	texts, err := d.surveys.Comments(c.UserContext(), actor, id(c))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "comments", &CommentsPage{ID: id(c), Name: in(c, work.Survey.UnitName), Comments: texts})
}
