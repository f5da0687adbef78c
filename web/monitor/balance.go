package monitor

import (
	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

// BalancePage compares those who answered with those invited and with the census.
type BalancePage struct {
	Head
	Like *survey.Likeness
}

// Balance shows it.
func (d *Door) Balance(c *fiber.Ctx) error {
	like, err := d.Surveys.Likeness(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	page := &BalancePage{Head: d.head(c, like.Survey, "balance"), Like: like}
	page.Live = page.Open()
	return d.pages.Render(c, "balance", page)
}

// Points writes a difference of shares in percentage points with its sign.
func (p *BalancePage) Points(v float64) string {
	const whole = 100
	text := view.Decimal(v*whole, 1)
	if v > 0 {
		text = "+" + text
	}
	return text
}
