package register

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/web/view"
)

// cacheable lets everybody keep an answer and ask whether it still holds: it depends
// on the address and the language alone, and changes only with what is public.
const cacheable = "public, no-cache"

// unchanged sets the entity tag of what the answer says, and answers with 304 where
// the visitor has it already (RFC 9110, 13.1.2).
func unchanged(c *fiber.Ctx, said []byte, weak string) bool {
	const shown = 16
	sum := sha256.Sum256(said)
	mark := `"` + hex.EncodeToString(sum[:shown]) + `"`
	c.Set(fiber.HeaderETag, weak+mark)
	c.Set(fiber.HeaderCacheControl, cacheable)
	for one := range strings.SplitSeq(c.Get(fiber.HeaderIfNoneMatch), ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == mark {
			c.Status(fiber.StatusNotModified)
			c.Response().ResetBody()
			return true
		}
	}
	return false
}

// page renders a page. Strangers may keep it: its tag is weak, as the clock at its
// foot does not count. Whoever is signed in sees a bar of his own, and keeps nothing.
func (d *Door) page(c *fiber.Ctx, name string, p view.Framed) error {
	if err := d.pages.Render(c, name, p); err != nil {
		return err
	}
	if view.VisitorOf(c).Name != "" {
		return nil
	}
	c.Vary(fiber.HeaderCookie)
	said, _, _ := bytes.Cut(c.Response().Body(), []byte(`<footer class="foot">`))
	unchanged(c, said, "W/")
	return nil
}

// file sends a file to be saved that everybody may keep.
func file(c *fiber.Ctx, name, media string, text []byte) error {
	return sent(c, "attachment", name, media, text)
}

// sent sends a file of this house's own making; to be shown where it is inline.
func sent(c *fiber.Ctx, how, name, media string, text []byte) error {
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType(how, map[string]string{"filename": name}))
	if unchanged(c, text, "") {
		return nil
	}
	return c.Send(text)
}

// Check names the three files of a check in the words of the command line.
type Check struct{ File, Sig, Key string }
