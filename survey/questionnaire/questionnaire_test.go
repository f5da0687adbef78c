package questionnaire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// filled returns the default paper for a made-up survey of two areas.
func filled(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Parse(questionnaire.Default())
	if err != nil {
		t.Fatalf("default paper: %v", err)
	}
	q, err = q.Fill(filling())
	if err != nil {
		t.Fatalf("fill: %v", err)
	}
	return q
}

func filling() questionnaire.Filling {
	return questionnaire.Filling{
		Values: map[string]questionnaire.Text{
			"subject":   {Zh: "银川市政府及其部门", En: "the government of Yinchuan"},
			"organiser": {Zh: "自治区党委依法治区办", En: "the regional office for law-based governance"},
			"agency":    {Zh: "某调查机构", En: "a survey agency"},
			"phone":     {Zh: "0951-0000000", En: "0951-0000000"},
			"months":    {Zh: "12", En: "12"},
		},
		Areas: []questionnaire.AreaOption{
			{Code: "640104", Text: questionnaire.Text{Zh: "兴庆区", En: "Xingqing"}},
			{Code: "640105", Text: questionnaire.Text{Zh: "西夏区", En: "Xixia"}},
		},
		System: "city-county",
	}
}

func TestDefaultPaperHasTheSectionsOfItsReadme(t *testing.T) {
	t.Parallel()
	q := filled(t)
	var ids []string
	for _, one := range q.Questions() {
		ids = append(ids, one.ID)
	}
	want := "consent s1 s2 s3 s4 q01 q02 q03 q04 q05 q06 q07 q08 q09 q10 q11 q12 b1 b2 b3 i1 o1"
	if got := strings.Join(ids, " "); got != want {
		t.Errorf("questions: got %s, want %s", got, want)
	}
	if got := q.PrimaryIndicator("q10"); got != "84" {
		t.Errorf("primary indicator of q10: got %s, want 84", got)
	}
	if got := q.PrimaryIndicator("q01"); got != "" {
		t.Errorf("primary indicator of q01: got %s, want none", got)
	}
	for point, want := range map[int]bool{5: true, 4: true, 3: false, 2: false, 1: false, 98: false, 99: false, 0: false} {
		if got := q.SatisfiedPoint("q05", point); got != want {
			t.Errorf("satisfied at %d: got %v, want %v", point, got, want)
		}
	}
	if q.ValidPoint("q05", 98) || q.ValidPoint("q05", 0) || !q.ValidPoint("q05", 3) {
		t.Error("valid points are 1 to 5 only")
	}
}

func TestFillLeavesNoPlaceholderInAnyText(t *testing.T) {
	t.Parallel()
	q := filled(t)
	texts := []questionnaire.Text{q.Title(), q.Intro(), q.Closing()}
	for _, one := range q.Questions() {
		texts = append(texts, one.Text)
		for _, c := range one.Choices {
			texts = append(texts, c.Text)
		}
	}
	for _, text := range texts {
		for _, lang := range []string{"zh-CN", "en"} {
			if got := text.In(lang); strings.ContainsAny(got, "{}") || got == "" {
				t.Errorf("%s: %q", lang, got)
			}
		}
	}
	if got, want := q.Title().In("en"), "Resident survey on law-based government: the government of Yinchuan"; got != want {
		t.Errorf("title: got %q, want %q", got, want)
	}
	home, ok := q.WithRole(questionnaire.RoleArea)
	if !ok || len(home.Choices) != 3 || !home.Choices[2].Ends {
		t.Errorf("home area: got %+v, want two areas and one way out", home.Choices)
	}
}

func TestFillRefuses(t *testing.T) {
	t.Parallel()
	q, err := questionnaire.Parse(questionnaire.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		change     func(f *questionnaire.Filling)
	}{
		{"a missing value", "questionnaire.value_missing", func(f *questionnaire.Filling) { delete(f.Values, "phone") }},
		{"a value in one language", "questionnaire.value_missing", func(f *questionnaire.Filling) {
			f.Values["agency"] = questionnaire.Text{Zh: "某机构"}
		}},
		{"braces in a value", "questionnaire.value_characters", func(f *questionnaire.Filling) {
			f.Values["subject"] = questionnaire.Text{Zh: "{phone}", En: "x"}
		}},
		{"no area", "questionnaire.areas", func(f *questionnaire.Filling) { f.Areas = nil }},
		{"an area twice", "questionnaire.areas", func(f *questionnaire.Filling) { f.Areas = append(f.Areas, f.Areas[0]) }},
		{"an area named as the way out", "questionnaire.areas", func(f *questionnaire.Filling) { f.Areas[0].Code = "outside" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := filling()
			c.change(&f)
			_, err := q.Fill(f)
			if all := fault.All(err); len(all) != 1 || all[0].Code != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestHashNamesContentNotSpacing(t *testing.T) {
	t.Parallel()
	a, err := questionnaire.Parse(questionnaire.Default())
	if err != nil {
		t.Fatal(err)
	}
	var any map[string]json.RawMessage
	if err := json.Unmarshal(questionnaire.Default(), &any); err != nil {
		t.Fatal(err)
	}
	spaced, err := json.Marshal(any) // keys sorted, no white space
	if err != nil {
		t.Fatal(err)
	}
	b, err := questionnaire.Parse(spaced)
	if err != nil {
		t.Fatal(err)
	}
	if a.Hash() != b.Hash() {
		t.Errorf("same content, other spacing: %s and %s", a.Hash(), b.Hash())
	}
	changed := strings.Replace(string(questionnaire.Default()), "不太满意", "不满意", 1)
	c, err := questionnaire.Parse([]byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	f, err := a.Fill(filling())
	if err != nil {
		t.Fatal(err)
	}
	if a.Hash() == c.Hash() || a.Hash() == f.Hash() || len(a.Hash()) != 64 {
		t.Errorf("other content must have another hash: %s %s %s", a.Hash(), c.Hash(), f.Hash())
	}
}

func TestStaticChecksNameQuestionAndRule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, field, want string }{
		{"schema", `"minyi-questionnaire/1"`, `"minyi-questionnaire/9"`, "", "questionnaire.schema"},
		{"id twice", `"id": "q03"`, `"id": "q02"`, "q02", "questionnaire.id_twice"},
		{"id that could be a hidden field", `"id": "q03"`, `"id": "_form"`, "_form", "questionnaire.id"},
		{"code twice", `"code": "30-39"`, `"code": "18-29"`, "s1", "questionnaire.code_twice"},
		{"code with a space", `"code": "30-39"`, `"code": "30 39"`, "s1", "questionnaire.code"},
		{"untranslated", `"en": "Male"`, `"en": " "`, "b1", "questionnaire.untranslated"},
		{"control character", `"en": "Male"`, `"en": "Ma\u0007le"`, "b1", "questionnaire.characters"},
		{"unknown scale", `"scale": "satisfaction5"`, `"scale": "nine"`, "q01", "questionnaire.scale_unknown"},
		{"unknown type", `"type": "multiple"`, `"type": "matrix"`, "b3", "questionnaire.type"},
		{"unknown action", `"action": "end"`, `"action": "jump"`, "consent", "questionnaire.action"},
		{"undeclared placeholder", "您的性别是？", "您的{gender}是？", "b1", "questionnaire.placeholder"},
		{"satisfied code off the scale", "\"satisfied_codes\": [\n    4,", "\"satisfied_codes\": [\n    98,", "satisfaction5", "questionnaire.scale_valid"},
		{"scale code twice", `"code": 98`, `"code": 99`, "satisfaction5", "questionnaire.scale_code"},
		{"margin missing", `"margin": "60+"`, `"margin": ""`, "s1", "questionnaire.margin"},
		{"free text without bound", `"max_chars": 500`, `"max_chars": 0`, "o1", "questionnaire.max_chars"},
		{"role twice", `"role": "sex"`, `"role": "coached"`, "i1", "questionnaire.role_twice"},
		{"unknown key", `"items_order"`, `"items_ordre"`, "", "questionnaire.unreadable"},
		{"not JSON", `{`, `[`, "", "questionnaire.unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(string(questionnaire.Default()), c.old, c.new, 1)
			if text == string(questionnaire.Default()) {
				t.Fatalf("nothing to change: %s", c.old)
			}
			_, err := questionnaire.Parse([]byte(text))
			for _, r := range fault.All(err) {
				if r.Code == c.want && r.Field == c.field {
					return
				}
			}
			t.Errorf("got %v, want %s at %q", err, c.want, c.field)
		})
	}
}

func TestEndsOutsideScreeningAndDeadEndsAreRefused(t *testing.T) {
	t.Parallel()
	late := strings.Replace(string(questionnaire.Default()), `"flag": "coached"`, `"action": "end"`, 1)
	if _, err := questionnaire.Parse([]byte(late)); !strings.Contains(err.Error(), "questionnaire.end_place (i1)") {
		t.Errorf("an end behind the screening: got %v", err)
	}
	dead := strings.Replace(string(questionnaire.Default()), "\"code\": \"ge6m\",", "\"code\": \"ge6m\", \"action\": \"end\",", 1)
	if _, err := questionnaire.Parse([]byte(dead)); !strings.Contains(err.Error(), "questionnaire.dead_end (s3)") {
		t.Errorf("every option ends: got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(questionnaire.Default())
	f.Add([]byte(sampleText(f)))
	f.Add([]byte(`{"schema":"minyi-questionnaire/1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := questionnaire.Parse(data)
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Errorf("not a refusal: %v", err)
			}
			return
		}
		for v := 0; v < q.Variants() && v < 8; v++ {
			if got, want := len(q.Order(questionnaire.Variant(v))), len(q.Questions()); got != want {
				t.Errorf("variant %d shows %d of %d questions", v, got, want)
			}
		}
	})
}
