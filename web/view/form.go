package view

import (
	"io"
	"mime"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

// ReadForm reads a form, each field there once at most. A field that the form
// does not have and one that comes twice are refused, so that nothing has an
// effect that nobody saw. The form token is known to every form.
func ReadForm(c *fiber.Ctx, known func(name string) bool) (map[string]string, error) {
	form := map[string]string{}
	bad := false
	for name, value := range c.Request().PostArgs().All() {
		n := string(name)
		_, twice := form[n]
		bad = bad || twice || n != "csrf" && !known(n)
		form[n] = strings.ReplaceAll(string(value), "\r\n", "\n")
	}
	if bad {
		return nil, fault.New(fault.Invalid, "request.invalid")
	}
	return form, nil
}

// SendFile sends somebody's file, to be saved and never to be run. It closes r.
func SendFile(c *fiber.Ctx, name, mediaType string, size int64, r io.Reader) error {
	r, size, err := Take(c, name, mediaType, size, r)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.SendStream(r, int(size))
}
