package feedback

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/feedback"
	"minyi/web/login"
	"minyi/web/view"
)

// RoundsPage lists the rounds.
type RoundsPage struct {
	view.Frame
	Years []int
}

// RoundList shows the rounds whose feedback the office releases.
func (d *Door) RoundList(c *fiber.Ctx) error {
	all, err := d.Rounds.Rounds(c.UserContext())
	if err != nil {
		return err
	}
	page := &RoundsPage{}
	for _, r := range all {
		page.Years = append(page.Years, r.Year)
	}
	return d.pages.Render(c, "rounds", page)
}

// DeskRow is one applicant on the office's desk.
type DeskRow struct {
	feedback.Line
	UnitName string
	Href     string
}

// DeskPage is a round's feedback on the office's desk.
type DeskPage struct {
	view.Frame
	Round   int
	Public  bool
	Sealed  string // why no report can be made yet
	Rows    []DeskRow
	Reason  string
	Waiting int // not released, or changed since
	Changed int
}

func (d *Door) desk(c *fiber.Ctx) (*DeskPage, error) {
	year, err := strconv.Atoi(c.Params("round"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "round.unknown")
	}
	page := &DeskPage{Round: year}
	desk, err := d.Reports.Desk(c.UserContext(), login.Actor(c), year)
	if fault.KindOf(err) == fault.Closed {
		page.Sealed = d.Texts.Refusal(view.LangOf(c), fault.All(err)[0])
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	page.Public = desk.Public
	for _, l := range desk.Lines {
		page.Rows = append(page.Rows, DeskRow{
			Line: l, UnitName: d.unit(c, l.Report.Key.Unit), Href: fmt.Sprintf("%s/%d/%s", Desk, year, l.Report.Key.ID()),
		})
		if l.Released == nil || l.Changed() {
			page.Waiting++
		}
		if l.Changed() {
			page.Changed++
		}
	}
	return page, nil
}

// Desk shows the office what it may release.
func (d *Door) Desk(c *fiber.Ctx) error {
	page, err := d.desk(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "desk", page)
}

// Preview shows the office one report as the unit would read it.
func (d *Door) Preview(c *fiber.Ctx) error {
	page, err := d.preview(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "report", page)
}

// PreviewPrinted sends it as a file for printing.
func (d *Door) PreviewPrinted(c *fiber.Ctx) error {
	page, err := d.preview(c)
	if err != nil {
		return err
	}
	return d.print(c, page)
}

func (d *Door) preview(c *fiber.Ctx) (*ReportPage, error) {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil || strconv.Itoa(k.Round) != c.Params("round") {
		return nil, fault.New(fault.NotFound, "feedback.unknown")
	}
	line, err := d.Reports.Preview(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return nil, err
	}
	page, err := d.page(c, line.Report)
	if err != nil {
		return nil, err
	}
	page.Preview, page.Released, page.Changed = true, line.Released, line.Changed()
	page.File = fmt.Sprintf("%s/%d/%s/print.pdf", Desk, k.Round, k.ID())
	return page, nil
}

// Release releases all that waits, or the ticked applicants: fields pick-…, do and
// reason.
func (d *Door) Release(c *fiber.Ctx) error {
	year, err := strconv.Atoi(c.Params("round"))
	if err != nil {
		return fault.New(fault.NotFound, "round.unknown")
	}
	n, err := 0, error(nil)
	which, err := picked(c)
	if err == nil {
		n, err = d.Reports.Release(c.UserContext(), login.Actor(c), year, which, c.FormValue("reason"))
	}
	if err != nil {
		page, failed := d.desk(c)
		if failed != nil {
			return failed
		}
		page.Reason = c.FormValue("reason")
		return d.pages.Again(c, err, "desk", page)
	}
	done := "feedback.released"
	if n == 0 {
		done = "feedback.nothing"
	}
	return view.See(c, Desk+"/"+c.Params("round"), done)
}

// picked are the ticked applicants; none for all.
func picked(c *fiber.Ctx) (out []application.Key, err error) {
	if c.FormValue("do") == "all" {
		return nil, nil
	}
	for name := range c.Request().PostArgs().All() {
		id, ok := strings.CutPrefix(string(name), "pick-")
		if !ok {
			continue
		}
		k, err := application.ParseID(id)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "feedback.none")
	}
	return out, nil
}
