// Package events is the public's door to the log of events: how far it has come, and
// whether what somebody holds a receipt of is in it, with the proof. It also gives an
// assessor the receipt of his own sheet, with its content. It shows nobody another's
// act, and decides nothing.
package events

import (
	"bytes"
	"embed"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/event"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Home is the address of the public page; Receipt that of an assessor's receipt.
const (
	Home    = "/events"
	Receipt = "/evaluate/:dossier/receipt.json"
)

// TextBytes is the largest request of the public page: a receipt with a long sheet.
const TextBytes = 2 << 20

// Config is what a Door needs.
type Config struct {
	Events *event.Service
	Sheets *evaluation.Service
	Texts  *view.Texts
}

// Door serves the pages.
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

// Page is the public page: how far the log has come, and what was found.
type Page struct {
	view.Frame
	event.Standing
	Origin string
	PerDay int
	Typed  string
	Found  *event.Found
}

// Stood is when the checkpoint was made.
func (p *Page) Stood() string {
	return p.At.In(roster.Shanghai()).Format("2006-01-02 15:04") + " UTC+8"
}

// When is when the act was done that was found.
func (p *Page) When() string {
	at := p.Found.Receipt.Event.Time()
	if at.IsZero() {
		return ""
	}
	return at.In(roster.Shanghai()).Format("2006-01-02 15:04:05") + " UTC+8"
}

func (d *Door) page(c *fiber.Ctx) (*Page, error) {
	p := &Page{PerDay: event.PerDay}
	var err error
	if p.Standing, err = d.Events.Log.Standing(c.UserContext()); err != nil {
		return nil, err
	}
	p.Origin, err = d.Events.Log.Origin(c.UserContext())
	return p, err
}

// Show shows the form.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.page(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "events", page)
}

// Find looks for what was sent: the file of the field file, else what was pasted into
// the field receipt. Nothing of it is kept.
func (d *Door) Find(c *fiber.Ctx) error {
	page, err := d.page(c)
	if err != nil {
		return err
	}
	text, typed, err := view.Sent(c, "receipt", TextBytes)
	if err == nil {
		var found event.Found
		if found, err = d.Events.Find(c.UserContext(), text); err == nil {
			page.Found = &found
		}
	}
	if err != nil {
		page.Typed = typed
		return d.pages.Again(c, err, "events", page)
	}
	return d.pages.Render(c, "events", page)
}

// Own sends an assessor the receipt of the sheet that he handed in last.
func (d *Door) Own(c *fiber.Ctx) error {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return err
	}
	text, object, err := d.Sheets.Handed(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return err
	}
	receipt, err := d.Events.Receipt(c.UserContext(), "sheet.submit", object, text)
	if err != nil {
		return err
	}
	file, err := receipt.JSON()
	if err != nil {
		return err
	}
	name := "receipt-" + string(k.ID()) + "-" + receipt.Leaf[:12] + ".json"
	return view.SendFile(c, name, fiber.MIMEApplicationJSONCharsetUTF8, int64(len(file)), bytes.NewReader(file))
}
