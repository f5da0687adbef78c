package main

import (
	"embed"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/cmd/internal/rehearsal"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/view"
)

//go:embed pages/*.html
var demoPages embed.FS

// DemoPage is the rehearsal's control page.
type DemoPage struct {
	view.Frame
	Stops    []DemoStop
	Left     bool // there is a stop to go on to
	Accounts []DemoAccount
}

// DemoAccount is one way in, with the name of an applicant's unit.
type DemoAccount struct {
	rehearsal.Account
	Body string
}

// DemoStop is one point in time to which the rehearsal can go.
type DemoStop struct {
	rehearsal.Stop
	Past bool
	Next bool
}

// here lets only this machine pass: the page shows passwords and moves time. A
// foreign site whose name was pointed at this machine is told by its name.
func here(c *fiber.Ctx) error {
	if !c.Context().RemoteIP().IsLoopback() || c.Get(fiber.HeaderXForwardedFor) != "" || !loopbackHost(string(c.Context().Host())) {
		return fiber.ErrNotFound
	}
	return nil
}

func loopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

func (d *demo) page(c *fiber.Ctx) *DemoPage {
	page := &DemoPage{}
	now := d.clock.Now()
	for _, s := range rehearsal.Stops() {
		past := !s.At.After(now)
		page.Stops = append(page.Stops, DemoStop{Stop: s, Past: past, Next: !past && !page.Left})
		page.Left = page.Left || !past
	}
	for _, a := range d.saved.Accounts {
		line := DemoAccount{Account: a}
		if unit, err := d.house.roster.Unit(roster.UnitCode(a.Unit)); err == nil {
			line.Body = unit.Label(string(view.LangOf(c)))
		}
		page.Accounts = append(page.Accounts, line)
	}
	return page
}

// show is GET /demo.
func (d *demo) show(c *fiber.Ctx) error {
	if err := here(c); err != nil {
		return err
	}
	return d.pages.Render(c, "demo", d.page(c))
}

// move is POST /demo: it plays up to the chosen stop and comes back when that
// is done.
func (d *demo) move(c *fiber.Ctx) error {
	if err := here(c); err != nil {
		return err
	}
	to, err := d.stop(c.FormValue("to"))
	if err != nil {
		return d.pages.Again(c, err, "demo", d.page(c))
	}
	if err := d.play.Play(d.lifetime, to); err != nil {
		d.house.log.ErrorContext(d.lifetime, "the play stands still", slog.Any("error", err))
		return d.pages.Again(c, fault.New(fault.Conflict, "demo.stuck").At("to"), "demo", d.page(c))
	}
	return view.See(c, "/demo", "demo")
}

func (d *demo) stop(key string) (time.Time, error) {
	for _, s := range rehearsal.Stops() {
		if s.Key != key {
			continue
		}
		if s.At.Before(d.clock.Now()) {
			return time.Time{}, fault.New(fault.Conflict, "demo.past").At("to")
		}
		return s.At, nil
	}
	return time.Time{}, fault.New(fault.Invalid, "demo.stop").At("to")
}
