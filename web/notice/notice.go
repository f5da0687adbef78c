// Package notice is the public's first door: what is going on now, the public notice
// as a page and as a paper, objections and their state. It shows what everybody may
// know and nothing else; nobody signs in, and nothing needs a script.
//
// README.md has the table of judges.
package notice

import (
	"embed"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/survey/typeset"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Home       = "/"
	One        = "/notices/:year"
	Paper      = One + "/notice.pdf"
	Objections = "/objections"
	State      = Objections + "/state"
	Reply      = Objections + "/reply"
)

// Config is what the door needs.
type Config struct {
	Texts  *view.Texts
	Roster *roster.Service
	Naming *naming.Service
	Base   string           // address of the service, for codes
	Now    func() time.Time // programme clock
	Wall   func() time.Time // the real clock, for limits
}

// Door is the public's door.
type Door struct {
	Config
	pages *view.Pages
	gate  turnstile

	once sync.Once
	font *typeset.Font
	lost error
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages, gate: turnstile{now: cfg.Wall}}, nil
}

// HomePage is the public's first page.
type HomePage struct {
	view.Frame
	Round   *roster.Round // nil: none is under way
	Stage   roster.Stage
	Span    roster.Window // of the stage; empty between two
	Next    *Step         // the step that comes next
	Steps   []Step
	Notice  *naming.Notice // nil: none is posted
	Running bool
	List    []Listed
	Left    int // days of the notice, today included
	Moves   []roster.Move
}

// Step is one step of the round.
type Step struct {
	Key    string
	Window roster.Window
	State  string // past, now or empty
}

// Listed is one line of a notice.
type Listed struct {
	Unit   string
	Target naming.Target
	Title  string
}

// Home shows the first page.
func (d *Door) Home(c *fiber.Ctx) error {
	page := &HomePage{}
	var err error
	page.Round, err = d.Roster.Current(c.UserContext())
	if fault.KindOf(err) == fault.NotFound {
		page.Round = nil
		return d.pages.Render(c, "home", page)
	}
	if err != nil {
		return err
	}
	page.Stage, page.Moves, page.Steps = page.Round.Stage(d.Now()), page.Round.Moves, steps(page.Round.Settings, d.Now())
	for i, s := range page.Steps {
		if s.State == "now" {
			page.Span = s.Window
		}
		if s.State == "" && page.Next == nil {
			page.Next = &page.Steps[i]
		}
	}
	page.Notice, err = d.Naming.Notice(c.UserContext(), page.Round.Year)
	if fault.KindOf(err) == fault.NotFound {
		page.Notice = nil
		return d.pages.Render(c, "home", page)
	}
	if err != nil {
		return err
	}
	page.Running, page.List = page.Notice.Window.Open(d.Now()), d.listed(c, page.Notice)
	page.Left = roster.Between(roster.DateOf(d.Now()), page.Notice.Window.To).Days()
	return d.pages.Render(c, "home", page)
}

func (d *Door) listed(c *fiber.Ctx, n *naming.Notice) []Listed {
	var out []Listed
	for _, candidate := range n.List {
		out = append(out, Listed{Unit: d.unitName(c, candidate.Unit), Target: candidate.Target, Title: candidate.Title})
	}
	return out
}

func steps(s roster.Settings, now time.Time) []Step {
	out := []Step{
		{Key: "stage.filing", Window: s.Filing},
		{Key: "stage.evaluating", Window: s.Evaluation},
		{Key: "stage.publishing", Window: s.Notice},
		{Key: "stage.naming", Window: s.Naming},
	}
	for i := range out {
		switch {
		case out[i].Window.Over(now):
			out[i].State = "past"
		case out[i].Window.Began(now):
			out[i].State = "now"
		}
	}
	return out
}

func (d *Door) unitName(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Roster.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}
