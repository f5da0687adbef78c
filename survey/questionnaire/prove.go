package questionnaire

import (
	"slices"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire/rule"
)

// The bounds of the search for answers, in answers tried.
const (
	searchOne = 20_000 // for one question
	searchAll = 60_000 // for the whole paper
	maxMarked = 8      // options of one question with several answers that rules tell apart
)

// prove searches for answers that meet the rules: a rule that nothing meets is a
// contradiction, a question that no answers lead to is unreachable, one behind
// which every paper ends is a dead end. The search is over all answers that the
// rules can tell apart, and so exact; where it would be too long the rules are
// refused as too tangled. Each finding names its question and rule.
func (q *Questionnaire) prove() error {
	if !q.ruled {
		return nil
	}
	p := &prover{q: q, marks: map[string][]rule.Literal{}, kinds: map[string][]rule.Answer{}, left: searchAll}
	for _, one := range q.questions {
		for _, r := range one.all() {
			for _, a := range r.Atoms() {
				p.marks[a.Question] = append(p.marks[a.Question], a.Literals...)
			}
		}
	}
	for i := range q.questions {
		p.question(i)
	}
	return p.found.Err()
}

// all lists the rules of a question.
func (q Question) all() []*rule.Rule {
	if q.rules == nil || q.rules.ends == nil {
		return q.when()
	}
	return append(slices.Clone(q.rules.when), q.rules.ends)
}

type prover struct {
	q     *Questionnaire
	marks map[string][]rule.Literal // what rules compare each question with
	kinds map[string][]rule.Answer  // of each question, once they are known
	left  int
	found fault.List
}

func (p *prover) say(id, code string, r *rule.Rule) {
	p.found.Add(fault.New(fault.Invalid, code, "question", id, "rule", quote(r.String())).At(id))
}

// search looks for answers to the variables that meet the goals.
func (p *prover) search(vars []rule.Variable, goals []*rule.Rule) (found, decided bool) {
	for _, v := range vars {
		if len(v.Values) == 0 {
			return false, false
		}
	}
	r := rule.Search(vars, goals, min(searchOne, p.left))
	p.left -= r.Tried
	return r.Found, r.Decided
}

// question judges the rules of one question: each by itself, then together with
// everything before it.
func (p *prover) question(i int) {
	one := p.q.questions[i]
	rules := one.all()
	for _, r := range rules {
		found, decided := p.search(p.alone(r), []*rule.Rule{r})
		switch {
		case !decided:
			p.say(one.ID, "questionnaire.rule_tangled", r)
			return
		case !found:
			p.say(one.ID, "questionnaire.contradiction", r)
			return
		}
	}
	if len(rules) == 0 {
		return
	}
	last := rules[len(rules)-1]
	if found, decided := p.search(p.way(i, one.when()), one.when()); !found {
		p.say(one.ID, verdict(decided, "questionnaire.unreachable"), last)
		return
	}
	if one.rules.ends == nil {
		return
	}
	// Somebody must get past it: it is a variable itself, which ends the paper.
	vars := append(p.way(i, rules), p.variable(one, nil))
	vars[len(vars)-1].Ends = one.rules.ends
	if found, decided := p.search(vars, one.when()); !found {
		p.say(one.ID, verdict(decided, "questionnaire.rule_dead_end"), last)
	}
}

func verdict(decided bool, code string) string {
	if decided {
		return code
	}
	return "questionnaire.rule_tangled"
}

// alone makes variables of the questions that a rule looks at, as if each could
// be answered in any way.
func (p *prover) alone(r *rule.Rule) []rule.Variable {
	var out []rule.Variable
	for _, id := range r.Refs() {
		one, _ := p.q.Question(id)
		v := p.variable(one, nil)
		v.Required = false
		out = append(out, v)
	}
	return out
}

// way makes variables of the questions before place i that can matter: those
// that the rules look at, those that their rules look at in turn, and those
// whose rules end the paper on the way.
func (p *prover) way(i int, rules []*rule.Rule) []rule.Variable {
	need := map[string]bool{}
	var want func(list []*rule.Rule)
	want = func(list []*rule.Rule) {
		for _, r := range list {
			for _, id := range r.Refs() {
				if !need[id] {
					need[id] = true
					one, _ := p.q.Question(id)
					want(one.all())
				}
			}
		}
	}
	want(rules)
	for _, one := range p.q.questions[:i] {
		if one.rules != nil && one.rules.ends != nil {
			need[one.ID] = true
			want(one.all())
		}
	}
	var out []rule.Variable
	for _, one := range p.q.questions[:i] {
		if need[one.ID] {
			v := p.variable(one, one.when())
			if one.rules != nil {
				v.Ends = one.rules.ends
			}
			out = append(out, v)
		}
	}
	return out
}

func (p *prover) variable(one Question, when []*rule.Rule) rule.Variable {
	values, ok := p.kinds[one.ID]
	if !ok {
		values = one.kinds(p.marks[one.ID])
		p.kinds[one.ID] = values
	}
	return rule.Variable{ID: one.ID, Values: values, Required: one.Required, When: when}
}
