package survey_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/contact"
	"minyi/survey/questionnaire"
)

// months is a whole sheet of somebody who has lived there for so many months.
func months(t *testing.T, q *questionnaire.Questionnaire, n int) questionnaire.Sheet {
	t.Helper()
	values, err := url.ParseQuery("consent=yes&s1=60-69&s4=no&s5=yes&q01=4&g1a=5&g1b=98&g1c=3&b1=female&b2=rural&q02=10&q03=5&b4=no")
	if err != nil {
		t.Fatal(err)
	}
	home, _ := q.Question("s2")
	values.Set("s2", home.Choices[0].Code)
	values.Set("s3", strconv.Itoa(n))
	sheet, err := q.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

// TestRoundedNumbersStandOutAtTheirInterviewer lets one of two interviewers write
// down tens only.
func TestRoundedNumbersStandOutAtTheirInterviewer(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id, tokens := h.everyType(t)
	if _, err := h.ImportNumbers(t.Context(), agent(), id, strings.NewReader(phones(1, 60))); err != nil {
		t.Fatal(err)
	}
	rules := contact.DefaultRules()
	rules.On = true
	if err := h.SetContactRules(t.Context(), agent(), id, rules); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		by, n := []access.Actor{ding(), hu()}[i%2], []int{10 * (i + 1), 11 + 7*i}[i%2]
		ctx := survey.Calling(t.Context(), by)
		code, err := h.NextCall(ctx, by, id)
		if err != nil {
			t.Fatal(err)
		}
		form, err := h.Telephone().Open(ctx, code)
		if err != nil {
			t.Fatal(err)
		}
		in := survey.Submission{Token: code, Key: "key-" + code, Sheet: months(t, form.Questionnaire, n), Lang: "zh-CN", Trace: &survey.Trace{Started: h.now(), Total: 300}}
		if _, err := h.Telephone().Submit(ctx, in); err != nil {
			t.Fatal(err)
		}
		if err := h.LogCall(ctx, by, code, contact.Attempt{Code: contact.Complete}); err != nil {
			t.Fatal(err)
		}
	}
	for i, token := range tokens[80:] {
		form, err := h.Open(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		in := survey.Submission{Token: token, Key: "k" + token, Sheet: months(t, form.Questionnaire, 13+3*i), Trace: &survey.Trace{Started: h.now(), Total: 200}}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	closeSurvey(t, h, id)
	b, err := h.Board(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Heaps) != 1 || b.Heaps[0].Question != "s3" || b.Heaps[0].N != 70 || !(b.Heaps[0].P < .05) {
		t.Fatalf("got %+v, want the months of 70 people", b.Heaps)
	}
	first := b.Heaps[0].Groups[0]
	if first.N != 15 || first.Round != 1 || first.Z < 3 || len(b.Pick(survey.Pick{Hand: first.Name}, &survey.Decided{})) != 15 {
		t.Errorf("the first group is %+v, want the interviewer who rounds", first)
	}
	for _, other := range b.Heaps[0].Groups[1:] {
		if other.Z > 3 {
			t.Errorf("%+v stands out too", other)
		}
	}
}
