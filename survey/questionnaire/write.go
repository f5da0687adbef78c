package questionnaire

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// JSON writes the form as a file of its schema, to be read by people too.
func (f *Form) JSON() []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(f); err != nil {
		panic("questionnaire: write: " + err.Error()) // texts, numbers and lists only
	}
	return out.Bytes()
}

// Placeholders returns what the paper wants filled in, by name, each with the
// words that say what it is.
func (q *Questionnaire) Placeholders() map[string]Text { return maps.Clone(q.form.Placeholders) }

// Sections returns the sections that hold lists of questions, in the order of the
// paper. Consent and the open question stand by themselves.
func Sections() []Section { return []Section{Screening, Items, Background, Integrity} }

// list returns the questions of a section that holds a list; nil for the others.
func (f *Form) list(s Section) *[]Item {
	switch s {
	case Screening:
		return &f.Screening
	case Items:
		return &f.Items
	case Background:
		return &f.Background
	case Integrity:
		return &f.Integrity
	case Consent, Open:
	}
	return nil
}

// Part returns the questions of a section, as they are written.
func (f *Form) Part(s Section) []Item {
	switch list := f.list(s); {
	case list != nil:
		return *list
	case s == Consent:
		return []Item{f.Consent}
	case s == Open && f.Open != nil:
		return []Item{*f.Open}
	}
	return nil
}

// Find returns the question or grid of the id, which may be changed in place,
// with the section that it stands in; nil where there is none.
func (f *Form) Find(id string) (*Item, Section) {
	if f.Consent.ID == id {
		return &f.Consent, Consent
	}
	for _, s := range Sections() {
		list := *f.list(s)
		for i := range list {
			if list[i].ID == id {
				return &list[i], s
			}
		}
	}
	if f.Open != nil && f.Open.ID == id {
		return f.Open, Open
	}
	return nil, 0
}

// Owner returns the id of the question or grid that a finding names: that of the
// grid for one of its rows, of what is sensitive for its consent, else the id itself.
func (f *Form) Owner(id string) string {
	for _, s := range Sections() {
		for _, it := range *f.list(s) {
			if it.Sensitive != "" && ConsentID(it.ID) == id || slices.ContainsFunc(it.Rows, func(r Row) bool { return r.ID == id }) {
				return it.ID
			}
		}
	}
	return id
}

// Add puts a question at the end of its section; into Open only where there is
// none. It reports whether there was room.
func (f *Form) Add(s Section, it Item) bool {
	if list := f.list(s); list != nil {
		*list = append(*list, it)
		return true
	}
	if s != Open || f.Open != nil {
		return false
	}
	f.Open = &it
	return true
}

// Remove takes a question out; the consent stays. It reports whether it did.
func (f *Form) Remove(id string) bool {
	_, s := f.Find(id)
	if s == Open {
		f.Open = nil
		return true
	}
	list := f.list(s)
	if list == nil {
		return false
	}
	i := slices.IndexFunc(*list, func(it Item) bool { return it.ID == id })
	*list = slices.Delete(*list, i, i+1)
	return true
}

// WellFormed reports whether a text may be an id or a code.
func WellFormed(s string) bool { return wellFormed(s) }

// Move puts a question so many places further down its section, up where by is
// negative, as far as there is room.
func (f *Form) Move(id string, by int) {
	_, s := f.Find(id)
	list := f.list(s)
	if list == nil {
		return
	}
	Shift(*list, slices.IndexFunc(*list, func(it Item) bool { return it.ID == id }), by)
}

// Shift moves one element of a list so many places, as far as there is room.
func Shift[T any](list []T, at, by int) {
	if at < 0 || at >= len(list) {
		return
	}
	to := min(max(at+by, 0), len(list)-1)
	one := list[at]
	rest := append(append([]T(nil), list[:at]...), list[at+1:]...)
	copy(list, slices.Insert(rest, to, one))
}

// Fresh returns an id that no question has: the letter and the first free number.
func (f *Form) Fresh(letter string) string {
	taken := map[string]bool{}
	for _, s := range append([]Section{Consent, Open}, Sections()...) {
		for _, it := range f.Part(s) {
			taken[it.ID] = true
			for _, r := range it.Rows {
				taken[r.ID] = true
			}
		}
	}
	return freshIn(taken, letter)
}
