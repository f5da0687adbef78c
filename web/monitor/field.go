package monitor

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/contact"
	"minyi/survey/monitor"
	"minyi/web/login"
	"minyi/web/view"
)

// Head is what every page of a survey's monitor has.
type Head struct {
	view.Frame
	Tools
	Survey *survey.Survey
	Name   string
	Tab    string // which of the pages this is
	Live   bool   // the page is to be watched
}

// At is the address of a page of the monitor.
func (h *Head) At(below string) string { return at(h.Survey.ID, below) }

// Home is the address of the survey.
func (h *Head) Home() string { return "/agency/surveys/" + string(h.Survey.ID) }

// Planned reports whether the survey has not opened yet.
func (h *Head) Planned() bool { return h.Survey.State == survey.Planned }

// Open reports whether answers may come in.
func (h *Head) Open() bool { return h.Survey.State == survey.Open }

// Ended reports whether the fieldwork is over.
func (h *Head) Ended() bool { return !h.Planned() && !h.Open() }

func (d *Door) head(c *fiber.Ctx, sv *survey.Survey, tab string) Head {
	return Head{Tools: d.tools(), Survey: sv, Name: sv.UnitName.In(string(view.LangOf(c))), Tab: tab}
}

// FieldPage is the fieldwork of one survey.
type FieldPage struct {
	Head
	*survey.Monitor
	Rates  []RateRow
	Cells  []CellRow
	Days   Curve
	Hours  Curve
	Alarms []AlarmRow
}

// Sheets is how many sheets the page shows.
func (p *FieldPage) Sheets() int { return p.Sampled.Returned() + p.Posters.Returned() }

// RateRow is one of AAPOR's rates, of all links and of each stratum.
type RateRow struct {
	Name string
	All  float64
	Of   []float64
}

// CellRow is one cell of the quota in words.
type CellRow struct {
	survey.CellCounts
	Label string
	Full  bool
}

// AlarmRow is an alarm with its words.
type AlarmRow struct {
	monitor.Alarm
	Href string
}

// Field shows the fieldwork of a survey.
func (d *Door) Field(c *fiber.Ctx) error {
	page, err := d.field(c, "field")
	if err != nil {
		return err
	}
	return d.pages.Render(c, "field", page)
}

// Places shows it by PSU.
func (d *Door) Places(c *fiber.Ctx) error {
	page, err := d.field(c, "places")
	if err != nil {
		return err
	}
	return d.pages.Render(c, "places", page)
}

func (d *Door) field(c *fiber.Ctx, tab string) (*FieldPage, error) {
	m, err := d.Surveys.Monitor(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	page := &FieldPage{Head: d.head(c, m.Survey, tab), Monitor: m, Rates: rates(m.Outcomes)}
	page.Live = m.Running()
	labels, err := labels(m.Survey, string(view.LangOf(c)))
	if err != nil {
		return nil, err
	}
	for _, one := range m.Cells {
		page.Cells = append(page.Cells, CellRow{one, labels(one.Codes), one.Counted >= one.Limit})
	}
	for _, a := range m.Alarms {
		if a.Kind == monitor.Cell {
			a.Where = labels(strings.Split(a.Where, " × "))
		}
		page.Alarms = append(page.Alarms, AlarmRow{Alarm: a, Href: where(m.Survey.ID, a.Kind)})
	}
	page.Days, page.Hours = d.days(c, m), d.hours(c, m)
	return page, nil
}

// labels spells the codes of a cell of the quota.
func labels(sv *survey.Survey, lang string) (func(codes []string) string, error) {
	if sv.Quota == nil {
		return func(codes []string) string { return strings.Join(codes, " × ") }, nil
	}
	paper, err := sv.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	return func(codes []string) string {
		words := make([]string, len(codes))
		for i, code := range codes {
			words[i] = code
			one, _ := paper.Question(sv.Quota.Questions[i])
			if choice, ok := one.Choice(code); ok {
				words[i] = choice.Text.In(lang)
			}
		}
		return strings.Join(words, " × ")
	}, nil
}

// where is the page on which an alarm is looked into.
func where(id survey.ID, kind monitor.Kind) string {
	switch kind {
	case monitor.OddPSU, monitor.Quiet:
		return at(id, "/places")
	case monitor.Flood:
		return at(id, "") + "#posters"
	case monitor.Cell:
		return at(id, "") + "#cells"
	case monitor.LowRate:
		return at(id, "") + "#strata"
	case monitor.Late:
		return at(id, "") + "#forecast"
	case monitor.Network:
	}
	return at(id, "") + "#hours"
}

func rates(o *survey.Outcomes) (out []RateRow) {
	for k, one := range o.Rates.List() {
		row := RateRow{Name: one.Name, All: float64(one.Value)}
		for _, s := range o.Strata {
			row.Of = append(row.Of, float64(listed(s.Rates())[k].Value))
		}
		out = append(out, row)
	}
	return out
}

func listed(r contact.Rates) []contact.Named { return r.List() }

// Fill is how full a cell is, per cent.
func (r CellRow) Fill() int {
	const whole = 100
	if r.Limit == 0 {
		return whole
	}
	return min(r.Counted*whole/r.Limit, whole)
}

// Fill is how much of the target has come, per cent.
func (p *FieldPage) Fill() int { return fill(p.Sampled.Complete+p.Sampled.Partial, p.Target) }

func fill(n, target int) int {
	const whole = 100
	if target == 0 {
		return 0
	}
	return min(n*whole/target, whole)
}

// Finish is the day on which the target will be reached, in words; empty where the
// forecast sees none.
func (p *FieldPage) Finish(days int) string {
	if days >= monitor.Never {
		return ""
	}
	return view.Date(p.Lang, p.On(days).Start())
}

// Chance is the chance of reaching the target in the window, per cent.
func (p *FieldPage) Chance() string { return view.Percent(p.Forecast.InWindow, 0) }

// Rate is the response rate RR2 of a place.
func (p *FieldPage) Rate(at monitor.Place) float64 {
	if at.Eligible() == 0 {
		return 0
	}
	return float64(at.Answered()) / float64(at.Eligible())
}

// Quiet says since how many days a place has sent nothing; a dash before its first
// sheet.
func (p *FieldPage) Quiet(at monitor.Place) string {
	if at.Last < 0 {
		return "—"
	}
	return strconv.Itoa(at.Last)
}

// Hung are the posters with their counts.
func (p *FieldPage) Hung() (out []survey.BatchCounts) {
	for _, b := range p.Batches {
		if b.Batch.Place != "" {
			out = append(out, b)
		}
	}
	return out
}
