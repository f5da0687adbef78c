// Package results is the agency's door to a survey's results: the figures of one
// unit by item and group with pictures of them, what matters and how it fares, the
// scale, the open texts and their coding, and the units of a round side by side. It
// shows what packages survey and coding give, hides nothing and shows nothing that
// they hide; nobody but the agency comes in here (C96, C97).
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	pictures live, by keyboard, as PNG; tables behind; small cells hidden; barriers at a desk and on a tablet, light and dark | Chromium, axe-core | a survey of the rehearsal | exact | cmd/minyi: TestBrowserResults
//	open texts coded by two and settled; the least raised for a reason | Chromium; the store's tables and trail | the same | exact | cmd/minyi: TestBrowserResults
//	every page at a desk, on a tablet and on a phone | Chromium, axe-core | a released survey | exact | cmd/minyi: TestBrowserEveryPageOfStaffHoldsWhatItIsFor
//	the chart library | the digest of the npm package | echarts 6.1.0 | exact | TestTheChartLibraryIsTheOneThatTheNoticeNames
package results

import (
	"context"
	"embed"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/coding"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Surveys gives the results.
type Surveys interface {
	Results(ctx context.Context, by access.Actor, id survey.ID) (*survey.Results, error)
	Beside(ctx context.Context, by access.Actor, round int, item string) (*survey.Beside, error)
	ShowFrom(ctx context.Context, by access.Actor, id survey.ID, least int, reason string) (*survey.Survey, error)
}

// Config is what a Door needs.
type Config struct {
	Surveys Surveys
	Coding  *coding.Service
	Texts   *view.Texts
}

// Door serves the pages of results.
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
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages, assets: files}, nil
}

// Home is the page of a round's units side by side.
const Home = "/agency/results"

// id is the survey that the address names.
func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a survey's results, or of a page below them.
func at(id survey.ID, below string) string {
	return "/agency/surveys/" + string(id) + "/results" + below
}

// desk writes pages in one language.
type desk struct {
	*Door
	lang view.Lang
}

func (d *Door) desk(c *fiber.Ctx) desk { return desk{d, view.LangOf(c)} }

// say returns a text; pairs are its parameters.
func (d desk) say(key string, pairs ...string) string { return d.Texts.Say(d.lang, key, params(pairs)) }

// Tools are the addresses of what makes the pictures move; every page has them.
type Tools struct{ Style, Script, Library string }

func (d *Door) tools() Tools {
	return Tools{Style: d.assets.Path(styleFile), Script: d.assets.Path(scriptFile), Library: d.assets.Path(libraryFile)}
}
