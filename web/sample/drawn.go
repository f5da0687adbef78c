package sample

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/login"
)

// CheckPage says whether the draw can be redone.
type CheckPage struct {
	Base
	Check survey.DrawCheck
}

// Check draws again and compares.
func (d *Door) Check(c *fiber.Ctx) error {
	work, err := d.Surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	check, err := d.Surveys.CheckDraw(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "check", &CheckPage{Base: base(c, work), Check: check})
}

// Drawn sends the drawn units with their chances as a CSV file; it names nobody.
func (d *Door) Drawn(c *fiber.Ctx) error {
	work, err := d.Surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	sv := work.Survey
	if sv.Sample == nil {
		return fault.New(fault.Conflict, "draw.none")
	}
	head := []string{
		"domain", "stratum", "psu", "name", "size", "stratum_size", "drawings", "hits", "links",
		"chance_psu", "chance_person", "chance_person_exact", "weight",
	}
	return sendCSV(c, "sample.csv", head, func(write func(...string) error) error {
		for _, h := range sv.Sample.Strata {
			for _, p := range h.PSUs {
				person := h.Person(p)
				err := write(h.Domain, h.Name, p.Code, p.Name, strconv.FormatInt(p.Size, 10), strconv.FormatInt(h.Population, 10),
					strconv.Itoa(h.Drawings), strconv.Itoa(p.Hits), strconv.Itoa(p.Links),
					h.First(p).Decimal(), person.Decimal(), person.String(), person.Inverse().Decimal())
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Frame sends the frame that the sample was drawn from, as it is hashed, so that
// anybody who gets it can draw again; it names nobody.
func (d *Door) Frame(c *fiber.Ctx) error {
	f, err := d.Surveys.Frame(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	if len(f.Strata) == 0 {
		return fault.New(fault.Conflict, "survey.noframe")
	}
	return sendCSV(c, "frame.csv", []string{"domain", "stratum", "psu", "name", "size"}, func(write func(...string) error) error {
		for _, h := range f.Strata {
			for _, p := range h.PSUs {
				if err := write(h.Domain, h.Name, p.Code, p.Name, strconv.FormatInt(p.Size, 10)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Say is the word for a part of the check.
func (p *CheckPage) Say(ok bool) string {
	if ok {
		return "sample.check.yes"
	}
	return "sample.check.no"
}
