package apply

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

// fields are a form's fields, each there once at most.
type fields map[string]string

// read reads a form. A field that the form does not have and one that comes
// twice are refused, so that nothing has an effect that nobody saw.
func read(c *fiber.Ctx, known func(name string) bool) (fields, error) {
	f := fields{}
	bad := false
	for name, value := range c.Request().PostArgs().All() {
		n := string(name)
		_, twice := f[n]
		bad = bad || twice || n != "csrf" && !known(n)
		f[n] = strings.ReplaceAll(string(value), "\r\n", "\n")
	}
	if bad {
		return nil, fault.New(fault.Invalid, "request.invalid")
	}
	return f, nil
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
