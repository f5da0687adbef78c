package view

import (
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

// Sent is the text that a visitor sends to have it checked: the file of the field
// file, of which at most so many bytes are read, else what was pasted into another
// field. Typed is what was pasted, to be shown again. A file that cannot be read is
// refused with request.invalid.
func Sent(c *fiber.Ctx, pasted string, most int64) (text []byte, typed string, err error) {
	typed = strings.TrimSpace(c.FormValue(pasted))
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return []byte(typed), typed, nil
	}
	file, err := header.Open()
	if err != nil {
		return nil, typed, fault.New(fault.Invalid, "request.invalid")
	}
	defer file.Close()
	text, err = io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return nil, typed, fault.New(fault.Invalid, "request.invalid")
	}
	return text, typed, nil
}
