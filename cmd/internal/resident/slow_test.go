package resident_test

import (
	"testing"
	"time"

	"minyi/cmd/internal/browser"
)

// slow3G is the line that Lighthouse and WebPageTest call slow 3G: 400 kbit/s down
// and up, 400 ms for a round trip.
func slow3G() browser.Line {
	return browser.Line{Name: "slow 3G", Trip: 400 * time.Millisecond, Down: 400_000, Up: 400_000}
}

// arrival is how a page came: times in milliseconds from the start of the
// navigation, what it asked for beside itself, what held up its painting, and how
// far things moved.
type arrival struct {
	Paint    float64  `json:"paint"`    // first contentful paint
	Form     float64  `json:"form"`     // the form can be filled in and sent: it needs no script
	Script   float64  `json:"script"`   // the script has run too
	Bytes    float64  `json:"bytes"`    // of the page, compressed
	Packed   string   `json:"packed"`   // how it was compressed
	Parts    []string `json:"parts"`    // what else it asked for
	Blocking []string `json:"blocking"` // of those, what painting waited for
	Shift    float64  `json:"shift"`    // cumulative layout shift
	Moved    []string `json:"moved"`    // what moved, from and to which height
}

const arrive = `(async () => {
	await new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", done));
	const page = performance.getEntriesByType("navigation")[0], parts = performance.getEntriesByType("resource").filter(e => e.initiatorType !== "xmlhttprequest");
	let shift = 0, moved = [], paint = null;
	new PerformanceObserver(list => list.getEntries().forEach(e => { shift += e.value; e.sources.forEach(s => moved.push((s.node ? s.node.tagName || s.node.data : "?") + " " + JSON.stringify(s.previousRect) + " to " + JSON.stringify(s.currentRect))) })).observe({type: "layout-shift", buffered: true});
	for (let n = 0; n < 100 && !paint; n++) {
		paint = performance.getEntriesByName("first-contentful-paint")[0];
		await new Promise(done => setTimeout(done, 50));
	}
	return {
		paint: paint ? paint.startTime : -1, form: page.domInteractive, script: page.domContentLoadedEventEnd, bytes: page.transferSize, packed: page.contentEncoding || "",
		parts: parts.map(e => e.name), blocking: parts.filter(e => e.renderBlockingStatus !== "non-blocking").map(e => e.name), shift, moved,
	};
})()`

// TestBrowserNothingHoldsUpTheFirstPaint says of the first page, of a question and
// of all questions what does not depend on the machine: painting waits for one
// request, the page's own; nothing moves while the page comes, nor when its script
// has run; the bytes keep their limits. The times are a benchmark's.
func TestBrowserNothingHoldsUpTheFirstPaint(t *testing.T) {
	t.Parallel()
	e := newEyes(t, "zh-CN")
	e.page.Slow(slow3G(), 1)
	narrow, sizes := browser.Screen{Name: "small", Width: 320, Height: 568, Phone: true}, []string{"30", "24", "18", "24"}
	e.page.Dress(narrow, false)
	for i, c := range []struct {
		name string
		most float64 // bytes, with the head
		show func()
	}{
		{"first page", 4000, func() { e.get(e.oneTime[1], "") }},
		{"a question", 3000, func() { e.post(e.oneTime[1], with("q01"), "_at", "q01", "_do", "show") }},
		{"the review", 3000, func() { e.post(e.oneTime[1], given(), "_at", "review", "_do", "show") }},
		{"all questions", 8000, func() { e.get(e.oneTime[1], "&view=all") }},
	} {
		e.size = sizes[i]
		c.show()
		got := browser.Look[arrival](e.page, arrive)
		if got.Paint <= 0 || len(got.Blocking) > 0 || len(got.Parts) > 1 {
			t.Errorf("%s: painted at %v ms; held up by %v; asked for %v, want its script alone", c.name, got.Paint, got.Blocking, got.Parts)
		}
		if got.Shift != 0 {
			t.Errorf("%s: moved by %v: %v", c.name, got.Shift, got.Moved)
		}
		const head = 900 // bytes of headers that the browser counts in
		if got.Bytes > c.most+head || got.Bytes == 0 || got.Packed == "" {
			t.Errorf("%s: %v bytes with headers, packed %q, want at most %v without", c.name, got.Bytes, got.Packed, c.most)
		}
	}
}

// BenchmarkFirstPageOnSlow3G opens pages over slow 3G with a CPU slowed four
// times. Run it on a quiet machine:
//
//	go test ./cmd/internal/resident -run '^$' -bench Slow3G -benchtime 5x
func BenchmarkFirstPageOnSlow3G(b *testing.B) {
	e := newEyes(b, "zh-CN")
	const slower = 4
	e.page.Slow(slow3G(), slower)
	for name, query := range map[string]string{"first page": "", "all questions": "&view=all"} {
		b.Run(name, func(b *testing.B) {
			var sum arrival
			for b.Loop() {
				e.get(e.oneTime[1], query)
				got := browser.Look[arrival](e.page, arrive)
				sum.Paint += got.Paint
				sum.Form += got.Form
				sum.Script += got.Script
				sum.Bytes = got.Bytes
			}
			n := float64(b.N)
			b.ReportMetric(sum.Paint/n, "ms-to-paint")
			b.ReportMetric(sum.Form/n, "ms-to-form")
			b.ReportMetric(sum.Script/n, "ms-to-script")
			b.ReportMetric(sum.Bytes, "bytes")
			b.ReportMetric(0, "ns/op")
		})
	}
}
