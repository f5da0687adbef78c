// Package privacy is the door of rights over personal data: the inventory of what the
// service keeps, with purposes and terms, for office and auditor; and for everybody
// who can sign in a page of what is kept of oneself, as a file to take away, with a
// button that deletes what may be deleted at once, and with the words that say what
// must stay. It decides nothing; indicators/privacy does.
package privacy

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/inbox"
	"minyi/indicators/privacy"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Inventory = "/office/privacy"
	Own       = "/me"
)

// Reacher tells where an account can be reached, to its owner.
type Reacher interface {
	Reach(ctx context.Context, by access.Actor) (inbox.Reach, error)
}

// Config is what the door needs.
type Config struct {
	Texts  *view.Texts
	Rights *privacy.Service
	Inbox  Reacher
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

// Table is one table of the inventory.
type Table struct {
	Half, Name, Purpose string
	Term                privacy.Term
	Class               privacy.Class // the highest of its columns
	Columns             []privacy.Column
	Told                int // columns that tell of people
}

// InventoryPage is the inventory.
type InventoryPage struct {
	view.Frame
	Tables              []Table
	Personal, Sensitive int // columns
	All                 int
	Every               bool // tables that tell of nobody too
}

// tables puts the columns together by table.
func tables() []Table {
	var out []Table
	for _, c := range privacy.Columns() {
		if n := len(out); n == 0 || out[n-1].Half != c.Half || out[n-1].Name != c.Table {
			out = append(out, Table{Half: c.Half, Name: c.Table, Purpose: c.Purpose, Term: c.Term, Class: privacy.None})
		}
		t := &out[len(out)-1]
		t.Columns = append(t.Columns, c)
		if c.Class != privacy.None {
			t.Told++
		}
		if c.Class == privacy.Sensitive || c.Class == privacy.Personal && t.Class == privacy.None {
			t.Class = c.Class
		}
	}
	return out
}

// Show shows the inventory; all=yes adds the tables that tell of nobody.
func (d *Door) Show(c *fiber.Ctx) error {
	page := &InventoryPage{Every: c.Query("all") == "yes"}
	for _, t := range tables() {
		page.All += len(t.Columns)
		for _, one := range t.Columns {
			switch one.Class {
			case privacy.Personal:
				page.Personal++
			case privacy.Sensitive:
				page.Sensitive++
			case privacy.None:
			}
		}
		if page.Every || t.Told > 0 {
			page.Tables = append(page.Tables, t)
		}
	}
	return d.pages.Render(c, "inventory", page)
}

// OwnPage is what is kept of the visitor.
type OwnPage struct {
	view.Frame
	Record *privacy.Record
	Reach  inbox.Reach
	Stays  []string
	Open   int // messages that ask for something
}

// Own shows what is kept of the visitor.
func (d *Door) Own(c *fiber.Ctx) error {
	r, err := d.Rights.Own(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	page := &OwnPage{Record: r, Stays: privacy.Stays()}
	for _, m := range r.Messages {
		if m.Open {
			page.Open++
		}
	}
	if page.Reach, err = d.Inbox.Reach(c.UserContext(), login.Actor(c)); err != nil {
		return err
	}
	return d.pages.Render(c, "own", page)
}

// Copy hands out what is kept of the visitor as a JSON file.
func (d *Door) Copy(c *fiber.Ctx) error {
	by := login.Actor(c)
	r, err := d.Rights.Copy(c.UserContext(), by)
	if err != nil {
		return err
	}
	reach, err := d.Inbox.Reach(c.UserContext(), by)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(struct {
		*privacy.Record
		Email    string `json:"email"`
		Phone    string `json:"phone"`
		Language string `json:"language"`
	}{r, reach.Email, reach.Phone, reach.Lang}, "", "  ")
	if err != nil {
		return fmt.Errorf("own record: %w", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="minyi-me.json"`)
	return c.Send(raw)
}

// Drop deletes what the visitor may have deleted at once.
func (d *Door) Drop(c *fiber.Ctx) error {
	if _, err := d.Rights.Drop(c.UserContext(), login.Actor(c)); err != nil {
		return err
	}
	return view.See(c, Own, "privacy.dropped")
}
