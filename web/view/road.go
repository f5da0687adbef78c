package view

import "github.com/gofiber/fiber/v2"

// Road is the way of one survey, from its questionnaire to its release. The layout
// shows it as a bar of steps above every page of that survey: a door does nothing
// for it, as the web layer leaves it in the request (SetRoad) for each page under
// /agency/surveys/:id. A page that wants more of it finds it in Frame.Road.
type Road struct {
	Home  string // address of the survey's own page
	Name  string // of the survey's unit and round
	Steps []Step
	Full  bool // the page is the survey's own, which shows the steps in full
}

// Step is one step of a survey. Its name is the text road.step.<Key>, its state
// the text road.state.<State>.
type Step struct {
	Key   string
	State string // todo, doing, done or blocked
	Href  string // its page; empty where there is none yet
	Next  string // what is to be done there, or what it waits for: the text road.next.<Next>
	First bool   // the first step where there is something to do
	Here  bool   // the page that is shown belongs to this step
}

// SetRoad leaves the way of the page's survey in the request; what makes it is
// asked only when a page is rendered, and may return nil.
func SetRoad(c *fiber.Ctx, of func() *Road) { c.Locals(localRoad, of) }

// SetWork leaves the background work that was begun on this page in the request;
// what gathers it is asked only when a page is rendered.
func SetWork(c *fiber.Ctx, of func() []Work) { c.Locals(localWork, of) }

const (
	localRoad = "view.road"
	localWork = "view.work"
)

// Work is one piece of work in the background as a page shows it: a bar with its
// cancel button while it is under way, then its file or what went wrong. The
// layout shows what was begun on a page above that page (SetWork); a page may
// also show one itself: {{template "work-one" .}} with the Work. The words of its
// kind are the text job.kind.<Kind>.
type Work struct {
	ID      string
	Kind    string
	Name    string // what it is about, such as a unit; empty for none
	State   string // waiting, running, finished, failed or cancelled
	Stop    bool   // was cancelled while it ran, and has not stopped yet
	Done    int
	Total   int
	Percent int
	Token   string // form token of the visitor
	File    string // name of the file to fetch; empty for none
	Size    string // of that, as people read it
	Until   string // when that is erased
	Problem string // in words, why it failed
	Outcome string // in words, what came of it
	Href    string // where to go on once it is finished; empty for none
}

// Open reports whether the work waits or runs.
func (w Work) Open() bool { return w.State == "waiting" || w.State == "running" }

// Home is the address of the work's own page.
func (w Work) Home() string { return "/agency/jobs/" + w.ID }

// road asks for what the web layer left in the request.
func (f *Frame) road(c *fiber.Ctx) {
	if of, ok := c.Locals(localRoad).(func() *Road); ok {
		f.Road = of()
	}
	if of, ok := c.Locals(localWork).(func() []Work); ok && f.Work == nil {
		f.Work = of()
	}
	for i := range f.Work {
		f.Watching = f.Watching || f.Work[i].Open()
		f.Work[i].Token = f.CSRF()
	}
}
