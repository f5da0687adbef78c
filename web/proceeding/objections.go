package proceeding

import (
	"errors"
	"io"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// ObjectionsPage lists the objections of a round.
type ObjectionsPage struct {
	view.Frame
	Round    *roster.Round
	Rows     []ObjectionRow
	All      int
	Late     int
	Units    []ActName
	Officers []string
	States   []naming.State
	Filter   Filter
}

// Filter is what the list shows.
type Filter struct{ State, Unit, Officer, Late string }

// ObjectionRow is one line of the list.
type ObjectionRow struct {
	naming.Objection
	Unit  string
	State naming.State
	Late  bool
	Left  int // days until it is due
}

// Objections shows the list: state, unit, officer and late filter it.
func (d *Door) Objections(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	all, err := d.Naming.Objections(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return err
	}
	page := &ObjectionsPage{
		Round: r, All: len(all), States: naming.States(),
		Filter: Filter{State: c.Query("state"), Unit: c.Query("unit"), Officer: c.Query("officer"), Late: c.Query("late")},
	}
	for i := range all {
		row := d.objectionRow(c, &all[i])
		if row.Late {
			page.Late++
		}
		page.offer(row)
		if page.Filter.takes(row) {
			page.Rows = append(page.Rows, row)
		}
	}
	return d.pages.Render(c, "objections", page)
}

func (d *Door) objectionRow(c *fiber.Ctx, o *naming.Objection) ObjectionRow {
	const day = 24
	return ObjectionRow{
		Objection: *o, Unit: d.unitName(c, o.Target.Unit), State: o.State(), Late: o.Late(d.Now()),
		Left: int(o.Due.Plus(1).Start().Sub(d.Now()).Hours()) / day,
	}
}

// offer adds what a row can be filtered by.
func (p *ObjectionsPage) offer(row ObjectionRow) {
	if !slices.ContainsFunc(p.Units, func(u ActName) bool { return u.Target == row.Target }) {
		p.Units = append(p.Units, ActName{Target: row.Target, Name: row.Unit})
	}
	if row.Officer != "" && !slices.Contains(p.Officers, row.Officer) {
		p.Officers = append(p.Officers, row.Officer)
	}
}

func (f Filter) takes(row ObjectionRow) bool {
	return (f.State == "" || f.State == string(row.State)) && (f.Unit == "" || f.Unit == row.Target.String()) &&
		(f.Officer == "" || f.Officer == row.Officer || f.Officer == "-" && row.Officer == "") && (f.Late == "" || row.Late)
}

// ObjectionPage is one objection at the desk of the office.
type ObjectionPage struct {
	view.Frame
	ObjectionRow
	Officers   []string
	Mine       bool // the visitor is the case officer
	Me         string
	Shown      *Person
	Acts       []view.Decision
	Settlement *naming.Act
	Done       bool // the consequence is carried out
	Waiting    *Waiting
	Outcomes   []naming.Outcome
	Remedies   []naming.Remedy
	Typed      CaseForm
	Decided    bool
}

// Person is who filed the objection, opened for its case officer.
type Person struct{ Name, Contact string }

// CaseForm is what was typed.
type CaseForm struct {
	Officer, Note, Question string
	Outcome                 naming.Outcome
	Reason, Answer          string
	Remedy                  naming.Remedy
	SettleReason            string
}

// Picture reports whether a file is shown as a picture made anew, without what the
// camera wrote into it.
func (p *ObjectionPage) Picture(f evidence.File) bool { return f.Kind.Picture() }

// Objection shows one objection.
func (d *Door) Objection(c *fiber.Ctx) error {
	page, err := d.objection(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "objection", page)
}

func (d *Door) objection(c *fiber.Ctx) (*ObjectionPage, error) {
	ctx, by := c.UserContext(), actor(c)
	o, err := d.Naming.Objection(ctx, by, c.Params("objection"))
	if err != nil {
		return nil, err
	}
	page := &ObjectionPage{
		ObjectionRow: d.objectionRow(c, o), Me: by.Name, Mine: o.Officer != "" && access.Fold(o.Officer) == access.Fold(by.Name),
		Outcomes: naming.Outcomes(), Remedies: naming.Remedies(),
		Typed: CaseForm{Outcome: o.Outcome, Reason: o.Reason, Answer: o.Answer},
	}
	if page.Officers, err = d.Naming.Officers(ctx, o.Round, o.Target.Unit); err != nil {
		return nil, err
	}
	p, err := d.Naming.Proceeding(ctx, by, o.Round)
	if err != nil {
		return nil, err
	}
	page.Decided = len(p.Given()) > 0
	if page.Settlement = p.Settlement(o.ID); page.Settlement != nil {
		page.Done = o.Settled
		if page.Settlement.Open() {
			one := &naming.Proceeding{Acts: []naming.Act{*page.Settlement}}
			page.Waiting = &d.waiting(c, one, "")[0]
		}
	}
	for _, a := range p.Acts {
		if a.About == o.ID {
			page.Acts = append(page.Acts, shown(a))
		}
	}
	return page, nil
}

// caseAgain shows the objection with the refusal and, by keep, what was typed.
func (d *Door) caseAgain(c *fiber.Ctx, refusal error, keep func(*CaseForm)) error {
	page, err := d.objection(c)
	if err != nil {
		return err
	}
	keep(&page.Typed)
	return d.pages.Again(c, refusal, "objection", page)
}

func here(c *fiber.Ctx) string { return Objections + "/" + c.Params("objection") }

// Assign gives the objection to a case officer: field officer.
func (d *Door) Assign(c *fiber.Ctx) error {
	officer := c.FormValue("officer")
	if err := d.Naming.Assign(c.UserContext(), actor(c), c.Params("objection"), officer); err != nil {
		return d.caseAgain(c, err, func(f *CaseForm) { f.Officer = officer })
	}
	return view.See(c, here(c), "objection.assigned")
}

// Note adds a note of the office's own: field note.
func (d *Door) Note(c *fiber.Ctx) error {
	note := c.FormValue("note")
	if err := d.Naming.AddNote(c.UserContext(), actor(c), c.Params("objection"), note); err != nil {
		return d.caseAgain(c, err, func(f *CaseForm) { f.Note = note })
	}
	return view.See(c, here(c), "objection.noted")
}

// Ask puts a question to who filed it: field question.
func (d *Door) Ask(c *fiber.Ctx) error {
	question := c.FormValue("question")
	if err := d.Naming.Ask(c.UserContext(), actor(c), c.Params("objection"), question); err != nil {
		return d.caseAgain(c, err, func(f *CaseForm) { f.Question = question })
	}
	return view.See(c, here(c), "objection.asked")
}

// Answer gives the outcome: fields outcome, reason and answer.
func (d *Door) Answer(c *fiber.Ctx) error {
	x := naming.Answer{Outcome: naming.Outcome(c.FormValue("outcome")), Reason: c.FormValue("reason"), Words: c.FormValue("answer")}
	if err := d.Naming.Answer(c.UserContext(), actor(c), c.Params("objection"), x); err != nil {
		return d.caseAgain(c, err, func(f *CaseForm) { f.Outcome, f.Reason, f.Answer = x.Outcome, x.Reason, x.Words })
	}
	return view.See(c, here(c), "answer")
}

// Settle proposes what follows: fields remedy and settle_reason.
func (d *Door) Settle(c *fiber.Ctx) error {
	remedy, reason := naming.Remedy(c.FormValue("remedy")), c.FormValue("settle_reason")
	if _, err := d.Naming.Settle(c.UserContext(), actor(c), c.Params("objection"), remedy, reason); err != nil {
		return d.caseAgain(c, err, func(f *CaseForm) { f.Remedy, f.SettleReason = remedy, reason })
	}
	return view.See(c, here(c), "settlement")
}

// Person shows who filed the objection, to its case officer; the reading is in the
// trail.
func (d *Door) Person(c *fiber.Ctx) error {
	name, contact, err := d.Naming.Person(c.UserContext(), actor(c), c.Params("objection"))
	if err != nil {
		return d.caseAgain(c, err, func(*CaseForm) {})
	}
	page, err := d.objection(c)
	if err != nil {
		return err
	}
	page.Shown = &Person{name, contact}
	return d.pages.Render(c, "objection", page)
}

// File sends a file of the objection, to be saved.
func (d *Door) File(c *fiber.Ctx) error {
	f, r, err := d.Naming.File(c.UserContext(), actor(c), c.Params("objection"), c.Params("digest"))
	if err != nil {
		return err
	}
	return view.SendFile(c, f.Name, f.Kind.MediaType(), f.Size, r)
}

// Picture sends a picture of the objection made anew, from nothing but its pixels.
func (d *Door) Picture(c *fiber.Ctx) error {
	f, r, err := d.Naming.File(c.UserContext(), actor(c), c.Params("objection"), c.Params("digest"))
	if err != nil {
		return err
	}
	if !f.Kind.Picture() {
		return errors.Join(fault.New(fault.NotFound, "evidence.unknown"), r.Close())
	}
	given := false
	out, err := d.Previews.Picture(c.UserContext(), f, preview.Full, func() (io.ReadSeekCloser, error) {
		given = true
		return r, nil
	})
	if !given {
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderContentType, evidence.JPEG.MediaType())
	return c.Send(out)
}
