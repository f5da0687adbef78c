package register

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/survey/result/picture"
	"minyi/survey/tabulate"
	"minyi/web/view"
)

func unknown() tabulate.Number { return tabulate.Number(math.NaN()) }

// ResultsPage are the published survey results of a round.
type ResultsPage struct {
	view.Frame
	Round   int // 0: nothing is published
	Since   roster.Date
	Rounds  []int
	Units   []UnitRow
	Picture template.HTML
	Totals  []TotalRow
	Least   int // the largest of the units'
	Posters bool
}

// UnitRow is the result of one unit.
type UnitRow struct {
	*Figures
	Name, Home string
}

// TotalRow is the total of a named unit.
type TotalRow struct {
	naming.PublicTotal
	Name string
}

// Hidden reports whether a figure of the table is hidden.
func (p ResultsPage) Hidden() bool {
	return slices.ContainsFunc(p.Units, func(u UnitRow) bool { return u.Index.Hidden })
}

// Percent writes a share with one decimal.
func Percent(n tabulate.Number) string {
	if !n.Known() {
		return "—"
	}
	return view.Percent(float64(n), 1)
}

// RatePercent is the response rate as people read it.
func (f *Figures) RatePercent() string { return Percent(f.RR2) }

// Mark writes a number on 0 to 100 with two decimals.
func Mark(n tabulate.Number) string {
	if !n.Known() {
		return "—"
	}
	return view.Decimal(float64(n), 2)
}

// Value is the index as people read it.
func (f *Figures) Value() string { return Mark(f.Index.Est) }

// Between is the interval of the index as people read it.
func (f *Figures) Between() string { return Mark(f.Index.Low) + " – " + Mark(f.Index.High) }

// Share is the average share satisfied as people read it.
func (f *Figures) Share() string { return Percent(f.Satisfied.Est) }

// published lists the rounds whose survey results are public, newest first.
func (d *Door) published(c *fiber.Ctx) (out []int, since map[int]roster.Date, err error) {
	rounds, err := d.Roster.Rounds(c.UserContext())
	if err != nil {
		return nil, nil, err
	}
	since = map[int]roster.Date{}
	for _, r := range rounds {
		n, err := d.Naming.Notice(c.UserContext(), r.Year)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(n.Published, scorebook.Survey) {
			out, since[r.Year] = append(out, r.Year), n.Window.From
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out, since, nil
}

// Results shows the published results of the round that the address names, else of
// the newest.
func (d *Door) Results(c *fiber.Ctx) error {
	page := &ResultsPage{}
	rounds, since, err := d.published(c)
	if err != nil {
		return err
	}
	page.Rounds = rounds
	if page.Round, err = chosen(c, rounds); err != nil {
		return err
	}
	if page.Round == 0 {
		return d.page(c, "results", page)
	}
	page.Since = since[page.Round]
	if page.Units, err = d.units(c, page.Round); err != nil {
		return err
	}
	for _, u := range page.Units {
		page.Least, page.Posters = max(page.Least, u.Least), page.Posters || slices.Contains(u.Limits, "poster")
	}
	page.Picture = d.picture(c, page.Units)
	totals, err := d.Naming.PublicTotals(c.UserContext(), page.Round)
	for _, t := range totals {
		page.Totals = append(page.Totals, TotalRow{t, d.unitName(c, t.Unit)})
	}
	if err != nil {
		return err
	}
	return d.page(c, "results", page)
}

// chosen is the round that the address names, among those that are public.
func chosen(c *fiber.Ctx, rounds []int) (int, error) {
	if text := c.Query("round"); text != "" {
		year, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(rounds, year) {
			return 0, fault.New(fault.NotFound, "published.none")
		}
		return year, nil
	}
	if len(rounds) == 0 {
		return 0, nil
	}
	return rounds[0], nil
}

// units are the results of a round, in the order of the register of units.
func (d *Door) units(c *fiber.Ctx, year int) ([]UnitRow, error) {
	all, err := d.Surveys.Public(c.UserContext(), year)
	if err != nil {
		return nil, err
	}
	var out []UnitRow
	for _, p := range all {
		f, err := figuresOf(p)
		if err != nil {
			return nil, err
		}
		out = append(out, UnitRow{f, d.unitName(c, p.Unit), home(year, p.Unit)})
	}
	slices.SortStableFunc(out, func(a, b UnitRow) int { return cmp.Compare(d.group(a.Unit), d.group(b.Unit)) })
	return out, nil
}

// group is the place of a unit's group among all: cities, counties, departments.
func (d *Door) group(code string) int {
	u, err := d.Roster.Unit(roster.UnitCode(code))
	if err != nil {
		return len(roster.Groups())
	}
	return slices.Index(roster.Groups(), u.Group())
}

func home(year int, unit roster.UnitCode) string {
	return Results + "/" + strconv.Itoa(year) + "/" + string(unit)
}

const pictureWidth = 720

// picture draws the index of each unit with its interval.
func (d *Door) picture(c *fiber.Ctx, units []UnitRow) template.HTML {
	rows := make([]picture.Row, len(units))
	for i, u := range units {
		rows[i] = picture.Row{
			Label: u.Name, Value: u.Value() + " (" + u.Between() + ")",
			Est: float64(u.Index.Est), Low: float64(u.Index.Low), High: float64(u.Index.High),
		}
		if u.Index.Hidden || !u.Index.Est.Known() {
			rows[i].Value, rows[i].Hidden = "", d.say(c, "published.few", "n", strconv.Itoa(u.Least))
		}
	}
	const most, step = 100, 20
	axis := picture.Axis{To: most, Step: step, Name: d.say(c, "published.axis")}
	p := picture.Intervals(d.say(c, "published.picture"), d.say(c, "published.picture.text"), pictureWidth, axis, rows)
	return template.HTML(p.SVG()) //nolint:gosec // made by package picture, which escapes all words
}

// ResultsCSV sends all figures of a round as a table.
func (d *Door) ResultsCSV(c *fiber.Ctx) error {
	year, units, err := d.asked(c)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, u := range units {
		rows = append(rows, u.rows(string(view.LangOf(c)), words(d.Texts, view.LangOf(c)))...)
	}
	return d.table(c, "results-"+strconv.Itoa(year)+".csv", rows)
}

// table sends rows of figures under their heads.
func (d *Door) table(c *fiber.Ctx, name string, rows [][]string) error {
	head := []string{
		d.say(c, "register.round"), d.say(c, "published.code"), d.say(c, "published.unit"), d.say(c, "published.figure"), d.say(c, "published.n"),
		d.say(c, "published.est"), d.say(c, "published.low"), d.say(c, "published.high"),
	}
	text, err := sheetOf(append([][]string{head}, rows...))
	if err != nil {
		return err
	}
	return file(c, name, csvMedia, text)
}

// ResultsJSON sends all figures of a round as data.
func (d *Door) ResultsJSON(c *fiber.Ctx) error {
	year, units, err := d.asked(c)
	if err != nil {
		return err
	}
	list := make([]*Figures, len(units))
	for i, u := range units {
		list[i] = u.Figures
	}
	text, err := register.Canonical(struct {
		Round int        `json:"round"`
		Units []*Figures `json:"units"`
	}{year, list})
	if err != nil {
		return err
	}
	return file(c, "results-"+strconv.Itoa(year)+".json", fiber.MIMEApplicationJSONCharsetUTF8, text)
}

// asked are the results that the address asks for, refused where nothing is public.
func (d *Door) asked(c *fiber.Ctx) (int, []UnitRow, error) {
	rounds, _, err := d.published(c)
	if err != nil {
		return 0, nil, err
	}
	year, err := chosen(c, rounds)
	if err == nil && year == 0 {
		err = fault.New(fault.NotFound, "published.none")
	}
	if err != nil {
		return 0, nil, err
	}
	units, err := d.units(c, year)
	return year, units, err
}
