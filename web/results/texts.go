package results

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/coding"
	"minyi/survey/result"
	"minyi/web/login"
	"minyi/web/view"
)

// TextsPage is the coding desk of a survey's open texts.
type TextsPage struct {
	Head
	Look       coding.Search
	Questions  []Option
	States     []Option
	CodesFind  []Option
	Rows       []TextRow
	Found      int
	Page       int
	Pages      int
	Book       []coding.Code
	Counts     Grid
	Open       string
	Once       string
	Agreements Grid
	Fresh      coding.Code // what was typed into the form for a new code
}

// TextRow is one text to be looked at or coded.
type TextRow struct {
	coding.Standing
	Name   string // of its form field
	Label  string // of the question
	Codes  []Option
	Given  []string // who gave what, as far as it may be seen
	Stands string
	May    bool // the visitor may give or change a code
	Settle bool // two differ
}

// textsAPage is how many texts a page shows.
const textsAPage = 25

// OpenTexts shows the open texts with their codes.
func (d *Door) OpenTexts(c *fiber.Ctx) error {
	page, err := d.texts(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "texts", page)
}

func (d *Door) texts(c *fiber.Ctx) (*TextsPage, error) {
	r, err := d.read(c)
	if err != nil {
		return nil, err
	}
	look := coding.Search{
		Words: strings.TrimSpace(c.Query("q")), Code: c.Query("code"), Question: c.Query("question"),
		State: coding.State(c.Query("state")), ForMe: c.Query("mine") == "1",
	}
	desk, err := d.Coding.Desk(c.UserContext(), login.Actor(c), string(r.Survey.ID), look)
	if err != nil {
		return nil, err
	}
	page := &TextsPage{Head: r.head("texts"), Look: look, Found: len(desk.Found), Page: 1, Book: desk.Book.Codes}
	page.Pages = max(1, (len(desk.Found)+textsAPage-1)/textsAPage)
	if n, err := strconv.Atoi(c.Query("page")); err == nil {
		page.Page = min(max(n, 1), page.Pages)
	}
	r.search(page, desk)
	from := (page.Page - 1) * textsAPage
	for _, one := range desk.Found[from:min(from+textsAPage, len(desk.Found))] {
		page.Rows = append(page.Rows, r.text(one, desk.Book, actor(c)))
	}
	page.Counts, page.Agreements = r.codeCounts(desk), r.agreements(desk)
	page.Open, page.Once = count(desk.Counts.Open), count(desk.Counts.Once)
	return page, nil
}

// search fills the form that narrows the texts.
func (r reading) search(page *TextsPage, desk *coding.Desk) {
	every := []Option{{Label: r.say("results.texts.all")}}
	page.Questions = append(every, options(page.Look.Question, desk.Questions, r.item)...)
	page.States = append(every, options(string(page.Look.State), []string{
		string(coding.Bare), string(coding.Once), string(coding.Agreed), string(coding.Differs), string(coding.Settled),
	}, func(s string) string { return r.say("results.state." + s) })...)
	page.CodesFind = append(every, r.codes(desk.Book, page.Look.Code, true)...)
}

// codes are the codes of the book as choices; retired ones only where they are
// looked for or given already.
func (r reading) codes(b *coding.Book, chosen string, retired bool) []Option {
	var out []Option
	for _, one := range b.Codes {
		if !one.Retired || retired || one.Key == chosen {
			out = append(out, Option{one.Key, r.code(one), one.Key == chosen})
		}
	}
	return out
}

func (r reading) code(c coding.Code) string {
	if r.lang == view.English {
		return c.En
	}
	return c.Zh
}

func (r reading) codeName(b *coding.Book, key string) string {
	one, _ := b.Code(key)
	return r.code(one)
}

func (r reading) text(s coding.Standing, b *coding.Book, who string) TextRow {
	own, has := s.By(who)
	row := TextRow{
		Standing: s, Name: "t_" + s.Digest(), Label: s.Question, Codes: r.codes(b, own.Code, false),
		May: s.State != coding.Settled && (has || len(s.Marks) < 2 && s.State != coding.Agreed && s.State != coding.Differs), Settle: s.State == coding.Differs,
	}
	for _, m := range s.Marks {
		row.Given = append(row.Given, m.Coder+": "+r.codeName(b, m.Code))
	}
	if s.Code != "" {
		row.Stands = r.codeName(b, s.Code)
	}
	return row
}

// codeCounts are the texts by code; the small ones are hidden as in every table.
func (r reading) codeCounts(desk *coding.Desk) Grid {
	g := Grid{Name: "codes", Caption: r.say("results.codes"), Head: r.heads("code", "texts", "share"), Href: at(r.Survey.ID, "/texts/codes.csv")}
	var counts []int
	for _, one := range desk.Counts.Codes {
		counts = append(counts, one.N)
	}
	coded := desk.Counts.All - desk.Counts.Open
	why := result.Line(counts, r.Survey.LeastShown())
	for k, one := range desk.Counts.Codes {
		if why[k] != result.Shown {
			word := r.hidden(why[k], r.Survey.LeastShown())
			g.add(r.code(one.Code), word, word)
			continue
		}
		share := "—"
		if coded > 0 {
			share = view.Percent(float64(one.N)/float64(coded), percentDigits)
		}
		g.add(r.code(one.Code), count(one.N), share)
	}
	return g
}

func (r reading) agreements(desk *coding.Desk) Grid {
	g := Grid{Name: "agreement", Caption: r.say("results.agreement"), Head: r.heads("coders", "texts", "same", "kappa")}
	for _, a := range desk.Agreements {
		kappa := "—"
		if a.Known {
			kappa = view.Decimal(a.Kappa, testDigits)
		}
		g.add(a.First+", "+a.Second, count(a.N), view.Percent(float64(a.Same)/float64(a.N), percentDigits), kappa)
	}
	return g
}

// Link is the page's address with another page number.
func (p *TextsPage) Link(page int) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"q": p.Look.Words, "code": p.Look.Code, "question": p.Look.Question, "state": string(p.Look.State), "page": strconv.Itoa(page),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if p.Look.ForMe {
		q.Set("mine", "1")
	}
	return p.Base("/texts") + "?" + q.Encode()
}

// GiveCodes keeps the codes that the visitor chose for the texts of a page.
func (d *Door) GiveCodes(c *fiber.Ctx) error {
	const field = "t_"
	form, err := view.ReadForm(c, func(name string) bool { return strings.HasPrefix(name, field) })
	if err != nil {
		return err
	}
	codes := map[string]string{}
	for name, code := range form {
		if text, ok := strings.CutPrefix(name, field); ok && code != "" {
			codes[text] = code
		}
	}
	if len(codes) > 0 {
		err = d.Coding.Give(c.UserContext(), login.Actor(c), c.Params("id"), codes)
	}
	return d.coded(c, err, "coding.give", coding.Code{})
}

// SettleCode ends a difference.
func (d *Door) SettleCode(c *fiber.Ctx) error {
	err := d.Coding.Settle(c.UserContext(), login.Actor(c), c.Params("id"), c.FormValue("text"), c.FormValue("code"))
	return d.coded(c, err, "coding.settle", coding.Code{})
}

// AddCode puts a code into the book.
func (d *Door) AddCode(c *fiber.Ctx) error {
	fresh := coding.Code{Zh: c.FormValue("zh"), En: c.FormValue("en"), Note: c.FormValue("note")}
	_, err := d.Coding.AddCode(c.UserContext(), login.Actor(c), c.Params("id"), fresh)
	return d.coded(c, err, "coding.add", fresh)
}

// RetireCode takes a code out of use.
func (d *Door) RetireCode(c *fiber.Ctx) error {
	_, err := d.Coding.RetireCode(c.UserContext(), login.Actor(c), c.Params("id"), c.FormValue("key"))
	return d.coded(c, err, "coding.retire", coding.Code{})
}

// coded goes back to the desk after a step, to the page that the visitor came from,
// or shows what was refused and typed.
func (d *Door) coded(c *fiber.Ctx, err error, done string, typed coding.Code) error {
	if err == nil {
		back := at(id(c), "/texts") + again(c)
		return view.See(c, back, done)
	}
	if fault.KindOf(err) == 0 {
		return err
	}
	page, shown := d.texts(c)
	if shown != nil {
		return shown
	}
	page.Fresh = typed
	return d.pages.Again(c, err, "texts", page)
}

// again are the search and page of the address that a form was sent to.
func again(c *fiber.Ctx) string {
	q := url.Values{}
	for _, name := range []string{"q", "code", "question", "state", "mine", "page"} {
		if v := c.Query(name); v != "" {
			q.Set(name, v)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}
