package questionnaire

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// unruled is a questionnaire with every type of question and no rule.
func unruled(t testing.TB) *Questionnaire {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "sample.json"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, items := range [][]Item{f.Screening, f.Items, f.Background, f.Integrity} {
		for i := range items {
			items[i].Relevant, items[i].EndIf = "", ""
			for j := range items[i].Rows {
				items[i].Rows[j].Relevant = ""
			}
			for j := range items[i].Options {
				items[i].Options[j].GoTo = ""
			}
		}
	}
	if f.Open != nil {
		f.Open.Relevant = ""
	}
	q, err := compile(*f, false)
	if err != nil {
		t.Fatal(err)
	}
	q = withAreas(t, q)
	if q.ruled {
		t.Fatal("a rule is left")
	}
	return q
}

// builtIn is the built-in questionnaire of one survey.
func builtIn(t testing.TB) *Questionnaire {
	t.Helper()
	q, err := Parse(Default())
	if err != nil {
		t.Fatal(err)
	}
	return withAreas(t, q)
}

func withAreas(t testing.TB, q *Questionnaire) *Questionnaire {
	t.Helper()
	with := Filling{Values: map[string]Text{}}
	for name := range q.form.Placeholders {
		with.Values[name] = Text{Zh: "某", En: "some"}
	}
	for _, code := range []string{"640104", "640105", "640106"} {
		with.Areas = append(with.Areas, AreaOption{Code: code, Text: Text{Zh: "区", En: "district"}})
	}
	q, err := q.Fill(with)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// value makes up what somebody might send for a question.
func value(one Question, chance *rand.Rand) string {
	odd := []string{"", " ", "12", "1.50", "2026-03-01", "好\r\n的", "no such code", "\xff", "a\x00b", "98"}
	if len(one.Choices) > 0 && chance.IntN(40) > 0 {
		return one.Choices[chance.IntN(len(one.Choices))].Code
	}
	return odd[chance.IntN(len(odd))]
}

// filled makes up a form: plain ones often, odd ones at times.
func filled(q *Questionnaire, chance *rand.Rand) map[string][]string {
	form := map[string][]string{}
	for _, one := range q.questions {
		n := 1
		switch {
		case one.Type == Rank:
			n = one.Places
		case one.Type == Multiple:
			n = chance.IntN(4)
		case chance.IntN(10) == 0:
			n = chance.IntN(3)
		}
		for range n {
			form[one.ID] = append(form[one.ID], value(one, chance))
		}
	}
	if chance.IntN(20) == 0 {
		form["stranger"] = nil
	}
	return form
}

func TestTheQuickCheckSaysWhatTheWholeCheckSays(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]*Questionnaire{"built in": builtIn(t), "every type": unruled(t)} {
		chance, taken := rand.New(rand.NewPCG(4, 2)), 0
		for range 20_000 {
			form := filled(q, chance)
			v := Variant(chance.IntN(q.Variants()))
			got, ok := q.quick(form, v)
			if !ok {
				continue
			}
			taken++
			if want, err := q.checkAll(form, v); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %v: got %+v, want %+v, %v", name, form, got, want, err)
			}
		}
		if taken < 20 {
			t.Errorf("%s: only %d of 20,000 forms were plain", name, taken)
		}
	}
}

func TestAPlainFormIsTakenQuickly(t *testing.T) {
	t.Parallel()
	q, form := builtIn(t), map[string][]string{}
	for i := range q.questions {
		one := &q.questions[i]
		for _, c := range one.Choices {
			if !c.Ends {
				form[one.ID] = []string{c.Code}
				break
			}
		}
	}
	if _, ok := q.quick(form, 3); !ok {
		t.Errorf("not taken: %v", form)
	}
}

func BenchmarkQuick(b *testing.B) {
	q := builtIn(b)
	form := map[string][]string{"o1": {"办事大厅的人很耐心，材料一次说清。"}}
	for i := range q.questions {
		for _, c := range q.questions[i].Choices {
			if !c.Ends {
				form[q.questions[i].ID] = []string{c.Code}
				break
			}
		}
	}
	b.Run("quick", func(b *testing.B) {
		for b.Loop() {
			_, _ = q.quick(form, 3)
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			_, _ = q.checkAll(form, 3)
		}
	})
}
