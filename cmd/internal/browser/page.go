package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// do runs an action on the page's tab and fails the test when it cannot.
func do[T any](p *Page, what string, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.tab, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("browser: %s: %v", what, err)
	}
	return got
}

// Go opens a path of the page's origin, or a whole address, and returns the
// status of the answer.
func (p *Page) Go(path string) int {
	p.t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = p.origin + path
	}
	answer := do(p, "open "+path, chromedp.NavigateResponse(address))
	if answer == nil {
		return 0
	}
	return int(answer.Status)
}

// still waits until the first element that the CSS selector finds has stood in one
// place for three frames, as a finger does while a script still writes above it: a
// click aimed at where a button was goes beside it.
func (p *Page) still(css string) {
	p.t.Helper()
	const frame, frames = time.Second / 60, 3
	ctx, cancel := context.WithTimeout(p.tab, patience)
	defer cancel()
	where := chromedp.Evaluate[string](fmt.Sprintf(
		`(e => { if (!e) return ""; var r = e.getBoundingClientRect(); return [r.left, r.top, r.width, r.height].join(); })(document.querySelector(%q))`, css))
	for last, same := "", 0; same < frames; {
		now, err := chromedp.Run(ctx, where)
		if same++; err != nil || now == "" || now != last { // not there yet, or the page just goes
			last, same = now, 0
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("browser: wait until %s stands still: %v", css, ctx.Err())
		case <-time.After(frame):
		}
	}
}

// Press clicks the first element that the CSS selector finds and waits until
// the page it leads to has loaded.
func (p *Page) Press(css string) {
	p.t.Helper()
	p.still(css)
	do(p, "press "+css, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Click(chromedp.CSS(css))))
}

// Click clicks the first element that the CSS selector finds and stays on the page.
func (p *Page) Click(css string) {
	p.t.Helper()
	p.still(css)
	do(p, "click "+css, chromedp.Click(chromedp.CSS(css)))
}

// Fill empties a field and types the text into it.
func (p *Page) Fill(css, text string) {
	p.t.Helper()
	do(p, "fill "+css, chromedp.Steps(
		chromedp.Focus(chromedp.CSS(css)),
		chromedp.Evaluate[chromedp.Void](`document.activeElement.value = ""`),
		chromedp.SendKeys(chromedp.CSS(css), text)))
}

// Select sets the value of a field at once: the option of a list, or a date or
// time in the form that HTML gives it.
func (p *Page) Select(css, value string) {
	p.t.Helper()
	do(p, "select "+css, chromedp.SetValue(chromedp.CSS(css), value))
}

// Upload puts files into a file field.
func (p *Page) Upload(css string, files ...string) {
	p.t.Helper()
	do(p, "upload into "+css, chromedp.SetUploadFiles(chromedp.CSS(css), files))
}

// Wait waits until the CSS selector finds a visible element.
func (p *Page) Wait(css string) {
	p.t.Helper()
	do(p, "wait for "+css, chromedp.WaitVisible(chromedp.CSS(css)))
}

// Text returns the visible text of the first element that the CSS selector finds.
func (p *Page) Text(css string) string {
	p.t.Helper()
	return do(p, "read "+css, chromedp.Text(chromedp.CSS(css)))
}

// Value returns what stands in a field.
func (p *Page) Value(css string) string {
	p.t.Helper()
	return do(p, "read the value of "+css, chromedp.Value(chromedp.CSS(css)))
}

// Attribute returns an attribute of the first element that the CSS selector
// finds, empty where the element does not carry it.
func (p *Page) Attribute(css, name string) string {
	p.t.Helper()
	return do(p, "read "+name+" of "+css, chromedp.AttributeValue(chromedp.CSS(css), name)).Value
}

// Count returns how many elements the CSS selector finds right now.
func (p *Page) Count(css string) int {
	p.t.Helper()
	return len(do(p, "count "+css, chromedp.Nodes(chromedp.CSSAll(css), chromedp.AtLeast(0))))
}

// Address returns where the tab is now, without the origin where it is the page's own.
func (p *Page) Address() string {
	p.t.Helper()
	return strings.TrimPrefix(do(p, "read the address", chromedp.Location()), p.origin)
}

// Width returns how wide the page's content is, in CSS pixels: more than the
// screen means that people must scroll sideways.
func (p *Page) Width() int64 {
	p.t.Helper()
	return do(p, "measure the page", chromedp.Evaluate[int64](`document.documentElement.scrollWidth`))
}

// Shot writes a picture of the whole page, NAME.png, into the folder that
// MINYI_SHOTS names; without that variable it does nothing.
func (p *Page) Shot(name string) {
	p.t.Helper()
	folder := os.Getenv("MINYI_SHOTS")
	if folder == "" {
		return
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		p.t.Fatal(err)
	}
	picture := do(p, "picture of "+name, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		p.t.Fatal(err)
	}
}
