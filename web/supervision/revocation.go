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
	Text, Document, Date, Words, Why string
}

// Choice is one of the four grounds in the form.
type Choice struct {
	Ground  supervision.Ground
	Checked bool
}

// Choices are the four grounds in the order of the notice.
func (p *OnePage) Choices() (out []Choice) {
	for _, g := range supervision.Grounds() {
		out = append(out, Choice{g, slices.Contains(p.Revoke.Grounds, g)})
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

// Propose proposes to revoke a name: fields ground-…, text, document, date, words
// and file.
func (d *Door) Propose(c *fiber.Ctx) error {
	form := RevokeForm{Text: c.FormValue("text"), Document: c.FormValue("document"), Date: c.FormValue("date"), Words: c.FormValue("words")}
	for _, g := range supervision.Grounds() {
		if c.FormValue("ground-"+string(g)) == "on" {
			form.Grounds = append(form.Grounds, g)
		}
	}
	err := uploaded(c, func(name string, r io.Reader) error {
		date, err := roster.ParseDate(form.Date)
		if err != nil {
			return fault.New(fault.Invalid, "date.form").At("date")
		}
		return d.Supervision.ProposeRevocation(c.UserContext(), login.Actor(c), c.Params("naming"), supervision.Draft{
			Grounds: form.Grounds, Text: form.Text, Document: form.Document, Date: date, Words: form.Words,
		}, name, r)
	})
	if err != nil {
		return d.again(c, err, form)
	}
	return view.See(c, Home+"/"+c.Params("naming"), "supervision.proposed")
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

// Confirm confirms the proposal of somebody else: fields seen and files.
func (d *Door) Confirm(c *fiber.Ctx) error {
	files, err := strconv.Atoi(c.FormValue("files"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	if err := d.Supervision.ConfirmRevocation(c.UserContext(), login.Actor(c), c.Params("naming"), c.FormValue("seen"), files); err != nil {
		return d.again(c, err, RevokeForm{})
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
