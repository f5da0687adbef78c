package indicators

import (
	"slices"
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// Applies says to which units an indicator applies. The zero Applies is all units
// of the system.
type Applies struct {
	Kinds      []string `json:"kinds,omitempty"`       // kinds of units, as the register names them; none: all
	RuleMaking bool     `json:"rule_making,omitempty"` // only those that may make government rules (C66)
}

// To reports whether the indicator applies to a unit of that kind.
func (a Applies) To(kind string, ruleMaking bool) bool {
	return (ruleMaking || !a.RuleMaking) && (len(a.Kinds) == 0 || slices.Contains(a.Kinds, kind))
}

// Same reports whether both say the same.
func (a Applies) Same(b Applies) bool {
	return a.RuleMaking == b.RuleMaking && slices.Equal(a.Kinds, b.Kinds)
}

// Rule is what the office sets for one indicator in place of the notice's own
// thresholds and applicability, with its reason. Both are given whole.
type Rule struct {
	Limits  []Threshold `json:"limits"`
	Applies Applies     `json:"applies"`
	Reason  string      `json:"reason"`
}

// Departs reports whether the rule says anything other than the notice does.
func (r Rule) Departs(i Indicator) bool {
	return !slices.Equal(r.Limits, i.Thresholds) || !r.Applies.Same(i.Applies)
}

// RuleOf returns what holds for an indicator of the catalogue: the office's rule,
// or the notice's own words.
func (w Weights) RuleOf(i Indicator) Rule {
	if r, ok := w.Rules[i.Number]; ok {
		return r
	}
	return Rule{Limits: i.Thresholds, Applies: i.Applies}
}

// Under returns the catalogue as it holds under the scheme: thresholds and
// applicability that the office set in place of the notice's, and the outside
// figures of the year as limits, by the words that name them.
func (s Scheme) Under(c *Catalogue, outside map[string]Mark) *Catalogue {
	return s.Systems[c.System].under(c, outside)
}

func (w Weights) under(c *Catalogue, outside map[string]Mark) *Catalogue {
	out := *c
	out.Indicators = slices.Clone(c.Indicators)
	for n, i := range out.Indicators {
		rule := w.RuleOf(i)
		i.Applies, i.Thresholds = rule.Applies, slices.Clone(rule.Limits)
		for at, t := range i.Thresholds {
			if figure, ok := outside[t.Raw]; ok {
				i.Thresholds[at] = t.With(figure)
			}
		}
		out.Indicators[n] = i
	}
	return &out
}

// OutsideFigures returns the words of the outside figures that the thresholds
// of the catalogue wait for, in their order, each once.
func (c *Catalogue) OutsideFigures() []string {
	var out []string
	for _, i := range c.Indicators {
		for _, t := range i.Thresholds {
			if t.Form == FormOutside && !slices.Contains(out, t.Raw) {
				out = append(out, t.Raw)
			}
		}
	}
	return out
}

// ApplicableTo returns the regular indicators that apply to a unit of that kind:
// those that need rule-making power only where the unit has it (C66). Bonus and
// penalty items are never among them (C18).
func (c *Catalogue) ApplicableTo(kind string, ruleMaking bool) []Indicator {
	out := make([]Indicator, 0, len(c.Indicators))
	for _, i := range c.Indicators {
		if i.Kind == Regular && i.Applies.To(kind, ruleMaking) {
			out = append(out, i)
		}
	}
	return out
}

const (
	mostLimits  = 12 // thresholds of one indicator
	longestWord = 60 // characters of a threshold's name or limit
	longestUnit = 20
	longestWhy  = 500 // characters of a reason
)

// checkRules refuses rules for indicators that are not there, thresholds that
// cannot be compared, and a rule that departs from the notice without a reason.
func (w Weights) checkRules(c *Catalogue, list *fault.List) {
	for _, i := range c.Indicators {
		rule, ok := w.Rules[i.Number]
		if !ok {
			continue
		}
		field := string(c.System) + "." + string(i.Number)
		for _, t := range rule.Limits {
			if err := t.Check(); err != nil {
				list.Add(err.At(field + ".limits"))
			}
		}
		if len(rule.Limits) > mostLimits {
			list.Add(fault.New(fault.Invalid, "threshold.many").At(field + ".limits"))
		}
		w.checkReason(i, rule, field, list)
	}
	for n := range w.Rules {
		if _, ok := c.Find(n); !ok {
			list.Add(fault.New(fault.Invalid, "indicator.unknown", "number", clip(string(n))))
		}
	}
}

func (w Weights) checkReason(i Indicator, rule Rule, field string, list *fault.List) {
	switch n := utf8.RuneCountInString(rule.Reason); {
	case rule.Departs(i) && strings.TrimSpace(rule.Reason) == "":
		list.Add(fault.New(fault.Invalid, "rule.reason", "number", string(i.Number)).At(field + ".why"))
	case n > longestWhy:
		list.Add(fault.New(fault.Invalid, "words.long").At(field + ".why"))
	}
}
