package login

import (
	"context"

	"github.com/gofiber/fiber/v2"
)

// Stay returns a question that may be asked after the request, by an answer that goes
// on for long: whether the session of the request still counts. Asking does not prolong
// it.
func (d *Door) Stay(c *fiber.Ctx) func(ctx context.Context) (bool, error) {
	secret := c.Cookies(d.sessionCookie())
	return func(ctx context.Context) (bool, error) { return d.access.Lasts(ctx, secret) }
}
