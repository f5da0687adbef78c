package yearly

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/login"
	"minyi/web/view"
)

// BoardPage is the office's board of a year's reports.
type BoardPage struct {
	view.Frame
	Years []int
	Year  int
	Due   roster.Date
	Lines []Line
	Count Count
}

// Count counts a year's reports.
type Count struct{ Owed, Done, Unproved, Overdue, Reading, Waived int }

// Board shows the reports of a year, the last one that is over where the address
// names none (year): the overdue first.
func (d *Door) Board(c *fiber.Ctx) error {
	all, err := d.Supervision.Duties(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	page := &BoardPage{}
	for _, x := range all {
		if !slices.Contains(page.Years, x.Year) {
			page.Years = append(page.Years, x.Year)
		}
	}
	page.Year = chosen(c, page.Years)
	page.Due = supervision.Due(page.Year)
	for _, x := range all {
		if x.Year == page.Year {
			page.add(d.line(c, x))
		}
	}
	slices.SortStableFunc(page.Lines, func(a, b Line) int { return urgency(a) - urgency(b) })
	return d.pages.Render(c, "board", page)
}

// chosen is the year that the address names, else the newest that is over, else the
// newest.
func chosen(c *fiber.Ctx, years []int) int {
	now := roster.DateOf(view.NowOf(c)).Year
	if n, err := strconv.Atoi(c.Query("year")); err == nil && slices.Contains(years, n) {
		return n
	}
	for _, n := range years {
		if n < now {
			return n
		}
	}
	if len(years) > 0 {
		return years[0]
	}
	return now
}

// urgency orders a board: what the office must look at comes first.
func urgency(l Line) int {
	switch {
	case l.Overdue:
		return 0
	case l.State == supervision.Settled:
		return 1
	case l.State == supervision.Taken, l.State == supervision.Excused:
		return 3
	}
	return 2
}

func (p *BoardPage) add(l Line) {
	p.Lines = append(p.Lines, l)
	p.Count.Owed++
	if l.Overdue {
		p.Count.Overdue++
	}
	switch l.State {
	case supervision.Settled:
		p.Count.Reading++
		p.Count.Done++
	case supervision.Taken:
		p.Count.Done++
	case supervision.Unproved:
		p.Count.Unproved++
	case supervision.Excused:
		p.Count.Waived++
	case supervision.Unwritten, supervision.Draughted, supervision.AskedBack:
	}
}

// OnePage is one report as the office reads it.
type OnePage struct {
	view.Frame
	Line
	Version *supervision.Act // that is read
	Newest  bool
	Parts   []PartField
	Proof   *supervision.Proof
	Words   string // typed
}

// Waits reports whether the office has to answer the version.
func (p *OnePage) Waits() bool {
	return p.Newest && (p.State == supervision.Settled || p.State == supervision.Unproved)
}

func (d *Door) one(c *fiber.Ctx) (*OnePage, error) {
	n, err := year(c)
	if err != nil {
		return nil, err
	}
	x, err := d.Supervision.Duty(c.UserContext(), login.Actor(c), roster.UnitCode(c.Params("unit")), n)
	if err != nil {
		return nil, err
	}
	page := &OnePage{Line: d.line(c, x)}
	page.Version, page.Newest = x.Report.Newest(), true
	if k, err := strconv.Atoi(c.Query("version")); err == nil && k > 0 && k < len(x.Report.Versions()) {
		page.Version, page.Newest = &x.Report.Versions()[k-1], false
	}
	page.Parts = parts(page.Version)
	if proven := x.Report.Proven(); proven != nil {
		page.Proof = proven.Proof
	}
	return page, nil
}

// parts are the texts of a version in their order.
func parts(version *supervision.Act) (out []PartField) {
	if version == nil {
		return nil
	}
	for _, part := range supervision.Parts() {
		out = append(out, PartField{part, version.Texts[part]})
	}
	return out
}

// One shows a report to the office; version names an older one.
func (d *Door) One(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "one", page)
}

// Rule keeps what the office says of a report: fields kind, version and words.
func (d *Door) Rule(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(c.FormValue("version"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	kind := supervision.ActKind(c.FormValue("kind"))
	err = d.Supervision.RuleReport(c.UserContext(), login.Actor(c), roster.UnitCode(c.Params("unit")), n, supervision.Ruling{
		Kind: kind, Version: version, Words: c.FormValue("words"),
	})
	if err != nil {
		page, failed := d.one(c)
		if failed != nil {
			return failed
		}
		page.Words = c.FormValue("words")
		return d.pages.Again(c, err, "one", page)
	}
	return view.See(c, Board+"/"+c.Params("year")+"/"+c.Params("unit"), "yearly."+string(kind))
}

// File sends a file of a report to the office, to be saved.
func (d *Door) File(c *fiber.Ctx) error {
	n, err := year(c)
	if err != nil {
		return err
	}
	file, bytes, err := d.Supervision.ReportFile(c.UserContext(), login.Actor(c), roster.UnitCode(c.Params("unit")), n, c.Params("digest"))
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, bytes)
}
