// Package monitor is the agency's page of the fieldwork while it runs: counts by
// stratum and PSU, AAPOR's rates, quota, the days and hours of the answers, the
// forecast, alarms, how the answers resemble those invited and the population, and
// where it was allowed the running estimate. An open page is told by server-sent events
// that something has changed and fetches itself again; without a script it has a link.
// It computes nothing and decides nothing.
//
// What a user can do here is judged by TestBrowserMonitor of cmd/minyi.
package monitor

import (
	"context"
	"embed"
	"sync"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Home is the address of the summary of all surveys.
const Home = "/agency/monitor"

// Config is what a Door needs. Stay tells of a request whether its session lasts; Ended
// is closed when the service stops.
type Config struct {
	Surveys *survey.Service
	Texts   *view.Texts
	Stay    func(c *fiber.Ctx) func(ctx context.Context) (bool, error)
	Ended   <-chan struct{}
}

// Door serves the pages.
type Door struct {
	Config
	pages  *view.Pages
	assets []asset

	mu      sync.Mutex
	streams map[string][]*watcher // open streams by account, oldest first
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	d := &Door{Config: cfg, pages: pages, streams: map[string][]*watcher{}}
	d.assets, err = loadAssets()
	return d, err
}

// id is the survey that the address names.
func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a page of a survey's monitor.
func at(id survey.ID, below string) string {
	return "/agency/surveys/" + string(id) + "/monitor" + below
}

// Tools are the files that the pages load.
type Tools struct{ Style, Script string }

func (d *Door) tools() Tools {
	return Tools{Style: d.assets[0].address, Script: d.assets[1].address}
}
