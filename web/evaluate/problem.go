package evaluate

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// ProblemPage is the form of a problem that was found (C93).
type ProblemPage struct {
	view.Frame
	Base string
	Unit string
	Line *evaluation.Line // the indicator that it was found at; nil for the dossier as a whole
	evaluation.Found
	Proofs     []Proof // of the indicator, or all of the dossier
	Kinds      []evaluation.ProblemKind
	Severities []evaluation.Severity
	Register   []evaluation.Problem
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
	t := w.Terms
	page := &ProblemPage{
		Base: base(w.Assignment.Dossier), Unit: t.Unit.Label(string(view.LangOf(c))), Proofs: proofs(t, t.Dossier.Exhibits),
		Kinds: evaluation.ProblemKinds(), Severities: evaluation.Severities(),
		Found: evaluation.Found{Kind: evaluation.Unproven, Severity: evaluation.Minor},
	}
	if l, ok := t.Line(evaluation.Item(item)); ok {
		page.Line, page.Item = &l, l.Item
		if l.Indicator.Number != "" {
			page.Proofs = proofs(t, t.Dossier.ExhibitsOf(l.Indicator.Number))
		}
	}
	all, err := d.service.Problems(c.UserContext(), login.Actor(c), w.Terms.Round.Year)
	for _, p := range all {
		if p.Dossier == w.Assignment.Dossier {
			page.Register = append(page.Register, p)
		}
	}
	return page, err
}

// Report adds to the register of problems: fields problem, item, exhibit, kind and
// severity.
func (d *Door) Report(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	f, err := read(c, func(name string) bool {
		return slices.Contains([]string{"problem", "item", "exhibit", "kind", "severity"}, name)
	})
	if err != nil {
		return err
	}
	page, err := d.problem(c, f["item"])
	if err != nil {
		return err
	}
	page.Found = evaluation.Found{
		Text: f["problem"], Item: evaluation.Item(f["item"]), Exhibit: application.ExhibitID(f["exhibit"]),
		Kind: evaluation.ProblemKind(f["kind"]), Severity: evaluation.Severity(f["severity"]),
	}
	if err := d.service.Find(c.UserContext(), login.Actor(c), k, page.Found); err != nil {
		return d.pages.Again(c, err, "problem", page)
	}
	return view.See(c, base(k), "evaluate.problem")
}
