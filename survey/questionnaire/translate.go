package questionnaire

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"minyi/indicators/fault"
)

func freshIn(taken map[string]bool, letter string) string {
	for n := 1; ; n++ {
		if id := fmt.Sprintf("%s%02d", letter, n); !taken[id] {
			return id
		}
	}
}

// Place is one text of a form with where it stands, for those who translate.
type Place struct {
	Question string // id, name of a scale, or empty for the paper itself
	Part     string // "title", "text", "unit", "option yes", "row r1", "point 5", "low", …
	Text     *Text  // to be read and changed in place
}

// Texts lists every text of the form in the order of the paper, scales last but
// for the closing words.
func (f *Form) Texts() []Place {
	out := []Place{{"", "title", &f.Title}, {"", "intro", &f.Intro}}
	out = append(out, f.Consent.texts()...)
	for _, s := range Sections() {
		list := *f.list(s)
		for i := range list {
			out = append(out, list[i].texts()...)
		}
	}
	if f.Open != nil {
		out = append(out, f.Open.texts()...)
	}
	return append(out, Place{"", "closing", &f.Closing})
}

// texts lists the texts of one question.
func (it *Item) texts() []Place {
	out := []Place{{it.ID, "text", &it.Text}}
	if it.Unit != (Text{}) {
		out = append(out, Place{it.ID, "unit", &it.Unit})
	}
	if it.Sensitive != "" || it.Why != (Text{}) {
		out = append(out, Place{it.ID, "why", &it.Why})
	}
	for i := range it.Rows {
		out = append(out, Place{it.ID, "row " + it.Rows[i].ID, &it.Rows[i].Text})
	}
	for _, options := range [][]Option{it.Options, it.ExtraOptions} {
		for i := range options {
			out = append(out, Place{it.ID, "option " + options[i].Code, &options[i].Text})
		}
	}
	return out
}

// ScaleTexts lists the texts of the points of the scales, by name. The words at
// the ends of a scale without points are not among them.
func (f *Form) ScaleTexts() []Place {
	var out []Place
	for _, name := range slices.Sorted(maps.Keys(f.Scales)) {
		s := f.Scales[name].clone()
		f.Scales[name] = s
		for _, list := range [][]Point{s.Points, s.NonSubstantive} {
			for i := range list {
				out = append(out, Place{name, "point " + strconv.Itoa(list[i].Code), &list[i].Text})
			}
		}
	}
	return out
}

func (s Scale) clone() Scale {
	s.Points, s.NonSubstantive = slices.Clone(s.Points), slices.Clone(s.NonSubstantive)
	return s
}

// Mended returns a copy that can be shown although it is not finished: texts that
// lack one language have that of the other, and what has none an ellipsis. With
// bare its rules are left out as well.
func (f *Form) Mended(bare bool) (*Form, error) {
	out, err := Read(f.JSON())
	if err != nil {
		return nil, err
	}
	for _, p := range append(out.Texts(), out.ScaleTexts()...) {
		*p.Text = p.Text.whole()
	}
	for name, s := range out.Scales {
		if s.From != s.To {
			s.Low, s.High = s.Low.whole(), s.High.whole()
			out.Scales[name] = s
		}
	}
	if !bare {
		return out, nil
	}
	for _, s := range append([]Section{Consent, Open}, Sections()...) {
		for _, one := range out.Part(s) {
			it, _ := out.Find(one.ID)
			it.unruled()
		}
	}
	return out, nil
}

// LeaveOut takes from the form the questions that findings of the checker name, by
// their own id, that of a row or their scale, and reports whether there were any.
func (f *Form) LeaveOut(found []*fault.Refusal) bool {
	some := false
	for _, r := range found {
		if _, ok := f.Scales[r.Field]; ok {
			some = f.leaveScale(r.Field) || some
			continue
		}
		some = f.Remove(f.Owner(r.Field)) || some
	}
	return some
}

// leaveScale takes out the questions on a scale, and the scale.
func (f *Form) leaveScale(name string) bool {
	for _, s := range Sections() {
		list := f.list(s)
		*list = slices.DeleteFunc(*list, func(it Item) bool { return it.Scale == name })
	}
	delete(f.Scales, name)
	return true
}

func (t Text) whole() Text {
	const none = "……"
	switch {
	case t.Zh == "" && t.En == "":
		return Text{Zh: none, En: none}
	case t.Zh == "":
		t.Zh = t.En
	case t.En == "":
		t.En = t.Zh
	}
	return t
}

// unruled takes the rules from a question.
func (it *Item) unruled() {
	it.Relevant, it.EndIf = "", ""
	for i := range it.Rows {
		it.Rows[i].Relevant = ""
	}
	for _, options := range [][]Option{it.Options, it.ExtraOptions} {
		for i := range options {
			options[i].GoTo = ""
		}
	}
}
