package deputies

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/web/view"
)

// ListPage lists the surveys and sets up a new one.
type ListPage struct {
	view.Frame
	Rows  []Row
	Years []int
	Units []Unit
	New   OrderForm
}

// Row is one survey of the list.
type Row struct {
	*survey.Fieldwork
	Name string
}

// Unit is a choice of the form.
type Unit struct {
	Code    roster.UnitCode
	Label   string
	Applied bool
}

// OrderForm is what was typed.
type OrderForm struct {
	Round, Unit, From, To                                       string
	OrganiserZh, OrganiserEn, AgencyZh, AgencyEn, Phone, Reason string
}

// List shows the surveys.
func (d *Door) List(c *fiber.Ctx) error {
	page, err := d.listPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "list", page)
}

func (d *Door) listPage(c *fiber.Ctx) (*ListPage, error) {
	all, err := d.Deputies.All(c.UserContext(), actor(c))
	if err != nil {
		return nil, err
	}
	page := &ListPage{}
	for _, w := range all {
		page.Rows = append(page.Rows, Row{w, in(c, w.Survey.UnitName)})
	}
	rounds, err := d.Rounds.Rounds(c.UserContext())
	if err != nil || len(rounds) == 0 {
		return page, err
	}
	for _, r := range rounds {
		page.Years = append(page.Years, r.Year)
	}
	newest := rounds[0]
	w := newest.Settings.Evaluation
	page.New = OrderForm{Round: strconv.Itoa(newest.Year), From: w.From.String(), To: w.To.String()}
	applied, everyone, err := d.Applicants.Applied(c.UserContext(), actor(c), newest.Year)
	if err != nil {
		return nil, err
	}
	for _, u := range d.Rounds.Units() {
		has := func(r Row) bool { return r.Survey.Unit == u.Code && r.Survey.Round == newest.Year }
		if !slices.ContainsFunc(page.Rows, has) {
			one := Unit{u.Code, u.Label(string(view.LangOf(c))), everyone || slices.Contains(applied, u.Code)}
			page.Units = append(page.Units, one)
		}
	}
	slices.SortStableFunc(page.Units, func(a, b Unit) int { return rank(b.Applied) - rank(a.Applied) })
	return page, nil
}

func rank(first bool) int {
	if first {
		return 1
	}
	return 0
}

// Create sets up a survey.
func (d *Door) Create(c *fiber.Ctx) error {
	f := OrderForm{
		Round: c.FormValue("round"), Unit: c.FormValue("unit"), From: c.FormValue("from"), To: c.FormValue("to"),
		OrganiserZh: c.FormValue("organiser_zh"), OrganiserEn: c.FormValue("organiser_en"),
		AgencyZh: c.FormValue("agency_zh"), AgencyEn: c.FormValue("agency_en"), Phone: c.FormValue("phone"), Reason: c.FormValue("reason"),
	}
	order, err := f.order()
	if err == nil {
		var sv *survey.Survey
		if sv, err = d.Deputies.Create(c.UserContext(), actor(c), order); err == nil {
			return view.See(c, at(sv.ID), "deputies.create")
		}
	}
	page, listed := d.listPage(c)
	if listed != nil {
		return listed
	}
	page.New = f
	return d.pages.Again(c, err, "list", page)
}

const maxName = 80 // characters of an organiser, an agency, a telephone

// order reads the form; what is missing or malformed is named by its field.
func (f OrderForm) order() (survey.Order, error) {
	var list fault.List
	text := func(field, value string) string {
		value = strings.TrimSpace(value)
		if n := len([]rune(value)); n == 0 || n > maxName {
			list.Add(fault.New(fault.Invalid, "survey.name").At(field))
		}
		return value
	}
	day := func(field, value string) roster.Date {
		out, err := roster.ParseDate(value)
		if err != nil {
			list.Add(fault.New(fault.Invalid, "survey.date").At(field))
		}
		return out
	}
	year, err := strconv.Atoi(f.Round)
	if err != nil {
		list.Add(fault.New(fault.Invalid, "survey.round").At("round"))
	}
	return survey.Order{
		Round: year, Unit: roster.UnitCode(f.Unit), Window: roster.Between(day("from", f.From), day("to", f.To)),
		Organiser: survey.Text{Zh: text("organiser_zh", f.OrganiserZh), En: text("organiser_en", f.OrganiserEn)},
		Agency:    survey.Text{Zh: text("agency_zh", f.AgencyZh), En: text("agency_en", f.AgencyEn)},
		Phone:     text("phone", f.Phone), Reason: f.Reason,
	}, list.Err()
}
