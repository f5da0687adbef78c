package respond_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/questionnaire"
)

// A resident without script goes through every page, one question each, looks
// the answers over, changes one and sends.
func TestOneQuestionAPageFromLinkToReceipt(t *testing.T) {
	h := open(t)
	p := h.get("/q/" + h.oneTime[0])
	h.status(p, 200)
	h.has(p, "自治区党委依法治区办", "某调查机构", "0951-0000000", "您愿意参加吗？", "隐私告知", "演练：")
	p = h.press(p, "next", "consent", "yes")
	h.has(p, "第1题，共21题", "您的年龄是？")
	answers := answersAll()
	seen := map[string]bool{}
	for steps := 0; !strings.Contains(p.body, "请检查您的回答"); steps++ {
		h.status(p, 200)
		id := p.form().Get("_at")
		if seen[id] || steps > 30 {
			t.Fatalf("%s is asked twice", id)
		}
		seen[id] = true
		form := p.form()
		form[id] = answers[id]
		form.Set("_do", "next")
		p = h.post(p.action(), form)
	}
	if got, want := len(seen), 21; got != want {
		t.Errorf("questions asked: got %d, want %d", got, want)
	}
	h.has(p, "办事很快", "30—39岁", "比较满意", "调解、仲裁")
	if got := len(h.kept()); got != 0 {
		t.Fatalf("stored before sending: %d", got)
	}
	p = h.press(p, "change:q07")
	h.has(p, "不改了，回到检查页", `value="4" checked`)
	p = h.press(p, "next", "q07", "1")
	h.has(p, "请检查您的回答", "非常不满意")
	p = h.press(p, "next")
	h.has(p, "提交回答", `value="send"`)
	if strings.Contains(p.body, "非常不满意") || strings.Contains(p.body, "<dl>") {
		t.Error("the page for sending shows answers")
	}
	h.has(h.press(p, "review"), "请检查您的回答")
	p = h.press(p, "send")
	h.status(p, 200)
	h.has(p, "已收到您的回答", `id="receipt">`, "2020年9月15日", `data-sent="1"`)
	if got := len(h.kept()); got != 1 {
		t.Fatalf("stored: got %d, want 1", got)
	}
	s := h.kept()[0]
	if got := h.paper.Point(s, "q07"); got != 1 {
		t.Errorf("changed answer: got %d, want 1", got)
	}
	if got := strings.Join(h.paper.Codes(s, "b3"), " "); got != "service dispute" {
		t.Errorf("contacts: got %q", got)
	}
	if got := s.Outcome(); got != "complete" {
		t.Errorf("outcome: got %s, want complete", got)
	}
	texts, err := h.store.Comments(t.Context(), 1)
	if err != nil || len(texts) != 1 || texts[0] != "办事很快" {
		t.Errorf("texts: got %q, %v", texts, err)
	}
	h.status(h.get("/q/"+h.oneTime[0]), 409)
}

func TestOrderShownIsTheOrderStored(t *testing.T) {
	h := open(t)
	shown := map[string]int{}
	for range 12 {
		p := h.get("/q/" + h.poster + "?view=all")
		var ids []string
		for _, part := range strings.Split(p.body, `<fieldset id="`)[1:] {
			id, _, _ := strings.Cut(part, `"`)
			ids = append(ids, id)
		}
		shown[strings.Join(ids, " ")]++
		form := answersAll()
		for k, v := range p.form() {
			form[k] = v
		}
		h.status(h.post(p.action(), form), 200)
	}
	stored := map[string]int{}
	for _, s := range h.kept() {
		var ids []string
		for _, one := range h.paper.Order(s.Variant) {
			ids = append(ids, one.ID)
		}
		stored[strings.Join(ids, " ")]++
	}
	if !maps.Equal(shown, stored) {
		t.Errorf("shown %v, stored %v", shown, stored)
	}
	if len(shown) < 4 {
		t.Errorf("12 forms came in %d orders", len(shown))
	}
}

func TestBackKeepsAnswersAndEndsAtTheFirstPage(t *testing.T) {
	h := open(t)
	p := h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "yes")
	p = h.press(p, "next", "s1", "50-59")
	p = h.press(p, "back", "s2", "640104")
	h.has(p, "您的年龄是？", `value="50-59" checked`)
	h.has(h.press(p, "next"), `value="640104" checked`) // the answer of the page that was left
	p = h.press(p, "back")
	h.has(p, "您愿意参加吗？", `value="yes" checked`)
	p = h.press(p, "back")
	h.has(p, "您愿意参加吗？")
}

func TestScreenedOutAndRefusedAreRecordedAndThanked(t *testing.T) {
	h := open(t)
	p := h.press(h.get("/q/"+h.poster), "next", "consent", "no")
	h.has(p, "您选择不参加")
	p = h.press(p, "next")
	h.has(p, "只记下“不愿意参加”")
	p = h.press(p, "") // a browser that keeps its buttons' values to itself
	h.has(p, "已记下您不参加", `id="receipt">`)
	p = h.press(h.get("/q/"+h.poster), "next", "consent", "yes")
	p = h.press(p, "next", "s1", "u18")
	h.has(p, "这次调查只访问成年人", "一项也没有存下", `data-sent="1"`)
	back := h.press(p, "back")
	h.has(back, "您的年龄是？")
	p = h.press(p, "send")
	h.has(p, "谢谢您", "不在这次调查的访问范围内")
	var got []string
	for _, s := range h.kept() {
		got = append(got, s.Outcome())
	}
	slices.Sort(got)
	if want := "refused screened_out:s1"; strings.Join(got, " ") != want {
		t.Errorf("stored: got %v, want %s", got, want)
	}
}

// Who is screened out counts in a cell of the quota where the form said which: on
// the page with all questions, and on the paged way where the question came first
// or was answered before the way back to the screening.
func TestTheCellOfThoseScreenedOutIsKeptWhereItWasGiven(t *testing.T) {
	h := openOf(t, questionnaire.Default(), 4, filling(), survey.Cell{Codes: []string{"30-39", "female"}, Limit: 9})
	other := func() int { return h.intake.Cells(1)[1].Other }
	all := filledAll(h, h.oneTime[0])
	all.Set("s3", "lt6m")
	h.has(h.post("/q/"+h.oneTime[0], all), "不在这次调查的访问范围内")
	if got := other(); got != 1 {
		t.Errorf("on one page: got %d in the cell, want 1", got)
	}
	p := h.press(h.get("/q/"+h.oneTime[1]), "next", "consent", "yes")
	p = h.press(p, "next", "s1", "30-39")
	p = h.press(p, "next", "s2", "640104")
	p = h.press(p, "next", "s3", "lt6m")
	h.has(h.press(h.press(p, "next"), "send"), "不在这次调查的访问范围内")
	if got := other(); got != 1 {
		t.Errorf("on the paged way, not asked yet: got %d in the cell, want 1", got)
	}
	p = h.walk(h.get("/q/"+h.oneTime[2]), "review", func(string) int { return 1 })
	p = h.press(h.press(p, "change:s3"), "next", "s3", "lt6m")
	h.has(h.press(h.press(p, "next"), "send"), "不在这次调查的访问范围内")
	if got := other(); got != 2 {
		t.Errorf("on the paged way, after everything: got %d in the cell, want 2", got)
	}
}

// A refusal uses a one-time link up: its pages say so before the tap that does it,
// those of a poster do not.
func TestWhoDeclinesIsToldThatTheLinkIsUsedUp(t *testing.T) {
	h := open(t)
	const words = "这个链接就用掉了"
	p := h.get("/q/" + h.oneTime[0])
	h.has(p, words, "关掉页面就行")
	h.has(h.get("/q/"+h.oneTime[0]+"?view=all"), words)
	p = h.press(p, "next", "consent", "no")
	h.has(p, "您选择不参加", words)
	sending := h.press(p, "next")
	h.has(sending, "提交回答", words)
	if later := h.get("/q/" + h.oneTime[0]); later.status != 200 {
		t.Errorf("before the tap that sends: status %d, want 200", later.status)
	}
	h.has(h.press(sending, "send"), "已记下您不参加")
	h.status(h.get("/q/"+h.oneTime[0]), 409)
	p = h.press(h.get("/q/"+h.poster), "next", "consent", "no")
	for _, page := range []page{h.get("/q/" + h.poster), p, h.press(p, "next"), h.press(h.get("/q/"+h.oneTime[1]), "review", "consent", "yes")} {
		if strings.Contains(page.body, words) {
			t.Errorf("a page without a refusal by a one-time link speaks of one:\n%s", page.body)
		}
	}
}

func TestChangingTheEndGoesOnWhereAnswersAreMissing(t *testing.T) {
	h := open(t)
	p := h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "yes")
	p = h.press(p, "next", "s1", "u18")
	p = h.press(p, "change:s1")
	p = h.press(p, "next", "s1", "18-29")
	h.has(p, "您现在住在哪个县")
}

func TestAllQuestionsOnOnePageAreSentInOnePost(t *testing.T) {
	h := open(t)
	p := h.get("/q/" + h.oneTime[0] + "?view=all&lang=en")
	h.status(p, 200)
	h.has(p, "Would you like to take part?", "Privacy notice"[1:], "there is no further check")
	form := answersAll()
	for k, v := range p.form() {
		form[k] = v
	}
	form.Set("o1", "好")
	p = h.post(p.action(), form) // no button, no cookie, no Origin
	h.status(p, 200)
	h.has(p, "We have your answers", "15 September 2020")
	if got := len(h.kept()); got != 1 {
		t.Errorf("stored: got %d, want 1", got)
	}
}

func TestPosterLinkWorksForManyAndUpperCaseIsTheSameDoor(t *testing.T) {
	h := open(t)
	for _, path := range []string{"/q/" + h.poster, "/Q/" + h.poster, "/q/" + strings.ToLower(h.poster)} {
		p := h.get(path + "?view=all")
		h.status(p, 200)
		h.has(p, "公开的二维码")
		form := answersAll()
		for k, v := range p.form() {
			form[k] = v
		}
		p = h.post(p.action(), form)
		h.status(p, 200)
	}
	if got := len(h.kept()); got != 3 {
		t.Errorf("stored: got %d, want 3", got)
	}
}

func TestEqualResendGetsTheReceiptAndChangedContentDoesNot(t *testing.T) {
	h := open(t)
	form := answersAll()
	for k, v := range h.get("/q/" + h.oneTime[0] + "?view=all").form() {
		form[k] = v
	}
	form.Set("o1", "")
	receipt := h.post("/q/"+h.oneTime[0], form)
	h.status(receipt, 200)
	for range 8 {
		p := h.post("/q/"+h.oneTime[0], form)
		h.status(p, 200)
		if p.body != receipt.body {
			t.Error("an equal resend got another receipt")
		}
	}
	form.Set("q01", "1")
	p := h.post("/q/"+h.oneTime[0], form)
	h.status(p, 409)
	h.has(p, "已经收到过一份回答")
	h.clock.at = time.Date(2020, 11, 15, 1, 0, 0, 0, time.UTC)
	form.Set("q01", "4")
	h.has(h.post("/q/"+h.oneTime[0], form), "已收到您的回答") // also when the survey has ended meanwhile
	if got := len(h.kept()); got != 1 {
		t.Errorf("stored: got %d, want 1", got)
	}
}

func TestLanguageAndTextSizeKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	p := h.get("/q/" + h.oneTime[0])
	h.has(p, "?lang=en", "size=24", "size=30")
	p = h.press(p, "next", "consent", "yes")
	p = h.press(p, "lang:en", "s1", "40-49")
	h.has(p, `<html lang="en">`, "Question 1 of 21", `value="40-49" checked`)
	p = h.press(p, "size:30")
	h.has(p, `<html lang="en" class="z30">`, `value="40-49" checked`)
	p = h.press(p, "next")
	h.has(p, `class="z30"`, "Question 2 of 21")
	p = h.press(p, "size:18")
	h.has(p, `<html lang="en">`)
}

// The door takes a form whatever the order of its fields.
func TestOrderOfFieldsNeverMatters(t *testing.T) {
	h := open(t)
	form := answersAll()
	for k, v := range h.get("/q/" + h.poster + "?view=all").form() {
		form[k] = v
	}
	form["b3"] = []string{"dispute", "service"}
	h.status(h.post("/q/"+h.poster, form), 200)
	turned := url.Values{}
	for k, v := range form {
		turned[k] = v
	}
	turned["b3"] = []string{"service", "dispute"}
	h.status(h.post("/q/"+h.poster, turned), 200)
	if got := len(h.kept()); got != 1 {
		t.Errorf("stored: got %d, want 1: the second is an equal resend", got)
	}
}
