package agency

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/library"
	"minyi/web/login"
	"minyi/web/view"
)

// Row is one survey in the list.
type Row struct {
	*survey.Fieldwork
	Name string
}

// Choice is one entry of a list to choose from.
type Choice struct{ Value, Label string }

// OrderForm is what was typed into the form for a new survey.
type OrderForm struct {
	Round, Unit, From, To                               string
	OrganiserZh, OrganiserEn, AgencyZh, AgencyEn, Phone string
	DraftDays, TraceDays                                string
	Paper                                               string // published version, empty for the built-in form
}

// ListPage lists the surveys with their counts and takes a new one.
type ListPage struct {
	view.Frame
	Rows  []Row
	Units []Choice
	Years []Choice
	Forms []Choice // published questionnaires beside the built-in one
	New   OrderForm
	Live  bool
}

func (d *Door) listPage(c *fiber.Ctx) (*ListPage, error) {
	page := &ListPage{Live: c.Query("live") == "1"}
	all, err := d.surveys.Surveys(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	taken := map[roster.UnitCode]int{}
	for _, w := range all {
		page.Rows = append(page.Rows, Row{Fieldwork: w, Name: in(c, w.Survey.UnitName)})
		taken[w.Survey.Unit] = w.Survey.Round
	}
	if page.Forms, err = d.forms(c); err != nil {
		return nil, err
	}
	rounds, err := d.rounds.Rounds(c.UserContext())
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		year := strconv.Itoa(r.Year)
		page.Years = append(page.Years, Choice{year, year})
	}
	for _, u := range d.rounds.Units() {
		if len(rounds) == 0 || taken[u.Code] != rounds[0].Year {
			page.Units = append(page.Units, Choice{string(u.Code), u.Label(string(view.LangOf(c)))})
		}
	}
	if len(rounds) > 0 {
		w := rounds[0].Settings.Evaluation
		page.New = OrderForm{Round: strconv.Itoa(rounds[0].Year), From: w.From.String(), To: w.To.String()}
		page.New.DraftDays, page.New.TraceDays = usualDays()
	}
	return page, nil
}

// forms lists the published versions of the agency's questionnaires, the newest of
// each first.
func (d *Door) forms(c *fiber.Ctx) ([]Choice, error) {
	if d.papers == nil {
		return nil, nil
	}
	all, err := d.papers.Papers(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, p := range all {
		for _, e := range slices.Backward(p.Editions) {
			label := d.texts.Say(view.LangOf(c), "agency.paper.version", map[string]string{
				"name": p.Name, "n": strconv.Itoa(e.Number), "hash": e.Hash[:12],
			})
			out = append(out, Choice{library.Ref{ID: p.ID, Number: e.Number}.String(), label})
		}
	}
	return out, nil
}

// refresh is how often a page that is watched live loads itself anew, in seconds.
const refresh = "10"

// List shows all surveys.
func (d *Door) List(c *fiber.Ctx) error {
	page, err := d.listPage(c)
	if err != nil {
		return err
	}
	if page.Live {
		c.Set("Refresh", refresh)
	}
	return d.pages.Render(c, "list", page)
}

// Create sets up a new survey.
func (d *Door) Create(c *fiber.Ctx) error {
	form := OrderForm{
		Round: c.FormValue("round"), Unit: c.FormValue("unit"), From: c.FormValue("from"), To: c.FormValue("to"),
		OrganiserZh: c.FormValue("organiser_zh"), OrganiserEn: c.FormValue("organiser_en"),
		AgencyZh: c.FormValue("agency_zh"), AgencyEn: c.FormValue("agency_en"), Phone: c.FormValue("phone"),
		DraftDays: c.FormValue("draft_days"), TraceDays: c.FormValue("trace_days"),
		Paper: c.FormValue("paper"),
	}
	order, err := form.order()
	if err == nil {
		sv, made := d.surveys.Create(c.UserContext(), login.Actor(c), order)
		if made == nil {
			return view.See(c, at(sv.ID), "survey.create")
		}
		err = made
	}
	page, listed := d.listPage(c)
	if listed != nil {
		return listed
	}
	page.New = form
	return d.pages.Again(c, err, "list", page)
}

// order reads the form; what is missing or malformed is named by its field.
func (f OrderForm) order() (survey.Order, error) {
	var list fault.List
	for _, one := range []struct{ field, value string }{
		{"organiser_zh", f.OrganiserZh},
		{"organiser_en", f.OrganiserEn},
		{"agency_zh", f.AgencyZh},
		{"agency_en", f.AgencyEn},
		{"phone", f.Phone},
	} {
		if n := len([]rune(strings.TrimSpace(one.value))); n == 0 || n > maxName {
			list.Add(fault.New(fault.Invalid, "survey.name").At(one.field))
		}
	}
	year, err := strconv.Atoi(f.Round)
	if err != nil {
		list.Add(fault.New(fault.Invalid, "survey.round").At("round"))
	}
	from, errFrom := roster.ParseDate(f.From)
	to, errTo := roster.ParseDate(f.To)
	if errFrom != nil {
		list.Add(fault.New(fault.Invalid, "survey.date").At("from"))
	}
	if errTo != nil {
		list.Add(fault.New(fault.Invalid, "survey.date").At("to"))
	}
	edition, ok := library.ParseRef(f.Paper)
	if !ok {
		list.Add(fault.New(fault.NotFound, "paper.unknown").At("paper"))
	}
	return survey.Order{
		Edition: edition,
		Terms:   survey.Terms{Drafts: days(f.DraftDays), Traces: days(f.TraceDays)},
		Round:   year, Unit: roster.UnitCode(f.Unit), Window: roster.Between(from, to), Phone: strings.TrimSpace(f.Phone),
		Organiser: survey.Text{Zh: strings.TrimSpace(f.OrganiserZh), En: strings.TrimSpace(f.OrganiserEn)},
		Agency:    survey.Text{Zh: strings.TrimSpace(f.AgencyZh), En: strings.TrimSpace(f.AgencyEn)},
	}, list.Err()
}

// usualDays are the terms that a new survey has, as they stand in the form.
func usualDays() (drafts, traces string) {
	sv := survey.Survey{}
	return strconv.Itoa(sv.DraftDays()), strconv.Itoa(sv.TraceDays())
}

// days reads a number of days: none typed is the usual term, and what is no
// number is refused by the survey with the words for it.
func days(text string) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n == 0 {
		return -1
	}
	return n
}

// maxName is the longest name of an organiser or agency, in characters.
const maxName = 80
