package monitor

import (
	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/monitor"
	"minyi/web/login"
	"minyi/web/view"
)

// AllPage is the fieldwork of every survey that has opened.
type AllPage struct {
	view.Frame
	Tools
	Rows   []AllRow
	Live   bool
	Sheets int
}

// AllRow is one survey.
type AllRow struct {
	*survey.Monitor
	Name   string
	Kinds  []KindCount
	Finish string
}

// KindCount is how many alarms of a kind a survey has.
type KindCount struct {
	Kind monitor.Kind
	N    int
}

// Href is the monitor of the survey.
func (r AllRow) Href() string { return at(r.Survey.ID, "") }

// Fill is how much of the target has come, per cent.
func (r AllRow) Fill() int { return fill(r.Sampled.Complete+r.Sampled.Partial, r.Target) }

// All shows the fieldwork of all surveys.
func (d *Door) All(c *fiber.Ctx) error {
	all, err := d.Surveys.Monitors(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	pulse, err := d.Surveys.Pulse(c.UserContext(), login.Actor(c), "")
	if err != nil {
		return err
	}
	lang := view.LangOf(c)
	page := &AllPage{Tools: d.tools(), Sheets: pulse.Sheets}
	for _, m := range all {
		row := AllRow{Monitor: m, Name: m.Survey.UnitName.In(string(lang)), Kinds: kinds(m.Alarms)}
		if m.Forecast != nil && m.Forecast.Day < monitor.Never {
			row.Finish = view.Date(lang, m.On(m.Forecast.Day).Start())
		}
		page.Live = page.Live || m.Running()
		page.Rows = append(page.Rows, row)
	}
	return d.pages.Render(c, "all", page)
}

func kinds(alarms []monitor.Alarm) (out []KindCount) {
	for _, kind := range monitor.Kinds() {
		n := 0
		for _, a := range alarms {
			if a.Kind == kind {
				n++
			}
		}
		if n > 0 {
			out = append(out, KindCount{kind, n})
		}
	}
	return out
}
