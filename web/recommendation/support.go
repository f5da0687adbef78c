package recommendation

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/indicators/support"
	"minyi/web/login"
	"minyi/web/view"
)

// SupportRow is one record with its unit's name.
type SupportRow struct {
	support.Record
	UnitName string
}

// NameRow is one name to choose.
type NameRow struct {
	supervision.Record
	UnitName string
}

// SupportPage lists the records of support.
type SupportPage struct {
	view.Frame
	Rows  []SupportRow
	Names []NameRow
	Kinds []support.Kind
	Today string
	Form  support.Record
	Date  string
}

func (d *Door) supports(c *fiber.Ctx) (*SupportPage, error) {
	ctx, by := c.UserContext(), login.Actor(c)
	page := &SupportPage{Kinds: support.Kinds(), Today: roster.DateOf(view.NowOf(c)).String()}
	page.Form.Naming, page.Date = c.Query("naming"), page.Today
	all, err := d.Supports.List(ctx, by, "")
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		page.Rows = append(page.Rows, SupportRow{r, d.unit(c, r.Unit)})
	}
	names, err := d.Names.Records(ctx, by)
	for _, n := range names {
		page.Names = append(page.Names, NameRow{n, d.unit(c, n.Target.Unit)})
	}
	return page, err
}

// Support shows the office the records of support.
func (d *Door) Support(c *fiber.Ctx) error {
	page, err := d.supports(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "support", page)
}

// AddSupport keeps one: fields naming, kind, date, document, text and open.
func (d *Door) AddSupport(c *fiber.Ctx) error {
	r := support.Record{
		Naming: c.FormValue("naming"), Kind: support.Kind(c.FormValue("kind")), Document: c.FormValue("document"),
		Text: c.FormValue("text"), Open: c.FormValue("open") == "on",
	}
	date, err := day(c, "date")
	if err == nil {
		r.Date = date
		err = d.Supports.Add(c.UserContext(), login.Actor(c), r)
	}
	return d.supported(c, err, r, "support.added")
}

// EndSupport takes one back: fields id and reason.
func (d *Door) EndSupport(c *fiber.Ctx) error {
	err := d.Supports.TakeBack(c.UserContext(), login.Actor(c), c.FormValue("id"), c.FormValue("reason"))
	return d.supported(c, err, support.Record{}, "support.ended")
}

func (d *Door) supported(c *fiber.Ctx, err error, typed support.Record, done string) error {
	if err == nil {
		return view.See(c, Support, done)
	}
	page, failed := d.supports(c)
	if failed != nil {
		return failed
	}
	page.Form = typed
	if typed.Naming != "" {
		page.Date = c.FormValue("date")
	}
	return d.pages.Again(c, err, "support", page)
}
