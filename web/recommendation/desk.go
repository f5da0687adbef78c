package recommendation

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/recommendation"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// DutyRow is one report that is to be forwarded.
type DutyRow struct {
	recommendation.Duty
	UnitName string
}

// CallForm is what was typed of a call.
type CallForm struct{ Year, From, To, Words string }

// DeskPage lists the years and the reports to be forwarded.
type DeskPage struct {
	view.Frame
	Years  []recommendation.Year
	Duties []DutyRow
	Form   CallForm
	Typed  string // the duty of which something was typed: naming and year
	Number string
}

func (d *Door) desk(c *fiber.Ctx) (*DeskPage, error) {
	all, err := d.Way.All(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	today := roster.DateOf(view.NowOf(c))
	const month = 30
	page := &DeskPage{Years: all, Form: CallForm{Year: strconv.Itoa(today.Year), From: today.String(), To: today.Plus(month).String()}}
	duties, err := d.Way.Duties(c.UserContext(), login.Actor(c))
	for _, one := range duties {
		page.Duties = append(page.Duties, DutyRow{one, d.unit(c, one.Unit)})
	}
	return page, err
}

// Desk shows the office the years.
func (d *Door) Desk(c *fiber.Ctx) error {
	page, err := d.desk(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "desk", page)
}

func window(c *fiber.Ctx) (roster.Window, error) {
	from, err := day(c, "from")
	if err != nil {
		return roster.Window{}, err
	}
	to, err := day(c, "to")
	return roster.Between(from, to), err
}

// Open opens a year's call: fields year, from, to and words.
func (d *Door) Open(c *fiber.Ctx) error {
	year, err := strconv.Atoi(c.FormValue("year"))
	if err != nil {
		err = fault.New(fault.Invalid, "recommendation.year").At("year")
	}
	var w roster.Window
	if err == nil {
		w, err = window(c)
	}
	if err == nil {
		err = d.Way.Open(c.UserContext(), login.Actor(c), year, w, c.FormValue("words"))
	}
	if err != nil {
		page, failed := d.desk(c)
		if failed != nil {
			return failed
		}
		page.Form = CallForm{c.FormValue("year"), c.FormValue("from"), c.FormValue("to"), c.FormValue("words")}
		return d.pages.Again(c, err, "desk", page)
	}
	return view.See(c, Desk+"/"+strconv.Itoa(year), "recommendation.opened")
}

// Forward records that a yearly report went to the centre: fields naming, year,
// number and date.
func (d *Door) Forward(c *fiber.Ctx) error {
	about, err := number(c, "year")
	var date roster.Date
	if err == nil {
		date, err = day(c, "date")
	}
	if err == nil {
		err = d.Way.Forward(c.UserContext(), login.Actor(c), c.FormValue("naming"), about, c.FormValue("number"), date)
	}
	if err != nil {
		page, failed := d.desk(c)
		if failed != nil {
			return failed
		}
		page.Typed, page.Number = c.FormValue("naming")+"/"+c.FormValue("year"), c.FormValue("number")
		return d.pages.Again(c, err, "desk", page)
	}
	return view.See(c, Desk, "recommendation.forwarded")
}

// Line is one application on the office's page of a year.
type Line struct {
	recommendation.Line
	UnitName string
	Reason   string // of its place, as proposed
	Place    int
	Invalid  string // why its regional name does not count today
}

// YearPage is one year on the office's desk.
type YearPage struct {
	view.Frame
	*recommendation.Desk
	Lines   []Line
	Folders []recommendation.Folder
	Points  []recommendation.Point
	Over    bool // the window
	Mine    bool // the visitor proposed the list
	Today   string
	Typed   string            // unit of what was typed
	Values  map[string]string // typed fields
	Ready   bool              // every application was reviewed, and somebody passed with an opinion
	Named   bool              // every unit of the list has its outcome
}

// V is what was typed in a field, or what stands there.
func (p *YearPage) V(unit any, field, otherwise string) string {
	if p.Typed == fmt.Sprint(unit) && p.Values != nil {
		return p.Values[field]
	}
	return otherwise
}

// Wrong is the problem of a field of one unit's form.
func (p *YearPage) Wrong(unit any, field string) string {
	if p.Typed != fmt.Sprint(unit) {
		return ""
	}
	return p.Problem(field)
}

// Choices are the applications that may stand on the list.
func (p *YearPage) Choices() (out []Line) {
	for _, l := range p.Lines {
		if l.Passed() && l.Opinion != nil {
			out = append(out, l)
		}
	}
	return out
}

func (d *Door) year(c *fiber.Ctx) (*YearPage, error) {
	year, err := yearOf(c)
	if err != nil {
		return nil, err
	}
	desk, err := d.Way.Desk(c.UserContext(), login.Actor(c), year)
	if err != nil {
		return nil, err
	}
	if desk.Call == nil {
		return nil, fault.New(fault.NotFound, "recommendation.no_call")
	}
	page := &YearPage{
		Desk: desk, Folders: recommendation.Folders(), Points: recommendation.Points(),
		Over: desk.Call.Window.Over(view.NowOf(c)), Today: roster.DateOf(view.NowOf(c)).String(), Ready: len(desk.Lines) > 0, Named: true,
	}
	page.Mine = desk.Proposed != nil && desk.Proposed.By == login.Actor(c).Name
	for _, l := range desk.Lines {
		line := Line{Line: l, UnitName: d.unit(c, l.Unit), Place: desk.Place(l.Unit)}
		if line.Place > 0 {
			line.Reason = desk.Proposed.Order[line.Place-1].Reason
			page.Named = page.Named && l.Outcome != nil
		}
		if l.Valid != nil {
			line.Invalid = d.Texts.Refusal(view.LangOf(c), fault.All(l.Valid)[0])
		}
		page.Ready = page.Ready && l.Review != nil
		page.Lines = append(page.Lines, line)
	}
	page.Ready = page.Ready && len(page.Choices()) > 0
	return page, nil
}

// Year shows the office one year.
func (d *Door) Year(c *fiber.Ctx) error {
	page, err := d.year(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "year", page)
}

// step does one step of a year and shows it again, with what was typed where it was
// refused.
func (d *Door) step(c *fiber.Ctx, done string, do func(year int) error) error {
	year, err := yearOf(c)
	if err != nil {
		return err
	}
	if err = do(year); err != nil {
		page, failed := d.year(c)
		if failed != nil {
			return failed
		}
		page.Typed, page.Values = c.Params("unit"), map[string]string{}
		for k, v := range c.Request().PostArgs().All() {
			page.Values[string(k)] = string(v)
		}
		return d.pages.Again(c, err, "year", page)
	}
	return view.See(c, Desk+"/"+c.Params("year"), done)
}

// Shift changes the window: fields from, to and reason.
func (d *Door) Shift(c *fiber.Ctx) error {
	return d.step(c, "recommendation.shifted", func(year int) error {
		w, err := window(c)
		if err != nil {
			return err
		}
		return d.Way.Shift(c.UserContext(), login.Actor(c), year, w, c.FormValue("reason"))
	})
}

// Examine keeps the first review: fields met-…, words-…, passed and reason.
func (d *Door) Examine(c *fiber.Ctx) error {
	return d.step(c, "recommendation.examined", func(year int) error {
		r := recommendation.Review{Checks: map[recommendation.Point]recommendation.Check{}, Passed: c.FormValue("passed") == "yes", Reason: c.FormValue("reason")}
		for _, p := range recommendation.Points() {
			r.Checks[p] = recommendation.Check{Met: c.FormValue("met-"+string(p)) == "on", Words: c.FormValue("words-" + string(p))}
		}
		return d.Way.Examine(c.UserContext(), login.Actor(c), year, roster.UnitCode(c.Params("unit")), r)
	})
}

// Opine keeps the opinion on one unit: field opinion.
func (d *Door) Opine(c *fiber.Ctx) error {
	return d.step(c, "recommendation.opined", func(year int) error {
		return d.Way.Opine(c.UserContext(), login.Actor(c), year, roster.UnitCode(c.Params("unit")), c.FormValue("opinion"))
	})
}

// Propose puts the list together: a field place-UNIT with its place and reason-UNIT
// for every unit; one without a place stays out.
func (d *Door) Propose(c *fiber.Ctx) error {
	return d.step(c, "recommendation.proposed", func(year int) error {
		order, err := ordered(c)
		if err != nil {
			return err
		}
		return d.Way.Propose(c.UserContext(), login.Actor(c), year, order)
	})
}

func ordered(c *fiber.Ctx) ([]recommendation.Listed, error) {
	places := map[roster.UnitCode]int{}
	var out []recommendation.Listed
	for k, v := range c.Request().PostArgs().All() {
		unit, ok := strings.CutPrefix(string(k), "place-")
		if !ok || strings.TrimSpace(string(v)) == "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(v)))
		if err != nil || n < 1 {
			return nil, fault.New(fault.Invalid, "recommendation.place").At(string(k))
		}
		for _, other := range places {
			if other == n {
				return nil, fault.New(fault.Invalid, "recommendation.place").At(string(k))
			}
		}
		places[roster.UnitCode(unit)] = n
		out = append(out, recommendation.Listed{Unit: roster.UnitCode(unit), Reason: c.FormValue("reason-" + unit)})
	}
	slices.SortFunc(out, func(a, b recommendation.Listed) int { return cmp.Compare(places[a.Unit], places[b.Unit]) })
	return out, nil
}

// Decide confirms the list or takes it back: fields version, do and drop.
func (d *Door) Decide(c *fiber.Ctx) error {
	done := "recommendation.confirmed"
	if c.FormValue("do") == "drop" {
		done = "recommendation.dropped"
	}
	return d.step(c, done, func(year int) error {
		version, err := number(c, "version")
		if err != nil {
			return err
		}
		if done == "recommendation.dropped" {
			return d.Way.Drop(c.UserContext(), login.Actor(c), year, version, c.FormValue("drop"))
		}
		return d.Way.Confirm(c.UserContext(), login.Actor(c), year, version)
	})
}

// Send records the dispatch: fields number and date.
func (d *Door) Send(c *fiber.Ctx) error {
	return d.step(c, "recommendation.sent", func(year int) error {
		date, err := day(c, "date")
		if err != nil {
			return err
		}
		return d.Way.Send(c.UserContext(), login.Actor(c), year, c.FormValue("number"), date)
	})
}

// Conclude keeps the centre's decision on one unit: fields named, number and date.
func (d *Door) Conclude(c *fiber.Ctx) error {
	return d.step(c, "recommendation.concluded", func(year int) error {
		date, err := day(c, "date")
		if err != nil {
			return err
		}
		return d.Way.Conclude(c.UserContext(), login.Actor(c), year, roster.UnitCode(c.Params("unit")), c.FormValue("named") == "yes", c.FormValue("number"), date)
	})
}

// Checked reports whether a point of the review is met.
func (l Line) Checked(p recommendation.Point) bool { return l.Review != nil && l.Review.Checks[p].Met }

// Said are the words on a point of the review.
func (l Line) Said(p recommendation.Point) string {
	if l.Review == nil {
		return ""
	}
	return l.Review.Checks[p].Words
}

// ReviewReason is that of the review's result.
func (l Line) ReviewReason() string {
	if l.Review == nil {
		return ""
	}
	return l.Review.Reason
}

// OpinionText is the written opinion.
func (l Line) OpinionText() string {
	if l.Opinion == nil {
		return ""
	}
	return l.Opinion.Text
}
