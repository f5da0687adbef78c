package weigh

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/tabulate"
	"minyi/web/login"
	"minyi/web/view"
)

// Page is the page of the weights.
type Page struct {
	view.Frame
	*survey.WeightingView
	ID      survey.ID
	Name    string
	Waiting string // why there is nothing to weight yet; empty where there is
	Me      string
	Typed   *Typed
	Reason  string
	Refused string // why the plan cannot be done; empty where it can
	Choices []ChoiceRow
	Margins []MarginTable
	Bars    []Bar
	Rounds  []RoundRow
	Classes []ClassRow
	Figures Figures
	Items   []ItemRow

	texts *view.Texts
	lang  view.Lang
}

// Figures are the tiles above the tables.
type Figures struct{ N, Effective, Deff, Range, G, Trimmed, Lambda string }

// ChoiceRow is one way of weighting.
type ChoiceRow struct {
	Name, Deff, Effective, Range, Index, Satisfied string
	Refused                                        string
	Chosen                                         bool
}

// ItemRow is the standard error of an item under the plan and under the house's own.
type ItemRow struct{ Text, Plan, House string }

// RoundRow says what the calibration had reached after how many rounds.
type RoundRow struct {
	Epsilon, Misfit string
	Rounds          int
}

// ClassRow is a class of the nonresponse adjustment.
type ClassRow struct {
	Name          string
	Invited, Back int
	Factor        string
}

// MarginTable is a margin before and after.
type MarginTable struct {
	Caption string
	Rows    []CellRow
}

// CellRow is one category.
type CellRow struct {
	Category                     string
	N                            int
	Plain, Before, After, Target string
}

// Bar is one bar of the histogram, in a drawing 480 wide and 120 high. Below one with
// a Mark its lower end is written.
type Bar struct {
	Low, High           string
	N                   int
	X, Y, Width, Height float64
	Mark                bool
}

// page gathers what the page shows.
func (d *Door) page(c *fiber.Ctx) (*Page, error) {
	ctx, by := c.UserContext(), login.Actor(c)
	page := &Page{ID: id(c), Me: by.Name, texts: d.Texts, lang: view.LangOf(c)}
	var err error
	if page.WeightingView, err = d.Surveys.Weighting(ctx, by, id(c)); err != nil {
		return d.early(c, page, err)
	}
	page.Name, page.Typed = page.Survey.UnitName.In(string(page.lang)), typedOf(page.Plan)
	if page.Refusal != nil {
		page.Refused = page.sentence(page.Refusal)
	} else {
		page.fill()
	}
	return page, nil
}

// early is the page before the review is closed: it says what comes first.
func (d *Door) early(c *fiber.Ctx, page *Page, err error) (*Page, error) {
	all := fault.All(err)
	if len(all) != 1 || all[0].Code != "review.open" && all[0].Code != "survey.state" {
		return nil, err
	}
	work, err := d.Surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	page.WeightingView = &survey.WeightingView{Survey: work.Survey}
	page.Name, page.Waiting = work.Survey.UnitName.In(string(page.lang)), all[0].Code
	return page, nil
}

func (p *Page) say(key string) string { return p.texts.Say(p.lang, key, nil) }

// sentence is what a refusal says.
func (p *Page) sentence(err error) string {
	var out []string
	for _, r := range fault.All(err) {
		out = append(out, p.texts.Refusal(p.lang, r))
	}
	return strings.Join(out, " ")
}

func (p *Page) fill() {
	a := p.Appraisal
	w := a.Weighting
	mean := w.Sum / tabulate.Number(a.N)
	p.Figures = Figures{
		N: strconv.Itoa(a.N), Effective: fixed(w.KishN, 1), Deff: fixed(w.KishDeff, 2),
		Range: fixed(w.Min/mean, 2) + " – " + fixed(w.Max/mean, 2), G: fixed(a.MinG, 2) + " – " + fixed(a.MaxG, 2), Trimmed: strconv.Itoa(w.Trimmed),
	}
	if w.Blend != nil {
		p.Figures.Lambda = fixed(w.Blend.Lambda, 3)
	}
	for _, c := range a.Choices {
		p.Choices = append(p.Choices, p.choice(c))
	}
	for _, m := range a.Margins {
		p.Margins = append(p.Margins, p.margin(m))
	}
	for _, r := range a.Rounds {
		p.Rounds = append(p.Rounds, RoundRow{Epsilon: small(r.Epsilon), Misfit: small(r.Misfit), Rounds: r.Iterations})
	}
	for _, c := range w.Classes {
		p.Classes = append(p.Classes, ClassRow{Name: p.class(c.Name), Invited: c.Invited, Back: c.Back, Factor: fixed(c.Factor, 3)})
	}
	p.Bars = bars(a.Histogram)
	p.items()
}

// class spells the name of a class: fifths have words.
func (p *Page) class(name string) string {
	by := p.Plan.Nonresponse.By
	if p.Plan.Nonresponse.Method == tabulate.ByClass && len(by) == 1 && by[0] == tabulate.Size {
		return p.texts.Say(p.lang, "weigh.fifth", fault.Params{"n": name})
	}
	return name
}

func (p *Page) choice(c tabulate.Choice) ChoiceRow {
	row := ChoiceRow{Name: p.say("weigh.choice." + c.Name), Chosen: c.Name == tabulate.ChosenChoice}
	if c.Refusal != nil {
		row.Refused = p.sentence(c.Refusal)
		return row
	}
	row.Deff, row.Effective, row.Range = fixed(c.KishDeff, 2), fixed(c.KishN, 1), fixed(c.Min, 2)+" – "+fixed(c.Max, 2)
	row.Index, row.Satisfied = fixed(c.Index, 3), points(c.Satisfied)
	return row
}

// items lists the standard errors of the items.
func (p *Page) items() {
	paper, err := p.Survey.Paper.Questionnaire()
	if err != nil {
		return
	}
	plan, house := p.Appraisal.Choices[0].Items, []tabulate.Number{}
	for _, c := range p.Appraisal.Choices {
		if c.Name == tabulate.HouseChoice {
			house = c.Items
		}
	}
	for k, one := range paper.Scored() {
		row := ItemRow{Text: one.ID + " " + one.Text.In(string(p.lang)), House: "—"}
		if k < len(plan) {
			row.Plan = points(plan[k])
		}
		if k < len(house) {
			row.House = points(house[k])
		}
		p.Items = append(p.Items, row)
	}
}

func (p *Page) margin(m tabulate.MarginView) MarginTable {
	variables := strings.Split(m.Variable, "×")
	out := MarginTable{Caption: p.names(variables) + " · " + m.Source}
	t := &tabulate.Target{Variables: variables}
	for k := range p.Plan.Targets {
		if p.Plan.Targets[k].Name == m.Name {
			t = &p.Plan.Targets[k]
		}
	}
	for _, c := range m.Cells {
		out.Rows = append(out.Rows, CellRow{
			Category: p.cell(t, c.Category), N: c.N, Plain: share(c.Plain), Before: share(c.Before), After: share(c.After), Target: share(c.Target),
		})
	}
	return out
}

// names spells variables, crossed.
func (p *Page) names(variables []string) string {
	out := make([]string, len(variables))
	for k, v := range variables {
		out[k] = p.Variable(v)
	}
	return strings.Join(out, " × ")
}

// Variable spells a variable.
func (p *Page) Variable(id string) string { return variable(p.texts, p.lang, p.Variables, id) }

func variable(texts *view.Texts, lang view.Lang, known []survey.Variable, id string) string {
	if key := "weigh.var." + id; texts.Has(lang, key) {
		return texts.Say(lang, key, nil)
	}
	for _, v := range known {
		if v.ID == id {
			return id + " " + v.Text.In(string(lang))
		}
	}
	return id
}

// cell spells crossed categories.
func (p *Page) cell(t *tabulate.Target, label string) string {
	if label == "" {
		return p.say("weigh.unknown")
	}
	codes := strings.Split(label, "×")
	for k, code := range codes {
		if k < len(t.Variables) {
			codes[k] = joinedName(p.lang, p.Variables, t, k, code)
		}
	}
	return strings.Join(codes, " × ")
}

// category spells a category.
func category(lang view.Lang, known []survey.Variable, id, code string) string {
	for _, v := range known {
		at := slices.IndexFunc(v.Choices, func(c survey.Category) bool { return c.Code == code })
		if v.ID == id && at >= 0 && v.Choices[at].Text.Zh != "" {
			return v.Choices[at].Text.In(string(lang))
		}
	}
	return code
}

// joinedName spells a category of a margin with those that count as it.
func joinedName(lang view.Lang, known []survey.Variable, t *tabulate.Target, v int, code string) string {
	out := []string{category(lang, known, t.Variables[v], code)}
	if v >= len(t.Join) {
		return out[0]
	}
	for _, of := range known {
		for _, c := range of.Choices {
			if of.ID == t.Variables[v] && t.Join[v][c.Code] == code {
				out = append(out, category(lang, known, of.ID, c.Code))
			}
		}
	}
	return strings.Join(out, " + ")
}

// bars draws the histogram.
func bars(bins []tabulate.Bin) (out []Bar) {
	const width, height, gap, marks = 480.0, 120.0, 1.0, 6
	most := 1
	for _, b := range bins {
		most = max(most, b.N)
	}
	digits := 2
	if n := len(bins); n > 0 && bins[n-1].High-bins[0].Low < 0.2 {
		digits = 3 // or neighbouring bars would have the same ends
	}
	each := width / float64(max(1, len(bins)))
	for k, b := range bins {
		h := height * float64(b.N) / float64(most)
		out = append(out, Bar{
			Low: fixed(b.Low, digits), High: fixed(b.High, digits), N: b.N,
			X: round(each*float64(k) + gap/2), Y: round(height - h), Width: round(each - gap), Height: round(h),
			Mark: k%max(1, len(bins)/marks) == 0 && k+len(bins)/(2*marks) < len(bins),
		})
	}
	return out
}

func round(v float64) float64 { return math.Round(v*100) / 100 }

// fixed spells a number with so many decimals, a dash where it is not defined.
func fixed(n tabulate.Number, digits int) string {
	if !n.Known() {
		return "—"
	}
	return strconv.FormatFloat(float64(n), 'f', digits, 64)
}

// share spells a share as per cent, points a standard error of one in points.
func share(n tabulate.Number) string  { return fixed(100*n, 2) + "%" }
func points(n tabulate.Number) string { return fixed(100*n, 2) }

// small spells a small number.
func small(n tabulate.Number) string { return strconv.FormatFloat(float64(n), 'e', 1, 64) }
