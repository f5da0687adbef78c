package paper

import (
	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/paper"
	"minyi/web/login"
	"minyi/web/view"
)

// SettlePage shows where the two keyings of a form differ.
type SettlePage struct {
	view.Frame
	*survey.Settling
	Name   string
	Home   string
	At     string
	Rows   []SettleRow
	Reason string
}

// SettleRow is one question to settle.
type SettleRow struct {
	survey.SettleField
	Text               string
	FirstSay, SaidLast string // what was typed, in words
	Pick, Again        string
}

// Settle shows the fields that differ.
func (d *Door) Settle(c *fiber.Ctx) error {
	page, err := d.settlePage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "settle", page)
}

func (d *Door) settlePage(c *fiber.Ctx) (*SettlePage, error) {
	by := login.Actor(c)
	work, err := d.Papers.Settling(c.UserContext(), by, id(c), serial(c))
	if err != nil {
		return nil, err
	}
	form, err := d.Papers.Sides(by, id(c), work.FormLang, d.say(view.Lang(work.FormLang)))
	if err != nil {
		return nil, err
	}
	page := &SettlePage{Settling: work, Name: in(c, work.Survey.UnitName), Home: at(id(c), ""), At: sheetAt(id(c), work.Serial, "")}
	for _, f := range work.Fields {
		f.Page = form.Page(f.Question.ID)
		page.Rows = append(page.Rows, SettleRow{
			SettleField: f, Text: f.Question.Text.In(work.FormLang),
			FirstSay: meaning(f.Field, f.First, work.FormLang), SaidLast: meaning(f.Field, f.Second, work.FormLang),
		})
	}
	return page, nil
}

// meaning is what typed keys stand for, in words; empty where that is what was typed.
func meaning(f paper.Field, typed, lang string) string {
	codes, refusal := f.Read(typed)
	if refusal != nil {
		return ""
	}
	out := ""
	for _, code := range codes {
		c, ok := f.Question.Choice(code)
		if !ok {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += c.Text.In(lang)
	}
	return out
}

// The names of the fields of the form: what was picked, and what was typed again.
const (
	pickPrefix  = "p_"
	againPrefix = "t_"
)

// DoSettle decides the fields that differ, and puts the answer into the intake.
func (d *Door) DoSettle(c *fiber.Ctx) error {
	page, err := d.settlePage(c)
	if err != nil {
		return err
	}
	picked, again, values := typed(c, pickPrefix), typed(c, againPrefix), map[string]string{}
	for i, row := range page.Rows {
		question := row.Question.ID
		page.Rows[i].Pick, page.Rows[i].Again = picked[question], again[question]
		switch picked[question] {
		case "first":
			values[question] = row.First
		case "second":
			values[question] = row.Second
		case "again":
			values[question] = again[question]
		}
	}
	if err := d.Papers.Settle(c.UserContext(), login.Actor(c), id(c), serial(c), values); err != nil {
		return d.pages.Again(c, err, "settle", page)
	}
	return view.See(c, at(id(c), ""), "keying.settled")
}

// Throw discards a form.
func (d *Door) Throw(c *fiber.Ctx) error {
	reason := c.FormValue("reason")
	if err := d.Papers.Throw(c.UserContext(), login.Actor(c), id(c), serial(c), reason); err != nil {
		return d.again(c, err, func(*HomePage) {})
	}
	return view.See(c, at(id(c), ""), "keying.thrown")
}
