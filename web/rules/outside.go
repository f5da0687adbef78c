package rules

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// OutsideForm is a figure from outside that thresholds of the round wait for.
type OutsideForm struct {
	roster.Outside
	Typed  string // value as it is shown or was typed
	Locked bool
}

func (d *Door) outsides(c *fiber.Ctx, p *BookPage) error {
	figures, err := d.Roster.Outsides(c.UserContext(), p.Round.Year)
	if err != nil {
		return err
	}
	names := []string{}
	scheme, _ := p.form.Scheme(p.Round.Edition) // what cannot be read is shown as typed
	for _, s := range indicators.Systems() {
		catalogue, err := indicators.Load(p.Round.Edition, s)
		if err != nil {
			return err
		}
		for _, name := range scheme.Under(catalogue, nil).OutsideFigures() {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		f := OutsideForm{Outside: roster.Outside{Name: name}}
		if figure, ok := figures[name]; ok {
			f.Outside, f.Typed = figure, figure.Value.String()
			f.Locked = p.Locked
		}
		p.Outsides = append(p.Outsides, f)
	}
	return nil
}

// Outside enters or changes an outside figure of the round.
func (d *Door) Outside(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	o := roster.Outside{Name: c.FormValue("name"), Source: c.FormValue("source"), Change: roster.Change{Version: version(c)}}
	value, err := indicators.ParseMark(c.FormValue("value"))
	if err != nil {
		err = fault.New(fault.Invalid, "entry.figure", "value", c.FormValue("value")).At("value")
	} else {
		o.Value = value
		err = d.Roster.KeepOutside(c.UserContext(), login.Actor(c), r.Year, o, c.FormValue("reason"))
	}
	if err == nil {
		return view.See(c, at("", r)+"#outside", "outside")
	}
	return d.outsideAgain(c, r, o, err)
}

func (d *Door) outsideAgain(c *fiber.Ctx, r *roster.Round, o roster.Outside, err error) error {
	versions, failed := d.Roster.Schemes(c.UserContext(), r.Year)
	if failed != nil {
		return failed
	}
	form, failed := d.basis(c, r, len(versions))
	if failed != nil {
		return failed
	}
	page, failed := d.book(c, r, form)
	if failed != nil {
		return failed
	}
	for i, f := range page.Outsides {
		if f.Name == o.Name {
			page.Outsides[i].Typed, page.Outsides[i].Source, page.Outsides[i].Reason = c.FormValue("value"), o.Source, c.FormValue("reason")
		}
	}
	return d.pages.Again(c, err, "book", page)
}
