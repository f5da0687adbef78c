package respond

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/view"
)

// The page of thanks is the same for all who send on a day, but for the code and what
// is said of the commitment; it is kept ready under its outcome.
const (
	thankful  = "thanks."
	markCode  = "##########" // as long as a receipt's code
	afterCode = "</p>"
)

// thanks shows the receipt. What became of the sheet is the intake's word: a cell
// of a quota may have been full.
func (d *Door) thanks(c *fiber.Ctx, v *visit, r survey.Receipt) error {
	now, outcome := d.deps.Now(), "complete"
	if !r.Disposition.InScope() {
		outcome = r.Disposition.String()
	}
	if v.form.Trial || len(r.Code) != len(markCode) {
		return d.render(c, v, "thanks", d.thanksPage(v, outcome, r.Code, now))
	}
	l := label{
		paper: v.form.Version, made: v.form.Rehearsal, again: v.form.Again, place: thankful + outcome, unseen: v.all, day: dayNumber(now),
		lang: v.lang, size: v.size, coding: codingOf(c),
	}
	page, err := d.shelf.take(l, func() (*ready, error) { return d.makeThanks(v, l.coding, outcome, now) })
	if err != nil {
		return err
	}
	d.sendSpliced(c, v, page, r.Code, d.receiptEnd(v, r.Commitment.String()))
	return nil
}

func (d *Door) thanksPage(v *visit, outcome, code string, now time.Time) *thanksPage {
	p := &thanksPage{
		frame: d.frame(v, nil), Outcome: outcome, Code: code, Day: d.day(v, now),
		Closing: v.form.Questionnaire.Closing().In(string(v.lang)), Notice: v.form.Notice, Unseen: v.all,
	}
	p.Sent, p.Seals, p.Tools = true, true, nil
	return p
}

// makeThanks renders a page of thanks without a code and packs it.
func (d *Door) makeThanks(v *visit, in coding, outcome string, now time.Time) (*ready, error) {
	var out bytes.Buffer
	blank := d.thanksPage(v, outcome, markCode, now)
	blank.End = markEnd
	if err := d.pages.set[v.lang].ExecuteTemplate(&out, "thanks", blank); err != nil {
		return nil, fmt.Errorf("page thanks: %w", err)
	}
	page := cut{gap: len(markCode), after: afterCode}
	var found, ended bool
	page.head, page.mid, found = bytes.Cut(out.Bytes(), []byte(markCode+afterCode))
	page.mid, page.tail, ended = bytes.Cut(page.mid, []byte(markEnd))
	if !found || !ended {
		return nil, errors.New("page thanks: cannot be cut")
	}
	return pack(in, quick, page)
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
