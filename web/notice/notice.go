// Package notice is the public's door: the current notice, objections and their
// state, what was published with the notice, changed dates, and the register of
// the named. It shows what everybody may know and nothing else; nobody signs in.
package notice

import (
	"embed"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Config is what the door needs.
type Config struct {
	Texts       *view.Texts
	Roster      *roster.Service
	Naming      *naming.Service
	Supervision *supervision.Service
	Now         func() time.Time // programme clock
}

// Door is the public's door.
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

// HomePage is the public's first page.
type HomePage struct {
	view.Frame
	Round   *roster.Round // nil: none is under way
	Stage   roster.Stage
	Steps   []Step
	Notice  *naming.Notice // nil: none is posted
	Running bool
	List    []Listed
	Results []Result
	Moves   []roster.Move
	Named   []Listed
}

// Step is one step of the round.
type Step struct {
	Key    string
	Window roster.Window
	State  string // past, now or empty
}

// Listed is one line of the notice or of the register of the named.
type Listed struct {
	Unit     string
	Target   naming.Target
	Title    string
	Round    int
	Date     roster.Date
	Decision string
	Standing naming.Standing
	Steps    []supervision.Step // of the standing, oldest first
}

// Result is one published finding.
type Result struct {
	Unit       string
	Instrument string
	Track      roster.Track
	Mark       string
	Low, High  string // both empty where no interval is known
}

// Home shows the first page.
func (d *Door) Home(c *fiber.Ctx) error {
	page := &HomePage{}
	var err error
	if page.Named, err = d.register(c, roster.DateOf(d.Now())); err != nil {
		return err
	}
	page.Round, err = d.Roster.Current(c.UserContext())
	if fault.KindOf(err) == fault.NotFound {
		page.Round = nil
		return d.pages.Render(c, "home", page)
	}
	if err != nil {
		return err
	}
	page.Stage, page.Moves, page.Steps = page.Round.Stage(d.Now()), page.Round.Moves, steps(page.Round.Settings, d.Now())
	if err := d.notice(c, page); err != nil {
		return err
	}
	return d.pages.Render(c, "home", page)
}

// notice fills in the notice and what was published with it.
func (d *Door) notice(c *fiber.Ctx, page *HomePage) error {
	n, err := d.Naming.Notice(c.UserContext(), page.Round.Year)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	page.Notice, page.Running = n, n.Window.Open(d.Now())
	page.List = d.listed(c, n)
	found, err := d.Naming.Published(c.UserContext(), page.Round.Year)
	for _, f := range found {
		r := Result{Unit: d.unitName(c, f.Unit), Instrument: string(f.Instrument), Track: f.Track, Mark: f.Mark.String()}
		if f.SE > 0 {
			r.Low, r.High = f.Low.String(), f.High.String()
		}
		page.Results = append(page.Results, r)
	}
	return err
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
