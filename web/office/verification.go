package office

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// VisitsPage lists the on-site verifications and opens new ones.
type VisitsPage struct {
	view.Frame
	Round    *roster.Round
	Ranked   bool // a ranking exists
	Visits   []VisitRow
	Others   []VisitRow // ranked units without a record
	Reason   string
	Chosen   string
	Finished bool // the notice is posted
	Team     bool // an inspector looks, who opens none and sees no ranking (C97)
}

// VisitRow is one unit on one track.
type VisitRow struct {
	naming.Target
	Name   string
	Front  bool
	Closed bool
	Record naming.Verification
}

// Visits shows all verifications of the round.
func (d *Door) Visits(c *fiber.Ctx) error {
	page, err := d.visits(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "verification", page)
}

func (d *Door) visits(c *fiber.Ctx) (*VisitsPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	page := &VisitsPage{Round: r}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	page.Finished = p.Notice != nil
	for _, v := range p.Verifications {
		page.Visits = append(page.Visits, VisitRow{Target: v.Target, Name: d.unitName(c, v.Unit), Closed: v.Closed(), Record: v})
	}
	if page.Team = actor(c).Role != access.Office; page.Team {
		// The office opens records from the ranking downwards: their order would tell it.
		slices.SortFunc(page.Visits, func(a, b VisitRow) int { return strings.Compare(a.String(), b.String()) })
		return page, nil
	}
	snapshot, err := d.Naming.Ranking(c.UserContext(), actor(c), r.Year)
	if fault.KindOf(err) == fault.NotFound {
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	page.Ranked = true
	for _, t := range snapshot.Ranking.Tables {
		for _, row := range t.Rows {
			target := naming.Target{Unit: row.Unit, Track: t.Track}
			if _, ok := p.Verification(target); !ok {
				page.Others = append(page.Others, VisitRow{Target: target, Name: d.unitName(c, row.Unit), Front: row.Front})
			}
		}
	}
	return page, nil
}

// OpenVisit opens a verification.
func (d *Door) OpenVisit(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	t := readTarget(c.FormValue("target"))
	if err := d.Naming.Visit(c.UserContext(), actor(c), r.Year, t, c.FormValue("reason")); err != nil {
		page, pageErr := d.visits(c)
		if pageErr != nil {
			return pageErr
		}
		page.Chosen, page.Reason = c.FormValue("target"), c.FormValue("reason")
		return d.pages.Again(c, err, "verification", page)
	}
	return view.See(c, "/office/verification/"+t.String(), "visit")
}

// readTarget reads what Target.String wrote.
func readTarget(s string) naming.Target {
	for i := range s {
		if s[i] == '/' {
			return naming.Target{Unit: roster.UnitCode(s[:i]), Track: roster.Track(s[i+1:])}
		}
	}
	return naming.Target{}
}

// VisitPage is the record of one verification.
type VisitPage struct {
	view.Frame
	Round      *roster.Round
	Record     naming.Verification
	Name       string
	Members    []MemberForm
	Categories []naming.Category
	Date       string
	Mark       string
	Opinion    string
	Levels     []VisitLevel
}

// MemberForm is one line of the team.
type MemberForm struct {
	Field    string
	Name     string
	Category naming.Category
}

// VisitLevel is a heading with its indicators to check.
type VisitLevel struct {
	Name  string
	Items []VisitItem
	Some  bool // something was checked under it
}

// VisitItem is what was found at one indicator.
type VisitItem struct {
	indicators.Indicator
	Checked   bool
	Confirmed bool
	Note      string
}

const memberLines = 8 // lines of the team's form, and always two more than are filled

// Visit shows the record of one verification.
func (d *Door) Visit(c *fiber.Ctx) error {
	page, err := d.visit(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "visit", page)
}

func (d *Door) visit(c *fiber.Ctx) (*VisitPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	p, err := d.Naming.Proceeding(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	v, ok := p.Verification(target(c))
	if !ok {
		return nil, fault.New(fault.NotFound, "verification.unknown")
	}
	page := &VisitPage{Round: r, Record: v, Name: d.unitName(c, v.Unit), Categories: naming.Categories(), Date: v.Date.String(), Opinion: v.Opinion}
	if v.Mark != nil {
		page.Mark = v.Mark.String()
	}
	page.team(v.Team)
	return page, d.checks(c, page, v)
}

func (p *VisitPage) team(members []naming.Member) {
	p.Members = nil
	for n := range max(memberLines, len(members)+2) {
		line := MemberForm{Field: "team." + strconv.Itoa(n+1)}
		if n < len(members) {
			line.Name, line.Category = members[n].Name, members[n].Category
		}
		p.Members = append(p.Members, line)
	}
}

func (d *Door) checks(c *fiber.Ctx, page *VisitPage, v naming.Verification) error {
	unit, err := d.Roster.Unit(v.Unit)
	if err != nil {
		return err
	}
	catalogue, err := d.Roster.Catalogue(c.UserContext(), page.Round.Year, unit.System())
	if err != nil {
		return err
	}
	page.Levels = nil
	for _, level := range catalogue.Levels() {
		l := VisitLevel{Name: level.Name}
		for _, group := range level.Groups {
			for _, i := range group.Indicators {
				if !i.Applies.To(string(unit.Kind), unit.RuleMakingPower()) {
					continue
				}
				check, ok := v.Checks[i.Number]
				l.Some = l.Some || ok
				l.Items = append(l.Items, VisitItem{Indicator: i, Checked: ok, Confirmed: check.Confirmed, Note: check.Note})
			}
		}
		page.Levels = append(page.Levels, l)
	}
	return nil
}

// SaveVisit saves the record and, where the button says so, closes it.
func (d *Door) SaveVisit(c *fiber.Ctx) error {
	page, err := d.visit(c)
	if err != nil {
		return err
	}
	i, err := readInspection(c, page)
	if err == nil {
		err = d.Naming.Inspect(c.UserContext(), actor(c), page.Round.Year, target(c), i)
	}
	if err == nil && c.FormValue("do") == "close" {
		if err = d.Naming.CloseVerification(c.UserContext(), actor(c), page.Round.Year, target(c)); err == nil {
			return view.See(c, "/office/verification", "verified")
		}
	}
	if err == nil {
		return view.See(c, "/office/verification/"+target(c).String(), "saved")
	}
	page.Date, page.Mark, page.Opinion = c.FormValue("date"), c.FormValue("mark"), c.FormValue("opinion")
	page.team(i.Team)
	page.Record.Checks = i.Checks
	if err := d.checks(c, page, page.Record); err != nil {
		return err
	}
	return d.pages.Again(c, err, "visit", page)
}

func readInspection(c *fiber.Ctx, page *VisitPage) (naming.Inspection, error) {
	f := &form{c: c}
	i := naming.Inspection{Opinion: c.FormValue("opinion"), Checks: map[indicators.Number]naming.Check{}}
	for _, line := range page.Members {
		name, category := c.FormValue(line.Field), naming.Category(c.FormValue(line.Field+".category"))
		if name != "" {
			i.Team = append(i.Team, naming.Member{Name: name, Category: category})
		}
	}
	if c.FormValue("mark") != "" {
		m := f.mark("mark")
		i.Mark = &m
	}
	if c.FormValue("date") != "" {
		i.Date = f.date("date")
	}
	for _, level := range page.Levels {
		for _, item := range level.Items {
			field := "check." + string(item.Number)
			verdict, note := c.FormValue(field+".verdict"), c.FormValue(field)
			if verdict != "" || note != "" {
				i.Checks[item.Number] = naming.Check{Confirmed: verdict == "confirmed", Note: note}
			}
		}
	}
	return i, f.list.Err()
}
