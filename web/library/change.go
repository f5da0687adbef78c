package library

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"minyi/survey/questionnaire"
)

func scaleNames(f *questionnaire.Form) []string { return slices.Sorted(maps.Keys(f.Scales)) }

// number reads a whole number; what is none is -1, which no check takes.
func number(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

// optional is number where nothing typed is 0.
func optional(text string) int {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	return number(text)
}

// section returns the section of that name.
func section(name string) (questionnaire.Section, bool) {
	for s := questionnaire.Consent; s <= questionnaire.Open; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// add puts a new question at the end of a section and returns its id. What it
// must have to be answered at all stands in it already; its words are missing.
func add(f *questionnaire.Form, to string) string {
	s, _ := section(to)
	letters := map[questionnaire.Section]string{
		questionnaire.Screening: "s", questionnaire.Background: "b", questionnaire.Integrity: "i", questionnaire.Open: "o",
	}
	letter := letters[s]
	if letter == "" {
		letter = "q"
	}
	it := questionnaire.Item{ID: f.Fresh(letter), Type: questionnaire.Single, Required: s != questionnaire.Open}
	it.Options = []questionnaire.Option{{Code: "1"}, {Code: "2"}}
	switch names := scaleNames(f); {
	case s == questionnaire.Open:
		it.Type, it.Options, it.MaxChars = questionnaire.Words, nil, usualChars
	case s == questionnaire.Items && len(names) > 0:
		it.Type, it.Options, it.Scale, it.Scored = questionnaire.ScaleOf, nil, names[0], true
	}
	f.Add(s, it)
	return it.ID
}

// usualChars is how long a new free text may be, in characters.
const usualChars = 200

// addScale puts a new scale of five points into the paper and returns its name.
func addScale(f *questionnaire.Form) string {
	name := "scale"
	for n := 1; ; n++ {
		name = "scale" + strconv.Itoa(n)
		if _, taken := f.Scales[name]; !taken {
			break
		}
	}
	if f.Scales == nil {
		f.Scales = map[string]questionnaire.Scale{}
	}
	s := questionnaire.Scale{ValidCodes: []int{1, 2, 3, 4, 5}, SatisfiedCodes: []int{4, 5}}
	for code := 5; code > 0; code-- {
		s.Points = append(s.Points, questionnaire.Point{Code: code})
	}
	f.Scales[name] = s
	return name
}

// types are the types of question that can be chosen.
func types() []questionnaire.Type {
	return []questionnaire.Type{
		questionnaire.Single, questionnaire.Multiple, questionnaire.ScaleOf, questionnaire.Number, questionnaire.Date,
		questionnaire.Words, questionnaire.Rank, questionnaire.Grid, questionnaire.Area,
	}
}

// fit gives a question what its new type cannot do without, and takes what the
// type says nothing about; options are kept, as they may be wanted again.
func fit(it *questionnaire.Item, f *questionnaire.Form) {
	t := it.Type
	if t != questionnaire.Number && t != questionnaire.Date {
		it.Min, it.Max = "", ""
	} else { // no option of a typed question is an answer
		it.Options = slices.DeleteFunc(it.Options, func(o questionnaire.Option) bool { return o.Reason == "" })
	}
	if t != questionnaire.Number {
		it.Decimals, it.Unit = 0, questionnaire.Text{}
	}
	if t != questionnaire.Rank {
		it.Places = 0
	}
	if t != questionnaire.Words {
		it.Appearance = ""
	}
	it.Scored = it.Scored && (t == questionnaire.ScaleOf || t == questionnaire.Grid)
	supply(it, f)
}

// supply gives a question what its type needs and it has not got.
func supply(it *questionnaire.Item, f *questionnaire.Form) {
	switch it.Type {
	case questionnaire.Rank:
		it.Places = max(it.Places, 1)
	case questionnaire.Words:
		if it.MaxChars == 0 {
			it.MaxChars = usualChars
		}
	case questionnaire.ScaleOf:
		if names := scaleNames(f); it.Scale == "" && len(names) > 0 {
			it.Scale = names[0]
		}
	case questionnaire.Grid:
		if len(it.Rows) == 0 {
			it.Rows = []questionnaire.Row{{ID: f.Fresh("r")}}
		}
	case questionnaire.Area:
		it.Role = questionnaire.RoleArea
	default:
	}
}
