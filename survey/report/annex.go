package report

import (
	"strings"

	"minyi/survey/questionnaire"
)

// annex is the questionnaire, every question and answer in full.
func (w *writer) annex() {
	w.next()
	w.heading(1, w.Words("report.annex"))
	w.say(w.Words("report.annex.text", "hash", w.Document.Questionnaire.Hash))
	w.heading(2, w.Paper.Title().In(w.Lang))
	w.lines(w.Paper.Intro().In(w.Lang))
	section := questionnaire.Section(0)
	for _, q := range w.Paper.Questions() {
		if q.Section != section {
			section = q.Section
			w.heading(2, w.Words("report.section."+section.String()))
		}
		w.asked(q)
	}
	w.lines(w.Paper.Closing().In(w.Lang))
}

func (w *writer) lines(text string) {
	for _, line := range strings.Split(text, "\n") {
		w.say(strings.TrimSpace(line))
	}
}

// asked is one question with its answers.
func (w *writer) asked(q questionnaire.Question) {
	w.heading(3, q.ID+"  "+q.Text.In(w.Lang))
	about := []string{w.Words("report.type." + string(q.Type))}
	if q.Required {
		about = append(about, w.Words("report.required"))
	}
	if q.Scored {
		about = append(about, w.Words("report.scored"))
	}
	w.say(strings.Join(about, " · "))
	answers := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		answers[i] = c.Text.In(w.Lang)
	}
	w.list(answers)
}
