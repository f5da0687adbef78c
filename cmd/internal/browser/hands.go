package browser

import (
	"fmt"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Tab, Enter, Space, Down and Escape are keys for Keys; Leave presses Enter and waits
// for the page that it leads to.
const (
	Tab   = kb.Tab
	Enter = kb.Enter
	Space = " "
	Down  = kb.ArrowDown

	Escape = kb.Escape
)

// Keys presses keys on whatever has the focus, as people do who use no mouse.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	do(p, "press keys", chromedp.KeyEvent(keys))
}

// Leave presses Enter on whatever has the focus and waits until the page it
// leads to has loaded.
func (p *Page) Leave() {
	p.t.Helper()
	do(p, "press enter", chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.KeyEvent(Enter)))
}

// Focused names the element that has the focus: its name and value, or its id,
// or the address it leads to.
func (p *Page) Focused() string {
	p.t.Helper()
	return do(p, "find the focus", chromedp.Evaluate[string](
		`(e => (e.name ? e.name + "=" + e.value : "") || e.id || e.getAttribute("href") || e.tagName)(document.activeElement)`))
}

// Lowest returns the height in CSS pixels of the lowest of the visible elements
// that the CSS selector finds, 0 where there is none.
func (p *Page) Lowest(css string) float64 {
	p.t.Helper()
	return do(p, "measure "+css, chromedp.Evaluate[float64](fmt.Sprintf(
		`[...document.querySelectorAll(%q)].map(e => e.getBoundingClientRect().height).filter(h => h > 0).reduce((a, b) => a ? Math.min(a, b) : b, 0)`, css)))
}

// Holds reports whether the first element that the CSS selector finds is
// checked or chosen.
func (p *Page) Holds(css string) bool {
	p.t.Helper()
	return do(p, "read the state of "+css, chromedp.Evaluate[bool](fmt.Sprintf(`!!document.querySelector(%q)?.checked`, css)))
}

// Back presses the browser's own back button and waits until the page it leads
// to has loaded.
func (p *Page) Back() {
	p.t.Helper()
	do(p, "go back", chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.NavigateBack()))
}
