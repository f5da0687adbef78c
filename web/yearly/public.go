package yearly

import (
	"encoding/json"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/view"
)

// Shown is one report that the public may read.
type Shown struct {
	Unit    roster.UnitCode
	Name    string
	Year    int
	Version supervision.Act
	Proof   supervision.Proof
	Names   []supervision.Record
}

func (d *Door) shown(c *fiber.Ctx, x supervision.Duty) Shown {
	return Shown{Unit: x.Unit, Name: d.unit(c, x.Unit), Year: x.Year, Version: *x.Shown(), Proof: *x.Report.Proven().Proof, Names: x.Names}
}

// PublicPage lists the reports that the public may read.
type PublicPage struct {
	view.Frame
	Years []YearOf
	Spots int // draws of spot checks that can be read
}

// YearOf is a year with its reports.
type YearOf struct {
	Year    int
	Reports []Shown
}

// List shows the published reports by year and unit (C40).
func (d *Door) List(c *fiber.Ctx) error {
	all, err := d.Supervision.PublicReports(c.UserContext())
	if err != nil {
		return err
	}
	page := &PublicPage{}
	for _, x := range all {
		i := slices.IndexFunc(page.Years, func(y YearOf) bool { return y.Year == x.Year })
		if i < 0 {
			page.Years = append(page.Years, YearOf{Year: x.Year})
			i = len(page.Years) - 1
		}
		page.Years[i].Reports = append(page.Years[i].Reports, d.shown(c, x))
	}
	spots, err := d.Supervision.PublicSpots(c.UserContext())
	if err != nil {
		return err
	}
	page.Spots = len(spots)
	return d.pages.Render(c, "public", page)
}

// ReadPage is a published report.
type ReadPage struct {
	view.Frame
	Shown
	Parts []PartField
}

// Read shows a published report (C40).
func (d *Door) Read(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	x, err := d.Supervision.PublicReport(c.UserContext(), roster.UnitCode(c.Params("unit")), n)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "read", &ReadPage{Shown: d.shown(c, x), Parts: parts(x.Shown())})
}

// DrawnPage lists the draws of spot checks.
type DrawnPage struct {
	view.Frame
	Spots []DrawnOf
}

// DrawnOf is a draw with the names of its units.
type DrawnOf struct {
	supervision.PublicSpot
	Lots []Lot
}

// Lot is one unit of a draw.
type Lot struct {
	Unit  roster.UnitCode
	Name  string
	Kind  roster.Group
	Lot   string
	Drawn bool
	State string
	Until roster.Date
}

// Drawn shows the draws of spot checks to everybody (C42).
func (d *Door) Drawn(c *fiber.Ctx) error {
	spots, err := d.Supervision.PublicSpots(c.UserContext())
	if err != nil {
		return err
	}
	page := &DrawnPage{}
	for _, x := range spots {
		page.Spots = append(page.Spots, DrawnOf{PublicSpot: x, Lots: d.lots(c, x.Spot, x.Checks)})
	}
	return d.pages.Render(c, "drawn", page)
}

// lots are the units of a draw with their lots, as they stand in the list.
func (d *Door) lots(c *fiber.Ctx, x supervision.Spot, checks []supervision.Seen) (out []Lot) {
	for _, p := range x.List {
		one := Lot{Unit: p.Unit, Name: d.unit(c, p.Unit), Kind: p.Kind, Drawn: slices.Contains(x.Drawn, p.Unit)}
		if x.Done() {
			one.Lot = supervision.Lot(x.Seed, p.Unit)
		}
		if i := slices.IndexFunc(checks, func(s supervision.Seen) bool { return s.Unit == p.Unit }); i >= 0 {
			one.State, one.Until = checks[i].State, checks[i].Deadline
		}
		out = append(out, one)
	}
	return out
}

// Document sends the draw of a year as JSON, with which anyone can make it again.
func (d *Door) Document(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	spots, err := d.Supervision.PublicSpots(c.UserContext())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(spots, func(x supervision.PublicSpot) bool { return x.Year == n })
	if i < 0 {
		return fault.New(fault.NotFound, "spot.none")
	}
	return sendSpot(c, spots[i].Spot)
}

func sendSpot(c *fiber.Ctx, x supervision.Spot) error {
	raw, err := json.MarshalIndent(x, "", " ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="draw.json"`)
	return c.Send(append(raw, '\n'))
}
