// Package browser walks pages in a real Chromium for end-to-end tests: at a
// phone's or a desk's size, with or without scripts, always with an empty
// profile. Whatever a careful person would find in the browser's own windows
// fails the test by itself: a report of the content security policy, a request
// to a foreign origin, an error in the console, a part of a page that is missing.
// It knows no page of minyi and starts no server.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long one step on a page may take before the test fails.
const patience = time.Minute

// Screen is the size of a window in CSS pixels, and whether it is a phone's.
type Screen struct {
	Name          string
	Width, Height int64
	Phone         bool
}

// Phone is the screen that residents are assumed to have: 360 by 740.
func Phone() Screen { return Screen{Name: "phone", Width: 360, Height: 740, Phone: true} }

// Desk is the screen that staff are assumed to have: 1280 by 800.
func Desk() Screen { return Screen{Name: "desk", Width: 1280, Height: 800} }

// Options choose how a browser is opened. Script false turns JavaScript off.
// Dark asks pages for their dark colours, Language is what Accept-Language says.
// Agent is what User-Agent says, where the browser's own will not do.
type Options struct {
	Screen   Screen
	Script   bool
	Dark     bool
	Language string
	Agent    string
}

// Page is one tab of one browser, bound to one origin.
type Page struct {
	t       testing.TB
	tab     context.Context // chromedp keeps its tab in a context
	origin  string
	trouble *troubles
}

// Open starts a browser with an empty profile for pages below origin
// (scheme, host and port, without a slash at the end) and closes it when the
// test ends. It is skipped unless the environment says MINYI_BROWSER=1, for the
// whole set outlasts the ten minutes that go test gives a package by itself; then
// a missing Chromium fails it. Troubles that the test has not taken by its end fail it.
func Open(t testing.TB, origin string, o Options) *Page {
	t.Helper()
	p := &Page{t: t, origin: origin, trouble: &troubles{origin: origin}}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), flags(program(t), t.TempDir(), o)...)
	t.Cleanup(stop)
	tab, leave := chromedp.NewContext(allocator, chromedp.WithListener(p.trouble.note))
	p.tab = tab
	t.Cleanup(leave)
	t.Cleanup(func() {
		for _, sentence := range p.TakeTroubles() {
			t.Errorf("browser: %s", sentence)
		}
	})
	// The first call binds the browser to its context: no time limit here.
	if err := chromedp.Do(tab, setUp(o)); err != nil {
		t.Fatalf("browser: %v", err)
	}
	return p
}

// Need skips the test where no browser is asked for, before anything
// costly is made ready for it.
func Need(t testing.TB) {
	t.Helper()
	program(t)
}

// program returns the path of a Chromium, the one named by CHROMIUM first.
func program(t testing.TB) string {
	t.Helper()
	if os.Getenv("MINYI_BROWSER") != "1" {
		t.Skip("browser test left out: MINYI_BROWSER=1 runs it")
	}
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if own := os.Getenv("CHROMIUM"); own != "" {
		names = []string{own}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("no Chromium on this machine (looked for %v; CHROMIUM may name one)", names)
	return ""
}

func flags(path, profile string, o Options) []chromedp.ExecAllocatorOption {
	set := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.UserDataDir(filepath.Join(profile, "profile")),
		chromedp.WindowSize(int(o.Screen.Width), int(o.Screen.Height)),
	}
	for _, name := range []string{
		"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
		"disable-background-networking", "disable-component-update", "disable-sync",
		"disable-dev-shm-usage", "hide-scrollbars", "no-default-browser-check",
	} {
		set = append(set, chromedp.Flag(name, true))
	}
	return set
}

// setUp makes the tab report what goes wrong and gives it its screen.
func setUp(o Options) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			if _, err := cdp.Call(ctx, tab, audits.Enable, cdp.Empty{}); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, tab, log.Enable, cdp.Empty{}); err != nil {
				return err
			}
			if o.Language != "" {
				headers := network.Headers{"Accept-Language": o.Language}
				if _, err := cdp.Call(ctx, tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: headers}); err != nil {
					return err
				}
			}
			if o.Agent != "" {
				agent := emulation.SetUserAgentOverrideParams{UserAgent: o.Agent}
				if _, err := cdp.Call(ctx, tab, emulation.SetUserAgentOverride, agent); err != nil {
					return err
				}
			}
			_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled,
				emulation.SetScriptExecutionDisabledParams{Value: !o.Script})
			return err
		}),
		dress(o.Screen, o.Dark),
	)
}

// dress gives the tab a screen and asks for colours of the day or the dark.
func dress(s Screen, dark bool) chromedp.Action[chromedp.Void] {
	view := []chromedp.EmulateViewportOption{}
	if s.Phone {
		view = append(view, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	return chromedp.Steps(
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			features := []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			}
			_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
			return err
		}),
		chromedp.EmulateViewport(s.Width, s.Height, view...),
	)
}
