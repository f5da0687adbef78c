package yearly

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/login"
	"minyi/web/view"
)

// HomePage lists what a named unit has to do after its naming.
type HomePage struct {
	view.Frame
	Lines    []Line
	Checks   []supervision.Check
	Hearings []supervision.Hearing
}

// Home shows the applicant's yearly reports, spot checks and hearings.
func (d *Door) Home(c *fiber.Ctx) error {
	all, err := d.Supervision.OwnDuties(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	page := &HomePage{}
	for _, x := range all {
		page.Lines = append(page.Lines, d.line(c, x))
	}
	if page.Checks, err = d.Supervision.OwnChecks(c.UserContext(), login.Actor(c)); err != nil {
		return err
	}
	if page.Hearings, err = d.Supervision.OwnHearings(c.UserContext(), login.Actor(c)); err != nil {
		return err
	}
	return d.pages.Render(c, "home", page)
}

// PartField is one part of a report in the form.
type PartField struct {
	Part supervision.Part
	Text string
}

// WritePage is the form of a report.
type WritePage struct {
	view.Frame
	Line
	Parts  []PartField
	Length int
	Most   int
	Early  bool
	Reason string
	Proof  ProofForm
	Script string
	Saved  string // how a saving by script went, and when
}

// ProofForm is what was typed into the proof of publication.
type ProofForm struct{ Date, Place, URL string }

// Locked reports that nothing can be written.
func (p *WritePage) Locked() bool { return p.State == supervision.Excused }

// Again reports that a version was handed in before.
func (p *WritePage) Again() bool { return p.Report.Newest() != nil }

// Asked is what the office asks for, while it does.
func (p *WritePage) Asked() string {
	for i := len(p.Report.Acts) - 1; i >= 0 && p.State == supervision.AskedBack; i-- {
		if a := p.Report.Acts[i]; a.Kind == supervision.Returned {
			return a.Words
		}
	}
	return ""
}

func (d *Door) writing(c *fiber.Ctx) (*WritePage, error) {
	n, err := year(c)
	if err != nil {
		return nil, err
	}
	x, err := d.Supervision.OwnDuty(c.UserContext(), login.Actor(c), n)
	if err != nil {
		return nil, err
	}
	page := &WritePage{
		Line: d.line(c, x), Most: x.Rules.AfterNaming().ReportChars, Early: x.Early(view.NowOf(c)),
		Script: d.shelf.Path("yearly.js"), Length: supervision.Length(x.Report.Texts),
		Proof: ProofForm{Date: roster.DateOf(view.NowOf(c)).String()},
	}
	for _, part := range supervision.Parts() {
		page.Parts = append(page.Parts, PartField{part, x.Report.Texts[part]})
	}
	return page, nil
}

// Write shows the form of a report.
func (d *Door) Write(c *fiber.Ctx) error {
	page, err := d.writing(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "write", page)
}

// texts are the parts of the form.
func texts(c *fiber.Ctx) map[supervision.Part]string {
	out := map[supervision.Part]string{}
	for _, part := range supervision.Parts() {
		out[part] = c.FormValue(string(part))
	}
	return out
}

// wrong shows the form again with what was typed.
func (d *Door) wrong(c *fiber.Ctx, refusal error, typed map[supervision.Part]string) error {
	page, err := d.writing(c)
	if err != nil {
		return err
	}
	if typed != nil {
		for i := range page.Parts {
			page.Parts[i].Text = typed[page.Parts[i].Part]
		}
		page.Length, page.Reason = supervision.Length(typed), c.FormValue("reason")
	}
	if c.FormValue("proof_place") != "" || c.FormValue("proof_date") != "" {
		page.Proof = ProofForm{c.FormValue("proof_date"), c.FormValue("proof_place"), c.FormValue("proof_url")}
	}
	return d.pages.Again(c, refusal, "write", page)
}

// Save keeps what is written, or hands it in: fields measures, results, problems,
// plan, seen, reason, and do (save, file, or auto from the page's script).
func (d *Door) Save(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	seen, err := strconv.Atoi(c.FormValue("seen"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	by, typed := login.Actor(c), texts(c)
	switch c.FormValue("do") {
	case "auto":
		return d.auto(c, d.Supervision.SaveReport(c.UserContext(), by, n, seen, typed))
	case "file":
		err = d.Supervision.FileReport(c.UserContext(), by, n, supervision.Filing{Seen: seen, Reason: c.FormValue("reason"), Texts: typed})
	default:
		err = d.Supervision.SaveReport(c.UserContext(), by, n, seen, typed)
	}
	if err != nil {
		return d.wrong(c, err, typed)
	}
	return view.See(c, Own+"/"+c.Params("year"), "yearly."+either(c.FormValue("do") == "file", "filed", "saved"))
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// auto answers the page's script with how the saving went.
func (d *Door) auto(c *fiber.Ctx, failed error) error {
	if failed != nil && fault.KindOf(failed) == 0 {
		return failed
	}
	page, err := d.writing(c)
	if err != nil {
		return err
	}
	page.Saved = "saved"
	if failed != nil {
		page.Saved = "refused"
		c.Status(view.FormStatus(fault.KindOf(failed)))
		for _, r := range fault.All(failed) {
			page.Problems = append(page.Problems, view.Problem{Field: r.Field, Text: d.Texts.Refusal(view.LangOf(c), r)})
		}
	}
	return d.pages.Part(c, "write", "saved", page)
}

// Attach joins a file to the report: field file.
func (d *Door) Attach(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	err = upload(c, true, func(u supervision.Upload) error {
		return d.Supervision.AttachReport(c.UserContext(), login.Actor(c), n, u)
	})
	if err != nil {
		return d.wrong(c, err, nil)
	}
	return view.See(c, Own+"/"+c.Params("year")+"#files", "yearly.attached")
}

// Detach takes a file out of the report: field digest.
func (d *Door) Detach(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	if err := d.Supervision.DetachReport(c.UserContext(), login.Actor(c), n, c.FormValue("digest")); err != nil {
		return d.wrong(c, err, nil)
	}
	return view.See(c, Own+"/"+c.Params("year")+"#files", "yearly.detached")
}

// Publish proves that the report was published: fields proof_date, proof_place,
// proof_url and file.
func (d *Door) Publish(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	err = upload(c, false, func(u supervision.Upload) error {
		date, err := day(c, "proof_date")
		if err != nil {
			return err
		}
		proof := supervision.Proof{Date: date, Place: c.FormValue("proof_place"), URL: c.FormValue("proof_url")}
		if u.Bytes != nil {
			return d.Supervision.PublishReport(c.UserContext(), login.Actor(c), n, proof, u)
		}
		return d.Supervision.PublishReport(c.UserContext(), login.Actor(c), n, proof, supervision.Upload{})
	})
	if err != nil {
		return d.wrong(c, err, nil)
	}
	return view.See(c, Own+"/"+c.Params("year")+"#published", "yearly.published")
}

// OwnFile sends a file of the unit's own report, to be saved.
func (d *Door) OwnFile(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	by := login.Actor(c)
	file, bytes, err := d.Supervision.ReportFile(c.UserContext(), by, roster.UnitCode(by.Unit), n, c.Params("digest"))
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, bytes)
}

// HearingPage is a proposal to revoke a name as its unit sees it.
type HearingPage struct {
	view.Frame
	supervision.Hearing
	Open bool // the unit can answer
	Text string
}

func (d *Door) hearing(c *fiber.Ctx) (*HearingPage, error) {
	h, err := d.Supervision.OwnHearing(c.UserContext(), login.Actor(c), c.Params("naming"))
	if err != nil {
		return nil, err
	}
	return &HearingPage{Hearing: h, Open: h.Proposal.Open() && !h.Proposal.Heard(view.NowOf(c))}, nil
}

// Hearing shows a proposal to revoke a name to its unit.
func (d *Door) Hearing(c *fiber.Ctx) error {
	page, err := d.hearing(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "hearing", page)
}

// State keeps what the unit says: fields seen, text, nothing and file.
func (d *Door) State(c *fiber.Ctx) error {
	text := c.FormValue("text")
	err := upload(c, false, func(u supervision.Upload) error {
		return d.Supervision.State(c.UserContext(), login.Actor(c), c.Params("naming"), c.FormValue("seen"), text, c.FormValue("nothing") == "on", u)
	})
	if err != nil {
		page, failed := d.hearing(c)
		if failed != nil {
			return failed
		}
		page.Text = text
		return d.pages.Again(c, err, "hearing", page)
	}
	return view.See(c, "/apply/hearings/"+c.Params("naming"), "yearly.stated")
}

// StatementFile sends a file of the unit's own statement, to be saved.
func (d *Door) StatementFile(c *fiber.Ctx) error {
	file, bytes, err := d.Supervision.StatementFile(c.UserContext(), login.Actor(c), c.Params("naming"), c.Params("digest"))
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, bytes)
}
