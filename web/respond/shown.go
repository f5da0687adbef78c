package respond

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// frame is what every page of the door shows or carries.
type frame struct {
	Lang      view.Lang
	Size      string
	Title     string
	Head      string // what the page is, before the name of the survey in the window's title
	Rehearsal bool
	Fresh     bool // opened by GET: the tools are links
	Sent      bool // nothing unsent is left: the script forgets its copy
	Asks      bool // the page asks questions: it takes the style of forms
	Path      string
	Script    string
	Tools     []tool
	Problems  []problem

	Ticket  string
	View    string
	At      string
	Return  bool
	Carried []carried
}

// tool is one of the links or buttons for language and text size.
type tool struct {
	Href, Do, Text, Label, Class string
	Lang                         view.Lang // language of the text, of a language link
	On                           bool      // the one in force
}

// problem is one refusal in words; ID is the question it belongs to.
type problem struct{ ID, Text string }

// carried is one answer given on another page.
type carried struct{ Name, Value string }

// asked is one question as a page shows it.
type asked struct {
	ID       string
	Text     string
	Alone    bool // it is the page's heading
	Required bool
	Multiple bool
	Words    bool
	Max      int
	Typed    string
	Problem  string
	Choices  []ticked
}

// ticked is one choice and whether it is chosen.
type ticked struct {
	Code, Text string
	On         bool
}

// questionPage shows one question; the first page adds who asks and why.
type questionPage struct {
	frame
	First         bool
	Poster        bool
	Intro         string
	Notice        notice
	Number, Total string
	Question      asked
}

// allPage shows every question.
type allPage struct {
	frame
	Poster    bool
	Intro     string
	Notice    notice
	Questions []asked
}

// notice is the privacy notice: who, what for, what is kept, how long, rights,
// contact.
type notice struct{ Organiser, Agency, Phone string }

// reviewPage lists what was answered before it is sent.
type reviewPage struct {
	frame
	Ended string // "refused" or "screened_out", empty when the paper was gone through
	Rows  []answered
}

// answered is one row of the review.
type answered struct{ ID, Number, Text, Answer, Problem string }

// thanksPage is the receipt.
type thanksPage struct {
	frame
	Outcome string
	Code    string
	Day     string
	Closing string
}

// gonePage says why a link does not lead to the questions.
type gonePage struct {
	frame
	Heading, Text string
}

func (d *Door) frame(v *visit, refusals []*fault.Refusal) frame {
	f := frame{Lang: v.lang, Size: v.size, Path: v.path, Fresh: v.fresh, Script: d.scripts[v.lang].path, Ticket: v.ticket.text}
	if v.form != nil {
		f.Title = v.form.Questionnaire.Title().In(string(v.lang))
		f.Rehearsal = v.form.Rehearsal
	}
	if v.all {
		f.View = viewAll
	}
	for _, r := range refusals {
		p := problem{Text: d.pages.texts.Refusal(v.lang, r)}
		if v.form != nil {
			if _, ok := v.form.Questionnaire.Question(r.Field); ok {
				p.ID = r.Field
			}
		}
		f.Problems = append(f.Problems, p)
	}
	f.Tools = d.tools(v)
	return f
}

// tools are the other language and the three text sizes.
func (d *Door) tools(v *visit) []tool {
	base := v.path + "?"
	if v.all {
		base += "view=all&"
	}
	var out []tool
	for _, l := range view.Langs() {
		if l != v.lang {
			out = append(out, tool{
				Href: base + "lang=" + string(l) + sizeQuery(v.size), Do: doLang + string(l),
				Text: d.pages.texts.Say(l, "lang."+string(l), nil), Lang: l,
			})
		}
	}
	for _, s := range []string{"18", "24", "30"} {
		on := v.size == size(s)
		out = append(out, tool{
			Href: base + "lang=" + string(v.lang) + sizeQuery(s), Do: doSize + s, On: on, Class: "a" + s,
			Text: "A", Label: d.say(v, "respond.size."+s, nil),
		})
	}
	return out
}

func sizeQuery(s string) string {
	if s == "" {
		return ""
	}
	return "&size=" + s
}

// ask makes one question ready to be shown, with what was typed.
func (v *visit) ask(one questionnaire.Question, problems []problem) asked {
	lang := string(v.lang)
	a := asked{
		ID: one.ID, Text: one.Text.In(lang), Required: one.Required, Max: one.MaxChars,
		Multiple: one.Type == questionnaire.Multiple, Words: one.Type == questionnaire.Words,
	}
	given := v.answers[one.ID]
	for _, p := range problems {
		if p.ID == one.ID {
			a.Problem = p.Text
		}
	}
	if a.Words && len(given) > 0 {
		a.Typed = strings.ToValidUTF8(given[0], "\uFFFD")
	}
	for _, c := range one.Choices {
		t := ticked{Code: c.Code, Text: c.Text.In(lang)}
		for _, code := range given {
			t.On = t.On || code == c.Code
		}
		a.Choices = append(a.Choices, t)
	}
	return a
}

// carry lists the answers that are not asked on this page, in the order of the
// paper.
func (v *visit) carry(but string) []carried {
	var out []carried
	for _, one := range v.form.Questionnaire.Questions() {
		if one.ID == but {
			continue
		}
		for _, value := range v.answers[one.ID] {
			out = append(out, carried{one.ID, value})
		}
	}
	return out
}

func (v *visit) notice() notice {
	q, lang := v.form.Questionnaire, string(v.lang)
	return notice{q.Value("organiser").In(lang), q.Value("agency").In(lang), q.Value("phone").In(lang)}
}

func (d *Door) showQuestion(c *fiber.Ctx, v *visit, id string, refusals []*fault.Refusal) error {
	one := v.flow.question(id)
	p := &questionPage{
		frame: d.frame(v, refusals), First: v.flow.index(id) == 0,
		Number: strconv.Itoa(v.flow.number(id)), Total: strconv.Itoa(v.flow.total()),
	}
	p.Asks, p.At, p.Return, p.Carried = true, one.ID, v.toReview, v.carry(one.ID)
	p.Question = v.ask(one, p.Problems)
	p.Question.Alone = !p.First
	if !p.First {
		p.Head = d.say(v, "respond.progress", map[string]string{"number": p.Number, "total": p.Total})
	}
	if p.First {
		p.Intro = v.form.Questionnaire.Intro().In(string(v.lang))
		p.Poster, p.Notice = v.form.Channel == survey.Poster, v.notice()
	}
	return d.render(c, v, "question", p)
}

func (d *Door) showAll(c *fiber.Ctx, v *visit, refusals []*fault.Refusal) error {
	p := &allPage{
		frame: d.frame(v, refusals), Poster: v.form.Channel == survey.Poster, Notice: v.notice(),
		Intro: v.form.Questionnaire.Intro().In(string(v.lang)),
	}
	p.Asks = true
	for _, one := range v.flow.order {
		p.Questions = append(p.Questions, v.ask(one, p.Problems))
	}
	return d.render(c, v, "all", p)
}

func (d *Door) showReview(c *fiber.Ctx, v *visit, refusals []*fault.Refusal) error {
	p := &reviewPage{frame: d.frame(v, refusals)}
	p.At, p.Carried, p.Head = review, v.carry(""), d.say(v, "respond.review.title", nil)
	ended := v.flow.ended()
	if ended != "" {
		p.Ended = questionnaire.ScreenedOut.String()
		if v.flow.index(ended) == 0 {
			p.Ended = questionnaire.Refused.String()
		}
	}
	for i, one := range v.flow.order {
		a := v.ask(one, p.Problems)
		row := answered{ID: one.ID, Text: a.Text, Answer: a.words(), Problem: a.Problem}
		if i > 0 {
			row.Number = strconv.Itoa(i)
		}
		p.Rows = append(p.Rows, row)
		if one.ID == ended {
			break
		}
	}
	return d.render(c, v, "review", p)
}

// words writes an answer as it was read; empty when there is none.
func (a asked) words() string {
	var out []string
	for _, c := range a.Choices {
		if c.On {
			out = append(out, c.Text)
		}
	}
	if a.Words {
		return a.Typed
	}
	return strings.Join(out, " · ")
}

func (d *Door) thanks(c *fiber.Ctx, v *visit, sheet questionnaire.Sheet, r survey.Receipt) error {
	p := &thanksPage{
		frame: d.frame(v, nil), Outcome: "complete", Code: r.Code, Day: d.day(v, d.deps.Now()),
		Closing: v.form.Questionnaire.Closing().In(string(v.lang)),
	}
	if !sheet.Disposition.InScope() {
		p.Outcome = sheet.Disposition.String()
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
