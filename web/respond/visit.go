package respond

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// Hidden fields of every form. They begin with an underscore, which no question
// id does.
const (
	fieldTicket = "_form"    // the ticket
	fieldLang   = "_lang"    // language shown
	fieldSize   = "_size"    // text size shown
	fieldView   = "_view"    // "all": every question on one page
	fieldAt     = "_at"      // id of the question shown, "review" or "send"
	fieldReturn = "_back"    // "review": the question was opened from the review page
	fieldDo     = "_do"      // the button pressed
	fieldCode   = "_code"    // the code of a draft to go on with
	fieldGiven  = "_given"   // the answers of other pages (given.go)
	fieldPace   = "_pace"    // the times at the questions so far
	fieldWork   = "_work"    // the work that a poster under attack asked for
	fieldWait   = "_wait"    // from when it takes the form without
	fieldTry    = "_try"     // commitments of this form that were opened as a check
	fieldBait   = "_website" // no person sees it; programs that fill in everything do
)

const (
	viewAll   = "all"
	review    = "review"
	sending   = "send" // the page from which the answers are sent
	maxFields = 400    // fields of one form
)

// visit is one request of a resident, read and not yet judged.
type visit struct {
	path  string
	token string
	lang  view.Lang
	size  string
	all   bool
	fresh bool // a GET: nothing is typed yet

	ticketText string
	at         string
	toReview   bool
	do         string
	typedCode  string
	paceText   string
	givenText  string
	work, wait string
	bait       bool     // somebody filled in what nobody sees
	unknown    []string // fields that the paper does not have
	answers    map[string][]string

	form   *survey.Form
	ticket ticket

	attempt int  // the commitment of this form that is shown, from 0
	seal    seal // it
	pace    pace
	way     *flow  // nil until asked for
	code    string // of the draft; empty where none is kept
	kept    bool   // the draft is on disk
	number  int    // of the question shown and of all, where it is known beforehand
	total   int
	blank   []byte // what stands for the end of the form where a page is made ready for everyone
}

// visit reads what every request has: the link, the language, the text size.
func (d *Door) visit(c *fiber.Ctx) *visit {
	token := c.Params("token")
	if d.deps.Prefix == "" {
		token = typed(token)
	}
	v := &visit{path: "/q/" + token, token: token, lang: view.LangOf(c)}
	if d.deps.Prefix != "" {
		v.path = d.deps.Prefix + token
	} else if strings.HasPrefix(c.Path(), "/Q/") {
		v.path = "/Q/" + token
	}
	if l, ok := view.ParseLang(c.Query("lang")); ok {
		v.lang = l
	}
	v.size = size(c.Query("size"))
	v.all = c.Query("view") == viewAll
	v.fresh = c.Method() != fiber.MethodPost
	return v
}

// size returns a known text size in pixels, empty for the usual 18.
func size(s string) string {
	if s == "24" || s == "30" {
		return s
	}
	return ""
}

// read takes the fields of the form. Every string is a copy; the maps are the room's.
func (v *visit) read(c *fiber.Ctx, room *fields) error {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return fault.New(fault.Invalid, "sheet.kind")
	}
	body := c.Request().Body() // as sent: a compressed body is no form
	if len(body) > MaxBody {
		return fault.New(fault.TooLarge, "request.toolarge")
	}
	if bytes.Count(body, []byte{'&'}) >= maxFields {
		return fault.New(fault.Invalid, "sheet.too_many_fields")
	}
	room.read(body)
	v.answers = room.answers
	return v.readMeta(room.meta)
}

func (v *visit) readMeta(meta map[string][]string) error {
	var broken error // told in the language that the form has, wherever that stands
	for name, values := range meta {
		if len(values) != 1 {
			broken = fault.New(fault.Invalid, "sheet.hidden")
			continue
		}
		value := values[0]
		if to := v.plain(name); to != nil {
			*to = value
			continue
		}
		switch name {
		case fieldLang:
			if l, ok := view.ParseLang(value); ok {
				v.lang = l
			}
		case fieldSize:
			v.size = size(value)
		case fieldView:
			v.all = value == viewAll
		case fieldReturn:
			v.toReview = value == review
		case fieldBait:
			v.bait = value != ""
		case fieldTry:
			v.attempt, broken = attempted(value, broken)
		default:
			v.unknown = append(v.unknown, name)
		}
	}
	return broken
}

// attempted reads the number of an attempt, one digit.
func attempted(text string, broken error) (int, error) {
	if len(text) != 1 || text[0] < '0' || int(text[0]-'0') > survey.MostAttempts {
		return 0, fault.New(fault.Invalid, "sheet.hidden")
	}
	return int(text[0] - '0'), broken
}

// plain is where a hidden field goes that is taken as it stands; nil for another.
func (v *visit) plain(name string) *string {
	switch name {
	case fieldTicket:
		return &v.ticketText
	case fieldAt:
		return &v.at
	case fieldDo:
		return &v.do
	case fieldCode:
		return &v.typedCode
	case fieldPace:
		return &v.paceText
	case fieldGiven:
		return &v.givenText
	case fieldWork:
		return &v.work
	case fieldWait:
		return &v.wait
	}
	return nil
}

// opened binds the visit to the form behind the link. Fields that the paper
// does not have are set apart: they are named once and not carried on.
func (v *visit) opened(form *survey.Form, t ticket) {
	q := form.Questionnaire
	v.form, v.ticket = form, t
	for name := range v.answers {
		if !q.Has(name) {
			v.unknown = append(v.unknown, name)
			delete(v.answers, name)
		}
	}
}

// flow is the way through the paper in the order that the ticket leads to.
func (v *visit) flow() flow {
	if v.way == nil {
		v.way = &flow{v.form.Questionnaire.Route(v.variant(), v.answers)}
	}
	return *v.way
}

// progress returns the number of the question shown and how many there are.
func (v *visit) progress() (number, total int) {
	if v.total > 0 {
		return v.number, v.total
	}
	return v.flow().route.Progress(v.flow().question(v.at).ID)
}

// unknownErr names the fields that the paper does not have.
func (v *visit) unknownErr() error {
	if len(v.unknown) == 0 {
		return nil
	}
	stray := make(map[string][]string, len(v.unknown))
	for _, name := range v.unknown {
		stray[name] = nil
	}
	var list fault.List
	_, err := v.form.Questionnaire.Check(stray, 0)
	for _, r := range fault.All(err) {
		if r.Code == "sheet.unknown_field" {
			list.Add(r)
		}
	}
	return list.Err()
}

// resend reports whether a link that takes no new answer may still be read: only
// to send, where the same key gets the same receipt.
func resend(err error, v *visit) bool {
	over := false
	for _, r := range fault.All(err) {
		switch r.Code {
		case "token.spent", "survey.closed", "poster.over", "poster.full":
			over = true
		}
	}
	return over && v.sends()
}

// sends reports whether the form is to be sent; without a button, as when a
// program posts it or a browser keeps a button's value to itself, the form with
// every question and the page for sending are.
func (v *visit) sends() bool {
	return v.do == doSend || v.do == "" && (v.all || v.at == sending)
}

// variant returns how the paper was shown.
func (v *visit) variant() questionnaire.Variant {
	return v.form.Questionnaire.VariantOf(v.ticket.seed)
}

// foreign reports a form that another site posts: by Sec-Fetch-Site, or by an
// Origin that is neither the host asked nor the configured base address. Under
// Referrer-Policy no-referrer browsers send "Origin: null" for our own forms
// too, so null counts as absent; the ticket then decides.
func foreign(c *fiber.Ctx, base string) bool {
	if c.Get("Sec-Fetch-Site") == "cross-site" {
		return true
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" || origin == "null" {
		return false
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return true
	}
	b, err := url.Parse(base)
	ours := err == nil && b.Host != "" && strings.EqualFold(u.Scheme, b.Scheme) && strings.EqualFold(u.Host, b.Host)
	return !ours && !strings.EqualFold(u.Host, string(c.Request().Header.Host()))
}

func errForeign() error { return fault.New(fault.Forbidden, "sheet.foreign") }

func errTicket() error { return fault.New(fault.Forbidden, "sheet.ticket") }
