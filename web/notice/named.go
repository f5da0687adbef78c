package notice

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/roster"
	"minyi/web/view"
)

// NamedPage is the register of the named as of a day.
type NamedPage struct {
	view.Frame
	On    roster.Date
	Today roster.Date
	Named []Listed
}

// Named shows the register as of the day that the address gives (on), else of
// today, with the history of each name (C13).
func (d *Door) Named(c *fiber.Ctx) error {
	page := &NamedPage{Today: roster.DateOf(d.Now())}
	day, err := d.Supervision.AsOf(c.Query("on"))
	if err != nil {
		page.On = page.Today
		return d.pages.Again(c, err, "named", page)
	}
	page.On = day
	if page.Named, err = d.register(c, day); err != nil {
		return err
	}
	return d.pages.Render(c, "named", page)
}

// register lists who is named as of a day.
func (d *Door) register(c *fiber.Ctx, day roster.Date) (out []Listed, err error) {
	named, err := d.Supervision.Register(c.UserContext(), day)
	for _, n := range named {
		out = append(out, Listed{
			Unit: d.unitName(c, n.Target.Unit), Target: n.Target, Title: n.Title, Round: n.Round,
			Date: n.Date, Decision: n.Decision, Standing: n.Standing, Steps: n.Steps,
		})
	}
	return out, err
}
