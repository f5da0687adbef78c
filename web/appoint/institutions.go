package appoint

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// InstitutionsPage lists the evaluators and takes a new one.
type InstitutionsPage struct {
	Head
	Rows  []InstitutionRow
	Kinds []evaluation.InstitutionKind
	Typed typed  // of the form that was refused
	At    string // the institution whose form was refused; empty for the new one
}

// InstitutionRow is an evaluator with its members.
type InstitutionRow struct {
	evaluation.Institution
	Stands  evaluation.InstitutionState
	Members []string
}

// Institutions lists the evaluators.
func (d *Door) Institutions(c *fiber.Ctx) error {
	page, err := d.institutions(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "institutions", page)
}

func (d *Door) institutions(c *fiber.Ctx) (*InstitutionsPage, error) {
	head, err := d.head(c, Institutions)
	if err != nil {
		return nil, err
	}
	ctx, by := c.UserContext(), login.Actor(c)
	page := &InstitutionsPage{Head: head, Kinds: evaluation.InstitutionKinds(), Typed: typed{}}
	all, err := d.Evaluations.Institutions(ctx, by, head.Year())
	if err != nil {
		return nil, err
	}
	members, _, err := d.Evaluations.Roll(ctx, by, head.Year())
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		row := InstitutionRow{Institution: i, Stands: i.State(d.Evaluations.Now())}
		for _, m := range members {
			if m.Institution == i.Name && m.Left == nil {
				row.Members = append(row.Members, m.Account)
			}
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// institutionsAgain shows the page with what was typed.
func (d *Door) institutionsAgain(c *fiber.Ctx, name string) func(typed) (string, view.Framed, error) {
	return func(f typed) (string, view.Framed, error) {
		page, err := d.institutions(c)
		if err != nil {
			return "", nil, err
		}
		page.Typed, page.At = f, name
		return "institutions", page, nil
	}
}

// institution reads the form of an institution.
func institution(f typed, year int) (evaluation.Institution, error) {
	i := evaluation.Institution{
		Round: year, Name: f["name"], Kind: evaluation.InstitutionKind(f["kind"]), Contract: f["contract"], Scope: f["scope"], Lead: f["lead"],
	}
	var list fault.List
	for _, day := range []struct {
		name string
		to   *roster.Date
	}{{"date", &i.Date}, {"from", &i.Term.From}, {"to", &i.Term.To}} {
		var err error
		*day.to, err = f.day(day.name)
		for _, r := range fault.All(err) {
			list.Add(r)
		}
	}
	n, err := f.number("version")
	i.Version = n
	for _, r := range fault.All(err) {
		list.Add(r)
	}
	return i, list.Err()
}

// AddInstitution records an evaluator: fields round, name, kind, contract, date,
// scope, from, to.
func (d *Door) AddInstitution(c *fiber.Ctx) error {
	return d.step(c, Institutions, "appoint.institution", func(f typed, year int) error {
		i, err := institution(f, year)
		if err != nil {
			return err
		}
		return d.Evaluations.AddInstitution(c.UserContext(), login.Actor(c), i)
	}, d.institutionsAgain(c, ""))
}

// ChangeInstitution changes an evaluator's record: the same fields, with lead and
// version.
func (d *Door) ChangeInstitution(c *fiber.Ctx) error {
	return d.step(c, Institutions, "appoint.changed", func(f typed, year int) error {
		i, err := institution(f, year)
		if err != nil {
			return err
		}
		return d.Evaluations.ChangeInstitution(c.UserContext(), login.Actor(c), i)
	}, d.institutionsAgain(c, c.FormValue("name")))
}

// EndInstitution ends an appointment or lets it hold again: fields round, name,
// version, end, reason.
func (d *Door) EndInstitution(c *fiber.Ctx) error {
	return d.step(c, Institutions, "appoint.changed", func(f typed, year int) error {
		seen, err := f.number("version")
		if err != nil {
			return err
		}
		return d.Evaluations.EndInstitution(c.UserContext(), login.Actor(c), year, f["name"], seen, f["end"] == "yes", f["reason"])
	}, d.institutionsAgain(c, c.FormValue("name")))
}

// AttachScan keeps the scan of a contract: fields round, name, version, file.
func (d *Door) AttachScan(c *fiber.Ctx) error {
	return d.step(c, Institutions, "appoint.scan", func(_ typed, year int) error {
		f := typed{"version": c.FormValue("version")}
		seen, err := f.number("version")
		if err != nil {
			return err
		}
		head, err := c.FormFile("file")
		if err != nil || head.Size == 0 {
			return fault.New(fault.Invalid, "institution.scan").At("file")
		}
		file, err := head.Open()
		if err != nil {
			return fault.New(fault.Invalid, "institution.scan").At("file")
		}
		defer func() { _ = file.Close() }() // was only read
		return d.Evaluations.AttachScan(c.UserContext(), login.Actor(c), year, c.FormValue("name"), seen, head.Filename, file)
	}, d.institutionsAgain(c, c.FormValue("name")))
}

// Scan sends the scan of a contract, to be saved.
func (d *Door) Scan(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	file, bytes, err := d.Evaluations.Scan(c.UserContext(), login.Actor(c), r.Year, c.Query("name"))
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, bytes)
}
