// Package calendar is the door to the programme's calendar: the public's page and
// feed, the feeds of people with an account, and the office's page on which dates are
// moved. It decides no rule; the package of the same name under indicators and the
// roster do.
package calendar

import (
	"context"
	"embed"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/calendar"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The door's addresses.
const (
	Home   = "/calendar"
	ICS    = "/calendar.ics"
	Own    = Home + "/own/" // and a secret, and .ics
	Office = "/office/calendar"
)

// Calendar keeps the rounds' steps.
type Calendar interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Rounds(ctx context.Context) ([]roster.Round, error)
	Beyond(ctx context.Context, r *roster.Round) ([]calendar.Own, error)
	Move(ctx context.Context, by access.Actor, year, version int, to roster.Windows, reason string) error
}

// Tasks gives the open tasks behind a personal calendar's secret.
type Tasks interface {
	FeedTasks(ctx context.Context, secret string) (access.Actor, []inbox.Copy, error)
}

// Units gives the names of units.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Door needs.
type Config struct {
	Calendar Calendar
	Tasks    Tasks
	Units    Units
	Texts    *view.Texts
	Base     string // address of the service, without a slash at its end
}

// Door serves the pages.
type Door struct {
	Config
	pages *view.Pages
	host  string
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	d := &Door{Config: cfg, pages: pages, host: "minyi"}
	if u, err := url.Parse(cfg.Base); err == nil && u.Hostname() != "" {
		d.host = u.Hostname()
	}
	return d, nil
}

// Plan is a round's calendar as the pages show it.
type Plan struct {
	Round   *roster.Round // nil: there is none
	Rounds  []roster.Round
	Next    int // year of the round after (C14)
	Scale   Scale
	Rows    []Row
	Changes []calendar.Moved
}

// Row is one step with its bar.
type Row struct {
	calendar.Step
	State calendar.State
	Days  int // until it begins or ends, as the state says
	Bar   Bar
	Was   []Bar // where it stood before it was moved
}

const twoYears = 2 // C14

func (d *Door) plan(c *fiber.Ctx) (out Plan, err error) {
	ctx, now := c.UserContext(), view.NowOf(c)
	if out.Rounds, err = d.Calendar.Rounds(ctx); err != nil || len(out.Rounds) == 0 {
		return out, err
	}
	year, _ := strconv.Atoi(c.Query("round", c.Params("year"))) // 0: the newest
	if out.Round, err = d.Calendar.Round(ctx, year); err != nil {
		return out, err
	}
	steps := calendar.Steps(out.Round)
	out.Next, out.Changes, out.Scale = out.Round.Year+twoYears, calendar.Changes(steps), scale(steps, now)
	for _, s := range steps {
		row := Row{Step: s, State: s.State(now), Bar: out.Scale.bar(s.Window)}
		const day = 24 * time.Hour
		row.Days = int(s.Window.From.Start().Sub(roster.DateOf(now).Start()) / day)
		if row.State == calendar.Running { // today is one of the days that are left
			row.Days = roster.Between(roster.DateOf(now), s.Window.To).Days()
		}
		for _, m := range s.Changes {
			row.Was = append(row.Was, out.Scale.bar(m.Before))
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// PublicPage is the calendar for everybody.
type PublicPage struct {
	view.Frame
	Plan
}

// Public shows the calendar: ?round= names another round.
func (d *Door) Public(c *fiber.Ctx) error {
	plan, err := d.plan(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "public", &PublicPage{Plan: plan})
}

// ICS sends the calendar of every round as a feed, in the language of ?lang=.
func (d *Door) ICS(c *fiber.Ctx) error {
	rounds, err := d.Calendar.Rounds(c.UserContext())
	if err != nil {
		return err
	}
	lang := view.LangOf(c)
	feed := Feed{Name: d.Texts.Say(lang, "calendar.feed", nil), Lang: string(lang), Host: d.host}
	for i := range rounds {
		for _, s := range calendar.Steps(&rounds[i]) {
			feed.Events = append(feed.Events, d.event(lang, s))
		}
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderVary, fiber.HeaderCookie)
	return send(c, "minyi.ics", feed)
}

func send(c *fiber.Ctx, name string, feed Feed) error {
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderContentDisposition, `inline; filename="`+name+`"`)
	return c.SendString(feed.Text())
}

func (d *Door) event(lang view.Lang, s calendar.Step) Event {
	text := ""
	for _, m := range s.Changes {
		text += d.Texts.Say(lang, "calendar.feed.moved", fault.Params{
			"date": view.Date(lang, m.At), "from": view.Date(lang, m.Before.From.Start()), "to": view.Date(lang, m.Before.To.Start()), "reason": m.Reason,
		}) + "\n"
	}
	return Event{
		ID: s.ID(), Stamp: s.Touched(), Sequence: s.Sequence(), First: s.Window.From, Last: s.Window.To, URL: d.Base + Home, Text: text,
		Summary: d.Texts.Say(lang, "calendar.feed.step", fault.Params{"year": strconv.Itoa(s.Round), "step": d.Texts.Say(lang, s.Key(), nil)}),
	}
}

// Own sends the open tasks behind the secret in the address as a feed. It names what
// a task is about and no unit: calendars are shown on shared screens.
func (d *Door) Own(c *fiber.Ctx) error {
	_, tasks, err := d.Tasks.FeedTasks(c.UserContext(), c.Params("secret"))
	if err != nil {
		return err
	}
	lang := view.LangOf(c)
	feed := Feed{Name: d.Texts.Say(lang, "inbox.feed.name", nil), Lang: string(lang), Host: d.host}
	for _, t := range tasks {
		day := roster.DateOf(t.Due.Add(-time.Nanosecond)) // a window that ends with a day ends at the first moment of the next
		kind := d.Texts.Say(lang, "inbox.kind."+string(inbox.KindOf(t.Code)), nil)
		feed.Events = append(feed.Events, Event{
			ID: "task-" + t.ID, Stamp: t.At, First: day, Last: day, URL: d.Base + "/inbox?show=tasks",
			Summary: d.Texts.Say(lang, "inbox.feed.task", fault.Params{"kind": kind}),
		})
	}
	return send(c, "minyi-own.ics", feed)
}

// OfficePage is the calendar with the form that moves dates.
type OfficePage struct {
	view.Frame
	Plan
	Fields []Field
	Beyond []Outside
	Reason string
}

// Field is one step's dates in the form.
type Field struct {
	calendar.Step
	From, To string
}

// Outside is what reaches beyond its step's window.
type Outside struct {
	calendar.Own
	Unit string
}

func (d *Door) office(c *fiber.Ctx) (*OfficePage, error) {
	plan, err := d.plan(c)
	page := &OfficePage{Plan: plan}
	if err != nil || plan.Round == nil {
		return page, err
	}
	for _, r := range plan.Rows {
		if !r.Fixed {
			page.Fields = append(page.Fields, Field{r.Step, r.Window.From.String(), r.Window.To.String()})
		}
	}
	beyond, err := d.Calendar.Beyond(c.UserContext(), plan.Round)
	for _, o := range beyond {
		name := o.Unit
		if u, err := d.Units.Unit(roster.UnitCode(o.Unit)); err == nil {
			name = u.Label(string(view.LangOf(c)))
		}
		page.Beyond = append(page.Beyond, Outside{o, name})
	}
	return page, err
}

// Office shows the calendar and the form.
func (d *Door) Office(c *fiber.Ctx) error {
	page, err := d.office(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "office", page)
}

// Move moves dates: fields evaluation_from and so on, version and reason. The filing
// window may be sent as it is; another one is refused (C90).
func (d *Door) Move(c *fiber.Ctx) error {
	page, err := d.office(c)
	if err != nil {
		return err
	}
	if page.Round == nil {
		return fault.New(fault.NotFound, "round.none")
	}
	w, err := windows(c, page.Round.Settings.Windows())
	if err == nil {
		version, _ := strconv.Atoi(c.FormValue("version")) // 0 is never a version
		err = d.Calendar.Move(c.UserContext(), login.Actor(c), page.Round.Year, version, w, c.FormValue("reason"))
	}
	if err == nil {
		return view.See(c, Office+"?round="+strconv.Itoa(page.Round.Year), "calendar.moved")
	}
	for i, f := range page.Fields {
		name := string(f.Name)
		page.Fields[i].From, page.Fields[i].To = c.FormValue(name+"_from"), c.FormValue(name+"_to")
	}
	page.Reason = c.FormValue("reason")
	return d.pages.Again(c, err, "office", page)
}

// windows reads the dates of the form; a step that it does not name stays.
func windows(c *fiber.Ctx, w roster.Windows) (roster.Windows, error) {
	var list fault.List
	for _, f := range []struct {
		name calendar.Name
		to   *roster.Window
	}{{calendar.Filing, &w.Filing}, {calendar.Evaluation, &w.Evaluation}, {calendar.Notice, &w.Notice}, {calendar.Naming, &w.Naming}} {
		for end, day := range map[string]*roster.Date{"_from": &f.to.From, "_to": &f.to.To} {
			typed := c.FormValue(string(f.name) + end)
			if typed == "" && f.name == calendar.Filing {
				continue
			}
			read, err := roster.ParseDate(typed)
			if err != nil {
				list.Add(fault.New(fault.Invalid, "date.form").At(string(f.name)))
				continue
			}
			*day = read
		}
	}
	return w, list.Err()
}
