package respond

import (
	"html/template"
	"strconv"
	"strings"

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

	View   string
	At     string
	Return bool
	End    template.HTML // what differs from form to form
	Card   string        // address of the picture beside the link
	About  string        // the words beside it
}

// tool is one of the links or buttons for language and text size.
type tool struct {
	Href, Do, Text, Label, Class string
	Lang                         view.Lang // language of the text, of a language link
	On                           bool      // the one in force
}

// problem is one refusal in words; ID is the question it belongs to.
type problem struct{ ID, Text string }

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
	Intro         intro
	Notice        notice
	Number, Total string
	Typed         string // the code of a draft that was not found
	Question      asked
}

// allPage shows every question.
type allPage struct {
	frame
	Intro     intro
	Notice    notice
	Questions []asked
}

// intro is what stands before the first question.
type intro struct {
	Short, Words string
	Poster       bool
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

// sendPage is the last page before the answers are sent; it shows none.
type sendPage struct {
	frame
	Ended string // as on the review
}

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

func (v *visit) notice() notice {
	q, lang := v.form.Questionnaire, string(v.lang)
	return notice{q.Value("organiser").In(lang), q.Value("agency").In(lang), q.Value("phone").In(lang)}
}

func (d *Door) questionPage(v *visit, refusals []*fault.Refusal) *questionPage {
	one, at := v.flow().question(v.at), v.flow().index(v.at)
	p := &questionPage{
		frame: d.frame(v, refusals), First: at == 0,
		Number: strconv.Itoa(at), Total: strconv.Itoa(v.flow().total()),
	}
	p.Asks, p.At, p.Return, p.End = true, one.ID, v.toReview, d.end(v, one.ID)
	p.Question = v.ask(one, p.Problems)
	p.Question.Alone = !p.First
	if p.First {
		p.Intro, p.Notice, p.Typed = d.intro(v), v.notice(), strings.ToValidUTF8(v.typedCode, "\uFFFD")
		return p
	}
	p.Head = d.say(v, "respond.progress", map[string]string{"number": p.Number, "total": p.Total})
	return p
}

func (d *Door) allPage(v *visit, refusals []*fault.Refusal) *allPage {
	p := &allPage{frame: d.frame(v, refusals), Intro: d.intro(v), Notice: v.notice()}
	p.Asks, p.End = true, d.end(v, everywhere)
	for _, one := range v.flow().order {
		p.Questions = append(p.Questions, v.ask(one, p.Problems))
	}
	return p
}

// intro is what stands before the first question: two lines, and the paper's own
// words folded away.
func (d *Door) intro(v *visit) intro {
	n := v.notice()
	return intro{
		Poster: v.form.Channel == survey.Poster, Words: v.form.Questionnaire.Intro().In(string(v.lang)),
		Short: d.say(v, "respond.intro", map[string]string{
			"organiser": n.Organiser, "agency": n.Agency, "total": strconv.Itoa(v.flow().total()),
		}),
	}
}

func (d *Door) reviewPage(v *visit, refusals []*fault.Refusal) *reviewPage {
	p := &reviewPage{frame: d.frame(v, refusals), Ended: v.ended()}
	p.At, p.End, p.Head = review, d.end(v, nowhere), d.say(v, "respond.review.title", nil)
	ended := v.flow().ended()
	for i, one := range v.flow().order {
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
	return p
}

func (d *Door) sendPage(v *visit, refusals []*fault.Refusal) *sendPage {
	p := &sendPage{frame: d.frame(v, refusals), Ended: v.ended()}
	p.At, p.End, p.Head = sending, d.end(v, nowhere), d.say(v, "respond.sending.title", nil)
	return p
}

// ended says how the paper ended: "refused" or "screened_out", empty when it was
// gone through.
func (v *visit) ended() string {
	switch ended := v.flow().ended(); {
	case ended == "":
		return ""
	case v.flow().index(ended) == 0:
		return questionnaire.Refused.String()
	}
	return questionnaire.ScreenedOut.String()
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
