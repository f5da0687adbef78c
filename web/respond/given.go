package respond

import (
	"slices"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey"
)

// The hidden field _given carries the answers of the other pages as short as they
// can be read and checked: the beginning of the paper's hash, then for each
// question, in the order of the paper, ";" and what was answered, several values
// with "," between them. "~0", "~1" and "~2" stand for "~", ";" and "," inside a
// value. 21 answers take 80 bytes, where a field for each takes 800, and this part
// of a page is not compressed (splice.go).
//
// A form may name its answers in fields of their own as well, or instead: the page
// with all questions does, and so do pages from before. What is named counts, not
// what _given says of the same question.
const (
	betweenQuestions = ';'
	betweenValues    = ','
	givenPaper       = 6 // letters of the paper's hash
)

// given writes the answers but for those to one question.
func (v *visit) given(except string) string {
	out := append(make([]byte, 0, 128), paperMark(v.form)...)
	end := 0 // behind the last answer
	for _, one := range v.form.Questionnaire.Questions() {
		out = append(out, betweenQuestions)
		if one.ID == except {
			continue
		}
		for i, value := range v.answers[one.ID] {
			if i > 0 {
				out = append(out, betweenValues)
			}
			out = appendValue(out, value)
		}
		if out[len(out)-1] != betweenQuestions {
			end = len(out)
		}
	}
	return string(out[:end])
}

func paperMark(form *survey.Form) string { return form.Version[:min(givenPaper, len(form.Version))] }

func appendValue(out []byte, value string) []byte {
	for i := range len(value) {
		switch c := value[i]; c {
		case '~':
			out = append(out, "~0"...)
		case betweenQuestions:
			out = append(out, "~1"...)
		case betweenValues:
			out = append(out, "~2"...)
		default:
			out = append(out, c)
		}
	}
	return out
}

// unfold adds the answers of the other pages to those that the form names. It
// refuses with sheet.hidden what no page of this paper carries.
func (v *visit) unfold() error {
	if v.givenText == "" {
		return nil
	}
	broken := fault.New(fault.Invalid, "sheet.hidden")
	questions := v.form.Questionnaire.Questions()
	parts := strings.SplitN(v.givenText, string(betweenQuestions), len(questions)+2)
	if parts[0] != paperMark(v.form) || len(parts) > len(questions)+1 ||
		strings.Count(v.givenText, string(betweenValues)) > maxFields {
		return broken
	}
	for i, part := range parts[1:] {
		id := questions[i].ID
		if _, named := v.answers[id]; named || part == "" {
			continue
		}
		values := strings.Split(part, string(betweenValues))
		for k := range values {
			var sound bool
			if values[k], sound = readValue(values[k]); !sound {
				return broken
			}
		}
		v.answers[id] = slices.Clip(values)
	}
	return nil
}

func readValue(text string) (string, bool) {
	if strings.IndexByte(text, '~') < 0 {
		return text, true
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '~' {
			out = append(out, text[i])
			continue
		}
		const meant = "~" + string(betweenQuestions) + string(betweenValues)
		i++
		if i == len(text) || text[i] < '0' || int(text[i]-'0') >= len(meant) {
			return "", false
		}
		out = append(out, meant[text[i]-'0'])
	}
	return string(out), true
}
