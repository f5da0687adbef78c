package respond_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"minyi/survey/questionnaire"
)

// givenAll is answersAll as the hidden field of a page carries it.
func givenAll(h *house) string {
	return h.paper.Hash()[:6] + ";yes;30-39;640104;ge6m;no" + strings.Repeat(";4", 12) + ";female;urban;service,dispute;no;办事很快"
}

// Each page of the paged way fits into 3,000 bytes, also the last ones, which carry
// every answer: with the questionnaire that comes with the service, and with 30
// questions of every type.
func TestEveryPageOfTheWayIsUnder3000Bytes(t *testing.T) {
	long, _ := sampleAnswers()
	long.Set("b9", "路灯坏了三个月没有人修，老人晚上不敢出门。")
	long.Set("o1", strings.Repeat("窗口的人态度很好，就是材料要跑两趟。", 10))
	maps.Copy(long, url.Values{"q04": {"5"}, "q05": {"1"}, "q06": {"99"}, "q07": {"3"}, "q08": {"2"}})
	for _, c := range []struct {
		name    string
		form    []byte
		answers url.Values
		least   int
	}{
		{"the default", questionnaire.Default(), answersAll(), 21},
		{"30 questions of every type", thirty(t), long, 29},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, lang := range []string{"zh-CN", "en"} {
				pages := walkSizes(openWith(t, c.form), lang, c.answers)
				if len(pages) < c.least+3 {
					t.Errorf("%s: the way has %d pages, want those of %d questions, review, sending and receipt", lang, len(pages), c.least)
				}
				for i, got := range pages {
					if got > 3000 {
						t.Errorf("%s: page %d has %d bytes gzip, want at most 3000", lang, i+1, got)
					}
				}
			}
		})
	}
}

// walkSizes goes from the first question to the receipt and returns the bytes of
// every page behind the first.
func walkSizes(h *house, lang string, answers url.Values) (sizes []int) {
	h.t.Helper()
	p := h.press(h.get("/q/"+h.poster+"?lang="+lang), "next", "consent", "yes")
	for p.status == 200 && len(sizes) < 50 {
		sizes = append(sizes, p.packed)
		form := p.form()
		at := form.Get("_at")
		if at == "" {
			break
		}
		if given, ok := answers[at]; ok {
			form[at] = given
		}
		form.Set("_do", "next")
		if at == "send" {
			form.Set("_do", "send")
		}
		p = h.post(p.action(), form)
	}
	if !strings.Contains(p.body, `id="receipt">`) {
		h.t.Errorf("the way does not end at a receipt: %d\n%s", p.status, p.body)
	}
	return sizes
}

// thirty is the sample with five more questions.
func thirty(t *testing.T) []byte {
	t.Helper()
	var form map[string]any
	if err := json.Unmarshal(sample(t), &form); err != nil {
		t.Fatal(err)
	}
	items, ok := form["items"].([]any)
	if !ok {
		t.Fatal("the sample has no items")
	}
	first, ok := items[0].(map[string]any)
	if !ok {
		t.Fatal("the sample's first item is none")
	}
	for _, id := range []string{"q04", "q05", "q06", "q07", "q08"} {
		more := maps.Clone(first)
		more["id"] = id
		items = append(items, more)
	}
	form["items"] = items
	text, err := json.Marshal(form)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The first page of a poster, and of a one-time link, leaves room under the 4,000
// bytes that it may take, also for an organiser with a long name.
func TestFirstPageHasRoomForALongName(t *testing.T) {
	t.Parallel()
	const name = "宁夏回族自治区党委全面依法治区委员会办公室、自治区法治政府建设示范创建工作领导小组办公室（自治区司法厅法治督察与普法处）"
	if got, want := utf8.RuneCountInString(name), 60; got != want {
		t.Fatalf("the name has %d characters, want %d", got, want)
	}
	with := filling()
	with.Values["organiser"] = questionnaire.Text{Zh: name, En: "the Office of the Commission for Law-based Governance of the Region"}
	h := openFilled(t, with)
	for _, c := range []struct {
		page string
		max  int
	}{
		{h.poster, 3700}, {h.oneTime[0], 3800}, {h.poster + "?lang=en", 3700}, {h.oneTime[0] + "?lang=en", 3800},
	} {
		p := h.get("/q/" + c.page)
		t.Logf("%s: %d bytes", c.page[24:], p.packed)
		if p.packed > c.max {
			t.Errorf("%s: got %d bytes gzip, want at most %d", c.page, p.packed, c.max)
		}
	}
}

// What stands in a field of its own counts, not what _given says of it; what _given
// could not say, no page carries, and it is refused.
func TestAnswersAreCarriedInOneField(t *testing.T) {
	h := open(t)
	form := h.get("/q/" + h.poster + "?view=all").form()
	form.Del("_view")
	form.Del("o1")
	form.Set("_at", "review")
	mark := h.paper.Hash()[:6]
	for _, c := range []struct {
		name, given string
		status      int
		words       string
	}{
		{"all", givenAll(h), 200, "办事很快"},
		{"as much as is answered", mark + ";yes;30-39", 200, "30—39岁"},
		{"marks inside a text", mark + strings.Repeat(";", 22) + "一~1二~2三~0四", 200, "一;二,三~四"},
		{"a text with markup", mark + strings.Repeat(";", 22) + "<b>", 200, "&lt;b&gt;"},
		{"another paper's", "000000;yes", 400, "不完整或有重复"},
		{"more than the paper has", mark + strings.Repeat(";yes", 23), 400, "不完整或有重复"},
		{"a mark that is none", mark + ";~9", 400, "不完整或有重复"},
		{"half a mark", mark + ";~", 400, "不完整或有重复"},
		{"too many values", mark + ";" + strings.Repeat(",", 500), 400, "不完整或有重复"},
	} {
		form.Set("_given", c.given)
		form.Set("_do", "show")
		p := h.post("/q/"+h.poster, form)
		if p.status != c.status || !strings.Contains(p.body, c.words) {
			t.Errorf("%s: status %d, want %d and %q\n%s", c.name, p.status, c.status, c.words, p.body)
		}
	}
	form.Set("_given", givenAll(h))
	form.Set("s1", "60-69") // as an older page names it
	p := h.post("/q/"+h.poster, form)
	if strings.Contains(p.body, "30—39岁") || !strings.Contains(p.body, "60—69岁") {
		t.Errorf("an answer in a field of its own does not count\n%s", p.body)
	}
}
