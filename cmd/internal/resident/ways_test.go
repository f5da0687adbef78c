package resident_test

import (
	"bytes"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"minyi/cmd/internal/browser"
)

// agents are browsers that residents have beside today's Chromium, as they name
// themselves: WeChat's on the X5 and on the XWEB engine, UC's, the WebView of
// Android 5, an old iPhone's.
func agents() map[string]string {
	return map[string]string{
		"WeChat on X5":         "Mozilla/5.0 (Linux; Android 9; PACM00 Build/P10612; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/66.0.3359.126 MQQBrowser/6.2 TBS/045018 Mobile Safari/537.36 MMWEBID/7 MicroMessenger/7.0.8.1540(0x27000834) Process/tools NetType/3gnet Language/zh_CN ABI/arm64",
		"WeChat on XWEB":       "Mozilla/5.0 (Linux; Android 12; V2118A Build/SP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240301 MicroMessenger/8.0.48.2580 WeChat/arm64 Weixin NetType/4G Language/zh_CN",
		"UC":                   "Mozilla/5.0 (Linux; U; Android 10; zh-CN; Redmi K30) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/57.0.2987.108 UCBrowser/12.9.3.1083 Mobile Safari/537.36",
		"WebView of Android 5": "Mozilla/5.0 (Linux; Android 5.1; OPPO A37m Build/LMY47I) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/39.0.0.0 Mobile Safari/537.36",
		"an old iPhone":        "Mozilla/5.0 (iPhone; CPU iPhone OS 9_3 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) Mobile/13E233 MicroMessenger/6.3.15",
	}
}

// missing takes away what the oldest of them do not have, before the page's own
// script runs: later editions of JavaScript, reading aloud, the history's state.
const missing = `delete window.speechSynthesis; delete window.SpeechSynthesisUtterance;
	for (const name of ["fetch", "Promise", "Symbol", "Map", "Set", "Proxy"]) try { delete window[name] } catch (e) {}
	delete History.prototype.replaceState; delete Element.prototype.closest; delete NodeList.prototype.forEach;`

// walk answers one question a page, by taps, up to the receipt, and returns the
// ids of the questions; not more than so many.
func walk(t *testing.T, p *browser.Page, most int) (way []string) {
	t.Helper()
	answers := given()
	for range 60 {
		switch {
		case p.Count("#receipt") > 0, len(way) == most:
			return way
		case p.Count("dl") > 0:
			p.Press("button.g")
			continue
		case p.Count(`button[value="send"]`) > 0:
			p.Click(`button[value="send"]`)
			p.Wait("#receipt")
			continue
		}
		id := p.Attribute("fieldset", "id")
		way = append(way, id)
		fill(p, id, answers[id])
		p.Press("button.g")
	}
	t.Fatalf("the questions do not end: %v", way)
	return nil
}

// fill gives an answer in the way of its type.
func fill(p *browser.Page, id string, values []string) {
	for i, value := range values {
		field := `[name="` + id + `"]`
		switch {
		case p.Count("select"+field) > 0:
			browser.Look[int](p, `document.querySelectorAll("select")[`+string(rune('0'+i))+`].value = "`+value+`", 1`)
		case p.Count(field+`[value="`+value+`"]`) > 0:
			p.Click(field + `[value="` + value + `"]`)
		default:
			p.Fill(field+`:not([type="checkbox"])`, value)
		}
	}
}

// TestBrowserOldAndOddBrowsersReachTheReceipt walks in a browser that says it is
// another, without what that one lacks: on X5 and, without the script, on UC the
// whole way, on the others the first pages. The sheets are in the store.
func TestBrowserOldAndOddBrowsersReachTheReceipt(t *testing.T) {
	t.Parallel()
	browser.Need(t)
	d := open(t)
	link := 1
	for name, agent := range agents() {
		script := name != "UC" // UC's saving mode runs none
		p := browser.Open(t, d.origin, browser.Options{Screen: browser.Phone(), Script: script, Agent: agent})
		if script {
			p.Before(missing)
		}
		p.Go("/q/" + d.oneTime[link])
		link++
		if got := p.Count("#aloud"); got != 0 {
			t.Errorf("%s: reading aloud is offered where no voice is", name)
		}
		most := 3
		if name == "UC" || name == "WeChat on X5" {
			most = 99
		}
		if way := walk(t, p, most); len(way) < min(most, 20) {
			t.Errorf("%s: asked %v", name, way)
		}
	}
	stored := 0
	err := d.intake.Answers(1, func(uint32, []byte) error { stored++; return nil })
	if want := 2; err != nil || stored != want {
		t.Errorf("stored: got %d (%v), want %d", stored, err, want)
	}
}

// TestBrowserReadsAloudWhereThereIsAVoice looks for the button, taps it, and hears
// what is handed to the phone's voice.
func TestBrowserReadsAloudWhereThereIsAVoice(t *testing.T) {
	t.Parallel()
	e := newEyes(t, "zh-CN")
	e.page.Before(`window.heard = []; speechSynthesis.speak = u => { heard.push([u.lang, u.text]) };`)
	e.get(e.oneTime[1], "")
	e.page.Click("#aloud")
	got := strings.Join(browser.Look[[]string](e.page, `heard.flat()`), "|")
	if want := "zh-CN|您愿意参加吗？。愿意。不愿意"; got != want {
		t.Errorf("read aloud: got %q, want %q", got, want)
	}
}

// TestBrowserThePreviewHasATitleWordsAndAPicture reads what a messenger takes from
// the first page, and opens the picture.
func TestBrowserThePreviewHasATitleWordsAndAPicture(t *testing.T) {
	t.Parallel()
	e := newEyes(t, "zh-CN")
	e.get(e.oneTime[1], "")
	for name, want := range map[string]string{
		`meta[name="description"]`: "不记名", `meta[property="og:title"]`: "银川市", `meta[property="og:description"]`: "不记名",
	} {
		if got := e.page.Attribute(name, "content"); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", name, got, want)
		}
	}
	picture := e.page.Attribute(`meta[property="og:image"]`, "content")
	if status := e.page.Go(picture); status != http.StatusOK || !strings.HasPrefix(picture, "http") {
		t.Fatalf("the picture %s: got %d", picture, status)
	}
	const least = 200 // pixels: WeChat shows none smaller than 300 by 300 well, and nothing tiny
	if got := browser.Look[int](e.page, `Math.min(document.images[0].naturalWidth, document.images[0].naturalHeight)`); got < least {
		t.Errorf("the picture's shorter side: got %d pixels, want %d", got, least)
	}
}

// TestBrowserPrintedPageHasEveryWord prints all questions on paper: no question
// and no choice is cut, and the words of the notice can be opened before.
func TestBrowserPrintedPageHasEveryWord(t *testing.T) {
	t.Parallel()
	pdftotext, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("poppler is not installed")
	}
	e := newEyes(t, "zh-CN")
	e.get(e.oneTime[1], "&view=all")
	words := browser.Look[[]string](e.page, `[...document.querySelectorAll("h1, legend, fieldset label, fieldset p")].map(e => e.textContent)`)
	read := exec.CommandContext(t.Context(), pdftotext, "-layout", "-", "-")
	read.Stdin = bytes.NewReader(e.page.Print())
	text, err := read.Output()
	if err != nil {
		t.Fatal(err)
	}
	blank := regexp.MustCompile(`\s|\f`)
	printed := blank.ReplaceAllString(string(text), "")
	for _, one := range words {
		if want := blank.ReplaceAllString(one, ""); !strings.Contains(printed, want) {
			t.Errorf("on paper %q is missing", one)
		}
	}
	if len(words) < 100 {
		t.Errorf("words looked for: got %d", len(words))
	}
}
