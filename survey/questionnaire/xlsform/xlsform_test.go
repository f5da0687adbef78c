package xlsform_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/xlsform"
)

// sample is the paper with every type of question and every kind of rule.
func sample(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "sample.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestQuestionnairesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	sensitive := bytes.Replace(sample(t), []byte(`"id": "b3",`), []byte(`"id": "b3", "sensitive": "identity", "sensitive_why": {"zh": "原因", "en": "reason"},`), 1)
	for name, text := range map[string][]byte{"built-in": questionnaire.Default(), "every type": sample(t), "sensitive": sensitive} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := questionnaire.Read(text)
			if err != nil {
				t.Fatal(err)
			}
			book, err := xlsform.Write(f)
			if err != nil {
				t.Fatal(err)
			}
			back, left, err := xlsform.Read(book)
			if err != nil || len(left) > 0 {
				t.Fatalf("%v, left out %v", err, left)
			}
			if got, want := string(back.JSON()), string(f.JSON()); got != want {
				t.Error(difference(got, want))
			}
			a, err := questionnaire.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if b, err := questionnaire.Parse(back.JSON()); err != nil || a.Hash() != b.Hash() {
				t.Errorf("another hash: %v", err)
			}
		})
	}
}

func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			from := max(0, i-4)
			return fmt.Sprintf("line %d: got\n%s\nwant\n%s", i+1, strings.Join(g[from:i+1], "\n"), strings.Join(w[from:i+1], "\n"))
		}
	}
	return "one is longer"
}

// workbook makes a workbook of rows by sheet.
func workbook(t *testing.T, sheets map[string][][]string) []byte {
	t.Helper()
	book := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// foreign is a form as other programs write it.
func foreign() map[string][][]string {
	return map[string][][]string{
		"survey": {
			{"type", "name", "label::中文 (zh)", "label::English (en)", "required", "relevant", "constraint", "appearance"},
			{"start", "start"},
			{"note", "hello", "您好", "Hello"},
			{"select_one yn", "used", "您办过事吗？", "Did you use it?", "yes"},
			{"begin group", "about", "", "", "", `${used} = "y"`},
			{"integer", "times", "几次？", "How often?", "", "", ". >= 1 and . <=20"},
			{"select_multiple ways", "ways", "怎么办的？", "How?", "", "selected(${used}, 'y') and not(${times} > 10)"},
			{"end group"},
			{"begin_group", "rate", "请评价", "Please rate", "", "", "", "field-list table-list"},
			{"select_one yn", "r1", "窗口", "The desk"},
			{"select_one yn", "r2", "电话", "The phone"},
			{"end_group"},
			{"text", "more", "还有吗？", "Anything else?", "", "", "string-length(.) <= 500", "multiline"},
			{"date", "day", "哪天？", "Which day?", "", "", ". >= date('2026-01-01')"},
		},
		"choices": {
			{"list_name", "name", "label::中文 (zh)", "label::English (en)"},
			{"yn", "y", "是", "Yes"},
			{"yn", "n", "否", "No"},
			{"ways", "desk", "窗口", "Desk"},
			{"ways", "web", "网上", "Online"},
		},
		"settings": {{"form_title", "form_id"}, {"办事调查", "service"}},
	}
}

func TestFormsOfOtherProgramsAreRead(t *testing.T) {
	t.Parallel()
	f, left, err := xlsform.Read(workbook(t, foreign()))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 2 || left[0].Row != 2 || left[1].Code != "xlsform.note" {
		t.Errorf("left out: got %v", left)
	}
	var got []string
	for _, it := range f.Items {
		got = append(got, fmt.Sprintf("%s %s %s", it.ID, it.Type, it.Relevant))
	}
	want := []string{
		"used single ", "times number ${used} = 'y'",
		"ways multiple (${used} = 'y') and (selected(${used}, 'y') and not(${times} > 10))",
		"rate grid ", "more text ", "day date ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for i, it := range f.Items { // ways looks at times, and the order of the others is random
		if it.WithPrevious != (i == 2) {
			t.Errorf("%s stays behind the one before it: got %v", it.ID, it.WithPrevious)
		}
	}
	if n := f.Items[1]; n.Min != "1" || n.Max != "20" || f.Items[4].MaxChars != 500 || f.Items[5].Min != "2026-01-01" {
		t.Errorf("bounds: got %+v", n)
	}
	if f.Title.Zh != "办事调查" || f.ID != "service" || f.Items[3].Text.Zh != "请评价：{row}" || len(f.Items[3].Rows) != 2 {
		t.Errorf("title %q, grid %+v", f.Title.Zh, f.Items[3])
	}
}

func TestMistakesAreNamedWithSheetAndRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		row  []string
		code string
	}{
		{"a type that there is not", []string{"geopoint", "where", "哪里", "Where"}, "xlsform.type"},
		{"no name", []string{"text", "", "甲", "A"}, "xlsform.name"},
		{"no such list", []string{"select_one none", "a", "甲", "A"}, "xlsform.list"},
		{"a sum in a condition", []string{"text", "a", "甲", "A", "", "${times} + 1 > 2"}, "xlsform.relevant"},
		{"a constraint by pattern", []string{"text", "a", "甲", "A", "", "", "regex(., '[0-9]')"}, "xlsform.constraint"},
		{"a number of choices", []string{"select_multiple ways", "a", "甲", "A", "", "", "count-selected(.) <= 2"}, "xlsform.constraint"},
		{"an end too many", []string{"end_group"}, "xlsform.group"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sheets := foreign()
			sheets["survey"] = append(sheets["survey"], c.row)
			_, _, err := xlsform.Read(workbook(t, sheets))
			all := fault.All(err)
			if len(all) != 1 || all[0].Code != c.code || all[0].Params["sheet"] != "survey" || all[0].Params["row"] != "15" {
				t.Errorf("got %v %v, want %s at survey 15", err, all, c.code)
			}
		})
	}
}

func TestWhatIsNoWorkbookIsRefused(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"text": []byte("name,type"), "nothing": nil, "no survey sheet": workbook(t, map[string][][]string{"data": {{"a"}}}),
	} {
		if _, _, err := xlsform.Read(data); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Other programs skip as we do: rules are written in XLSForm's own words.
func TestRulesAreWrittenForOtherPrograms(t *testing.T) {
	t.Parallel()
	f, err := questionnaire.Read(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	data, err := xlsform.Write(f)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("survey")
	if err != nil {
		t.Fatal(err)
	}
	conditions := 0
	for _, row := range rows[1:] {
		if len(row) > 5 && row[5] != "" {
			conditions++
			for _, ours := range []string{" in (", "answered(", "substantive("} {
				if strings.Contains(row[5], ours) {
					t.Errorf("%s: %s is none of XLSForm's words", row[1], row[5])
				}
			}
		}
	}
	if conditions == 0 {
		t.Error("no condition was written")
	}
}
