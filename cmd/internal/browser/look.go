package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

//go:embed axe/axe.min.js
var axe string

// axeTags are the rules that axe looks for: WCAG 2.0, 2.1 and 2.2 at the levels A
// and AA, and axe's own best practice.
const axeTags = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22a","wcag22aa","best-practice"]`

// Barriers returns what axe-core finds wrong for people with disabilities on the
// page as it is now: the rule, the help, and the first element of each. Scripts
// must be on. Elements that match one of the selectors are left out.
func (p *Page) Barriers(without ...string) []string {
	p.t.Helper()
	if !do(p, "look for axe", chromedp.Evaluate[bool](`!!window.axe`)) {
		do(p, "load axe", chromedp.Evaluate[chromedp.Void](axe))
	}
	if without == nil {
		without = []string{}
	}
	out, err := json.Marshal(without)
	if err != nil {
		p.t.Fatal(err)
	}
	return do(p, "run axe", chromedp.Evaluate[[]string](`axe.run({include: [["html"]], exclude: `+string(out)+`.filter(s => document.querySelector(s)).map(s => [s])}, {runOnly: `+axeTags+`, resultTypes: ["violations"], rules: {"target-size": {enabled: true}}})
		.then(r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.length + " × " + v.nodes[0].html.slice(0, 200) + " " + (v.nodes[0].failureSummary || "").slice(0, 300)))`,
		chromedp.EvalAwaitPromise))
}

// Dress shows the page that is open on another screen, by day or in the dark.
func (p *Page) Dress(s Screen, dark bool) {
	p.t.Helper()
	do(p, "dress for "+s.Name, dress(s, dark))
}

// Look evaluates an expression of JavaScript in the page, also where the page's own
// scripts are off, and decodes what it gives. A promise is awaited.
func Look[T any](p *Page, expression string) T {
	p.t.Helper()
	return do(p, "look", chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Post sends a form to a path of the page's origin from the page that is open, as
// if a form with these fields had stood there, and waits for the page it leads to.
func (p *Page) Post(path string, fields url.Values) {
	p.t.Helper()
	raw, err := json.Marshal(fields)
	if err != nil {
		p.t.Fatal(err)
	}
	send := fmt.Sprintf(`(fields => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = %q;
		for (const [name, values] of Object.entries(fields)) for (const value of values || []) {
			const field = document.createElement("textarea");
			field.name = name;
			field.value = value;
			form.append(field);
		}
		document.body.append(form);
		form.submit();
	})(%s)`, path, raw)
	do(p, "post to "+path, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Evaluate[chromedp.Void](send)))
}

// Print returns the page as a PDF on A4, as a printer would get it.
func (p *Page) Print() []byte {
	p.t.Helper()
	return do(p, "print", chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
}

// Line is a slow line: the time of one round trip, and bits a second down and up.
type Line struct {
	Name     string
	Trip     time.Duration
	Down, Up int64
}

// Slow makes every later request take its time on the line, and every script and
// layout take slower times as long as this machine needs.
func (p *Page) Slow(l Line, slower float64) {
	p.t.Helper()
	const byteBits = 8
	rule := &network.Conditions{
		Latency:            float64(l.Trip) / float64(time.Millisecond),
		DownloadThroughput: float64(l.Down) / byteBits, UploadThroughput: float64(l.Up) / byteBits,
	}
	do(p, "slow down", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		off := network.SetCacheDisabledParams{CacheDisabled: true}
		if _, err := cdp.Call(ctx, tab, network.SetCacheDisabled, off); err != nil {
			return err
		}
		conditions := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{rule}}
		if _, err := cdp.Call(ctx, tab, network.EmulateNetworkConditionsByRule, conditions); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, tab, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slower})
		return err
	}))
}

// Before runs a script in every later page before the page's own.
func (p *Page) Before(script string) {
	p.t.Helper()
	do(p, "prepare pages", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}
