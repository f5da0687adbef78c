// Package search is the office's page to find things by a few words: units, dossiers,
// files, indicators, problems, objections, names, decisions, documents, accounts and
// entries of the trail. It decides nothing; indicators/search does. What judges it
// stands there.
package search

import (
	"context"
	"embed"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/search"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Home is the address of the page.
const Home = "/office/search"

// Finder finds.
type Finder interface {
	Find(ctx context.Context, by access.Actor, text string, kind search.Kind) ([]search.Group, error)
}

// Config is what the door needs.
type Config struct {
	Texts  *view.Texts
	Finder Finder
}

// Door is the door.
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

// Page shows what was found.
type Page struct {
	view.Frame
	Q      string
	Kind   search.Kind
	Groups []search.Group
	N      int
}

// All is the address of everything of one kind.
func (p *Page) All(kind search.Kind) string {
	return Home + "?" + url.Values{"q": {p.Q}, "kind": {string(kind)}}.Encode()
}

// Show shows the field and what was found: q, and kind for one kind alone.
func (d *Door) Show(c *fiber.Ctx) error {
	page := &Page{Q: c.Query("q"), Kind: search.Kind(c.Query("kind"))}
	if !slices.Contains(search.Kinds(), page.Kind) {
		page.Kind = ""
	}
	var err error
	if page.Groups, err = d.Finder.Find(c.UserContext(), login.Actor(c), page.Q, page.Kind); err != nil {
		return d.pages.Again(c, err, "search", page)
	}
	for _, g := range page.Groups {
		page.N += len(g.Hits)
	}
	return d.pages.Render(c, "search", page)
}
