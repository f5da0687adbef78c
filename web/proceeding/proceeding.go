// Package proceeding is the office's door to the way from the ranking to the names:
// the front group, the candidates, the public notice with its media, the objections
// and what follows from them, and the decision that names. Every decision is shown
// with what was known then. Handlers read the request, call one verb and render one
// struct; the rules live in package naming.
//
// README.md has the table of judges.
package proceeding

import (
	"embed"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Home       = "/office/notice"
	Front      = Home + "/front"
	Candidates = Home + "/candidates"
	Public     = Home + "/public"
	Media      = Home + "/media"
	Medium     = Media + "/:medium"
	Naming     = Home + "/naming"
	Act        = Home + "/acts/:act"
	Objections = "/office/objections"
	Objection  = Objections + "/:objection"
	File       = Objection + "/files/:digest"
)

// FileBytes is the largest upload of a proof, with the form around it.
const FileBytes = 51 << 20

// Config is what the door needs.
type Config struct {
	Texts    *view.Texts
	Roster   *roster.Service
	Naming   *naming.Service
	Previews *preview.Maker
	Now      func() time.Time // programme clock
}

// Door is the office's door to the notice and the names.
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

func actor(c *fiber.Ctx) access.Actor { return login.Actor(c) }

// round is the round that the address names (year), else the current one.
func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	if year := c.QueryInt("year"); year > 0 {
		return d.Roster.Round(c.UserContext(), year)
	}
	return d.Roster.Current(c.UserContext())
}

func (d *Door) unitName(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Roster.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// shown is an act as the layout's block shows it.
func shown(a naming.Act) view.Decision {
	return view.Decision{
		Kind: string(a.Kind), By: a.By, At: a.At, Alone: a.Alone, Confirmed: a.Confirmed, ConfirmedAt: a.ConfirmedAt,
		Dropped: a.Dropped, DroppedAt: a.DroppedAt, Why: a.Why, Reason: a.Reason,
		Snapshot: a.Known.Snapshot, Digest: a.Known.Digest, Known: a.Known.Sum, Href: Home + "/acts/" + a.ID,
	}
}

// Waiting is an act that waits for a second person, with what the visitor may do.
type Waiting struct {
	naming.Act
	Shown view.Decision
	Mine  bool // the visitor proposed it, so somebody else confirms
	Names []string
}

// waiting are the acts of a kind that wait, all of them for an empty kind.
func (d *Door) waiting(c *fiber.Ctx, p *naming.Proceeding, kind naming.Kind) (out []Waiting) {
	for _, a := range p.Waiting() {
		if kind != "" && a.Kind != kind {
			continue
		}
		w := Waiting{Act: a, Shown: shown(a), Mine: access.Fold(a.By) == access.Fold(actor(c).Name)}
		for _, t := range targets(a) {
			w.Names = append(w.Names, d.unitName(c, t.Unit))
		}
		out = append(out, w)
	}
	return out
}

// targets are whom an act decides about, as its page lists them.
func targets(a naming.Act) (out []naming.Target) {
	list := []naming.Candidate{}
	switch {
	case a.Front != nil:
		return a.Front.Taken
	case a.Candidates != nil:
		list = a.Candidates.List
	case a.Notice != nil:
		list = a.Notice.List
	case a.Decision != nil:
		list = a.Decision.Names
	case a.Settlement != nil:
		return []naming.Target{a.Settlement.Target}
	}
	for _, one := range list {
		out = append(out, one.Target)
	}
	return out
}

// typed reads a date of a form and puts the field's name to a refusal.
func typed(c *fiber.Ctx, list *fault.List, field string) roster.Date {
	date, err := roster.ParseDate(c.FormValue(field))
	for _, r := range fault.All(err) {
		list.Add(r.At(field))
	}
	return date
}
