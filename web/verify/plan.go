package verify

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/verification"
	"minyi/web/login"
	"minyi/web/view"
)

// PlanPage is the office's page of one visit: team, date, what to look at,
// declarations, and once it is closed the record and its reopening.
type PlanPage struct {
	view.Frame
	Visit      *verification.Work
	Name       string
	Members    []MemberForm
	Categories []verification.Category
	Roles      []verification.Part
	Accounts   []string
	Day        string
	Window     roster.Window
	Levels     []Level
	Picked     int
	Why        string // of a reopening, as typed
	Wait       *verification.Reopening
	Counts     verification.Tally
}

// MemberForm is one line of the team.
type MemberForm struct {
	Field string
	verification.Member
}

// Level is a heading with its items.
type Level struct {
	Name  string
	Items []Choice
	Some  int // items chosen
}

// Choice is an item that may be looked at.
type Choice struct {
	verification.Sight
	Text   string
	Chosen bool
	Why    []verification.Why
}

const spareLines = 3 // empty lines of the team's form

func (d *Door) officeKey(c *fiber.Ctx) (application.Key, error) {
	r, err := d.Roster.Current(c.UserContext())
	if err != nil {
		return application.Key{}, err
	}
	return application.Key{Round: r.Year, Unit: roster.UnitCode(c.Params("unit")), Track: roster.Track(c.Params("track"))}, nil
}

// Plan shows the office's page of one visit.
func (d *Door) Plan(c *fiber.Ctx) error {
	page, err := d.plan(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "plan", page)
}

func (d *Door) plan(c *fiber.Ctx) (*PlanPage, error) {
	k, err := d.officeKey(c)
	if err != nil {
		return nil, err
	}
	w, err := d.Visits.Work(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return nil, err
	}
	page := &PlanPage{
		Visit: w, Name: d.unitName(c, k.Unit), Categories: verification.Categories(), Roles: verification.PartsOf(),
		Day: w.Date.String(), Window: w.Terms.Round.Settings.Evaluation, Counts: w.Tally(w.Terms.Lines(), w.Terms.Calendar),
	}
	if page.Accounts, err = d.Visits.Inspectors(c.UserContext(), login.Actor(c)); err != nil {
		return nil, err
	}
	if r, ok := w.Waiting(); ok {
		page.Wait = &r
	}
	page.team(w.Team)
	page.choices(nil)
	return page, nil
}

func (p *PlanPage) team(members []verification.Member) {
	p.Members = nil
	for n := range len(members) + spareLines {
		line := MemberForm{Field: "team." + strconv.Itoa(n+1)}
		if n < len(members) {
			line.Member = members[n]
		}
		if line.Part == "" {
			line.Part = verification.Takes
		}
		p.Members = append(p.Members, line)
	}
}

// choices lists the items by heading; ticked are those of the plan, of the form
// where one was sent, or what is proposed while nothing is planned.
func (p *PlanPage) choices(sent []verification.Item) {
	ticked := sent
	if sent == nil {
		picks := p.Visit.Items
		if len(picks) == 0 {
			picks = p.Visit.Proposed
		}
		for _, one := range picks {
			ticked = append(ticked, one.Item)
		}
	}
	p.Levels, p.Picked = nil, 0
	for _, s := range p.Visit.Sights {
		x := Choice{Sight: s, Text: s.Line.Indicator.Text, Chosen: slices.Contains(ticked, s.Line.Item)}
		for _, one := range slices.Concat(p.Visit.Proposed, p.Visit.Items) {
			if one.Item == s.Line.Item {
				x.Why = append(x.Why, one.Why...)
			}
		}
		slices.Sort(x.Why)
		x.Why = slices.Compact(x.Why)
		if n := len(p.Levels); n == 0 || p.Levels[n-1].Name != s.Line.Indicator.Level1 {
			p.Levels = append(p.Levels, Level{Name: s.Line.Indicator.Level1})
		}
		level := &p.Levels[len(p.Levels)-1]
		level.Items = append(level.Items, x)
		if x.Chosen {
			level.Some++
			p.Picked++
		}
	}
}

// SavePlan keeps team, date and items.
func (d *Door) SavePlan(c *fiber.Ctx) error {
	k, err := d.officeKey(c)
	if err != nil {
		return err
	}
	plan, err := readPlan(c)
	if err == nil {
		seen, _ := strconv.Atoi(c.FormValue("seen")) // 0 is no version
		err = d.Visits.Plan(c.UserContext(), login.Actor(c), k, seen, plan)
	}
	if err == nil {
		return view.See(c, c.Path(), "planned")
	}
	page, pageErr := d.plan(c)
	if pageErr != nil {
		return pageErr
	}
	page.team(plan.Team)
	page.choices(plan.Items)
	page.Day = c.FormValue("date")
	return d.pages.Again(c, err, "plan", page)
}

func readPlan(c *fiber.Ctx) (verification.Plan, error) {
	var list fault.List
	p := verification.Plan{Items: []verification.Item{}}
	if text := c.FormValue("date"); text != "" {
		date, err := roster.ParseDate(text)
		for _, r := range fault.All(err) {
			list.Add(r.At("date"))
		}
		p.Date = date
	}
	const most = 33
	for n := range most {
		field := "team." + strconv.Itoa(n+1)
		m := verification.Member{
			ID: c.FormValue(field + ".id"), Name: strings.TrimSpace(c.FormValue(field)), Category: verification.Category(c.FormValue(field + ".category")),
			Other: c.FormValue(field + ".other"), Account: c.FormValue(field + ".account"), Part: verification.Part(c.FormValue(field + ".part")),
		}
		if m.Name != "" {
			p.Team = append(p.Team, m)
		}
	}
	for name := range c.Request().PostArgs().All() {
		if item, ok := strings.CutPrefix(string(name), "item."); ok {
			p.Items = append(p.Items, verification.Item(item))
		}
	}
	return p, list.Err()
}

// Declare keeps what a member declared about the unit.
func (d *Door) Declare(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	err = d.Visits.Declare(c.UserContext(), login.Actor(c), k, c.FormValue("member"), verification.Interest(c.FormValue("interest")), c.FormValue("about"))
	if err != nil {
		return err
	}
	return view.See(c, d.back(c, k), "interest")
}

// back is the page from which a form was sent: the office's plan, or the place.
func (d *Door) back(c *fiber.Ctx, k application.Key) string {
	if officer(login.Actor(c)) && c.FormValue("from") == "plan" {
		return Office + "/" + string(k.Unit) + "/" + string(k.Track)
	}
	return Home + "/" + string(k.ID())
}

// Reopen asks to open a closed visit again, or answers it as the second person.
func (d *Door) Reopen(c *fiber.Ctx) error {
	k, err := d.officeKey(c)
	if err != nil {
		return err
	}
	ctx, by, done := c.UserContext(), login.Actor(c), "reopen"
	switch c.FormValue("do") {
	case "yes", "no":
		done = "reopened." + c.FormValue("do")
		err = d.Visits.AnswerReopen(ctx, by, k, c.FormValue("do") == "yes")
	default:
		err = d.Visits.AskReopen(ctx, by, k, c.FormValue("reason"))
	}
	if err == nil {
		return view.See(c, Office+"/"+c.Params("unit")+"/"+c.Params("track"), done)
	}
	page, pageErr := d.plan(c)
	if pageErr != nil {
		return pageErr
	}
	page.Why = c.FormValue("reason")
	return d.pages.Again(c, err, "plan", page)
}
