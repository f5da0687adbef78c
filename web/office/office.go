// Package office is the office's door: rounds and their settings, and the
// trail. Handlers read the request, call one verb and render one struct; no rule
// lives here.
package office

import (
	"context"
	"embed"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/copies"
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
	Copies    *copies.Service  // who took a copy of what
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

func actor(c *fiber.Ctx) access.Actor { return login.Actor(c) }
