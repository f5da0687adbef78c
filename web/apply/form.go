package apply

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/web/view"
)

// fields are a form's fields, each there once at most.
type fields map[string]string

// read reads a form.
func read(c *fiber.Ctx, known func(name string) bool) (fields, error) {
	form, err := view.ReadForm(c, known)
	return fields(form), err
}

// among returns a test for a fixed list of names.
func among(names ...string) func(string) bool {
	return func(name string) bool {
		for _, n := range names {
			if n == name {
				return true
			}
		}
		return false
	}
}

// seen reads the count of edits that the form was made from.
func (f fields) seen() (int, error) {
	n, err := strconv.Atoi(f["seen"])
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "request.invalid")
	}
	return n, nil
}
