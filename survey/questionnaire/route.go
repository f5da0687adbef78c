package questionnaire

import (
	"minyi/indicators/fault"
	"minyi/survey/questionnaire/rule"
)

// place says where a question lies on somebody's way through the paper.
type place uint8

const (
	asked  place = iota // on the way
	hidden              // left out by a rule
	behind              // behind the end of the paper
)

// path is one walk through a list of questions with the answers given.
type path struct {
	order []Question
	codes [][]string
	wrong []*fault.Refusal
	place []place
	ended string
}

// follow walks the questions in order. read returns the codes of a question, or
// why they cannot be taken: then it counts as not answered. Answers to questions
// that are left out are not looked at, by rules neither.
func (q *Questionnaire) follow(order []Question, read func(Question) ([]string, *fault.Refusal)) *path {
	n := len(order)
	p := &path{order: order, codes: make([][]string, n), wrong: make([]*fault.Refusal, n), place: make([]place, n)}
	at := map[string]int{}
	answer := func(id string) rule.Answer {
		if i, ok := at[id]; ok {
			return order[i].seen(p.codes[i])
		}
		return rule.Answer{}
	}
	for i, one := range order {
		if p.ended != "" {
			p.place[i] = behind
			p.wrong[i] = malformed(read(one))
			continue
		}
		if q.ruled && !holds(one.when(), answer) {
			p.place[i] = hidden
			continue
		}
		p.codes[i], p.wrong[i] = read(one)
		if q.ruled {
			at[one.ID] = i
		}
		if one.EndedBy(p.codes[i]) || one.endsHere(p.codes[i], answer) {
			p.ended = one.ID
		}
	}
	return p
}

// malformed is what is still refused behind the end of the paper.
func malformed(_ []string, refusal *fault.Refusal) *fault.Refusal {
	if refusal != nil && refusal.Code == "answer.required" {
		return nil
	}
	return refusal
}

func holds(rules []*rule.Rule, answer func(id string) rule.Answer) bool {
	for _, r := range rules {
		if !r.Holds(answer) {
			return false
		}
	}
	return true
}

// endsHere reports whether the question's rule ends the paper behind its answer;
// without an answer nothing has ended yet.
func (q Question) endsHere(codes []string, answer func(id string) rule.Answer) bool {
	return len(codes) > 0 && q.rules != nil && q.rules.ends != nil && q.rules.ends.Holds(answer)
}

func (p *path) refusals() fault.List {
	var out fault.List
	for _, r := range p.wrong {
		if r != nil {
			out.Add(r)
		}
	}
	return out
}

// Route is somebody's way through the paper with the answers given so far: which
// questions apply, in the order shown. It is a value of its own: further answers
// make another route.
type Route struct {
	path *path
	at   map[string]int
}

// Route follows the answers given so far (as Check reads them) through the paper
// as the variant shows it. Answers that cannot be read count as not given.
func (q *Questionnaire) Route(v Variant, values map[string][]string) *Route {
	order := q.Order(v)
	p := q.follow(order, func(one Question) ([]string, *fault.Refusal) { return one.Read(values[one.ID]) })
	r := &Route{path: p, at: make(map[string]int, len(order))}
	for i, one := range order {
		r.at[one.ID] = i
		if p.place[i] != asked && p.codes[i] == nil {
			p.codes[i] = values[one.ID] // only to name it among the dropped
		}
	}
	return r
}

// Questions returns the questions that apply, as they are shown, up to the one
// that ended the paper.
func (r *Route) Questions() []Question {
	var out []Question
	for i, one := range r.path.order {
		if r.path.place[i] == asked {
			out = append(out, one)
		}
	}
	return out
}

// Question returns a question as it is shown, whether or not it applies; false
// for an unknown id.
func (r *Route) Question(id string) (Question, bool) {
	i, ok := r.at[id]
	if !ok {
		return Question{}, false
	}
	return r.path.order[i], true
}

// Applies reports whether a question is on the way.
func (r *Route) Applies(id string) bool {
	i, ok := r.at[id]
	return ok && r.path.place[i] == asked
}

// First returns the id of the first question.
func (r *Route) First() string { return r.path.order[0].ID }

// Next returns the id of the question that comes after another, empty behind the
// last: then the answers can be reviewed and sent. The other need not apply.
func (r *Route) Next(id string) string {
	for i := r.index(id) + 1; i < len(r.path.order); i++ {
		if r.path.place[i] == asked {
			return r.path.order[i].ID
		}
	}
	return ""
}

// Previous returns the id of the question that comes before another, empty
// before the first. For an empty or unknown id it is the last question.
func (r *Route) Previous(id string) string {
	i, ok := r.at[id]
	if !ok {
		i = len(r.path.order)
	}
	for i--; i >= 0; i-- {
		if r.path.place[i] == asked {
			return r.path.order[i].ID
		}
	}
	return ""
}

// index returns the place of a question, -1 for an unknown id.
func (r *Route) index(id string) int {
	if i, ok := r.at[id]; ok {
		return i
	}
	return -1
}

// Ended returns the id of the question that ended the paper, empty when none
// has. Consent that was refused ends it as well.
func (r *Route) Ended() string { return r.path.ended }

// Missing returns the id of the first question that applies and whose answer is
// demanded and missing, or cannot be read; empty when the paper can be sent.
func (r *Route) Missing() string {
	for i, refusal := range r.path.wrong {
		if refusal != nil && r.path.place[i] == asked {
			return r.path.order[i].ID
		}
	}
	return ""
}

// Refusal returns what is wrong with the answer to a question that applies, nil
// when nothing is.
func (r *Route) Refusal(id string) *fault.Refusal {
	if i, ok := r.at[id]; ok && r.path.place[i] == asked {
		return r.path.wrong[i]
	}
	return nil
}

// Dropped returns the ids of the questions that were answered and no longer
// apply, in the order shown: Check does not keep their answers.
func (r *Route) Dropped() []string {
	var out []string
	for i, one := range r.path.order {
		if r.path.place[i] != asked && len(filledIn(r.path.codes[i])) > 0 {
			out = append(out, one.ID)
		}
	}
	return out
}

// Progress returns the number of a question and how many there are, without the
// consent, which has the number 0. The total counts the questions that apply up
// to here and those behind that still may apply, the one shown not yet answered
// unless it was: as answers leave questions out
// it only ever falls, so nobody is asked more than was announced, and the last
// question has the number of the total. An answer that ended the paper is open
// again to who stands at it or before it. A question that does not apply has the
// number of the last one before it that does.
func (r *Route) Progress(id string) (number, total int) {
	here := r.index(id)
	open := r.path.ended != "" && r.index(r.path.ended) >= here // whoever went back may choose otherwise
	known := map[string]rule.Answer{}
	look := func(id string) (rule.Answer, bool) {
		a, ok := known[id]
		return a, ok
	}
	for i, one := range r.path.order {
		on := r.path.place[i] == asked
		if i > here {
			on = (open || r.path.place[i] != behind) && likely(one.when(), look) != rule.No
		}
		if !on {
			known[one.ID] = rule.Answer{}
			continue
		}
		if one.Section != Consent {
			total++
		}
		if i <= here {
			number = total
		}
		if r.path.place[i] == asked && (i < here || len(r.path.codes[i]) > 0) {
			known[one.ID] = one.seen(r.path.codes[i])
		}
	}
	return number, total
}

func likely(rules []*rule.Rule, look rule.Lookup) rule.Truth {
	out := rule.Yes
	for _, r := range rules {
		out = min(out, r.Decide(look))
	}
	return out
}
