package appoint

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// MembersPage lists the members of all institutions and takes one more.
type MembersPage struct {
	Head
	Rows         []MemberRow
	Free         []string // assessors' accounts of no institution yet
	Institutions []string
	Specialities []evaluation.Speciality
	Units        []UnitChoice
	Usual        int // dossiers at most, as the round sets it
	Edit         *evaluation.Member
	Typed        typed
}

// MemberRow is a member with the name of the workplace.
type MemberRow struct {
	evaluation.Member
	Works string
}

// UnitChoice is a unit that may be somebody's workplace.
type UnitChoice struct {
	Code roster.UnitCode
	Name string
}

// Members lists the members; with ?edit=ACCOUNT the form is that member's.
func (d *Door) Members(c *fiber.Ctx) error {
	page, err := d.members(c)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(page.Rows, func(r MemberRow) bool { return r.Account == c.Query("edit") })
	if at >= 0 {
		page.Edit = &page.Rows[at].Member
		page.Typed = typedMember(*page.Edit)
	}
	return d.pages.Render(c, "members", page)
}

func typedMember(m evaluation.Member) typed {
	f := typed{"account": m.Account, "institution": m.Institution, "title": m.Title, "employer": m.Employer, "workplace": string(m.Workplace)}
	if m.Capacity > 0 {
		f["capacity"] = itoa(m.Capacity)
	}
	for _, s := range m.Speciality {
		f["speciality-"+string(s)] = "yes"
	}
	return f
}

func (d *Door) members(c *fiber.Ctx) (*MembersPage, error) {
	head, err := d.head(c, Members)
	if err != nil {
		return nil, err
	}
	page := &MembersPage{
		Head: head, Specialities: evaluation.Specialities(), Usual: head.Round.Settings.AssessorCapacity(), Typed: typed{},
	}
	ctx, by := c.UserContext(), login.Actor(c)
	all, free, err := d.Evaluations.Roll(ctx, by, head.Year())
	if err != nil {
		return nil, err
	}
	page.Free = free
	for _, m := range all {
		row := MemberRow{Member: m}
		if m.Workplace != "" {
			row.Works = d.label(c, m.Workplace)
		}
		page.Rows = append(page.Rows, row)
	}
	institutions, err := d.Evaluations.Institutions(ctx, by, head.Year())
	for _, i := range institutions {
		page.Institutions = append(page.Institutions, i.Name)
	}
	for _, u := range d.Rounds.Units() {
		page.Units = append(page.Units, UnitChoice{u.Code, u.Label(string(view.LangOf(c)))})
	}
	return page, err
}

func (d *Door) membersAgain(c *fiber.Ctx) func(typed) (string, view.Framed, error) {
	return func(f typed) (string, view.Framed, error) {
		page, err := d.members(c)
		if err != nil {
			return "", nil, err
		}
		page.Typed = f
		at := slices.IndexFunc(page.Rows, func(r MemberRow) bool { return r.Account == f["account"] })
		if at >= 0 {
			page.Edit = &page.Rows[at].Member
		}
		return "members", page, nil
	}
}

// SaveMember records a member: fields round, account, institution, title,
// employer, workplace, capacity, version, and a speciality-NAME for each.
func (d *Door) SaveMember(c *fiber.Ctx) error {
	var lost []application.Key
	f, r := read(c), d.membersAgain(c)
	err := d.step(c, Members, "appoint.member", func(_ typed, year int) (err error) {
		m := evaluation.Member{
			Round: year, Account: f["account"], Institution: f["institution"], Title: f["title"], Employer: f["employer"],
			Workplace: roster.UnitCode(f["workplace"]),
		}
		for _, s := range evaluation.Specialities() {
			if f["speciality-"+string(s)] == "yes" {
				m.Speciality = append(m.Speciality, s)
			}
		}
		if m.Capacity, err = f.number("capacity"); err != nil {
			return err
		}
		if m.Version, err = f.number("version"); err != nil {
			return err
		}
		lost, err = d.Evaluations.SaveMember(c.UserContext(), login.Actor(c), m)
		return err
	}, r)
	if err == nil && len(lost) > 0 {
		return view.See(c, Assignment, "appoint.lost")
	}
	return err
}

// EndMember records that a member has left or is back: fields round, account,
// version, end, reason.
func (d *Door) EndMember(c *fiber.Ctx) error {
	return d.step(c, Members, "appoint.changed", func(f typed, year int) error {
		seen, err := f.number("version")
		if err != nil {
			return err
		}
		return d.Evaluations.EndMember(c.UserContext(), login.Actor(c), year, f["account"], seen, f["end"] == "yes", f["reason"])
	}, d.membersAgain(c))
}
