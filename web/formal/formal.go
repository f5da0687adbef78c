// Package formal is the office's door to the formal check of what was filed: what
// the service finds by itself, the decisions (accept, return for completion,
// reject) with their reasons, and the cancelling for untrue material, which one
// person proposes and another confirms. It decides no rule; application does.
package formal

import (
	"context"
	"embed"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Home is the address of the list.
const Home = "/office/formal"

// Rounds names the round that is on.
type Rounds interface {
	Current(ctx context.Context) (*roster.Round, error)
	Round(ctx context.Context, year int) (*roster.Round, error)
}

// Dossiers does the formal check.
type Dossiers interface {
	Examine(ctx context.Context, by access.Actor, round int) ([]application.Examined, error)
	ExamineOne(ctx context.Context, by access.Actor, k application.Key) (application.Examined, error)
	Decide(ctx context.Context, by access.Actor, k application.Key, seen int, x application.Decision) error
	ProposeCancel(ctx context.Context, by access.Actor, k application.Key, c application.Cancellation) error
	ConfirmCancel(ctx context.Context, by access.Actor, k application.Key, seen int64) error
	DropCancel(ctx context.Context, by access.Actor, k application.Key, seen int64, reason string) error
}

// Config is what a Door needs.
type Config struct {
	Dossiers Dossiers
	Rounds   Rounds
	Texts    *view.Texts
	Now      func() time.Time // programme clock
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

// Row is one dossier, with its unit's name in the visitor's language.
type Row struct {
	application.Examined
	Name string
}

// ID names the dossier in addresses.
func (r Row) ID() application.ID { return r.Dossier.ID() }

// Seal is the latest seal, standing or not.
func (r Row) Seal() application.Seal { return r.Dossier.Seals[len(r.Dossier.Seals)-1] }

// Amiss are the findings in which something is amiss.
func (r Row) Amiss() (out []application.Finding) {
	for _, f := range r.Findings {
		if f.Weight != application.Clear {
			out = append(out, f)
		}
	}
	return out
}

// ListPage lists what was filed in a round.
type ListPage struct {
	view.Frame
	Round *roster.Round
	Rows  []Row
	Tally []Count
}

// Count is how many dossiers are in a state of the formal check.
type Count struct {
	State application.Formality
	N     int
}

// List shows what was filed in the round, what was not decided yet first.
func (d *Door) List(c *fiber.Ctx) error {
	round, err := d.round(c)
	if err != nil {
		return err
	}
	all, err := d.Dossiers.Examine(c.UserContext(), login.Actor(c), round.Year)
	if err != nil {
		return err
	}
	page := &ListPage{Round: round}
	for _, state := range []application.Formality{
		application.FormalityPending, application.FormalityReturned, application.FormalityAccepted, application.FormalityRejected,
		application.FormalityNone,
	} {
		n := 0
		for _, one := range all {
			if one.Dossier.Formality() == state {
				page.Rows = append(page.Rows, Row{Examined: one, Name: one.Unit.Label(string(view.LangOf(c)))})
				n++
			}
		}
		if state != application.FormalityNone {
			page.Tally = append(page.Tally, Count{State: state, N: n})
		}
	}
	return d.pages.Render(c, "list", page)
}

// round is the round of the address, else the current one.
func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	if text := c.Query("round"); text != "" {
		year, err := strconv.Atoi(text)
		if err != nil {
			return nil, fault.New(fault.NotFound, "round.unknown")
		}
		return d.Rounds.Round(c.UserContext(), year)
	}
	return d.Rounds.Current(c.UserContext())
}

// Typed is what the forms of the page hold.
type Typed struct {
	Outcome  application.Outcome
	Reason   string
	Until    string
	Cancel   application.Cancellation
	Drop     string
	Opened   bool // the cancelling was what was refused
	Outcomes []application.Outcome
}

// Found is a finding with the sentences of what it found.
type Found struct {
	application.Finding
	Words []string
}

// OnePage is one dossier with its findings, its decisions and the forms.
type OnePage struct {
	view.Frame
	Row
	Typed
	Found []Found
	Me    string
}

// Seen is how many decisions the page shows.
func (p *OnePage) Seen() int { return len(p.Dossier.Formal) }

// Undoes reports whether a decision would undo one that stands.
func (p *OnePage) Undoes() bool {
	state := p.Dossier.Formality()
	return state == application.FormalityAccepted || state == application.FormalityRejected
}

// Decidable reports whether a decision can be taken now.
func (p *OnePage) Decidable() bool {
	evaluation := p.Terms.Round.Settings.Evaluation
	return p.Dossier.State == application.Filed && !evaluation.Over(p.Now) && (!p.Undoes() || !evaluation.Began(p.Now))
}

// May reports whether an outcome is open, so that the form offers it.
func (p *OnePage) May(o application.Outcome) bool {
	switch {
	case o == application.Return:
		return !p.Dossier.ReturnedOnce() && p.Terms.Round.Settings.Filing.Open(p.Now)
	case o == application.Accept && p.Dossier.Accepted(), o == application.Reject && p.Dossier.Formality() == application.FormalityRejected:
		return false
	}
	return true
}

// Mine reports whether the visitor proposed the cancellation.
func (p *OnePage) Mine() bool { return p.Dossier.Proposed != nil && p.Dossier.Proposed.By == p.Me }

// ProposedAt is the moment of the proposal in Unix milliseconds.
func (p *OnePage) ProposedAt() int64 { return p.Dossier.Proposed.At.UnixMilli() }

// BothBarred reports whether a cancelled unit is barred on both tracks.
func (p *OnePage) BothBarred() bool { return p.Terms.Round.Settings.BarAnyTrack }

func (d *Door) one(c *fiber.Ctx) (*OnePage, error) {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return nil, err
	}
	found, err := d.Dossiers.ExamineOne(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return nil, err
	}
	p := &OnePage{Row: Row{Examined: found, Name: found.Unit.Label(string(view.LangOf(c)))}, Me: login.Actor(c).Name}
	p.Now = d.Now()
	for _, f := range found.Findings {
		one := Found{Finding: f}
		for _, r := range f.What {
			one.Words = append(one.Words, d.Texts.Refusal(view.LangOf(c), r))
		}
		p.Found = append(p.Found, one)
	}
	p.Until = found.Terms.Round.Settings.Filing.To.String()
	for _, o := range application.Outcomes() {
		if p.May(o) {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	return p, nil
}

// One shows a dossier in the formal check.
func (d *Door) One(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "one", page)
}

// step does one step and shows the page again where it was refused, with what was
// typed.
func (d *Door) step(c *fiber.Ctx, done string, typed Typed, do func(application.Key) error) error {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return err
	}
	if err := do(k); err != nil {
		page, failed := d.one(c)
		if failed != nil {
			return failed
		}
		typed.Outcomes = page.Outcomes
		if typed.Until == "" {
			typed.Until = page.Until
		}
		page.Typed = typed
		return d.pages.Again(c, err, "one", page)
	}
	return view.See(c, Home+"/"+string(k.ID()), done)
}

// Decide takes a decision: fields outcome, reason, until and seen.
func (d *Door) Decide(c *fiber.Ctx) error {
	typed := Typed{
		Outcome: application.Outcome(c.FormValue("outcome")), Reason: text(c, "reason"), Until: strings.TrimSpace(c.FormValue("until")),
	}
	return d.step(c, "formal.decided", typed, func(k application.Key) error {
		seen, err := strconv.Atoi(c.FormValue("seen"))
		if err != nil {
			return fault.New(fault.Invalid, "request.invalid")
		}
		x := application.Decision{Outcome: typed.Outcome, Reason: strings.TrimSpace(typed.Reason)}
		if x.Outcome == application.Return {
			if x.Until, err = roster.ParseDate(typed.Until); err != nil {
				return fault.New(fault.Invalid, "date.form").At("until")
			}
		}
		ctx, stop := context.WithTimeout(context.WithoutCancel(c.UserContext()), reading)
		defer stop()
		return d.Dossiers.Decide(ctx, login.Actor(c), k, seen, x)
	})
}

// reading is how long all files of a dossier may take to be read when it is
// accepted: 8 GiB at the speed of a slow disk.
const reading = 5 * time.Minute

// Propose proposes to cancel for untrue material (C99): fields reason, evidence
// and document.
func (d *Door) Propose(c *fiber.Ctx) error {
	typed := Typed{Opened: true, Cancel: application.Cancellation{
		Reason: text(c, "cancel_reason"), Evidence: text(c, "cancel_evidence"), Document: text(c, "cancel_document"),
	}}
	return d.step(c, "formal.proposed", typed, func(k application.Key) error {
		return d.Dossiers.ProposeCancel(c.UserContext(), login.Actor(c), k, typed.Cancel)
	})
}

// Confirm confirms a cancellation that somebody else proposed: field seen.
func (d *Door) Confirm(c *fiber.Ctx) error {
	return d.step(c, "formal.cancelled", Typed{Opened: true}, func(k application.Key) error {
		seen, err := strconv.ParseInt(c.FormValue("seen"), 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return d.Dossiers.ConfirmCancel(c.UserContext(), login.Actor(c), k, seen)
	})
}

// Drop takes a proposed cancellation back: fields seen and drop_reason.
func (d *Door) Drop(c *fiber.Ctx) error {
	typed := Typed{Opened: true, Drop: text(c, "drop_reason")}
	return d.step(c, "formal.dropped", typed, func(k application.Key) error {
		seen, err := strconv.ParseInt(c.FormValue("seen"), 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return d.Dossiers.DropCancel(c.UserContext(), login.Actor(c), k, seen, typed.Drop)
	})
}

// text is a typed text with the line ends of this side.
func text(c *fiber.Ctx, name string) string {
	return strings.ReplaceAll(c.FormValue(name), "\r\n", "\n")
}
