package survey

import (
	"slices"
	"strconv"

	"minyi/indicators/scorebook"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// asked are the items behind the mark, in the words of the paper.
func asked(paper *questionnaire.Questionnaire, items []tabulate.ItemTable) []scorebook.Asked {
	var out []scorebook.Asked
	for _, item := range items {
		one := scorebook.Asked{Item: item.ID, Indicator: item.Indicator, N: item.Mean.N, Mark: meanOf(item.Answers)}
		if q, ok := paper.Question(item.ID); ok {
			one.Zh, one.En = q.Text.Zh, q.Text.En
		}
		out = append(out, one)
	}
	return out
}

// answers says how many gave which answer, and with which weight; an answer that
// fewer than least gave is told as few, and where that is one of an item's alone the
// next smallest with it, so that no difference tells it.
func answers(paper *questionnaire.Questionnaire, items []tabulate.ItemTable, least int) []scorebook.Answer {
	var out []scorebook.Answer
	for _, item := range items {
		few, question := fewOf(item.Answers, least), questionnaire.Question{}
		if q, ok := paper.Question(item.ID); ok {
			question = q
		}
		for n, a := range item.Answers {
			one := scorebook.Answer{Item: item.ID, Point: a.Point, Counts: a.Mark.Known(), Few: few[n]}
			if i := slices.IndexFunc(question.Choices, func(c questionnaire.Choice) bool { return c.Code == strconv.Itoa(a.Point) }); i >= 0 {
				one.Zh, one.En = question.Choices[i].Text.Zh, question.Choices[i].Text.En
			}
			if one.Counts {
				one.Mark = mark(a.Mark)
			}
			if !one.Few {
				one.N, one.Weight = a.N, hundredths(a.Weight)
			}
			out = append(out, one)
		}
	}
	return out
}

// fewOf marks the answers that may not be told one by one.
func fewOf(list []tabulate.Answer, least int) []bool {
	few, hidden := make([]bool, len(list)), 0
	for n, a := range list {
		if few[n] = a.N < least; few[n] {
			hidden++
		}
	}
	next := -1
	for n, a := range list {
		if hidden == 1 && !few[n] && (next < 0 || a.N < list[next].N) {
			next = n
		}
	}
	if next >= 0 {
		few[next] = true
	}
	return few
}
