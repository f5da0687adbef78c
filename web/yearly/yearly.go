// Package yearly is the door to what comes every year after a naming: the reports of
// the named (C39, C40), on the applicant's, the office's and the public's side, and
// the spot checks with their draw (C42, C43). It also lets a unit answer before its
// name is revoked. It decides no rule; supervision under indicators does.
package yearly

import (
	"embed"
	"io"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// FileBytes is the largest upload of a file, with the form around it.
const FileBytes = 51 << 20

// Addresses of the door's pages.
const (
	Own      = "/apply/reports"
	OwnOne   = Own + "/:year"
	Hearing  = "/apply/hearings/:naming"
	Board    = "/office/reports"
	One      = Board + "/:year/:unit"
	Checks   = "/office/checks"
	Check    = Checks + "/:year/:check"
	Public   = "/reports"
	Read     = Public + "/:year/:unit"
	Drawn    = "/checks"
	DrawnDoc = Drawn + "/:year/draw.json"
)

// Units gives the names of units.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Door needs.
type Config struct {
	Supervision *supervision.Service
	Units       Units
	Calendar    indicators.Calendar
	Texts       *view.Texts
}

// Door serves the pages.
type Door struct {
	Config
	pages *view.Pages
	shelf view.Shelf
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	shelf, err := view.LoadShelf(assetFiles, view.ShelfFile{Name: "yearly.js", Path: "assets/yearly.js"})
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages, shelf: shelf}, nil
}

// AssetPaths are the addresses of the door's files.
func (d *Door) AssetPaths() []string { return d.shelf.Paths() }

// Asset sends a file of the door.
func (d *Door) Asset(c *fiber.Ctx) error { return d.shelf.Serve(c) }

// unit is the name of a unit in the visitor's language.
func (d *Door) unit(c *fiber.Ctx, code roster.UnitCode) string {
	if u, err := d.Units.Unit(code); err == nil {
		return u.Label(string(view.LangOf(c)))
	}
	return string(code)
}

// year reads the year of the address.
func year(c *fiber.Ctx) (int, error) {
	n, err := strconv.Atoi(c.Params("year"))
	if err != nil {
		return 0, fault.New(fault.NotFound, "report.none")
	}
	return n, nil
}

// upload opens the file of a form and hands it on; where none is needed, an empty
// one may come.
func upload(c *fiber.Ctx, needed bool, do func(supervision.Upload) error) error {
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		if needed {
			return fault.New(fault.Invalid, "revocation.evidence").At("file")
		}
		return do(supervision.Upload{})
	}
	file, err := head.Open()
	if err != nil {
		return fault.New(fault.Invalid, "revocation.evidence").At("file")
	}
	defer func() { _ = file.Close() }() // was only read
	return do(supervision.Upload{Name: head.Filename, Bytes: io.Reader(file)})
}

// day reads a date of a form; an empty one is none.
func day(c *fiber.Ctx, field string) (roster.Date, error) {
	text := c.FormValue(field)
	if text == "" {
		return roster.Date{}, nil
	}
	out, err := roster.ParseDate(text)
	if err != nil {
		return out, fault.New(fault.Invalid, "date.form").At(field)
	}
	return out, nil
}

// Line is one report in a list.
type Line struct {
	supervision.Duty
	Name    string
	State   supervision.State
	Overdue bool
	Late    bool // the first version came after the deadline
	Days    int  // after the deadline, while it is overdue
	Left    int  // days left, while it is not
}

func (d *Door) line(c *fiber.Ctx, x supervision.Duty) Line {
	now := view.NowOf(c)
	out := Line{Duty: x, Name: d.unit(c, x.Unit), State: x.Report.State(), Overdue: x.Overdue(now)}
	if all := x.Report.Versions(); len(all) > 0 {
		out.Late = all[0].Late
	}
	if out.Overdue {
		out.Days = x.LateDays(now)
	} else {
		const day = 24 * time.Hour
		out.Left = max(0, int(x.Deadline().Sub(now)/day))
	}
	return out
}

// Titles are the titles for which the report is owed.
func (l Line) Titles() (out []string) {
	for _, n := range l.Names {
		out = append(out, n.Title)
	}
	return out
}
