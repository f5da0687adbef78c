package questionnaire

import "minyi/survey/questionnaire/rule"

// Direction is what somebody must know who goes the way through the paper without
// a program: where the choices of a question lead, and when it is asked at all.
type Direction struct {
	Jumps map[string]string // code of a choice to the id of the question that comes next
	When  []*rule.Rule      // conditions of the question apart from jumps over it; all must hold
	Ends  *rule.Rule        // ends the paper when it holds behind the answer; nil for never
}

// Direction returns the direction of a question; an empty one for an unknown id.
func (q *Questionnaire) Direction(id string) Direction {
	i, ok := q.byID[id]
	if !ok {
		return Direction{}
	}
	d := Direction{Jumps: map[string]string{}}
	for _, o := range q.sources[i].everyOption() {
		if at := q.target(o.GoTo); o.GoTo != "" && at >= 0 {
			d.Jumps[o.Code] = q.questions[at].ID
		}
	}
	if rules := q.questions[i].rules; rules != nil {
		d.When, d.Ends = rules.when[:q.written(i)], rules.ends
	}
	return d
}

// written is how many conditions of a question its author wrote; those of jumps
// stand behind them.
func (q *Questionnaire) written(i int) int {
	return min(len(q.sources[i].when), len(q.questions[i].rules.when))
}
