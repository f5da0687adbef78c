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
	Year, Edition, Number, Date, Basis, Override string
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
	}
	year, _ := strconv.Atoi(f.Year)     // 0 is refused below
	date, _ := roster.ParseDate(f.Date) // no date is refused below
	_, err := d.Roster.OpenRound(c.UserContext(), actor(c), roster.NewRound{
		Year: year, Edition: indicators.Edition(f.Edition), Settings: roster.Defaults(year), Override: f.Override,
		Plan: roster.Plan{Number: f.Number, Date: date, Basis: f.Basis},
	})
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

// RoundPage shows one round and the forms of its dates and settings.
type RoundPage struct {
	view.Frame
	Round    *roster.Round
	Windows  []WindowField
	Numbers  []NumberField
	Flags    []FlagField
	FedRules []indicators.FedRule
	Titles   []roster.CountyCityTitle
	Sheets   []roster.ThreeSheets
	Settings roster.Settings
	Reason   string
}

// WindowField is one step's dates in the form.
type WindowField struct{ Name, Key, From, To string }

// NumberField is one number among the settings; the notice does not give it
// where Silent is set.
type NumberField struct {
	Name, Value string
	Silent      bool
}

// FlagField is one yes or no among the settings.
type FlagField struct {
	Name   string
	On     bool
	Silent bool
}

func (d *Door) year(c *fiber.Ctx) (*roster.Round, error) {
	year, err := strconv.Atoi(c.Params("year"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "round.unknown")
	}
	return d.Roster.Round(c.UserContext(), year)
}

func roundPage(r *roster.Round, s roster.Settings) *RoundPage {
	page := &RoundPage{Round: r, Settings: s, FedRules: indicators.FedRules(), Titles: []roster.CountyCityTitle{roster.TitledAsCounty, roster.TitledAsCity}, Sheets: roster.ThreeSheetsRules()}
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
	page.Numbers, page.Flags = numbers(s), flags(s)
	return page
}

func numbers(s roster.Settings) (out []NumberField) {
	for _, n := range []struct {
		name   string
		value  int
		silent bool
	}{
		{"quota_comprehensive", s.QuotaComprehensive, false},
		{"quota_single", s.QuotaSingle, false},
		{"quota_tolerance", s.QuotaTolerance, true},
		{"front_comprehensive", s.FrontComprehensive, true},
		{"front_single", s.FrontSingle, true},
		{"notice_days", s.NoticeDays, true},
		{"report_limit", s.ReportLimit, false},
		{"assessors", s.Assessors, true},
		{"most_dossiers", s.AssessorCapacity(), true},
		{"least_dossiers", s.LeastDossiers, true},
	} {
		out = append(out, NumberField{n.name, strconv.Itoa(n.value), n.silent})
	}
	return append(out,
		NumberField{"gate", indicators.Share(int64(indicators.Whole) * int64(s.Gate.Num) / int64(max(1, s.Gate.Den))).String(), false},
		NumberField{"arbitration_above", s.ArbitrationAbove.String(), true},
		NumberField{"arbitration_item", s.ArbitrationItem.String(), true},
		NumberField{"arbitration_residual", s.ArbitrationResidual.String(), true},
		NumberField{"reason_below", s.ReasonBelow.String(), true},
		NumberField{"fed_floor", s.FedFloor.String(), true},
		NumberField{"spot_check_share", s.SpotCheckShare.String(), true})
}

func flags(s roster.Settings) []FlagField {
	return []FlagField{
		{"survey_required", s.SurveyRequired, true},
		{"allow_below_gate", s.AllowBelowGate, false},
		{"count_punctuation", s.CountPunctuation, true},
		{"both_tracks", s.BothTracks, true},
		{"show_self_marks", s.ShowSelfMarks, true},
		{"institutions_differ", s.InstitutionsDiffer, true},
		{"level_opinions", s.LevelOpinions, true},
		{"show_own_total", s.ShowOwnTotal, true},
		{"arbiter_sees", s.ArbiterSees, true},
		{"indicator_84_lower", s.Indicator84Lower, true},
		{"correct_leniency", s.CorrectLeniency, true},
		{"indicator_72_lower", s.Indicator72Lower, true},
		{"supervise_departments", s.SuperviseDepartments, true},
		{"bar_any_track", s.BarAnyTrack, true},
	}
}

// Round shows one round.
func (d *Door) Round(c *fiber.Ctx) error {
	r, err := d.year(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "round", roundPage(r, r.Settings))
}

// Reschedule moves the round's dates.
func (d *Door) Reschedule(c *fiber.Ctx) error {
	r, err := d.year(c)
	if err != nil {
		return err
	}
	var list fault.List
	read := func(name string) roster.Window {
		from, errFrom := roster.ParseDate(c.FormValue(name + "_from"))
		to, errTo := roster.ParseDate(c.FormValue(name + "_to"))
		if errFrom != nil || errTo != nil {
			list.Add(fault.New(fault.Invalid, "date.form").At(name))
		}
		return roster.Between(from, to)
	}
	w := roster.Windows{Filing: read("filing"), Evaluation: read("evaluation"), Notice: read("notice"), Naming: read("naming")}
	err = list.Err()
	if err == nil {
		err = d.Roster.Reschedule(c.UserContext(), actor(c), r.Year, version(c), w, c.FormValue("reason"))
	}
	if err == nil {
		return view.See(c, "/office/rounds/"+strconv.Itoa(r.Year), "dates")
	}
	page := roundPage(r, r.Settings)
	for i, f := range page.Windows {
		page.Windows[i].From, page.Windows[i].To = c.FormValue(f.Name+"_from"), c.FormValue(f.Name+"_to")
	}
	page.Reason = c.FormValue("reason")
	return d.pages.Again(c, err, "round", page)
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
	for i, f := range page.Numbers {
		page.Numbers[i].Value = c.FormValue(f.Name)
	}
	page.Reason = c.FormValue("reason")
	return d.pages.Again(c, err, "round", page)
}

func readSettings(c *fiber.Ctx, s roster.Settings) (roster.Settings, error) {
	var list fault.List
	number := func(name string, into *int) {
		n, err := strconv.Atoi(c.FormValue(name))
		if err != nil {
			list.Add(fault.New(fault.Invalid, "round.setting_range").At(name))
		}
		*into = n
	}
	number("quota_comprehensive", &s.QuotaComprehensive)
	number("quota_single", &s.QuotaSingle)
	number("quota_tolerance", &s.QuotaTolerance)
	number("front_comprehensive", &s.FrontComprehensive)
	number("front_single", &s.FrontSingle)
	number("notice_days", &s.NoticeDays)
	number("report_limit", &s.ReportLimit)
	number("assessors", &s.Assessors)
	number("most_dossiers", &s.MostDossiers)
	number("least_dossiers", &s.LeastDossiers)
	share := func(name string) indicators.Share {
		v, err := indicators.ParseShare(c.FormValue(name))
		if err != nil {
			list.Add(fault.New(fault.Invalid, "share.form", "value", c.FormValue(name)).At(name))
		}
		return v
	}
	if gate := share("gate"); int64(gate)*int64(s.Gate.Den) != int64(s.Gate.Num)*int64(indicators.Whole) {
		s.Gate = indicators.Gate{Num: int(gate), Den: int(indicators.Whole)}
	}
	s.ArbitrationAbove = indicators.Mark(share("arbitration_above"))
	s.ArbitrationItem = share("arbitration_item")
	s.ArbitrationResidual = indicators.Mark(share("arbitration_residual"))
	if rule := roster.ThreeSheets(c.FormValue("three_sheets")); rule != s.Sheets() {
		s.ThreeSheets = rule
	}
	s.ReasonBelow = share("reason_below")
	s.SpotCheckShare = share("spot_check_share")
	for name, into := range map[string]*bool{
		"survey_required": &s.SurveyRequired, "allow_below_gate": &s.AllowBelowGate, "count_punctuation": &s.CountPunctuation,
		"both_tracks": &s.BothTracks, "show_self_marks": &s.ShowSelfMarks, "institutions_differ": &s.InstitutionsDiffer, "indicator_84_lower": &s.Indicator84Lower,
		"level_opinions": &s.LevelOpinions, "show_own_total": &s.ShowOwnTotal, "arbiter_sees": &s.ArbiterSees,
		"correct_leniency": &s.CorrectLeniency, "supervise_departments": &s.SuperviseDepartments, "bar_any_track": &s.BarAnyTrack,
	} {
		*into = c.FormValue(name) == "on"
	}
	s.CountyCityTitle = roster.CountyCityTitle(c.FormValue("county_city_title"))
	s.FedFloor = share("fed_floor")
	readFed(c, &s)
	return s, list.Err()
}
