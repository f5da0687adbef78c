package respond

import (
	"log/slog"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// step does what the pressed button asks for.
func (d *Door) step(c *fiber.Ctx, v *visit) error {
	if v.typedCode != "" {
		return d.resume(c, v)
	}
	if err := v.unknownErr(); err != nil {
		return d.again(c, v, err)
	}
	if v.do == doSave {
		return d.save(c, v)
	}
	if v.sends() {
		return d.submit(c, v)
	}
	if v.do == doAudit {
		return d.audit(c, v)
	}
	err := v.move()
	_ = d.keep(c, v) // logged there; a draft that fails stops nobody
	if err != nil {
		return d.again(c, v, err)
	}
	return d.show(c, v, nil)
}

// move goes where the pressed button leads.
func (v *visit) move() error {
	switch {
	case strings.HasPrefix(v.do, doLang):
		if l, ok := view.ParseLang(strings.TrimPrefix(v.do, doLang)); ok {
			v.lang = l
		}
	case strings.HasPrefix(v.do, doSize):
		v.size = size(strings.TrimPrefix(v.do, doSize))
	case strings.HasPrefix(v.do, doChange):
		v.at, v.toReview = strings.TrimPrefix(v.do, doChange), true
	case v.do == doBack:
		v.at, v.toReview = v.flow().before(v.at), false
	case v.do == doReview:
		v.at, v.toReview = v.flow().toReview(), false
	case (v.do == doNext || v.do == "") && !v.all:
		return v.next()
	}
	return nil
}

// next goes on from the question shown, or says what is wrong with it. From the
// review it goes to the page for sending, once nothing is wrong.
func (v *visit) next() error {
	if v.at == review {
		_, err := v.form.Questionnaire.Check(v.answers, v.variant())
		if err == nil {
			v.at = sending
		}
		return err
	}
	to, err := v.flow().after(v.at, v.toReview)
	if err != nil {
		return err
	}
	v.at = to
	v.toReview = v.toReview && to != review
	return nil
}

// submit checks the whole sheet and hands it to the survey. Whatever goes
// wrong, the resident keeps what was typed: a wrong answer leads to the review, a
// store that fails to the button that sends again. Only a link that cannot take
// the answer any more ends on a page of its own.
func (d *Door) submit(c *fiber.Ctx, v *visit) error {
	v.at = review
	sheet, err := v.form.Questionnaire.Check(v.answers, v.variant())
	if err != nil {
		return d.again(c, v, err)
	}
	v.at = sending
	seen := d.defend(c, v)
	if seen.asks {
		return d.ask(c, v)
	}
	receipt, err := d.cast(c, v, sheet, seen)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return d.thanks(c, v, receipt)
	case kind == 0 || kind == fault.Unavailable:
		d.deps.Log.ErrorContext(c.UserContext(), "response not stored", slog.Any("error", err))
		return d.again(c, v, fault.New(fault.Unavailable, "store.unavailable"))
	case kind == fault.TooMany || kind == fault.Invalid || spoiled(err):
		return d.again(c, v, err)
	}
	return d.gone(c, v, err)
}

// cast hands the sheet over. Of one that comes from the page with all questions no
// commitment was shown, so that one that was opened as a check is passed over.
func (d *Door) cast(c *fiber.Ctx, v *visit, sheet questionnaire.Sheet, seen seen) (survey.Receipt, error) {
	in := d.submission(v, sheet)
	in.Trace = d.trace(c, v, seen.signs)
	receipt, err := d.deps.Surveys.Submit(c.UserContext(), in)
	for v.all && spoiled(err) && in.Attempt < survey.MostAttempts {
		in.Attempt++
		receipt, err = d.deps.Surveys.Submit(c.UserContext(), in)
	}
	return receipt, err
}

// screened is what the form of somebody screened out said; nil of all others.
func (v *visit) screened(sheet questionnaire.Sheet) map[string][]string {
	if sheet.Disposition != questionnaire.ScreenedOut {
		return nil
	}
	return v.answers
}

// again shows the form once more with the words of each refusal, and everything
// typed still in it.
func (d *Door) again(c *fiber.Ctx, v *visit, err error) error {
	kind := fault.KindOf(err)
	if kind == fault.Unavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	c.Status(view.FormStatus(kind))
	return d.show(c, v, fault.All(err))
}

// show renders the place where the visit stands. What nobody has answered yet is
// the same page for all.
func (d *Door) show(c *fiber.Ctx, v *visit, refusals []*fault.Refusal) error {
	if v.at == sending && !v.all {
		refusals = append(refusals, d.commit(c, v)...)
	}
	if l, ok := d.label(c, v); ok && len(refusals) == 0 {
		return d.sendReady(c, v, l)
	}
	name, page := d.page(v, refusals)
	return d.render(c, v, name, page)
}

// page fills the struct of the page for the place where the visit stands, and
// names its template.
func (d *Door) page(v *visit, refusals []*fault.Refusal) (string, any) {
	switch {
	case v.all:
		return "all", d.allPage(v, refusals)
	case v.at == review:
		return "review", d.reviewPage(v, refusals)
	case v.at == sending:
		return "send", d.sendPage(v, refusals)
	}
	return "question", d.questionPage(v, refusals)
}
