package rule_test

import (
	"testing"

	"minyi/survey/questionnaire/rule"
)

func TestConditionsAreWrittenInXLSFormsOwnWords(t *testing.T) {
	t.Parallel()
	apart := func(id string) []string {
		if id == "q" {
			return []string{"98", "99"}
		}
		return nil
	}
	for text, want := range map[string]string{
		"${a} in ('x', 'y')":                         "${a} = 'x' or ${a} = 'y'",
		"${a} in ('x', 'y') and ${b} = 3":            "(${a} = 'x' or ${a} = 'y') and ${b} = 3",
		"answered(${a})":                             "${a} != ''",
		"${a} = ''":                                  "not(${a} != '')",
		"not(selected(${a}, 'x'))":                   "not(selected(${a}, 'x'))",
		"${a} != 'x'":                                "not(${a} = 'x')",
		"substantive(${q})":                          "${q} != '' and ${q} != '98' and ${q} != '99'",
		"${q} >= 3 or ${d} < date('2026-03-01')":     "(${q} >= 3 and ${q} != '98' and ${q} != '99') or ${d} < date('2026-03-01')",
		"(${a} = 'x' or ${a} = 'y') and (${b} <= 2)": "(${a} = 'x' or ${a} = 'y') and ${b} <= 2",
	} {
		r, err := rule.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got := r.XLSForm(apart)
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
		if _, err := rule.Parse(got); err != nil {
			t.Errorf("%s: %v", got, err)
		}
	}
}
