// Package office is the office's door: rounds and their settings, on-site
// verification, candidates, notice, objections, naming, and the trail. Handlers
// read the request, call one verb and render one struct; no rule lives here.
package office

import (
	"context"
	"embed"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Trail is one half's trail.
type Trail interface {
	Trail(ctx context.Context, after int64, limit int) ([]audit.Entry, error)
	CheckTrail(ctx context.Context) error
}

// Config is what the door needs.
type Config struct {
	Texts     *view.Texts
	Roster    *roster.Service
	Book      *scorebook.Book
	Naming    *naming.Service
	Programme Trail
	Survey    Trail
	Now       func() time.Time // programme clock
}

// Door is the office's door.
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

// round returns the round that the request is about: the one of its year
// parameter, else the current one.
func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	if text := c.Query("round"); text != "" {
		year, err := strconv.Atoi(text)
		if err != nil {
			year = 0
		}
		return d.Roster.Round(c.UserContext(), year)
	}
	return d.Roster.Current(c.UserContext())
}

// unitName returns the name of a unit in the visitor's language, its code where
// the register has none.
func (d *Door) unitName(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Roster.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// target reads the unit and track of the address.
func target(c *fiber.Ctx) naming.Target {
	return naming.Target{Unit: roster.UnitCode(c.Params("unit")), Track: roster.Track(c.Params("track"))}
}

func actor(c *fiber.Ctx) access.Actor { return login.Actor(c) }
