package appoint

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// AssignmentPage is who marks what: the plan that is proposed beside today's
// assignment.
type AssignmentPage struct {
	Head
	Plan   *evaluation.Overview
	Rows   []PlanRow
	Change *ChangePart // the place that is being changed
	Seed   string
	Reason string
	Keep   bool
}

// Version is the proposal's, 0 without one.
func (p *AssignmentPage) Version() int {
	if p.Plan.Proposal == nil {
		return 0
	}
	return p.Plan.Proposal.Version
}

// Gap is by how much the plan lies above the value that none can be below, in
// hundredths of a percent of it.
func (p *AssignmentPage) Gap() string {
	if p.Plan.Proposal == nil || p.Plan.Proposal.Bound <= 0 {
		return "0"
	}
	const percent, cent = 100, 100
	over := (p.Plan.Now.Total - p.Plan.Proposal.Bound) * percent * cent / p.Plan.Proposal.Bound
	return strconv.FormatInt(over/cent, 10) + "." + strconv.FormatInt(over%cent+cent, 10)[1:]
}

// PlanRow is one dossier of the plan.
type PlanRow struct {
	evaluation.PlanRow
	ID    application.ID
	Name  string
	Lost  []string // from whom it was taken away
	Short int      // places that are open
}

// ChangePart is the choice of somebody for a place.
type ChangePart struct {
	ID         application.ID
	Name       string
	Instead    string
	Candidates []evaluation.Candidate
}

// Assignment shows the plan; with ?change=DOSSIER and instead=ACCOUNT, whom that
// place may be given to and what that changes.
func (d *Door) Assignment(c *fiber.Ctx) error {
	page, err := d.assignment(c)
	if err != nil {
		return err
	}
	if err := d.choose(c, page, c.Query("change"), c.Query("instead")); err != nil {
		return err
	}
	return d.pages.Render(c, "assignment", page)
}

func (d *Door) assignment(c *fiber.Ctx) (*AssignmentPage, error) {
	head, err := d.head(c, Assignment)
	if err != nil {
		return nil, err
	}
	page := &AssignmentPage{Head: head, Seed: itoa(head.Year()), Keep: true}
	if page.Plan, err = d.Evaluations.Assignment(c.UserContext(), login.Actor(c), head.Year()); err != nil {
		return nil, err
	}
	if page.Plan.Proposal != nil {
		page.Seed, page.Keep = strconv.FormatUint(page.Plan.Proposal.Seed, 10), page.Plan.Proposal.Keep
	}
	for _, r := range page.Plan.Rows {
		row := PlanRow{PlanRow: r, ID: r.Dossier.ID(), Name: r.Unit.Label(string(view.LangOf(c))), Short: max(0, r.Need-len(r.Seats))}
		for _, a := range r.Lost {
			row.Lost = append(row.Lost, a.Assessor)
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// choose opens the choice for a place.
func (d *Door) choose(c *fiber.Ctx, page *AssignmentPage, id, instead string) error {
	if id == "" {
		return nil
	}
	k, err := application.ParseID(id)
	if err != nil || k.Round != page.Year() {
		return fault.New(fault.NotFound, "dossier.unknown")
	}
	all, err := d.Evaluations.Candidates(c.UserContext(), login.Actor(c), k, instead)
	page.Change = &ChangePart{ID: k.ID(), Name: d.label(c, k.Unit), Instead: instead, Candidates: all}
	return err
}

func (d *Door) assignmentAgain(c *fiber.Ctx) func(typed) (string, view.Framed, error) {
	return func(f typed) (string, view.Framed, error) {
		page, err := d.assignment(c)
		if err != nil {
			return "", nil, err
		}
		if f["seed"] != "" {
			page.Seed, page.Keep = f["seed"], f["scope"] != "all"
		}
		page.Reason = f["reason"]
		return "assignment", page, d.choose(c, page, f["dossier"], f["instead"])
	}
}

// Propose lets the optimiser make a plan: fields round, scope (open or all) and
// seed.
func (d *Door) Propose(c *fiber.Ctx) error {
	return d.step(c, Assignment, "appoint.proposed", func(f typed, year int) error {
		seed, err := strconv.ParseUint(f["seed"], 10, 63)
		if err != nil {
			return fault.New(fault.Invalid, "number.form").At("seed")
		}
		return d.Evaluations.Propose(c.UserContext(), login.Actor(c), year, f["scope"] != "all", seed)
	}, d.assignmentAgain(c))
}

// Adjust changes one place of the plan by hand: fields round, version, dossier,
// instead and assessor.
func (d *Door) Adjust(c *fiber.Ctx) error {
	return d.step(c, Assignment, "appoint.adjusted", func(f typed, _ int) error {
		k, err := application.ParseID(f["dossier"])
		if err != nil {
			return fault.New(fault.NotFound, "dossier.unknown")
		}
		version, err := f.number("version")
		if err != nil {
			return err
		}
		return d.Evaluations.Adjust(c.UserContext(), login.Actor(c), k, version, f["instead"], f["assessor"])
	}, d.assignmentAgain(c))
}

// Confirm makes the plan the assignment: fields round, version and reason.
func (d *Door) Confirm(c *fiber.Ctx) error {
	return d.step(c, Assignment, "appoint.confirmed", func(f typed, year int) error {
		version, err := f.number("version")
		if err != nil {
			return err
		}
		return d.Evaluations.Confirm(c.UserContext(), login.Actor(c), year, version, f["reason"])
	}, d.assignmentAgain(c))
}

// Drop takes the plan off the table: fields round and version.
func (d *Door) Drop(c *fiber.Ctx) error {
	return d.step(c, Assignment, "appoint.dropped", func(f typed, year int) error {
		version, err := f.number("version")
		if err != nil {
			return err
		}
		return d.Evaluations.Drop(c.UserContext(), login.Actor(c), year, version)
	}, d.assignmentAgain(c))
}

// Assign gives one dossier to an assessor at once: field assessor.
func (d *Door) Assign(c *fiber.Ctx) error {
	return d.one(c, "appoint.assigned", func(f typed, k application.Key) error {
		return d.Evaluations.Assign(c.UserContext(), login.Actor(c), k, f["assessor"])
	})
}

// CallArbiter gives a dossier whose sheets lie too far apart to the third
// assessor whom the rule names.
func (d *Door) CallArbiter(c *fiber.Ctx) error {
	return d.one(c, "appoint.arbiter", func(_ typed, k application.Key) error {
		_, err := d.Evaluations.CallArbiter(c.UserContext(), login.Actor(c), k)
		return err
	})
}

// one does a step about one dossier.
func (d *Door) one(c *fiber.Ctx, done string, do func(f typed, k application.Key) error) error {
	k, err := dossier(c)
	if err != nil {
		return err
	}
	f := read(c)
	if err := do(f, k); err != nil {
		page, failed := d.assignment(c)
		if failed != nil {
			return failed
		}
		if failed := d.choose(c, page, string(k.ID()), ""); failed != nil {
			return failed
		}
		return d.pages.Again(c, err, "assignment", page)
	}
	return view.See(c, at(Assignment, k.Round), done)
}
