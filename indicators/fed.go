package indicators

import (
	"math/big"
	"strings"
)

// Satisfaction returns the limit of an indicator that is a share of satisfied
// people: 84 of residents, 72 of deputies and committee members (C129, C122).
// Only such an indicator can be fed by a survey.
func (i Indicator) Satisfaction() (Threshold, bool) {
	for _, t := range i.Thresholds {
		if t.Form == FormNumber && t.Op == AtLeast && t.Unit == "%" && strings.HasSuffix(t.Name, "满意度") {
			return t, true
		}
	}
	return Threshold{}, false
}

// AsksResidents reports whether the satisfaction that is wanted is that of
// residents (人民群众), as 84 has it; else it is that of the deputies and committee
// members whose suggestions were handled (C122, C129).
func (i Indicator) AsksResidents() bool {
	t, ok := i.Satisfaction()
	return ok && strings.HasPrefix(t.Name, "人民群众")
}

// Fed reports whether a survey gives the indicator its mark under these weights:
// its method is the survey. No assessor marks it then (C29).
func (w Weights) Fed(i Indicator) bool {
	i.Thresholds = w.RuleOf(i).Limits
	_, can := i.Satisfaction()
	return can && i.Kind == Regular && w.Items[i.Number].Method == Surveyed
}

// FedRule says how the mark of an indicator follows from a surveyed share. The
// notice does not say.
type FedRule string

// The rules; the zero one is FedByLimit.
const (
	FedByLimit      FedRule = "limit"        // full marks where the limit is reached, else none
	FedProportional FedRule = "proportional" // none at the floor, full marks at the limit, in proportion between
)

// FedRules returns the rules in the order of forms.
func FedRules() []FedRule { return []FedRule{FedByLimit, FedProportional} }

// Feeding is the rule that makes a mark of a surveyed share.
type Feeding struct {
	Rule  FedRule
	Floor Share // FedProportional: no marks up to here
}

// Mark is what a share earns of the full marks when limit is wanted. It is exact
// and rounded once. A floor that is not below the limit leaves the limit alone to
// decide.
func (f Feeding) Mark(full Mark, value, limit Share) Mark {
	switch {
	case value >= limit:
		return full
	case f.Rule != FedProportional || value <= f.Floor:
		return 0
	}
	part := big.NewRat(int64(value-f.Floor), int64(limit-f.Floor))
	return Round(part.Mul(part, full.Rat()))
}
