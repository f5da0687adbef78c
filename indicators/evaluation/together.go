package evaluation

import (
	"math"
	"slices"

	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// together says how the error of a dossier's mark hangs together with those of the
// other dossiers of its track: a lenient assessor raises every dossier that he marks.
// Of raw marks the covariance is σ²r times the assessors whose sheets count for both,
// over the sheets of each (Brennan 2001, Generalizability Theory, ch. 2: the main
// effect of raters is common to whoever they rate); of corrected marks it is that of
// the additive model's adjusted means. Where the error comes from a dossier's sheets
// alone, nothing is known of it and nothing is said.
func (m *Model) together(r Result, track [][]SheetState, rule roster.ThreeSheets) []scorebook.Shared {
	if r.Refused != "" || r.SEFrom == FromSpread {
		return nil
	}
	var out []scorebook.Shared
	for _, of := range track {
		k := of[0].Dossier
		if k == r.Dossier {
			continue
		}
		counted := counting(of, rule)
		both := 0
		for _, s := range counted {
			if slices.Contains(r.Counted, s.Assessor) {
				both++
			}
		}
		v := m.VarScorer * float64(both) / float64(len(counted)*len(r.Counted))
		if r.Adjusted {
			v = m.between[pair{r.Dossier, k}]
		}
		if c := squared(v); c != 0 {
			out = append(out, scorebook.Shared{Unit: k.Unit, Covariance: c})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, scorebook.Shared{Unit: r.Dossier.Unit, Covariance: r.Variance})
}

// pair is two dossiers.
type pair struct{ a, b application.Key }

// vary keeps the variance of the mark, given in squared marks.
func (r *Result) vary(v float64) { r.SE, r.Variance = markOf(math.Sqrt(v)), squared(v) }

// squared turns squared marks into hundredths squared.
func squared(v float64) int64 {
	const inHundredths = 100 * 100
	return int64(math.Round(v * inHundredths))
}
