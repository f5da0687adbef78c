package apply

import (
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// CriterionRow is one of the five criteria with the unit's words.
type CriterionRow struct {
	indicators.Criterion
	Field, Text string
}

// ProfilePage is the form for project, leader and plan.
type ProfilePage struct {
	dossier
	Answer
	Head    application.Head
	Dated   string // of the plan, as it was typed
	Seen    int
	Fields  []roster.Field
	Preview string // the title that the unit would be named with (C23)
}

// Criteria are the five criteria of a single project with the unit's words (C21).
func (p *ProfilePage) Criteria() []CriterionRow {
	var out []CriterionRow
	for _, c := range indicators.Criteria() {
		out = append(out, CriterionRow{c, application.CriterionField(c), p.Head.Criteria[c]})
	}
	return out
}

// Say is what is to be said beside a field.
func (p *ProfilePage) Say(field string) Said { return p.said(field, p.Problem(field)) }

// SaidFields are the fields beside which something may be said.
func (p *ProfilePage) SaidFields() []string { return slices.Sorted(maps.Keys(p.Stands)) }

// Profile shows the form.
func (d *Door) Profile(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "profile", profileOf(base, base.Dossier.Head()))
}

func profileOf(base dossier, head application.Head) *ProfilePage {
	base.Task = application.Profile
	p := &ProfilePage{
		dossier: base, Seen: base.Stamp(application.Profile), Fields: roster.Fields(), Head: head, Dated: head.Plan.Dated.String(),
	}
	p.Stands = profileTexts(base.Dossier.Head())
	if base.Dossier.Track == roster.Comprehensive || head.Project.Check() == nil {
		p.Preview = roster.Title(base.Terms.Unit, base.Dossier.Track, head.Project, base.Settings().CountyCityTitle)
	}
	return p
}

func profileFields() []string {
	out := []string{"seen", "part", "title", "leader_name", "leader_post", "project_field", "project_text", "plan_name", "plan_dated", "plan_aim"}
	for _, c := range indicators.Criteria() {
		out = append(out, application.CriterionField(c))
	}
	for _, name := range out[2:] {
		out = append(out, wasPrefix+name)
	}
	return out
}

// SaveProfile keeps project, leader and plan; a field that the person has not
// changed stays as it now is, whoever wrote it.
func (d *Door) SaveProfile(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	f, err := read(c, among(profileFields()...))
	if err != nil {
		return err
	}
	head, failed := f.head(base.Dossier.Head())
	page := profileOf(base, head)
	page.Dated = strings.TrimSpace(f["plan_dated"])
	if page.Seen, err = f.seen(); err != nil {
		return err
	}
	if failed == nil {
		failed = d.service.SaveProfile(c.UserContext(), login.Actor(c), base.Dossier.Key, page.Seen, head)
	}
	if failed == nil && f["part"] == "" {
		return view.See(c, base.Base, "apply.saved")
	}
	if base, err = d.load(c); err != nil {
		return err
	}
	page.refresh(base, failed)
	return d.answer(c, failed, "profile", f["part"] != "", page, &page.Answer)
}

// refresh brings the page to what the dossier says by now; what was typed stays in
// the form.
func (p *ProfilePage) refresh(base dossier, failed error) {
	typed := p.Head
	fresh := profileOf(base, typed)
	fresh.Dated = p.Dated
	if failed != nil && !conflicting(failed) {
		fresh.Seen = p.Seen
	}
	stands := base.Dossier.Head()
	fresh.Stands, fresh.Clash = profileTexts(stands), clashes(failed)
	*p = *fresh
}

// profileTexts returns a head as the form's texts.
func profileTexts(h application.Head) map[string]string {
	out := map[string]string{
		"title": h.Title, "leader_name": h.Leader.Name, "leader_post": h.Leader.Post, "project_field": string(h.Project.Field),
		"project_text": h.Project.Text, "plan_name": h.Plan.Name, "plan_dated": h.Plan.Dated.String(), "plan_aim": h.Plan.Aim,
	}
	for _, c := range indicators.Criteria() {
		out[application.CriterionField(c)] = h.Criteria[c]
	}
	return out
}

// head reads the form; what the person left as the page showed it stays as the
// dossier has it.
func (f fields) head(now application.Head) (application.Head, error) {
	text := func(name, stands string) string {
		typed := strings.TrimSpace(f[name])
		if was, ok := f[wasPrefix+name]; ok && was == stamp(typed) {
			return stands
		}
		return typed
	}
	h := application.Head{
		Title:   text("title", now.Title),
		Leader:  application.Leader{Name: text("leader_name", now.Leader.Name), Post: text("leader_post", now.Leader.Post)},
		Project: roster.Project{Field: roster.Field(text("project_field", string(now.Project.Field)))},
		Plan:    application.Plan{Name: text("plan_name", now.Plan.Name), Aim: text("plan_aim", now.Plan.Aim)},
	}
	if h.Project.Field == roster.OtherField {
		h.Project.Text = text("project_text", now.Project.Text)
	}
	for _, c := range indicators.Criteria() {
		if words := text(application.CriterionField(c), now.Criteria[c]); words != "" {
			if h.Criteria == nil {
				h.Criteria = map[indicators.Criterion]string{}
			}
			h.Criteria[c] = words
		}
	}
	if dated := text("plan_dated", now.Plan.Dated.String()); dated != "" {
		on, err := roster.ParseDate(dated)
		if err != nil {
			return h, fault.New(fault.Invalid, "date.form").At("plan_dated")
		}
		h.Plan.Dated = on
	}
	return h, nil
}

// DeclarationPage is the declaration of truth (C98).
type DeclarationPage struct {
	dossier
	Progress application.Progress
	Whole    application.Tally
	Length   int
}

// Declaration shows what is declared, and by whom and when it was.
func (d *Door) Declaration(c *fiber.Ctx) error {
	page, err := d.declaration(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "declaration", page)
}

func (d *Door) declaration(c *fiber.Ctx) (*DeclarationPage, error) {
	base, err := d.load(c)
	if err != nil {
		return nil, err
	}
	base.Task = application.Declaring
	p := &DeclarationPage{dossier: base, Length: base.Dossier.ReportLength(base.Settings())}
	p.Whole, _ = base.Dossier.Count(base.Terms.Applicable)
	p.Progress, _ = base.Dossier.Progress(base.Terms)
	return p, nil
}

// Declare makes the declaration over what the page showed, or takes it back.
func (d *Door) Declare(c *fiber.Ctx) error {
	page, err := d.declaration(c)
	if err != nil {
		return err
	}
	f, err := read(c, among("covers", "declared", "do"))
	if err != nil {
		return err
	}
	covers, done := "", "apply.undeclared"
	if f["do"] != "undo" {
		covers, done = f["covers"], "apply.declared"
	}
	switch {
	case f["do"] != "undo" && f["declared"] != "yes", f["do"] != "undo" && covers == "":
		err = fault.New(fault.Invalid, "dossier.undeclared").At("declared")
	default:
		err = d.service.Declare(c.UserContext(), login.Actor(c), page.Dossier.Key, covers)
	}
	if err != nil {
		return d.pages.Again(c, err, "declaration", page)
	}
	return view.See(c, page.Base, done)
}
