// Package supervision is the office's door to what comes after a naming: the
// standing of every name and its history (C13), and revocations (C44). It decides no rule; the package of
// the same name under indicators does.
package supervision

import (
	"context"
	"embed"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Home is the address of the list of the named; One is that of one name.
const (
	Home = "/office/supervision"
	One  = Home + "/:naming"
)

// Supervision does the office's steps.
type Supervision interface {
	Records(ctx context.Context, by access.Actor) ([]supervision.Record, error)
	Record(ctx context.Context, by access.Actor, id string) (supervision.Record, error)
	Change(ctx context.Context, by access.Actor, id string, x supervision.Change) error
	Revocations(ctx context.Context, by access.Actor, id string) ([]supervision.Revocation, error)
	ProposeRevocation(ctx context.Context, by access.Actor, id string, x supervision.Draft, file string, bytes io.Reader) error
	AddEvidence(ctx context.Context, by access.Actor, id, seen, file string, bytes io.Reader) error
	ConfirmRevocation(ctx context.Context, by access.Actor, id string, x supervision.Decision) error
	FailedCheck(ctx context.Context, by access.Actor, name string) (bool, error)
	Rules(ctx context.Context, by access.Actor, id string) (roster.Settings, error)
	DropRevocation(ctx context.Context, by access.Actor, id, seen, why string) error
	Evidence(ctx context.Context, by access.Actor, id, digest string) (evidence.File, io.ReadSeekCloser, error)
}

// Units gives the names of units.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Door needs.
type Config struct {
	Supervision Supervision
	Units       Units
	Texts       *view.Texts
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

// Row is one name with its unit's name in the visitor's language.
type Row struct {
	supervision.Record
	Unit  string
	State naming.Standing // after all steps
	Since roster.Date
}

func (d *Door) row(c *fiber.Ctx, r supervision.Record) Row {
	out := Row{Record: r, Unit: string(r.Target.Unit), State: r.Now(), Since: r.Latest()}
	if u, err := d.Units.Unit(r.Target.Unit); err == nil {
		out.Unit = u.Label(string(view.LangOf(c)))
	}
	return out
}

// ListPage lists all names.
type ListPage struct {
	view.Frame
	Rows []Row
}

// List shows all names with their standing.
func (d *Door) List(c *fiber.Ctx) error {
	all, err := d.Supervision.Records(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	page := &ListPage{}
	for _, r := range all {
		page.Rows = append(page.Rows, d.row(c, r))
	}
	return d.pages.Render(c, "list", page)
}

// Form is what was typed.
type Form struct{ From, Document, Reason string }

// OnePage is one name with its history and the form of the next step.
type OnePage struct {
	view.Frame
	Row
	Form   Form
	Revoke RevokeForm
	Opened bool // the revocation was what was refused
	Past   []supervision.Revocation
	Open   *supervision.Revocation // waits for a second person
	Heard  bool                    // the unit has answered it, or its time is over
	Failed bool                    // a spot check of the name has failed (C47)
	Rules  roster.Settings         // of the round of the name
	Me     string
}

// Committee reports whether the round lets the committee revoke.
func (p *OnePage) Committee() bool { return p.Rules.Revoker == roster.CommitteeRevokes }

// Next is the standing that the form leads to; empty for a revoked name.
func (p *OnePage) Next() naming.Standing {
	switch p.State {
	case naming.Valid:
		return naming.Checked
	case naming.Checked:
		return naming.Valid
	case naming.Revoked:
	}
	return ""
}

func (d *Door) one(c *fiber.Ctx) (*OnePage, error) {
	r, err := d.Supervision.Record(c.UserContext(), login.Actor(c), c.Params("naming"))
	if err != nil {
		return nil, err
	}
	page := &OnePage{Row: d.row(c, r), Me: login.Actor(c).Name}
	if page.Past, err = d.Supervision.Revocations(c.UserContext(), login.Actor(c), r.ID); err != nil {
		return nil, err
	}
	if n := len(page.Past); n > 0 && page.Past[n-1].Open() {
		page.Open, page.Past = &page.Past[n-1], page.Past[:n-1]
	}
	if page.Failed, err = d.Supervision.FailedCheck(c.UserContext(), login.Actor(c), r.ID); err != nil {
		return nil, err
	}
	if page.Rules, err = d.Supervision.Rules(c.UserContext(), login.Actor(c), r.ID); err != nil {
		return nil, err
	}
	if page.Open != nil {
		page.Heard, page.Revoke.Decided = page.Open.Heard(view.NowOf(c)), page.Open.Words
	}
	if c.Query("ground") == string(supervision.Below) && page.Failed {
		page.Revoke.Grounds, page.Opened = []supervision.Ground{supervision.Below}, true
	}
	page.Revoke.Date = roster.DateOf(view.NowOf(c)).String()
	page.Form.From = roster.DateOf(view.NowOf(c)).String()
	return page, nil
}

// One shows one name.
func (d *Door) One(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "one", page)
}

// Change puts a name under check or ends the check: fields to, from, document,
// reason and seen.
func (d *Door) Change(c *fiber.Ctx) error {
	form := Form{c.FormValue("from"), c.FormValue("document"), c.FormValue("reason")}
	if err := d.change(c, form); err != nil {
		page, failed := d.one(c)
		if failed != nil {
			return failed
		}
		page.Form = form
		return d.pages.Again(c, err, "one", page)
	}
	return view.See(c, Home+"/"+c.Params("naming"), "supervision.changed")
}

func (d *Door) change(c *fiber.Ctx, form Form) error {
	seen, err := strconv.Atoi(c.FormValue("seen"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	from, err := roster.ParseDate(form.From)
	if err != nil {
		return fault.New(fault.Invalid, "date.form").At("from")
	}
	return d.Supervision.Change(c.UserContext(), login.Actor(c), c.Params("naming"), supervision.Change{
		Seen: seen, To: naming.Standing(c.FormValue("to")), From: from, Document: form.Document, Reason: form.Reason,
	})
}
