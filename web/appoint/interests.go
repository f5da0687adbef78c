package appoint

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// OwnPage is a person's own declarations, all on one page.
type OwnPage struct {
	Head
	*evaluation.Interests
	Home   string // where the form goes
	Rows   []OwnRow
	Rest   bool
	Office bool
}

// Year is the round's year.
func (p *OwnPage) Year() int { return p.Head.Round.Year }

// OwnRow is one applicant with what is declared or was typed.
type OwnRow struct {
	evaluation.InterestRow
	Name     string
	Interest string
	Text     string
	Reason   string
}

// Own shows the page on which a person declares interests.
func (d *Door) Own(c *fiber.Ctx) error {
	page, err := d.own(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "own", page)
}

func (d *Door) own(c *fiber.Ctx) (*OwnPage, error) {
	head, err := d.head(c, Own)
	if err != nil {
		return nil, err
	}
	by := login.Actor(c)
	page := &OwnPage{Head: head, Home: Assessors, Office: by.Role == access.Office}
	if page.Office {
		page.Home = Own
	}
	if page.Interests, err = d.Evaluations.Interests(c.UserContext(), by, head.Year()); err != nil {
		return nil, err
	}
	for _, r := range page.Interests.Rows {
		page.Rows = append(page.Rows, OwnRow{
			InterestRow: r, Name: r.Unit.Label(string(view.LangOf(c))), Interest: string(r.Holds.Interest), Text: r.Holds.Text,
		})
	}
	return page, nil
}

// DeclareOwn keeps what a person declares: fields interest-UNIT, text-UNIT,
// reason-UNIT, rest and round.
func (d *Door) DeclareOwn(c *fiber.Ctx) error {
	f := read(c)
	page, err := d.own(c)
	if err != nil {
		return err
	}
	choices := map[roster.UnitCode]evaluation.Choice{}
	for n, r := range page.Rows {
		code := string(r.Unit.Code)
		row := &page.Rows[n]
		row.Interest, row.Text, row.Reason = f["interest-"+code], f["text-"+code], f["reason-"+code]
		if row.Interest == "" && f["rest"] == "yes" && row.Text == "" {
			row.Interest = string(evaluation.Clear)
		}
		choices[r.Unit.Code] = evaluation.Choice{Interest: evaluation.Interest(row.Interest), Text: row.Text, Reason: row.Reason}
	}
	lost, err := d.Evaluations.DeclareAll(c.UserContext(), login.Actor(c), page.Year(), choices)
	if err != nil {
		return d.pages.Again(c, err, "own", page)
	}
	if len(lost) > 0 {
		return view.See(c, page.Home, "appoint.stood")
	}
	return view.See(c, page.Home, "appoint.declared")
}

// RegisterPage is the register of interests, for the office.
type RegisterPage struct {
	Head
	People []PersonRow
	Done   int // people with nothing missing
	Lost   int // dossiers that must be given to others
}

// PersonRow is somebody who declares, with the names of units.
type PersonRow struct {
	evaluation.Declarant
	Conflicts []ConflictRow
	Waiting   []string // units about which nothing is declared
	Taken     []string // units whose dossiers were taken away
	Works     string
}

// Told is about how many applicants the person has declared.
func (p PersonRow) Told() int { return p.All - len(p.Waiting) }

// ConflictRow is a declared conflict.
type ConflictRow struct {
	Unit string
	Text string
}

// Register shows who has declared what.
func (d *Door) Register(c *fiber.Ctx) error {
	page, err := d.register(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "interests", page)
}

func (d *Door) register(c *fiber.Ctx) (*RegisterPage, error) {
	head, err := d.head(c, Interests)
	if err != nil {
		return nil, err
	}
	all, err := d.Evaluations.Declarants(c.UserContext(), login.Actor(c), head.Year())
	if err != nil {
		return nil, err
	}
	page := &RegisterPage{Head: head}
	for _, p := range all {
		row := PersonRow{Declarant: p}
		for _, x := range p.Conflicts {
			row.Conflicts = append(row.Conflicts, ConflictRow{d.label(c, x.Unit), x.Text})
		}
		for _, u := range p.Missing {
			row.Waiting = append(row.Waiting, u.Label(string(view.LangOf(c))))
		}
		for _, a := range p.Lost {
			row.Taken = append(row.Taken, d.label(c, a.Dossier.Unit))
			page.Lost++
		}
		if p.Workplace != "" {
			row.Works = d.label(c, p.Workplace)
		}
		if len(p.Missing) == 0 {
			page.Done++
		}
		page.People = append(page.People, row)
	}
	return page, nil
}

// Remind asks one person, or everybody with something missing: fields round and
// account.
func (d *Door) Remind(c *fiber.Ctx) error {
	return d.step(c, Interests, "appoint.reminded", func(f typed, year int) error {
		_, err := d.Evaluations.Remind(c.UserContext(), login.Actor(c), year, f["account"])
		return err
	}, func(typed) (string, view.Framed, error) {
		page, err := d.register(c)
		return "interests", page, err
	})
}

func itoa(n int) string { return strconv.Itoa(n) }
