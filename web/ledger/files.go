package ledger

import (
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/ledger"
	"minyi/web/view"
)

const (
	// CosignBytes bounds a checkpoint that a witness sends.
	CosignBytes = 16 << 10

	forGood  = "public, max-age=31536000, immutable"
	askAgain = "public, no-cache"
)

// Checkpoint sends the newest checkpoint of a log, with its cosignatures.
func (d *Door) Checkpoint(c *fiber.Ctx) error {
	_, p, err := d.Logs.Checkpoint(c.UserContext(), c.Params("log"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, askAgain)
	return plain(c, "", p.Text())
}

// Names lists the names of all logs, one a line, for witnesses.
func (d *Door) Names(c *fiber.Ctx) error {
	logs, err := d.Logs.Logs(c.UserContext())
	if err != nil {
		return err
	}
	var out strings.Builder
	for _, l := range logs {
		out.WriteString(l.Name + "\n")
	}
	c.Set(fiber.HeaderCacheControl, askAgain)
	return plain(c, "", []byte(out.String()))
}

// Earlier sends the checkpoint of a size.
func (d *Door) Earlier(c *fiber.Ctx) error {
	size, err := whole(c, "size")
	if err != nil {
		return err
	}
	_, p, err := d.Logs.CheckpointOf(c.UserContext(), c.Params("log"), size)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, askAgain)
	return plain(c, "", p.Text())
}

// Tile sends a tile or an entry bundle.
func (d *Door) Tile(c *fiber.Ctx) error {
	data, err := d.Logs.File(c.UserContext(), c.Params("log"), "tile/"+c.Params("*"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, forGood)
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	return c.Send(data)
}

// Keys sends the lines of a log's verifiers.
func (d *Door) Keys(c *fiber.Ctx) error {
	l, err := d.Logs.LogOf(c.UserContext(), c.Params("log"))
	if err != nil {
		return err
	}
	lines, err := d.Logs.KeyLines(l)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, askAgain)
	return plain(c, "", []byte(strings.Join(lines, "\n")+"\n"))
}

// Proof sends the proof that a leaf is in a log.
func (d *Door) Proof(c *fiber.Ctx) error {
	commitment, err := ledger.ParseCommitment(c.Params("commitment"))
	if err != nil {
		return err
	}
	p, err := d.Logs.Prove(c.UserContext(), c.Params("log"), commitment)
	if err != nil {
		return err
	}
	return plain(c, "minyi-proof-"+commitment.Code()+".txt", []byte(p.Text()))
}

// Consistency sends the proof that the log of one size begins with that of another:
// a hash a line.
func (d *Door) Consistency(c *fiber.Ctx) error {
	old, err := whole(c, "old")
	if err != nil {
		return err
	}
	size, err := whole(c, "size")
	if err != nil {
		return err
	}
	hashes, err := d.Logs.Consistency(c.UserContext(), c.Params("log"), old, size)
	if err != nil {
		return err
	}
	var out strings.Builder
	for _, h := range hashes {
		out.WriteString(h.String() + "\n")
	}
	c.Set(fiber.HeaderCacheControl, forGood)
	return plain(c, "", []byte(out.String()))
}

// Statement sends a text that was published of a log, word for word.
func (d *Door) Statement(c *fiber.Ctx) error {
	number, err := whole(c, "number")
	if err != nil {
		return err
	}
	l, err := d.Logs.LogOf(c.UserContext(), c.Params("log"))
	if err != nil {
		return err
	}
	all, err := d.Logs.Statements(c.UserContext(), l)
	if err != nil {
		return err
	}
	if number >= int64(len(all)) {
		return missing()
	}
	return plain(c, "", []byte(all[number].Text))
}

// Promise signs, for whoever holds the commitment of a stored answer, that it will
// stand in the log: the receipt.
func (d *Door) Promise(c *fiber.Ctx) error {
	commitment, err := ledger.ParseCommitment(c.Params("commitment"))
	if err != nil {
		return err
	}
	_, text, err := d.Logs.Promise(c.UserContext(), commitment)
	if err != nil {
		return err
	}
	return plain(c, "minyi-receipt-"+commitment.Code()+".txt", text)
}

// Cosign takes in a checkpoint with the signature of a witness.
func (d *Door) Cosign(c *fiber.Ctx) error {
	if _, err := d.Logs.Cosign(c.UserContext(), c.Params("log"), c.Body()); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// CheckPage checks a receipt in the browser.
type CheckPage struct {
	view.Frame
	Keys   string
	Script string       // address of the script
	Styles string       // address of its style sheet
	Inline template.JS  // the script itself, in the page that is saved
	Style  template.CSS // likewise
}

// Check shows the page that checks a receipt.
func (d *Door) Check(c *fiber.Ctx) error {
	page, err := d.checker(c)
	if err != nil {
		return err
	}
	page.Script, page.Styles = d.Path("checker.js"), d.Path("checker.css")
	return d.pages.Render(c, "check", page)
}

// Save sends the same page as one file, which needs no server.
func (d *Door) Save(c *fiber.Ctx) error {
	page, err := d.checker(c)
	if err != nil {
		return err
	}
	script, err := checkerFiles.ReadFile("checker/checker.js")
	if err != nil {
		return err
	}
	style, err := checkerFiles.ReadFile("checker/checker.css")
	if err != nil {
		return err
	}
	page.Inline, page.Style = template.JS(script), template.CSS(style) //nolint:gosec // our own files, embedded above
	if err := d.pages.Part(c, "check", "saved", page); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="minyi-checker.html"`)
	return nil
}

// checker fills in the keys of all logs.
func (d *Door) checker(c *fiber.Ctx) (*CheckPage, error) {
	logs, err := d.Logs.Logs(c.UserContext())
	if err != nil {
		return nil, err
	}
	page := &CheckPage{}
	for _, l := range logs {
		lines, err := d.Logs.KeyLines(l)
		if err != nil {
			return nil, err
		}
		page.Keys += strings.Join(lines, "\n") + "\n"
	}
	return page, nil
}
