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
	Of        string // ".deputies" where words for residents would not fit
	Head      string // what the page is, before the name of the survey in the window's title
	Rehearsal bool
	Trial     bool   // nothing that is answered here is kept
	Again     bool   // the link may answer until the end; the last answer counts
	Answered  bool   // and has answered
	Paper     string // version and hash of the paper, in words
	Fresh     bool   // opened by GET: the tools are links
	Sent      bool   // nothing unsent is left: the script forgets its copy
	Asks      bool   // the page asks questions: it takes the style of forms
	Seals     bool   // it shows a commitment or a receipt: it takes the style of codes
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
type notice struct {
	Organiser, Agency, Phone string
	Drafts                   string // days that an abandoned draft is kept
	Traces                   string // days after the close that traces are kept; empty where none are
	Kinds                    string // of sensitive information that some questions ask for; empty for none
	Version                  string // of the notice; empty on a trial
}

// reviewPage lists what was answered before it is sent.
type reviewPage struct {
	frame
	Ended  string // "refused", "screened_out" or "young", empty when the paper was gone through
	Spends bool   // a refusal that uses a one-time link up
	Rows   []answered
}

// answered is one row of the review.
type answered struct{ ID, Number, Text, Answer, Problem string }

// sendPage is the last page before the answers are sent; it shows none.
type sendPage struct {
	frame
	Ended  string // as on the review
	Spends bool
	Seal   seal
	Audit  bool // it may be opened as a check
}

// thanksPage is the receipt.
type thanksPage struct {
	frame
	Outcome string
	Code    string
	Day     string
	Closing string
	Notice  string // version of the privacy notice
	Unseen  bool   // on the page with all questions nobody could choose to check
}

// gonePage says why a link does not lead to the questions.
type gonePage struct {
	frame
	Heading, Text string
}

func (d *Door) notice(v *visit) notice {
	q, lang := v.form.Questionnaire, string(v.lang)
	n := notice{
		Organiser: q.Value("organiser").In(lang), Agency: q.Value("agency").In(lang), Phone: q.Value("phone").In(lang),
		Drafts: strconv.Itoa(v.form.DraftDays), Version: v.form.Notice,
	}
	for i, kind := range q.Sensitive() {
		if i > 0 {
			n.Kinds += d.say(v, "respond.notice.and", nil)
		}
		n.Kinds += d.say(v, "respond.kind."+string(kind), nil)
	}
	if v.form.TraceDays > 0 {
		n.Traces = strconv.Itoa(v.form.TraceDays)
	}
	return n
}

func (d *Door) questionPage(v *visit, refusals []*fault.Refusal) *questionPage {
	one := v.flow().question(v.at)
	number, total := v.progress()
	p := &questionPage{
		frame: d.frame(v, refusals), First: v.flow().first(v.at),
		Number: strconv.Itoa(number), Total: strconv.Itoa(total),
	}
	p.Asks, p.At, p.Return, p.End = true, one.ID, v.toReview, d.end(v, one.ID)
	p.Question = v.ask(one, p.Problems)
	p.Question.Alone = !p.First
	if p.First {
		p.Intro, p.Notice, p.Typed = d.intro(v), d.notice(v), strings.ToValidUTF8(v.typedCode, "\uFFFD")
		return p
	}
	p.Head = d.say(v, "respond.progress", map[string]string{"number": p.Number, "total": p.Total})
	return p
}

func (d *Door) allPage(v *visit, refusals []*fault.Refusal) *allPage {
	p := &allPage{frame: d.frame(v, refusals), Intro: d.intro(v), Notice: d.notice(v)}
	p.Asks, p.End = true, d.end(v, everywhere)
	for _, one := range v.form.Questionnaire.Order(v.variant()) {
		a := v.ask(one, p.Problems)
		a.Sometimes = len(one.Relevant()) > 0
		p.Questions = append(p.Questions, a)
	}
	return p
}

// intro is what stands before the first question: two lines, and the paper's own
// words folded away.
func (d *Door) intro(v *visit) intro {
	n := d.notice(v)
	_, total := v.flow().route.Progress(v.flow().route.First())
	return intro{
		Poster: v.form.Channel == survey.Poster, Words: v.form.Questionnaire.Intro().In(string(v.lang)),
		Short: d.say(v, "respond.intro", map[string]string{
			"organiser": n.Organiser, "agency": n.Agency, "total": strconv.Itoa(total),
		}),
	}
}

func (d *Door) reviewPage(v *visit, refusals []*fault.Refusal) *reviewPage {
	p := &reviewPage{frame: d.frame(v, refusals), Ended: v.ended(), Spends: v.spends()}
	p.At, p.End, p.Head = review, d.end(v, nowhere), d.say(v, "respond.review.title", nil)
	p.Sent = p.Ended == young // the phone forgets its copy too
	for _, one := range v.flow().route.Questions() {
		a := v.ask(one, p.Problems)
		row := answered{ID: one.ID, Text: inShort(a.Text), Answer: a.words(), Problem: a.Problem}
		if number, _ := v.flow().route.Progress(one.ID); number > 0 {
			row.Number = strconv.Itoa(number)
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// inShort cuts a question down to what it is known by, at most 30 Chinese characters
// or twice as many letters: who wants the whole of it opens the question.
func inShort(text string) string {
	const most = 60 // a Chinese character is as wide as two letters
	width := 0
	for i, r := range text {
		if width++; r >= 0x1100 {
			width++
		}
		if width > most {
			return strings.TrimRight(text[:i], " ,，、") + "…"
		}
	}
	return text
}

func (d *Door) sendPage(v *visit, refusals []*fault.Refusal) *sendPage {
	p := &sendPage{
		frame: d.frame(v, refusals), Ended: v.ended(), Spends: v.spends(), Seal: v.seal,
		Audit: v.seal.Whole != "" && v.attempt < survey.MostAttempts,
	}
	p.At, p.End, p.Head, p.Seals = sending, d.end(v, nowhere), d.say(v, "respond.sending.title", nil), true
	return p
}

// spends reports whether what is about to be sent is a refusal that uses a one-time
// link up. A link that declined is not kept open for another day: to take the
// refusal out again, the store would have to know which link it came by, and no
// response may be joined to its invitation.
func (v *visit) spends() bool {
	return v.form.Channel == survey.Sampled && v.ended() == questionnaire.Refused.String()
}

// young is how a page names the end that a question of age brought: who reads it may
// be a child, and none of the answers is kept.
const young = "young"

// ended says how the paper ended: "refused", "screened_out" or "young", empty when it
// was gone through.
func (v *visit) ended() string {
	switch ended := v.flow().route.Ended(); {
	case ended == "":
		return ""
	case v.flow().first(ended):
		return questionnaire.Refused.String()
	case v.flow().question(ended).Role == questionnaire.RoleAge:
		return young
	}
	return questionnaire.ScreenedOut.String()
}
