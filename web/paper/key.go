package paper

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/paper"
	"minyi/survey/questionnaire"
	"minyi/web/login"
	"minyi/web/view"
)

// BundleForm is what the form of a bundle holds.
type BundleForm struct{ Name, Received, Lang string }

// StartForm is what the form holds with which a keying begins.
type StartForm struct{ Bundle, Code string }

// AddBundle registers a pile that came back.
func (d *Door) AddBundle(c *fiber.Ctx) error {
	form := BundleForm{Name: c.FormValue("name"), Received: c.FormValue("received"), Lang: c.FormValue("lang")}
	day, _ := roster.ParseDate(form.Received) // no date is refused as one that is out of the window
	b, err := d.Papers.AddBundle(c.UserContext(), login.Actor(c), id(c), survey.Bundle{Name: form.Name, Received: day, Lang: form.Lang})
	if err != nil {
		return d.again(c, err, func(p *HomePage) { p.Bundle = form })
	}
	return view.See(c, at(id(c), "?bundle="+strconv.Itoa(b.Number)), "keying.bundle")
}

// Start begins the keying of a form.
func (d *Door) Start(c *fiber.Ctx) error {
	form := StartForm{Bundle: c.FormValue("bundle"), Code: c.FormValue("code")}
	bundle, _ := strconv.Atoi(form.Bundle) // none is refused by the service
	n, err := d.Papers.Start(c.UserContext(), login.Actor(c), id(c), bundle, form.Code)
	if err != nil {
		return d.again(c, err, func(p *HomePage) { p.Keying = form })
	}
	return view.See(c, sheetAt(id(c), n, ""), "")
}

// KeyPage is the page on which a form is keyed.
type KeyPage struct {
	view.Frame
	*survey.KeyingForm
	Name   string
	Home   string
	At     string
	Script string
	Rows   []KeyRow
	Reason string
}

// KeyRow is one question to key.
type KeyRow struct {
	paper.Field
	Page  int
	Text  string
	Value string
	Boxes []KeyBox
	Long  bool
}

// KeyBox is one box with its key.
type KeyBox struct{ Key, Text string }

// Key shows a form to the person who keys it.
func (d *Door) Key(c *fiber.Ctx) error {
	page, err := d.keyPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "key", page)
}

func (d *Door) keyPage(c *fiber.Ctx) (*KeyPage, error) {
	by := login.Actor(c)
	work, err := d.Papers.Keying(c.UserContext(), by, id(c), serial(c))
	if err != nil {
		return nil, err
	}
	form, err := d.Papers.Sides(by, id(c), work.Bundle.Lang, d.say(view.Lang(work.Bundle.Lang)))
	if err != nil {
		return nil, err
	}
	page := &KeyPage{
		KeyingForm: work, Name: in(c, work.Survey.UnitName), Home: at(id(c), ""), At: sheetAt(id(c), work.Serial, ""), Script: d.AssetPath(),
	}
	for _, f := range work.Plan.Fields {
		row := KeyRow{
			Field: f, Page: form.Page(f.Question.ID), Value: work.Values[f.Question.ID], Text: f.Question.Text.In(work.Bundle.Lang),
			Long: f.Question.Type == questionnaire.Words && f.Question.Multiline,
		}
		for _, b := range f.Boxes {
			row.Boxes = append(row.Boxes, KeyBox{b.Key, b.Choice.Text.In(work.Bundle.Lang)})
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// typedPrefix stands before the ids of questions in the names of fields.
const typedPrefix = "a_"

// typed reads what was keyed.
func typed(c *fiber.Ctx, prefix string) map[string]string {
	values := map[string]string{}
	for name, value := range c.Request().PostArgs().All() {
		if question, ok := strings.CutPrefix(string(name), prefix); ok {
			values[question] = strings.ReplaceAll(string(value), "\r\n", "\n")
		}
	}
	return values
}

// Type stores what was keyed, and ends the keying when that was asked for.
func (d *Door) Type(c *fiber.Ctx) error {
	by, values := login.Actor(c), typed(c, typedPrefix)
	if c.FormValue("do") != "done" {
		if err := d.Papers.Keep(c.UserContext(), by, id(c), serial(c), values); err != nil {
			return d.keyAgain(c, err, values)
		}
		return view.See(c, sheetAt(id(c), serial(c), ""), "keying.kept")
	}
	state, err := d.Papers.Done(c.UserContext(), by, id(c), serial(c), values)
	if err != nil {
		return d.keyAgain(c, err, values)
	}
	switch state {
	case paper.Mismatch:
		return view.See(c, sheetAt(id(c), serial(c), "/settle"), "keying.mismatch")
	case paper.Once:
		return view.See(c, at(id(c), ""), "keying.once")
	default:
		return view.See(c, at(id(c), ""), "keying.accepted")
	}
}

// keyAgain shows the form once more with what was typed; where that is over, the
// desk with what is wrong.
func (d *Door) keyAgain(c *fiber.Ctx, err error, values map[string]string) error {
	page, shown := d.keyPage(c)
	if shown != nil {
		return d.again(c, err, func(*HomePage) {})
	}
	for i := range page.Rows {
		page.Rows[i].Value = values[page.Rows[i].Question.ID]
	}
	return d.pages.Again(c, err, "key", page)
}
