// Package scrutiny is the door to the look behind a closed log: the public's page of who
// examines, which lottery draws, how the leaves are counted and whether an invitation
// was used; the office's page of names, lot and signatures; the agency's, where the two
// examiners get the openings; and the sheet of the drawn leaves for those who were
// invited. It decides nothing.
//
// What it shows and does is judged in package survey (scrutiny_test.go) and by the
// rehearsal, which walks through its pages.
package scrutiny

import (
	"embed"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/ledger"
	"minyi/survey/scrutiny"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Home       = "/scrutiny"
	Invitation = Home + "/invitation"
	Used       = Home + "/:round/:unit/used.txt"
	Desk       = "/office/scrutiny"
	Agency     = "/agency/scrutiny"
	Lot        = Desk + "/:id/lot"
)

// Config is what a Door needs.
type Config struct {
	Surveys *survey.Service
	Roster  *roster.Service
	Texts   *view.Texts
}

// Door serves these pages.
type Door struct {
	Config
	pages *view.Pages
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages}, nil
}

// Page is the scrutiny of a round, for everybody.
type Page struct {
	view.Frame
	*scrutiny.Round
	Rounds []int
	Units  []Unit
	Typed  string // invitation
	Unit   string // that was asked for
	Answer string // "used" or "unused"; empty before a question
}

// Unit is a published survey with its closed log.
type Unit struct {
	Code, Name, Home string
	Survey           survey.ID
	*survey.ClosedLog
	Signed []scrutiny.Signed
}

// show fills in the page of the round that the address or form names, else the newest.
func (d *Door) show(c *fiber.Ctx, named string) (*Page, error) {
	page := &Page{Round: &scrutiny.Round{}}
	rounds, err := d.Roster.Rounds(c.UserContext())
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		page.Rounds = append(page.Rounds, r.Year)
	}
	slices.Sort(page.Rounds)
	slices.Reverse(page.Rounds)
	if len(page.Rounds) == 0 {
		return page, nil
	}
	year := page.Rounds[0]
	if named != "" {
		if year, err = strconv.Atoi(named); err != nil || !slices.Contains(page.Rounds, year) {
			return nil, fault.New(fault.NotFound, "published.none")
		}
	}
	if page.Round, err = d.Surveys.Scrutiny(c.UserContext(), year); err != nil {
		return nil, err
	}
	published, err := d.Surveys.Public(c.UserContext(), year)
	if err != nil {
		return nil, err
	}
	return page, page.units(published, string(view.LangOf(c)))
}

// units fills in the published surveys that have a closed log.
func (p *Page) units(published []survey.Public, lang string) error {
	for _, found := range published {
		closed, err := found.Release.Closing()
		if err != nil {
			if fault.KindOf(err) == 0 {
				return err
			}
			continue // from before there were logs
		}
		one := Unit{
			Code: string(found.Unit), Name: found.Release.Survey.UnitName.In(lang), Survey: found.Release.Survey.ID, ClosedLog: closed,
			Home: "/results/" + strconv.Itoa(p.Year) + "/" + string(found.Unit),
		}
		for _, s := range p.Signed {
			if s.Survey == string(one.Survey) && s.Statement == scrutiny.Statement(closed.Origin, closed.Root, closed.Digest) {
				one.Signed = append(one.Signed, s)
			}
		}
		p.Units = append(p.Units, one)
	}
	return nil
}

// By is the name of the examiner of a signature.
func (p *Page) By(s scrutiny.Signed) string { return p.Examiners[s.Examiner].Name }

// Show shows the scrutiny of a round.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.show(c, c.Query("round"))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "public", page)
}

// Ask says whether an invitation was used: fields round, unit, invitation.
func (d *Door) Ask(c *fiber.Ctx) error {
	page, err := d.show(c, c.FormValue("round"))
	if err != nil {
		return err
	}
	page.Typed, page.Unit = c.FormValue("invitation"), c.FormValue("unit")
	p, err := d.Surveys.PublicOf(c.UserContext(), page.Year, roster.UnitCode(page.Unit))
	if err != nil {
		return d.pages.Again(c, err, "public", page)
	}
	used, err := d.Surveys.Answered(p.Release, page.Typed)
	if err != nil {
		return d.pages.Again(c, err, "public", page)
	}
	page.Typed, page.Answer = "", "unused"
	if used {
		page.Answer = "used"
	}
	return d.pages.Render(c, "public", page)
}

// List sends the list of used invitations of a published survey.
func (d *Door) List(c *fiber.Ctx) error {
	year, err := strconv.Atoi(c.Params("round"))
	if err != nil {
		return fault.New(fault.NotFound, "published.none")
	}
	p, err := d.Surveys.PublicOf(c.UserContext(), year, roster.UnitCode(c.Params("unit")))
	if err != nil {
		return err
	}
	closed, err := p.Release.Closing()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.Send(closed.Used)
}

// StaffPage is the page of the office, or that of the agency.
type StaffPage struct {
	view.Frame
	*scrutiny.Round
	Office  bool
	Surveys []Row
	Usual   int
	Typed   [scrutiny.Examiners]scrutiny.Examiner
	Lottery scrutiny.Lot
}

// Row is a survey of the round.
type Row struct {
	*survey.Survey
	Name      string
	Ready     bool   // its review is closed
	Statement string // that the examiners sign; empty before the release
}

// Got reports whether an examiner got the openings of a survey.
func (p *StaffPage) Got(r Row, examiner int) bool { return p.Has(string(r.ID), examiner) }

// SignedBy reports whether an examiner signed for a survey.
func (p *StaffPage) SignedBy(r Row, examiner int) bool {
	return slices.ContainsFunc(p.Signed, func(s scrutiny.Signed) bool { return s.Survey == string(r.ID) && s.Examiner == examiner })
}

func (d *Door) staff(c *fiber.Ctx) (*StaffPage, error) {
	page := &StaffPage{Round: &scrutiny.Round{}, Office: login.Actor(c).Role == access.Office, Usual: scrutiny.UsualDrawn}
	r, err := d.Roster.Current(c.UserContext())
	if fault.KindOf(err) == fault.NotFound {
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	if page.Round, err = d.Surveys.Scrutiny(c.UserContext(), r.Year); err != nil {
		return nil, err
	}
	copy(page.Typed[:], page.Examiners)
	for _, one := range d.Surveys.Logs() {
		if one.Round != r.Year || one.Audience != survey.OfResidents {
			continue
		}
		sv, err := d.Surveys.Named(one.ID)
		if err != nil {
			return nil, err
		}
		row := Row{Survey: sv, Name: sv.UnitName.In(string(view.LangOf(c))), Ready: sv.Reviewed()}
		if page.Office {
			if row.Statement, err = d.Surveys.ExaminersStatement(sv); err != nil && fault.KindOf(err) == 0 {
				return nil, err
			}
		}
		page.Surveys = append(page.Surveys, row)
	}
	return page, nil
}

// Staff shows the page of the office, or that of the agency.
func (d *Door) Staff(c *fiber.Ctx) error {
	page, err := d.staff(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "staff", page)
}

// done answers a form of the office.
func (d *Door) done(c *fiber.Ctx, err error, say string, fill func(*StaffPage)) error {
	if err == nil {
		return view.See(c, Desk, say)
	}
	page, shown := d.staff(c)
	if shown != nil {
		return err
	}
	if fill != nil {
		fill(page)
	}
	return d.pages.Again(c, err, "staff", page)
}

func (d *Door) year(c *fiber.Ctx) (int, error) {
	r, err := d.Roster.Current(c.UserContext())
	if err != nil {
		return 0, err
	}
	return r.Year, nil
}

// Name names the examiners: fields name1, body1, key1, name2, body2, key2.
func (d *Door) Name(c *fiber.Ctx) error {
	var all [scrutiny.Examiners]scrutiny.Examiner
	for i := range all {
		n := strconv.Itoa(i + 1)
		all[i] = scrutiny.Examiner{Name: c.FormValue("name" + n), Body: c.FormValue("body" + n), Key: c.FormValue("key" + n)}
	}
	year, err := d.year(c)
	if err == nil {
		err = d.Surveys.NameExaminers(c.UserContext(), login.Actor(c), year, all[:])
	}
	return d.done(c, err, "scrutiny.named", func(p *StaffPage) { p.Typed = all })
}

// Announce announces the lottery: fields lottery, day, count.
func (d *Door) Announce(c *fiber.Ctx) error {
	count, err := strconv.Atoi(c.FormValue("count"))
	if err != nil {
		count = 0
	}
	l := scrutiny.Lot{Lottery: c.FormValue("lottery"), Day: c.FormValue("day"), Count: count}
	year, err := d.year(c)
	if err == nil {
		err = d.Surveys.AnnounceLot(c.UserContext(), login.Actor(c), year, l)
	}
	return d.done(c, err, "scrutiny.announced", func(p *StaffPage) { p.Lottery = l })
}

// Enter takes in the number that was drawn: field number.
func (d *Door) Enter(c *fiber.Ctx) error {
	year, err := d.year(c)
	if err == nil {
		err = d.Surveys.EnterLot(c.UserContext(), login.Actor(c), year, c.FormValue("number"))
	}
	return d.done(c, err, "scrutiny.entered", nil)
}

// examiner reads which one a form means.
func examiner(c *fiber.Ctx) int {
	n, err := strconv.Atoi(c.FormValue("examiner"))
	if err != nil {
		return -1
	}
	return n
}

// Sign takes in an examiner's signature: fields survey, examiner, signature.
func (d *Door) Sign(c *fiber.Ctx) error {
	err := d.Surveys.TakeSignature(c.UserContext(), login.Actor(c), survey.ID(c.FormValue("survey")), examiner(c), c.FormValue("signature"))
	return d.done(c, err, "scrutiny.signed", nil)
}

// Hand gives an examiner the openings of a survey, once: fields survey, examiner.
func (d *Door) Hand(c *fiber.Ctx) error {
	id := survey.ID(c.FormValue("survey"))
	file, err := d.Surveys.HandOpenings(c.UserContext(), login.Actor(c), id, examiner(c))
	if err != nil {
		return d.done(c, err, "", nil)
	}
	c.Set(fiber.HeaderContentType, "application/x-ndjson")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="openings-`+string(id)+`.jsonl"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(file)
}

// LotPage is the sheet of the drawn leaves of a survey, for print.
type LotPage struct {
	view.Frame
	Name   string
	Lot    *scrutiny.Lot
	Leaves []Leaf
}

// Leaf is a drawn leaf, opened.
type Leaf struct {
	ledger.Opening
	Commitment string
	Text       string
}

// Drawn shows the drawn leaves of a published survey.
func (d *Door) Drawn(c *fiber.Ctx) error {
	id := survey.ID(c.Params("id"))
	drawn, err := d.Surveys.DrawnLeaves(c.UserContext(), login.Actor(c), id)
	if err != nil {
		return err
	}
	sv, err := d.Surveys.Named(id)
	if err != nil {
		return err
	}
	r, err := d.Surveys.Scrutiny(c.UserContext(), sv.Round)
	if err != nil {
		return err
	}
	page := &LotPage{Name: sv.UnitName.In(string(view.LangOf(c))), Lot: r.Lot}
	for _, o := range drawn {
		leaf, err := o.Commitment(d.Surveys.Origin(id))
		if err != nil {
			return err
		}
		page.Leaves = append(page.Leaves, Leaf{Opening: o, Commitment: leaf.String(), Text: string(o.Row)})
	}
	return d.pages.Render(c, "lot", page)
}
