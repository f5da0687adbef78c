// Package rules is the office's rule book: the marks, weights and methods of both
// indicator systems, their thresholds and applicability, version by version, as a
// form, a comparison and a workbook; the outside figures of a year; the registers
// of units and of documents. Handlers read the request, call one verb and render
// one struct; the rules themselves lie in indicators, rulebook and roster.
//
// What a user can do here is judged by TestBrowserRuleBook of cmd/minyi: it edits,
// brings a workbook back, compares and looks into the store.
package rules

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets/rules.js
var script []byte

// Config is what a Door needs.
type Config struct {
	Texts    *view.Texts
	Roster   *roster.Service
	Calendar indicators.Calendar
	Now      func() time.Time // programme clock
}

// Door serves the pages of the rule book.
type Door struct {
	Config
	pages  *view.Pages
	script string // address
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	const digits = 6
	sum := sha256.Sum256(script)
	return &Door{Config: cfg, pages: pages, script: "/static/" + hex.EncodeToString(sum[:digits]) + "/rules.js"}, nil
}

// ScriptPath is the address of the script that adds up what is typed.
func (d *Door) ScriptPath() string { return d.script }

// Script serves it.
func (d *Door) Script(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	return c.Send(script)
}

const home = "/office/indicators"

// round returns the round that the request is about: the one of its year
// parameter, else the current one.
func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	text := c.Query("round")
	if text == "" {
		text = c.FormValue("round")
	}
	if text != "" {
		year, _ := strconv.Atoi(text) // 0 is no round
		return d.Roster.Round(c.UserContext(), year)
	}
	return d.Roster.Current(c.UserContext())
}

func version(c *fiber.Ctx) int {
	n, _ := strconv.Atoi(c.FormValue("version")) // 0 is never a version
	return n
}

// Base is what every page of the rule book shows.
type Base struct {
	view.Frame
	Round  *roster.Round
	Locked bool // the evaluation window has opened (C64, C73)
	Filed  bool // the filing window has: applicability stays
	Script string
}

func (d *Door) base(r *roster.Round) Base {
	now := d.Now()
	return Base{
		Round: r, Locked: r.Settings.Evaluation.Began(now), Filed: r.Settings.Filing.Began(now), Script: d.script,
	}
}

// at is the address of a page of the round.
func at(below string, r *roster.Round) string {
	return home + below + "?round=" + strconv.Itoa(r.Year)
}

// saved sends the browser on to the book after a version was made.
func (d *Door) saved(c *fiber.Ctx, r *roster.Round) error { return view.See(c, at("", r), "scheme") }

func posted(c *fiber.Ctx) map[string]string {
	out := map[string]string{}
	for name, value := range c.Request().PostArgs().All() {
		out[string(name)] = string(value)
	}
	return out
}
