package contact

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/contact"
	"minyi/web/login"
	"minyi/web/view"
)

// CallsPage shows the telephone interviews of a survey.
type CallsPage struct {
	Head
	Form RulesForm
}

// RulesForm is what the form of the rules holds.
type RulesForm struct {
	On, Weekend, Convert, Numbers                bool
	Attempts, From, To, Pause, Wait, Share, Seed string
}

// Calls shows numbers, rules, interviewers and verification.
func (d *Door) Calls(c *fiber.Ctx) error {
	page, err := d.calls(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "calls", page)
}

func (d *Door) calls(c *fiber.Ctx) (*CallsPage, error) {
	head, err := d.head(c, "calls")
	if err != nil {
		return nil, err
	}
	r := head.Plan.Rules
	return &CallsPage{Head: head, Form: RulesForm{
		On: r.On, Weekend: r.Weekend, Convert: r.Convert, Numbers: r.Numbers,
		Attempts: strconv.Itoa(r.Attempts), From: contact.Clock(r.From), To: contact.Clock(r.To), Pause: strconv.Itoa(r.Pause),
		Wait: strconv.Itoa(r.Wait), Share: strconv.Itoa(r.Share), Seed: strconv.FormatUint(r.Seed, 10),
	}}, nil
}

// SetRules sets the rules of the calls.
func (d *Door) SetRules(c *fiber.Ctx) error {
	form := RulesForm{
		On: c.FormValue("on") == "yes", Weekend: c.FormValue("weekend") == "yes", Convert: c.FormValue("convert") == "yes",
		Numbers: c.FormValue("numbers") == "yes", Attempts: c.FormValue("attempts"), From: c.FormValue("from"), To: c.FormValue("to"),
		Pause: c.FormValue("pause"), Wait: c.FormValue("wait"), Share: c.FormValue("share"), Seed: c.FormValue("seed"),
	}
	rules, err := form.rules()
	if err == nil {
		err = d.Surveys.SetContactRules(c.UserContext(), login.Actor(c), id(c), rules)
	}
	if err == nil {
		return view.See(c, at(id(c), "/calls"), "contact.rules")
	}
	page, shown := d.calls(c)
	if shown != nil {
		return err
	}
	page.Form = form
	return d.pages.Again(c, err, "calls", page)
}

// rules reads the form; what is no number is out of bounds.
func (f RulesForm) rules() (contact.Rules, error) {
	r := contact.Rules{On: f.On, Weekend: f.Weekend, Convert: f.Convert, Numbers: f.Numbers}
	for text, to := range map[*string]*int{&f.Attempts: &r.Attempts, &f.Pause: &r.Pause, &f.Wait: &r.Wait, &f.Share: &r.Share} {
		n, err := strconv.Atoi(strings.TrimSpace(*text))
		if err != nil {
			n = -1
		}
		*to = n
	}
	r.From, _ = contact.ParseClock(f.From)
	r.To, _ = contact.ParseClock(f.To)
	var err error
	if r.Seed, err = strconv.ParseUint(strings.TrimSpace(f.Seed), 10, 64); err != nil {
		return r, fault.New(fault.Invalid, "contact.seed").At("seed")
	}
	return r, nil
}

// ImportNumbers takes a file of telephone numbers.
func (d *Door) ImportNumbers(c *fiber.Ctx) error {
	_, err := d.importNumbers(c)
	return d.numbered(c, err)
}

func (d *Door) importNumbers(c *fiber.Ctx) (int, error) {
	header, err := c.FormFile("numbers")
	if err != nil {
		return 0, fault.New(fault.Invalid, "numbers.empty").At("numbers")
	}
	file, err := header.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, MaxNumbers))
	if err != nil {
		return 0, err
	}
	return d.Surveys.ImportNumbers(c.UserContext(), login.Actor(c), id(c), bytes.NewReader(raw))
}

// TakeNumbers takes the numbers of the drawn people.
func (d *Door) TakeNumbers(c *fiber.Ctx) error {
	_, err := d.Surveys.TakeNumbers(c.UserContext(), login.Actor(c), id(c))
	return d.numbered(c, err)
}

func (d *Door) numbered(c *fiber.Ctx, err error) error {
	if err == nil {
		return view.See(c, at(id(c), "/calls"), "contact.numbers")
	}
	page, shown := d.calls(c)
	if shown != nil {
		return err
	}
	return d.pages.Again(c, err, "calls", page)
}

// Minutes writes a length in minutes and seconds.
func (p *CallsPage) Minutes(seconds int) string {
	const minute = 60
	if seconds == 0 {
		return "—"
	}
	return strconv.Itoa(seconds/minute) + ":" + strconv.Itoa(seconds%minute/10) + strconv.Itoa(seconds%10)
}

// Of writes a share of a whole as a percentage.
func (p *CallsPage) Of(part, all int) string { return share(part, all) }
