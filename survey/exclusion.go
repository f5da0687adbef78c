package survey

import (
	"slices"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey/quality"
	"minyi/survey/questionnaire"
)

// ExclusionVersion names the rules by which an answer may be left out, as they are
// published before the fieldwork. Whoever changes what Exclusions lists changes it.
const ExclusionVersion = "minyi/exclusions/v1"

// inWords is the rule of an act whose reason stands in words alone: it is as public
// as any, and of each it is told how many answers it left out.
const inWords = "words"

// Exclusions are the rules by which an answer may be left out, in the order of their
// names: what a sheet is, and for the review the rules of the detector that look at
// answers, and a reason in words that two people gave.
func Exclusions() (out []string) {
	for _, d := range []questionnaire.Disposition{questionnaire.ScreenedOut, questionnaire.Refused, questionnaire.QuotaFull} {
		out = append(out, d.String())
	}
	for _, r := range quality.Rules() {
		if !r.Unit {
			out = append(out, ofReview(string(r.Code)))
		}
	}
	out = append(out, ofReview(inWords))
	slices.Sort(out)
	return out
}

// ofReview is the reason of what an act of the review left out, by the act's rule.
func ofReview(rule string) string {
	if rule == "" {
		rule = inWords
	}
	return "review/" + rule
}

// exclusions is the line of the scheme.
func exclusions(sv *Survey) string {
	return strings.Join(append([]string{"exclusions", ExclusionVersion}, sv.Exclusions...), " ")
}

// announced refuses with review.unannounced an exclusion by a rule that was not
// published before the fieldwork. Surveys from before there were such lists have none.
func (s *Survey) announced(a *Act) error {
	if a.Kind != Exclude || len(s.Exclusions) == 0 || slices.Contains(s.Exclusions, ofReview(a.Rule)) {
		return nil
	}
	return fault.New(fault.Conflict, "review.unannounced", "rule", a.Rule).At("reason")
}

// reasonsOf are the reasons of what acts of the review left out, by the numbers of the
// acts; of a survey that published no rules the number itself.
func (s *Survey) reasonsOf(acts []*Act) map[int]string {
	out := map[int]string{}
	for _, a := range acts {
		if len(s.Exclusions) > 0 {
			out[a.Number] = ofReview(a.Rule)
		}
	}
	return out
}
