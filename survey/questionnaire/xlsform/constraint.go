package xlsform

import (
	"strconv"
	"strings"

	"minyi/survey/questionnaire"
)

// Bounds of what may be typed where a workbook names none.
const (
	usualChars = 200
	usualMin   = "0"
	usualMax   = "1000000"
	usualFirst = "1900-01-01"
	usualLast  = "2100-12-31"
)

// bounds reads the constraint of a row: bounds of a number or a date, the length of
// a text. Any other is refused, since nobody would see that it does not hold.
func (r *reader) bounds(it *questionnaire.Item, c cells) {
	switch it.Type {
	case questionnaire.Number:
		it.Min, it.Max, it.Decimals = usualMin, usualMax, whole(c.get("minyi_decimals"))
		it.Unit = questionnaire.Text{Zh: c.get("minyi_unit_zh"), En: c.get("minyi_unit_en")}
		if strings.HasPrefix(c.get("type"), "decimal") && it.Decimals == 0 {
			it.Decimals = 2
		}
	case questionnaire.Date:
		it.Min, it.Max = usualFirst, usualLast
	case questionnaire.Words:
		it.MaxChars = usualChars
		if strings.Contains(c.get("appearance"), "multiline") {
			it.Appearance = "multiline"
		}
	default:
		if c.get("constraint") != "" {
			r.found.Add(c.refuse("xlsform.constraint", c.get("constraint")))
		}
		return
	}
	for part := range strings.SplitSeq(c.get("constraint"), " and ") {
		if part = strings.TrimSpace(part); part != "" && !bound(it, part) {
			r.found.Add(c.refuse("xlsform.constraint", part))
		}
	}
}

// bound takes one comparison; false where it is none that is known.
func bound(it *questionnaire.Item, part string) bool {
	part = strings.ReplaceAll(part, " ", "")
	part = strings.TrimSuffix(strings.TrimPrefix(part, "("), ")")
	if it.Type == questionnaire.Words {
		return length(it, part)
	}
	for _, sign := range []string{">=", "<="} {
		value, ok := strings.CutPrefix(part, "."+sign)
		if !ok {
			continue
		}
		if it.Type == questionnaire.Date {
			value = strings.Trim(strings.TrimPrefix(value, "date("), `)'"`)
		} else if _, err := strconv.ParseFloat(value, 64); err != nil {
			return false
		}
		if sign == ">=" {
			it.Min = questionnaire.Bound(value)
		} else {
			it.Max = questionnaire.Bound(value)
		}
		return true
	}
	return false
}

func length(it *questionnaire.Item, part string) bool {
	for _, head := range []string{"string-length(.", "string-length("} {
		if rest, ok := strings.CutPrefix(part, head); ok {
			n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(rest, ")"), "<="))
			it.MaxChars = n
			return err == nil && n > 0
		}
	}
	return false
}
