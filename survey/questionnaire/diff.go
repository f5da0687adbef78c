package questionnaire

import (
	"slices"
	"strconv"
	"strings"
)

// Change is one difference between two versions of a paper, without words of its
// own: Code is the key of its sentence ("change.option_text"), Params what the
// sentence names. Question is the id of a question or the name of a scale, empty
// for the paper as a whole.
type Change struct {
	Code     string
	Question string
	Params   map[string]string
}

// Diff lists what changed from one version to the next: first the paper's own
// texts and scales, then the questions in the order of the new paper with those
// that are gone behind. Papers with equal hashes have no changes; where only what
// residents never see has changed, that is said. Texts are compared as they
// stand, so that two filled papers show what residents read, two that are not
// filled what the author wrote.
func Diff(from, to *Questionnaire) []Change {
	d := &differ{from: from, to: to}
	d.texts("", "change.paper_text", from.form.Title, to.form.Title, "field", "title")
	d.texts("", "change.paper_text", from.form.Intro, to.form.Intro, "field", "intro")
	d.texts("", "change.paper_text", from.form.Closing, to.form.Closing, "field", "closing")
	d.paper("id", from.form.ID, to.form.ID)
	d.paper("version", strconv.Itoa(from.form.Version), strconv.Itoa(to.form.Version))
	d.paper("status", from.form.Status, to.form.Status)
	for _, name := range union(from.scales, to.scales) {
		d.scale(name)
	}
	moved := d.moved()
	for _, one := range to.questions {
		if old, ok := from.Question(one.ID); ok {
			d.question(old, one, moved[one.ID])
		} else {
			d.say(one.ID, "change.question_added", "zh", one.Text.Zh, "en", one.Text.En, "type", string(one.Type))
		}
	}
	for _, one := range from.questions {
		if _, ok := to.Question(one.ID); !ok {
			d.say(one.ID, "change.question_removed", "zh", one.Text.Zh, "en", one.Text.En, "type", string(one.Type))
		}
	}
	if len(d.found) == 0 && from.hash != to.hash {
		d.say("", "change.other")
	}
	return d.found
}

func (d *differ) paper(field, old, now string) {
	if old != now {
		d.say("", "change.paper_field", "field", field, "old", old, "new", now)
	}
}

type differ struct {
	from, to *Questionnaire
	found    []Change
}

func (d *differ) say(id, code string, pairs ...string) {
	c := Change{Code: code, Question: id, Params: map[string]string{"question": id}}
	for i := 0; i+1 < len(pairs); i += 2 {
		c.Params[pairs[i]] = pairs[i+1]
	}
	d.found = append(d.found, c)
}

// texts names each language in which a text changed.
func (d *differ) texts(id, code string, old, now Text, pairs ...string) {
	for _, l := range []struct{ lang, old, now string }{{"zh", old.Zh, now.Zh}, {"en", old.En, now.En}} {
		if l.old != l.now {
			d.say(id, code, append([]string{"lang", l.lang, "old", l.old, "new", l.now}, pairs...)...)
		}
	}
}

func (d *differ) field(id, name, old, now string) {
	if old != now {
		d.say(id, "change.question_field", "field", name, "old", old, "new", now)
	}
}

func (d *differ) scale(name string) {
	old, had := d.from.scales[name]
	now, has := d.to.scales[name]
	switch {
	case !had:
		d.say(name, "change.scale_added")
		return
	case !has:
		d.say(name, "change.scale_removed")
		return
	}
	d.choices(name, old.choices(), now.choices())
	d.field(name, "valid_codes", numbers(old.ValidCodes), numbers(now.ValidCodes))
	d.field(name, "satisfied_codes", numbers(old.SatisfiedCodes), numbers(now.SatisfiedCodes))
	d.field(name, "reverse_order_for_half", strconv.FormatBool(old.ReverseForHalf), strconv.FormatBool(now.ReverseForHalf))
}

func (d *differ) question(old, now Question, moved bool) {
	id := now.ID
	if moved {
		d.say(id, "change.question_moved", "old", strconv.Itoa(d.from.byID[id]+1), "new", strconv.Itoa(d.to.byID[id]+1))
	}
	d.texts(id, "change.question_text", old.Text, now.Text)
	was, is := d.from.facts(old), d.to.facts(now)
	for i := range was {
		d.field(id, was[i].name, was[i].value, is[i].value)
	}
	if old.Type != ScaleOf && now.Type != ScaleOf {
		d.choices(id, old.Choices, now.Choices)
	}
	d.rules(id, "relevant", old.Relevant(), now.Relevant())
	d.rules(id, "end_if", listed(old.EndIf()), listed(now.EndIf()))
}

// fact is one field of a question in words of the schema.
type fact struct{ name, value string }

// facts lists the fields that have a value of their own, always the same ones.
func (q *Questionnaire) facts(one Question) []fact {
	r := Range{}
	if one.Range != nil {
		r = *one.Range
	}
	decimals, places, chars := strconv.Itoa(r.Decimals), strconv.Itoa(one.Places), strconv.Itoa(one.MaxChars)
	return []fact{
		{"type", string(one.Type)},
		{"section", one.Section.String()},
		{"role", string(one.Role)},
		{"required", strconv.FormatBool(one.Required)},
		{"scored", strconv.FormatBool(one.Scored)},
		{"scale", one.Scale},
		{"grid", one.Grid},
		{"min", r.Min},
		{"max", r.Max},
		{"decimals", decimals},
		{"unit_zh", r.Unit.Zh},
		{"unit_en", r.Unit.En},
		{"places", places},
		{"max_chars", chars},
		{"sensitive", string(q.sources[q.byID[one.ID]].Sensitive)},
		{"multiline", strconv.FormatBool(one.Multiline)},
		{"with_previous", strconv.FormatBool(one.follows)},
		{"primary_indicator", q.PrimaryIndicator(one.ID)},
		{"indicators", strings.Join(q.Indicators(one.ID), " ")},
		{"applies_to", strings.Join(q.sources[q.byID[one.ID]].AppliesTo, " ")},
	}
}

// choices compares what may be ticked, by code.
func (d *differ) choices(id string, old, now []Choice) {
	before := map[string]Choice{}
	for _, c := range old {
		before[c.Code] = c
	}
	var kept, order []string
	for _, c := range now {
		was, had := before[c.Code]
		if !had {
			d.say(id, "change.option_added", "option", c.Code, "zh", c.Text.Zh, "en", c.Text.En)
			continue
		}
		order = append(order, c.Code)
		d.texts(id, "change.option_text", was.Text, c.Text, "option", c.Code)
		d.choice(id, was, c)
	}
	for _, c := range old {
		if slices.Contains(order, c.Code) {
			kept = append(kept, c.Code)
		} else {
			d.say(id, "change.option_removed", "option", c.Code, "zh", c.Text.Zh, "en", c.Text.En)
		}
	}
	if !slices.Equal(kept, order) {
		d.say(id, "change.options_moved", "old", strings.Join(kept, " "), "new", strings.Join(order, " "))
	}
}

func (d *differ) choice(id string, old, now Choice) {
	for _, f := range []struct{ name, old, now string }{
		{"action", strconv.FormatBool(old.Ends), strconv.FormatBool(now.Ends)},
		{"exclusive", strconv.FormatBool(old.Exclusive), strconv.FormatBool(now.Exclusive)},
		{"non_substantive", string(old.Reason), string(now.Reason)},
		{"flag", old.Flag, now.Flag},
		{"margin", old.Margin, now.Margin},
	} {
		if f.old != f.now {
			d.say(id, "change.option_field", "option", now.Code, "field", f.name, "old", f.old, "new", f.now)
		}
	}
}

// rules compares conditions; one that took another's place is a change of it.
func (d *differ) rules(id, kind string, old, now []string) {
	gone := without(old, now)
	come := without(now, old)
	for len(gone) > 0 && len(come) > 0 {
		d.say(id, "change.rule_changed", "kind", kind, "old", gone[0], "new", come[0])
		gone, come = gone[1:], come[1:]
	}
	for _, text := range gone {
		d.say(id, "change.rule_removed", "kind", kind, "rule", text)
	}
	for _, text := range come {
		d.say(id, "change.rule_added", "kind", kind, "rule", text)
	}
}

// moved names the fewest questions whose moving turns the old order of the
// questions that both papers have into the new one.
func (d *differ) moved() map[string]bool {
	var ids []string
	for _, one := range d.to.questions {
		if _, ok := d.from.byID[one.ID]; ok {
			ids = append(ids, one.ID)
		}
	}
	// The longest run of questions that kept their order stays; length[i] is that
	// of the longest that ends with question i.
	length, previous := make([]int, len(ids)), make([]int, len(ids))
	last := -1
	for i := range ids {
		length[i], previous[i] = 1, -1
		for k := range i {
			if d.from.byID[ids[k]] < d.from.byID[ids[i]] && length[k] >= length[i] {
				length[i], previous[i] = length[k]+1, k
			}
		}
		if last < 0 || length[i] > length[last] {
			last = i
		}
	}
	moved := map[string]bool{}
	for _, id := range ids {
		moved[id] = true
	}
	for i := last; i >= 0; i = previous[i] {
		delete(moved, ids[i])
	}
	return moved
}

func without(list, other []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(other, s) {
			out = append(out, s)
		}
	}
	return out
}

func union(a, b map[string]Scale) []string {
	var out []string
	for name := range a {
		out = append(out, name)
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func numbers(codes []int) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = strconv.Itoa(c)
	}
	return strings.Join(out, " ")
}
