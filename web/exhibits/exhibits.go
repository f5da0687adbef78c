// Package exhibits is the door to the files of a dossier: an applicant uploads,
// names, places and removes its own, and assessors and the office read those that
// they may. Nothing that was uploaded is run or rendered as a page of ours: files
// go out to be saved, and previews are made anew or stand in a frame. The package
// decides no rule; application and evaluation do. README.md beside it names who
// judges what.
package exhibits

import (
	"context"
	"embed"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Assigned gives assessors the exhibits of the dossiers assigned to them.
type Assigned interface {
	Exhibit(ctx context.Context, by access.Actor, k application.Key, id application.ExhibitID) (application.Exhibit, io.ReadSeekCloser, error)
}

// Config is what a Door needs.
type Config struct {
	Applications *application.Service
	Assigned     Assigned
	Previews     *preview.Maker
	Texts        *view.Texts
}

// Door is the door to the files.
type Door struct {
	service  *application.Service
	assigned Assigned
	previews *preview.Maker
	texts    *view.Texts
	pages    *view.Pages
	assets   view.Shelf
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return &Door{
		service: cfg.Applications, assigned: cfg.Assigned, previews: cfg.Previews, texts: cfg.Texts, pages: pages, assets: assets,
	}, nil
}

// keyOf reads round and track from the address; the unit is always the actor's
// own, so that no address leads to another's dossier.
func keyOf(c *fiber.Ctx) (application.Key, error) {
	year, err := strconv.Atoi(c.Params("round"))
	if err != nil {
		return application.Key{}, fault.New(fault.NotFound, "dossier.unknown")
	}
	k := application.Key{Round: year, Unit: roster.UnitCode(login.Actor(c).Unit), Track: roster.Track(c.Params("track"))}
	return application.ParseID(string(k.ID()))
}

// base is the address of a dossier.
func base(k application.Key) string { return "/apply/" + strconv.Itoa(k.Round) + "/" + string(k.Track) }

func exhibitOf(c *fiber.Ctx) application.ExhibitID { return application.ExhibitID(c.Params("exhibit")) }

// dossier is what the pages of a unit's own files show of the dossier.
type dossier struct {
	view.Frame
	Dossier *application.Dossier
	Terms   application.Terms
	Base    string
	Open    bool // the filing window is open and the dossier a draft
	Style   string
	Script  string
	Library string
}

// Draft reports whether the dossier can be changed by its state.
func (d *dossier) Draft() bool { return d.Dossier.State == application.Draft }

// Single reports whether the dossier is on the single track.
func (d *dossier) Single() bool { return d.Dossier.Track == roster.Single }

// Settings are the round's rules.
func (d *dossier) Settings() roster.Settings { return d.Terms.Round.Settings }

func (d *Door) load(c *fiber.Ctx) (dossier, error) {
	k, err := keyOf(c)
	if err != nil {
		return dossier{}, err
	}
	found, terms, err := d.service.Own(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return dossier{}, err
	}
	return dossier{
		Dossier: found, Terms: terms, Base: base(k),
		Open:  found.State == application.Draft && terms.Round.Settings.Filing.Open(d.service.Now()),
		Style: d.assets.Path(styleFile), Script: d.assets.Path(scriptFile), Library: d.assets.Path(libraryFile),
	}, nil
}
