package office

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/roster"
)

// Surveyed reports whether a row of the table has an indicator that a survey
// gives: then the page shows value, interval, limit and mark, and the total with
// and without it.
func (t RankTable) Surveyed() bool {
	return slices.ContainsFunc(t.Rows, func(r RankRow) bool { return len(r.Fed) > 0 })
}

// readFed reads what the office decides about indicators that surveys give.
func readFed(c *fiber.Ctx, s *roster.Settings) {
	s.Indicator72Lower = c.FormValue("indicator_72_lower") == "on"
	s.FedRule = indicators.FedRule(c.FormValue("fed_rule"))
}
