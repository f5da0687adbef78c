package rulebook

import (
	"maps"
	"slices"
	"strings"

	"minyi/indicators"
)

// Change is a field that two versions set differently. Before or After is empty
// where one of them sets nothing.
type Change struct {
	Field  Field
	Before string
	After  string
}

// Kind says whether the change adds, removes or changes.
func (c Change) Kind() string {
	switch {
	case c.Before == "":
		return "added"
	case c.After == "":
		return "removed"
	}
	return "changed"
}

// Compare returns what differs between two forms, in the order of the notice
// (C65). fields are those of both editions; see Union.
func Compare(fields []Field, before, after Form) []Change {
	var out []Change
	for _, f := range fields {
		if b, a := tidy(f, before[f.Name]), tidy(f, after[f.Name]); b != a {
			out = append(out, Change{Field: f, Before: b, After: a})
		}
	}
	return out
}

// Union returns the fields of both lists, those of the first in their order, then
// what only the second has.
func Union(a, b []Field) []Field {
	out, seen := slices.Clone(a), map[string]bool{}
	for _, f := range a {
		seen[f.Name] = true
	}
	for _, f := range b {
		if !seen[f.Name] {
			out = append(out, f)
		}
	}
	return out
}

// tidy writes a text as a scheme would, so that 1 and 1.00 are the same; what
// cannot be read stays as it was typed.
func tidy(f Field, text string) string {
	text = strings.TrimSpace(text)
	switch f.Part {
	case Instrument, Level:
		if s, err := indicators.ParseShare(text); err == nil {
			return s.String()
		}
	case Goal, Cap, Criterion, Full:
		if m, err := indicators.ParseMark(text); err == nil {
			return m.String()
		}
	case Limits:
		if limits, err := indicators.ReadThresholds(text); err == nil {
			return indicators.WriteThresholds(limits)
		}
	case Applies:
		if a, err := ReadApplies(text); err == nil {
			return WriteApplies(a)
		}
	case Method, Why:
	}
	return text
}

// Merge puts the work of two people together who began from the same form:
// theirs is saved already, mine is not. What only one of them changed is taken;
// what both changed differently stays as mine and is named in clashes with what
// theirs says.
func Merge(fields []Field, basis, theirs, mine Form) (merged, clashes Form) {
	merged, clashes = maps.Clone(mine), Form{}
	for _, f := range fields {
		b, t, m := tidy(f, basis[f.Name]), tidy(f, theirs[f.Name]), tidy(f, mine[f.Name])
		switch {
		case m == b:
			merged[f.Name] = theirs[f.Name]
		case t != b && t != m:
			clashes[f.Name] = t
		}
	}
	return merged, clashes
}

// With returns the form with other texts laid over it. Names that are no field of
// the form are left out.
func (f Form) With(over Form) Form {
	out := maps.Clone(f)
	for name, text := range over {
		if _, ok := out[name]; ok {
			out[name] = text
		}
	}
	return out
}
