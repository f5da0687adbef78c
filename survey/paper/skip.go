package paper

import (
	"strconv"
	"strings"

	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/rule"
)

// Lead is where a box leads: to the question with the number, past all between; to
// the end of the paper; or nowhere but on (both zero).
type Lead struct {
	To  int
	End bool
}

// Lead returns where a box of a field leads.
func (p *Plan) Lead(one Field, b Box) Lead {
	if b.Choice.Ends {
		return Lead{End: true}
	}
	if id := p.of.Direction(one.Question.ID).Jumps[b.Choice.Code]; id != "" {
		to, _ := p.Field(id)
		return Lead{To: to.Number}
	}
	return Lead{}
}

// lead says where a box leads.
func (f *Form) lead(one Field, b Box) string {
	switch l := f.order.Plan.Lead(one, b); {
	case l.End:
		return f.say("a4.end", "key", b.Key)
	case l.To > 0:
		return f.say("a4.skip", "key", b.Key, "number", strconv.Itoa(l.To))
	}
	return ""
}

// hints say below a question how it is answered, and when.
func (f *Form) hints(one Field) []string {
	var out []string
	d := f.order.Plan.of.Direction(one.Question.ID)
	if len(d.When) > 0 {
		var when []string
		for _, r := range d.When {
			when = append(when, r.Say(speaker{f}))
		}
		out = append(out, f.say("a4.when", "when", speaker{f}.All(when)))
	}
	q := one.Question
	switch q.Type {
	case questionnaire.Multiple:
		out = append(out, f.say("a4.several"))
	case questionnaire.Rank:
		out = append(out, f.say("a4.rank", "places", strconv.Itoa(q.Places)))
	case questionnaire.Number:
		out = append(out, f.say("a4.between", "min", q.Range.Min, "max", q.Range.Max))
	case questionnaire.Date:
		out = append(out, f.say("a4.between.date", "min", q.Range.Min, "max", q.Range.Max))
	default:
	}
	if d.Ends != nil {
		out = append(out, f.say("a4.endif", "when", d.Ends.Say(speaker{f})))
	}
	return out
}

// speaker puts conditions into the words of a form.
type speaker struct{ f *Form }

// Atom is one look at one answer.
func (s speaker) Atom(a rule.Atom) string {
	of, ok := s.f.order.Plan.Field(a.Question)
	if !ok {
		return a.Question
	}
	number := strconv.Itoa(of.Number)
	var values []string
	boxes := true
	for _, l := range a.Literals {
		value, box := of.named(l.Text)
		values, boxes = append(values, value), boxes && box
	}
	kind := map[rule.Op]string{
		rule.Equal: "is", rule.In: "is", rule.Selected: "is", rule.Less: "less", rule.AtMost: "atmost",
		rule.Greater: "greater", rule.AtLeast: "atleast", rule.Answered: "answered", rule.Substantive: "substantive",
	}[a.Op]
	if kind == "is" && boxes {
		kind = "chosen"
	}
	return s.f.say("a4.if."+kind, "number", number, "value", strings.Join(values, s.f.say("a4.if.or")))
}

// named is a code as it stands on the paper.
func (f Field) named(code string) (text string, box bool) {
	for _, b := range f.Boxes {
		if b.Choice.Code == code {
			return b.Key, true
		}
	}
	return code, false
}

// Not turns a condition round.
func (s speaker) Not(of string) string { return s.f.say("a4.if.not", "when", of) }

// All joins conditions that must all hold.
func (s speaker) All(of []string) string { return strings.Join(of, s.f.say("a4.if.all")) }

// Any joins conditions of which one must hold.
func (s speaker) Any(of []string) string { return strings.Join(of, s.f.say("a4.if.any")) }
