package library

import (
	"slices"
	"strconv"
	"strings"

	"minyi/survey/questionnaire"
)

// pressed is the button of a form: what it does, to which list, at which place.
func (t typedQuestion) pressed() (what, list string, n int) {
	parts := strings.Split(t.value("do"), ":")
	if len(parts) == 3 {
		return parts[0], parts[1], number(parts[2])
	}
	return parts[0], "", -1
}

// press does what the button says to the options or rows of a question.
func (t typedQuestion) press(it *questionnaire.Item, f *questionnaire.Form) {
	what, list, n := t.pressed()
	switch {
	case what == "option" && it.Type == questionnaire.Area:
		it.ExtraOptions = append(it.ExtraOptions, questionnaire.Option{Code: freeCode(it.ExtraOptions)})
	case what == "option":
		it.Options = append(it.Options, questionnaire.Option{Code: freeCode(it.Options)})
	case what == "row":
		it.Rows = append(it.Rows, questionnaire.Row{ID: f.Fresh("r")})
	case list == "row":
		it.Rows = pressList(it.Rows, what, n)
	case list == "option" && it.Type == questionnaire.Area:
		it.ExtraOptions = pressList(it.ExtraOptions, what, n)
	case list == "option":
		it.Options = pressList(it.Options, what, n)
	}
}

// pressList moves or removes one element.
func pressList[T any](list []T, what string, n int) []T {
	if n < 0 || n >= len(list) {
		return list
	}
	switch what {
	case "up":
		questionnaire.Shift(list, n, -1)
	case "down":
		questionnaire.Shift(list, n, 1)
	case "remove":
		return slices.Delete(list, n, n+1)
	}
	return list
}

// freeCode is the first number that no option has as its code.
func freeCode(options []questionnaire.Option) string {
	for n := 1; ; n++ {
		code := strconv.Itoa(n)
		if !slices.ContainsFunc(options, func(o questionnaire.Option) bool { return o.Code == code }) {
			return code
		}
	}
}

// spot is the place of the page to come back to after the button.
func (t typedQuestion) spot() string {
	what, list, _ := t.pressed()
	switch {
	case what == "option" || list == "option":
		return "options"
	case what == "row" || list == "row":
		return "rows"
	}
	return "question"
}

// place moves a question to the section that was chosen; consent and the open
// question stay where they are.
func (t typedQuestion) place(f *questionnaire.Form, id string, s questionnaire.Section) {
	to, ok := section(t.value("section"))
	if !ok || to == s || !slices.Contains(questionnaire.Sections(), to) || !slices.Contains(questionnaire.Sections(), s) {
		return
	}
	it, _ := f.Find(id)
	if it == nil {
		return
	}
	moved := *it
	f.Remove(id)
	f.Add(to, moved)
}
