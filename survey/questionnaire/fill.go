package questionnaire

import (
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// AreaOption is one area that a resident may name as home: its division code
// and its name.
type AreaOption struct {
	Code string `json:"code"`
	Text Text   `json:"text"`
}

// Filling is what one survey puts into a paper.
type Filling struct {
	Values map[string]Text // by placeholder: subject, organiser, agency, phone, months
	Areas  []AreaOption    // in the order to be shown; those of the survey's region
	System string          // "city-county" or "department": items for the other kind are left out; empty keeps all
}

// Fill returns the paper for one survey: every {placeholder} replaced in both
// languages, the areas put into the question for the home area, items of the
// other system left out. A missing value, a doubled or malformed area and a
// paper without an area to choose are refused.
func (q *Questionnaire) Fill(with Filling) (*Questionnaire, error) {
	f := q.form
	values, err := fillingValues(f, with.Values)
	if err != nil {
		return nil, err
	}
	if err := checkAreas(with.Areas, q); err != nil {
		return nil, err
	}
	f.Values, f.Areas = values, append([]AreaOption(nil), with.Areas...)
	r := replacer{values}
	f.Title, f.Intro, f.Closing = r.text(f.Title), r.text(f.Intro), r.text(f.Closing)
	f.Scales = r.scales(f.Scales)
	f.Consent = r.item(f.Consent)
	f.Screening = r.items(f.Screening, "")
	f.Items = r.items(f.Items, with.System)
	f.Background = r.items(f.Background, with.System)
	f.Integrity = r.items(f.Integrity, with.System)
	if f.Open != nil {
		open := r.item(*f.Open)
		f.Open = &open
	}
	if len(f.Items) == 0 {
		return nil, fault.New(fault.Invalid, "questionnaire.no_items")
	}
	return compile(f, true)
}

func fillingValues(f Form, given map[string]Text) (map[string]Text, error) {
	out := map[string]Text{}
	for name := range f.Placeholders {
		v, ok := given[name]
		if !ok || strings.TrimSpace(v.Zh) == "" || strings.TrimSpace(v.En) == "" {
			return nil, fault.New(fault.Invalid, "questionnaire.value_missing", "name", name)
		}
		for _, s := range []string{v.Zh, v.En} {
			if !utf8.ValidString(s) || firstControl(s) >= 0 || strings.ContainsAny(s, "{}\n") {
				return nil, fault.New(fault.Invalid, "questionnaire.value_characters", "name", name)
			}
		}
		out[name] = v
	}
	return out, nil
}

func checkAreas(areas []AreaOption, q *Questionnaire) error {
	home, found := q.WithRole(RoleArea)
	if !found || home.Type != Area {
		return nil
	}
	if len(areas) == 0 || len(areas)+len(home.Choices) > maxChoices {
		return fault.New(fault.Invalid, "questionnaire.areas", "code", "—")
	}
	seen := map[string]bool{}
	for _, c := range home.Choices {
		seen[c.Code] = true
	}
	for _, a := range areas {
		if !wellFormed(a.Code) || seen[a.Code] || a.Text.Zh == "" || a.Text.En == "" {
			return fault.New(fault.Invalid, "questionnaire.areas", "code", clip(a.Code))
		}
		seen[a.Code] = true
	}
	return nil
}

// replacer puts values into texts; it never changes what it is given.
type replacer struct{ values map[string]Text }

func (r replacer) text(t Text) Text {
	return Text{Zh: r.one(t.Zh, "zh-CN"), En: r.one(t.En, "en")}
}

func (r replacer) one(s, lang string) string {
	for _, name := range placeholders(s) {
		if v, ok := r.values[name]; ok { // {row} is filled when a grid is spelled out
			s = strings.ReplaceAll(s, "{"+name+"}", v.In(lang))
		}
	}
	return s
}

func (r replacer) items(items []Item, system string) []Item {
	var out []Item
	for _, it := range items {
		if appliesTo(it, system) {
			out = append(out, r.item(it))
		}
	}
	return out
}

func (r replacer) item(it Item) Item {
	it.Text = r.text(it.Text)
	it.Options = r.options(it.Options)
	it.ExtraOptions = r.options(it.ExtraOptions)
	it.Unit, it.Why = r.text(it.Unit), r.text(it.Why)
	it.Rows = append([]Row(nil), it.Rows...)
	for i := range it.Rows {
		it.Rows[i].Text = r.text(it.Rows[i].Text)
	}
	return it
}

// scales fills the words at the ends of scales; points have none to fill.
func (r replacer) scales(scales map[string]Scale) map[string]Scale {
	out := map[string]Scale{}
	for name, s := range scales {
		s.Low, s.High = r.text(s.Low), r.text(s.High)
		out[name] = s
	}
	return out
}

func (r replacer) options(options []Option) []Option {
	var out []Option
	for _, o := range options {
		o.Text = r.text(o.Text)
		out = append(out, o)
	}
	return out
}

func appliesTo(it Item, system string) bool {
	if system == "" || len(it.AppliesTo) == 0 {
		return true
	}
	for _, s := range it.AppliesTo {
		if s == system {
			return true
		}
	}
	return false
}

// placeholders lists the names between braces in s, each once.
func placeholders(s string) []string {
	var out []string
	seen := map[string]bool{}
	for {
		_, rest, ok := strings.Cut(s, "{")
		if !ok {
			return out
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return out
		}
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
		s = after
	}
}
