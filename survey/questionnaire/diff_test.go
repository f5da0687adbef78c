package questionnaire_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minyi/survey/questionnaire"
)

func parse(t *testing.T, text string) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// line writes a change without its words: the code, then the parameters.
func line(c questionnaire.Change) string {
	var params []string
	for k, v := range c.Params {
		if k != "question" {
			params = append(params, k+"="+v)
		}
	}
	slices.Sort(params)
	return strings.TrimSpace(strings.TrimPrefix(c.Code, "change.") + " " + c.Question + " " + strings.Join(params, " "))
}

func TestDiffListsWhatChanged(t *testing.T) {
	t.Parallel()
	old := parse(t, sampleText(t))
	type set = map[string]any
	words := func(zh, en string) any { return map[string]any{"zh": zh, "en": en} }
	for _, c := range []struct {
		name string
		set  set
		want []string
	}{
		{"nothing", set{"version": 1}, nil},
		{"the version", set{"version": 2}, []string{"paper_field  field=version new=2 old=1"}},
		{"what residents never see", set{"items.q01.source": "x"}, []string{"other"}},
		{"one language of a text", set{"items.q02.text": words("您愿意推荐吗？", "If a friend or relative had the same business, how likely are you to recommend {subject}?")}, []string{
			"question_text q02 lang=zh new=您愿意推荐吗？ old=如果亲友有同样的事，您愿意推荐他们到{subject}办吗？",
		}},
		{"a row of a grid", set{"items.g1.rows.g1b.text": words("工作人员", "how the staff treated you")}, []string{
			"question_text g1b lang=zh new=办事的时候，您对工作人员满意还是不满意？ old=办事的时候，您对工作人员的态度满意还是不满意？",
		}},
		{"an option's text", set{"background.b8.options.near.text": words("路近", "A place nearby")}, []string{"option_text b8 lang=zh new=路近 old=离得近 option=near"}},
		{"an option's code", set{"background.b8.options.polite.code": "kind"}, []string{
			"option_added b8 en=Courtesy option=kind zh=态度好", "option_removed b8 en=Courtesy option=polite zh=态度好",
		}},
		{"an option's reason", set{"background.b8.options.dk.non_substantive": "not_applicable"}, []string{
			"option_field b8 field=non_substantive new=not_applicable old=dont_know option=dk",
		}},
		{"a bound", set{"background.b5.max": 300}, []string{"question_field b5 field=max new=300 old=200"}},
		{"required", set{"background.b8.required": true}, []string{"question_field b8 field=required new=true old=false"}},
		{"satisfied codes", set{"scales.ladder11.satisfied_codes": []int{9, 10}}, []string{"question_field ladder11 field=satisfied_codes new=9 10 old=8 9 10"}},
		{"the words at an end", set{"scales.ladder11.low": words("不愿意", "Not at all likely")}, []string{"option_text ladder11 lang=zh new=0 不愿意 old=0 完全不愿意 option=0"}},
		{"a rule", set{"items.q03a.relevant": "${q03} <= 3"}, []string{"rule_changed q03a kind=relevant new=${q03} <= 3 old=${q03} <= 2"}},
		{"a rule gone", set{"background.b6.relevant": ""}, []string{"rule_removed b6 kind=relevant rule=${b5} >= 1"}},
		{"a rule added", set{"background.b8.relevant": "answered(${b1})"}, []string{"rule_added b8 kind=relevant rule=answered(${b1})"}},
		{"an end", set{"screening.s3.end_if": "${s3} < 12"}, []string{"rule_changed s3 kind=end_if new=${s3} < 12 old=${s3} < 6 or not(substantive(${s3}))"}},
		{"a jump", set{"background.b4.options.dk.go_to": ""}, []string{
			"rule_removed b5 kind=relevant rule=b4=dk → b8", "rule_removed b6 kind=relevant rule=b4=dk → b8", "rule_removed b7 kind=relevant rule=b4=dk → b8",
		}},
	} {
		now := parse(t, planted(t, c.set))
		var got []string
		for _, change := range questionnaire.Diff(old, now) {
			got = append(got, line(change))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
		if c.want == nil {
			continue
		}
		if back := questionnaire.Diff(now, old); len(back) != len(c.want) {
			t.Errorf("%s: %d changes there, %d back", c.name, len(c.want), len(back))
		}
	}
}

func TestDiffNamesQuestionsThatCameWentAndMoved(t *testing.T) {
	t.Parallel()
	old := parse(t, sampleText(t))
	var paper map[string]any
	if err := json.Unmarshal([]byte(sampleText(t)), &paper); err != nil {
		t.Fatal(err)
	}
	list := paper["background"].([]any)
	first := list[0].(map[string]any)
	list = append(slices.Clone(list[2:]), first) // b1 moves to the end, b2 goes
	list = append(list, map[string]any{"id": "b10", "type": "text", "max_chars": 10, "text": map[string]any{"zh": "新", "en": "new"}})
	paper["background"] = list
	data, err := json.Marshal(paper)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, change := range questionnaire.Diff(old, parse(t, string(data))) {
		got = append(got, change.Code+" "+change.Question)
	}
	want := []string{"change.question_moved b1", "change.question_added b10", "change.question_removed b2"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Codes are put together in more than one way, so that the sources are searched
// for what looks like one.
func TestEveryCodeHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`"((?:questionnaire|answer|sheet|change)\.[a-z_]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range code.FindAllStringSubmatch(string(source), -1) {
			codes = append(codes, m[1])
		}
	}
	if len(codes) < 90 {
		t.Errorf("only %d codes were found", len(codes))
	}
	for _, lang := range []string{"zh-CN", "en"} {
		words := map[string]string{}
		for _, area := range []string{"questionnaire", "respond"} {
			data, err := os.ReadFile(filepath.Join("..", "..", "web", "view", "text", lang, area+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, &words); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range codes {
			key := "fault." + c
			if strings.HasPrefix(c, "change.") {
				key = c
			}
			if words[key] == "" {
				t.Errorf("%s has no words in %s", key, lang)
			}
		}
		for key := range words {
			c := strings.TrimPrefix(key, "fault.")
			mine := strings.HasPrefix(c, "questionnaire.") || strings.HasPrefix(key, "change.")
			if mine && !slices.Contains(codes, c) {
				t.Errorf("%s: %s says what nobody refuses", lang, key)
			}
		}
	}
}
