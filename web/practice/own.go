package practice

import (
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/practice"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/login"
	"minyi/web/view"
)

// OwnPage lists the practices of the visitor's unit, and the names under which it
// may write.
type OwnPage struct {
	view.Frame
	Style string
	All   []practice.Practice
	Names []supervision.Record
}

func (d *Door) own(c *fiber.Ctx) (*OwnPage, error) {
	page := &OwnPage{Style: d.style()}
	var err error
	if page.Names, err = d.Library.Names(c.UserContext(), login.Actor(c)); err != nil {
		return nil, err
	}
	page.All, err = d.Library.Own(c.UserContext(), login.Actor(c))
	return page, err
}

// Own shows the unit's practices.
func (d *Door) Own(c *fiber.Ctx) error {
	page, err := d.own(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "own", page)
}

// Begin opens a draft: field naming.
func (d *Door) Begin(c *fiber.Ctx) error {
	p, err := d.Library.Begin(c.UserContext(), login.Actor(c), c.FormValue("naming"))
	if err != nil {
		page, failed := d.own(c)
		if failed != nil {
			return failed
		}
		return d.pages.Again(c, err, "own", page)
	}
	return view.See(c, Own+"/"+p.ID, "practice.begun")
}

// Form is what the form of a practice shows.
type Form struct {
	Action string
	W      practice.Words
	Fields []roster.Field
	Levels []indicators.Level
	Locked bool
}

// Numbers are the indicators as they are typed.
func (f Form) Numbers() string {
	out := make([]string, len(f.W.Indicators))
	for i, n := range f.W.Indicators {
		out[i] = string(n)
	}
	return strings.Join(out, ", ")
}

// Has reports whether an indicator is chosen.
func (f Form) Has(n indicators.Number) bool {
	for _, x := range f.W.Indicators {
		if x == n {
			return true
		}
	}
	return false
}

// EditPage is one practice as its unit writes it.
type EditPage struct {
	view.Frame
	*practice.Practice
	Style string
	Form  Form
}

func (d *Door) form(c *fiber.Ctx, p *practice.Practice, action string, locked bool) (Form, error) {
	book, err := d.book(c, p)
	if err != nil {
		return Form{}, err
	}
	return Form{Action: action, W: p.Words, Fields: roster.Fields(), Levels: book.Levels(), Locked: locked}, nil
}

func (d *Door) edit(c *fiber.Ctx) (*EditPage, error) {
	p, err := d.Library.OwnOne(c.UserContext(), login.Actor(c), c.Params("practice"))
	if err != nil {
		return nil, err
	}
	page := &EditPage{Practice: p, Style: d.style()}
	page.Form, err = d.form(c, p, Own+"/"+p.ID, !p.Open())
	return page, err
}

// Edit shows one practice to its unit.
func (d *Door) Edit(c *fiber.Ctx) error {
	page, err := d.edit(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "edit", page)
}

// change does one change of the unit's practice and shows it again.
func (d *Door) change(c *fiber.Ctx, done string, do func(id string, seen int) error) error {
	n, err := seen(c)
	if err == nil {
		err = do(c.Params("practice"), n)
	}
	if err != nil {
		page, failed := d.edit(c)
		if failed != nil {
			return failed
		}
		if c.FormValue("title") != "" || c.FormValue("summary") != "" {
			page.Form.W = words(c)
		}
		return d.pages.Again(c, err, "edit", page)
	}
	return view.See(c, Own+"/"+c.Params("practice"), done)
}

// Save keeps what was written; with do=submit it hands the practice in.
func (d *Door) Save(c *fiber.Ctx) error {
	done := "practice.saved"
	if c.FormValue("do") == "submit" {
		done = "practice.submitted"
	}
	return d.change(c, done, func(id string, n int) error {
		ctx, by := c.UserContext(), login.Actor(c)
		if err := d.Library.Save(ctx, by, id, n, words(c)); err != nil || done == "practice.saved" {
			return err
		}
		return d.Library.Submit(ctx, by, id, n+1)
	})
}

// Attach adds a file: fields seen and file.
func (d *Door) Attach(c *fiber.Ctx) error {
	return d.change(c, "practice.attached", func(id string, n int) error {
		head, err := c.FormFile("file")
		if err != nil || head.Size == 0 {
			return fault.New(fault.Invalid, "practice.file").At("file")
		}
		file, err := head.Open()
		if err != nil {
			return fault.New(fault.Invalid, "practice.file").At("file")
		}
		defer func() { _ = file.Close() }() // was only read
		return d.Library.Attach(c.UserContext(), login.Actor(c), id, n, head.Filename, io.Reader(file))
	})
}

// Detach takes a file out: fields seen and digest.
func (d *Door) Detach(c *fiber.Ctx) error {
	return d.change(c, "practice.detached", func(id string, n int) error {
		return d.Library.Detach(c.UserContext(), login.Actor(c), id, n, c.FormValue("digest"))
	})
}
