package respond

import (
	"slices"
	"strconv"
	"strings"

	"minyi/survey/questionnaire"
)

// How a question is answered on the page: by ticking, or as the type says.
const (
	ticking = "choices"
	area    = "words" // a free text of several lines
	line    = "line"
	ranking = "rank"
)

// asked is one question as a page shows it.
type asked struct {
	ID        string
	Kind      string
	Text      string
	Alone     bool // it is the page's heading
	Required  bool
	Sometimes bool // it applies to some only, by their answers
	Multiple  bool
	Typed     string
	Hint      hint
	Problem   string
	Choices   []ticked // to tick; of what is typed or ranked, those that say why there is no answer
	Places    []rung
}

// hint says what may be typed; Key is its text key.
type hint struct{ Key, Max, Min, Unit string }

// ticked is one choice and whether it is chosen.
type ticked struct {
	Code, Text string
	On         bool
}

// rung is one place of a rank and the choices that may stand there.
type rung struct {
	Number  string
	Choices []ticked
}

// ask makes one question ready to be shown, with what was typed.
func (v *visit) ask(one questionnaire.Question, problems []problem) asked {
	lang := string(v.lang)
	given := v.answers[one.ID]
	a := asked{
		ID: one.ID, Kind: kind(one), Text: one.Text.In(lang), Required: one.Required,
		Multiple: one.Type == questionnaire.Multiple, Hint: told(one, lang),
	}
	for _, p := range problems {
		if p.ID == one.ID {
			a.Problem = p.Text
		}
	}
	if a.Kind == ranking {
		a.Places = rungs(one, given, lang)
	}
	for _, value := range given {
		if _, chosen := one.Choice(value); one.Typed() && !chosen && a.Typed == "" {
			a.Typed = strings.ToValidUTF8(value, "\uFFFD")
		}
	}
	for _, c := range one.Choices {
		if a.Kind == ticking || c.NonSubstantive {
			a.Choices = append(a.Choices, ticked{c.Code, c.Text.In(lang), slices.Contains(given, c.Code)})
		}
	}
	return a
}

func kind(one questionnaire.Question) string {
	switch {
	case one.Type == questionnaire.Rank:
		return ranking
	case one.Type == questionnaire.Words && one.Multiline:
		return area
	case one.Typed():
		return line
	}
	return ticking
}

// told is the hint beside a field that is typed into.
func told(one questionnaire.Question, lang string) hint {
	switch {
	case one.Type == questionnaire.Words:
		return hint{Key: "respond.max", Max: strconv.Itoa(one.MaxChars)}
	case one.Range == nil:
		return hint{}
	case one.Type == questionnaire.Date:
		return hint{Key: "respond.date.hint", Min: one.Range.Min, Max: one.Range.Max}
	case one.Range.Unit.In(lang) != "":
		return hint{Key: "respond.number.unit", Min: one.Range.Min, Max: one.Range.Max, Unit: one.Range.Unit.In(lang)}
	}
	return hint{Key: "respond.number", Min: one.Range.Min, Max: one.Range.Max}
}

// rungs lists the places of a rank, each with what was chosen for it.
func rungs(one questionnaire.Question, given []string, lang string) []rung {
	out := make([]rung, one.Places)
	for i := range out {
		out[i].Number = strconv.Itoa(i + 1)
		for _, c := range one.Choices {
			if !c.NonSubstantive {
				out[i].Choices = append(out[i].Choices, ticked{c.Code, c.Text.In(lang), i < len(given) && given[i] == c.Code})
			}
		}
	}
	return out
}

// words writes an answer as it was read; empty when there is none.
func (a asked) words() string {
	var out []string
	for _, place := range a.Places {
		for _, c := range place.Choices {
			if c.On {
				out = append(out, place.Number+". "+c.Text)
			}
		}
	}
	if a.Typed != "" {
		out = append(out, a.Typed)
	}
	for _, c := range a.Choices {
		if c.On {
			out = append(out, c.Text)
		}
	}
	return strings.Join(out, " · ")
}
