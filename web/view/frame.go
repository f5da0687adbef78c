package view

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

// Link is one entry of a navigation.
type Link struct {
	Href   string
	Also   []string // other addresses whose pages belong to it
	Key    string   // text key
	Of     []Link   // the entries of a group: they show while one of them is active
	Active bool
}

// Within returns the entries of the group that is active.
func (v Visitor) Within() []Link {
	for _, l := range v.Nav {
		if l.Active && len(l.Of) > 1 {
			return l.Of
		}
	}
	return nil
}

// Problem is one refusal in words, beside the field that it belongs to.
type Problem struct {
	Field string // empty: concerns the whole request
	Text  string
}

// Visitor is who looks at the page; the web layer puts it into the request.
type Visitor struct {
	Name   string // account name, empty for the public
	Role   string
	Nav    []Link
	Unread func() int    // counts the unread messages of who is signed in; nil for the public
	Token  func() string // gives the form token, making the visitor's cookie when there is none
}

// Frame is what the layout shows around every page. A page's struct embeds it;
// the renderer fills it.
type Frame struct {
	Lang     Lang
	Visitor  Visitor
	Now      time.Time // programme clock
	Path     string
	Query    string
	Made     bool // the round is a rehearsal: its people are made up
	Done     string
	Problems []Problem
	Assets   Assets
	Road     *Road    // of the survey that the page belongs to; nil for none
	Work     []Work   // in the background, begun on this page
	Watching bool     // some of it is under way
	Printed  *Printed // what stands below it on paper; nil where it shows no result
}

func (f *Frame) frame() *Frame { return f }

// Framed is any page struct that embeds Frame.
type Framed interface{ frame() *Frame }

// CSRF returns the form token of this visitor.
func (f *Frame) CSRF() string {
	if f.Visitor.Token == nil {
		return ""
	}
	return f.Visitor.Token()
}

// Problem returns the sentence for a field, empty when the field is fine.
func (f *Frame) Problem(field string) string {
	for _, p := range f.Problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// LangHref is this page in another language, its other parameters kept.
func (f *Frame) LangHref(lang Lang) string {
	q, err := url.ParseQuery(f.Query)
	if err != nil {
		q = url.Values{}
	}
	q.Del("done")
	q.Set("lang", string(lang))
	return f.Path + "?" + q.Encode()
}

// Is reports whether the visitor has the role.
func (f *Frame) Is(role string) bool { return f.Visitor.Role == role }

// The keys under which middleware leaves its findings in the request.
const (
	localVisitor = "view.visitor"
	localLang    = "view.lang"
	localNow     = "view.now"
	localMade    = "view.made"
	localClient  = "view.client"
)

// SetVisitor leaves the visitor in the request.
func SetVisitor(c *fiber.Ctx, v Visitor) { c.Locals(localVisitor, v) }

// VisitorOf returns the visitor of the request, the zero Visitor if none.
func VisitorOf(c *fiber.Ctx) Visitor {
	v, _ := c.Locals(localVisitor).(Visitor)
	return v
}

// SetLang leaves the language of the answer in the request.
func SetLang(c *fiber.Ctx, l Lang) { c.Locals(localLang, l) }

// LangOf returns the language of the answer.
func LangOf(c *fiber.Ctx) Lang {
	if l, ok := c.Locals(localLang).(Lang); ok {
		return l
	}
	return Chinese
}

// SetClient leaves the client's network address in the request. It serves
// limits only and is never kept.
func SetClient(c *fiber.Ctx, address string) { c.Locals(localClient, address) }

// ClientOf returns the client's network address.
func ClientOf(c *fiber.Ctx) string {
	s, _ := c.Locals(localClient).(string)
	return s
}

// SetRound leaves the programme clock and whether the round is a rehearsal.
func SetRound(c *fiber.Ctx, now time.Time, made bool) {
	c.Locals(localNow, now)
	c.Locals(localMade, made)
}

// MadeOf reports whether the round is a rehearsal, whose people are made up.
func MadeOf(c *fiber.Ctx) bool {
	made, _ := c.Locals(localMade).(bool)
	return made
}

// NowOf returns the programme time of the request.
func NowOf(c *fiber.Ctx) time.Time {
	now, _ := c.Locals(localNow).(time.Time)
	return now
}

func (p *Pages) fill(c *fiber.Ctx, f *Frame) {
	f.Lang = LangOf(c)
	f.Visitor = VisitorOf(c)
	f.Now = NowOf(c)
	f.Made = MadeOf(c)
	f.Path = c.Path()
	f.Query = string(c.Request().URI().QueryString())
	f.Assets = p.assets
	f.Printed = printedOf(c)
	f.road(c)
	if done := "done." + c.Query("done"); p.texts.Has(f.Lang, done) {
		f.Done = p.texts.Say(f.Lang, done, nil)
	}
}

// problems turns an error's refusals into words.
func (p *Pages) problems(lang Lang, err error) []Problem {
	var out []Problem
	for _, r := range fault.All(err) {
		out = append(out, Problem{Field: r.Field, Text: p.texts.Refusal(lang, r)})
	}
	return out
}
