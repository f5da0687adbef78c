// Package inbox is the door to messages: everybody's own inbox and how they want to
// be told, and the office's page of who got what, when and by which way. It decides
// no rule; the package of the same name under indicators does.
package inbox

import (
	"context"
	"embed"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The door's addresses: the inbox, its settings, and the office's page.
const (
	Home     = "/inbox"
	Settings = Home + "/settings"
	Office   = "/office/messages"
)

// Messages keeps the inboxes.
type Messages interface {
	Inbox(ctx context.Context, by access.Actor, f inbox.Filter) ([]inbox.Copy, int, error)
	Message(ctx context.Context, by access.Actor, id string) (*inbox.Copy, error)
	Unread(ctx context.Context, by access.Actor) (int, error)
	See(ctx context.Context, by access.Actor, id string) error
	Unsee(ctx context.Context, by access.Actor, id string) error
	Finish(ctx context.Context, by access.Actor, id string) error
	Reopen(ctx context.Context, by access.Actor, id string) error
	Reach(ctx context.Context, by access.Actor) (inbox.Reach, error)
	Choose(ctx context.Context, by access.Actor, w inbox.Wish) error
	Address(ctx context.Context, by access.Actor, address string) error
	Confirm(ctx context.Context, by access.Actor, code string) error
	NewFeed(ctx context.Context, by access.Actor) (string, error)
	EndFeed(ctx context.Context, by access.Actor) error
	FeedMade(ctx context.Context, by access.Actor) (time.Time, error)
	Messages(ctx context.Context, by access.Actor, f inbox.OutboxFilter) ([]inbox.Sending, int, error)
	Counts(ctx context.Context, by access.Actor) (map[inbox.State]int, error)
	Resend(ctx context.Context, by access.Actor, message, account string, channel inbox.Channel) error
}

// Units gives the names of units.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Door needs.
type Config struct {
	Messages Messages
	Units    Units
	Texts    *view.Texts
	Base     string // address that the link of a calendar carries
	Calendar string // path of personal calendars, before the secret
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

// aPage is how many messages a page shows.
const aPage = 30

// Row is one message in the reader's language.
type Row struct {
	inbox.Copy
	Words
	Late bool
	Days int // until it is due, whole days in Ningxia; meaningful for open tasks
}

// Tab is one filter with how it is reached.
type Tab struct {
	Show   inbox.Show
	Href   string
	Active bool
}

// Key is the text key of the tab.
func (t Tab) Key() string {
	if t.Show == inbox.All {
		return "inbox.show.all"
	}
	return "inbox.show." + string(t.Show)
}

// ListPage is an inbox.
type ListPage struct {
	view.Frame
	Rows   []Row
	Show   inbox.Show
	Kind   inbox.Kind
	Kinds  []inbox.Kind
	Tabs   []Tab
	Total  int
	Unread int
	Newer  string // address of the page before; empty: none
	Older  string
}

// List shows the visitor's inbox: ?show= and ?kind= filter, ?from= pages.
func (d *Door) List(c *fiber.Ctx) error {
	f := inbox.Filter{Show: inbox.Show(c.Query("show")), Kind: inbox.Kind(c.Query("kind")), From: from(c), Limit: aPage}
	page := &ListPage{Show: f.Show, Kind: f.Kind, Kinds: inbox.Kinds()}
	all, total, err := d.Messages.Inbox(c.UserContext(), login.Actor(c), f)
	if err != nil {
		return err
	}
	page.Total = total
	if page.Unread, err = d.Messages.Unread(c.UserContext(), login.Actor(c)); err != nil {
		return err
	}
	for _, m := range all {
		page.Rows = append(page.Rows, d.row(c, m))
	}
	for _, show := range inbox.Shows() {
		page.Tabs = append(page.Tabs, Tab{show, address(Home, f.Kind, 0, "show", string(show)), show == f.Show})
	}
	page.Newer, page.Older = turns(f.From, total, func(n int) string { return address(Home, f.Kind, n, "show", string(f.Show)) })
	return d.pages.Render(c, "list", page)
}

func (d *Door) row(c *fiber.Ctx, m inbox.Copy) Row {
	out := Row{Copy: m, Words: d.words(c, m.Message), Late: m.Late(view.NowOf(c))}
	if m.Open() {
		const day = 24
		today := roster.DateOf(view.NowOf(c)).Start()
		out.Days = int(lastDay(m.Due).Start().Sub(today).Hours()) / day
	}
	return out
}

// from is the place in a list that ?from= names; 0 for none.
func from(c *fiber.Ctx) int {
	n, err := strconv.Atoi(c.Query("from"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// address is a page of a list with its filters.
func address(path string, kind inbox.Kind, at int, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if kind != "" {
		q.Set("kind", string(kind))
	}
	if at > 0 {
		q.Set("from", strconv.Itoa(at))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// turns are the addresses of the pages before and after; empty where there is none.
func turns(at, total int, to func(int) string) (newer, older string) {
	if at > 0 {
		newer = to(max(0, at-aPage))
	}
	if at+aPage < total {
		older = to(at + aPage)
	}
	return newer, older
}

// Act marks one message: field do is go, read, unread, done or open. With go it is
// marked as read and the visitor is led to where the message is acted on.
func (d *Door) Act(c *fiber.Ctx) error {
	ctx, by, id := c.UserContext(), login.Actor(c), c.Params("message")
	m, err := d.Messages.Message(ctx, by, id)
	if err != nil {
		return err
	}
	switch c.FormValue("do") {
	case "go":
		err = d.Messages.See(ctx, by, id)
		if err == nil {
			return c.Redirect(m.Link, fiber.StatusSeeOther)
		}
	case "read":
		err = d.Messages.See(ctx, by, id)
	case "unread":
		err = d.Messages.Unsee(ctx, by, id)
	case "done":
		err = d.Messages.Finish(ctx, by, id)
	case "open":
		err = d.Messages.Reopen(ctx, by, id)
	default:
		err = fault.New(fault.Invalid, "request.invalid")
	}
	if err != nil {
		return err
	}
	return view.See(c, address(Home, inbox.Kind(c.FormValue("kind")), 0, "show", c.FormValue("show")), "")
}

// ReadAll marks all messages of the visitor as read.
func (d *Door) ReadAll(c *fiber.Ctx) error {
	if err := d.Messages.See(c.UserContext(), login.Actor(c), ""); err != nil {
		return err
	}
	return view.See(c, Home, "inbox.read")
}
