package proceeding

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// HomePage is the way from the ranking to the names on one page: where each step
// stands, and what waits for whom.
type HomePage struct {
	view.Frame
	Round   *roster.Round
	Steps   []Step
	Waiting []Waiting
	Acts    []view.Decision // newest first
}

// Step is one step of the way. Its name is the text proceeding.step.<Key>, its
// state proceeding.at.<State>, what is to be done proceeding.next.<Next>.
type Step struct {
	Key   string
	State string // past, now or empty
	Href  string
	Next  string
	Count int
	From  string
	To    string
}

// Home shows the page.
func (d *Door) Home(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return err
	}
	page := &HomePage{Round: r, Waiting: d.waiting(c, p, "")}
	for i := len(p.Acts) - 1; i >= 0; i-- {
		page.Acts = append(page.Acts, shown(p.Acts[i]))
	}
	if page.Steps, err = d.steps(c, r, p); err != nil {
		return err
	}
	return d.pages.Render(c, "home", page)
}

func (d *Door) steps(c *fiber.Ctx, r *roster.Round, p *naming.Proceeding) ([]Step, error) {
	snapshot, err := d.Naming.Ranking(c.UserContext(), actor(c), r.Year)
	if fault.KindOf(err) == fault.NotFound {
		snapshot, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := d.Naming.Objections(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	out := []Step{d.frontStep(snapshot, p), candidateStep(p, snapshot), d.noticeStep(r, p), d.objectionStep(p, all), d.namingStep(r, p, all)}
	return out, nil
}

func (d *Door) frontStep(s *naming.Snapshot, p *naming.Proceeding) Step {
	step := Step{Key: "front", Href: Front, Next: "front.rank", State: "now"}
	if s == nil {
		step.Href = "/office/ranking"
		return step
	}
	step.Next, step.State = "front.done", "past"
	for _, t := range naming.Fronts(s, p.Front) {
		for _, row := range t.Rows {
			if row.Taken {
				step.Count++
			}
		}
		if t.Tied && p.Front == nil && p.Candidates == nil {
			step.Next, step.State = "front.choose", "now"
		}
	}
	return step
}

func candidateStep(p *naming.Proceeding, s *naming.Snapshot) Step {
	step := Step{Key: "candidates", Href: Candidates, Next: "candidates.propose"}
	switch {
	case p.Candidates != nil:
		step.State, step.Next, step.Count = "past", "candidates.done", len(p.Candidates.List)
	case s == nil:
		step.Href, step.Next = "/office/ranking", "candidates.wait"
	case !slices.ContainsFunc(p.Verifications, naming.Verification.Closed): // none may be a candidate yet (C34)
		step.Href, step.Next = "/office/verification", "candidates.wait"
	default:
		step.State = "now"
	}
	for _, a := range p.Waiting() {
		if a.Kind == naming.ListCandidate {
			step.State, step.Next = "now", "confirm"
		}
	}
	return step
}

func (d *Door) noticeStep(r *roster.Round, p *naming.Proceeding) Step {
	step := Step{Key: "notice", Href: Public, Next: "notice.wait", From: r.Settings.Notice.From.String(), To: r.Settings.Notice.To.String()}
	n := p.Notice
	if n == nil {
		if p.Candidates != nil {
			step.State, step.Next = "now", "notice.post"
		}
		return step
	}
	step.From, step.To, step.State, step.Count = n.Window.From.String(), n.Window.To.String(), "now", len(n.List)
	_, counted := n.Counted(r.Settings)
	switch {
	case !counted:
		step.Next = "notice.media"
	case n.Window.Over(d.Now()):
		step.State, step.Next = "past", "notice.done"
	case n.Window.Began(d.Now()):
		step.Next = "notice.runs"
	default:
		step.Next = "notice.comes"
	}
	return step
}

func (d *Door) objectionStep(p *naming.Proceeding, all []naming.Objection) Step {
	step := Step{Key: "objections", Href: Objections, Next: "objections.none"}
	open := 0
	for i := range all {
		if s := all[i].State(); s != naming.Answered {
			open++
		}
	}
	switch {
	case open > 0:
		step.State, step.Next, step.Count = "now", "objections.open", open
	case len(all) > 0:
		step.State, step.Next, step.Count = "past", "objections.done", len(all)
	case p.Notice != nil && p.Notice.Window.Over(d.Now()):
		step.State = "past"
	}
	return step
}

func (d *Door) namingStep(r *roster.Round, p *naming.Proceeding, all []naming.Objection) Step {
	step := Step{Key: "naming", Href: Naming, Next: "naming.wait", From: r.Settings.Naming.From.String(), To: r.Settings.Naming.To.String()}
	given := p.Given()
	for _, g := range given {
		step.Count += len(g.Names)
	}
	switch {
	case len(given) > 0 && len(p.Undecided()) == 0:
		step.State, step.Next = "past", "naming.done"
	case p.Notice != nil && p.Notice.Window.Over(d.Now()) && r.Settings.Naming.Open(d.Now()):
		step.State, step.Next = "now", "naming.give"
	}
	_ = all
	return step
}

// ActPage is one decision with what was known then.
type ActPage struct {
	view.Frame
	Moment     *naming.Moment
	Shown      view.Decision
	Waiting    *Waiting
	Why        string
	Tables     []ActTable
	Visits     []ActVisit
	Objections []ActObjection
	Listed     []ActName
	Passed     []ActPassed
	Left       []ActName
}

// ActTable is one table of the ranking as it was.
type ActTable struct {
	naming.Table
	Names []string // of the rows
}

// ActVisit is a verification as it stood.
type ActVisit struct {
	naming.Visited
	Name string
}

// ActObjection is an objection as it stood.
type ActObjection struct {
	naming.KnownObjection
	Name string
}

// ActName is a unit that the decision lists.
type ActName struct {
	naming.Target
	Name, Title, Why string
}

// ActPassed is a unit that the list of candidates left out though it stands higher.
type ActPassed struct {
	naming.Passed
	Name string
}

// Moment shows one decision with what was known then.
func (d *Door) Moment(c *fiber.Ctx) error {
	page, err := d.moment(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "act", page)
}

func (d *Door) moment(c *fiber.Ctx) (*ActPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	m, err := d.Naming.Moment(c.UserContext(), actor(c), r.Year, c.Params("act"))
	if err != nil {
		return nil, err
	}
	page := &ActPage{Moment: m, Shown: shown(m.Act)}
	page.Shown.Href = ""
	if m.Act.Open() {
		p := &naming.Proceeding{Acts: []naming.Act{m.Act}}
		page.Waiting = &d.waiting(c, p, "")[0]
	}
	d.fillMoment(c, page)
	return page, nil
}

func (d *Door) fillMoment(c *fiber.Ctx, page *ActPage) {
	a := page.Moment.Act
	if s := page.Moment.Snapshot; s != nil {
		for _, t := range s.Ranking.Tables {
			table := ActTable{Table: t}
			for _, row := range t.Rows {
				table.Names = append(table.Names, d.unitName(c, row.Unit))
			}
			page.Tables = append(page.Tables, table)
		}
	}
	for _, v := range a.Known.Visits {
		page.Visits = append(page.Visits, ActVisit{v, d.unitName(c, v.Unit)})
	}
	for _, o := range a.Known.Objections {
		page.Objections = append(page.Objections, ActObjection{o, d.unitName(c, o.Target.Unit)})
	}
	for _, t := range targets(a) {
		page.Listed = append(page.Listed, ActName{Target: t, Name: d.unitName(c, t.Unit)})
	}
	if a.Candidates != nil {
		for _, p := range a.Candidates.Passed {
			page.Passed = append(page.Passed, ActPassed{p, d.unitName(c, p.Unit)})
		}
	}
	if a.Decision != nil {
		for _, t := range a.Decision.Left {
			page.Left = append(page.Left, ActName{Target: t, Name: d.unitName(c, t.Unit), Why: a.Decision.Why[t.String()]})
		}
	}
}

// Confirm confirms a decision of somebody else.
func (d *Door) Confirm(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	if err := d.Naming.Confirm(c.UserContext(), actor(c), r.Year, c.Params("act")); err != nil {
		return d.actAgain(c, err, "")
	}
	return view.See(c, Home, "act.confirmed")
}

// Drop takes a decision back that waits, with a reason: field why.
func (d *Door) Drop(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	why := c.FormValue("why")
	if err := d.Naming.Drop(c.UserContext(), actor(c), r.Year, c.Params("act"), why); err != nil {
		return d.actAgain(c, err, why)
	}
	return view.See(c, Home, "act.dropped")
}

func (d *Door) actAgain(c *fiber.Ctx, refusal error, why string) error {
	if fault.KindOf(refusal) == fault.NotFound {
		return refusal
	}
	page, err := d.moment(c)
	if err != nil {
		return err
	}
	page.Why = why
	return d.pages.Again(c, refusal, "act", page)
}
