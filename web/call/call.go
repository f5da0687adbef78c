// Package call is the interviewers' desk: the surveys that are called, the next
// case with its number and place, the questionnaire as residents see it, how the
// call ended, and the interviews of others that are verified. An interviewer sees
// one case at a time, and no answer, no figure and no list.
package call

import (
	"embed"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/contact"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Addresses of the desk, and of the questionnaire of a case in one's hand.
const (
	Home  = "/call"
	Paper = "/call/q/"
)

// Config is what a Door needs.
type Config struct {
	Surveys *survey.Service
	Texts   *view.Texts
}

// Door serves the desk.
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

// Calling is middleware: it lets the questionnaire know who calls.
func Calling(c *fiber.Ctx) error {
	c.SetUserContext(survey.Calling(c.UserContext(), login.Actor(c)))
	return c.Next()
}

// DeskPage lists what an interviewer can do.
type DeskPage struct {
	view.Frame
	Stations []StationRow
}

// StationRow is one survey in the list.
type StationRow struct {
	survey.Station
	Name string
}

// Hours are the hours in which calls are made.
func (s StationRow) Hours() string {
	return contact.Clock(s.Rules.From) + " – " + contact.Clock(s.Rules.To)
}

// Minutes is the mean length of one's interviews.
func (s StationRow) Minutes() string {
	if s.Own.Seconds == 0 {
		return "—"
	}
	return (time.Duration(s.Own.Seconds) * time.Second).String()
}

// Desk shows the surveys that are called.
func (d *Door) Desk(c *fiber.Ctx) error {
	page, err := d.desk(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "desk", page)
}

func (d *Door) desk(c *fiber.Ctx) (*DeskPage, error) {
	all, err := d.Surveys.Stations(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	page := &DeskPage{}
	for _, one := range all {
		page.Stations = append(page.Stations, StationRow{one, one.UnitName.In(string(view.LangOf(c)))})
	}
	return page, nil
}

// Next takes the next case to call.
func (d *Door) Next(c *fiber.Ctx) error {
	code, err := d.Surveys.NextCall(c.UserContext(), login.Actor(c), survey.ID(c.Params("id")))
	return d.took(c, code, err)
}

// Verify takes the next interview to be verified.
func (d *Door) Verify(c *fiber.Ctx) error {
	code, err := d.Surveys.NextVerification(c.UserContext(), login.Actor(c), survey.ID(c.Params("id")))
	return d.took(c, code, err)
}

func (d *Door) took(c *fiber.Ctx, code string, err error) error {
	if err == nil {
		return view.See(c, at(code), "")
	}
	if login.Actor(c).Role != access.Interviewer {
		return err
	}
	return d.deskAgain(c, err)
}

func (d *Door) deskAgain(c *fiber.Ctx, err error) error {
	page, shown := d.desk(c)
	if shown != nil {
		return err
	}
	return d.pages.Again(c, err, "desk", page)
}

// at is the address of a case.
func at(code string) string { return Home + "/cases/" + code }

// CasePage shows one case in hand.
type CasePage struct {
	view.Frame
	*survey.CallSheet
	Name   string
	Codes  []contact.Disposition
	Form   Form
	Paper  string // address of the questionnaire
	Desk   string // where one came from
	Agency string // who asks, as the questionnaire says
	Phone  string
}

// Form is what was typed.
type Form struct{ Code, Again, Note, Finding string }

// Mine reports whether the sheet of this case was sent in this call.
func (p *CasePage) Mine() bool { return p.Sent != "" && p.Sent == p.Visitor.Name }

// Case shows the case in one's hand.
func (d *Door) Case(c *fiber.Ctx) error {
	page, err := d.page(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "case", page)
}

func (d *Door) page(c *fiber.Ctx) (*CasePage, error) {
	sheet, err := d.Surveys.CallSheet(c.UserContext(), login.Actor(c), c.Params("case"))
	if err != nil {
		return nil, err
	}
	lang := string(view.LangOf(c))
	page := &CasePage{
		CallSheet: sheet, Name: sheet.UnitName.In(lang), Codes: contact.Dispositions(), Paper: Paper + sheet.Code,
		Desk:   home(login.Actor(c), sheet.Survey),
		Agency: sheet.Filling["agency"].In(lang), Phone: sheet.Phone,
	}
	if sheet.Sent == login.Actor(c).Name && sheet.Sent != "" {
		page.Form.Code = string(contact.Complete)
	}
	return page, nil
}

// Log ends a call.
func (d *Door) Log(c *fiber.Ctx) error {
	form := Form{Code: c.FormValue("code"), Again: c.FormValue("again"), Note: c.FormValue("note")}
	return d.log(c, form, "call.log", func() error {
		again, err := form.appointment()
		if err != nil {
			return err
		}
		one := contact.Attempt{Code: contact.Code(form.Code), Again: again, Note: form.Note}
		return d.Surveys.LogCall(c.UserContext(), login.Actor(c), c.Params("case"), one)
	})
}

// Check ends a verifying call.
func (d *Door) Check(c *fiber.Ctx) error {
	form := Form{Finding: c.FormValue("finding"), Note: c.FormValue("note")}
	return d.log(c, form, "call.check", func() error {
		one := contact.Check{Finding: contact.Finding(form.Finding), Note: form.Note}
		return d.Surveys.LogVerification(c.UserContext(), login.Actor(c), c.Params("case"), one)
	})
}

// Back gives a case out of hand.
func (d *Door) Back(c *fiber.Ctx) error {
	return d.log(c, Form{}, "call.back", func() error {
		return d.Surveys.PutBack(c.UserContext(), login.Actor(c), c.Params("case"))
	})
}

// log does something with the case in hand and goes back to the desk, or shows the
// case again with what is wrong.
func (d *Door) log(c *fiber.Ctx, form Form, done string, do func() error) error {
	page, err := d.page(c)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		page.Form = form
		return d.pages.Again(c, err, "case", page)
	}
	return c.Redirect(page.Desk+"?done="+done, fiber.StatusSeeOther)
}

// home is where somebody came from: the desk, or the agency's page of the calls.
func home(by access.Actor, id survey.ID) string {
	if by.Role == access.Interviewer {
		return Home
	}
	return "/agency/surveys/" + string(id) + "/contact/calls"
}

// appointment reads a date and time of Asia/Shanghai as the browser sends it; zero
// for none.
func (f Form) appointment() (time.Time, error) {
	if f.Again == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", f.Again, contact.Shanghai())
	if err != nil {
		return at, fault.New(fault.Invalid, "contact.appointment").At("again")
	}
	return at, nil
}
