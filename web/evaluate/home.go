package evaluate

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/evaluation"
	"minyi/web/login"
	"minyi/web/view"
)

// Row is one assigned dossier in the list.
type Row struct {
	evaluation.Task
	Base  string
	Name  string
	State string // key of its words
	Days  int    // left in the window, today included; 0 when it is over
}

// Waiting reports whether the window has not opened yet.
func (r Row) Waiting(now time.Time) bool { return !r.Window.Began(now) }

// HomePage lists what is assigned to the actor, with how far it is.
type HomePage struct {
	view.Frame
	Rows       []Row
	Undeclared int
	Next       *Row // what to go on with
}

// Home lists what is assigned to the actor.
func (d *Door) Home(c *fiber.Ctx) error {
	tasks, err := d.service.Desk(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	page := &HomePage{}
	for _, t := range tasks {
		page.Rows = append(page.Rows, row(t, string(view.LangOf(c)), d.service.Now()))
	}
	for n := range page.Rows {
		page.note(&page.Rows[n])
	}
	return d.pages.Render(c, "home", page)
}

// note counts a row, and takes the first open one as what to go on with: one that
// was begun before one that was not.
func (p *HomePage) note(r *Row) {
	switch {
	case r.State == "undeclared":
		p.Undeclared++
	case r.State != "open" || r.Days == 0:
	case p.Next == nil, p.Next.Settled == 0 && r.Settled > 0:
		p.Next = r
	}
}

func row(t evaluation.Task, lang string, now time.Time) Row {
	r := Row{Task: t, Base: base(t.Assignment.Dossier), Name: t.Unit.Label(lang), State: state(&t.Assignment)}
	if r.State == "open" && t.Missing > 0 {
		r.State = "undeclared"
	}
	if t.Window.Open(now) {
		const day = 24 * time.Hour
		r.Days = int((t.Window.End().Sub(now) + day - 1) / day)
	}
	return r
}

func state(a *evaluation.Assignment) string {
	switch {
	case a.Declaration.Interest == evaluation.Undeclared:
		return "undeclared"
	case !a.Counts():
		return "conflict"
	case a.Sheet.Submitted():
		return "submitted"
	}
	return "open"
}
