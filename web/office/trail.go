package office

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/audit"
	"minyi/indicators/copies"
	"minyi/web/view"
)

// TrailPage shows one half's trail, newest first, page by page.
type TrailPage struct {
	view.Frame
	Half    string // programme or survey
	Entries []audit.Entry
	Older   int64 // newest entry of the page before, 0 on the first
	Whole   bool  // the chain was checked and is whole
	Broken  *audit.Break
	Copy    string         // what was looked for: a serial or a digest
	Copies  []copies.Found // the copies that it leads to
}

const trailPage = 200

// Trail shows the trail to the office and the auditor.
func (d *Door) Trail(c *fiber.Ctx) error {
	page := &TrailPage{Half: "programme"}
	source := d.Programme
	if c.Query("half") == "survey" && d.Survey != nil {
		page.Half, source = "survey", d.Survey
	}
	var err error
	if page.Entries, err = entries(c, source); err != nil {
		return err
	}
	slices.Reverse(page.Entries)
	if n := len(page.Entries); n > 0 {
		page.Older = max(0, page.Entries[n-1].Seq-1)
	}
	if c.Query("check") != "" {
		err := source.CheckTrail(c.UserContext())
		if err != nil && !errors.As(err, &page.Broken) {
			return err
		}
		page.Whole = err == nil
	}
	if page.Copy = c.Query("copy"); page.Copy != "" {
		if page.Copies, err = d.Copies.Find(c.UserContext(), actor(c), page.Copy); err != nil {
			return d.pages.Again(c, err, "trail", page)
		}
	}
	return d.pages.Render(c, "trail", page)
}

// entries returns the page that ends at the place asked for, the newest without
// one, oldest first.
func entries(c *fiber.Ctx, source Trail) ([]audit.Entry, error) {
	if last, err := strconv.ParseInt(c.Query("until"), 10, 64); err == nil && last > 0 {
		after := max(0, last-trailPage)
		return source.Trail(c.UserContext(), after, int(min(trailPage, last-after)))
	}
	const stride = 5000
	var tail []audit.Entry
	for after := int64(0); ; {
		chunk, err := source.Trail(c.UserContext(), after, stride)
		if err != nil {
			return nil, err
		}
		tail = append(tail, chunk...)
		tail = tail[max(0, len(tail)-trailPage):]
		if len(chunk) < stride {
			return tail, nil
		}
		after = chunk[len(chunk)-1].Seq
	}
}
