// Package seal is the door of seals: the applicant's page of submitting, receipt,
// printed file and withdrawing, the same files for the office, and the public page
// on which anybody who holds a digest, a manifest or a receipt can check it. The
// public page tells that a filing was sealed, when, and whether it stands; no unit,
// no content and no result. The package decides no rule; application does.
package seal

import (
	"embed"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Check is the address of the public page; a code on paper leads below it.
const Check = "/seal"

// TextBytes is the largest request of the public check: a manifest with all its
// files, and the form around it. ScanBytes is that of a scan.
const (
	TextBytes = 6 << 20
	ScanBytes = 51 << 20
)

// Config is what a Door needs.
type Config struct {
	Dossiers *application.Service
	Texts    *view.Texts
	Base     string // address of the service that codes carry, without a slash at the end
}

// Door serves the pages.
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

// CheckPage is the public page: the form, and what was found of a seal.
type CheckPage struct {
	view.Frame
	Standing *application.Standing
	Receipt  bool     // a receipt was checked: its words and its signature are right
	Text     bool     // a text was checked, and is the one that was sealed
	Digest   string   // of what was asked for
	Altered  []string // sections of the text that are not what they were
	Typed    string   // what was pasted
	Key      string   // the service's public key
}

// Look shows the form, or the seal that the address names.
func (d *Door) Look(c *fiber.Ctx) error {
	page := &CheckPage{Key: d.Dossiers.KeyID()}
	digest := strings.ToLower(c.Params("digest"))
	if digest == "" {
		return d.pages.Render(c, "check", page)
	}
	page.Digest = digest
	standing, err := d.Dossiers.LookUp(c.UserContext(), digest)
	if err != nil {
		return d.pages.Again(c, err, "check", page)
	}
	page.Standing = &standing
	return d.pages.Render(c, "check", page)
}

// Compare checks a manifest or a receipt: the file of the field file, else what was
// pasted into the field manifest. Nothing of it is kept.
func (d *Door) Compare(c *fiber.Ctx) error {
	text, typed, err := view.Sent(c, "manifest", TextBytes)
	page := &CheckPage{Key: d.Dossiers.KeyID(), Typed: typed}
	if err == nil {
		var found application.Checked
		if found, err = d.Dossiers.CheckText(c.UserContext(), text); err == nil {
			page.Standing, page.Typed = &found.Standing, ""
		}
		page.Receipt, page.Digest, page.Altered, page.Text = found.Receipt, found.Digest, found.Altered, err == nil
	}
	if err != nil {
		return d.pages.Again(c, err, "check", page)
	}
	return d.pages.Render(c, "check", page)
}

// keyOf reads round and track from the address; the unit is always the actor's own.
func keyOf(c *fiber.Ctx) (application.Key, error) {
	year, err := strconv.Atoi(c.Params("round"))
	if err != nil {
		return application.Key{}, fault.New(fault.NotFound, "dossier.unknown")
	}
	k := application.Key{Round: year, Unit: roster.UnitCode(login.Actor(c).Unit), Track: roster.Track(c.Params("track"))}
	return application.ParseID(string(k.ID()))
}

// base is the address of the applicant's dossier.
func base(k application.Key) string { return "/apply/" + strconv.Itoa(k.Round) + "/" + string(k.Track) }

// Filing is one filing of the dossier, the latest first.
type Filing struct {
	application.Seal
	Number int
	State  application.SealState
}

// DeskPage is the applicant's page of submitting and of what was submitted.
type DeskPage struct {
	view.Frame
	Dossier  *application.Dossier
	Terms    application.Terms
	Base     string
	Unit     string
	Open     bool // the filing window is open
	Gaps     []string
	Filings  []Filing
	Decision *application.Decision
	Scans    bool // a scan may still come
}

// Draft reports whether the dossier can be submitted by its state.
func (p *DeskPage) Draft() bool { return p.Dossier.State == application.Draft }

// Settings are the round's rules.
func (p *DeskPage) Settings() roster.Settings { return p.Terms.Round.Settings }

// Withdrawable reports whether the filing can be taken back now.
func (p *DeskPage) Withdrawable() bool {
	return p.Open && p.Dossier.State == application.Filed && p.Dossier.Formality() != application.FormalityRejected
}

// Desk shows the page.
func (d *Door) Desk(c *fiber.Ctx) error {
	page, err := d.desk(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "desk", page)
}

func (d *Door) desk(c *fiber.Ctx) (*DeskPage, error) {
	k, err := keyOf(c)
	if err != nil {
		return nil, err
	}
	found, terms, err := d.Dossiers.Own(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return nil, err
	}
	now := d.Dossiers.Now()
	p := &DeskPage{
		Dossier: found, Terms: terms, Base: base(k), Unit: terms.Unit.Label(string(view.LangOf(c))),
		Open: terms.Round.Settings.Filing.Open(now), Scans: !terms.Round.Settings.Evaluation.Began(now),
	}
	if x, ok := found.LastDecision(); ok {
		p.Decision = &x
	}
	if p.Draft() {
		for _, r := range found.Gaps(terms) {
			p.Gaps = append(p.Gaps, d.Texts.Refusal(view.LangOf(c), r))
		}
	}
	for i := len(found.Seals) - 1; i >= 0; i-- {
		p.Filings = append(p.Filings, Filing{Seal: found.Seals[i], Number: i + 1, State: found.SealState(i)})
	}
	return p, nil
}

// act does one step and shows the page, again where it was refused.
func (d *Door) act(c *fiber.Ctx, done string, step func(application.Key) error) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	if err := step(k); err != nil {
		page, failed := d.desk(c)
		if failed != nil {
			return failed
		}
		return d.pages.Again(c, err, "desk", page)
	}
	return view.See(c, base(k)+"/seal", done)
}

// File seals the dossier: field seen, the version that the page showed.
func (d *Door) File(c *fiber.Ctx) error {
	return d.act(c, "apply.filed", func(k application.Key) error {
		seen, err := strconv.Atoi(c.FormValue("seen"))
		if err != nil || seen < 1 {
			return fault.New(fault.Invalid, "request.invalid")
		}
		_, err = d.Dossiers.File(c.UserContext(), login.Actor(c), k, seen)
		return err
	})
}

// Withdraw turns a filed dossier into a draft again.
func (d *Door) Withdraw(c *fiber.Ctx) error {
	return d.act(c, "apply.withdrawn", func(k application.Key) error {
		return d.Dossiers.Withdraw(c.UserContext(), login.Actor(c), k)
	})
}

// TakeScan keeps the scan of the printed file: fields digest and file.
func (d *Door) TakeScan(c *fiber.Ctx) error {
	return d.act(c, "seal.scanned", func(k application.Key) error {
		header, err := c.FormFile("file")
		if err != nil {
			return fault.New(fault.Invalid, "seal.scan_none").At("file")
		}
		file, err := header.Open()
		if err != nil {
			return fault.New(fault.Invalid, "request.invalid")
		}
		defer file.Close()
		return d.Dossiers.AttachScan(c.UserContext(), login.Actor(c), k, c.FormValue("digest"), header.Filename, file)
	})
}

// moment writes a time of the programme's clock to the second, with its zone.
func moment(at time.Time) string {
	return at.In(roster.Shanghai()).Format("2006-01-02 15:04:05") + " UTC+8"
}

// Moment is when it was filed, to the second.
func (f Filing) Moment() string { return moment(f.At) }

// Moment is when the seal was given, to the second.
func (p *CheckPage) Moment() string { return moment(p.Standing.At) }

// Ended is when it ended, to the second.
func (p *CheckPage) Ended() string { return moment(p.Standing.Since) }
