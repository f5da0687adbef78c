// Package xlsform reads and writes questionnaires as XLSForm (xlsform.org), the
// workbook with the sheets survey, choices and settings that ODK, Kobo and others
// know. What XLSForm cannot say stands in columns of our own, minyi_…, and in the
// sheets scales and placeholders, which other programs pass over; with them a
// questionnaire comes back as it was. Of XLSForm's expressions it takes the part
// that the questionnaire's rules know, of its constraints bounds and lengths. It
// does not check the paper: that is Parse's business.
package xlsform

import (
	"strconv"
	"strings"

	"minyi/indicators/fault"
)

// The sheets.
const (
	sheetSurvey   = "survey"
	sheetChoices  = "choices"
	sheetSettings = "settings"
	sheetScales   = "scales"
	sheetHolders  = "placeholders"
)

// The columns of both languages.
const (
	labelZh = "label::中文 (zh)"
	labelEn = "label::English (en)"
)

// Left is something that was left out without harm: sheet, row from 1, what stood
// there, and the code of the sentence about it.
type Left struct {
	Sheet string
	Row   int
	Text  string
	Code  string
}

// cells is one row of a sheet by the names of its columns.
type cells struct {
	sheet  string
	row    int // from 1
	values map[string]string
}

func (c cells) get(column string) string { return c.values[column] }

func (c cells) yes(column string) bool {
	switch strings.ToLower(c.values[column]) {
	case "yes", "true", "1", "true()", "是":
		return true
	}
	return false
}

// refuse is a refusal that names sheet, row and what stands there.
func (c cells) refuse(code, value string) *fault.Refusal {
	const most = 80
	if short := []rune(value); len(short) > most {
		value = string(short[:most]) + "…"
	}
	return fault.New(fault.Invalid, code, "sheet", c.sheet, "row", strconv.Itoa(c.row), "value", value).At("file")
}

// table makes rows by column from the rows of a sheet; the first names the
// columns. Empty rows are passed over.
func table(sheet string, rows [][]string) []cells {
	if len(rows) == 0 {
		return nil
	}
	heads := make([]string, len(rows[0]))
	for i, h := range rows[0] {
		heads[i] = column(h)
	}
	var out []cells
	for n, row := range rows[1:] {
		c := cells{sheet: sheet, row: n + 2, values: map[string]string{}}
		for i, v := range row {
			if v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n")); v != "" && i < len(heads) && heads[i] != "" {
				c.values[heads[i]] = v
			}
		}
		if len(c.values) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// column gives the columns of labels one name a language: label::中文 (zh),
// label::Chinese, label:zh and so on.
func column(head string) string {
	head = strings.TrimSpace(head)
	lower := strings.ToLower(head)
	if lower == "list name" {
		return "list_name"
	}
	name, lang, translated := strings.Cut(lower, ":")
	if strings.TrimSpace(name) != "label" {
		return lower
	}
	switch {
	case !translated:
		return "label"
	case strings.Contains(lang, "zh") || strings.Contains(lang, "中文") || strings.Contains(lang, "chinese") || strings.Contains(lang, "汉语"):
		return labelZh
	case strings.Contains(lang, "en"):
		return labelEn
	}
	return lower
}
