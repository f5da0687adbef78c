package agency

import (
	"cmp"
	"maps"
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
	Name      string
	Next      survey.Leg
	Attention string // in words; empty for nothing
}

// Choice is one entry of a list to choose from.
type Choice struct{ Value, Label string }

// OrderForm is what was typed into the form for a new survey.
type OrderForm struct {
	Round, Unit, From, To                               string
	OrganiserZh, OrganiserEn, AgencyZh, AgencyEn, Phone string
	DraftDays, TraceDays                                string
	Paper                                               string // published version, empty for the built-in form
	Reason                                              string // where a unit has not applied
	Also                                                map[string]bool
}

// Unit is one unit that a survey may be set up for.
type Unit struct {
	Choice
	Applied bool
	Ticked  bool
}

// ListPage lists the surveys with their counts and takes a new one.
type ListPage struct {
	view.Frame
	Rows   []Row
	All    int // surveys, whatever is asked for
	Filter Filter
	Units  []Unit
	Years  []Choice
	Forms  []Choice // published questionnaires beside the built-in one
	New    OrderForm
	Live   bool
}

func (d *Door) listPage(c *fiber.Ctx) (*ListPage, error) {
	page := &ListPage{Live: c.Query("live") == "1", Filter: filterOf(c)}
	all, err := d.surveys.Surveys(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, w := range all {
		rows = append(rows, d.row(c, w))
	}
	page.Rows, page.All = page.Filter.apply(rows), len(rows)
	if page.Forms, err = d.forms(c); err != nil {
		return nil, err
	}
	rounds, err := d.rounds.Rounds(c.UserContext())
	if err != nil || len(rounds) == 0 {
		return page, err
	}
	for _, r := range rounds {
		year := strconv.Itoa(r.Year)
		page.Years = append(page.Years, Choice{year, year})
	}
	w := rounds[0].Settings.Evaluation
	page.New = OrderForm{Round: strconv.Itoa(rounds[0].Year), From: w.From.String(), To: w.To.String()}
	page.New.DraftDays, page.New.TraceDays = usualDays()
	page.Units, err = d.units(c, rounds[0].Year, all)
	return page, err
}

// units are those without a survey in the round; those that have applied come
// first.
func (d *Door) units(c *fiber.Ctx, year int, all []*survey.Fieldwork) ([]Unit, error) {
	applied, everyone, err := d.surveys.Applied(c.UserContext(), login.Actor(c), year)
	if err != nil {
		return nil, err
	}
	var out []Unit
	for _, u := range d.rounds.Units() {
		taken := func(w *survey.Fieldwork) bool { return w.Survey.Unit == u.Code && w.Survey.Round == year }
		if !slices.ContainsFunc(all, taken) {
			label := Choice{string(u.Code), u.Label(string(view.LangOf(c)))}
			out = append(out, Unit{Choice: label, Applied: everyone || slices.Contains(applied, u.Code)})
		}
	}
	slices.SortStableFunc(out, func(a, b Unit) int { return cmp.Compare(flag(!a.Applied), flag(!b.Applied)) })
	return out, nil
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

// Create sets up a new survey, or those of several units.
func (d *Door) Create(c *fiber.Ctx) error {
	form := OrderForm{
		Round: c.FormValue("round"), Unit: c.FormValue("unit"), From: c.FormValue("from"), To: c.FormValue("to"),
		OrganiserZh: c.FormValue("organiser_zh"), OrganiserEn: c.FormValue("organiser_en"),
		AgencyZh: c.FormValue("agency_zh"), AgencyEn: c.FormValue("agency_en"), Phone: c.FormValue("phone"),
		DraftDays: c.FormValue("draft_days"), TraceDays: c.FormValue("trace_days"),
		Paper: c.FormValue("paper"), Reason: c.FormValue("reason"), Also: also(c),
	}
	order, err := form.order()
	if err == nil {
		made, failed := d.surveys.CreateAll(c.UserContext(), login.Actor(c), order, form.units())
		switch {
		case failed != nil:
			err = failed
		case len(made) == 1:
			return view.See(c, at(made[0].ID), "survey.create")
		default:
			return view.See(c, "/agency", "survey.createall")
		}
	}
	page, listed := d.listPage(c)
	if listed != nil {
		return listed
	}
	page.New = form
	for i, u := range page.Units {
		page.Units[i].Ticked = form.Also[u.Value]
	}
	return d.pages.Again(c, err, "list", page)
}

// also are the units that are ticked beside the one that is chosen.
func also(c *fiber.Ctx) map[string]bool {
	out := map[string]bool{}
	for name, value := range c.Request().PostArgs().All() {
		if code, ok := strings.CutPrefix(string(name), "also_"); ok && string(value) == "yes" {
			out[code] = true
		}
	}
	return out
}

// units are the unit that is chosen and those that are ticked, each once.
func (f OrderForm) units() []roster.UnitCode {
	codes := append(slices.Sorted(maps.Keys(f.Also)), f.Unit)
	slices.Sort(codes)
	var out []roster.UnitCode
	for _, code := range slices.Compact(codes) {
		out = append(out, roster.UnitCode(code))
	}
	return out
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
		Edition: edition, Reason: f.Reason,
		Terms: survey.Terms{Drafts: days(f.DraftDays), Traces: days(f.TraceDays)},
		Round: year, Unit: roster.UnitCode(f.Unit), Window: roster.Between(from, to), Phone: strings.TrimSpace(f.Phone),
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
