package respond_test

import (
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// sample is a questionnaire with every type of question and with skip rules; the
// package questionnaire keeps it for its own tests.
func sample(t *testing.T) []byte {
	t.Helper()
	form, err := os.ReadFile("../../survey/questionnaire/testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// sampleAnswers are answers to it, with the questions that they lead to.
func sampleAnswers() (answers url.Values, way []string) {
	answers = url.Values{
		"consent": {"yes"}, "s1": {"30-39"}, "s2": {"640104"}, "s3": {"２４ 个月"}, "s4": {"no"}, "s5": {"yes"},
		"q01": {"4"}, "g1a": {"5"}, "g1b": {"4"}, "g1c": {"98"}, "q02": {"10"}, "q03": {"2"}, "q03a": {"time", "work"},
		"q03b": {"修路的事"}, "b1": {"female"}, "b2": {"urban"}, "b3": {"none"}, "b4": {"yes"}, "b5": {"2"}, "b6": {"2026年3月1日"},
		"b7": {"nap"}, "b8": {"fair", "fast", "near"}, "b9": {"第一行\n第二行"}, "i1": {"no"}, "o1": {"好"},
	}
	for id := range answers {
		if id != "consent" {
			way = append(way, id)
		}
	}
	return answers, way
}

func TestEveryTypeOfQuestionIsAskedAndKept(t *testing.T) {
	h := openWith(t, sample(t))
	answers, want := sampleAnswers()
	p := h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "yes")
	shows := map[string][]string{
		"s3":  {`<input class="x" name="s3"`, "个月", `type="checkbox" name="s3" value="dk"`},
		"b6":  {"请写年月日", `name="b6" value="ref"`},
		"b8":  {`<select class="x" id="b8-3" name="b8">`, "第3位", `type="checkbox" name="b8" value="dk"`},
		"b9":  {`<textarea name="b9"`, "最多300个字"},
		"q02": {`value="0"`, `value="10"`},
	}
	var way []string
	for steps := 0; !strings.Contains(p.body, "<dl>"); steps++ {
		id := p.form().Get("_at")
		way = append(way, id)
		h.has(p, shows[id]...)
		form := p.form()
		form[id] = answers[id]
		form.Set("_do", "next")
		if p = h.post(p.action(), form); p.status != 200 || steps > 40 {
			t.Fatalf("%s: status %d\n%s", id, p.status, p.body)
		}
	}
	slices.Sort(way)
	slices.Sort(want)
	if !slices.Equal(way, want) {
		t.Errorf("asked %v\nwant %v", way, want)
	}
	h.has(p, "1. 办得公 · 2. 办得快 · 3. 离得近", "不适用", "修路的事", "改第24题")
	back := h.press(p, "change:b8")
	h.has(back, `<option value="fair" selected>`, `<option value="near" selected>`)
	h.has(h.press(h.press(p, "next"), "send"), "已收到您的回答")
	s := h.kept()[0]
	for id, kept := range map[string]string{"s3": "24", "b6": "2026-03-01", "b8": "fair fast near", "q02": "10", "b7": "nap"} {
		if got := strings.Join(h.paper.Values(s, id), " "); got != kept {
			t.Errorf("%s: kept %q, want %q", id, got, kept)
		}
	}
}

func TestWhatRulesLeaveOutIsNotAsked(t *testing.T) {
	h := openWith(t, sample(t))
	p := h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "yes")
	for _, step := range [][2]string{{"s1", "70+"}, {"s2", "640104"}, {"s3", "120"}, {"s4", "no"}, {"s5", "no"}} {
		p = h.press(p, "next", step[0], step[1])
	}
	h.has(p, `id="q01"`, "第6题")
	p = h.press(p, "change:b4")
	p = h.press(p, "change:b4", "b4", "no")
	p = h.press(p, "next", "_back", "") // not back to the review: on with the paper
	h.has(p, `id="b8"`)
	p = h.press(p, "review")
	for _, left := range []string{"change:g1a", "change:b5", "change:b6", "change:b9", "change:q03a"} {
		if strings.Contains(p.body, left) {
			t.Errorf("the review lists %s", left)
		}
	}
	all := h.get("/q/" + h.oneTime[1] + "?view=all")
	h.has(all, `id="g1a"`, "和这一题有关时才需要答")
}

func TestTypedAnswersThatCannotBeReadComeBackWithWords(t *testing.T) {
	h := openWith(t, sample(t))
	answers, _ := sampleAnswers()
	for _, c := range []struct {
		id    string
		wrong []string
		words string
	}{
		{"s3", []string{"很久"}, "请填一个数"},
		{"s3", []string{"5000"}, "应在 0 到 1200 之间"},
		{"s3", []string{"24", "dk"}, "不能和其他选项一起选"},
		{"b6", []string{"3月1日"}, "请写完整的日期"},
		{"b8", []string{"fair", "fair", "near"}, "每个名次选不同的一项"},
		{"b8", []string{"fair", "", "near"}, "要排出 3 项"},
	} {
		form := h.get("/q/" + h.poster + "?view=all").form()
		for k, v := range answers {
			form[k] = v
		}
		form[c.id] = c.wrong
		p := h.post("/q/"+h.poster, form)
		h.status(p, 422)
		h.has(p, c.words, `aria-describedby="`+c.id+`-e"`)
		if c.wrong[0] == "很久" {
			h.has(p, `value="很久" aria-invalid="true"`)
		}
	}
}
