package notice

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// ObjectionPage is the form of an objection, and its receipt once it is filed.
type ObjectionPage struct {
	view.Frame
	Round   int
	Window  roster.Window
	Contact string // where else objections go
	List    []Listed
	Form    ObjectionForm
	Receipt string
}

// ObjectionForm is what was typed.
type ObjectionForm struct{ Target, Name, Contact, Text string }

func (d *Door) objection(c *fiber.Ctx) (*ObjectionPage, error) {
	r, err := d.Roster.Current(c.UserContext())
	if err != nil {
		return nil, err
	}
	n, err := d.Naming.Notice(c.UserContext(), r.Year)
	if err != nil {
		return nil, err
	}
	return &ObjectionPage{Round: r.Year, Window: n.Window, Contact: n.Contact, List: d.listed(c, n)}, nil
}

// Objection shows the form while the notice stands.
func (d *Door) Objection(c *fiber.Ctx) error {
	page, err := d.objection(c)
	if err != nil {
		return err
	}
	if err := page.Window.Refuse(d.Now(), "objection.closed"); err != nil {
		return err
	}
	page.Form.Target = c.Query("about")
	return d.pages.Render(c, "objection", page)
}

// Object takes an objection and shows its receipt, once.
func (d *Door) Object(c *fiber.Ctx) error {
	page, err := d.objection(c)
	if err != nil {
		return err
	}
	page.Form = ObjectionForm{c.FormValue("target"), c.FormValue("name"), c.FormValue("contact"), c.FormValue("text")}
	unit, track, _ := strings.Cut(page.Form.Target, "/")
	page.Receipt, err = d.Naming.Object(c.UserContext(), page.Round, naming.Complaint{
		Target: naming.Target{Unit: roster.UnitCode(unit), Track: roster.Track(track)},
		Name:   page.Form.Name, Contact: page.Form.Contact, Text: page.Form.Text,
	})
	if err != nil {
		page.Receipt = ""
		return d.pages.Again(c, err, "objection", page)
	}
	return d.pages.Render(c, "objection", page)
}

// StatePage asks for a receipt code and shows the objection's state.
type StatePage struct {
	view.Frame
	Code      string
	Objection *naming.Objection
	Unit      string
}

// State shows the form that asks for a receipt code.
func (d *Door) State(c *fiber.Ctx) error { return d.pages.Render(c, "state", &StatePage{}) }

// ShowState shows the state of the objection of a receipt code. The code comes
// in the body, as addresses are logged.
func (d *Door) ShowState(c *fiber.Ctx) error {
	page := &StatePage{Code: c.FormValue("code")}
	o, err := d.Naming.State(c.UserContext(), page.Code)
	if err != nil {
		return d.pages.Again(c, err, "state", page)
	}
	page.Objection, page.Unit = o, d.unitName(c, o.Target.Unit)
	return d.pages.Render(c, "state", page)
}
