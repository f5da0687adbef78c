package weigh

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/tabulate"
	"minyi/web/login"
	"minyi/web/view"
)

// MarginPage says what the columns and values of a file stand for, and shows the margin
// that they make.
type MarginPage struct {
	view.Frame
	*survey.MarginView
	ID      survey.ID
	Name    string
	Number  int
	Columns []Column
	Lacking string // what the mapping lacks; empty where it is complete
	Cells   []PreviewRow
	Sheet   [][]string // the first rows of the file
	Rest    int        // how many rows more
}

// Column is a column of the file with what it may stand for.
type Column struct {
	Number  int
	Header  string
	Options []Option
	Values  []Value // of a variable
	Joins   []Value
}

// Option is one choice of a field.
type Option struct {
	Value, Text string
	Chosen      bool
}

// Value is one value of a column, or one category of the survey, with what it counts
// as.
type Value struct {
	Number  int
	Text    string
	Options []Option
}

// PreviewRow is one cell of the margin.
type PreviewRow struct {
	Category, Share, Answered string
	N                         int
	Empty                     bool
}

const sheetRows = 12

// Margin shows a margin from a file.
func (d *Door) Margin(c *fiber.Ctx) error {
	page, err := d.marginPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "margin", page)
}

// Map settles what its columns and values stand for.
func (d *Door) Map(c *fiber.Ctx) error {
	page, err := d.marginPage(c)
	if err != nil {
		return err
	}
	sv, err := d.Surveys.MapMargin(c.UserContext(), login.Actor(c), id(c), page.Number, page.mapped(c))
	if err != nil {
		return d.pages.Again(c, err, "margin", page)
	}
	name := page.Import.Name
	if c.FormValue("to") == "weights" && slices.ContainsFunc(sv.Weighting.Draft.Plan.Targets, func(t tabulate.Target) bool { return t.Name == name }) {
		return view.See(c, at(id(c), ""), "weights.map")
	}
	return view.See(c, at(id(c), "/margins/"+strconv.Itoa(page.Number)), "")
}

func (d *Door) marginPage(c *fiber.Ctx) (*MarginPage, error) {
	n, err := strconv.Atoi(c.Params("margin"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "weigh.nomargin")
	}
	v, err := d.Surveys.Margin(c.UserContext(), login.Actor(c), id(c), n)
	if err != nil {
		return nil, err
	}
	lang := view.LangOf(c)
	page := &MarginPage{MarginView: v, ID: id(c), Number: n, Name: v.Survey.UnitName.In(string(lang))}
	page.Sheet, page.Rest = v.Import.Rows[:min(sheetRows, len(v.Import.Rows))], max(0, len(v.Import.Rows)-sheetRows)
	for k, header := range v.Import.Header {
		page.Columns = append(page.Columns, page.column(d.Texts, lang, k, header))
	}
	if v.Missing != nil {
		for _, r := range fault.All(v.Missing) {
			page.Lacking += d.Texts.Refusal(lang, r)
		}
		return page, nil
	}
	page.preview(lang)
	return page, nil
}

// column is a column with its choices.
func (p *MarginPage) column(texts *view.Texts, lang view.Lang, k int, header string) Column {
	now := p.Import.Columns[k]
	out := Column{Number: k, Header: header, Options: []Option{
		{"", texts.Say(lang, "weigh.map.nothing", nil), now == ""},
		{survey.TotalColumn, texts.Say(lang, "weigh.map.total", nil), now == survey.TotalColumn},
	}}
	for _, v := range p.Variables {
		out.Options = append(out.Options, Option{v.ID, variable(texts, lang, p.Variables, v.ID), now == v.ID})
	}
	at := slices.IndexFunc(p.Variables, func(v survey.Variable) bool { return v.ID == now })
	if at < 0 {
		return out
	}
	of := p.Variables[at]
	options := func(empty, chosen, without string) []Option {
		list := []Option{{"", empty, chosen == ""}}
		for _, c := range of.Choices {
			if c.Code != without {
				list = append(list, Option{c.Code, category(lang, p.Variables, of.ID, c.Code), c.Code == chosen})
			}
		}
		return list
	}
	for n, text := range p.Import.Distinct(k) {
		out.Values = append(out.Values, Value{n, text, options(texts.Say(lang, "weigh.map.outside", nil), p.Import.Values[k][text], "")})
	}
	for n, c := range of.Choices {
		out.Joins = append(out.Joins, Value{n, category(lang, p.Variables, of.ID, c.Code), options(texts.Say(lang, "weigh.map.itself", nil), p.Import.Join[k][c.Code], c.Code)})
	}
	return out
}

// mapped reads the form.
func (p *MarginPage) mapped(c *fiber.Ctx) survey.Mapping {
	n := len(p.Import.Header)
	m := survey.Mapping{Columns: make([]string, n), Values: make([]map[string]string, n), Join: make([]map[string]string, n)}
	for k, column := range p.Columns {
		m.Columns[k] = c.FormValue("column_" + strconv.Itoa(k))
		m.Values[k], m.Join[k] = map[string]string{}, map[string]string{}
		for _, v := range column.Values {
			m.Values[k][v.Text] = c.FormValue("value_" + strconv.Itoa(k) + "_" + strconv.Itoa(v.Number))
		}
		at := slices.IndexFunc(p.Variables, func(v survey.Variable) bool { return v.ID == p.Import.Columns[k] })
		for _, v := range column.Joins {
			if to := c.FormValue("join_" + strconv.Itoa(k) + "_" + strconv.Itoa(v.Number)); to != "" {
				m.Join[k][p.Variables[at].Choices[v.Number].Code] = to
			}
		}
	}
	return m
}

// preview lists the cells of the margin with the answers in them.
func (p *MarginPage) preview(lang view.Lang) {
	all := int64(0)
	for _, c := range p.Margin.Cells {
		all += c.Parts
	}
	for k, c := range p.Margin.Cells {
		names := make([]string, len(c.Codes))
		for v, code := range c.Codes {
			names[v] = joinedName(lang, p.Variables, p.Margin, v, code)
		}
		row := PreviewRow{Category: strings.Join(names, " × "), Share: share(tabulate.Number(c.Parts) / tabulate.Number(all))}
		if k < len(p.Counts) {
			row.N, row.Empty = p.Counts[k], (p.Counts[k] == 0) != (c.Parts == 0)
			row.Answered = share(tabulate.Number(p.Counts[k]) / tabulate.Number(p.Answers))
		}
		p.Cells = append(p.Cells, row)
	}
}
