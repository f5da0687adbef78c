package rule

import "slices"

// Variable is one question on the way to another, with answers that stand for
// all it can be given. The search walks variables in the order of the paper.
type Variable struct {
	ID       string
	Values   []Answer // one of each kind that the conditions can tell apart
	Required bool     // must be answered where it is asked
	When     []*Rule  // all must hold for it to be asked
	Ends     *Rule    // holds behind its answer, where there is one: the paper ends; nil for never
}

// Result is what a search came to.
type Result struct {
	Found   bool
	Decided bool // false when the limit was met before an end
	Tried   int  // answers
}

// Search looks for answers under which all goals hold, trying no more than limit
// answers. Variables that are not asked have no answer; a paper that has ended
// leads nowhere.
//
// It is a depth-first search over the product of the values, so exact where
// decided: values that no condition can tell apart need not stand twice.
func Search(vars []Variable, goals []*Rule, limit int) Result {
	s := &search{vars: vars, goals: implied(vars, goals), left: limit, given: make(map[string]Answer, len(vars)), at: make(map[string]int, len(vars))}
	for i, v := range vars {
		s.at[v.ID] = i
	}
	found := s.from(0)
	return Result{Found: found, Decided: found || s.left > 0, Tried: limit - s.left}
}

// implied adds to the goals what they imply: where they cannot hold without the
// answer to a question, that question must be asked, and so its conditions hold.
func implied(vars []Variable, goals []*Rule) []*Rule {
	out := append([]*Rule(nil), goals...)
	for i := len(vars) - 1; i >= 0; i-- {
		without := func(id string) (Answer, bool) { return Answer{}, id == vars[i].ID }
		for _, goal := range out {
			if goal.Decide(without) == No {
				for _, r := range vars[i].When {
					if !slices.Contains(out, r) {
						out = append(out, r)
					}
				}
				break
			}
		}
	}
	return out
}

type search struct {
	vars  []Variable
	goals []*Rule
	given map[string]Answer
	at    map[string]int
	left  int
}

func (s *search) answer(id string) Answer { return s.given[id] }

func (s *search) hold(rules []*Rule) bool {
	for _, r := range rules {
		if !r.Holds(s.answer) {
			return false
		}
	}
	return true
}

// from tries the variables from place i on.
func (s *search) from(i int) bool {
	if s.left <= 0 || s.hopeless(i) {
		return false
	}
	if i == len(s.vars) {
		return s.hold(s.goals)
	}
	v := &s.vars[i]
	defer delete(s.given, v.ID)
	if !s.hold(v.When) {
		return s.from(i + 1)
	}
	for _, a := range v.Values {
		if s.try(i, a) {
			return true
		}
	}
	return !v.Required && s.try(i, Answer{})
}

func (s *search) try(i int, a Answer) bool {
	if s.left <= 0 {
		return false
	}
	s.left--
	v := &s.vars[i]
	s.given[v.ID] = a
	if a.Given && v.Ends != nil && v.Ends.Holds(s.answer) {
		return false
	}
	return s.from(i + 1)
}

// hopeless reports that no answer still to come can make the goals hold.
func (s *search) hopeless(i int) bool {
	look := func(id string) (Answer, bool) {
		if at, ok := s.at[id]; ok && at >= i {
			return Answer{}, false
		}
		return s.given[id], true
	}
	for _, goal := range s.goals {
		if goal.Decide(look) == No {
			return true
		}
	}
	return false
}
