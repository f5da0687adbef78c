package questionnaire

import (
	"slices"

	"minyi/survey/questionnaire/rule"
	"minyi/survey/questionnaire/typed"
)

// kinds returns one answer of each kind that rules with these literals can tell
// apart, without those that end the paper by their option; none where there are
// too many kinds to try.
func (q Question) kinds(marks []rule.Literal) []rule.Answer {
	var out []rule.Answer
	switch q.Type {
	case Multiple, Rank:
		return q.sets(marks)
	case Number, Date:
		out = q.around(marks)
	case Words:
		out = []rule.Answer{{Given: true}}
	default:
		return q.classes(marks)
	}
	for _, c := range q.Choices {
		if !c.Ends {
			out = append(out, q.seen([]string{c.Code}))
		}
	}
	return out
}

// classes keeps every point of a scale and every option that is named; of the
// others one substantive and one not. Of areas every code that is named may be
// one, and there is another.
func (q Question) classes(marks []rule.Literal) []rule.Answer {
	var out []rule.Answer
	spare := map[bool]bool{}
	for _, c := range q.Choices {
		named := q.Type == ScaleOf || marked(marks, c.Code)
		if c.Ends || !named && spare[c.NonSubstantive] {
			continue
		}
		spare[c.NonSubstantive] = spare[c.NonSubstantive] || !named
		out = append(out, q.seen([]string{c.Code}))
	}
	if q.Type != Area {
		return out
	}
	for _, l := range marks {
		if _, ok := q.Choice(l.Text); !ok {
			out = append(out, rule.Answer{Given: true, Codes: []string{l.Text}})
		}
	}
	return append(out, rule.Answer{Given: true, Codes: []string{"another"}})
}

func marked(marks []rule.Literal, code string) bool {
	return slices.ContainsFunc(marks, func(l rule.Literal) bool { return l.Text == code })
}

// around tries the ends of a range, and each number that a rule names with its
// neighbours: between them nothing changes.
func (q Question) around(marks []rule.Literal) []rule.Answer {
	r := q.Range
	try := []int64{r.low, r.high}
	for _, l := range marks {
		if l.Kind == rule.Word || (l.Kind == rule.Date) != (q.Type == Date) {
			continue
		}
		down := l.Value - ((l.Value-r.low)%r.step+r.step)%r.step
		try = append(try, down-r.step, down, down+r.step, down+2*r.step)
	}
	slices.Sort(try)
	var out []rule.Answer
	for _, v := range slices.Compact(try) {
		if v < r.low || v > r.high {
			continue
		}
		text := typed.FormatNumber(v)
		if q.Type == Date {
			text = typed.FormatDate(v)
		}
		out = append(out, q.seen([]string{text}))
	}
	return out
}

// sets tries every set of the named options that can be chosen together, filled
// up with options that no rule names.
func (q Question) sets(marks []rule.Literal) []rule.Answer {
	var free, out []rule.Answer
	var named []string
	spare := 0
	for _, c := range q.Choices {
		switch {
		case c.Exclusive || c.NonSubstantive:
			out = append(out, q.seen([]string{c.Code}))
		case marked(marks, c.Code):
			named = append(named, c.Code)
		default:
			spare++
		}
	}
	if len(named) > maxMarked {
		return nil
	}
	for set := range 1 << len(named) {
		var codes []string
		for i, code := range named {
			if set&(1<<i) != 0 {
				codes = append(codes, code)
			}
		}
		if q.fits(len(codes), spare) {
			free = append(free, rule.Answer{Given: true, Codes: codes})
		}
	}
	return append(free, out...)
}

// fits reports whether so many named options can be an answer together with
// spare ones.
func (q Question) fits(named, spare int) bool {
	if q.Type == Rank {
		return named <= q.Places && q.Places-named <= spare
	}
	return named > 0 || spare > 0
}
