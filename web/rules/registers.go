package rules

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// UnitsPage is the register of units, and the form of a new one.
type UnitsPage struct {
	view.Frame
	Groups []UnitGroup
	New    roster.Entry
	Reason string
	Kinds  []roster.UnitKind
	Cities []roster.Entry
}

// UnitGroup are the units of one group.
type UnitGroup struct {
	Group   roster.Group
	Entries []roster.Entry
}

const unitsHome = "/office/units"

// Units shows the register.
func (d *Door) Units(c *fiber.Ctx) error { return d.pages.Render(c, "units", d.units()) }

func (d *Door) units() *UnitsPage {
	p := &UnitsPage{Kinds: roster.UnitKinds(), New: roster.Entry{Unit: roster.Unit{Kind: roster.Bureau}}}
	for _, g := range roster.Groups() {
		group := UnitGroup{Group: g}
		for _, e := range d.Roster.Entries() {
			if e.Group() == g {
				group.Entries = append(group.Entries, e)
			}
			if g == roster.Cities && e.Kind == roster.City {
				p.Cities = append(p.Cities, e)
			}
		}
		p.Groups = append(p.Groups, group)
	}
	return p
}

func typedUnit(c *fiber.Ctx, code string) roster.Entry {
	return roster.Entry{
		Unit: roster.Unit{
			Code: roster.UnitCode(code), Name: c.FormValue("name"), NameEN: c.FormValue("name_en"), Kind: roster.UnitKind(c.FormValue("kind")),
			Parent: roster.UnitCode(c.FormValue("parent")), RuleMaking: c.FormValue("rule_making") == "on",
		},
		Contact: c.FormValue("contact"), Phone: c.FormValue("phone"), Exception: c.FormValue("exception"),
		Retired: c.FormValue("retired") == "on", Change: roster.Change{Version: version(c)},
	}
}

// AddUnit adds a unit to the register.
func (d *Door) AddUnit(c *fiber.Ctx) error {
	e := typedUnit(c, c.FormValue("code"))
	err := d.Roster.AddUnit(c.UserContext(), login.Actor(c), e, c.FormValue("reason"))
	if err == nil {
		return view.See(c, unitsHome, "unit")
	}
	page := d.units()
	page.New, page.Reason = e, c.FormValue("reason")
	return d.pages.Again(c, err, "units", page)
}

// UnitPage is one unit as a form.
type UnitPage struct {
	view.Frame
	Entry  roster.Entry
	Saved  roster.Entry // what is saved
	Reason string
	Kinds  []roster.UnitKind
	Cities []roster.Entry
}

func (d *Door) unit(c *fiber.Ctx) (*UnitPage, error) {
	e, err := d.Roster.Entry(roster.UnitCode(c.Params("code")))
	if err != nil {
		return nil, err
	}
	return &UnitPage{Entry: e, Saved: e, Kinds: roster.UnitKinds(), Cities: d.units().Cities}, nil
}

// Unit shows one unit.
func (d *Door) Unit(c *fiber.Ctx) error {
	p, err := d.unit(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "unit", p)
}

// ChangeUnit saves one unit.
func (d *Door) ChangeUnit(c *fiber.Ctx) error {
	p, err := d.unit(c)
	if err != nil {
		return err
	}
	typed := typedUnit(c, string(p.Entry.Code))
	err = d.Roster.ChangeUnit(c.UserContext(), login.Actor(c), typed, c.FormValue("reason"))
	if err == nil {
		return view.See(c, unitsHome, "unit")
	}
	if fault.KindOf(err) == fault.Conflict {
		typed.Change.Version = p.Saved.Change.Version
	}
	p.Entry, p.Reason = typed, c.FormValue("reason")
	return d.pages.Again(c, err, "unit", p)
}

// DocumentsPage is the register of documents, and the form of a new one.
type DocumentsPage struct {
	view.Frame
	All    []roster.Document
	Rounds []roster.Round
	Kinds  []roster.DocumentKind
	Form   DocumentForm
}

// DocumentForm is a document as it was typed.
type DocumentForm struct {
	Key, Number, Date, Kind, Title, Note, Reason string
	Version                                      int
	Saved                                        *roster.Document // what is saved, for one that is changed
}

const documentsHome = "/office/documents"

// Documents shows the register, with ?key= the form of one to be changed.
func (d *Door) Documents(c *fiber.Ctx) error {
	p, err := d.documents(c)
	if err != nil {
		return err
	}
	if key := c.Query("key"); key != "" {
		doc, err := d.Roster.Document(c.UserContext(), key)
		if err != nil {
			return err
		}
		p.Form = DocumentForm{
			Key: key, Number: doc.Number, Date: doc.Date.String(), Kind: string(doc.Kind), Title: doc.Title, Note: doc.Note,
			Version: doc.Version, Saved: &doc,
		}
	}
	return d.pages.Render(c, "documents", p)
}

func (d *Door) documents(c *fiber.Ctx) (*DocumentsPage, error) {
	all, err := d.Roster.Documents(c.UserContext())
	if err != nil {
		return nil, err
	}
	rounds, err := d.Roster.Rounds(c.UserContext())
	return &DocumentsPage{All: all, Rounds: rounds, Kinds: roster.DocumentKinds(), Form: DocumentForm{Kind: string(roster.PlanDocument)}}, err
}

// KeepDocument adds a document or saves one.
func (d *Door) KeepDocument(c *fiber.Ctx) error {
	f := DocumentForm{
		Key: c.FormValue("key"), Number: c.FormValue("number"), Date: c.FormValue("date"), Kind: c.FormValue("kind"),
		Title: c.FormValue("title"), Note: c.FormValue("note"), Reason: c.FormValue("reason"), Version: version(c),
	}
	doc := roster.Document{
		Key: f.Key, Number: f.Number, Kind: roster.DocumentKind(f.Kind), Title: f.Title, Note: f.Note, Change: roster.Change{Version: f.Version},
	}
	err := doc.Date.UnmarshalText([]byte(f.Date))
	if err == nil {
		err = d.Roster.KeepDocument(c.UserContext(), login.Actor(c), doc, f.Reason)
	}
	if err == nil {
		return view.See(c, documentsHome, "document")
	}
	p, failed := d.documents(c)
	if failed != nil {
		return failed
	}
	if saved, missing := d.Roster.Document(c.UserContext(), f.Key); missing == nil {
		f.Saved = &saved
		if fault.KindOf(err) == fault.Conflict {
			f.Version = saved.Version
		}
	}
	p.Form = f
	return d.pages.Again(c, err, "documents", p)
}
