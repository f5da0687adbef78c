package respond

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/view"
)

// thanks shows the receipt. What became of the sheet is the intake's word: a cell
// of a quota may have been full.
func (d *Door) thanks(c *fiber.Ctx, v *visit, r survey.Receipt) error {
	p := &thanksPage{
		frame: d.frame(v, nil), Outcome: "complete", Code: r.Code, Day: d.day(v, d.deps.Now()),
		Closing: v.form.Questionnaire.Closing().In(string(v.lang)),
	}
	if !r.Disposition.InScope() {
		p.Outcome = r.Disposition.String()
	}
	p.Sent, p.Tools = true, nil
	return d.render(c, v, "thanks", p)
}

// gone shows a page of its own for a link or a request that leads no further.
// An error that is no refusal goes on to the error handler.
func (d *Door) gone(c *fiber.Ctx, v *visit, err error) error {
	refusals := fault.All(err)
	if len(refusals) == 0 {
		return err
	}
	first := refusals[0]
	p := &gonePage{frame: d.frame(v, nil), Heading: d.say(v, "respond.gone", nil)}
	if key := "respond.gone." + first.Code; d.pages.texts.Has(v.lang, key) {
		p.Heading = d.say(v, key, nil)
	}
	p.Text = d.reason(v, first)
	p.Rehearsal = p.Rehearsal || view.MadeOf(c)
	p.Sent = first.Code == "token.spent"
	p.Fresh = true
	c.Status(view.Status(first.Kind))
	if first.Kind == fault.Unavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	return d.render(c, v, "gone", p)
}

// reason is the sentence of a refusal in the words for residents; where the door
// has none of its own, in those of every page.
func (d *Door) reason(v *visit, r *fault.Refusal) string {
	r = d.dated(v, r)
	if key := "respond.gone." + r.Code + ".text"; d.pages.texts.Has(v.lang, key) {
		return d.say(v, key, r.Params)
	}
	return d.pages.texts.Refusal(v.lang, r)
}

// dated writes the days among a refusal's parameters in the words of the
// language.
func (d *Door) dated(v *visit, r *fault.Refusal) *fault.Refusal {
	out := *r
	out.Params = fault.Params{}
	for name, value := range r.Params {
		if at, err := time.Parse(time.DateOnly, value); err == nil {
			value = at.Format(d.say(v, "respond.date", nil))
		}
		out.Params[name] = value
	}
	return &out
}
