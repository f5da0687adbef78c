package view

import (
	"bytes"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

// Entry is one field of a form as it was typed.
type Entry struct{ Name, Value string }

// Bounds of what an error page gives back.
const (
	maxTyped  = 1 << 20
	maxFields = 1000
)

// typed returns what a person typed into a form that was refused before its own
// page could show it again: after a session ran out, with a field too many, or
// when the store was not there. Nothing that was typed is lost then; it can be
// copied. Passwords and form tokens are left out, and a form that came from
// elsewhere gets nothing back.
func typed(c *fiber.Ctx, err error) []Entry {
	again := []string{"request.invalid", "request.stale", "login.needed", "store.unavailable"}
	all := fault.All(err)
	if len(all) == 0 || !slices.Contains(again, all[0].Code) || !small(c) {
		return nil
	}
	var out []Entry
	for name, value := range c.Request().PostArgs().All() {
		if e := (Entry{string(name), string(value)}); e.Value != "" && !slices.Contains(secret(), e.Name) && len(out) < maxFields {
			out = append(out, e)
		}
	}
	return out
}

// small reports whether the request carries a plain form whose size is told and
// bounded, so that reading it is no trap.
func small(c *fiber.Ctx) bool {
	h := &c.Request().Header
	size := h.ContentLength()
	return size > 0 && size <= maxTyped && len(h.ContentEncoding()) == 0 &&
		bytes.HasPrefix(h.ContentType(), []byte(fiber.MIMEApplicationForm))
}

// secret are the fields that no page gives back.
func secret() []string {
	return []string{"csrf", "password", "old", "new", "again", "seen", "do", "next"}
}
