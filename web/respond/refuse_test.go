package respond_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// filledAll is the form of the page with every question, filled in.
func filledAll(h *house, token string) url.Values {
	form := answersAll()
	for k, v := range h.get("/q/" + token + "?view=all").form() {
		form[k] = v
	}
	form.Set("o1", "保留这句话")
	return form
}

// S20: each field has its sentence, and everything typed stays in the form.
func TestBadInputComesBackWithASentenceAndEverythingTyped(t *testing.T) {
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	for _, c := range []struct {
		name   string
		change func(v url.Values)
		words  []string
	}{
		{"a required answer missing", func(v url.Values) { v.Del("s3") }, []string{`aria-describedby="s3-e"`, "这一题需要回答", `href="#s3"`}},
		{"one answer twice", func(v url.Values) { v.Add("q04", "5") }, []string{`aria-describedby="q04-e"`, "只能选一项"}},
		{"unknown code", func(v url.Values) { v.Set("q05", "7") }, []string{`aria-describedby="q05-e"`, "“7”不在选项中"}},
		{"markup as a code", func(v url.Values) { v.Set("q05", "<script>") }, []string{"“&lt;script&gt;”不在选项中"}},
		{"unknown field", func(v url.Values) { v.Set("q99", "5") }, []string{"问卷里没有的一项（q99）"}},
		{"unknown hidden field", func(v url.Values) { v.Set("_admin", "1") }, []string{"问卷里没有的一项（_admin）"}},
		{"none of these and one", func(v url.Values) { v.Add("b3", "none") }, []string{`aria-describedby="b3-e"`}},
		{"broken UTF-8", func(v url.Values) { v.Set("b1", "\xff\xfe") }, []string{"无法识别的字符"}},
		{"control character", func(v url.Values) { v.Set("b1", "a\x00b") }, []string{"无法显示的字符"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			form := filledAll(h, h.oneTime[0])
			c.change(form)
			p := h.post("/q/"+h.oneTime[0], form)
			h.status(p, 422)
			h.has(p, append(c.words, `role="alert"`, "保留这句话", `name="q01" value="4" checked`)...)
			if got := len(h.kept()); got != 0 {
				t.Errorf("stored: %d", got)
			}
		})
	}
}

func TestTooLongTextComesBackWhole(t *testing.T) {
	h := open(t)
	form := filledAll(h, h.oneTime[0])
	long := strings.Repeat("长", 501)
	form.Set("o1", long)
	p := h.post("/q/"+h.oneTime[0], form)
	h.status(p, 422)
	h.has(p, long, "最多写500个字，现在有501个字", `aria-invalid="true"`)
}

func TestEachPageOfThePagedWayNamesWhatIsMissing(t *testing.T) {
	h := open(t)
	p := h.press(h.get("/q/"+h.oneTime[0]+"?lang=en"), "next")
	h.status(p, 422)
	h.has(p, "This question needs an answer", "Would you like to take part?")
	p = h.press(p, "next", "consent", "yes")
	h.status(p, 200)
	p = h.press(p, "send")
	h.status(p, 422)
	h.has(p, "This question needs an answer", "change:s1")
}

func TestLinksThatLeadNoFurtherSayWhy(t *testing.T) {
	h := open(t)
	h.status(h.post("/q/"+h.oneTime[0], filledAll(h, h.oneTime[0])), 200)
	form := filledAll(h, h.poster)
	august, september := time.Date(2020, 8, 20, 0, 0, 0, 0, time.UTC), h.clock.at
	november := time.Date(2020, 11, 2, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, token string
		at          time.Time
		status      int
		zh, en      []string
	}{
		{"unknown", "NOSUCHTOKEN", september, 404, []string{"没有找到这个链接"}, []string{"This link was not found"}},
		{"no text at all", "%ff%00'%22", september, 404, []string{"没有找到这个链接"}, []string{"This link was not found"}},
		{"spent", h.oneTime[0], september, 409, []string{"这个链接已经用过了"}, []string{"This link has been used"}},
		{"not yet open", h.oneTime[1], august, 403, []string{"调查还没有开始", "2020年9月1日"}, []string{"The survey has not begun", "1 September 2020"}},
		{"poster not yet open", h.poster, august, 403, []string{"调查还没有开始"}, []string{"The survey has not begun"}},
		{"closed", h.oneTime[1], november, 403, []string{"调查已经结束"}, []string{"The survey has ended"}},
		{"poster closed", h.poster, november, 403, []string{"调查已经结束"}, []string{"The survey has ended"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.t, h.clock.at = t, c.at
			for lang, words := range map[string][]string{"zh-CN": c.zh, "en": c.en} {
				p := h.get("/q/" + c.token + "?lang=" + lang)
				h.status(p, c.status)
				h.has(p, append(words, `<html lang="`+lang+`">`)...)
			}
			if p := h.post("/q/"+c.token, form); p.status < 400 || p.status > 499 {
				t.Errorf("POST: got %d, want 4xx", p.status)
			}
		})
	}
	h.t = t
	if got := len(h.kept()); got != 1 {
		t.Errorf("stored: got %d, want 1", got)
	}
}

// S09: a form without our ticket, with another link's, or from another site.
func TestS09FormsThatAreNotOurs(t *testing.T) {
	h := open(t)
	form := filledAll(h, h.oneTime[0])
	for _, c := range []struct {
		name    string
		ticket  string
		headers []string
		status  int
	}{
		{"no ticket", "", nil, 403},
		{"a made-up ticket", "key-000000000001.abc.AAAAAAAAAAAAAAAAAAAAAA", nil, 403},
		{"another link's ticket", filledAll(h, h.poster).Get("_form"), nil, 403},
		{"a foreign Origin", form.Get("_form"), []string{"Origin", "https://evil.example"}, 403},
		{"an Origin that is no address", form.Get("_form"), []string{"Origin", "evil"}, 403},
		{"cross-site", form.Get("_form"), []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"cross-site without Origin", form.Get("_form"), []string{"Origin", "null", "Sec-Fetch-Site", "cross-site"}, 403},
		{"our own Origin", form.Get("_form"), []string{"Origin", "https://minyi.example", "Sec-Fetch-Site", "same-origin"}, 200},
		{"the host that was asked", form.Get("_form"), []string{"Origin", "http://example.com"}, 200},
		{"Origin null, as browsers send under no-referrer", form.Get("_form"), []string{"Origin", "null"}, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := url.Values{}
			for k, values := range form {
				v[k] = values
			}
			v.Set("_form", c.ticket)
			before := len(h.kept())
			p := h.post("/q/"+h.oneTime[0], v, c.headers...)
			h.status(p, c.status)
			if c.status != 200 && len(h.kept()) != before {
				t.Error("stored all the same")
			}
		})
	}
}

func TestAFormWithoutTicketKeepsWhatWasTypedAndCanBeSentAgain(t *testing.T) {
	h := open(t)
	form := filledAll(h, h.oneTime[0])
	form.Del("_form")
	p := h.post("/q/"+h.oneTime[0], form)
	h.status(p, 403)
	h.has(p, "您的回答都还在", "保留这句话")
	p = h.press(p, "send")
	h.status(p, 200)
}

func TestAFailingStoreKeepsTheAnswersOnThePage(t *testing.T) {
	h := open(t)
	form := filledAll(h, h.oneTime[0])
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	p := h.post("/q/"+h.oneTime[0], form)
	h.status(p, 503)
	h.has(p, "保留这句话", "还没有存下")
	if p.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestRequestsThatAreNoFormAreRefused(t *testing.T) {
	h := open(t)
	form := filledAll(h, h.oneTime[0])
	for _, c := range []struct {
		name, kind, body string
		status           int
	}{
		{"JSON", "application/json", `{"q01":5}`, 400},
		{"no kind", "", form.Encode(), 400},
		{"multipart", "multipart/form-data; boundary=x", "--x--", 400},
		{"hidden field twice", "application/x-www-form-urlencoded", form.Encode() + "&_form=x", 400},
		{"many fields", "application/x-www-form-urlencoded", strings.Repeat("a=1&", 5000), 400},
		{"much text", "application/x-www-form-urlencoded", "o1=" + strings.Repeat("a", 70_000), 413},
		{"nothing", "application/x-www-form-urlencoded", "", 403},
		{"no pairs", "application/x-www-form-urlencoded", "&&&=&%zz=%", 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := httptest.NewRequest(http.MethodPost, "/q/"+h.oneTime[0], strings.NewReader(c.body))
			req.Header.Set("Content-Type", c.kind)
			h.t = t
			p := h.do(req)
			h.status(p, c.status)
			h.has(p, "<h1>")
		})
	}
}

// S23 and the page budget: one request, nothing foreign, our own style only.
func TestS23HeadersAndSizes(t *testing.T) {
	h := open(t)
	all := filledAll(h, h.poster)
	review := url.Values{}
	for k, v := range all {
		review[k] = v
	}
	review.Del("_view")
	review.Set("_at", "review")
	question := url.Values{}
	for k, v := range review {
		question[k] = v
	}
	question.Set("_at", "b3")
	review.Set("_do", "review")
	question.Set("_do", "show")
	area := url.Values{"_form": all["_form"], "_do": {"show"}, "_at": {"s2"}, "consent": {"yes"}, "s1": {"60-69"}}
	for _, c := range []struct {
		name string
		page page
		max  int
	}{
		{"first", h.get("/q/" + h.poster), 4000},
		{"first in English", h.get("/q/" + h.poster + "?lang=en"), 4000},
		{"question with every answer carried", h.post("/q/"+h.poster, question), 3000},
		{"question with 22 areas", h.post("/q/"+h.poster, area), 3000},
		{"review", h.post("/q/"+h.poster, review), 3000},
		{"sending", h.press(h.post("/q/"+h.poster, review), "next"), 3000},
		{"all on one", h.get("/q/" + h.poster + "?view=all"), 8000},
		{"all on one in English", h.get("/q/" + h.poster + "?view=all&lang=en"), 8000},
		{"receipt", h.post("/q/"+h.poster, all), 3000},
		{"unknown link", h.get("/q/UNKNOWN"), 3000},
	} {
		t.Logf("%s: %d bytes gzip, %d plain", c.name, c.page.packed, len(c.page.body))
		if c.page.packed > c.max {
			t.Errorf("%s: got %d bytes, want at most %d", c.name, c.page.packed, c.max)
		}
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if got := c.page.header.Get(name); got != want {
				t.Errorf("%s: %s: got %q, want %q", c.name, name, got, want)
			}
		}
		policy := c.page.header.Get("Content-Security-Policy")
		styles := strings.Split(c.page.body, "<style>")[1:]
		for _, rest := range styles {
			css, _, _ := strings.Cut(rest, "</style>")
			sum := sha256.Sum256([]byte(css))
			if want := " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
				t.Errorf("%s: the policy %q does not allow the style %q", c.name, policy, css)
			}
		}
		if got, want := len(styles), 2; got != want {
			t.Errorf("%s: got %d styles, want %d", c.name, got, want)
		}
		for _, bad := range []string{"unsafe-", "http:", "https:", "style=", "onclick", "@import"} {
			if strings.Contains(strings.ReplaceAll(c.page.body, ownBase, "")+policy, bad) {
				t.Errorf("%s: holds %q", c.name, bad)
			}
		}
	}
}

func TestScriptIsSmallOldAndItsOwnFile(t *testing.T) {
	h := open(t)
	english := h.get("/q/" + h.poster + "?lang=en")
	_, rest, _ := strings.Cut(english.body, `<script src="`)
	src, _, _ := strings.Cut(rest, `"`)
	if js := h.get(src); len(js.body) > 6000 || newer(js.body) != "" {
		t.Errorf("script in English: %d bytes, %s", len(js.body), newer(js.body))
	}
	p := h.get("/q/" + h.poster)
	_, rest, _ = strings.Cut(p.body, `<script src="`)
	src, _, _ = strings.Cut(rest, `"`)
	js := h.get(src)
	h.status(js, 200)
	if len(js.body) > 6000 {
		t.Errorf("script: got %d bytes, want at most 6000", len(js.body))
	}
	if got := newer(js.body); got != "" {
		t.Errorf("script: %s", got)
	}
	h.has(js, "正在提交")
	h.status(h.get("/static/respond/000000000000.js"), 404)
	if got := js.header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("cache: got %q", got)
	}
}
