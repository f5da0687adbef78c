package paper_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"minyi/indicators/fault"
	"minyi/survey/paper"
	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/rule"
)

// blank is the built-in questionnaire, filled in for a made-up county.
func blank(t *testing.T) *questionnaire.Questionnaire {
	t.Helper()
	return filled(t, questionnaire.Default())
}

func filled(t *testing.T, form []byte) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Parse(form)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]questionnaire.Text{}
	for _, name := range []string{"subject", "organiser", "agency", "phone", "months"} {
		values[name] = questionnaire.Text{Zh: "某县人民政府", En: "the county"}
	}
	if q, err = q.Fill(questionnaire.Filling{Values: values, Areas: []questionnaire.AreaOption{
		{Code: "640104", Text: questionnaire.Text{Zh: "兴庆区", En: "Xingqing"}}, {Code: "640105", Text: questionnaire.Text{Zh: "西夏区", En: "Xixia"}},
	}}); err != nil {
		t.Fatal(err)
	}
	return q
}

// say speaks from the language files.
func say(t *testing.T, lang string) paper.Say {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "web", "view", "text", lang, "paper.json"))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	return func(key string, params fault.Params) string {
		text, ok := words[key]
		if !ok {
			t.Errorf("no words for %s", key)
		}
		for name, value := range params {
			text = strings.ReplaceAll(text, "{"+name+"}", value)
		}
		return text
	}
}

func link(i int) string { return fmt.Sprintf("HTTPS://MINYI.EXAMPLE/Q/ABCD%04dEFGH", i) }

// printed writes forms to a file and returns its path with the form.
func printed(t *testing.T, q *questionnaire.Questionnaire, lang string, n int) (string, *paper.Form) {
	t.Helper()
	words := say(t, lang)
	f, err := paper.NewForm(paper.Order{
		Plan: paper.NewPlan(q), Lang: lang, Say: words, Title: q.Title().In(lang), Version: q.Hash(), Count: n,
		Notices: []string{q.Intro().In(lang), words("a4.notice.how", nil), words("a4.notice.privacy", nil)},
		Item: func(i int) paper.Item {
			return paper.Item{Link: link(i), Code: "ABCD-0000-EFGH", Note: "川区 · v" + strconv.Itoa(i)}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "form.pdf")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if keep := os.Getenv("MINYI_KEEP_FORM"); keep != "" {
		if err := os.WriteFile(keep+"-"+lang+".pdf", out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path, f
}

// run runs a program of poppler or ZBar, which the machine may lack.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(name + " is not installed")
	}
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

// plain leaves letters and digits only, as lines break anywhere.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

func TestFormHoldsEveryQuestionInBothLanguages(t *testing.T) {
	t.Parallel()
	q := blank(t)
	for _, lang := range []string{"zh-CN", "en"} {
		path, _ := printed(t, q, lang, 1)
		text := plain(run(t, "pdftotext", "-raw", path, "-"))
		for i, one := range q.Questions() {
			at := strings.Index(text, plain(one.Text.In(lang)))
			if at < 0 {
				t.Errorf("%s: question %d is not on the form: %s", lang, i+1, one.Text.In(lang))
			}
			for _, c := range one.Choices {
				if !strings.Contains(text, plain(c.Text.In(lang))) {
					t.Errorf("%s: question %d has no box %q", lang, i+1, c.Text.In(lang))
				}
			}
		}
		for _, want := range []string{q.Hash(), q.Intro().In(lang), q.Closing().In(lang)} {
			if !strings.Contains(text, plain(want)) {
				t.Errorf("%s: the form lacks %q", lang, want)
			}
		}
	}
}

func TestFormsAreDuplexAndA4(t *testing.T) {
	t.Parallel()
	path, f := printed(t, blank(t), "zh-CN", 3)
	info := run(t, "pdfinfo", path)
	pages := regexp.MustCompile(`Pages: +(\d+)`).FindStringSubmatch(info)
	if len(pages) != 2 || pages[1] != strconv.Itoa(3*f.Pages()) || f.Pages()%2 != 0 || f.Pages() == 0 {
		t.Errorf("pages: got %v, a form has %d", pages, f.Pages())
	}
	if !strings.Contains(info, "(A4)") {
		t.Errorf("not A4: %s", info)
	}
}

func TestCodeOfTheFormIsRead(t *testing.T) {
	t.Parallel()
	path, f := printed(t, blank(t), "zh-CN", 2)
	picture := filepath.Join(t.TempDir(), "page")
	for i := range 2 {
		page := strconv.Itoa(i*f.Pages() + 1)
		run(t, "pdftoppm", "-r", "150", "-png", "-singlefile", "-f", page, "-l", page, path, picture)
		got := strings.TrimSpace(run(t, "zbarimg", "--raw", "-q", "--nodbus", "-Sdisable", "-Sqrcode.enable", picture+".png"))
		if got != link(i) {
			t.Errorf("form %d: got %q, want %q", i, got, link(i))
		}
	}
}

// skips is a small questionnaire with jumps, an end and a condition.
func skips(t *testing.T) *questionnaire.Questionnaire {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "skips.json"))
	if err != nil {
		t.Fatal(err)
	}
	return filled(t, raw)
}

// TestSkipsInWordsLeadWhereTheRulesLead ticks every box of a form alone, goes on as
// the form says (past what it jumps over and what it asks of others only), and
// compares with the route of the rules.
func TestSkipsInWordsLeadWhereTheRulesLead(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]*questionnaire.Questionnaire{"built in": blank(t), "with jumps": skips(t)} {
		plan := paper.NewPlan(q)
		looked := 0
		for _, f := range plan.Fields {
			for _, b := range f.Boxes {
				route := q.Route(paper.Shown, map[string][]string{f.Question.ID: {b.Choice.Code}})
				if !route.Applies(f.Question.ID) || f.Question.Type == questionnaire.Rank {
					continue // nobody comes here with nothing else answered, or one box is no answer
				}
				to, _ := plan.Field(route.Next(f.Question.ID))
				if got := goOn(q, plan, f, b); got != to.Number {
					t.Errorf("%s: question %d, box %s: the form leads to %d, the rules to %d", name, f.Number, b.Key, got, to.Number)
				}
				if plan.Lead(f, b).To > 0 {
					looked++
				}
			}
		}
		if name == "with jumps" && looked == 0 {
			t.Error("no jump was looked at")
		}
	}
	path, _ := printed(t, skips(t), "zh-CN", 1)
	text := plain(run(t, "pdftotext", "-raw", path, "-"))
	for _, want := range []string{"→ 选2，请跳到第22题", "如果第4题小于6，或者不是“第4题给出了明确的回答”，到此结束", "仅当第6题选了1时回答本题"} {
		if !strings.Contains(text, plain(want)) {
			t.Errorf("the form does not say %q", want)
		}
	}
}

// goOn is the number of the question that somebody comes to who ticks one box and
// follows the form; 0 at its end.
func goOn(q *questionnaire.Questionnaire, plan *paper.Plan, f paper.Field, b paper.Box) int {
	answer := func(id string) rule.Answer {
		if id != f.Question.ID {
			return rule.Answer{}
		}
		a := rule.Answer{Given: true, Codes: []string{b.Choice.Code}, Apart: b.Choice.NonSubstantive}
		if point, err := strconv.Atoi(b.Choice.Code); err == nil && f.Question.Type == questionnaire.ScaleOf && !a.Apart {
			a.Value, a.Typed = int64(point)*1_000_000, true
		}
		return a
	}
	lead, next := plan.Lead(f, b), f.Number+1
	if ends := q.Direction(f.Question.ID).Ends; lead.End || ends != nil && ends.Holds(answer) {
		return 0
	}
	if lead.To > 0 {
		next = lead.To
	}
	for ; next <= len(plan.Fields); next++ {
		asked := true
		for _, r := range q.Direction(plan.Fields[next-1].Question.ID).When {
			asked = asked && r.Holds(answer)
		}
		if asked {
			return next
		}
	}
	return 0
}

func TestReadTurnsKeysIntoCodes(t *testing.T) {
	t.Parallel()
	plan := paper.NewPlan(blank(t))
	several := ""
	for _, f := range plan.Fields {
		if f.Question.Type == questionnaire.Multiple {
			several = f.Question.ID
		}
	}
	for _, c := range []struct{ id, typed, want, refused string }{
		{"consent", "1", "yes", ""},
		{"consent", " １ ", "yes", ""},
		{"consent", "", "", ""},
		{"consent", "?", "", ""},
		{"consent", "？", "", ""},
		{"consent", "3", "", "keying.key"},
		{"s1", "7", "70+", ""},
		{"s2", "1", "640104", ""},
		{plan.Fields[5].Question.ID, "5", "5", ""},
		{plan.Fields[5].Question.ID, "98", "98", ""},
		{plan.Fields[5].Question.ID, "6", "", "keying.key"},
		{"o1", "路灯坏了。", "路灯坏了。", ""},
	} {
		f, ok := plan.Field(c.id)
		if !ok {
			t.Fatalf("no question %s", c.id)
		}
		codes, refusal := f.Read(c.typed)
		got, refused := strings.Join(codes, " "), ""
		if refusal != nil {
			refused = refusal.Code
		}
		if got != c.want || refused != c.refused {
			t.Errorf("%s %q: got %q %q, want %q %q", c.id, c.typed, got, refused, c.want, c.refused)
		}
	}
	f, _ := plan.Field(several)
	for _, typed := range []string{"12", "2 1", "1、2", "２，１"} {
		if codes, refusal := f.Read(typed); refusal != nil || len(codes) != 2 {
			t.Errorf("%q: got %v, %v, want two codes", typed, codes, refusal)
		}
	}
}

// TestEveryDifferingFieldIsFound lets two people key 400 sheets with mistakes of
// known rates, and compares what the mismatch screen would show with the mistakes.
func TestEveryDifferingFieldIsFound(t *testing.T) {
	t.Parallel()
	plan := paper.NewPlan(blank(t))
	chance := rand.New(rand.NewPCG(5, 17))
	work := map[string]paper.Work{}
	rates := map[string]float64{"li": 0.02, "ma": 0.05}
	const sheets = 400
	for range sheets {
		truth := map[string]string{}
		for _, f := range plan.Fields {
			truth[f.Question.ID] = any(f, chance)
		}
		s := &paper.Sheet{First: mistyped(plan, truth, "li", rates["li"], chance), Second: mistyped(plan, truth, "ma", rates["ma"], chance)}
		want := map[string]bool{}
		for id, v := range s.First.Values {
			if v != s.Second.Values[id] {
				want[id] = true
			}
		}
		got := plan.Compare(s.First.Values, s.Second.Values)
		for _, f := range got {
			if !want[f.Question.ID] {
				t.Errorf("%s does not differ", f.Question.ID)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("differing fields: got %d, want %d", len(got), len(want))
		}
		if state := s.State(plan); (state == paper.Mismatch) != (len(want) > 0) {
			t.Errorf("state %s with %d differing fields", state, len(want))
		}
		plan.Tally(s, truth, work)
	}
	for who, rate := range rates {
		w := work[who]
		n := float64(w.Fields)
		off := math.Abs(float64(w.Wrong)/n - rate)
		if limit := 4 * math.Sqrt(rate*(1-rate)/n); off > limit || w.Sheets != sheets {
			t.Errorf("%s: got %d wrong of %d, want %.2f ± %.4f", who, w.Wrong, w.Fields, rate, limit)
		}
	}
}

// any is one of the keys of a field, or a text.
func any(f paper.Field, chance *rand.Rand) string {
	if len(f.Boxes) == 0 {
		return "意见" + strconv.Itoa(chance.IntN(1e6))
	}
	return f.Boxes[chance.IntN(len(f.Boxes))].Key
}

// mistyped is the truth with mistakes at a rate, each another valid answer or a
// blank.
func mistyped(plan *paper.Plan, truth map[string]string, by string, rate float64, chance *rand.Rand) *paper.Keying {
	k := &paper.Keying{By: by, Values: map[string]string{}, Done: true, At: time.Unix(0, 0)}
	for _, f := range plan.Fields {
		id := f.Question.ID
		k.Values[id] = truth[id]
		if chance.Float64() >= rate {
			continue
		}
		for k.Values[id] == truth[id] {
			k.Values[id] = any(f, chance)
			if chance.IntN(4) == 0 {
				k.Values[id] = ""
			}
		}
	}
	return k
}

func TestSecondKeyingIsAnotherPersons(t *testing.T) {
	t.Parallel()
	now := time.Date(2020, 9, 20, 2, 0, 0, 0, time.UTC)
	s := &paper.Sheet{}
	step := func(by, want string) {
		t.Helper()
		k, err := s.Own(by, now)
		got := ""
		if all := fault.All(err); len(all) > 0 {
			got = all[0].Code
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", by, got, want)
		}
		if want == "" && (k == nil || k.By != by) {
			t.Errorf("%s got the keying of somebody else: %+v", by, k)
		}
	}
	step("li", "")
	step("ma", "keying.busy")
	s.First.Done = true
	step("li", "keying.same")
	step("ma", "")
	step("wu", "keying.busy")
	s.Second.Done = true
	step("wu", "keying.done")
}
