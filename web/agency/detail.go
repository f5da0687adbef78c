package agency

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/web/login"
	"minyi/web/view"
)

// DrawForm is what was typed into the form for the draw.
type DrawForm struct{ Seed, Links, PerPSU string }

// DetailPage is one survey: its setting up, its fieldwork and what comes next.
type DetailPage struct {
	view.Frame
	*survey.Fieldwork
	Name    string
	Strata  []StratumRow // of the imported frame
	PSUs    int
	People  int64
	Drawing DrawForm
	Hanging PosterForm
	Live    bool
}

// StratumRow is one stratum of the imported frame.
type StratumRow struct {
	Name   string
	PSUs   int
	People int64
}

// Planned reports whether the survey is still being set up.
func (p *DetailPage) Planned() bool { return p.Survey.State == survey.Planned }

// Running reports whether answers may come in.
func (p *DetailPage) Running() bool { return p.Survey.State == survey.Open }

// Over reports whether the fieldwork has ended.
func (p *DetailPage) Over() bool {
	return p.Survey.State == survey.Closed || p.Survey.State == survey.Released
}

// Reached reports whether the survey has come to a state or past it.
func (p *DetailPage) Reached(state string) bool {
	return rank(p.Survey.State) >= rank(survey.State(state))
}

func rank(s survey.State) int {
	for i, one := range []survey.State{survey.Planned, survey.Open, survey.Closed, survey.Released} {
		if one == s {
			return i
		}
	}
	return -1
}

func (d *Door) detailPage(c *fiber.Ctx) (*DetailPage, error) {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	page := &DetailPage{
		Fieldwork: work, Name: in(c, work.Survey.UnitName), Live: c.Query("live") == "1",
		Drawing: DrawForm{Links: "400", PerPSU: "10"}, Hanging: usual(work.Survey),
	}
	if !page.Planned() || work.Survey.Sample != nil {
		return page, nil
	}
	f, err := d.surveys.Frame(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	for _, s := range f.Strata {
		page.Strata = append(page.Strata, StratumRow{Name: s.Name, PSUs: len(s.PSUs), People: s.Population()})
		page.PSUs += len(s.PSUs)
	}
	page.People = f.Population()
	return page, nil
}

// Detail shows one survey.
func (d *Door) Detail(c *fiber.Ctx) error {
	page, err := d.detailPage(c)
	if err != nil {
		return err
	}
	if page.Live && page.Running() {
		c.Set("Refresh", refresh)
	}
	return d.pages.Render(c, "detail", page)
}

// step goes on to the survey's page after a step, or shows that page again with
// what was refused and what was typed.
func (d *Door) step(c *fiber.Ctx, err error, done string, typed func(*DetailPage)) error {
	if err == nil {
		return view.See(c, at(id(c)), done)
	}
	page, shown := d.detailPage(c)
	if shown != nil {
		return shown
	}
	typed(page)
	return d.pages.Again(c, err, "detail", page)
}

func nothing(*DetailPage) {}

// ImportFrame takes a sampling frame as a CSV file.
func (d *Door) ImportFrame(c *fiber.Ctx) error {
	_, err := d.importFrame(c)
	return d.step(c, err, "survey.frame", nothing)
}

func (d *Door) importFrame(c *fiber.Ctx) (*survey.Survey, error) {
	head, err := c.FormFile("frame")
	if err != nil {
		return nil, fault.New(fault.Invalid, "frame.file").At("frame")
	}
	file, err := head.Open()
	if err != nil {
		return nil, fault.New(fault.Invalid, "frame.file").At("frame")
	}
	sv, err := d.surveys.ImportFrame(c.UserContext(), login.Actor(c), id(c), file)
	if closed := file.Close(); err == nil && closed != nil {
		return nil, closed
	}
	return sv, err
}

// Draw draws the sample.
func (d *Door) Draw(c *fiber.Ctx) error {
	form := DrawForm{Seed: c.FormValue("seed"), Links: c.FormValue("links"), PerPSU: c.FormValue("per_psu")}
	plan, err := form.plan()
	if err == nil {
		_, err = d.surveys.Draw(c.UserContext(), login.Actor(c), id(c), plan)
	}
	return d.step(c, err, "survey.draw", func(p *DetailPage) { p.Drawing = form })
}

func (f DrawForm) plan() (frame.Plan, error) {
	var list fault.List
	seed, err := strconv.ParseUint(strings.TrimSpace(f.Seed), 10, 64)
	if err != nil {
		list.Add(fault.New(fault.Invalid, "draw.seed").At("seed"))
	}
	links, err := strconv.Atoi(strings.TrimSpace(f.Links))
	if err != nil {
		list.Add(fault.New(fault.Invalid, "draw.links", "max", strconv.Itoa(frame.MaxLinks)).At("links"))
	}
	each, err := strconv.Atoi(strings.TrimSpace(f.PerPSU))
	if err != nil {
		list.Add(fault.New(fault.Invalid, "draw.perpsu", "max", strconv.Itoa(frame.MaxPerPSU)).At("per_psu"))
	}
	return frame.Plan{Seed: seed, Links: links, PerPSU: each}, list.Err()
}

// Start opens the survey for answers.
func (d *Door) Start(c *fiber.Ctx) error {
	_, err := d.surveys.Start(c.UserContext(), login.Actor(c), id(c))
	return d.step(c, err, "survey.open", nothing)
}

// Close ends the fieldwork; the box that says so must be ticked.
func (d *Door) Close(c *fiber.Ctx) error {
	var err error = fault.New(fault.Invalid, "survey.confirm").At("sure")
	if c.FormValue("sure") == "yes" {
		_, err = d.surveys.Close(c.UserContext(), login.Actor(c), id(c))
	}
	return d.step(c, err, "survey.close", nothing)
}

// ForgetTraces deletes what the review of quality was kept for, before its term;
// the box that says so must be ticked.
func (d *Door) ForgetTraces(c *fiber.Ctx) error {
	var err error = fault.New(fault.Invalid, "survey.confirm").At("traces_sure")
	if c.FormValue("traces_sure") == "yes" {
		err = d.surveys.ForgetTraces(c.UserContext(), login.Actor(c), id(c))
	}
	return d.step(c, err, "survey.traces.forget", nothing)
}

// SampleLinks are the survey's drawn PSUs.
func (p *DetailPage) SampleLinks() (out []survey.BatchCounts) {
	for _, b := range p.Batches {
		if b.Batch.Kind == invite.OneTime {
			out = append(out, b)
		}
	}
	return out
}
