package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// pastedText is a questionnaire as somebody pastes it; its last line belongs to
// nothing, and its second question lacks an option.
const pastedText = `办事满意度调查
1. 您对本地政府依法办事的情况满意吗？[单选题]*
非常满意
比较满意
一般
不太满意
非常不满意
2. 您近一年办过事吗？[单选题]
A. 办过  B. 没有办过
第二部分 其他`

// TestBrowserQuestionnaireFromTextToAnswer makes a questionnaire from pasted text,
// puts right what the checker finds, looks at the preview, lets a second person
// publish it, makes a survey from it and answers its first question in test mode.
func TestBrowserQuestionnaireFromTextToAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-09-01T09:00")
	for _, script := range []bool{true, false} {
		p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: script})
		name := map[bool]string{true: "办事满意度甲", false: "办事满意度乙"}[script]
		enter(t, d, p, "agency1")
		paste(t, p, name)
		home := strings.Split(p.Address(), "?")[0]
		if script {
			comesBack(t, p, home)
		}
		if script {
			accessible(t, p, home)
		}
		translateAll(t, p, home, script)
		publishByTwo(t, d, p, home)
		tryIt(t, p, home)
		createFrom(t, p, home)
		p.Go("/agency")
		signOut(p)
	}
}

// paste makes a draft, after the line that was not understood was shown.
func paste(t *testing.T, p *walker.Page, name string) {
	t.Helper()
	p.Go("/agency/questionnaires")
	p.Fill("#paste-name", name)
	p.Select("#text", pastedText)
	p.Press(`form[action$="/paste"] button`)
	if got := p.Text("tr.marked"); !strings.Contains(got, "第二部分 其他") || !strings.Contains(got, "10") {
		t.Errorf("the line that was not understood: got %q", got)
	}
	if got := p.Value("#text"); got != pastedText {
		t.Errorf("what was pasted is gone: %q", got)
	}
	p.Shot("library-lines")
	p.Press(`button[name="anyway"]`)
	if got := p.Text("#q01"); !strings.Contains(got, "依法办事") || !strings.Contains(got, "缺中文或英文") {
		t.Errorf("the first question: got %q", got)
	}
	if got := p.Text("#findings"); !strings.Contains(got, "标题、开头和结尾 有一段文字缺中文或英文") {
		t.Errorf("a finding on the paper itself names no place: got %q", got)
	}
	p.Shot("library-paper")
}

// comesBack leaves a page without saving: what was typed is there again.
func comesBack(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	// The browser's own question whether to leave would stop the test.
	p.Before(`window.addEventListener("beforeunload", e => e.stopImmediatePropagation())`)
	p.Before(`addEventListener("load", () => { document.body.dataset.loaded = "yes" })
addEventListener("input", () => setTimeout(() => { // what the phone shows beside the editor
	const phone = document.getElementById("preview");
	if (phone) document.body.dataset.phone = phone.contentDocument.body.textContent;
}))`)
	p.Go(home + "/questions/q02")
	p.Wait("body[data-loaded]")
	p.Fill("#zh", "还没有保存的字")
	p.Wait(`body[data-phone*="还没有保存的字"]`)
	p.Go(home)
	p.Go(home + "/questions/q02")
	p.Wait("#told.lost")
	if got := p.Value("#zh"); got != "还没有保存的字" {
		t.Errorf("what was typed and not saved: got %q", got)
	}
	p.Click(`#question button[value="save"]`)
	p.Wait("#told.saved")
	p.Go(home)
	if got := p.Text("#q02"); !strings.Contains(got, "还没有保存的字") {
		t.Errorf("after saving it: got %q", got)
	}
}

// accessible looks at every page of the workbench for barriers: axe finds none, and
// nobody scrolls sideways at a desk or on a phone.
func accessible(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	for _, path := range []string{"/agency/questionnaires", home, home + "/questions/q02", home + "/scales/scale1", home + "/texts", home + "/diff"} {
		p.Go(path)
		for _, screen := range []walker.Screen{walker.Desk(), walker.Phone()} {
			p.Dress(screen, false)
			for _, barrier := range p.Barriers() {
				t.Errorf("%s at a %s: %s", path, screen.Name, barrier)
			}
			if got := p.Width(); got > screen.Width {
				t.Errorf("%s is %d wide on a screen of %d", path, got, screen.Width)
			}
		}
		p.Shot("library-phone-" + path[strings.LastIndex(path, "/")+1:])
		p.Dress(walker.Desk(), false)
	}
}

// save presses a button that saves; with script the page stays and says so.
func save(p *walker.Page, css string, script bool) {
	if !script {
		p.Press(css)
		return
	}
	p.Click(css)
	p.Wait("#told.saved")
}

// translateAll fills every text that lacks English, as the checker wants.
func translateAll(t *testing.T, p *walker.Page, home string, script bool) {
	t.Helper()
	p.Go(home + "/questions/q01")
	p.Select("#en", "How satisfied are you with government by law?")
	p.Shot("library-question")
	save(p, `#question button[value="save"]`, script)
	p.Go(home + "/questions/q01")
	if got, want := p.Value("#en"), "How satisfied are you with government by law?"; got != want {
		t.Fatalf("the translation is not kept: %q", got)
	}
	p.Go(home + "/texts")
	for n := range p.Count("tbody tr") {
		if css := fmt.Sprintf(`tr.marked [name="t%d_en"]`, n); p.Count(css) == 1 {
			p.Select(css, "Some words")
		}
	}
	save(p, "#texts button", script)
	p.Shot("library-texts")
	p.Go(home)
	if got := p.Count("#findings li"); got != 0 {
		t.Fatalf("still to put right: %s", p.Text("#findings"))
	}
}

// publishByTwo proposes a version, finds no button to approve it oneself, and lets
// a colleague approve it.
func publishByTwo(t *testing.T, d *runningDemo, p *walker.Page, home string) {
	t.Helper()
	p.Press(`form[action$="/propose"] button`)
	if got := p.Count(`form[action$="/approve"]`); got != 0 {
		t.Error("the proposer may approve")
	}
	signOut(p)
	enter(t, d, p, "agency2")
	p.Go(home + "/diff")
	if got := p.Count("ol.changes li"); got < 5 {
		t.Errorf("changes against the built-in form: got %d", got)
	}
	p.Shot("library-diff")
	p.Go(home)
	p.Press(`form[action$="/approve"] button`)
	if got := p.Text("main"); !strings.Contains(got, "第1版") || !strings.Contains(got, "agency1, agency2") {
		t.Errorf("after the second person: %.300s", got)
	}
	p.Shot("library-published")
}

// tryIt answers the first question in test mode, one a page and all on one: every
// page says that nothing counts.
func tryIt(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	p.Go(home)
	trial := p.Attribute("#work table a[target=_blank]", "href")
	for _, view := range []string{"", "?view=all"} {
		if got := p.Go(trial + view); got != http.StatusOK {
			t.Fatalf("the test link: got %d", got)
		}
		if got := p.Text("body"); !strings.Contains(got, "测试") {
			t.Errorf("%s does not say that it is a test", trial+view)
		}
	}
	p.Go(trial)
	p.Click(`input[value="yes"]`)
	p.Press("button.g")
	if got := p.Text("body"); !strings.Contains(got, "测试") || !strings.Contains(got, "第1题") {
		t.Errorf("the second page of the trial: %.200s", got)
	}
	p.Shot("library-trial")
}

// createFrom sets up a survey with the published version, opens it, and a resident
// answers the first question behind its poster.
func createFrom(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	p.Go("/agency")
	p.Select("#paper", strings.TrimPrefix(home, "/agency/questionnaires/")+".1")
	for field, text := range map[string]string{
		"#organiser_zh": "依法治区办", "#organiser_en": "the office", "#agency_zh": "调查中心", "#agency_en": "the centre", "#phone": "0951-12340",
		"#reason": "试点单位",
	} {
		p.Select(field, text)
	}
	p.Press(`form[action="/agency/surveys"] button`)
	survey := strings.Split(p.Address(), "?")[0]
	if got := p.Text("dl.facts"); !strings.Contains(got, "办事满意度") || !strings.Contains(got, "第1版") {
		t.Errorf("the survey does not say what it was made from: %q", got)
	}
	p.Select("#place", "政务大厅")
	p.Select("#cap", "100")
	p.Press(`form[action$="/posters"] button`)
	p.Press(`form[action$="/open"] button`)
	p.Go(survey + "/posters")
	p.Go(p.Text("section.card p.hash"))
	if got := p.Text("body"); !strings.Contains(got, "办事满意度调查") || strings.Contains(got, "测试") {
		t.Errorf("the resident's page: %.300s", got)
	}
	p.Click(`input[value="yes"]`)
	p.Press("button.g")
	if got := p.Text("body"); !strings.Contains(got, "第1题") || !strings.Contains(got, "问卷1") {
		t.Errorf("the resident's second page: %.300s", got)
	}
	p.Shot("library-answered")
}
