package questionnaire

import (
	"minyi/survey/questionnaire/rule"
	"minyi/survey/questionnaire/typed"
)

// conditions are the rules of one question.
type conditions struct {
	when []*rule.Rule // all must hold for it to be asked
	ends *rule.Rule   // ends the paper when it holds behind the answer; nil for never
}

// conditionsOf parses the rules of an item; nil where it has none.
func conditionsOf(it Item) (*conditions, error) {
	if len(it.when) == 0 && it.EndIf == "" {
		return nil, nil
	}
	c := &conditions{}
	for _, text := range it.when {
		r, err := rule.Parse(text)
		if err != nil {
			return nil, err
		}
		c.when = append(c.when, r)
	}
	if it.EndIf == "" {
		return c, nil
	}
	var err error
	c.ends, err = rule.Parse(it.EndIf)
	return c, err
}

// Relevant returns the conditions under which the question is asked, as their
// author wrote them; a jump over it reads "s3=lt6m → b1". All must hold.
func (q Question) Relevant() []string {
	if q.rules == nil {
		return nil
	}
	var out []string
	for _, r := range q.rules.when {
		out = append(out, r.String())
	}
	return out
}

// EndIf returns the condition that ends the paper behind the question, empty
// when there is none. Options that end it are not in it.
func (q Question) EndIf() string {
	if q.rules == nil || q.rules.ends == nil {
		return ""
	}
	return q.rules.ends.String()
}

func (q Question) when() []*rule.Rule {
	if q.rules == nil {
		return nil
	}
	return q.rules.when
}

// jump turns every go_to into a condition of the questions that are jumped over.
func (q *Questionnaire) jump() {
	for i := range q.questions {
		for _, o := range q.sources[i].everyOption() {
			if o.GoTo == "" {
				continue
			}
			for k := i + 1; k < q.target(o.GoTo); k++ {
				over := &q.questions[k]
				if over.rules == nil {
					over.rules = &conditions{}
				}
				id := q.questions[i].ID
				over.rules.when = append(over.rules.when, rule.Unless(id, o.Code, jumpName(id, o)))
				q.ruled = true
			}
		}
	}
}

// target returns the place of a question, or of the first row of a grid; of what is
// sensitive that of its consent.
func (q *Questionnaire) target(id string) int {
	if i, ok := q.byID[ConsentID(id)]; ok && q.questions[i].Asks == id {
		return i
	}
	if i, ok := q.byID[id]; ok {
		return i
	}
	for i := range q.questions {
		if q.questions[i].Grid == id {
			return i
		}
	}
	return -1
}

// jumpName is how a jump is named among the rules.
func jumpName(id string, o Option) string { return id + "=" + o.Code + " → " + o.GoTo }

// everyOption lists the options that the author wrote for an item.
func (it Item) everyOption() []Option {
	if len(it.ExtraOptions) == 0 {
		return it.Options
	}
	return append(append([]Option(nil), it.Options...), it.ExtraOptions...)
}

// seen is what conditions see of the codes that Read returned for the question.
func (q Question) seen(codes []string) rule.Answer {
	if len(codes) == 0 {
		return rule.Answer{}
	}
	a := rule.Answer{Given: true}
	if c, ok := q.Choice(codes[0]); ok || !q.Typed() {
		a.Codes, a.Apart = codes, c.NonSubstantive
	}
	if a.Apart {
		return a
	}
	switch q.Type {
	case Number:
		a.Value, _, a.Typed = typed.Number(codes[0])
	case Date:
		a.Value, a.Typed = typed.Date(codes[0])
	case ScaleOf:
		a.Value, a.Typed = int64(q.point(codes[0]))*typed.One, true
	default:
	}
	return a
}
