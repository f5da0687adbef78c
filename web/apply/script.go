package apply

import (
	"bytes"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"
)

// Script sends the page's one script: it counts while one types and changes
// nothing that the server does not check.
func (d *Door) Script(c *fiber.Ctx) error {
	raw, err := pageFiles.ReadFile("pages/apply.js")
	if err != nil {
		return err
	}
	c.Type("js", "utf-8")
	return c.SendStream(io.NopCloser(bytes.NewReader(raw)), len(raw))
}

// ScriptPath is where the script lies.
func (d *Door) ScriptPath() string { return "/apply/apply-" + strconv.Itoa(scriptVersion) + ".js" }

const scriptVersion = 1
