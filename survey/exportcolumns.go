package survey

import (
	"strconv"

	"minyi/survey/export"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// exportColumn is a variable with the way to its value.
type exportColumn struct {
	export.Variable
	cell func(*answer) export.Cell
}

// Codes that stand for what is no answer, beside those of the paper.
const (
	skippedNumber = -1 // asked and not answered
	skippedCode   = "skipped"
)

func number(n int) string { return strconv.Itoa(n) }

func text(s string) export.Cell { return export.Cell{Text: s, Empty: s == ""} }

func amount(v float64, known bool) export.Cell { return export.Cell{Number: v, Empty: !known} }

// columns are the variables of the export: the design, then the questions in the
// order of the paper; names has that of each question.
func (x *exporting) columns() (out []exportColumn, names map[string]string) {
	taken, names := &export.Names{}, map[string]string{}
	for _, c := range x.designColumns() {
		c.Name = taken.Name(c.Name)
		out = append(out, c)
	}
	for _, q := range x.live.paper.Questions() {
		if q.Section == questionnaire.Consent || q.Type == questionnaire.Words {
			continue
		}
		for i, c := range x.questionColumns(q) {
			c.Name = taken.Name(c.Name)
			if i == 0 {
				names[q.ID] = c.Name
			}
			c.Question = export.Name(q.Text)
			out = append(out, c)
		}
	}
	return out, names
}

// designColumns are the facts of the design; the script reads them by name.
func (x *exporting) designColumns() []exportColumn {
	plain := func(name string, kind export.Kind, cell func(*answer) export.Cell) exportColumn {
		level := export.Nominal
		if kind == export.Numeric {
			level = export.Scale
		}
		return exportColumn{export.Variable{Name: name, Label: x.say("var." + name), Kind: kind, Level: level, Decimals: 4 * int(level/export.Scale)}, cell}
	}
	out := []exportColumn{
		x.channel(), x.mode(), x.disposition(),
		plain("stratum", export.Text, func(a *answer) export.Cell { return text(a.batch.Stratum) }),
		plain("psu", export.Text, func(a *answer) export.Cell { return text(a.psu) }),
		plain("place", export.Text, func(a *answer) export.Cell { return text(a.batch.Place) }),
		plain("weight_design", export.Numeric, func(a *answer) export.Cell { return amount(a.design, a.design > 0 && a.final > 0) }),
		plain("weight_final", export.Numeric, func(a *answer) export.Cell { return amount(a.final, a.final > 0) }),
	}
	for k, name := range margins() {
		known := x.categories(name)
		out = append(out, plain(marginColumn(name), export.Text, func(a *answer) export.Cell {
			category := []string{a.person.Sex, a.person.Residence, a.person.Age}[k]
			if !known[category] {
				category = ""
			}
			return text(category)
		}))
	}
	out = append(out, x.planColumns()...)
	return append(out, x.marks()...)
}

// marks are the two variables of who does not count, or may not.
func (x *exporting) marks() []exportColumn {
	mark := func(name string, cell func(*answer) export.Cell) exportColumn {
		v := export.Variable{Name: name, Label: x.say("var." + name), Kind: export.Numeric}
		v.Labels = []export.Label{{Number: 0, Text: x.say("value.no")}, {Number: 1, Text: x.say("value.yes")}}
		return exportColumn{v, cell}
	}
	flag := func(on bool) float64 {
		if on {
			return 1
		}
		return 0
	}
	return []exportColumn{
		mark("insider", func(a *answer) export.Cell { return amount(flag(a.person.Insider), a.sheet.Disposition.InScope()) }),
		mark("excluded", func(a *answer) export.Cell { return amount(flag(a.excluded), true) }),
	}
}

// categories are those of a published margin of the unit's area.
func (x *exporting) categories(variable string) map[string]bool {
	out := map[string]bool{}
	for _, m := range frame.Margins(string(x.live.survey.Unit)) {
		if m.Variable == variable {
			for _, c := range m.Cells {
				out[c.Category] = true
			}
		}
	}
	return out
}

func marginColumn(variable string) string { return "margin_" + variable }

func (x *exporting) channel() exportColumn {
	v := export.Variable{Name: "channel", Label: x.say("var.channel"), Kind: export.Text}
	for _, c := range []Channel{Sampled, Poster} {
		v.Labels = append(v.Labels, export.Label{Code: string(c), Text: x.say("value." + string(c))})
	}
	return exportColumn{v, func(a *answer) export.Cell {
		if a.batch.Kind == invite.Poster {
			return text(string(Poster))
		}
		return text(string(Sampled))
	}}
}

func (x *exporting) disposition() exportColumn {
	v := export.Variable{Name: "disposition", Label: x.say("var.disposition")}
	for d := questionnaire.Complete; d <= questionnaire.Refused; d++ {
		v.Labels = append(v.Labels, export.Label{Number: float64(d), Text: x.say("value." + d.String())})
	}
	return exportColumn{v, func(a *answer) export.Cell { return amount(float64(a.sheet.Disposition), true) }}
}

// questionColumns are the variables of one question.
func (x *exporting) questionColumns(q questionnaire.Question) []exportColumn {
	switch q.Type {
	case questionnaire.Multiple:
		return x.several(q)
	case questionnaire.Number, questionnaire.Date:
		return x.entered(q)
	case questionnaire.Rank:
		return x.ranked(q)
	default:
		return []exportColumn{x.chosen(q, q.ID, 0)}
	}
}

// chosen is a choice: the nth code of the answer. Codes that are whole numbers are
// numbers, others texts. A skipped question is user-missing, one that was not asked
// has no value.
func (x *exporting) chosen(q questionnaire.Question, name string, nth int) exportColumn {
	paper := x.live.paper
	v := export.Variable{Name: name, Label: export.Name(q.Text), Kind: export.Numeric}
	if q.Type == questionnaire.ScaleOf {
		v.Level = export.Ordinal
	}
	for _, c := range q.Choices {
		if _, err := strconv.ParseInt(c.Code, 10, 32); err != nil || c.Code != number(atoi(c.Code)) {
			v.Kind = export.Text
		}
	}
	for _, c := range q.Choices {
		v.Labels = append(v.Labels, export.Label{Number: float64(atoi(c.Code)), Code: c.Code, Text: export.Name(c.Text), Missing: c.NonSubstantive})
	}
	v.Labels = append(v.Labels, export.Label{Number: skippedNumber, Code: skippedCode, Text: x.say("value.skipped"), Missing: true})
	return exportColumn{v, func(a *answer) export.Cell {
		switch codes := paper.Codes(a.sheet, q.ID); {
		case paper.Standing(a.sheet, q.ID) == questionnaire.NotAsked:
			return export.Cell{Empty: true}
		case len(codes) == 0:
			return export.Cell{Number: skippedNumber, Text: skippedCode}
		case nth < len(codes):
			return export.Cell{Number: float64(atoi(codes[nth])), Text: codes[nth]}
		}
		return export.Cell{Empty: true}
	}}
}

func atoi(code string) int {
	n, err := strconv.Atoi(code)
	if err != nil {
		return 0
	}
	return n
}

// ranked has a variable a place.
func (x *exporting) ranked(q questionnaire.Question) []exportColumn {
	out := make([]exportColumn, q.Places)
	for i := range out {
		out[i] = x.chosen(q, q.ID+"_"+number(i+1), i)
	}
	return out
}

// reasons are the numbers that stand for an answer which is not substantive, where
// the paper's own code cannot.
func reasons() map[questionnaire.Reason]float64 {
	return map[questionnaire.Reason]float64{questionnaire.NotApplicable: 97, questionnaire.DontKnow: 98, questionnaire.NoAnswer: 99}
}

// several has a variable a substantive option: chosen or not.
func (x *exporting) several(q questionnaire.Question) (out []exportColumn) {
	paper := x.live.paper
	labels := []export.Label{
		{Number: 0, Text: x.say("value.no")},
		{Number: 1, Text: x.say("value.yes")},
		{Number: skippedNumber, Text: x.say("value.skipped"), Missing: true},
	}
	for _, c := range q.Choices {
		if c.NonSubstantive {
			labels = append(labels, export.Label{Number: reasons()[c.Reason], Text: export.Name(c.Text), Missing: true})
		}
	}
	for _, c := range q.Choices {
		if c.NonSubstantive {
			continue
		}
		v := export.Variable{
			Name: q.ID + "_" + c.Code, Labels: labels,
			Label: export.Name{Zh: c.Text.Zh + " — " + q.Text.Zh, En: c.Text.En + " — " + q.Text.En},
		}
		out = append(out, exportColumn{v, func(a *answer) export.Cell {
			switch paper.Standing(a.sheet, q.ID) {
			case questionnaire.NotAsked:
				return export.Cell{Empty: true}
			case questionnaire.Skipped:
				return amount(skippedNumber, true)
			case questionnaire.Apart:
				return amount(reasons()[paper.Reason(a.sheet, q.ID)], true)
			case questionnaire.Substantive:
			}
			for _, code := range paper.Codes(a.sheet, q.ID) {
				if code == c.Code {
					return amount(1, true)
				}
			}
			return amount(0, true)
		}})
	}
	return out
}

// entered is a number or a date, with why there is none in a variable of its own.
func (x *exporting) entered(q questionnaire.Question) []exportColumn {
	const million, secondsADay = 1e6, 24 * 60 * 60
	paper := x.live.paper
	v := export.Variable{Name: q.ID, Label: export.Name(q.Text), Level: export.Scale, Decimals: q.Range.Decimals}
	value := func(a *answer) export.Cell {
		n, ok := paper.Amount(a.sheet, q.ID)
		return amount(float64(n)/million, ok)
	}
	if q.Type == questionnaire.Date {
		v.Kind, v.Decimals = export.Date, 0
		value = func(a *answer) export.Cell {
			day, ok := paper.Day(a.sheet, q.ID)
			return amount(float64(day.Unix()/secondsADay), ok)
		}
	}
	why := x.chosen(q, q.ID+"_reason", 0)
	why.Kind, why.Level = export.Text, export.Nominal
	why.Label = export.Name{Zh: x.say("var.reason").Zh + " — " + q.Text.Zh, En: x.say("var.reason").En + " — " + q.Text.En}
	given := why.cell
	why.cell = func(a *answer) export.Cell {
		if paper.Standing(a.sheet, q.ID) == questionnaire.Substantive {
			return export.Cell{Empty: true}
		}
		return given(a)
	}
	return []exportColumn{{v, value}, why}
}
