package yearly

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/login"
	"minyi/web/view"
)

// ChecksPage is the office's page of draws and spot checks.
type ChecksPage struct {
	view.Frame
	Next   *supervision.Spot // that can be frozen this year; nil where one was
	Lots   []Lot             // of Next
	Size   int               // how many of Next would be drawn
	Spots  []SpotOf
	Form   FreezeForm
	Number string
}

// FreezeForm is what was typed to freeze a list.
type FreezeForm struct{ Source, On string }

// SpotOf is a year's list with its draw and checks.
type SpotOf struct {
	supervision.Spot
	Lots   []Lot
	Checks []CheckLine
	Wait   bool // for the day on which the number becomes known
}

// CheckLine is one check in a list.
type CheckLine struct {
	supervision.Check
	Name  string
	State string
}

func (d *Door) checks(c *fiber.Ctx) (*ChecksPage, error) {
	by := login.Actor(c)
	spots, err := d.Supervision.Spots(c.UserContext(), by)
	if err != nil {
		return nil, err
	}
	checks, err := d.Supervision.Checks(c.UserContext(), by)
	if err != nil {
		return nil, err
	}
	page, now := &ChecksPage{}, view.NowOf(c)
	for _, x := range spots {
		one := SpotOf{Spot: x, Lots: d.lots(c, x, nil), Wait: !x.Done() && now.Before(x.On.Start())}
		for i := range checks {
			if k := checks[i]; k.Year == x.Year {
				one.Checks = append(one.Checks, CheckLine{Check: k, Name: d.unit(c, k.Unit), State: k.State()})
			}
		}
		page.Spots = append(page.Spots, one)
	}
	today := roster.DateOf(now)
	page.Form.On = today.Plus(7).String()
	if slices.ContainsFunc(spots, func(x supervision.Spot) bool { return x.Year == today.Year }) {
		return page, nil
	}
	next, err := d.Supervision.Upcoming(c.UserContext(), by)
	if fault.KindOf(err) == fault.NotFound { // no round yet
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	page.Next, page.Lots = &next, d.lots(c, next, nil)
	_, drawn := next.Draw("")
	page.Size = len(drawn)
	return page, nil
}

// Checks shows the draws of all years and their checks.
func (d *Door) Checks(c *fiber.Ctx) error {
	page, err := d.checks(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "checks", page)
}

// Freeze freezes this year's list: fields digest, source and on.
func (d *Door) Freeze(c *fiber.Ctx) error {
	on, err := day(c, "on")
	if err == nil {
		err = d.Supervision.FreezeSpot(c.UserContext(), login.Actor(c), c.FormValue("digest"), c.FormValue("source"), on)
	}
	if err != nil {
		return d.checksAgain(c, err)
	}
	return view.See(c, Checks, "yearly.frozen")
}

func (d *Door) checksAgain(c *fiber.Ctx, refusal error) error {
	page, err := d.checks(c)
	if err != nil {
		return err
	}
	page.Form, page.Number = FreezeForm{c.FormValue("source"), c.FormValue("on")}, c.FormValue("number")
	return d.pages.Again(c, refusal, "checks", page)
}

// Draw makes a year's draw: field number.
func (d *Door) Draw(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	if err := d.Supervision.DrawSpot(c.UserContext(), login.Actor(c), n, c.FormValue("number")); err != nil {
		return d.checksAgain(c, err)
	}
	return view.See(c, Checks, "yearly.drawn")
}

// CheckPage is one spot check.
type CheckPage struct {
	view.Frame
	supervision.Examined
	Name    string
	State   string
	Tally   supervision.Tally
	Level   int
	Levels  []LevelLink
	Items   []ItemRow
	Last    *supervision.Outcome
	Pending *supervision.Outcome
	Me      string
	Works   bool // findings can be written
	Form    map[string]string
}

// LevelLink is a first-level heading with how much of it is left.
type LevelLink struct {
	N     int
	Name  string
	Left  int
	Unmet int
}

// Mine reports whether the visitor proposed the outcome.
func (p *CheckPage) Mine() bool { return p.Pending != nil && p.Pending.By == p.Me }

// At is what was typed into a field.
func (p *CheckPage) At(field string) string { return p.Form[field] }

// Results are the outcomes in the order of the form.
func (p *CheckPage) Results() []supervision.Result { return supervision.Results() }

// Verdicts are the verdicts in the order of the form.
func (p *CheckPage) Verdicts() []supervision.Verdict { return supervision.Verdicts() }

func (d *Door) check(c *fiber.Ctx) (*CheckPage, error) {
	x, err := d.Supervision.Check(c.UserContext(), login.Actor(c), c.Params("check"))
	if err != nil {
		return nil, err
	}
	page := &CheckPage{
		Examined: x, Name: d.unit(c, x.Unit), State: x.State(), Tally: x.Tally(x.Applicable), Me: login.Actor(c).Name,
		Last: x.Last(), Pending: x.Pending(), Form: map[string]string{"from": roster.DateOf(view.NowOf(c)).String()},
	}
	page.Form["to"] = page.Form["from"]
	page.Works = x.Opening != nil && !x.Closed() && page.Pending == nil
	page.Level, _ = strconv.Atoi(c.Query("level", c.FormValue("level")))
	d.level(page)
	return page, nil
}

// CheckOne shows a spot check; level names the heading whose indicators are shown.
func (d *Door) CheckOne(c *fiber.Ctx) error {
	page, err := d.check(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "check", page)
}

// back leads to the check after a step, or shows it again with what was typed.
func (d *Door) back(c *fiber.Ctx, failed error, done string, fields ...string) error {
	if failed == nil {
		to := Checks + "/" + c.Params("year") + "/" + c.Params("check")
		if level := c.FormValue("level"); level != "" {
			to += "?level=" + level
		}
		return view.See(c, to, "yearly."+done)
	}
	if fault.KindOf(failed) == 0 {
		return failed
	}
	page, err := d.check(c)
	if err != nil {
		return err
	}
	for _, field := range fields {
		page.Form[field] = c.FormValue(field)
	}
	return d.pages.Again(c, failed, "check", page)
}

// Open begins a check: fields team, from, to and document; the team one a line.
func (d *Door) Open(c *fiber.Ctx) error {
	from, err := day(c, "from")
	var to roster.Date
	if err == nil {
		to, err = day(c, "to")
	}
	if err == nil {
		err = d.Supervision.OpenCheck(c.UserContext(), login.Actor(c), c.Params("check"), supervision.Opening{
			Team: strings.Split(strings.ReplaceAll(c.FormValue("team"), "\r\n", "\n"), "\n"), From: from, To: to, Document: c.FormValue("document"),
		})
	}
	return d.back(c, err, "opened", "team", "from", "to", "document")
}

// Evidence joins a file to a check: field file.
func (d *Door) Evidence(c *fiber.Ctx) error {
	err := upload(c, true, func(u supervision.Upload) error {
		return d.Supervision.AttachCheck(c.UserContext(), login.Actor(c), c.Params("check"), u)
	})
	return d.back(c, err, "attached")
}

// Order orders a repeated survey: field order.
func (d *Door) Order(c *fiber.Ctx) error {
	err := d.Supervision.OrderSurvey(c.UserContext(), login.Actor(c), c.Params("check"), c.FormValue("order"))
	return d.back(c, err, "ordered", "order")
}

// Surveyed records what came of an order: fields n, survey and survey_result.
func (d *Door) Surveyed(c *fiber.Ctx) error {
	n, err := strconv.Atoi(c.FormValue("n"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	err = d.Supervision.SurveyDone(c.UserContext(), login.Actor(c), c.Params("check"), n, c.FormValue("survey"), c.FormValue("survey_result"))
	return d.back(c, err, "surveyed", "survey", "survey_result")
}

// Propose proposes an outcome: fields result, text, document and deadline.
func (d *Door) Propose(c *fiber.Ctx) error {
	deadline, err := day(c, "deadline")
	if err == nil {
		err = d.Supervision.ProposeOutcome(c.UserContext(), login.Actor(c), c.Params("check"), supervision.Outcome{
			Result: supervision.Result(c.FormValue("result")), Text: c.FormValue("text"), Document: c.FormValue("document"), Deadline: deadline,
		})
	}
	return d.back(c, err, "proposed", "result", "text", "document", "deadline")
}

// Confirm confirms the outcome that somebody else proposed: field seen.
func (d *Door) Confirm(c *fiber.Ctx) error {
	seen, err := strconv.Atoi(c.FormValue("seen"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	return d.back(c, d.Supervision.ConfirmOutcome(c.UserContext(), login.Actor(c), c.Params("check"), seen), "confirmed")
}

// Drop takes the proposed outcome back: fields seen and why.
func (d *Door) Drop(c *fiber.Ctx) error {
	seen, err := strconv.Atoi(c.FormValue("seen"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	return d.back(c, d.Supervision.DropOutcome(c.UserContext(), login.Actor(c), c.Params("check"), seen, c.FormValue("why")), "dropped", "why")
}

// CheckFile sends a file of a check, to be saved.
func (d *Door) CheckFile(c *fiber.Ctx) error {
	file, bytes, err := d.Supervision.CheckFile(c.UserContext(), login.Actor(c), c.Params("check"), c.Params("digest"))
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, bytes)
}
