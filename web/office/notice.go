package office

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/view"
)

// NoticePage leads from candidates over notice and objections to names.
type NoticePage struct {
	view.Frame
	Round      *roster.Round
	Proceeding *naming.Proceeding
	Verified   []CandidateRow // who may be a candidate
	Reason     string
	Draft      DraftForm
	Objections []ObjectionRow
	Open       int
	Over       bool // the notice has ended
	NamingOpen bool
	Number     string
	Date       string
	Named      []NamedRow
}

// CandidateRow is one unit that may be proposed.
type CandidateRow struct {
	naming.Target
	Name   string
	Place  int
	Total  string
	Chosen bool
	Title  string
}

// DraftForm is the notice's form as it was typed.
type DraftForm struct {
	Medium, From, To, Contact, Words string
	Published                        []PublishedField
}

// PublishedField is one instrument that the notice may publish.
type PublishedField struct {
	Instrument scorebook.Instrument
	On         bool
}

// ObjectionRow is one objection with its answer's form.
type ObjectionRow struct {
	naming.Objection
	Unit string
}

// NamedRow is one name given in this round.
type NamedRow struct {
	naming.Named
	Unit string
}

// Notice shows the page.
func (d *Door) Notice(c *fiber.Ctx) error {
	page, err := d.noticePage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "notice", page)
}

func (d *Door) noticePage(c *fiber.Ctx) (*NoticePage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	page := &NoticePage{Round: r, Date: roster.DateOf(d.Now()).String(), NamingOpen: r.Settings.Naming.Open(d.Now())}
	if page.Proceeding, err = d.Naming.Proceeding(c.UserContext(), actor(c), r.Year); err != nil {
		return nil, err
	}
	if n := page.Proceeding.Notice; n != nil {
		page.Over = n.Window.Over(d.Now())
	}
	page.Draft = DraftForm{
		From: r.Settings.Notice.From.String(), To: r.Settings.Notice.To.String(),
		Published: []PublishedField{{scorebook.Evaluation, false}, {scorebook.Survey, true}, {scorebook.Verification, false}},
	}
	if err := d.candidates(c, page); err != nil {
		return nil, err
	}
	return page, d.outcomes(c, page)
}

// candidates fills in who may be proposed, with the places they have.
func (d *Door) candidates(c *fiber.Ctx, page *NoticePage) error {
	snapshot, err := d.Naming.Ranking(c.UserContext(), actor(c), page.Round.Year)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	chosen := page.Proceeding.Candidates
	for _, v := range page.Proceeding.Verifications {
		if !v.Closed() {
			continue
		}
		unit, err := d.Roster.Unit(v.Unit)
		if err != nil {
			return err
		}
		row := CandidateRow{
			Target: v.Target, Name: d.unitName(c, v.Unit),
			Title: page.Round.Settings.Title(unit, v.Track, v.Project),
		}
		if ranked, ok := snapshot.Ranking.Find(v.Unit, v.Track); ok && ranked.Ranked {
			row.Place, row.Total = ranked.Place, ranked.Total.String()
		}
		row.Chosen = chosen != nil && slices.ContainsFunc(chosen.List, func(x naming.Candidate) bool { return x.Target == v.Target })
		page.Verified = append(page.Verified, row)
	}
	return nil
}

func (d *Door) outcomes(c *fiber.Ctx, page *NoticePage) error {
	all, err := d.Naming.Objections(c.UserContext(), actor(c), page.Round.Year)
	if err != nil {
		return err
	}
	for _, o := range all {
		page.Objections = append(page.Objections, ObjectionRow{o, d.unitName(c, o.Target.Unit)})
		if o.Outcome == naming.Unanswered {
			page.Open++
		}
	}
	named, err := d.Naming.Named(c.UserContext())
	for _, n := range named {
		if n.Round == page.Round.Year {
			page.Named = append(page.Named, NamedRow{n, d.unitName(c, n.Target.Unit)})
		}
	}
	return err
}

// again shows the page with the refusal and, by keep, what was typed.
func (d *Door) again(c *fiber.Ctx, refusal error, keep func(*NoticePage)) error {
	page, err := d.noticePage(c)
	if err != nil {
		return err
	}
	keep(page)
	return d.pages.Again(c, refusal, "notice", page)
}

// Propose keeps the list of candidates.
func (d *Door) Propose(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return err
	}
	chosen := func(t naming.Target) bool { return c.FormValue("candidate."+t.String()) == "on" }
	var targets []naming.Target
	for _, v := range p.Verifications {
		if chosen(v.Target) {
			targets = append(targets, v.Target)
		}
	}
	if err := d.Naming.Propose(c.UserContext(), actor(c), r.Year, targets, c.FormValue("reason")); err != nil {
		return d.again(c, err, func(page *NoticePage) {
			page.Reason = c.FormValue("reason")
			for i, row := range page.Verified {
				page.Verified[i].Chosen = chosen(row.Target)
			}
		})
	}
	return view.See(c, "/office/notice", "candidates")
}

// publishable are the instruments whose findings a notice may publish.
func publishable() []scorebook.Instrument {
	return []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey, scorebook.Verification}
}

// Post posts the notice.
func (d *Door) Post(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	f := &form{c: c}
	draft := naming.Draft{
		Medium: c.FormValue("medium"), Contact: c.FormValue("contact"), Words: c.FormValue("words"),
		Window: roster.Between(f.date("from"), f.date("to")),
	}
	for _, i := range publishable() {
		if c.FormValue("published."+string(i)) == "on" {
			draft.Published = append(draft.Published, i)
		}
	}
	if err = f.list.Err(); err == nil {
		err = d.Naming.Post(c.UserContext(), actor(c), r.Year, draft)
	}
	if err != nil {
		return d.again(c, err, func(page *NoticePage) {
			page.Draft = DraftForm{
				Medium: draft.Medium, Contact: draft.Contact, Words: draft.Words, From: c.FormValue("from"), To: c.FormValue("to"),
			}
			for _, i := range publishable() {
				page.Draft.Published = append(page.Draft.Published, PublishedField{i, slices.Contains(draft.Published, i)})
			}
		})
	}
	return view.See(c, "/office/notice", "notice")
}

// Answer answers one objection.
func (d *Door) Answer(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	id, outcome, answer := c.Params("id"), naming.Outcome(c.FormValue("outcome")), c.FormValue("answer")
	if err := d.Naming.Answer(c.UserContext(), actor(c), r.Year, id, outcome, answer); err != nil {
		return d.again(c, err, func(page *NoticePage) {
			for i := range page.Objections {
				if page.Objections[i].ID == id {
					page.Objections[i].Answer = answer
				}
			}
		})
	}
	return view.See(c, "/office/notice", "answer")
}

// Name names the candidates of the notice.
func (d *Door) Name(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	f := &form{c: c}
	date := f.date("date")
	if err = f.list.Err(); err == nil {
		_, err = d.Naming.Name(c.UserContext(), actor(c), r.Year, c.FormValue("number"), date)
	}
	if err != nil {
		return d.again(c, err, func(page *NoticePage) { page.Number, page.Date = c.FormValue("number"), c.FormValue("date") })
	}
	return view.See(c, "/office/notice", "named")
}
