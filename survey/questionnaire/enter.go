package questionnaire

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire/typed"
)

// filledIn drops empty fields: of what is typed and of a rank every field is
// sent, also those left blank.
func filledIn(values []string) []string {
	var out []string
	for _, s := range values {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	return out
}

// readEntered reads a rank or what was typed; one of the choices that are not
// substantive may stand in its place, but not beside it.
func (q Question) readEntered(values []string) ([]string, *fault.Refusal) {
	apart := 0
	for _, s := range values {
		if c, ok := q.Choice(s); ok && c.NonSubstantive {
			apart++
		}
	}
	switch {
	case apart > 0 && len(values) > 1:
		return nil, q.refuse("answer.exclusive")
	case apart > 0:
		return []string{values[0]}, nil
	case q.Type == Rank:
		return q.readRank(values)
	case len(values) > 1:
		return nil, q.refuse("answer.doubled")
	case q.Type == Number:
		return q.readNumber(values[0])
	case q.Type == Date:
		return q.readDate(values[0])
	}
	return q.readWords(values[0])
}

func (q Question) readRank(values []string) ([]string, *fault.Refusal) {
	chosen := map[string]bool{}
	for _, code := range values {
		switch {
		case q.choiceIndex(code) < 0:
			return nil, q.refuse("answer.unknown", "code", clip(code))
		case chosen[code]:
			return nil, q.refuse("answer.rank_twice")
		}
		chosen[code] = true
	}
	if len(values) != q.Places {
		return nil, q.refuse("answer.rank", "count", strconv.Itoa(q.Places), "given", strconv.Itoa(len(values)))
	}
	return append([]string(nil), values...), nil
}

func (q Question) readNumber(s string) ([]string, *fault.Refusal) {
	n, decimals, ok := typed.Number(s, q.Range.Unit.Zh, q.Range.Unit.En)
	switch {
	case !ok:
		return nil, q.refuse("answer.number", "min", q.Range.Min, "max", q.Range.Max)
	case n < q.Range.low || n > q.Range.high:
		return nil, q.refuse("answer.number_range", "min", q.Range.Min, "max", q.Range.Max)
	case n%q.Range.step != 0 && q.Range.Decimals == 0:
		return nil, q.refuse("answer.whole")
	case n%q.Range.step != 0:
		return nil, q.refuse("answer.decimals", "max", strconv.Itoa(q.Range.Decimals), "count", strconv.Itoa(decimals))
	}
	return []string{typed.FormatNumber(n)}, nil
}

func (q Question) readDate(s string) ([]string, *fault.Refusal) {
	days, ok := typed.Date(s)
	switch {
	case !ok:
		return nil, q.refuse("answer.date")
	case days < q.Range.low || days > q.Range.high:
		return nil, q.refuse("answer.date_range", "min", q.Range.Min, "max", q.Range.Max)
	}
	return []string{typed.FormatDate(days)}, nil
}

// readWords counts characters, with plain line ends; a text of one line takes
// white space in their place.
func (q Question) readWords(s string) ([]string, *fault.Refusal) {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
	if !q.Multiline {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	if n := utf8.RuneCountInString(s); n > q.MaxChars {
		return nil, q.refuse("answer.too_long", "max", strconv.Itoa(q.MaxChars), "count", strconv.Itoa(n))
	}
	if s == "" {
		return nil, nil
	}
	return []string{s}, nil
}
