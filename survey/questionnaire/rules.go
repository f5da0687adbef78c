package questionnaire

import (
	"errors"
	"slices"
	"strconv"

	"minyi/survey/questionnaire/rule"
)

// spot is where a question stands: what comes before it in every variant?
type spot struct {
	item    Item
	section Section
	block   int // of the items, counted over all of them
	index   int // over the whole paper
}

// before reports whether a question comes before another in every variant. The
// first block of items is always first, the others are not in a fixed order.
func (a spot) before(b spot) bool {
	return a.index < b.index && (a.section < b.section || a.section != Items || a.block == b.block || a.block == 0)
}

// spots lists the questions of the spelled-out form by id; a grid stands where
// its first row does.
func (c *checker) spots() (map[string]spot, []spot) {
	byID := map[string]spot{}
	var all []spot
	for _, p := range c.f.parts() {
		block := -1
		for _, it := range p.items {
			if !it.WithPrevious || block < 0 {
				block++
			}
			s := spot{item: it, section: p.section, block: block, index: len(all)}
			all = append(all, s)
			byID[it.ID] = s
			if _, ok := byID[it.grid]; !ok && it.grid != "" {
				byID[it.grid] = s
			}
		}
	}
	return byID, all
}

// rules checks every rule by itself: that it can be read, and that it looks back
// at questions and codes that exist.
func (c *checker) rules() {
	byID, all := c.spots()
	for i, s := range all {
		if i > 0 && s.item.WithPrevious && s.section == Items && !covers(all[i-1].item, s.item) {
			c.say(s.item.ID, "questionnaire.rule_system", "rule", "with_previous", "other", all[i-1].item.ID)
		}
		for _, text := range s.item.when {
			c.rule(byID, s, text, false)
		}
		if s.item.EndIf != "" {
			c.rule(byID, s, s.item.EndIf, true)
			c.demand(s.item.Required, s.item.ID, "questionnaire.end_required")
		}
		for _, o := range s.item.everyOption() {
			if o.GoTo != "" {
				c.jump(byID, all, s, o)
			}
		}
	}
}

// rule checks one condition. One that ends the paper may look at its own
// question, which has been answered by then.
func (c *checker) rule(byID map[string]spot, s spot, text string, own bool) {
	r, err := rule.Parse(text)
	if err != nil {
		var at *rule.SyntaxError
		if errors.As(err, &at) {
			c.say(s.item.ID, "questionnaire.rule_syntax", "rule", quote(text), "near", clip(at.Near), "at", strconv.Itoa(at.At+1))
		}
		return
	}
	for _, id := range r.Refs() {
		if own && id == s.item.ID {
			continue
		}
		if code := c.ref(byID, s, id); code != "" {
			c.say(s.item.ID, code, "rule", quote(text), "other", clip(id))
		}
	}
	for _, a := range r.Atoms() {
		if other, ok := byID[a.Question]; ok && other.item.ID == a.Question {
			c.atom(s.item, other.item, text, a)
		}
	}
}

// ref returns the code of the finding when a rule of s looks at a question, empty
// where it may.
func (c *checker) ref(byID map[string]spot, s spot, id string) string {
	other, ok := byID[id]
	if !ok || other.item.ID != id {
		return "questionnaire.rule_question"
	}
	if code := c.order(byID, s, other); code != "" {
		return code
	}
	if !covers(other.item, s.item) {
		return "questionnaire.rule_system"
	}
	return ""
}

// order returns the code of the finding when a rule of s looks at other; empty
// where other always comes before.
func (c *checker) order(byID map[string]spot, s, other spot) string {
	switch {
	case other.before(s):
		return ""
	case other.index == s.index || c.looksBack(byID, other, s.item.ID, map[string]bool{}):
		return "questionnaire.loop"
	case s.before(other):
		return "questionnaire.rule_forward"
	}
	return "questionnaire.rule_order"
}

// looksBack reports whether the rules of a question lead back to the id.
func (c *checker) looksBack(byID map[string]spot, s spot, id string, seen map[string]bool) bool {
	if seen[s.item.ID] {
		return false
	}
	seen[s.item.ID] = true
	for _, text := range s.item.when {
		r, err := rule.Parse(text)
		if err != nil {
			continue
		}
		for _, ref := range r.Refs() {
			if next, ok := byID[ref]; ok && (ref == id || c.looksBack(byID, next, id, seen)) {
				return true
			}
		}
	}
	return false
}

// covers reports whether a question is asked wherever another is.
func covers(a, b Item) bool {
	if len(a.AppliesTo) == 0 {
		return true
	}
	if len(b.AppliesTo) == 0 {
		return false
	}
	return !slices.ContainsFunc(b.AppliesTo, func(s string) bool { return !slices.Contains(a.AppliesTo, s) })
}

// jump checks a go_to: forwards, to a question, over questions that always come
// behind, from a question with one answer, and not from an end.
func (c *checker) jump(byID map[string]spot, all []spot, s spot, o Option) {
	text := jumpName(s.item.ID, o)
	to, ok := byID[o.GoTo]
	switch {
	case s.section == Consent || s.item.Type != Single && s.item.Type != Area:
		c.say(s.item.ID, "questionnaire.field", "field", "go_to")
	case o.Action != "":
		c.say(s.item.ID, "questionnaire.contradiction", "rule", quote(text))
	case !ok:
		c.say(s.item.ID, "questionnaire.rule_question", "rule", quote(text), "other", clip(o.GoTo))
	case to.index <= s.index:
		c.say(s.item.ID, "questionnaire.loop", "rule", quote(text), "other", clip(o.GoTo))
	default:
		for _, over := range all[s.index+1 : to.index] {
			if !s.before(over) {
				c.say(s.item.ID, "questionnaire.rule_order", "rule", quote(text), "other", over.item.ID)
				return
			}
			if !covers(s.item, over.item) {
				c.say(s.item.ID, "questionnaire.rule_system", "rule", quote(text), "other", over.item.ID)
				return
			}
		}
	}
}

// atom checks that a question can be asked what a rule asks it.
func (c *checker) atom(it, other Item, text string, a rule.Atom) {
	if !answers(other.Type, a) {
		c.say(it.ID, "questionnaire.rule_type", "rule", quote(text), "other", other.ID)
		return
	}
	choices := c.f.choices(other)
	for _, l := range a.Literals {
		if !named(other, choices, a.Op, l) {
			c.say(it.ID, "questionnaire.rule_code", "rule", quote(text), "other", other.ID, "code", clip(l.Text))
		}
	}
}

// answers reports whether answers of the type have what the atom looks at.
func answers(t Type, a rule.Atom) bool {
	among := func(list ...Type) bool { return slices.Contains(list, t) }
	for _, l := range a.Literals {
		if l.Kind == rule.Date && t != Date || l.Kind == rule.Number && among(Date, Words) {
			return false
		}
	}
	switch a.Op {
	case rule.Answered, rule.Substantive:
		return true
	case rule.Selected:
		return !among(Number, Date, Words)
	case rule.Equal, rule.In:
		return !among(Multiple, Rank)
	default:
		return among(Number, Date, ScaleOf)
	}
}

// named reports whether a literal is something that the question can be answered
// with. Areas are not known before Fill: every well-formed code may be one.
func named(other Item, choices []Choice, op rule.Op, l rule.Literal) bool {
	if other.Type == Area {
		return wellFormed(l.Text)
	}
	ordered := op != rule.Equal && op != rule.In && op != rule.Selected
	free := other.Type == Number && l.Kind == rule.Number || other.Type == Date && l.Kind == rule.Date
	if free || ordered {
		return true
	}
	return slices.ContainsFunc(choices, func(c Choice) bool { return c.Code == l.Text })
}
