package respond

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/web/view"
)

// patience is how long a page waits for its draft to be on disk. Answering never
// stops for a draft: after that the page comes without the words about it.
const patience = 2 * time.Second

// keep stores what is answered so far, with the form's ticket and the place where
// the resident stands, so that another device can go on. Nothing is kept before
// the first answer behind the consent, and nothing of those who refuse.
func (d *Door) keep(c *fiber.Ctx, v *visit) error {
	if !v.begun() {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), patience)
	defer cancel()
	code := d.deps.Surveys.DraftCode(v.token, v.ticket.key)
	if err := d.deps.Surveys.Keep(ctx, v.token, code, d.draft(v)); err != nil {
		if kind := fault.KindOf(err); kind == 0 || kind == fault.Unavailable {
			d.deps.Log.WarnContext(ctx, "draft not stored", slog.Any("error", err))
		}
		return err
	}
	v.code, v.kept = code, true
	return nil
}

// begun reports whether there is an answer worth keeping; of who may be a child there
// is none.
func (v *visit) begun() bool {
	if v.ended() == young {
		return false
	}
	consent := v.form.Questionnaire.Questions()[0]
	if codes, refusal := consent.Read(v.answers[consent.ID]); refusal != nil || consent.EndedBy(codes) {
		return false
	}
	for id, values := range v.answers {
		if id != consent.ID && slices.ContainsFunc(values, func(s string) bool { return s != "" }) {
			return true
		}
	}
	return false
}

// draft writes the form as its own page would post it.
func (d *Door) draft(v *visit) []byte {
	form := url.Values{fieldTicket: {v.ticket.text}, fieldAt: {v.at}, fieldPace: {d.paced(v)}}
	if v.all {
		form.Set(fieldView, viewAll)
	}
	if v.attempt > 0 {
		form.Set(fieldTry, strconv.Itoa(v.attempt))
	}
	for id, values := range v.answers {
		form[id] = values
	}
	return []byte(form.Encode())
}

// save answers the script, which saves at each tap: 204 once the draft is on
// disk, 200 where there is nothing worth keeping, or nothing to keep it for any
// more because the answers were sent meanwhile. It sends no page: nobody is
// looking.
func (d *Door) save(c *fiber.Ctx, v *visit) error {
	if err := d.keep(c, v); err != nil {
		return late(c, err)
	}
	if !v.kept {
		return c.Send(nil)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// late answers the script where a draft could not be kept.
func late(c *fiber.Ctx, err error) error {
	switch kind := fault.KindOf(err); kind {
	case fault.Conflict, fault.Closed:
		return c.Send(nil)
	case 0:
		return c.SendStatus(fiber.StatusServiceUnavailable)
	default:
		return c.SendStatus(view.Status(kind))
	}
}

// resume goes on with the draft of the code that was typed, in the language and
// the text size of the page where it was typed.
func (d *Door) resume(c *fiber.Ctx, v *visit) error {
	draft, err := d.deps.Surveys.Resume(c.UserContext(), v.token, typed(v.typedCode))
	if fault.KindOf(err) == 0 && err != nil {
		d.deps.Log.ErrorContext(c.UserContext(), "draft not read", slog.Any("error", err))
		err = fault.New(fault.Unavailable, "draft.unavailable")
	}
	if err != nil {
		return d.again(c, v, err)
	}
	form, err := url.ParseQuery(string(draft))
	if err != nil {
		return d.again(c, v, fault.New(fault.Unavailable, "draft.unavailable"))
	}
	v.take(form)
	if t, ok := d.signed(v.token, v.ticketText); ok {
		v.opened(v.form, t)
		v.do = doShow // the time since the draft was kept is nobody's
		d.timed(v, d.deps.Now())
	}
	v.do, v.way = "", nil
	v.code, v.kept = d.deps.Surveys.DraftCode(v.token, v.ticket.key), true
	return d.show(c, v, nil)
}

// take replaces what was typed by what a draft holds.
func (v *visit) take(form url.Values) {
	v.paceText = form.Get(fieldPace)
	v.attempt, _ = attempted(form.Get(fieldTry), nil) // none, of most
	v.ticketText, v.at, v.all = form.Get(fieldTicket), form.Get(fieldAt), form.Get(fieldView) == viewAll
	v.answers = map[string][]string{}
	for name, values := range form {
		if name[:min(1, len(name))] != "_" {
			v.answers[name] = values
		}
	}
}
