package supervision

import (
	"io"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/login"
	"minyi/web/view"
)

// FileBytes is the largest upload of a file of evidence, with the form around it.
const FileBytes = 51 << 20

// RevokeForm is what was typed to propose a revocation, or to drop one.
type RevokeForm struct {
	Grounds                          []supervision.Ground
	Means                            []supervision.Means
	Text, Event, Words, Why          string
	Document, Date, Meeting, Decided string // of the decision
	Distinct                         bool
}

// Choice is one of the four grounds in the form.
type Choice struct {
	Ground  supervision.Ground
	Checked bool
	Closed  bool // cannot be chosen: no spot check has failed (C47)
}

// MeansChoice is one of the improper means in the form.
type MeansChoice struct {
	Means   supervision.Means
	Checked bool
}

// MeansChoices are the improper means in the order of the notice (C46).
func (p *OnePage) MeansChoices() (out []MeansChoice) {
	for _, m := range supervision.AllMeans() {
		out = append(out, MeansChoice{m, slices.Contains(p.Revoke.Means, m)})
	}
	return out
}

// Choices are the four grounds in the order of the notice.
func (p *OnePage) Choices() (out []Choice) {
	for _, g := range supervision.Grounds() {
		out = append(out, Choice{g, slices.Contains(p.Revoke.Grounds, g), g == supervision.Below && !p.Failed})
	}
	return out
}

// Mine reports whether the visitor made the open proposal.
func (p *OnePage) Mine() bool { return p.Open != nil && p.Open.By == p.Me }

// again shows the page with the refusal and what was typed.
func (d *Door) again(c *fiber.Ctx, refusal error, form RevokeForm) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	if form.Decided == "" {
		form.Decided = page.Revoke.Decided
	}
	if form.Date == "" {
		form.Date = page.Revoke.Date
	}
	page.Revoke, page.Opened = form, true
	return d.pages.Again(c, refusal, "one", page)
}

// uploaded opens the file of a form and hands it on.
func uploaded(c *fiber.Ctx, do func(name string, r io.Reader) error) error {
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		return fault.New(fault.Invalid, "revocation.evidence").At("file")
	}
	file, err := head.Open()
	if err != nil {
		return fault.New(fault.Invalid, "revocation.evidence").At("file")
	}
	defer func() { _ = file.Close() }() // was only read
	return do(head.Filename, file)
}

// Propose proposes to revoke a name: fields ground-…, means-…, text, event,
// distinct, words and file.
func (d *Door) Propose(c *fiber.Ctx) error {
	form := RevokeForm{Text: c.FormValue("text"), Event: c.FormValue("event"), Words: c.FormValue("words"), Distinct: c.FormValue("distinct") == "on"}
	for _, g := range supervision.Grounds() {
		if c.FormValue("ground-"+string(g)) == "on" {
			form.Grounds = append(form.Grounds, g)
		}
	}
	for _, m := range supervision.AllMeans() {
		if c.FormValue("means-"+string(m)) == "on" {
			form.Means = append(form.Means, m)
		}
	}
	err := uploaded(c, func(name string, r io.Reader) error {
		event, err := date(form.Event, "event")
		if err != nil {
			return err
		}
		return d.Supervision.ProposeRevocation(c.UserContext(), login.Actor(c), c.Params("naming"), supervision.Draft{
			Grounds: form.Grounds, Means: form.Means, Text: form.Text, Event: event, Distinct: form.Distinct, Words: form.Words,
		}, name, r)
	})
	if err != nil {
		return d.again(c, err, form)
	}
	return view.See(c, Home+"/"+c.Params("naming"), "supervision.proposed")
}

// date reads a day of a form; an empty one is none.
func date(text, field string) (roster.Date, error) {
	if text == "" {
		return roster.Date{}, nil
	}
	out, err := roster.ParseDate(text)
	if err != nil {
		return out, fault.New(fault.Invalid, "date.form").At(field)
	}
	return out, nil
}

// Attach joins a file of evidence to the open proposal: fields seen and file.
func (d *Door) Attach(c *fiber.Ctx) error {
	err := uploaded(c, func(name string, r io.Reader) error {
		return d.Supervision.AddEvidence(c.UserContext(), login.Actor(c), c.Params("naming"), c.FormValue("seen"), name, r)
	})
	if err != nil {
		return d.again(c, err, RevokeForm{})
	}
	return view.See(c, Home+"/"+c.Params("naming"), "supervision.attached")
}

// Confirm decides on the proposal of somebody else: fields seen, files, document,
// date, meeting and words.
func (d *Door) Confirm(c *fiber.Ctx) error {
	files, err := strconv.Atoi(c.FormValue("files"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	form := RevokeForm{Document: c.FormValue("document"), Date: c.FormValue("date"), Meeting: c.FormValue("meeting"), Decided: c.FormValue("words")}
	on, err := date(form.Date, "date")
	if err == nil {
		err = d.Supervision.ConfirmRevocation(c.UserContext(), login.Actor(c), c.Params("naming"), supervision.Decision{
			Seen: c.FormValue("seen"), Files: files, Document: form.Document, Date: on, Meeting: form.Meeting, Words: form.Decided,
		})
	}
	if err != nil {
		return d.again(c, err, form)
	}
	return view.See(c, Home+"/"+c.Params("naming"), "supervision.revoked")
}

// Drop takes the open proposal back: fields seen and why.
func (d *Door) Drop(c *fiber.Ctx) error {
	why := c.FormValue("why")
	if err := d.Supervision.DropRevocation(c.UserContext(), login.Actor(c), c.Params("naming"), c.FormValue("seen"), why); err != nil {
		return d.again(c, err, RevokeForm{Why: why})
	}
	return view.See(c, Home+"/"+c.Params("naming"), "supervision.dropped")
}

// Evidence sends a file of evidence, to be saved.
func (d *Door) Evidence(c *fiber.Ctx) error {
	file, bytes, err := d.Supervision.Evidence(c.UserContext(), login.Actor(c), c.Params("naming"), c.Params("digest"))
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, bytes)
}
