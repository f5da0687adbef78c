package agency

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/invite"
	"minyi/web/login"
)

// Links sends the one-time links as a CSV file for letters and messages. Cells
// that a spreadsheet would take for a formula are made inert.
func (d *Door) Links(c *fiber.Ctx) error {
	var file bytes.Buffer
	file.WriteString("\ufeff") // so that Excel reads it as UTF-8
	out := csv.NewWriter(&file)
	err := out.Write([]string{"stratum", "psu", "link", "code", "spent"})
	err = errors.Join(err, d.surveys.Links(c.UserContext(), login.Actor(c), id(c), invite.OneTime, func(l survey.Link) error {
		return out.Write([]string{
			inert(l.Batch.Stratum), inert(l.Batch.PSU), d.base + "/q/" + l.Token, invite.Spaced(l.Token), strconv.FormatBool(l.Spent),
		})
	}))
	out.Flush()
	if err := errors.Join(err, out.Error()); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="links.csv"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(file.Bytes())
}

// inert puts an apostrophe before what a spreadsheet would calculate (S24).
func inert(cell string) string {
	if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}
