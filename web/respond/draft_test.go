package respond_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"minyi/survey/invite"
)

var goOnCode = regexp.MustCompile(`<(p|input type="hidden") id="code"[^0-9A-Z]*([0-9A-Z]{4}-[0-9A-Z]{4})`)

// code reads the code that a page tells; empty where it tells none.
func (p page) code() string {
	if m := goOnCode.FindStringSubmatch(p.body); m != nil && m[1] == "p" {
		return m[2]
	}
	return ""
}

// half answers up to the first item and returns the page that then comes.
func half(h *house, link string) page {
	p := h.press(h.get("/q/"+link), "next", "consent", "yes")
	p = h.press(p, "next", "s1", "50-59")
	p = h.press(p, "next", "s2", "640104")
	p = h.press(p, "next", "s3", "ge6m")
	return h.press(p, "next", "s4", "no")
}

func TestAnotherPhoneGoesOnWithTheCode(t *testing.T) {
	h := open(t)
	p := half(h, h.oneTime[0])
	code := p.code()
	if code == "" {
		t.Fatalf("no code on the page:\n%s", p.body)
	}
	p = h.press(p, "next", "q01", "2")
	other := h.get("/q/" + h.oneTime[0])
	if other.code() != "" {
		t.Error("the first page tells a code before anything is kept")
	}
	p2 := h.press(other, "resume", "_code", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	h.status(p2, 200)
	h.has(p2, "第6题，共21题")
	for field, want := range map[string]string{"_form": p.form().Get("_form"), "_given": h.paper.Hash()[:6] + ";yes;50-59;640104;ge6m;no;2", "_at": p.form().Get("_at")} {
		if got := p2.form().Get(field); got != want {
			t.Errorf("%s on the other phone: got %q, want %q", field, got, want)
		}
	}
	wide := strings.Map(func(r rune) rune { return r + '！' - '!' }, code) + "。" // as a Chinese keyboard writes it
	h.has(h.press(h.get("/q/"+h.oneTime[0]), "resume", "_code", wide), "第6题，共21题")
	if p2.code() != code {
		t.Errorf("code on the other phone: got %q, want %q", p2.code(), code)
	}
	typed := h.press(h.get("/q/"+invite.Spaced(h.oneTime[0])), "resume", "_code", code) // a link typed from paper
	h.has(typed, "第6题，共21题")
	if got, want := typed.form().Get("_form"), p.form().Get("_form"); got != want {
		t.Errorf("ticket behind a typed link: got %q, want %q", got, want)
	}
	all := answersAll()
	for k, v := range p2.form() {
		all[k] = v
	}
	all.Set("_do", "send")
	h.has(h.post("/q/"+h.oneTime[0], all), "已收到您的回答")
	if got := len(h.kept()); got != 1 {
		t.Errorf("stored: got %d, want 1", got)
	}
	gone := h.press(other, "resume", "_code", code)
	h.status(gone, 409) // the link is spent, and its draft went with it
}

func TestAWrongCodeComesBackWithWords(t *testing.T) {
	h := open(t)
	code := half(h, h.oneTime[0]).code()
	for _, wrong := range []string{"0000-0000", "x", `"><script>`, "\xff"} {
		p := h.press(h.get("/q/"+h.oneTime[0]), "resume", "_code", wrong)
		h.status(p, 404)
		h.has(p, "没有找到这个续答码", "<details open>", "您愿意参加吗？")
		if strings.Contains(p.body, "<script>") {
			t.Error("markup of a stranger in the page")
		}
	}
	p := h.press(h.get("/q/"+h.oneTime[1]), "resume", "_code", code) // another link's code
	h.status(p, 404)
}

func TestTheScriptSavesWithoutAPage(t *testing.T) {
	h := open(t)
	p := h.get("/q/" + h.oneTime[0] + "?view=all")
	m := goOnCode.FindStringSubmatch(p.body)
	if m == nil || m[1] == "p" {
		t.Fatalf("the page with all questions does not hide its code until a draft is kept:\n%s", p.body)
	}
	form := p.form()
	form.Set("_do", "save")
	form.Set("q03", "1")
	h.status(h.post(p.action(), form), 200) // without consent there is nothing to keep
	form.Set("consent", "yes")
	saved := h.post(p.action(), form)
	h.status(saved, 204)
	if saved.body != "" {
		t.Errorf("body: got %q, want none", saved.body)
	}
	p = h.press(h.get("/q/"+h.oneTime[0]), "resume", "_code", m[2])
	h.has(p, `name="q03" value="1" checked`, `name="_view" value="all"`)
	if p.form().Get("_form") != form.Get("_form") {
		t.Error("the resumed form has another ticket")
	}
}

// A tap's save may arrive after the answers were sent: nobody need hear of it.
func TestASaveThatComesTooLateIsNoTrouble(t *testing.T) {
	h := open(t)
	for _, link := range []string{h.oneTime[0], h.poster} {
		form := filledAll(h, link)
		h.status(h.post("/q/"+link, form), 200)
		form.Set("_do", "save")
		p := h.post("/q/"+link, form)
		if p.status != 200 && p.status != 204 || p.body != "" {
			t.Errorf("status %d, %d bytes; want 200 or 204 and none", p.status, len(p.body))
		}
	}
}

func TestNothingIsKeptOfThoseWhoDoNotBegin(t *testing.T) {
	h := open(t)
	p := h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "yes")
	if p.code() != "" {
		t.Error("a draft before the first answer")
	}
	p = h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "no", "s1", "50-59")
	if p.code() != "" {
		t.Error("a draft of somebody who does not take part")
	}
}

// A store that fails for drafts stops nobody: the pages go on without the line.
func TestAFailingDraftStoreStopsNobody(t *testing.T) {
	h := open(t)
	p := h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "yes")
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	p = h.press(p, "next", "s1", "50-59")
	h.status(p, 200)
	h.has(p, "您现在住在哪个县")
	if p.code() != "" {
		t.Error("the page tells a code though nothing was kept")
	}
	form := url.Values{"_form": p.form()["_form"], "_do": {"save"}, "consent": {"yes"}, "s1": {"50-59"}}
	h.status(h.post("/q/"+h.oneTime[0], form), 503)
}
