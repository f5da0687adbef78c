package api

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/web/view"
)

// actor is who holds the key of the request.
func (d *Door) actor(c *fiber.Ctx) (access.Actor, error) {
	return d.Keys.Bearer(c.UserContext(), c.Get(fiber.HeaderAuthorization))
}

func unknownRound() error { return fault.New(fault.NotFound, "round.unknown") }

// root is where the interface begins.
const root = "/api/v1"

// Serves reports whether an address belongs to the interface, be it one that is served
// or not: whoever asks there reads JSON.
func Serves(path string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// Refused answers a request that no handler of the door has answered: an unknown
// address, another method, a body that is too large. What is no refusal says nothing of
// its cause, only the request's id.
func (d *Door) Refused(c *fiber.Ctx, status int, err error, id string) error {
	r := fault.New(fault.Unavailable, "internal", "id", id)
	if all := fault.All(err); len(all) > 0 {
		r = all[0]
	}
	c.Status(status)
	return d.say(c, r)
}

// say sends one refusal in the language that the request asks for.
func (d *Door) say(c *fiber.Ctx, r *fault.Refusal) error {
	return d.answer(c, fiber.Map{"error": fiber.Map{"code": r.Code, "message": d.Texts.Refusal(view.LangOf(c), r)}}, nil)
}

// answer sends v as JSON, or the refusal. An error that is no refusal goes on
// to the one place that hides it.
func (d *Door) answer(c *fiber.Ctx, v any, err error) error {
	if err != nil {
		return d.refuse(c, err)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(raw)
}

// refuse sends the first refusal in err: its code, and its sentence in the
// language that the request asks for.
func (d *Door) refuse(c *fiber.Ctx, err error) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	status := view.Status(all[0].Kind)
	if all[0].Code == "key.missing" || all[0].Code == "key.unknown" {
		status = fiber.StatusUnauthorized
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	c.Status(status)
	return d.say(c, all[0])
}
