package questionnaire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// planted changes the sample: set is the JSON path of one value and what to put
// there ("items.q03a.relevant").
func planted(t *testing.T, set map[string]any) string {
	t.Helper()
	var paper map[string]any
	if err := json.Unmarshal([]byte(sampleText(t)), &paper); err != nil {
		t.Fatal(err)
	}
	for path, value := range set {
		steps := strings.Split(path, ".")
		var at any = paper
		for _, step := range steps[:len(steps)-1] {
			at = child(t, at, step)
		}
		at.(map[string]any)[steps[len(steps)-1]] = value
	}
	out, err := json.Marshal(paper)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// child steps into an object by key and into a list by id or code.
func child(t *testing.T, at any, step string) any {
	t.Helper()
	if m, ok := at.(map[string]any); ok && m[step] != nil {
		return m[step]
	}
	list, _ := at.([]any)
	for _, one := range list {
		if m := one.(map[string]any); m["id"] == step || m["code"] == step {
			return m
		}
	}
	t.Fatalf("no %s", step)
	return nil
}

func TestEveryPlantedFaultIsNamedWithQuestionAndRule(t *testing.T) {
	t.Parallel()
	type set = map[string]any
	for _, c := range []struct {
		name              string
		set               set
		field, want, rule string
	}{
		{"forward reference", set{"screening.s4.relevant": "${q01} = 5"}, "s4", "questionnaire.rule_forward", "${q01} = 5"},
		{"looks at itself", set{"background.b6.relevant": "answered(${b6})"}, "b6", "questionnaire.loop", "answered(${b6})"},
		{
			"two that wait for each other",
			set{"background.b5.relevant": "answered(${b6})", "background.b6.relevant": "${b5} >= 1"},
			"b5", "questionnaire.loop", "answered(${b6})",
		},
		{"a jump back", set{"background.b4.options.no.go_to": "b1"}, "b4", "questionnaire.loop", "b4=no → b1"},
		{"a jump to itself", set{"background.b4.options.no.go_to": "b4"}, "b4", "questionnaire.loop", "b4=no → b4"},
		{"a jump to nowhere", set{"background.b4.options.no.go_to": "b99"}, "b4", "questionnaire.rule_question", "b4=no → b99"},
		{"a jump from an end", set{"screening.s1.options.u18.go_to": "s5"}, "s1", "questionnaire.contradiction", "s1=u18 → s5"},
		{"a jump from several answers", set{"background.b3.options.none.go_to": "b8"}, "b3", "questionnaire.field", ""},
		{"a jump out of the random items", set{"items.q02.type": "single", "items.q02.scored": false, "items.q02.options": []any{
			map[string]any{"code": "a", "text": map[string]any{"zh": "甲", "en": "A"}, "go_to": "b1"},
			map[string]any{"code": "b", "text": map[string]any{"zh": "乙", "en": "B"}},
		}}, "q02", "questionnaire.rule_order", "q02=a → b1"},
		{"an item in random order", set{"items.q02.relevant": "${q03} <= 2"}, "q02", "questionnaire.rule_order", "${q03} <= 2"},
		{"an item behind, in random order", set{"items.q03.relevant": "${q02} = 0"}, "q03", "questionnaire.rule_order", "${q02} = 0"},
		{"unknown question", set{"items.q03a.relevant": "${q33} <= 2"}, "q03a", "questionnaire.rule_question", "${q33} <= 2"},
		{"a grid is no question", set{"items.q03a.relevant": "answered(${g1})"}, "q03a", "questionnaire.rule_question", "answered(${g1})"},
		{"unknown code", set{"items.g1.relevant": "${s5} = 'maybe'"}, "g1a", "questionnaire.rule_code", "${s5} = 'maybe'"},
		{"unknown code of several", set{"items.q03b.relevant": "selected(${q03a}, 'x')"}, "q03b", "questionnaire.rule_code", "selected(${q03a}, 'x')"},
		{"a number as a code", set{"background.b6.relevant": "${b5} = '3'"}, "b6", "questionnaire.rule_code", "${b5} = '3'"},
		{"size of a code", set{"background.b6.relevant": "${b4} > 1"}, "b6", "questionnaire.rule_type", "${b4} > 1"},
		{"several answers are equal to none", set{"items.q03b.relevant": "${q03a} = 'work'"}, "q03b", "questionnaire.rule_type", "${q03a} = 'work'"},
		{"a date as a number", set{"background.b7.relevant": "${b6} > 5"}, "b7", "questionnaire.rule_type", "${b6} > 5"},
		{"syntax", set{"background.b7.relevant": "${b6} >"}, "b7", "questionnaire.rule_syntax", "${b6} >"},
		{"contradiction in codes", set{"items.g1.relevant": "${s5} = 'yes' and ${s5} = 'no'"}, "g1a", "questionnaire.contradiction", "${s5} = 'yes' and ${s5} = 'no'"},
		{"contradiction in numbers", set{"background.b6.relevant": "${b5} > 3 and ${b5} < 4"}, "b6", "questionnaire.contradiction", "${b5} > 3 and ${b5} < 4"},
		{"out of range", set{"background.b6.relevant": "${b5} > 200"}, "b6", "questionnaire.contradiction", "${b5} > 200"},
		{"contradiction in dates", set{"background.b7.relevant": "${b6} < date('2025-01-01')"}, "b7", "questionnaire.contradiction", "${b6} < date('2025-01-01')"},
		{
			"exclusive options together",
			set{"items.q03b.relevant": "selected(${q03a}, 'none') and selected(${q03a}, 'work')"},
			"q03b", "questionnaire.contradiction", "selected(${q03a}, 'none') and selected(${q03a}, 'work')",
		},
		{
			"more than a rank has places",
			set{"background.b9.relevant": "selected(${b8}, 'fair') and selected(${b8}, 'near') and selected(${b8}, 'fast') and selected(${b8}, 'clear')"},
			"b9", "questionnaire.contradiction", "selected(${b8}, 'fair') and selected(${b8}, 'near') and selected(${b8}, 'fast') and selected(${b8}, 'clear')",
		},
		{"unreachable: a point that was not low", set{"items.q03b.relevant": "${q03} = 5 and answered(${q03a})"}, "q03b", "questionnaire.unreachable", "${q03} = 5 and answered(${q03a})"},
		{"unreachable: behind an end", set{"background.b9.relevant": "${s1} = 'u18'"}, "b9", "questionnaire.contradiction", "${s1} = 'u18'"},
		{"unreachable: behind an end by rule", set{"background.b9.relevant": "${s3} < 6"}, "b9", "questionnaire.unreachable", "${s3} < 6"},
		{"unreachable: jumped over", set{"background.b5.relevant": "${b4} = 'no'"}, "b5", "questionnaire.unreachable", "b4=dk → b8"},
		{"unreachable: required is always answered", set{"background.b9.relevant": "${s5} = ''"}, "b9", "questionnaire.unreachable", "${s5} = ''"},
		{"dead end by rule", set{"screening.s3.end_if": "answered(${s3})"}, "s3", "questionnaire.rule_dead_end", "answered(${s3})"},
		{"an end that never comes", set{"screening.s3.end_if": "${s3} > 1200"}, "s3", "questionnaire.contradiction", "${s3} > 1200"},
		{"an end behind the screening", set{"background.b5.end_if": "${b5} > 3"}, "b5", "questionnaire.field", ""},
		{"an end that can be skipped", set{"screening.s3.required": false}, "s3", "questionnaire.end_required", ""},
		{"a rule over a question that some papers lack", set{"items.q03.applies_to": []string{"city-county"}}, "q03a", "questionnaire.rule_system", "with_previous"},
		{"untranslated row", set{"items.g1.rows.g1b.text": map[string]any{"zh": "态度", "en": ""}}, "g1b", "questionnaire.untranslated", ""},
		{"untranslated unit", set{"background.b5.unit": map[string]any{"zh": "次", "en": ""}}, "b5", "questionnaire.untranslated", ""},
		{"untranslated end of a scale", set{"scales.ladder11.low": map[string]any{"zh": "不", "en": ""}}, "ladder11", "questionnaire.untranslated", ""},
		{"a stem without its row", set{"items.g1.text": map[string]any{"zh": "满意吗？", "en": "Satisfied?"}}, "g1", "questionnaire.grid_stem", ""},
		{"a grid without rows", set{"items.g1.rows": []any{}}, "g1", "questionnaire.grid_rows", ""},
		{"a row's id twice", set{"items.g1.rows.g1b.id": "g1a"}, "g1a", "questionnaire.id_twice", ""},
		{"a row named as its grid", set{"items.g1.rows.g1b.id": "g1"}, "g1", "questionnaire.id_twice", ""},
		{"codes twice", set{"background.b8.options.fair.code": "fast"}, "b8", "questionnaire.code_twice", ""},
		{"a range without an end", set{"background.b5.max": ""}, "b5", "questionnaire.range", ""},
		{"a range the wrong way round", set{"background.b5.max": 0}, "b5", "questionnaire.range", ""},
		{"a limit with more decimals", set{"background.b7.max": 1.55}, "b7", "questionnaire.range", ""},
		{"a date that is none", set{"background.b6.min": "2025-02-30"}, "b6", "questionnaire.range", ""},
		{"more places than options", set{"background.b8.places": 6}, "b8", "questionnaire.places", ""},
		{"places of a number", set{"background.b5.places": 3}, "b5", "questionnaire.field", ""},
		{"an unknown look", set{"background.b9.appearance": "wide"}, "b9", "questionnaire.field", ""},
		{"a code that could be typed", set{"background.b5.options.dk.code": "98"}, "b5", "questionnaire.code_typed", ""},
		{"an option of a number", set{"background.b5.options.dk.non_substantive": ""}, "b5", "questionnaire.code_typed", ""},
		{"an unknown reason", set{"background.b8.options.dk.non_substantive": "whatever"}, "b8", "questionnaire.reason", ""},
		{"ends and points both", set{"scales.satisfaction5.to": 5}, "satisfaction5", "questionnaire.scale_ends", ""},
		{"with the previous outside the items", set{"background.b6.with_previous": true}, "b6", "questionnaire.field", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := questionnaire.Parse([]byte(planted(t, c.set)))
			for _, r := range fault.All(err) {
				if r.Code == c.want && r.Field == c.field && r.Params["rule"] == c.rule {
					return
				}
			}
			t.Errorf("got %v, want %s at %s with rule %q", err, c.want, c.field, c.rule)
		})
	}
}

func TestRulesTooTangledToCheckAreRefused(t *testing.T) {
	t.Parallel()
	var parts []string
	for _, code := range []string{"service", "enforcement", "complaint", "dispute", "consultation", "information"} {
		parts = append(parts, "selected(${b3}, '"+code+"')")
	}
	if _, err := questionnaire.Parse([]byte(planted(t, map[string]any{"background.b9.relevant": strings.Join(parts, " and ")}))); err != nil {
		t.Errorf("six options of one question: %v", err)
	}
	many := []any{}
	parts = nil
	for code := 'a'; code < 'l'; code++ {
		many = append(many, map[string]any{"code": string(code), "text": map[string]any{"zh": "项", "en": "item"}})
		parts = append(parts, "selected(${b3}, '"+string(code)+"')")
	}
	_, err := questionnaire.Parse([]byte(planted(t, map[string]any{
		"background.b3.options": many, "background.b9.relevant": strings.Join(parts, " and "),
	})))
	if all := fault.All(err); len(all) != 1 || all[0].Code != "questionnaire.rule_tangled" || all[0].Field != "b9" {
		t.Errorf("eleven options of one question: got %v, want questionnaire.rule_tangled at b9", err)
	}
}
