// Package practice is the door of the library of practices: everybody searches and
// reads it, named units write for it, the office edits and decides, and other units
// say what they took over (C09, C53). It decides no rule; the package of the same
// name under indicators does.
package practice

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/practice"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// The addresses of the door.
const (
	Public    = "/practices"
	Own       = "/apply/practices"
	Desk      = "/office/practices"
	FileBytes = 64 << 20
)

// Library does the steps.
type Library interface {
	Search(ctx context.Context, q practice.Query) ([]practice.Found, error)
	Public(ctx context.Context, id string) (practice.Entry, error)
	Years(ctx context.Context) ([]int, error)
	File(ctx context.Context, by access.Actor, id, digest string) (evidence.File, io.ReadSeekCloser, error)
	TakeOver(ctx context.Context, by access.Actor, id, note string) error
	LetGo(ctx context.Context, by access.Actor, id string) error

	Names(ctx context.Context, by access.Actor) ([]supervision.Record, error)
	Own(ctx context.Context, by access.Actor) ([]practice.Practice, error)
	OwnOne(ctx context.Context, by access.Actor, id string) (*practice.Practice, error)
	Begin(ctx context.Context, by access.Actor, naming string) (*practice.Practice, error)
	Save(ctx context.Context, by access.Actor, id string, seen int, w practice.Words) error
	Attach(ctx context.Context, by access.Actor, id string, seen int, name string, r io.Reader) error
	Detach(ctx context.Context, by access.Actor, id string, seen int, digest string) error
	Submit(ctx context.Context, by access.Actor, id string, seen int) error

	All(ctx context.Context, by access.Actor) ([]practice.Practice, error)
	One(ctx context.Context, by access.Actor, id string) (*practice.Practice, error)
	Edit(ctx context.Context, by access.Actor, id string, seen int, w practice.Words) error
	Decide(ctx context.Context, by access.Actor, id string, seen int, to practice.State, reason string) error
}

// Units gives units, and indicator systems as they hold in a round.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
	Catalogue(ctx context.Context, year int, system indicators.System) (*indicators.Catalogue, error)
}

// Pictures makes pictures anew, from nothing but their pixels.
type Pictures interface {
	Picture(ctx context.Context, f evidence.File, side int, open func() (io.ReadSeekCloser, error)) ([]byte, error)
}

// Config is what a Door needs.
type Config struct {
	Library  Library
	Units    Units
	Pictures Pictures
	Texts    *view.Texts
	Base     string // address of the service, for the link on paper
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
	assets, err := view.LoadShelf(assetFiles, view.ShelfFile{Name: "practice.css", Path: "assets/practice.css"})
	return &Door{Config: cfg, pages: pages, assets: assets}, err
}

// AssetPaths are the addresses of the files that the pages load.
func (d *Door) AssetPaths() []string { return d.assets.Paths() }

// Asset serves one of them.
func (d *Door) Asset(c *fiber.Ctx) error { return d.assets.Serve(c) }

func (d *Door) style() string { return d.assets.Path("practice.css") }

// unit is a unit's name in the visitor's language.
func (d *Door) unit(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Units.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// Card is one practice in the list.
type Card struct {
	practice.Found
	Unit string
}

// ListPage is the library.
type ListPage struct {
	view.Frame
	Style    string
	Q        practice.Query
	Cards    []Card
	Fields   []roster.Field
	Headings []string
	Kinds    []roster.Group
	Years    []int
	Asked    bool // something was looked for
}

// List shows the library, or what of it was looked for: fields q, field, heading,
// indicator, system, kind and year of the address.
func (d *Door) List(c *fiber.Ctx) error {
	ctx := c.UserContext()
	year, _ := strconv.Atoi(c.Query("year"))
	page := &ListPage{Style: d.style(), Fields: roster.Fields(), Kinds: roster.Groups(), Q: practice.Query{
		Words: c.Query("q"), Field: roster.Field(c.Query("field")), Heading: c.Query("heading"), Kind: roster.Group(c.Query("kind")),
		Indicator: indicators.Number(c.Query("indicator")), System: indicators.System(c.Query("system")), Year: year,
	}}
	found, err := d.Library.Search(ctx, page.Q)
	if err != nil {
		return err
	}
	for _, f := range found {
		page.Cards = append(page.Cards, Card{Found: f, Unit: d.unit(c, f.Unit)})
	}
	page.Asked = page.Q != practice.Query{}
	if page.Headings, err = headings(); err != nil {
		return err
	}
	if page.Years, err = d.Library.Years(ctx); err != nil {
		return err
	}
	return d.pages.Render(c, "list", page)
}

// headings are the first-level headings of both systems.
func headings() (out []string, err error) {
	for _, s := range indicators.Systems() {
		book, err := indicators.Load(indicators.Edition2019, s)
		if err != nil {
			return nil, err
		}
		for _, h := range book.Headings() {
			if !contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Copier is a unit that took a practice over.
type Copier struct {
	practice.Takeover
	Name string
}

// OnePage is one practice.
type OnePage struct {
	view.Frame
	practice.Entry
	Style      string
	Link       string
	UnitName   string
	Indicators []indicators.Indicator
	Copiers    []Copier
	Mine       *practice.Takeover // of the visitor's unit
	MayTake    bool
	Note       string
	ListHref   string
}

func (d *Door) one(c *fiber.Ctx) (*OnePage, error) {
	e, err := d.Library.Public(c.UserContext(), c.Params("practice"))
	if err != nil {
		return nil, err
	}
	page := &OnePage{Entry: e, Style: d.style(), Link: d.Base + Public + "/" + e.ID, UnitName: d.unit(c, e.Unit), ListHref: Public}
	if page.Indicators, err = d.indicators(c, &e.Practice); err != nil {
		return nil, err
	}
	by := login.Actor(c)
	for _, t := range e.Takeovers {
		page.Copiers = append(page.Copiers, Copier{t, d.unit(c, t.Unit)})
	}
	page.MayTake = by.Role == access.Applicant && by.Unit != string(e.Unit)
	if t, ok := e.Taken(by); ok {
		page.Mine, page.Note = &t, t.Note
	}
	return page, nil
}

// indicators are those that a practice touches, as they hold in its round.
func (d *Door) indicators(c *fiber.Ctx, p *practice.Practice) (out []indicators.Indicator, err error) {
	book, err := d.book(c, p)
	if err != nil {
		return nil, err
	}
	for _, n := range p.Words.Indicators {
		if i, ok := book.Find(n); ok {
			out = append(out, i)
		}
	}
	return out, nil
}

func (d *Door) book(c *fiber.Ctx, p *practice.Practice) (*indicators.Catalogue, error) {
	u, err := d.Units.Unit(p.Unit)
	if err != nil {
		return nil, err
	}
	return d.Units.Catalogue(c.UserContext(), p.Round, u.System())
}

// One shows one practice to everybody.
func (d *Door) One(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "one", page)
}

// pictureSide is the longer side of a picture that others get, in pixels.
const pictureSide = 1600

// File sends a file of a practice. Of a picture the office gets what was handed in;
// everybody else gets it made anew, without the camera's notes of place, device and
// author (S35).
func (d *Door) File(c *fiber.Ctx) error {
	by := login.Actor(c)
	file, text, err := d.Library.File(c.UserContext(), by, c.Params("practice"), c.Params("digest"))
	if err != nil {
		return err
	}
	if file.Kind.Picture() && by.Role != access.Office {
		return d.picture(c, file, text)
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, text)
}

// picture sends a picture without its notes, under its name with the ending of a JPEG.
func (d *Door) picture(c *fiber.Ctx, file evidence.File, from io.ReadSeekCloser) error {
	given := false
	out, err := d.Pictures.Picture(c.UserContext(), file, pictureSide, func() (io.ReadSeekCloser, error) {
		given = true
		return from, nil
	})
	if !given {
		err = errors.Join(err, from.Close())
	}
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(file.Name, path.Ext(file.Name)) + ".jpg"
	return view.SendFile(c, name, evidence.JPEG.MediaType(), int64(len(out)), bytes.NewReader(out))
}

// Take keeps that the visitor's unit took the practice over: fields note and do.
func (d *Door) Take(c *fiber.Ctx) error {
	id, done := c.Params("practice"), "practice.taken"
	var err error
	if c.FormValue("do") == "let_go" {
		done, err = "practice.untaken", d.Library.LetGo(c.UserContext(), login.Actor(c), id)
	} else {
		err = d.Library.TakeOver(c.UserContext(), login.Actor(c), id, c.FormValue("note"))
	}
	if err != nil {
		page, failed := d.one(c)
		if failed != nil {
			return failed
		}
		page.Note = c.FormValue("note")
		return d.pages.Again(c, err, "one", page)
	}
	return view.See(c, Public+"/"+url.PathEscape(id), done)
}

// seen reads the version that a form was shown at.
func seen(c *fiber.Ctx) (int, error) {
	n, err := strconv.Atoi(c.FormValue("seen"))
	if err != nil {
		return 0, fault.New(fault.Invalid, "request.invalid")
	}
	return n, nil
}

// words reads the fields of a practice's form.
func words(c *fiber.Ctx) practice.Words {
	return practice.Words{
		Title: c.FormValue("title"), Project: roster.Project{Field: roster.Field(c.FormValue("field")), Text: c.FormValue("text")},
		Indicators: practice.ParseNumbers(c.FormValue("indicators")), Summary: c.FormValue("summary"), Done: c.FormValue("done"),
		Results: c.FormValue("results"), Conditions: c.FormValue("conditions"), Contact: c.FormValue("contact"),
	}
}
