// Package feedback is the door to what each applicant learns once a round's results
// are public (C49): the applicant's own page and file, and the office's preview and
// release. It decides no rule and makes no figure; the package of the same name
// under indicators does.
package feedback

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/feedback"
	"minyi/indicators/practice"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// The addresses of the door.
const (
	Own  = "/apply/feedback"
	Desk = "/office/feedback"
)

// Reports makes, releases and shows the reports.
type Reports interface {
	Desk(ctx context.Context, by access.Actor, round int) (*feedback.Desk, error)
	Preview(ctx context.Context, by access.Actor, k application.Key) (*feedback.Line, error)
	Release(ctx context.Context, by access.Actor, round int, which []application.Key, reason string) (int, error)
	Owns(ctx context.Context, by access.Actor) ([]feedback.Report, error)
	Own(ctx context.Context, by access.Actor, round int, track roster.Track) (*feedback.Report, error)
}

// Practices suggests what others did about an indicator.
type Practices interface {
	Suggest(ctx context.Context, unit roster.UnitCode, system indicators.System, n indicators.Number) ([]practice.Entry, error)
}

// Rounds names the rounds and units.
type Rounds interface {
	Rounds(ctx context.Context) ([]roster.Round, error)
	Round(ctx context.Context, year int) (*roster.Round, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Door needs.
type Config struct {
	Reports   Reports
	Practices Practices
	Rounds    Rounds
	Texts     *view.Texts
	Base      string // address of the service, for the code on paper
}

// Door serves the pages.
type Door struct {
	Config
	pages  *view.Pages
	assets view.Shelf
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	assets, err := view.LoadShelf(assetFiles, view.ShelfFile{Name: "feedback.css", Path: "assets/feedback.css"})
	return &Door{Config: cfg, pages: pages, assets: assets}, err
}

// AssetPaths are the addresses of the files that the pages load.
func (d *Door) AssetPaths() []string { return d.assets.Paths() }

// Asset serves one of them.
func (d *Door) Asset(c *fiber.Ctx) error { return d.assets.Serve(c) }

func (d *Door) style() string { return d.assets.Path("feedback.css") }

// unit is a unit's name in the visitor's language.
func (d *Door) unit(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Rounds.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// keyOf reads the applicant's own report from the address.
func keyOf(c *fiber.Ctx) (int, roster.Track, error) {
	year, err := strconv.Atoi(c.Params("round"))
	if err != nil {
		return 0, "", fault.New(fault.NotFound, "feedback.unknown")
	}
	return year, roster.Track(c.Params("track")), nil
}

// ListPage lists what was released to the visitor's unit.
type ListPage struct {
	view.Frame
	Reports []feedback.Report
}

// List shows the unit's reports.
func (d *Door) List(c *fiber.Ctx) error {
	all, err := d.Reports.Owns(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "list", &ListPage{Reports: all})
}

// Weak is an item with what others did about it.
type Weak struct {
	feedback.Item
	Ideas []practice.Entry
	Again bool // it stands in the list before, with its remarks
}

// ReportPage is one report.
type ReportPage struct {
	view.Frame
	*feedback.Report
	Style    string
	UnitName string
	System   indicators.System
	Line     string // share of full marks from which an item counts as met
	Lost     []Weak
	Behind   []Weak
	Preview  bool // the office looks
	Released *feedback.Report
	Changed  bool
	File     string // address of the file for printing
}

// Fewest is how many applicants of a kind there must be for a median.
func (p *ReportPage) Fewest() int { return feedback.Fewest }

// Single reports whether it is about a single project, whose items are criteria.
func (p *ReportPage) Single() bool { return p.Key.Track == roster.Single }

func (d *Door) page(c *fiber.Ctx, r *feedback.Report) (*ReportPage, error) {
	u, err := d.Rounds.Unit(r.Key.Unit)
	if err != nil {
		return nil, err
	}
	round, err := d.Rounds.Round(c.UserContext(), r.Key.Round)
	if err != nil {
		return nil, err
	}
	page := &ReportPage{
		Report: r, Style: d.style(), UnitName: u.Label(string(view.LangOf(c))), System: u.System(), Line: round.Settings.ReasonBelow.String(),
	}
	if page.Lost, err = d.weak(c, page, r.Lost); err != nil {
		return nil, err
	}
	page.Behind, err = d.weak(c, page, r.Behind)
	for i := range page.Behind {
		page.Behind[i].Again = slices.ContainsFunc(page.Lost, func(w Weak) bool { return w.Number == page.Behind[i].Number })
	}
	return page, err
}

// mostIdeas are shown for one item; the library has them all.
const mostIdeas = 3

func (d *Door) weak(c *fiber.Ctx, p *ReportPage, items []feedback.Item) (out []Weak, err error) {
	for _, i := range items {
		w := Weak{Item: i}
		if !p.Single() {
			if w.Ideas, err = d.Practices.Suggest(c.UserContext(), p.Key.Unit, p.System, i.Number); err != nil {
				return nil, err
			}
			w.Ideas = w.Ideas[:min(len(w.Ideas), mostIdeas)]
		}
		out = append(out, w)
	}
	return out, nil
}

func (d *Door) own(c *fiber.Ctx) (*ReportPage, error) {
	year, track, err := keyOf(c)
	if err != nil {
		return nil, err
	}
	r, err := d.Reports.Own(c.UserContext(), login.Actor(c), year, track)
	if err != nil {
		return nil, err
	}
	page, err := d.page(c, r)
	if err == nil {
		page.File = fmt.Sprintf("%s/%d/%s/print.pdf", Own, year, track)
	}
	return page, err
}

// Show shows the visitor's unit its report.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.own(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "report", page)
}

// Printed sends it as a file for printing.
func (d *Door) Printed(c *fiber.Ctx) error {
	page, err := d.own(c)
	if err != nil {
		return err
	}
	return d.print(c, page)
}
