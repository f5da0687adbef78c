package apply

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// DeskPage is the dossier at a glance: what is done, what is missing, filing.
type DeskPage struct {
	dossier
	Whole    application.Tally
	Levels   []application.Tally
	Needed   int // indicators that must be met
	Length   int // characters of the report
	Gaps     []string
	Unproven int
	Seal     application.Seal
}

// Passes reports whether enough indicators are met.
func (p *DeskPage) Passes() bool {
	return p.Settings().Gate.Passes(p.Whole.Met, p.Whole.Applicable())
}

// Desk shows the dossier at a glance.
func (d *Door) Desk(c *fiber.Ctx) error {
	page, err := d.desk(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "desk", page)
}

func (d *Door) desk(c *fiber.Ctx) (*DeskPage, error) {
	base, err := d.load(c)
	if err != nil {
		return nil, err
	}
	p := &DeskPage{dossier: base}
	p.Whole, p.Levels = base.Dossier.Count(base.Terms.Applicable)
	p.Needed = p.Settings().Gate.Needed(p.Whole.Applicable())
	p.Length = base.Dossier.ReportLength(p.Settings())
	p.Unproven = len(base.Dossier.Unproven(base.Terms.Applicable))
	p.Seal = base.Dossier.Seal()
	if p.Draft() {
		p.Gaps = d.words(c, base.Dossier.Gaps(base.Terms))
	}
	return p, nil
}

// File seals the dossier.
func (d *Door) File(c *fiber.Ctx) error {
	return d.act(c, func(k application.Key) error {
		_, err := d.service.File(c.UserContext(), login.Actor(c), k)
		return err
	}, "apply.filed")
}

// Withdraw turns a filed dossier into a draft again.
func (d *Door) Withdraw(c *fiber.Ctx) error {
	return d.act(c, func(k application.Key) error {
		return d.service.Withdraw(c.UserContext(), login.Actor(c), k)
	}, "apply.withdrawn")
}

// act does one step of the dossier and shows the desk, again where it was refused.
func (d *Door) act(c *fiber.Ctx, step func(application.Key) error, done string) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	if _, err := read(c, among()); err != nil {
		return err
	}
	if err := step(k); err != nil {
		page, failed := d.desk(c)
		if failed != nil {
			return failed
		}
		return d.pages.Again(c, err, "desk", page)
	}
	return view.See(c, base(k), done)
}

// ProfilePage is the form for project, leader and declaration.
type ProfilePage struct {
	dossier
	Head   application.Head
	Seen   int
	Fields []roster.Field
}

// Profile shows the form.
func (d *Door) Profile(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "profile", profileOf(base))
}

func profileOf(base dossier) *ProfilePage {
	f := base.Dossier
	return &ProfilePage{
		dossier: base, Seen: f.Edits[application.Profile], Fields: roster.Fields(),
		Head: application.Head{Project: f.Project, Title: f.Title, Leader: f.Leader, Declared: f.Declaration.Made()},
	}
}

// SaveProfile keeps project, leader and declaration.
func (d *Door) SaveProfile(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	f, err := read(c, among("seen", "title", "leader_name", "leader_post", "declared", "project_field", "project_text"))
	if err != nil {
		return err
	}
	page := profileOf(base)
	if page.Seen, err = f.seen(); err != nil {
		return err
	}
	page.Head = application.Head{
		Title: strings.TrimSpace(f["title"]), Declared: f["declared"] == "yes",
		Leader:  application.Leader{Name: strings.TrimSpace(f["leader_name"]), Post: strings.TrimSpace(f["leader_post"])},
		Project: roster.Project{Field: roster.Field(f["project_field"])},
	}
	if page.Head.Project.Field == roster.OtherField {
		page.Head.Project.Text = strings.TrimSpace(f["project_text"])
	}
	if err := d.service.SaveProfile(c.UserContext(), login.Actor(c), base.Dossier.Key, page.Seen, page.Head); err != nil {
		return d.pages.Again(c, err, "profile", page)
	}
	return view.See(c, base.Base, "apply.saved")
}

// PartField is one part of the report in the form.
type PartField struct {
	Part application.Part
	Text string
}

// ReportPage is the form for the report.
type ReportPage struct {
	dossier
	Seen   int
	Parts  []PartField
	Length int
}

// Report shows the form.
func (d *Door) Report(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "report", reportOf(base, base.Dossier.Report))
}

func reportOf(base dossier, report map[application.Part]string) *ReportPage {
	p := &ReportPage{dossier: base, Seen: base.Dossier.Edits[application.Words]}
	for _, part := range application.Parts(base.Dossier.Track) {
		p.Parts = append(p.Parts, PartField{part, report[part]})
		p.Length += application.Length(report[part], p.Settings().CountPunctuation)
	}
	return p
}

// SaveReport keeps the report.
func (d *Door) SaveReport(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	names := []string{"seen"}
	for _, p := range application.Parts(base.Dossier.Track) {
		names = append(names, string(p))
	}
	f, err := read(c, among(names...))
	if err != nil {
		return err
	}
	report := map[application.Part]string{}
	for _, p := range application.Parts(base.Dossier.Track) {
		report[p] = f[string(p)]
	}
	page := reportOf(base, report)
	if page.Seen, err = f.seen(); err != nil {
		return err
	}
	if err := d.service.SaveReport(c.UserContext(), login.Actor(c), base.Dossier.Key, page.Seen, report); err != nil {
		return d.pages.Again(c, err, "report", page)
	}
	return view.See(c, base.Base, "apply.saved")
}

// PrintPage is the whole dossier as it was filed, to be read or printed.
type PrintPage struct {
	dossier
	Seal   application.Seal
	Groups []SelfLevel
	Parts  []PartField
}

// Print shows the whole dossier on one page with its seal (C75).
func (d *Door) Print(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	p := &PrintPage{dossier: base, Seal: base.Dossier.Seal(), Parts: reportOf(base, base.Dossier.Report).Parts}
	if base.Dossier.Track == roster.Comprehensive {
		p.Groups = selfLevels(base, base.Dossier.Claims)
	}
	return d.pages.Render(c, "print", p)
}

// numberOf reads an indicator's number from the end of a field's name.
func numberOf(name string) (kind string, n indicators.Number) {
	kind, number, _ := strings.Cut(name, "-")
	return kind, indicators.Number(number)
}
