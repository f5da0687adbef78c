package ranking

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/view"
)

// MadePage shows what one total was made of, down to the sheets' headings and to how
// many residents gave which answer with which weight.
type MadePage struct {
	view.Frame
	X       *naming.Made
	Round   *roster.Round
	Name    string
	Field   string // text key of the single project's field
	Level   []string
	Missing []scorebook.Instrument
	Scaled  bool // some part has goalposts of its own
	Dossier string
	Sheets  SheetTable
	Survey  SurveyTable
}

// SheetTable is what each sheet that counts reached, heading by heading.
type SheetTable struct {
	Totals         []indicators.Mark
	Rows           []SheetRow
	Bonus, Penalty []indicators.Mark
}

// SheetRow is a heading by sheet.
type SheetRow struct {
	Level string
	Cells []indicators.LevelScore
}

// SurveyTable is what a survey's mark was made of.
type SurveyTable struct {
	ID    string
	N     int
	Items []ItemRow
}

// ItemRow is an item of the survey with its answers.
type ItemRow struct {
	scorebook.Asked
	Text    string
	Answers []AnswerRow
}

// AnswerRow is an answer with its words.
type AnswerRow struct {
	scorebook.Answer
	Text string
}

// Made shows one row of the newest ranking, or of that of the query's snapshot.
func (d *Door) Made(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	target := naming.Target{Unit: roster.UnitCode(c.Params("unit")), Track: roster.Track(c.Params("track"))}
	x, err := d.Naming.Made(c.UserContext(), actor(c), r.Year, c.Query("snapshot"), target)
	if err != nil {
		return err
	}
	page := &MadePage{
		X: x, Round: r, Name: d.name(c, target.Unit), Level: d.names(c, x.Sure.Level), Missing: x.Row.Missing(),
		Dossier: strconv.Itoa(r.Year) + "-" + string(target.Unit) + "-" + string(target.Track),
	}
	if x.Row.Project.Field != "" {
		page.Field = "field." + string(x.Row.Project.Field)
	}
	for _, p := range x.Parts {
		page.Scaled = page.Scaled || !p.Goal.Plain()
		switch p.Instrument {
		case scorebook.Evaluation:
			page.Sheets = sheets(p.Sheets)
		case scorebook.Survey:
			page.Survey = surveyed(view.LangOf(c), p.Behind)
		case scorebook.SelfAssessment, scorebook.Verification, scorebook.Deputies:
		}
	}
	return d.pages.Render(c, "made", page)
}

func sheets(of []scorebook.Basis) (t SheetTable) {
	for n, b := range of {
		t.Totals, t.Bonus, t.Penalty = append(t.Totals, b.Total), append(t.Bonus, b.Reached.Bonus), append(t.Penalty, b.Reached.Penalty)
		for _, l := range b.Reached.Levels {
			t.put(n, l)
		}
	}
	for n := range t.Rows {
		t.Rows[n].Cells = append(t.Rows[n].Cells, make([]indicators.LevelScore, len(of)-len(t.Rows[n].Cells))...)
	}
	return t
}

// put writes what sheet n reached of a heading; a heading that a sheet left out is
// empty there.
func (t *SheetTable) put(n int, l indicators.LevelScore) {
	at := -1
	for k := range t.Rows {
		if t.Rows[k].Level == l.Level {
			at = k
		}
	}
	if at < 0 {
		at, t.Rows = len(t.Rows), append(t.Rows, SheetRow{Level: l.Level})
	}
	row := &t.Rows[at]
	for len(row.Cells) < n {
		row.Cells = append(row.Cells, indicators.LevelScore{})
	}
	row.Cells = append(row.Cells, l)
}

func surveyed(lang view.Lang, b scorebook.Behind) SurveyTable {
	t := SurveyTable{ID: b.Survey, N: b.N}
	for _, asked := range b.Asked {
		row := ItemRow{Asked: asked, Text: said(lang, asked.Zh, asked.En)}
		for _, a := range b.Of(asked.Item) {
			text := said(lang, a.Zh, a.En)
			if text == "" {
				text = strconv.Itoa(a.Point)
			}
			row.Answers = append(row.Answers, AnswerRow{a, text})
		}
		t.Items = append(t.Items, row)
	}
	return t
}

func said(lang view.Lang, zh, en string) string {
	if lang == view.Chinese || en == "" {
		return zh
	}
	return en
}
