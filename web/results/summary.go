package results

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/result"
	"minyi/survey/result/picture"
	"minyi/survey/tabulate"
	"minyi/web/login"
	"minyi/web/view"
)

// Head is what every page about one survey's results has.
type Head struct {
	view.Frame
	Tools
	ID     survey.ID
	Name   string
	Round  int
	Tab    string
	Before int // the round that changes count from; 0 for none
	Least  int
	Whole  bool // enough answers for figures over everybody
}

// Base is the address of a page of the results.
func (h *Head) Base(below string) string { return at(h.ID, below) }

// reading is what a handler reads and writes out.
type reading struct {
	desk
	*survey.Results
}

// read returns the results of the survey that the address names.
func (d *Door) read(c *fiber.Ctx) (reading, error) {
	got, err := d.Surveys.Results(c.UserContext(), login.Actor(c), id(c))
	return reading{d.desk(c), got}, err
}

func (r reading) head(tab string) Head {
	return Head{
		Tools: r.tools(), ID: r.Survey.ID, Name: r.name(r.Survey.UnitName), Round: r.Survey.Round, Tab: tab,
		Before: r.Before(), Least: r.Survey.LeastShown(), Whole: r.Whole(),
	}
}

func (d desk) name(t survey.Text) string { return t.In(string(d.lang)) }

// item is an item's text with its number.
func (r reading) item(id string) string {
	if id == "" {
		return r.say("results.index")
	}
	q, _ := r.Paper.Question(id)
	return id + " " + q.Text.In(string(r.lang))
}

// file is the address of a table or picture of this survey as a file.
func (r reading) file(name string) string { return at(r.Survey.ID, "/files/"+name) }

// SummaryPage is one unit's results.
type SummaryPage struct {
	Head
	Survey   *survey.Survey
	Official *tabulate.Result
	Index    Tile
	Overall  Tile
	Verdict  *Verdict
	Charts   []*Chart
	Items    Grid
	Points   Grid
	Apart    Grid // without those who work for the evaluated body
	Without  Grid // beside the result of all answers, with the excluded
	Changes  Grid
	Margins  Grid
	Rates    Grid
	Notes    []string
	Reason   string
	Typed    string
}

// Released reports whether the result has been signed.
func (p *SummaryPage) Released() bool { return p.Survey.State == survey.Released }

// Tile is one figure with its interval, written out.
type Tile struct{ Est, SE, Low, High string }

// Verdict is the verdict on indicator 84 in words.
type Verdict struct {
	Says                     string // a text key's end
	Item, Threshold          string
	Share, Low, High         string
	PMet, PNotMet, N, Hidden string
}

// Summary shows one unit's results.
func (d *Door) Summary(c *fiber.Ctx) error {
	page, err := d.summary(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "summary", page)
}

func (d *Door) summary(c *fiber.Ctx) (*SummaryPage, error) {
	r, err := d.read(c)
	if err != nil {
		return nil, err
	}
	page := &SummaryPage{Head: r.head("summary"), Survey: r.Survey, Official: r.Official, Notes: r.Official.Notes, Typed: strconv.Itoa(r.Survey.LeastShown())}
	if !page.Whole {
		return page, nil
	}
	return page, r.fill(page)
}

// fill writes out what is shown where there are enough answers.
func (r reading) fill(page *SummaryPage) error {
	all, err := r.By(result.Everybody)
	if err != nil {
		return err
	}
	r.asSigned(all)
	page.Index = Tile{decimal(r.Official.Sampled.Index.Est), decimal(r.Official.Sampled.Index.SE), decimal(r.Official.Sampled.Index.Low), decimal(r.Official.Sampled.Index.High)}
	share := r.Official.Sampled.Satisfied
	page.Overall = Tile{percent(share.Est), shareOff(share.SE), percent(share.Low), percent(share.High)}
	page.Items, page.Points = r.items(all), r.distribution(all)
	page.Apart = r.beside("apart", r.Official.Sampled, r.WithoutInsiders())
	page.Without = r.beside("excluded", r.Official.Sampled, r.WithExcluded())
	if page.Changes, err = r.changes(result.Everybody); err != nil {
		return err
	}
	if page.Verdict, err = r.verdict(); err != nil {
		return err
	}
	page.Margins, page.Rates = r.margins(), r.rates()
	page.Charts = []*Chart{r.itemChart(all), r.pointChart(all)}
	if len(page.Changes.Rows) > 0 {
		more, err := r.changeChart()
		if err != nil {
			return err
		}
		page.Charts = append(page.Charts, more)
	}
	return nil
}

// verdict writes out the verdict on indicator 84 (C129).
func (r reading) verdict() (*Verdict, error) {
	v, err := r.Verdict()
	if v == nil || err != nil {
		return nil, err
	}
	out := &Verdict{
		Says: v.Says, Item: r.item(v.Item), Threshold: view.Percent(v.Threshold, 0), Share: percent(v.Share),
		Low: percent(v.Low), High: percent(v.High), PMet: chance(v.PMet), PNotMet: chance(v.PNotMet), N: count(v.N),
	}
	if v.Hidden != result.Shown {
		out.Hidden = r.hidden(v.Hidden, r.Survey.LeastShown())
	}
	return out, nil
}

// asSigned puts the official figures into the table of everybody, so that the page
// says what the report will: the limits of an item count the strata and PSUs of those
// who answered it, those of a group all of its people's.
func (r reading) asSigned(all *result.Table) {
	for k, item := range r.Official.Sampled.Items {
		if c := &all.Items[k].Cells[0]; c.Hidden == result.Shown {
			c.Satisfied, c.Mean, c.DontKnow, c.NoAnswer = item.Satisfied, item.Mean, item.DontKnow, item.NoAnswer
		}
	}
}

// itemChart shows the share satisfied of each item.
func (r reading) itemChart(all *result.Table) *Chart {
	var rows []picture.Row
	for _, row := range all.Items {
		rows = append(rows, r.shareRow(r.item(row.ID), row.Cells[0]))
	}
	axis := picture.Percent(r.say("results.head.satisfied"))
	return intervals("items", r.file("items.svg"), r.say("results.chart.items", "name", r.name(r.Survey.UnitName)), r.say("results.chart.interval"), axis, true, rows)
}

// shareRow is one estimated share of a chart.
func (r reading) shareRow(label string, c result.Cell) picture.Row {
	if c.Hidden != result.Shown {
		return picture.Row{Label: label, Hidden: r.hidden(c.Hidden, r.Survey.LeastShown())}
	}
	e := c.Satisfied
	return picture.Row{
		Label: label, Value: percent(e.Est) + " (" + shareSpan(e) + ")  n=" + count(c.N),
		Est: float64(e.Est), Low: float64(e.Low), High: float64(e.High),
	}
}

// pointChart shows the answers on the scale of each item that has the scale of the
// first.
func (r reading) pointChart(all *result.Table) *Chart {
	names := r.scaleNames(all.Items[0].ID)
	var rows []picture.Parts
	for _, row := range all.Items {
		if strings.Join(r.scaleNames(row.ID), "\n") == strings.Join(names, "\n") {
			rows = append(rows, r.parts(r.item(row.ID), row.Cells[0]))
		}
	}
	return stacked("points", r.file("points.svg"), r.say("results.chart.points", "name", r.name(r.Survey.UnitName)), r.say("results.chart.stacked"), names, rows)
}

func (r reading) parts(label string, c result.Cell) picture.Parts {
	if c.Hidden != result.Shown {
		return picture.Parts{Label: label, Hidden: r.hidden(c.Hidden, r.Survey.LeastShown())}
	}
	out := picture.Parts{Label: label, Value: "n=" + count(c.N)}
	for _, p := range c.Points {
		out.Shares = append(out.Shares, float64(p.Est))
	}
	return out
}

// scaleNames are the words of an item's points, from the worst to the best.
func (r reading) scaleNames(id string) []string {
	q, _ := r.Paper.Question(id)
	var out []string
	for _, p := range r.Paper.ValidPoints(id) {
		choice, _ := q.Choice(strconv.Itoa(p))
		out = append(out, choice.Text.In(string(r.lang)))
	}
	return out
}

// ShowFrom sets the fewest answers behind a figure that is shown.
func (d *Door) ShowFrom(c *fiber.Ctx) error {
	least, err := strconv.Atoi(strings.TrimSpace(c.FormValue("least")))
	if err != nil {
		least = 0
	}
	_, err = d.Surveys.ShowFrom(c.UserContext(), login.Actor(c), id(c), least, c.FormValue("reason"))
	if err == nil {
		return view.See(c, at(id(c), ""), "results.least")
	}
	page, shown := d.summary(c)
	if shown != nil {
		return shown
	}
	page.Typed, page.Reason = c.FormValue("least"), c.FormValue("reason")
	return d.pages.Again(c, err, "summary", page)
}

// none is the refusal of a table that there is not.
func none() error { return fault.New(fault.NotFound, "results.none") }
