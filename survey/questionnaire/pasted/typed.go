package pasted

import (
	"fmt"
	"slices"
	"strings"

	"minyi/survey/questionnaire"
)

// Bounds of what is typed where the text names none; they can be changed in the
// draft.
const (
	shortText = 200
	longText  = 1000
)

func (r *reader) words(it *questionnaire.Item, a *asked, long bool) {
	it.Type, it.MaxChars = questionnaire.Words, shortText
	if long {
		it.MaxChars, it.Appearance = longText, "multiline"
	}
	it.Text.Zh = strings.TrimSpace(strings.Trim(it.Text.Zh, "_＿ "))
	r.unused(a)
}

func (r *reader) typed(it *questionnaire.Item, a *asked) {
	it.Type, it.Min, it.Max = questionnaire.Number, "0", "1000000"
	if strings.Contains(a.mark, "日期") {
		it.Type, it.Min, it.Max = questionnaire.Date, "1900-01-01", "2100-12-31"
	}
	r.remark(a.line, a.text, "pasted.range")
	r.unused(a)
}

// unused names the lines below a question that takes no options.
func (r *reader) unused(a *asked) {
	for _, o := range a.lines {
		if strings.Trim(o.text, "_＿ ") != "" {
			r.remark(o.line, o.text, "pasted.stray")
		}
	}
	a.lines = nil
}

func (r *reader) rank(it *questionnaire.Item, a *asked) {
	r.choices(it, a, questionnaire.Rank)
	for _, o := range it.Options {
		if o.Reason == "" {
			it.Places++
		}
	}
}

// grid reads the heads of the columns from the first line or from 列：, and a row
// from each other line.
func (r *reader) grid(it *questionnaire.Item, a *asked) {
	it.Type = questionnaire.Grid
	if !strings.Contains(it.Text.Zh, "{row}") {
		it.Text.Zh += "：{row}"
	}
	heads, rows := columns(a.lines)
	if len(heads) < 2 {
		r.remark(a.line, a.text, "pasted.columnless")
		heads = nil
	}
	for i, row := range rows {
		text := cells(row.text)
		it.Rows = append(it.Rows, questionnaire.Row{
			ID: fmt.Sprintf("%s_%d", it.ID, i+1), Text: questionnaire.Text{Zh: text},
		})
	}
	a.lines = nil
	switch {
	case len(heads) == 0:
		it.Scale, it.Scored = r.scaleOf(usual()), true
	case strings.Contains(a.mark, "量表") || degrees(heads):
		it.Scale, it.Scored = r.scaleOf(scaleFrom(heads)), true
	default:
		r.choices(it, &asked{lines: heads}, questionnaire.Grid)
	}
}

// columns parts the lines of a grid: the heads stand beside each other on the
// first line, or behind 列：; rows may stand behind 行：.
func columns(lines []option) (heads, rows []option) {
	for i, o := range lines {
		for _, sign := range []string{"：", ":"} {
			if rest, ok := strings.CutPrefix(o.text, "列"+sign); ok {
				heads = append(heads, fields(o, rest)...)
			} else if rest, ok := strings.CutPrefix(o.text, "行"+sign); ok {
				rows = append(rows, fields(o, rest)...)
			} else {
				continue
			}
			lines[i].text = ""
		}
	}
	for _, o := range lines {
		switch several := fields(o, o.text); {
		case o.text == "":
		case len(heads) == 0 && len(several) > 1 && len(rows) == 0:
			heads = several
		default:
			rows = append(rows, o)
		}
	}
	return heads, rows
}

func fields(o option, text string) []option {
	var out []option
	for _, w := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" 　|｜、，,;；", c) }) {
		out = append(out, option{line: o.line, text: w})
	}
	return out
}

// cells takes the empty cells from a row.
func cells(text string) string {
	return strings.TrimSpace(strings.TrimRight(text, "○●□◯☐ _＿|｜"))
}

// Codes lists every code that a remark may have, for those who word them.
func Codes() []string {
	out := []string{
		"pasted.heading", "pasted.stray", "pasted.jump", "pasted.wordless", "pasted.markless", "pasted.mark",
		"pasted.optionless", "pasted.blank", "pasted.pointless", "pasted.range", "pasted.columnless",
	}
	slices.Sort(out)
	return out
}
