// Package appoint is the office's door to who evaluates: institutions and expert
// groups with their contracts (C27), their members, the register of declared
// interests with reminders (C95), and the plan of who marks what. The page on which
// assessors and the office's staff declare their own interests lies here too. It
// shows no mark and no sheet, and decides no rule; evaluation does.
//
//	what                                judge                                       test
//	institution, members, declarations, the browser does the task, the store is     TestBrowserAppointsAndAssigns
//	proposal, change by hand, confirm   looked into                                 (cmd/minyi)
//	who may open what                   every route with every role                 TestS10AndS19EveryRouteRefusesWhoIsNotGranted
package appoint

import (
	"context"
	"embed"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Rounds names the round that is on, and the register of units.
type Rounds interface {
	Current(ctx context.Context) (*roster.Round, error)
	Round(ctx context.Context, year int) (*roster.Round, error)
	Units() []roster.Unit
}

// Config is what a Door needs.
type Config struct {
	Evaluations *evaluation.Service
	Rounds      Rounds
	Texts       *view.Texts
}

// Door serves the pages of appointing and assigning.
type Door struct {
	Config
	pages *view.Pages
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages}, nil
}

// The door's addresses.
const (
	Institutions = "/office/evaluation/institutions"
	Members      = "/office/evaluation/members"
	Interests    = "/office/evaluation/interests"
	Own          = "/office/evaluation/interests/own"
	Assessors    = "/evaluate/interests"
	Assignment   = "/office/evaluation/assignment"
	OneDossier   = "/office/evaluation/:dossier"
)

// ScanBytes is the largest upload of a contract's scan, with the form around it.
const ScanBytes = 51 << 20

// Head is what every page of the office's has: its round, and which tab it is.
type Head struct {
	view.Frame
	Round *roster.Round
	Tab   string
}

// Tab is one of the pages of the evaluation.
type Tab struct{ Href, Key string }

// Tabs are the pages of the evaluation, in the order of the work.
func (*Head) Tabs() []Tab {
	return []Tab{
		{"/office/evaluation", "appoint.tab.board"},
		{Institutions, "appoint.tab.institutions"},
		{Members, "appoint.tab.members"},
		{Interests, "appoint.tab.interests"},
		{Assignment, "appoint.tab.assignment"},
		{"/office/evaluation/agreement", "agreement.tab.figures"},
		{"/office/evaluation/problems", "agreement.tab.problems"},
	}
}

// Year is the round's year.
func (h *Head) Year() int { return h.Round.Year }

// round is the round that the address or the form names, else the one that is on.
func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	text := c.Query("round")
	if c.Method() == fiber.MethodPost {
		text = c.FormValue("round")
	}
	if year, err := strconv.Atoi(text); err == nil {
		return d.Rounds.Round(c.UserContext(), year)
	}
	if text != "" {
		return nil, fault.New(fault.Invalid, "request.invalid")
	}
	return d.Rounds.Current(c.UserContext())
}

func (d *Door) head(c *fiber.Ctx, tab string) (Head, error) {
	r, err := d.round(c)
	return Head{Round: r, Tab: tab}, err
}

// at is an address with its round.
func at(path string, year int) string { return path + "?round=" + strconv.Itoa(year) }

// typed is a form as it was typed.
type typed map[string]string

// read reads a form whose fields the table of forms has checked already.
func read(c *fiber.Ctx) typed {
	f := typed{}
	for name, value := range c.Request().PostArgs().All() {
		f[string(name)] = strings.TrimSpace(strings.ReplaceAll(string(value), "\r\n", "\n"))
	}
	return f
}

// number reads a whole number, 0 for an empty field.
func (f typed) number(name string) (int, error) {
	if f[name] == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(f[name])
	if err != nil {
		return 0, fault.New(fault.Invalid, "number.form").At(name)
	}
	return n, nil
}

// day reads a date, none for an empty field.
func (f typed) day(name string) (roster.Date, error) {
	if f[name] == "" {
		return roster.Date{}, nil
	}
	day, err := roster.ParseDate(f[name])
	for _, r := range fault.All(err) {
		return day, r.At(name)
	}
	return day, nil
}

// dossier reads the dossier from the address.
func dossier(c *fiber.Ctx) (application.Key, error) {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return k, fault.New(fault.NotFound, "dossier.unknown")
	}
	return k, nil
}

// label is the name of a unit in the reader's language.
func (d *Door) label(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Evaluations.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// step is a form of the office: what it does, or its page again where that was
// refused.
func (d *Door) step(c *fiber.Ctx, to, done string, do func(f typed, year int) error, again func(f typed) (string, view.Framed, error)) error {
	f := read(c)
	r, err := d.round(c)
	if err != nil {
		return err
	}
	if err := do(f, r.Year); err != nil {
		name, page, failed := again(f)
		if failed != nil {
			return failed
		}
		return d.pages.Again(c, err, name, page)
	}
	return view.See(c, at(to, r.Year), done)
}
