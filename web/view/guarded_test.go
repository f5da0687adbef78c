package view_test

import (
	"context"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/web/view"
)

// F17: a stream that panics breaks off; the process, and the next request, go on.
func TestF17AStreamThatPanicsBreaksOffAlone(t *testing.T) {
	t.Parallel()
	app := fiber.New()
	app.Get("/file", func(c *fiber.Ctx) error {
		return view.Stream(c, "a.csv", "text/csv", func(io.Writer) error { panic("half way") })
	})
	app.Get("/events", func(c *fiber.Ctx) error {
		return view.Events(c, view.Watch{Every: time.Hour, Look: func(context.Context, view.Send) (bool, error) { panic("half way") }})
	})
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("here") })
	for _, path := range []string{"/file", "/events", "/"} {
		res, err := app.Test(httptest.NewRequestWithContext(t.Context(), "GET", path, nil), -1)
		var body []byte
		if err == nil {
			body, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		if whole := err == nil && string(body) == "here"; whole != (path == "/") {
			t.Errorf("%s: got %q, %v", path, body, err)
		}
	}
}
