package proceeding

import (
	"io"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/view"
)

// PublicPage is the public notice: its draft, where it stands, and the media.
type PublicPage struct {
	view.Frame
	Round   *roster.Round
	Notice  *naming.Notice // nil: none yet
	Past    []naming.Notice
	List    []ActName // the candidates that the draft would list
	Fits    bool      // the notice lists the candidates that stand
	Begun   bool
	Over    bool
	Given   bool // names are given
	Counted string
	Short   bool // the period is too short as it counts
	Draft   DraftForm
	Medium  MediumForm
	Waiting []Waiting
	Last    *view.Decision
	Why     string // an entry of the media is struck
	Today   string
}

// DraftForm is the notice's form as it was typed.
type DraftForm struct {
	Medium, From, To, Contact, Words, Why string
	Published                             []PublishedField
}

// PublishedField is one instrument that the notice may publish.
type PublishedField struct {
	Instrument scorebook.Instrument
	On         bool
}

// MediumForm is the form of an appearance as it was typed.
type MediumForm struct {
	Name, Date, Place string
	Kind              naming.MediumKind
	Regional          bool
	Kinds             []naming.MediumKind
}

// publishable are the instruments whose findings a notice may publish.
func publishable() []scorebook.Instrument {
	return []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey, scorebook.Verification}
}

// Public shows the page.
func (d *Door) Public(c *fiber.Ctx) error {
	page, err := d.public(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "public", page)
}

func (d *Door) public(c *fiber.Ctx) (*PublicPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	page := &PublicPage{
		Round: r, Notice: p.Notice, Past: p.Past, Fits: p.Notice == nil || p.Fits(), Given: len(p.Given()) > 0,
		Waiting: d.waiting(c, p, naming.PostNotice), Today: roster.DateOf(d.Now()).String(),
		Medium: MediumForm{Kind: naming.Newspaper, Regional: true, Kinds: naming.MediumKinds(), Date: roster.DateOf(d.Now()).String()},
	}
	if p.Candidates != nil {
		for _, x := range p.Candidates.List {
			page.List = append(page.List, ActName{Target: x.Target, Name: d.unitName(c, x.Unit), Title: x.Title})
		}
	}
	if a := p.Last(naming.PostNotice); a != nil {
		last := shown(*a)
		page.Last = &last
	}
	page.fill(d)
	return page, nil
}

// fill fills in the state of the notice, and the draft of the next.
func (p *PublicPage) fill(d *Door) {
	s := p.Round.Settings
	p.Draft = DraftForm{From: s.Notice.From.String(), To: s.Notice.To.String()}
	published := []scorebook.Instrument{scorebook.Survey}
	if today := roster.DateOf(d.Now()); s.Notice.From.Before(today) {
		p.Draft.From = today.String()
	}
	if n := p.Notice; n != nil {
		p.Begun, p.Over = n.Window.Began(d.Now()), n.Window.Over(d.Now())
		p.Draft.Medium, p.Draft.Contact, p.Draft.Words, published = n.Medium, n.Contact, n.Words, n.Published
		if from, ok := n.Counted(s); ok {
			p.Counted = from.String()
			p.Short = n.Window.To.Before(from) || roster.Between(from, n.Window.To).Days() < s.NoticeDays
		}
	}
	for _, i := range publishable() {
		p.Draft.Published = append(p.Draft.Published, PublishedField{i, slices.Contains(published, i)})
	}
}

// Post posts the notice, or a corrected one: fields medium, from, to, contact, words,
// why and published.<instrument>.
func (d *Door) Post(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	var list fault.List
	draft := naming.Draft{
		Medium: c.FormValue("medium"), Contact: c.FormValue("contact"), Words: c.FormValue("words"), Why: c.FormValue("why"),
		Window: roster.Between(typed(c, &list, "from"), typed(c, &list, "to")),
	}
	form := DraftForm{Medium: draft.Medium, Contact: draft.Contact, Words: draft.Words, Why: draft.Why, From: c.FormValue("from"), To: c.FormValue("to")}
	for _, i := range publishable() {
		on := c.FormValue("published."+string(i)) == "on"
		form.Published = append(form.Published, PublishedField{i, on})
		if on {
			draft.Published = append(draft.Published, i)
		}
	}
	if err = list.Err(); err == nil {
		err = d.Naming.Post(c.UserContext(), actor(c), r.Year, draft)
	}
	if err != nil {
		return d.publicAgain(c, err, func(page *PublicPage) { page.Draft = form })
	}
	return view.See(c, Public, "notice")
}

// publicAgain shows the page with the refusal and, by keep, what was typed.
func (d *Door) publicAgain(c *fiber.Ctx, refusal error, keep func(*PublicPage)) error {
	page, err := d.public(c)
	if err != nil {
		return err
	}
	keep(page)
	return d.pages.Again(c, refusal, "public", page)
}

// Appear puts an appearance into the register of media: fields name, kind, regional,
// date, place and file.
func (d *Door) Appear(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	var list fault.List
	x := naming.Appearance{
		Name: c.FormValue("name"), Kind: naming.MediumKind(c.FormValue("kind")), Regional: c.FormValue("regional") == "on",
		Place: c.FormValue("place"), Date: typed(c, &list, "date"),
	}
	if err = list.Err(); err == nil {
		err = uploaded(c, func(name string, file io.Reader) error {
			return d.Naming.Appeared(c.UserContext(), actor(c), r.Year, x, name, file)
		})
	}
	if err != nil {
		return d.publicAgain(c, err, func(page *PublicPage) {
			page.Medium = MediumForm{Name: x.Name, Kind: x.Kind, Regional: x.Regional, Place: x.Place, Date: c.FormValue("date"), Kinds: naming.MediumKinds()}
		})
	}
	return view.See(c, Public, "medium")
}

// uploaded opens the file of a form and hands it on.
func uploaded(c *fiber.Ctx, do func(name string, r io.Reader) error) error {
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		return fault.New(fault.Invalid, "medium.proof").At("file")
	}
	file, err := head.Open()
	if err != nil {
		return fault.New(fault.Invalid, "medium.proof").At("file")
	}
	defer func() { _ = file.Close() }() // was only read
	return do(head.Filename, file)
}

// Strike takes an entry of the media out of the count: field why.
func (d *Door) Strike(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	if err := d.Naming.StrikeMedium(c.UserContext(), actor(c), r.Year, c.Params("medium"), c.FormValue("why")); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return err
		}
		return d.publicAgain(c, err, func(page *PublicPage) { page.Why = c.FormValue("why") })
	}
	return view.See(c, Public, "medium.struck")
}

// Proof sends the file that proves an appearance, to be saved.
func (d *Door) Proof(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	f, file, err := d.Naming.Proof(c.UserContext(), actor(c), r.Year, c.Params("medium"))
	if err != nil {
		return err
	}
	return view.SendFile(c, f.Name, f.Kind.MediaType(), f.Size, file)
}
