package indicators

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// Ops returns the comparisons in the order of forms.
func Ops() []Op { return []Op{AtLeast, AtMost, Equal} }

// Softnesses returns firm and the softening words of the notice.
func Softnesses() []Softness { return []Softness{Firm, Normally, InPrinciple, WhereCapable} }

// String writes the threshold as the catalogue's files do: NAME OP LIMIT UNIT
// (SOFT). ParseThresholds reads it back.
func (t Threshold) String() string {
	parts := []string{t.Name, string(t.Op), t.Raw}
	if t.Unit != "" {
		parts = append(parts, t.Unit)
	}
	if t.Soft != Firm {
		parts = append(parts, "("+string(t.Soft)+")")
	}
	return strings.Join(parts, " ")
}

// WriteThresholds writes several thresholds, separated by semicolons.
func WriteThresholds(all []Threshold) string {
	parts := make([]string, len(all))
	for i, t := range all {
		parts[i] = t.String()
	}
	return strings.Join(parts, "; ")
}

// ReadThresholds reads what a person typed as WriteThresholds writes it;
// full-width semicolons, brackets and percent signs count as their narrow twins.
// What cannot be read or compared is refused with threshold.form or the codes of
// Check.
func ReadThresholds(text string) ([]Threshold, error) {
	text = strings.NewReplacer("；", ";", "（", "(", "）", ")", "％", "%", "\n", ";").Replace(text)
	out, err := ParseThresholds(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "threshold.form", "value", clip(text))
	}
	for _, t := range out {
		if bad := t.Check(); bad != nil {
			return nil, bad
		}
	}
	return out, nil
}

// NewThreshold makes a threshold of its typed parts. A limit of digits is a
// number of the unit; 每年1月31日 and 每年第一季度末 are dates; any other words name
// a figure from outside that the office enters each year.
func NewThreshold(name string, op Op, limitText, unit string, soft Softness) (Threshold, error) {
	tidy := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	t := limit(Threshold{Name: tidy(name), Op: op, Raw: strings.Join(strings.Fields(narrow(limitText)), ""), Soft: soft})
	t.Unit = tidy(strings.ReplaceAll(unit, "％", "%"))
	if bad := t.Check(); bad != nil {
		return t, bad
	}
	return t, nil
}

// Check returns what keeps the threshold from being compared: no name or one that
// would not be read back (threshold.name), an unknown comparison (threshold.op),
// no limit or a day that no year has (threshold.limit), a unit that is too long
// (threshold.unit), an unknown softening word (threshold.soft).
func (t Threshold) Check() *fault.Refusal {
	code := ""
	switch {
	case t.Name == "" || badWord(t.Name):
		code = "threshold.name"
	case !slices.Contains(Ops(), t.Op):
		code = "threshold.op"
	case t.Raw == "" || badWord(t.Raw) || strings.Contains(t.Raw, " ") || !t.dated():
		code = "threshold.limit"
	case utf8.RuneCountInString(t.Unit) > longestUnit || strings.ContainsAny(t.Unit, ";()≥≤=\n"):
		code = "threshold.unit"
	case !slices.Contains(Softnesses(), t.Soft):
		code = "threshold.soft"
	}
	if code == "" {
		return nil
	}
	return fault.New(fault.Invalid, code, "value", clip(t.String()))
}

func badWord(s string) bool {
	return strings.ContainsAny(s, ";\n≥≤=") || utf8.RuneCountInString(s) > longestWord
}

// dated reports whether a date is one that every year has.
func (t Threshold) dated() bool {
	if t.Form != FormDate {
		return true
	}
	const common = 2023 // no leap year
	on := time.Date(common, time.Month(t.Month), t.Day, 0, 0, 0, 0, time.UTC)
	return int(on.Month()) == t.Month && on.Day() == t.Day
}
