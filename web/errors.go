package web

import (
	"errors"
	"log/slog"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/web/api"
	"minyi/web/view"
)

// refuse is the one place that turns an error into a page. A refusal gets its
// status and its sentence; anything else gets 500, a general sentence and the
// request's id, and its text goes to the log only. Programs get no page, but JSON.
func (a *App) refuse(c *fiber.Ctx, err error) error {
	id := a.id(c)
	status, err := a.classify(c, err, id)
	answer := a.pages.Refused
	if api.Serves(c.Path()) {
		answer = a.api.Refused
	}
	if renderErr := answer(c, status, err, id); renderErr != nil {
		a.cfg.Log.ErrorContext(c.UserContext(), "error page", slog.String("id", id), slog.Any("error", renderErr))
		return c.Status(fiber.StatusInternalServerError).SendString(id)
	}
	return nil
}

func (a *App) classify(c *fiber.Ctx, err error, id string) (int, error) {
	if kind := fault.KindOf(err); kind != 0 {
		if kind == fault.TooMany {
			c.Set(fiber.HeaderRetryAfter, "60")
		}
		if kind == fault.Unavailable {
			c.Set(fiber.HeaderRetryAfter, "5")
			a.cfg.Log.WarnContext(c.UserContext(), "unavailable", slog.String("id", id), slog.Any("error", err))
		}
		return view.Status(kind), err
	}
	var own *fiber.Error
	if errors.As(err, &own) && own.Code < fiber.StatusInternalServerError {
		return own.Code, translate(own.Code)
	}
	a.cfg.Log.ErrorContext(c.UserContext(), "request failed", slog.String("id", id),
		slog.String("route", c.Route().Path), slog.Any("error", err))
	return fiber.StatusInternalServerError, err
}

// missing refuses an address that is none, and for programs the methods that an
// address does not take.
func (a *App) missing(c *fiber.Ctx) error {
	if !api.Serves(c.Path()) {
		return fiber.ErrNotFound
	}
	var allowed []string
	for _, r := range a.programs {
		if !fiber.RoutePatternMatch(c.Path(), r.path, fiber.Config{CaseSensitive: true, StrictRouting: true}) {
			continue
		}
		if allowed = append(allowed, r.method); r.method == get {
			allowed = append(allowed, fiber.MethodHead)
		}
	}
	if len(allowed) == 0 {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderAllow, strings.Join(allowed, ", "))
	return fiber.ErrMethodNotAllowed
}

// translate gives Fiber's own refusals a sentence.
func translate(status int) error {
	switch status {
	case fiber.StatusNotFound:
		return fault.New(fault.NotFound, "page.missing")
	case fiber.StatusMethodNotAllowed:
		return fault.New(fault.Invalid, "page.method")
	case fiber.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "request.toolarge")
	}
	return fault.New(fault.Invalid, "request.invalid")
}
