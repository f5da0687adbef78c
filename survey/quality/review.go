package quality

import (
	"cmp"
	"math"
	"slices"
)

// Review looks at all responses of a survey together. It returns the same report
// for the same survey, in whatever order the responses come. The refusals are
// quality.no_items, quality.no_responses and quality.shape (parameter id).
func Review(s *Survey) (*Report, error) {
	order := make([]int, len(s.Responses))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.Responses[a].ID, s.Responses[b].ID) })
	sorted := *s
	sorted.Responses = make([]Response, len(order))
	for k, i := range order {
		sorted.Responses[k] = s.Responses[i]
	}
	r, err := prepare(&sorted)
	if err != nil {
		return nil, err
	}
	if err := r.look(); err != nil {
		return nil, err
	}
	report := r.report()
	findings := make([]Finding, len(order))
	for k, i := range order {
		findings[i] = report.Findings[k]
	}
	report.Findings = findings
	return report, nil
}

// look runs the rules; those that read other rules' evidence come after them.
func (r *review) look() error {
	r.hurry()
	r.atTheDoor()
	r.overFill()
	r.trap()
	r.contradict()
	if err := r.indices(); err != nil {
		return err
	}
	r.devices()
	r.networks()
	r.waves()
	r.rented()
	r.gaps()
	if err := r.duplicates(); err != nil {
		return err
	}
	r.scripts()
	r.texts()
	r.crowds()
	r.hands()
	return nil
}

// report adds the evidence up.
func (r *review) report() *Report {
	out := &Report{Findings: make([]Finding, r.n), Fired: map[Code]int{}, Right: r.right}
	for j, is := range r.reversed {
		if is {
			out.Reversed = append(out.Reversed, r.s.Items[j].ID)
		}
	}
	for i := range r.n {
		total := r.total(i)
		out.Findings[i] = Finding{ID: r.s.Responses[i].ID, Score: total, Flag: total >= flagAt}
	}
	out.Units = r.unitFindings(out.Findings)
	for i := range r.n {
		f := &out.Findings[i]
		f.Score += r.of(UnitTop, i)
		f.Score += .05 * math.Tanh(-r.speed[i]/4) // ties: the quicker first
		f.Rules = r.named(i)
		for _, code := range f.Rules {
			f.Amounts = append(f.Amounts, r.of(code, i))
			out.Fired[code]++
		}
	}
	return out
}

func (r *review) of(code Code, i int) float64 {
	if column := r.evidence[code]; column != nil {
		return column[i]
	}
	return 0
}

// total is a response's evidence: each rule's up to its cap, added. Of the rules
// about one arrival only the strongest counts, since they weigh the same group's
// answers.
func (r *review) total(i int) float64 {
	var sum, arrival float64
	for _, rule := range Rules() {
		switch amount := min(rule.Cap, r.of(rule.Code, i)); {
		case rule.Unit:
		case rule.Arrival:
			arrival = max(arrival, amount)
		default:
			sum += amount
		}
	}
	return sum + arrival
}

// named lists the rules with enough evidence, strongest first.
func (r *review) named(i int) []Code {
	var out []Code
	for _, rule := range Rules() {
		if rule.Cap > 0 && r.of(rule.Code, i) >= rule.Mark {
			out = append(out, rule.Code)
		}
	}
	slices.SortStableFunc(out, func(a, b Code) int { return cmp.Compare(r.of(b, i), r.of(a, i)) })
	return out
}
