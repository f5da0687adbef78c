package notice

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/roster"
)

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
