package office

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// RoundsPage lists the rounds and takes a new one.
type RoundsPage struct {
	view.Frame
	Rounds   []roster.Round
	Editions []indicators.Edition
	New      NewForm
}

// NewForm is the form of a new round, as it was typed.
type NewForm struct {
	Year, Edition, Number, Date, Basis, Override, FilingFrom, FilingTo string
}

// Rounds shows all rounds.
func (d *Door) Rounds(c *fiber.Ctx) error {
	page, err := d.rounds(c)
	if err != nil {
		return err
	}
	page.New = NewForm{Year: strconv.Itoa(roster.DateOf(d.Now()).Year), Edition: string(indicators.Edition2019)}
	return d.pages.Render(c, "rounds", page)
}

func (d *Door) rounds(c *fiber.Ctx) (*RoundsPage, error) {
	all, err := d.Roster.Rounds(c.UserContext())
	if err != nil {
		return nil, err
	}
	editions, err := indicators.Editions()
	return &RoundsPage{Rounds: all, Editions: editions}, err
}

// OpenRound opens a round with the plan's document and the default settings.
func (d *Door) OpenRound(c *fiber.Ctx) error {
	f := NewForm{
		Year: c.FormValue("year"), Edition: c.FormValue("edition"), Number: c.FormValue("plan_number"),
		Date: c.FormValue("plan_date"), Basis: c.FormValue("plan_basis"), Override: c.FormValue("override"),
		FilingFrom: c.FormValue("filing_from"), FilingTo: c.FormValue("filing_to"),
	}
	year, _ := strconv.Atoi(f.Year)     // 0 is refused below
	date, _ := roster.ParseDate(f.Date) // no date is refused below
	settings, err := f.settings(year)
	if err == nil {
		_, err = d.Roster.OpenRound(c.UserContext(), actor(c), roster.NewRound{
			Year: year, Edition: indicators.Edition(f.Edition), Settings: settings, Override: f.Override,
			Plan: roster.Plan{Number: f.Number, Date: date, Basis: f.Basis},
		})
	}
	if err == nil {
		return view.See(c, "/office/rounds/"+strconv.Itoa(year), "round")
	}
	page, pageErr := d.rounds(c)
	if pageErr != nil {
		return pageErr
	}
	page.New = f
	return d.pages.Again(c, err, "rounds", page)
}

// settings are those of a new round: the usual ones, with the plan's filing window
// where the form names one (C77). It is not moved afterwards (C90).
func (f NewForm) settings(year int) (roster.Settings, error) {
	out := roster.Defaults(year)
	for text, day := range map[string]*roster.Date{f.FilingFrom: &out.Filing.From, f.FilingTo: &out.Filing.To} {
		if text == "" {
			continue
		}
		read, err := roster.ParseDate(text)
		if err != nil {
			return out, fault.New(fault.Invalid, "date.form").At("filing")
		}
		*day = read
	}
	return out, nil
}

// RoundPage shows one round, its dates and the form of its settings.
type RoundPage struct {
	view.Frame
	Round   *roster.Round
	Windows []WindowField
	Rows    []SettingRow
	Reason  string
}

// Body is the organiser's name under the round's settings.
func (p *RoundPage) Body() string { return p.Round.Settings.Body() }

// WindowField is one step's dates.
type WindowField struct{ Name, Key, From, To string }

func (d *Door) year(c *fiber.Ctx) (*roster.Round, error) {
	year, err := strconv.Atoi(c.Params("year"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "round.unknown")
	}
	return d.Roster.Round(c.UserContext(), year)
}

func roundPage(r *roster.Round, s roster.Settings) *RoundPage {
	page := &RoundPage{Round: r, Rows: settingRows(s, r.Year)}
	for _, w := range []struct {
		name, key string
		window    roster.Window
	}{
		{"filing", "stage.filing", s.Filing},
		{"evaluation", "stage.evaluating", s.Evaluation},
		{"notice", "stage.publishing", s.Notice},
		{"naming", "stage.naming", s.Naming},
	} {
		page.Windows = append(page.Windows, WindowField{w.name, w.key, w.window.From.String(), w.window.To.String()})
	}
	return page
}

// Round shows one round.
func (d *Door) Round(c *fiber.Ctx) error {
	r, err := d.year(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "round", roundPage(r, r.Settings))
}

func version(c *fiber.Ctx) int {
	n, _ := strconv.Atoi(c.FormValue("version")) // 0 is never a version
	return n
}

// Adjust changes the round's settings.
func (d *Door) Adjust(c *fiber.Ctx) error {
	r, err := d.year(c)
	if err != nil {
		return err
	}
	s, err := readSettings(c, r.Settings)
	if err == nil {
		err = d.Roster.Adjust(c.UserContext(), actor(c), r.Year, version(c), s, c.FormValue("reason"))
	}
	if err == nil {
		return view.See(c, "/office/rounds/"+strconv.Itoa(r.Year), "settings")
	}
	page := roundPage(r, s)
	for i, row := range page.Rows {
		page.Rows[i].Value = c.FormValue(row.Field)
	}
	page.Reason = c.FormValue("reason")
	return d.pages.Again(c, err, "round", page)
}
