package inbox

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/inbox"
	"minyi/web/login"
	"minyi/web/view"
)

// Sent is one account's message with its ways, in the reader's language.
type Sent struct {
	inbox.Sending
	Words
}

// Count is how many deliveries stand in a state.
type Count struct {
	State  inbox.State
	N      int
	Active bool
	Href   string
}

// OfficePage shows who got what, when and by which way.
type OfficePage struct {
	view.Frame
	Rows   []Sent
	Counts []Count
	State  inbox.State
	Kind   inbox.Kind
	Kinds  []inbox.Kind
	Name   string
	Total  int
	Newer  string
	Older  string
	Reach  inbox.Reach // which ways the operator configured
}

// May reports whether sending again makes sense: the way is configured, and the
// delivery neither waits for its turn already nor was turned off by its reader.
func (p *OfficePage) May(d inbox.Delivery) bool {
	configured := d.Channel == inbox.Email && p.Reach.Mail || d.Channel == inbox.Webhook && p.Reach.Gateway
	return configured && d.State != inbox.Waiting && d.State != inbox.Declined
}

// Office shows the messages of everybody: ?state=, ?kind= and ?name= filter, ?from=
// pages.
func (d *Door) Office(c *fiber.Ctx) error {
	f := inbox.OutboxFilter{
		State: inbox.State(c.Query("state")), Kind: inbox.Kind(c.Query("kind")), Name: c.Query("name"), From: from(c), Limit: aPage,
	}
	page := &OfficePage{State: f.State, Kind: f.Kind, Kinds: inbox.Kinds(), Name: f.Name}
	all, total, err := d.Messages.Messages(c.UserContext(), login.Actor(c), f)
	if err != nil {
		return err
	}
	counts, err := d.Messages.Counts(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	if page.Reach, err = d.Messages.Reach(c.UserContext(), login.Actor(c)); err != nil {
		return err
	}
	page.Total = total
	for _, m := range all {
		page.Rows = append(page.Rows, Sent{m, d.words(c, m.Message)})
	}
	for _, s := range inbox.States() {
		page.Counts = append(page.Counts, Count{s, counts[s], s == f.State, address(Office, f.Kind, 0, "state", string(s), "name", f.Name)})
	}
	to := func(n int) string { return address(Office, f.Kind, n, "state", string(f.State), "name", f.Name) }
	page.Newer, page.Older = turns(f.From, total, to)
	return d.pages.Render(c, "office", page)
}

// Resend sends a delivery again: fields account and channel.
func (d *Door) Resend(c *fiber.Ctx) error {
	err := d.Messages.Resend(c.UserContext(), login.Actor(c), c.Params("message"), c.FormValue("account"), inbox.Channel(c.FormValue("channel")))
	if err != nil {
		return err
	}
	return view.See(c, Office, "inbox.resent")
}
