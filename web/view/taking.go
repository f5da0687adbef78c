package view

import (
	"errors"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Taking is told of a file before it goes out to somebody: it keeps account of the copy,
// may mark it, and gives what is sent, with its length (-1: not known before).
type Taking interface {
	Take(name, mediaType string, size int64, r io.Reader) (io.Reader, int64, error)
}

// Printed is what a page with results says of itself when it is printed: who read it,
// when, what for, and what that reading is called in the trail.
type Printed struct {
	Reader, Role, Purpose, Serial string
	At                            time.Time
}

const (
	localTaking  = "view.taking"
	localPrinted = "view.printed"
)

// SetTaking leaves in the request who is told of the files that it answers with.
func SetTaking(c *fiber.Ctx, t Taking) { c.Locals(localTaking, t) }

// SetPrinted leaves in the request what its page says when it is printed.
func SetPrinted(c *fiber.Ctx, p Printed) { c.Locals(localPrinted, &p) }

func printedOf(c *fiber.Ctx) *Printed {
	p, _ := c.Locals(localPrinted).(*Printed)
	return p
}

// Take tells of a file that a page sends by itself, such as one that is shown in it, and
// returns what to send. It closes r where it fails.
func Take(c *fiber.Ctx, name, mediaType string, size int64, r io.Reader) (io.Reader, int64, error) {
	t, ok := c.Locals(localTaking).(Taking)
	if !ok {
		return r, size, nil
	}
	out, n, err := t.Take(name, mediaType, size, r)
	if err != nil {
		if closer, ok := r.(io.Closer); ok {
			err = errors.Join(err, closer.Close())
		}
		return nil, 0, err
	}
	return out, n, nil
}
