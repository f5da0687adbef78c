// Package recommendation is the door of the way to the national name (C37, C38, C41)
// and of the records of support (C55): the applicant's page, and the office's. It
// decides no rule; the packages recommendation and support under indicators do.
package recommendation

import (
	"context"
	"embed"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/recommendation"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/indicators/support"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Own       = "/apply/national"
	Desk      = "/office/national"
	Support   = "/office/support"
	FileBytes = 64 << 20
)

// Way does the steps to the national name.
type Way interface {
	Years(ctx context.Context, by access.Actor) ([]recommendation.Own, error)
	MayApply(ctx context.Context, by access.Actor) error
	Save(ctx context.Context, by access.Actor, year, seen int, statement, contact string) error
	Attach(ctx context.Context, by access.Actor, year, seen int, folder recommendation.Folder, name string, r io.Reader) error
	Detach(ctx context.Context, by access.Actor, year, seen int, folder recommendation.Folder, digest string) error
	HandIn(ctx context.Context, by access.Actor, year, seen int) error
	TakeBack(ctx context.Context, by access.Actor, year, seen int) error
	File(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, digest string) (evidence.File, io.ReadSeekCloser, error)

	All(ctx context.Context, by access.Actor) ([]recommendation.Year, error)
	Desk(ctx context.Context, by access.Actor, year int) (*recommendation.Desk, error)
	Open(ctx context.Context, by access.Actor, year int, w roster.Window, words string) error
	Shift(ctx context.Context, by access.Actor, year int, w roster.Window, reason string) error
	Examine(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, r recommendation.Review) error
	Opine(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, text string) error
	Propose(ctx context.Context, by access.Actor, year int, order []recommendation.Listed) error
	Confirm(ctx context.Context, by access.Actor, year, version int) error
	Drop(ctx context.Context, by access.Actor, year, version int, reason string) error
	Send(ctx context.Context, by access.Actor, year int, number string, date roster.Date) error
	Conclude(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, named bool, number string, date roster.Date) error
	Duties(ctx context.Context, by access.Actor) ([]recommendation.Duty, error)
	Forward(ctx context.Context, by access.Actor, naming string, about int, number string, date roster.Date) error
}

// Supports keeps the records of support.
type Supports interface {
	List(ctx context.Context, by access.Actor, naming string) ([]support.Record, error)
	Add(ctx context.Context, by access.Actor, r support.Record) error
	TakeBack(ctx context.Context, by access.Actor, id, reason string) error
}

// Names lists all names ever given to the office.
type Names interface {
	Records(ctx context.Context, by access.Actor) ([]supervision.Record, error)
}

// Units gives the names of units.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Door needs.
type Config struct {
	Way      Way
	Supports Supports
	Names    Names
	Units    Units
	Texts    *view.Texts
	Base     string // address of the service, for the code on paper
}

// Door serves the pages.
type Door struct {
	Config
	pages *view.Pages
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages}, nil
}

func (d *Door) unit(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Units.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// yearOf reads the year of the address.
func yearOf(c *fiber.Ctx) (int, error) {
	y, err := strconv.Atoi(c.Params("year"))
	if err != nil {
		return 0, fault.New(fault.NotFound, "recommendation.unknown")
	}
	return y, nil
}

func number(c *fiber.Ctx, field string) (int, error) {
	n, err := strconv.Atoi(c.FormValue(field))
	if err != nil {
		return 0, fault.New(fault.Invalid, "request.invalid")
	}
	return n, nil
}

// day reads a date field.
func day(c *fiber.Ctx, field string) (roster.Date, error) {
	d, err := roster.ParseDate(c.FormValue(field))
	if err != nil {
		return d, fault.New(fault.Invalid, "date.form").At(field)
	}
	return d, nil
}

// OwnYear is one year as an applicant sees it.
type OwnYear struct {
	recommendation.Own
	Folders []recommendation.Folder
	Edit    bool // the unit may write
}

// Seen is the version of the application that the forms are shown at.
func (y OwnYear) Seen() int {
	if y.Application == nil {
		return 0
	}
	return y.Application.Version
}

// In are the files of a folder.
func (y OwnYear) In(f recommendation.Folder) []recommendation.File {
	if y.Application == nil {
		return nil
	}
	return y.Application.In(f)
}

// OwnPage is the applicant's page.
type OwnPage struct {
	view.Frame
	Years              []OwnYear
	Why                string // the unit may not apply
	Statement, Contact string // typed
	Typed              int    // year of what was typed
}

func (d *Door) own(c *fiber.Ctx) (*OwnPage, error) {
	by, ctx := login.Actor(c), c.UserContext()
	all, err := d.Way.Years(ctx, by)
	if err != nil {
		return nil, err
	}
	page := &OwnPage{}
	if why := d.Way.MayApply(ctx, by); why != nil {
		refusals := fault.All(why)
		if len(refusals) == 0 {
			return nil, why
		}
		page.Why = d.Texts.Refusal(view.LangOf(c), refusals[0])
	}
	for _, o := range all {
		y := OwnYear{Own: o, Folders: recommendation.Folders()}
		y.Edit = o.Open && o.Why == nil && (o.Application == nil || !o.Application.Handed())
		page.Years = append(page.Years, y)
	}
	return page, nil
}

// Own shows the applicant where its unit stands.
func (d *Door) Own(c *fiber.Ctx) error {
	page, err := d.own(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "own", page)
}

// change does one change of the unit's application and shows it again.
func (d *Door) change(c *fiber.Ctx, done string, do func(year, seen int) error) error {
	year, err := yearOf(c)
	if err != nil {
		return err
	}
	seen, err := number(c, "seen")
	if err == nil {
		err = do(year, seen)
	}
	if err != nil {
		page, failed := d.own(c)
		if failed != nil {
			return failed
		}
		page.Typed, page.Statement, page.Contact = year, c.FormValue("statement"), c.FormValue("contact")
		return d.pages.Again(c, err, "own", page)
	}
	return view.See(c, Own, done)
}

// Save keeps statement and contact.
func (d *Door) Save(c *fiber.Ctx) error {
	return d.change(c, "recommendation.saved", func(year, seen int) error {
		return d.Way.Save(c.UserContext(), login.Actor(c), year, seen, c.FormValue("statement"), c.FormValue("contact"))
	})
}

// Attach puts a file into a folder: fields seen, folder and file.
func (d *Door) Attach(c *fiber.Ctx) error {
	return d.change(c, "recommendation.attached", func(year, seen int) error {
		head, err := c.FormFile("file")
		if err != nil || head.Size == 0 {
			return fault.New(fault.Invalid, "practice.file").At("file")
		}
		file, err := head.Open()
		if err != nil {
			return fault.New(fault.Invalid, "practice.file").At("file")
		}
		defer func() { _ = file.Close() }() // was only read
		return d.Way.Attach(c.UserContext(), login.Actor(c), year, seen, recommendation.Folder(c.FormValue("folder")), head.Filename, file)
	})
}

// Detach takes a file out: fields seen, folder and digest.
func (d *Door) Detach(c *fiber.Ctx) error {
	return d.change(c, "recommendation.detached", func(year, seen int) error {
		return d.Way.Detach(c.UserContext(), login.Actor(c), year, seen, recommendation.Folder(c.FormValue("folder")), c.FormValue("digest"))
	})
}

// HandIn hands the application in, or takes it back: fields seen and do.
func (d *Door) HandIn(c *fiber.Ctx) error {
	if c.FormValue("do") == "back" {
		return d.change(c, "recommendation.taken_back", func(year, seen int) error {
			return d.Way.TakeBack(c.UserContext(), login.Actor(c), year, seen)
		})
	}
	return d.change(c, "recommendation.handed", func(year, seen int) error {
		return d.Way.HandIn(c.UserContext(), login.Actor(c), year, seen)
	})
}

// File sends a file: to the unit its own, to the office that of the unit that the
// address names.
func (d *Door) File(c *fiber.Ctx) error {
	year, err := yearOf(c)
	if err != nil {
		return err
	}
	file, bytes, err := d.Way.File(c.UserContext(), login.Actor(c), year, roster.UnitCode(c.Params("unit")), c.Params("digest"))
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, bytes)
}
