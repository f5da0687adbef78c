package evaluate

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// ProblemPage is the form of a problem that was found (C93).
type ProblemPage struct {
	view.Frame
	Base  string
	Unit  string
	Item  string
	Line  *evaluation.Line // the indicator that it was found at; nil for the dossier as a whole
	Text  string
	Found []evaluation.Problem
}

// Problem shows the form: query item names the indicator.
func (d *Door) Problem(c *fiber.Ctx) error {
	page, err := d.problem(c, c.Query("item"))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "problem", page)
}

func (d *Door) problem(c *fiber.Ctx, item string) (*ProblemPage, error) {
	w, err := d.open(c)
	if err != nil {
		return nil, err
	}
	if w.Terms.Dossier == nil {
		return nil, fault.New(fault.Forbidden, "interest.undeclared")
	}
	page := &ProblemPage{Base: base(w.Assignment.Dossier), Unit: w.Terms.Unit.Label(string(view.LangOf(c)))}
	if l, ok := w.Terms.Line(evaluation.Item(item)); ok {
		page.Line, page.Item = &l, item
	}
	all, err := d.service.Problems(c.UserContext(), login.Actor(c), w.Terms.Round.Year)
	for _, p := range all {
		if p.Dossier == w.Assignment.Dossier {
			page.Found = append(page.Found, p)
		}
	}
	return page, err
}

// Report adds to the register of problems: fields problem and item.
func (d *Door) Report(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	f, err := read(c, func(name string) bool { return name == "problem" || name == "item" })
	if err != nil {
		return err
	}
	page, err := d.problem(c, f["item"])
	if err != nil {
		return err
	}
	if err := d.service.Report(c.UserContext(), login.Actor(c), k, f["problem"]); err != nil {
		page.Text = f["problem"]
		return d.pages.Again(c, err, "problem", page)
	}
	return view.See(c, base(k), "evaluate.problem")
}
