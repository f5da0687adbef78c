package apply

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/web/login"
	"minyi/web/view"
)

// PartField is one part of the report in the form.
type PartField struct {
	Part   application.Part
	Text   string
	Length int    // characters that count
	Copied bool   // taken over and not yet looked at
	Was    string // stamp of what the dossier says
}

// ReportPage is the form for the report.
type ReportPage struct {
	dossier
	Answer
	Seen   int
	Parts  []PartField
	Length int
}

// Over is how many characters the report is too long.
func (p *ReportPage) Over() int { return max(0, p.Length-p.Settings().ReportLimit) }

// Say is what is to be said beside a part.
func (p *ReportPage) Say(field string) Said { return p.said(field, p.Problem(field)) }

// Report shows the form.
func (d *Door) Report(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "report", reportOf(base, base.Dossier.Report))
}

func reportOf(base dossier, report map[application.Part]string) *ReportPage {
	base.Task = application.Words
	p := &ReportPage{dossier: base, Seen: base.Stamp(application.Words)}
	p.Stands = map[string]string{}
	for _, part := range application.Parts(base.Dossier.Track) {
		one := PartField{
			Part: part, Text: report[part], Length: application.Length(report[part], p.Settings().CountPunctuation),
			Copied: base.Dossier.Copied[string(part)] != "", Was: stamp(base.Dossier.Report[part]),
		}
		p.Stands[string(part)] = base.Dossier.Report[part]
		p.Parts = append(p.Parts, one)
		p.Length += one.Length
	}
	return p
}

// SaveReport keeps the report, or the one part that a script sends. A part that
// the person has not changed stays as it now is, whoever wrote it.
func (d *Door) SaveReport(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	names := []string{"seen", "part"}
	for _, p := range application.Parts(base.Dossier.Track) {
		names = append(names, string(p), wasPrefix+string(p))
	}
	f, err := read(c, among(names...))
	if err != nil {
		return err
	}
	seen, err := f.seen()
	if err != nil {
		return err
	}
	typed := f.report(base)
	failed := d.service.SaveReport(c.UserContext(), login.Actor(c), base.Dossier.Key, seen, typed)
	if failed == nil && f["part"] == "" {
		return view.See(c, base.Base, "apply.saved")
	}
	if base, err = d.load(c); err != nil {
		return err
	}
	page := reportAgain(base, typed, seen, failed)
	return d.answer(c, failed, "report", f["part"] != "", page, &page.Answer)
}

// report returns the parts that the person has changed.
func (f fields) report(base dossier) map[application.Part]string {
	out := map[application.Part]string{}
	for _, p := range application.Parts(base.Dossier.Track) {
		text, sent := f[string(p)]
		if was, ok := f[wasPrefix+string(p)]; sent && (!ok || was != stamp(text)) {
			out[p] = text
		}
	}
	return out
}

// reportAgain is the page with what was typed in it, and with what stands beside
// it where somebody else has written meanwhile.
func reportAgain(base dossier, typed map[application.Part]string, seen int, failed error) *ReportPage {
	whole := map[application.Part]string{}
	for _, p := range application.Parts(base.Dossier.Track) {
		whole[p] = base.Dossier.Report[p]
		if text, ok := typed[p]; ok {
			whole[p] = text
		}
	}
	page := reportOf(base, whole)
	if failed != nil && !conflicting(failed) {
		page.Seen = seen
	}
	page.Clash = clashes(failed)
	return page
}
