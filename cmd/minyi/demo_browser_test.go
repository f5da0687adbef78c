package main

import (
	"fmt"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// TestBrowserResidentAnswersOnAPhone walks the resident's whole way at 360 by
// 740, question by question, in both languages, with and without JavaScript.
func TestBrowserResidentAnswersOnAPhone(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir())
	for i, c := range []struct {
		name   string
		script bool
		lang   string
	}{
		{"Chinese, with scripts", true, "zh-CN"},
		{"Chinese, without scripts", false, "zh-CN"},
		{"English, without scripts", false, "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			link := strings.TrimPrefix(d.Residents[i].URL, d.URL)
			p := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: c.script, Language: c.lang})
			if status := p.Go(link + "?lang=" + c.lang); status != 200 {
				t.Fatalf("open the link: %d", status)
			}
			shot := fmt.Sprintf("resident-%s-%v-", c.lang, c.script)
			p.Shot(shot + "1-first")
			pages := answerAll(t, p, shot)
			if code := p.Text("#receipt"); len(strings.ReplaceAll(code, " ", "")) < 10 {
				t.Errorf("receipt: got %q", code)
			}
			p.Shot(shot + "5-receipt")
			if pages < 15 {
				t.Errorf("pages walked: got %d, want one a question", pages)
			}
			if status := p.Go(link); status < 400 || status >= 500 {
				t.Errorf("the same link again: got %d, want a refusal", status)
			}
			p.Shot(shot + "6-spent")
		})
	}
}

// answerAll answers one page after the other up to the receipt and returns how
// many pages there were.
func answerAll(t *testing.T, p *walker.Page, shot string) int {
	t.Helper()
	const tooMany = 60
	for n := 1; n < tooMany; n++ {
		if width := p.Width(); width > walker.Phone().Width {
			t.Errorf("page %d is %d wide: people must scroll sideways", n, width)
		}
		if p.Count("dl") > 0 {
			p.Shot(shot + "3-review")
			p.Press("button.g")
			continue
		}
		if p.Count(`button[value="send"]`) > 0 {
			p.Shot(shot + "4-send")
			p.Click(`button[value="send"]`)
			p.Wait("#receipt")
			return n
		}
		question := p.Attribute("fieldset", "id")
		if n == 6 {
			p.Shot(shot + "2-question")
		}
		if choice := choose(p, question); choice != "" {
			p.Click(choice)
		}
		p.Press("button.g")
	}
	t.Fatal("the questions do not end")
	return 0
}

// choose returns the selector of the answer that the resident gives, empty for
// the open question.
func choose(p *walker.Page, question string) string {
	wanted := map[string]string{"consent": "yes", "s1": "30-39", "s3": "ge6m", "s4": "no", "b1": "female", "b2": "urban", "b3": "service", "i1": "no"}
	if code, ok := wanted[question]; ok {
		return fmt.Sprintf(`input[name="%s"][value="%s"]`, question, code)
	}
	if strings.HasPrefix(question, "q") {
		return fmt.Sprintf(`input[name="%s"][value="4"]`, question)
	}
	if p.Count("fieldset input[type=radio]") == 0 {
		return ""
	}
	return "fieldset input[type=radio]"
}

// TestBrowserOfficeRanksVerifiesAndPostsTheNotice walks the office's way at 1280
// by 800, from closed instruments to the public notice.
func TestBrowserOfficeRanksVerifiesAndPostsTheNotice(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-10-27T12:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	p.Go("/office")
	p.Fill("#name", d.Accounts[0].Name)
	p.Fill("#password", d.Accounts[0].Password)
	p.Press("main form button")
	if got := p.Address(); got != "/office" {
		t.Fatalf("signed in: at %s, want /office", got)
	}
	p.Shot("office-1-board")
	if got := p.Count("tbody tr"); got != 12 {
		t.Errorf("rows of the board: got %d, want 12", got)
	}
	for _, page := range []string{"/office/indicators", "/office/evaluation", "/office/rounds/2020"} {
		if status := p.Go(page); status != 200 {
			t.Errorf("%s: %d", page, status)
		}
		p.Shot("office-2-" + strings.ReplaceAll(strings.TrimPrefix(page, "/office/"), "/", "-"))
	}
	if status := p.Go("/demo"); status != 200 {
		t.Errorf("/demo: %d", status)
	}
	p.Shot("office-2-demo")
	officeRanks(t, p)
	officeVerifies(t, p)
	officePosts(t, p)
}

func officeRanks(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go("/office/ranking")
	p.Press(`form[action="/office/ranking"] button`)
	if got := p.Count("tbody tr"); got < 12 {
		t.Errorf("ranked rows: got %d, want 12", got)
	}
	p.Shot("office-3-ranking")
}

func officeVerifies(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go("/office/verification")
	p.Press(`form[action="/office/verification"] button`)
	p.Select("#date", "2020-10-27")
	p.Fill(`[name="team.1"]`, "组长甲")
	p.Select(`[name="team.1.part"]`, "leader")
	p.Shot("office-4-plan")
	p.Press(`form:has(#date) > .actions button`)
	p.Press(`button[name="interest"][value="clear"]`)
	p.Press(`.head a[href^="/verify/"]`)
	p.Wait("#place[data-ready]")
	walker.Look[bool](p, `([...document.querySelectorAll('.results input[value="confirmed"]')].forEach(e => e.click()), true)`)
	p.Fill(`[name="f.words"]`, "与申报材料一致")
	p.Keys(walker.Tab)
	until(t, p, `document.querySelectorAll("#lacks li").length === 2 && document.getElementById("told").className === "ok"`, "the words that all is sent")
	p.Draw(".pad svg", [2]float64{.1, .2}, [2]float64{.5, .8}, [2]float64{.9, .2})
	p.Click("[data-sign]")
	p.Wait("[data-signed] .badge.ok")
	p.Shot("office-4-visit")
	p.Press("#close button")
	if got := p.Address(); !strings.Contains(got, "done=visit.closed") {
		t.Errorf("closed the verification: at %s", got)
	}
}

func officePosts(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go("/office/notice/candidates")
	p.Click(`input[name^="candidate."]:not(:disabled)`)
	p.Press(`form[action="/office/notice/candidates"] button`)
	if got := p.Text("main"); !strings.Contains(got, "待第二人确认") {
		t.Error("the candidates do not wait for a second person (C34)")
	}
	p.Shot("office-5-candidates")
	p.Shot("office-5-notice")
	p.Go("/")
	p.Shot("office-6-public")
	if words := p.Text("main"); strings.Contains(words, "演练日报") {
		t.Error("the notice shows before its first day (C86)")
	}
}
