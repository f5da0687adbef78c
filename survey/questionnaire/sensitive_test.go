package questionnaire_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// marked is the sample with a question of health among the background and a grid
// among the items marked as sensitive.
func marked(t *testing.T, change func(*questionnaire.Form)) ([]byte, error) {
	t.Helper()
	f, err := questionnaire.Read([]byte(sampleText(t)))
	if err != nil {
		t.Fatal(err)
	}
	f.Add(questionnaire.Background, questionnaire.Item{
		ID: "h1", Type: questionnaire.Single, Text: questionnaire.Text{Zh: "您有残疾证吗？", En: "Do you have a disability certificate?"},
		Options:   []questionnaire.Option{{Code: "a", Text: questionnaire.Text{Zh: "有", En: "Yes"}}, {Code: "b", Text: questionnaire.Text{Zh: "没有", En: "No"}}},
		Sensitive: "health", Why: questionnaire.Text{Zh: "了解无障碍服务。", En: "To learn about access."},
	})
	grid, _ := f.Find("g1")
	grid.Sensitive, grid.Why = "accounts", questionnaire.Text{Zh: "了解收费。", En: "To learn about fees."}
	if change != nil {
		change(f)
	}
	_, err = questionnaire.Parse(f.JSON())
	return f.JSON(), err
}

func markedFilled(t *testing.T) *questionnaire.Questionnaire {
	t.Helper()
	text, err := marked(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	q, err := questionnaire.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if q, err = q.Fill(filling()); err != nil {
		t.Fatal(err)
	}
	return q
}

// TestS38ASensitiveQuestionIsAskedOnlyWithItsOwnConsent (Personal Information
// Protection Law, articles 28 to 30): the consent stands right before it in every
// variant, names the kind and the reason, and without a yes the answer is not read.
func TestS38ASensitiveQuestionIsAskedOnlyWithItsOwnConsent(t *testing.T) {
	t.Parallel()
	q := markedFilled(t)
	for v := range q.Variants() {
		order := q.Order(questionnaire.Variant(v))
		for id, before := range map[string]string{"h1": "h1.ok", "g1a": "g1.ok", "g1b": "g1a", "g1c": "g1b"} {
			at := slices.IndexFunc(order, func(one questionnaire.Question) bool { return one.ID == id })
			if got := order[at-1].ID; got != before {
				t.Fatalf("variant %d: before %s stands %s, want %s", v, id, got, before)
			}
		}
	}
	ask, _ := q.Question("h1.ok")
	if ask.Required || ask.Asks != "h1" || !strings.Contains(ask.Text.Zh, "医疗健康") || !strings.Contains(ask.Text.Zh, "了解无障碍服务") ||
		!strings.Contains(ask.Text.En, "health") || !strings.Contains(ask.Text.En, "To learn about access.") {
		t.Errorf("the consent is %+v", ask)
	}
	if got, want := q.Sensitive(), []questionnaire.Kind{"accounts", "health"}; !slices.Equal(got, want) {
		t.Errorf("kinds: got %v, want %v", got, want)
	}
	base := entry + strings.Replace(rated, "&g1a=5", "&g1a=1", 1) + called + ranked + "&h1=a"
	for _, c := range []struct{ name, query, h1, g1a string }{
		{"both agreed to", "&h1.ok=yes&g1.ok=yes", "a", "1"},
		{"one", "&h1.ok=yes&g1.ok=no", "a", ""},
		{"declined", "&h1.ok=no&g1.ok=no", "", ""},
		{"passed over", "", "", ""},
	} {
		sheet, err := q.Check(form(t, base+c.query), 0)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		back, err := q.Unpack(q.Pack(sheet), q.PackTexts(sheet))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if back.Disposition != questionnaire.Complete {
			t.Errorf("%s: %s, want complete: who does not agree answers no less", c.name, back.Outcome())
		}
		for id, want := range map[string]string{"h1": c.h1, "g1a": c.g1a} {
			if got := q.Code(back, id); got != want {
				t.Errorf("%s: %s is kept as %q, want %q", c.name, id, got, want)
			}
			if asked := q.Standing(back, id) != questionnaire.NotAsked; asked != (want != "") {
				t.Errorf("%s: %s asked: %v", c.name, id, asked)
			}
		}
	}
}

// TestS38TheCheckerHoldsWhatIsSensitiveToTheLaw: a known kind, a reason in both
// languages, never required; and a form without the mark keeps its hash.
func TestS38TheCheckerHoldsWhatIsSensitiveToTheLaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, code string
		change     func(*questionnaire.Item)
	}{
		{"required", "questionnaire.sensitive_required", func(it *questionnaire.Item) { it.Required = true }},
		{"no reason", "questionnaire.untranslated", func(it *questionnaire.Item) { it.Why.En = "" }},
		{"unknown", "questionnaire.sensitive_kind", func(it *questionnaire.Item) { it.Sensitive = "shoes" }},
		{"a reason alone", "questionnaire.field", func(it *questionnaire.Item) { it.Sensitive = "" }},
	} {
		_, err := marked(t, func(f *questionnaire.Form) {
			it, _ := f.Find("h1")
			c.change(it)
		})
		if found := fault.All(err); len(found) == 0 || found[0].Code != c.code || found[0].Field != "h1" {
			t.Errorf("%s: got %v, want %s at h1", c.name, err, c.code)
		}
	}
	text, err := marked(t, func(f *questionnaire.Form) { // a jump to what is sensitive leads to its consent
		it, _ := f.Find("b4")
		it.Options[1].GoTo = "h1"
	})
	if err != nil {
		t.Fatal(err)
	}
	q, err := questionnaire.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	over := q.Route(0, form(t, "b4="+optionAt(q, "b4", 1)))
	if over.Applies("b5") || !over.Applies("h1.ok") {
		t.Errorf("the jump leads over the consent")
	}
}

func optionAt(q *questionnaire.Questionnaire, id string, n int) string {
	one, _ := q.Question(id)
	return one.Choices[n].Code
}

// TestS38TheCheckerPointsOutWhatSoundsSensitive: a question of health or accounts that
// is not marked, and a paper that sends no child away; the papers of the house are
// free of both.
func TestS38TheCheckerPointsOutWhatSoundsSensitive(t *testing.T) {
	t.Parallel()
	for name, text := range map[string][]byte{"default": questionnaire.Default(), "deputies": questionnaire.Deputies(), "sample": []byte(sampleText(t))} {
		f, err := questionnaire.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Hints(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	text, err := marked(t, func(f *questionnaire.Form) {
		it, _ := f.Find("h1")
		it.Sensitive, it.Why = "", questionnaire.Text{}
		age, _ := f.Find("s1")
		age.Options[0].Action = ""
	})
	if fault.All(err) == nil { // an age option without a margin
		t.Fatal("the form is sound")
	}
	f, err := questionnaire.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range f.Hints() {
		got = append(got, h.Code+" "+h.Question+" "+h.Params["kind"])
	}
	if want := []string{"hint.sensitive h1 health", "hint.children  "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestS38OfAChildNoAnswerIsKept: the sheet that the question of age ends is the same
// whatever was typed, and packs to zeros behind its head. Sheets that were stored with
// the answer before stay readable.
func TestS38OfAChildNoAnswerIsKept(t *testing.T) {
	t.Parallel()
	q := filled(t)
	for _, query := range []string{"consent=yes&s1=u18", "consent=yes&s1=u18&s2=640104&s3=ge6m&s4=yes" + scored + rest} {
		sheet, err := q.Check(form(t, query), 3)
		if err != nil {
			t.Fatal(err)
		}
		packed := q.Pack(sheet)
		if got := bytes.Trim(packed[5:], "\x00"); len(got) != 0 || sheet.Open != "" || q.PackTexts(sheet) != "" {
			t.Errorf("kept: %x", packed)
		}
		back, err := q.Unpack(packed, "")
		if err != nil || back.Outcome() != "screened_out:s1" || back.Variant != 3 || !q.Young(back) {
			t.Errorf("read back: %v, %v", back.Outcome(), err)
		}
		if got := q.Standing(back, "s1"); got != questionnaire.NotAsked {
			t.Errorf("s1 stands as %v", got)
		}
		packed[5], packed[6] = 1, 1 // as it was packed once: yes, under 18
		if back, err = q.Unpack(packed, ""); err != nil || q.Code(back, "s1") != "u18" {
			t.Errorf("an older sheet: %v, %v", back, err)
		}
	}
	other, err := q.Check(form(t, "consent=yes&s1=18-29&s2=640104&s3=lt6m"), 0)
	if err != nil || q.Code(other, "s1") != "18-29" || q.Young(other) {
		t.Errorf("screened out for another reason: %q, %v", q.Code(other, "s1"), err)
	}
}

// TestS38TheMarkStandsInTheFileOfTheForm: it is written and read, and left out where
// there is none, so that no form changes its hash.
func TestS38TheMarkStandsInTheFileOfTheForm(t *testing.T) {
	t.Parallel()
	text, err := marked(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	var raw struct {
		Background []struct {
			ID        string             `json:"id"`
			Sensitive string             `json:"sensitive"`
			Why       questionnaire.Text `json:"sensitive_why"`
		} `json:"background"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	last := raw.Background[len(raw.Background)-1]
	if last.ID != "h1" || last.Sensitive != "health" || last.Why.Zh != "了解无障碍服务。" {
		t.Errorf("got %+v", last)
	}
	if plain := questionnaire.Default(); bytes.Contains(plain, []byte("sensitive")) {
		t.Error("the built-in form has the mark")
	}
}
