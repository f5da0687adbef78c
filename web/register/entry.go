package register

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// EntryPage is one name: its stable address, to which the code of its certificate
// leads.
type EntryPage struct {
	view.Frame
	register.Entry
	On, Today roster.Date
	Unit      string
	Gloss     string
	Latest    register.Entry // as it stands today; its papers are those that are offered
	Result    bool           // the unit's survey result of the round is published
	Listed    [4][]Item      // yearly reports, practices, national names, open records of support
	Kept      [4]bool        // this service keeps such things
}

// First is the standing that a name begins with.
func (EntryPage) First() naming.Standing { return naming.Valid }

// Reports are the yearly reports that are public.
func (p EntryPage) Reports() []Item { return p.Listed[0] }

// Practices are the practices of the library.
func (p EntryPage) Practices() []Item { return p.Listed[1] }

// Nationals are the national names that rest on this one (C38).
func (p EntryPage) Nationals() []Item { return p.Listed[2] }

// Supports are the records of support that the office shows to everybody (C55).
func (p EntryPage) Supports() []Item { return p.Listed[3] }

// Changed reports whether the standing is another one today.
func (p EntryPage) Changed() bool {
	return p.Latest.Standing != p.Standing || p.Latest.Since != p.Since
}

// Void reports whether the name is revoked today.
func (p EntryPage) Void() bool { return p.Latest.Standing == naming.Revoked }

// Entry shows a name as of the day that the address gives (on), else of today.
func (d *Door) Entry(c *fiber.Ctx) error {
	ctx, id := c.UserContext(), c.Params("naming")
	page := &EntryPage{Today: d.today()}
	day, err := d.day(c)
	if err != nil {
		return err
	}
	page.On = day
	if page.Entry, err = d.Register.One(ctx, id, day); err != nil {
		return err
	}
	if page.Latest, err = d.Register.One(ctx, id, page.Today); err != nil {
		return err
	}
	page.Unit, page.Gloss = page.Label(string(view.LangOf(c))), d.gloss(c, page.Entry)
	_, err = d.Surveys.PublicOf(ctx, page.Round, page.Target.Unit)
	if page.Result = err == nil; err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	for i, list := range []Items{d.Reports, d.Practices, d.Nationals, d.Supports} {
		if list == nil {
			continue
		}
		page.Kept[i] = true
		if page.Listed[i], err = list(ctx, page.Entry); err != nil {
			return err
		}
	}
	return d.page(c, "entry", page)
}

// Decision sends the decision document by which a name was given; it stays as it was
// issued, whatever becomes of the name.
func (d *Door) Decision(c *fiber.Ctx) error { return d.paper(c, register.Decision) }

// Certificate sends the certificate of a name; where the name is revoked its address
// says so.
func (d *Door) Certificate(c *fiber.Ctx) error { return d.paper(c, register.Certificate) }

func (d *Door) paper(c *fiber.Ctx, kind register.PaperKind) error {
	e, err := d.Register.One(c.UserContext(), c.Params("naming"), d.today())
	if err != nil {
		return err
	}
	p, err := d.Register.Read(c.UserContext(), e, kind)
	if err != nil {
		return err
	}
	name := string(kind) + "-" + p.Number + ".pdf"
	return sent(c, "inline", name, "application/pdf", p.PDF)
}
