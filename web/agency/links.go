package agency

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/web/login"
	"minyi/web/view"
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

// Sheet is one letter or poster: a link with its QR code.
type Sheet struct {
	Place string // of a poster
	Link  string
	Code  string // the token in groups of four
	Path  string // of the QR code, as the d of an SVG path
	Side  int    // modules along one side of it
}

// SheetsPage is a page of letters or posters, to be printed.
type SheetsPage struct {
	view.Frame
	ID     survey.ID
	Name   string
	Poster bool
	Batch  string // stratum and PSU of the letters
	Phone  string
	Host   string
	Sheets []Sheet
}

// Letters shows the letters of one drawn PSU, each with its QR code.
func (d *Door) Letters(c *fiber.Ctx) error {
	number, err := strconv.ParseUint(c.Query("batch"), 10, 32)
	if err != nil {
		return fault.New(fault.NotFound, "survey.unknown")
	}
	return d.sheets(c, invite.OneTime, func(b invite.Batch) bool { return uint64(b.Number) == number })
}

// Posters shows the posters, each with its QR code.
func (d *Door) Posters(c *fiber.Ctx) error {
	return d.sheets(c, invite.Poster, func(invite.Batch) bool { return true })
}

func (d *Door) sheets(c *fiber.Ctx, kind invite.Kind, wanted func(invite.Batch) bool) error {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	page := &SheetsPage{
		ID: id(c), Name: in(c, work.Survey.UnitName), Poster: kind == invite.Poster,
		Phone: work.Survey.Paper.Filling.Values["phone"].Zh, Host: strings.TrimPrefix(strings.TrimPrefix(d.base, "https://"), "http://"),
	}
	err = d.surveys.Links(c.UserContext(), login.Actor(c), id(c), kind, func(l survey.Link) error {
		if !wanted(l.Batch) || l.Spent {
			return nil
		}
		page.Batch = l.Batch.Stratum + " · " + l.Batch.PSU
		sheet, err := d.sheet(l)
		page.Sheets = append(page.Sheets, sheet)
		return err
	})
	if err != nil {
		return err
	}
	return d.pages.Render(c, "sheets", page)
}

func (d *Door) sheet(l survey.Link) (Sheet, error) {
	code, err := invite.NewCode(invite.Link(d.base, l.Token))
	if err != nil {
		return Sheet{}, fmt.Errorf("agency: letter: %w", err)
	}
	return Sheet{
		Place: l.Batch.Place, Link: d.base + "/q/" + l.Token, Code: invite.Spaced(l.Token),
		Path: code.SVGPath(), Side: code.Size(),
	}, nil
}
