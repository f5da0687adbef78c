package contact

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/survey"
	"minyi/survey/contact"
	"minyi/survey/questionnaire"
	"minyi/web/login"
	"minyi/web/view"
)

// RatesPage shows the final dispositions and AAPOR's rates.
type RatesPage struct {
	Head
	Rows []RateRow
}

// RateRow is one rate: of all links, and of each stratum.
type RateRow struct {
	Name string
	All  float64
	Of   []float64
}

// CodeRow is one disposition of the calls.
type CodeRow struct {
	contact.Disposition
	N int
}

// Codes lists the dispositions of the calls that occur.
func (p *RatesPage) Codes() (out []CodeRow) {
	for _, one := range contact.Dispositions() {
		if n := p.Contacting.Codes[one.Code]; n > 0 {
			out = append(out, CodeRow{one, n})
		}
	}
	return out
}

// Rates shows the rates of a survey.
func (d *Door) Rates(c *fiber.Ctx) error {
	head, err := d.head(c, "rates")
	if err != nil {
		return err
	}
	page := &RatesPage{Head: head}
	for k, one := range head.Rates.List() {
		row := RateRow{Name: one.Name, All: float64(one.Value)}
		for _, s := range head.Strata {
			row.Of = append(row.Of, float64(s.Rates().List()[k].Value))
		}
		page.Rows = append(page.Rows, row)
	}
	return d.pages.Render(c, "rates", page)
}

// ModesPage compares the modes.
type ModesPage struct {
	Head
	Effect *contact.ModeEffect
	Tables []ModeTable
}

// ModeTable compares alone on a screen with another mode: phone or paper.
type ModeTable struct {
	Mode  string
	Lines []ModeLine
}

// ModeLine is one measure with its words.
type ModeLine struct {
	contact.ModeRow
	Label string
	Scale float64 // 100 for a share, 1 for the index
}

// Modes compares the answers by mode, after the review.
func (d *Door) Modes(c *fiber.Ctx) error {
	head, err := d.head(c, "modes")
	if err != nil {
		return err
	}
	page := &ModesPage{Head: head}
	page.Effect, err = d.Surveys.ModeEffect(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return d.pages.Again(c, err, "modes", page)
	}
	paper, err := head.Survey.Paper.Questionnaire()
	if err != nil {
		return err
	}
	for _, one := range []struct {
		mode string
		rows []contact.ModeRow
	}{{"phone", page.Effect.Rows}, {"paper", page.Effect.OnPaper}} {
		if len(one.rows) > 0 {
			page.Tables = append(page.Tables, ModeTable{one.mode, d.lines(c, paper, one.rows)})
		}
	}
	return d.pages.Render(c, "modes", page)
}

func (d *Door) lines(c *fiber.Ctx, paper *questionnaire.Questionnaire, rows []contact.ModeRow) (out []ModeLine) {
	for _, row := range rows {
		line := ModeLine{ModeRow: row, Scale: 100, Label: row.Name}
		if row.Name == survey.IndexMeasure {
			line.Scale, line.Label = 1, d.Texts.Say(view.LangOf(c), "contact.mode.index", nil)
		} else if q, ok := paper.Question(row.Name); ok {
			line.Label = q.Text.In(string(view.LangOf(c)))
		}
		out = append(out, line)
	}
	return out
}

// Num writes a number of a line in its scale with one decimal.
func (l ModeLine) Num(e contact.Estimate) string { return view.Decimal(float64(e.Est)*l.Scale, 1) }

// Error writes a standard error in the line's scale.
func (l ModeLine) Error(e contact.Estimate) string { return view.Decimal(float64(e.SE)*l.Scale, 2) }

// Limits writes the limits of an interval in the line's scale.
func (l ModeLine) Limits(e contact.Estimate) string {
	return view.Decimal(float64(e.Low)*l.Scale, 1) + " – " + view.Decimal(float64(e.High)*l.Scale, 1)
}

// P writes a p-value with three decimals.
func (l ModeLine) P(e contact.Estimate) string { return view.Decimal(float64(e.P), 3) }

// share writes a part of a whole as a percentage, a dash of nothing.
func share(part, all int) string {
	if all == 0 {
		return "—"
	}
	return indicators.Share(int64(part)*int64(indicators.Whole)/int64(all)).String() + "%"
}
