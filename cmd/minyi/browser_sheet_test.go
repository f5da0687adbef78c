package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

const keyedSheet = "/evaluate/2020-D26-comprehensive"

// TestBrowserAssessorMarksBySheetAndKeyboardAlone fills in a whole sheet without
// a mouse, through a line that breaks and a second window that interferes, and
// submits it; what the server holds is compared with what was typed.
func TestBrowserAssessorMarksBySheetAndKeyboardAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-09-02T09:00") // assigned, nothing marked yet
	declareAll(t, d, "assessor2")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "assessor2")
	p.Go(keyedSheet)
	for _, barrier := range p.Barriers() {
		t.Errorf("the sheet: %s", barrier)
	}
	p.Shot("sheet")
	needed := p.Count("[data-item][data-needed]")
	if needed < 90 {
		t.Fatalf("got %d indicators to mark, want about 97", needed)
	}
	markAll(t, p, needed)
	keysInTexts(t, p)
	openProof(t, p)
	brokenLine(t, p)
	interferes(t, d, p)
	giveReasons(t, p)
	if got := server(t, d); got["1"]["mark-1"] != "0.90" || got["3"]["mark-3"] != "1.00" || got["50"]["mark-50"] != "0.75" {
		t.Errorf("on the server: %v, %v, %v", got["1"], got["3"], got["50"])
	}
	submitByKeys(t, p)
}

// declareAll declares that the account has no interest in any applicant.
func declareAll(t *testing.T, d *runningDemo, who string) {
	t.Helper()
	one := d.as(t, who)
	_, list := one.open("/evaluate")
	for _, m := range regexp.MustCompile(`href="(/evaluate/2020-[^"#/]+)"`).FindAllStringSubmatch(list, -1) {
		one.send(m[1], m[1]+"/interest", url.Values{"interest": {"clear"}, "text": {""}})
	}
	if status, body := one.open(keyedSheet); status != http.StatusOK || !strings.Contains(body, `id="mark-1"`) {
		t.Fatalf("no sheet after the declarations: %d", status)
	}
}

// markAll goes from indicator to indicator with digits and Enter, with F for full
// marks at the third, and jumps to 50.
func markAll(t *testing.T, p *walker.Page, needed int) {
	t.Helper()
	p.Keys("n")
	if got := p.Focused(); got != "i-1" {
		t.Fatalf("N leads to %q, want the first indicator", got)
	}
	for range needed {
		item := strings.TrimPrefix(p.Focused(), "i-")
		switch {
		case strings.HasPrefix(item, "A"), strings.HasPrefix(item, "opinion"):
			t.Fatalf("%s before all indicators are marked", item)
		case item == "3":
			p.Keys("fj")
		default:
			p.Keys("0.9" + walker.Enter)
		}
		skipOpinions(p)
	}
	saved(t, p)
	if got := p.Text("#settled"); got != fmt.Sprint(needed) {
		t.Errorf("marked: got %s, want %d", got, needed)
	}
	p.Keys("/")
	p.Keys("50" + walker.Enter)
	if got := p.Focused(); got != "i-50" {
		t.Fatalf("/50 leads to %q, %q", got, p.Value("#go"))
	}
	p.Keys("0.75" + walker.Enter)
	saved(t, p)
}

// skipOpinions passes the opinions between the headings.
func skipOpinions(p *walker.Page) {
	for strings.HasPrefix(p.Focused(), "i-opinion-") {
		p.Keys("j")
	}
}

// keysInTexts holds that letters are letters in a text, that Escape leads back, and
// that single keys can be switched off.
func keysInTexts(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Keys("/1" + walker.Enter)
	p.Keys("t")
	p.Keys("fjkn0?")
	if got := p.Focused(); got != "note-1=fjkn0?" {
		t.Errorf("letters in a note: got %q", got)
	}
	p.Keys(walker.Escape)
	if got := p.Focused(); got != "i-1" {
		t.Errorf("Escape leads to %q, want the indicator", got)
	}
	p.Keys("?")
	p.Wait("#keys[open]")
	p.Keys(walker.Space + walker.Tab + walker.Enter) // off, and close
	walker.Look[bool](p, `(document.querySelector("#i-1").focus(), true)`)
	p.Keys("j")
	if got := p.Focused(); got != "i-1" {
		t.Errorf("J acts though it is switched off: %q", got)
	}
	p.Keys(walker.Down)
	if got := p.Focused(); got != "i-2" {
		t.Errorf("Down leads to %q with single keys switched off, want the next", got)
	}
	p.Go(keyedSheet)
	if walker.Look[bool](p, `document.getElementById("keys-on").checked`) {
		t.Error("the switch is forgotten")
	}
	walker.Look[bool](p, `(document.getElementById("keys-on").click(), true)`)
}

// openProof opens the first file of an indicator beside the sheet and comes back.
func openProof(t *testing.T, p *walker.Page) {
	t.Helper()
	walker.Look[bool](p, `(document.querySelector("[data-item]:has([data-preview])").focus(), true)`)
	from := p.Focused()
	p.Keys("e")
	p.Wait("#viewer-frame")
	until(t, p, `document.getElementById("viewer-frame").contentDocument?.querySelector("main, body > *")`, "the parts of the preview")
	p.Shot("sheet-evidence")
	p.Keys(walker.Escape)
	if got := p.Focused(); got != from || p.Count("#viewer[hidden]") != 1 {
		t.Errorf("Escape leads to %q, want back to %q", got, from)
	}
}

// brokenLine types while nothing reaches the server, reloads, and finds it again.
func brokenLine(t *testing.T, p *walker.Page) {
	t.Helper()
	walker.Look[bool](p, `(window.fetch = () => Promise.reject(new TypeError("no line")), true)`)
	walker.Look[bool](p, `(document.querySelector("#i-7").focus(), true)`)
	p.Keys("0.81" + walker.Enter)
	p.Wait(`#i-7 .state:not(:empty)`)
	until(t, p, `/本机/.test(document.getElementById("told").textContent)`, "the words that it is kept here")
	p.Go(keyedSheet)
	saved(t, p)
	if got := p.Value("#mark-7"); got != "0.81" {
		t.Errorf("after the reload: got %q, want what was typed", got)
	}
	if n := walker.Look[int](p, `Object.keys(localStorage).filter(k => k.startsWith("minyi-sheet:")).length`); n != 0 {
		t.Errorf("%d items still held in the browser", n)
	}
}

// interferes changes an item in a second window, so that the first must choose.
func interferes(t *testing.T, d *runningDemo, p *walker.Page) {
	t.Helper()
	other := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: true})
	enter(t, d, other, "assessor2")
	other.Go(keyedSheet)
	walker.Look[bool](other, `(document.querySelector("#i-9").focus(), true)`)
	other.Keys("0.62" + walker.Enter)
	saved(t, other)
	walker.Look[bool](p, `(document.querySelector("#i-9").focus(), true)`)
	p.Keys("0.73" + walker.Enter)
	p.Wait("#i-9 .theirs")
	if got := p.Text("#i-9 .theirs"); !strings.Contains(got, "0.62") || !strings.Contains(got, "0.73") {
		t.Errorf("got %q, want both marks", got)
	}
	// The console tells of the refusal that the page handles.
	p.TakeTroubles()
	p.Shot("sheet-clash")
	for _, barrier := range p.Barriers() {
		t.Errorf("both versions: %s", barrier)
	}
	p.Click("#i-9 .theirs button")
	saved(t, p)
	if got := server(t, d)["9"]["mark-9"]; got != "0.73" {
		t.Errorf("got %s, want the one that was chosen", got)
	}
}

// giveReasons goes to every gap and closes it, the opinion over all last.
func giveReasons(t *testing.T, p *walker.Page) {
	t.Helper()
	const most = 20
	walker.Look[bool](p, `(document.querySelector("#i-1").focus(), true)`)
	for range most {
		p.Keys("n")
		if walker.Look[bool](p, `![...document.querySelectorAll("[data-item]")].some(c => c.dataset.lacks.trim())`) {
			return
		}
		p.Keys("r")
		p.Keys("see file")
		p.Keys(walker.Escape)
		saved(t, p)
	}
	t.Fatal("the gaps do not end")
}

func submitByKeys(t *testing.T, p *walker.Page) {
	t.Helper()
	walker.Look[bool](p, `(document.querySelector("#opinion").focus(), true)`)
	tabTo(t, p, "do=check")
	p.Leave()
	if got := p.Address(); got != keyedSheet+"/submit" {
		t.Fatalf("got %s, want the page that checks the sheet: %s", got, p.Text("main"))
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("the page that checks: %s", barrier)
	}
	p.Shot("sheet-summary")
	walker.Look[bool](p, `(document.querySelector("main form a").focus(), true)`)
	p.Keys(walker.Tab)
	p.Leave()
	if got := p.Text("main"); !strings.Contains(got, "评分表已提交") {
		t.Errorf("not submitted: %s", got)
	}
	if got := p.Count("main input.mark:not(:disabled)"); got != 0 {
		t.Errorf("%d marks can still be typed", got)
	}
}

// saved waits until everything is on the server.
func saved(t *testing.T, p *walker.Page) {
	t.Helper()
	until(t, p, `!Object.keys(localStorage).some(k => k.startsWith("minyi-sheet:")) && document.getElementById("told").textContent !== ""`, "the words that all is saved")
}

// until waits for a condition of the page, a minute at most.
func until(t *testing.T, p *walker.Page, condition, what string) {
	t.Helper()
	const rounds, each = 6, 10000
	for range rounds {
		if walker.Look[bool](p, fmt.Sprintf(`new Promise(done => {
			const end = Date.now() + %d, look = () => (%s) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 20);
			look();
		})`, each, condition)) {
			return
		}
	}
	t.Fatalf("%s never come: %s", what, p.Text("#told"))
}

// server is the sheet as the server holds it.
func server(t *testing.T, d *runningDemo) map[string]map[string]string {
	t.Helper()
	_, body := d.as(t, "assessor2").open(keyedSheet + "/state")
	var state struct {
		Items map[string]map[string]string
	}
	if err := json.Unmarshal([]byte(body), &state); err != nil {
		t.Fatalf("%v: %.200s", err, body)
	}
	if len(state.Items) == 0 {
		t.Fatal("nothing is stored")
	}
	return state.Items
}
