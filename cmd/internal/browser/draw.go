package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Draw draws a line with the pointer through points of the first element that the CSS
// selector finds, given as shares of its width and height.
func (p *Page) Draw(css string, points ...[2]float64) {
	p.t.Helper()
	box := Look[[]float64](p, fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"});
		const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()`, css))
	for n, point := range points {
		x, y := box[0]+point[0]*box[2], box[1]+point[1]*box[3]
		kind := input.DispatchMouseEventTypeMouseMoved
		if n == 0 {
			kind = input.DispatchMouseEventTypeMousePressed
		}
		do(p, "draw in "+css, chromedp.MouseEvent(kind, x, y, chromedp.ButtonLeft))
		if n == len(points)-1 {
			do(p, "end the line in "+css, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x, y, chromedp.ButtonLeft))
		}
	}
}

// Forget drops every cookie, as a session that has ended.
func (p *Page) Forget() {
	p.t.Helper()
	do(p, "drop the cookies", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
}
