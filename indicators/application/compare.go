package application

import (
	"strings"

	"minyi/indicators"
)

// Comparison is one threshold beside what the unit entered for it.
type Comparison struct {
	Threshold indicators.Threshold
	Entry     indicators.Entry
	indicators.Judgement
	Entered string // the figure in words of an older dossier, empty where it has entries
}

// Compare sets each threshold of an indicator beside what the claim says of it.
// It never decides: the verdict is the unit's and then the assessor's.
func Compare(i indicators.Indicator, c Claim, cal indicators.Calendar) []Comparison {
	entries, _ := c.Settled(i)
	words := []string{}
	if len(c.Entries) == 0 {
		words = strings.FieldsFunc(c.Value, func(r rune) bool { return r == ';' || r == '；' })
		entries = make([]indicators.Entry, len(i.Thresholds))
		for n := range min(len(words), len(entries)) {
			words[n] = strings.TrimSpace(words[n])
			entries[n].Figure = bare(words[n], i.Thresholds[n])
		}
	}
	out := make([]Comparison, len(i.Thresholds))
	for n, j := range indicators.JudgeAll(i.Thresholds, entries, cal) {
		out[n] = Comparison{Threshold: i.Thresholds[n], Judgement: j}
		if n < len(entries) {
			out[n].Entry = entries[n]
		}
		if n < len(words) {
			out[n].Entered = words[n]
		}
	}
	return out
}

// bare is a figure without the unit behind it.
func bare(text string, t indicators.Threshold) string {
	return strings.TrimRight(text, "%％"+t.Unit+" ")
}

// Nothing reports whether a claim's own figures say that an indicator has no case
// at all: a rate of nothing, on an indicator that may be called not applicable
// (C107). It is offered, never done by itself.
func Nothing(i indicators.Indicator, compared []Comparison) bool {
	if !Excusable(i) {
		return false
	}
	for _, c := range compared {
		if c.Inapplicable {
			return true
		}
	}
	return false
}
