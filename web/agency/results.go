package agency

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
	"minyi/web/login"
	"minyi/web/view"
)

// Figure is one estimate, written out; what is not defined is a dash.
type Figure struct{ Est, SE, Low, High, Deff, N string }

// ItemRow is one item of the results table.
type ItemRow struct {
	ID, Text, Indicator string
	Share, Mean         Figure
	AtLeast             string
	DontKnow, NoAnswer  string
	Bar                 Bar
	PosterN             string
	PosterShare         string
	PosterMean          string
}

// Bar places an estimate and its interval on a line of 100 units.
type Bar struct{ Low, Est, High string }

// MarginRow is one category of a margin: the answers that came in and the total
// that they were weighted to, both as shares of their margin.
type MarginRow struct{ Variable, Category, N, Before, After, Source string }

// Tables are the results as they are shown.
type Tables struct {
	Result  *tabulate.Result
	Index   Figure
	Overall Figure
	Items   []ItemRow
	Apart   []ItemRow // without those who work for the evaluated body
	Margins []MarginRow
	Rates   []Choice // name and value
	Notes   []string // text keys
}

// ResultsPage shows the tables of a closed survey and the proposal to release.
type ResultsPage struct {
	view.Frame
	*survey.Fieldwork
	Tables
	Name string
	Mine bool // the visitor has approved the proposal already
}

func (d *Door) resultsPage(c *fiber.Ctx) (*ResultsPage, error) {
	actor := login.Actor(c)
	work, err := d.surveys.Fieldwork(c.UserContext(), actor, id(c))
	if err != nil {
		return nil, err
	}
	result, err := d.surveys.Tabulate(c.UserContext(), actor, id(c))
	if err != nil {
		return nil, err
	}
	paper, err := work.Survey.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	page := &ResultsPage{Fieldwork: work, Name: in(c, work.Survey.UnitName), Tables: tables(result, paper, string(view.LangOf(c)))}
	if work.Survey.Draft != nil {
		for _, a := range work.Survey.Draft.Approvals {
			page.Mine = page.Mine || a.Account == actor.Name
		}
	}
	return page, nil
}

// Released reports whether the result has been signed.
func (p *ResultsPage) Released() bool { return p.Survey.State == survey.Released }

// Results shows the tables.
func (d *Door) Results(c *fiber.Ctx) error {
	page, err := d.resultsPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "results", page)
}

// Propose puts the result before the signers.
func (d *Door) Propose(c *fiber.Ctx) error {
	_, err := d.surveys.Propose(c.UserContext(), login.Actor(c), id(c))
	return d.signed(c, err, at(id(c))+"/results", "survey.propose")
}

// Approve is the visitor's approval of the digest that the form showed.
func (d *Door) Approve(c *fiber.Ctx) error {
	sv, err := d.surveys.Approve(c.UserContext(), login.Actor(c), id(c), c.FormValue("digest"))
	to, done := at(id(c))+"/results", "survey.approve"
	if sv != nil && sv.State == survey.Released {
		to, done = at(id(c))+"/release", "survey.release"
	}
	return d.signed(c, err, to, done)
}

func (d *Door) signed(c *fiber.Ctx, err error, to, done string) error {
	if err == nil {
		return view.See(c, to, done)
	}
	page, shown := d.resultsPage(c)
	if shown != nil {
		return err
	}
	return d.pages.Again(c, err, "results", page)
}

// tables writes a result out.
func tables(r *tabulate.Result, paper *questionnaire.Questionnaire, lang string) Tables {
	t := Tables{
		Result: r, Index: points(r.Sampled.Index), Overall: shares(r.Sampled.Satisfied),
		Items: rows(r.Sampled, paper, lang), Notes: r.Notes, Rates: rates(r.Rates),
	}
	for i := range t.Items {
		p := r.Posters[i]
		t.Items[i].PosterN, t.Items[i].PosterShare, t.Items[i].PosterMean = strconv.Itoa(p.N), percent(p.Satisfied), decimal(p.Mean)
	}
	if r.WithoutInsiders != nil {
		t.Apart = rows(*r.WithoutInsiders, paper, lang)
	}
	for _, m := range r.Weighting.Margins {
		t.Margins = append(t.Margins, marginRows(m)...)
	}
	return t
}

func rows(table tabulate.Table, paper *questionnaire.Questionnaire, lang string) []ItemRow {
	out := make([]ItemRow, len(table.Items))
	for i, item := range table.Items {
		q, _ := paper.Question(item.ID)
		out[i] = ItemRow{
			ID: item.ID, Text: q.Text.In(lang), Indicator: item.Indicator, Share: shares(item.Satisfied), Mean: points(item.Mean),
			AtLeast: percent(item.AtLeast), DontKnow: percent(item.DontKnow.Est), NoAnswer: percent(item.NoAnswer.Est),
			Bar: bar(item.Satisfied),
		}
	}
	return out
}

// ItemTable is a table of items with its caption.
type ItemTable struct {
	Caption string
	Rows    []ItemRow
	Posters bool
}

// ItemTable is the official table, with the poster answers in columns of their
// own.
func (t Tables) ItemTable(caption string) ItemTable {
	return ItemTable{Caption: caption, Rows: t.Items, Posters: true}
}

// ApartTable is the table without those who work for the evaluated body.
func (t Tables) ApartTable(caption string) ItemTable {
	return ItemTable{Caption: caption, Rows: t.Apart}
}
