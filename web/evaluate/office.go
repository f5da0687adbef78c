package evaluate

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// Rounds names the round that is on.
type Rounds interface {
	Current(ctx context.Context) (*roster.Round, error)
	Round(ctx context.Context, year int) (*roster.Round, error)
}

// BoardPage is the office's view of the evaluation: evaluators, who marks what,
// how far they are, and the register of problems.
type BoardPage struct {
	view.Frame
	Round        *roster.Round
	Rows         []BoardRow
	Institutions []evaluation.Institution
	Kinds        []evaluation.InstitutionKind
	Assessors    []access.Actor
	Register     []evaluation.Problem
	Typed        fields // of the form that was refused
	At           string // the dossier whose form was refused
}

// BoardRow is one filed dossier with its assignments.
type BoardRow struct {
	evaluation.Row
	ID    application.ID
	Name  string
	Marks []AssignmentRow
	Ready bool // every sheet that counts is submitted
}

// AssignmentRow is one assessor of a dossier.
type AssignmentRow struct {
	evaluation.SheetState
	State string
}

// Board shows the office who marks what and how far they are.
func (d *Door) Board(c *fiber.Ctx) error {
	page, err := d.board(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "board", page)
}

func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	if year, err := strconv.Atoi(c.Query("round")); err == nil {
		return d.rounds.Round(c.UserContext(), year)
	}
	return d.rounds.Current(c.UserContext())
}

func (d *Door) board(c *fiber.Ctx) (*BoardPage, error) {
	ctx, actor := c.UserContext(), login.Actor(c)
	page := &BoardPage{Kinds: evaluation.InstitutionKinds(), Typed: fields{}}
	var err error
	if page.Round, err = d.round(c); err != nil {
		return nil, err
	}
	if page.Institutions, err = d.service.Institutions(ctx, actor, page.Round.Year); err != nil {
		return nil, err
	}
	if page.Assessors, err = d.service.Assessors(ctx, actor); err != nil {
		return nil, err
	}
	if page.Register, err = d.service.Problems(ctx, actor, page.Round.Year); err != nil {
		return nil, err
	}
	rows, err := d.service.Board(ctx, actor, page.Round.Year)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		page.Rows = append(page.Rows, boardRow(r, string(view.LangOf(c))))
	}
	return page, nil
}

func boardRow(r evaluation.Row, lang string) BoardRow {
	row := BoardRow{Row: r, ID: r.Key.ID(), Name: r.Unit.Label(lang), Ready: len(r.Sheets) > 0 && !r.Open}
	for _, x := range r.Sheets {
		row.Marks = append(row.Marks, AssignmentRow{x, stateOf(x)})
	}
	return row
}

func stateOf(x evaluation.SheetState) string {
	switch {
	case x.Interest == evaluation.Undeclared:
		return "undeclared"
	case !x.Counts():
		return "conflict"
	case x.Submitted():
		return "submitted"
	}
	return "open"
}

// officeStep does one step of the office and shows the board, again where it
// was refused.
func (d *Door) officeStep(c *fiber.Ctx, names []string, done string, step func(fields) error) error {
	f, err := read(c, func(name string) bool {
		for _, n := range names {
			if n == name {
				return true
			}
		}
		return false
	})
	if err != nil {
		return err
	}
	if err := step(f); err != nil {
		page, failed := d.board(c)
		if failed != nil {
			return failed
		}
		page.Typed, page.At = f, c.Params("dossier")
		return d.pages.Again(c, err, "board", page)
	}
	return view.See(c, "/office/evaluation", done)
}

// AddInstitution records an evaluator: fields round, name, kind, contract.
func (d *Door) AddInstitution(c *fiber.Ctx) error {
	return d.officeStep(c, []string{"round", "name", "kind", "contract"}, "evaluation.institution", func(f fields) error {
		year, err := strconv.Atoi(f["round"])
		if err != nil {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return d.service.AddInstitution(c.UserContext(), login.Actor(c), evaluation.Institution{
			Round: year, Name: strings.TrimSpace(f["name"]), Kind: evaluation.InstitutionKind(f["kind"]), Contract: strings.TrimSpace(f["contract"]),
		})
	})
}

// Assign gives a dossier to an assessor: field assessor.
func (d *Door) Assign(c *fiber.Ctx) error {
	return d.officeStep(c, []string{"assessor"}, "evaluation.assigned", func(f fields) error {
		k, err := application.ParseID(c.Params("dossier"))
		if err != nil {
			return err
		}
		return d.service.Assign(c.UserContext(), login.Actor(c), k, f["assessor"])
	})
}

// Close ends the evaluation of one dossier.
func (d *Door) Close(c *fiber.Ctx) error {
	return d.officeStep(c, nil, "evaluation.closed", func(fields) error {
		k, err := application.ParseID(c.Params("dossier"))
		if err != nil {
			return err
		}
		_, err = d.service.Close(c.UserContext(), login.Actor(c), k, "")
		return err
	})
}

// CloseRound ends the evaluation of the round: field round.
func (d *Door) CloseRound(c *fiber.Ctx) error {
	return d.officeStep(c, []string{"round"}, "evaluation.round", func(f fields) error {
		year, err := strconv.Atoi(f["round"])
		if err != nil {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return d.service.CloseRound(c.UserContext(), login.Actor(c), year)
	})
}

// Conclude adds an outcome to a problem: field outcome.
func (d *Door) Conclude(c *fiber.Ctx) error {
	return d.officeStep(c, []string{"outcome"}, "evaluation.concluded", func(f fields) error {
		return d.service.Conclude(c.UserContext(), login.Actor(c), c.Params("problem"), evaluation.Settled, f["outcome"])
	})
}
