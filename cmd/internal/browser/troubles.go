package browser

import (
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// troubles collects what goes wrong behind a page, from the reader of the
// browser's messages.
type troubles struct {
	origin string

	mu        sync.Mutex
	sentences []string
}

// note looks at one message of the browser; it must be quick.
func (c *troubles) note(event any) {
	sentence := c.read(event)
	if sentence == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sentences = append(c.sentences, sentence)
}

// read returns a sentence for a message that is a trouble, else nothing.
func (c *troubles) read(event any) string {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !c.own(e.Request.URL) {
			return "request to a foreign origin: " + e.Request.URL
		}
	case *network.EventResponseReceived:
		// A refusal is a page of its own, with its status; a part must be there. The
		// icon is no part: for a picture opened alone the browser asks for one by itself.
		if e.Response.URL == c.origin+"/favicon.ico" {
			return ""
		}
		if e.Type != network.ResourceTypeDocument && e.Response.Status >= 400 {
			return fmt.Sprintf("part of a page answered %d: %s", e.Response.Status, e.Response.URL)
		}
	case *audits.EventIssueAdded:
		if csp := e.Issue.Details.ContentSecurityPolicyIssueDetails; csp != nil {
			return fmt.Sprintf("content security policy: %s blocked %q", csp.ViolatedDirective, csp.BlockedURL)
		}
	default:
		return spoken(event)
	}
	return ""
}

// spoken returns what a script or the browser has complained of.
func spoken(event any) string {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		return "script error: " + (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			return "console error: " + arguments(e.Args)
		}
	case *log.EventEntryAdded:
		// Network entries repeat the statuses that are judged above.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			return "browser log: " + e.Entry.Text
		}
	}
	return ""
}

// own reports whether the address lies in the page's own origin or inside the page.
func (c *troubles) own(url string) bool {
	for _, inside := range []string{"data:", "blob:", "about:"} {
		if strings.HasPrefix(url, inside) {
			return true
		}
	}
	return url == c.origin || strings.HasPrefix(url, c.origin+"/")
}

func arguments(values []*runtime.RemoteObject) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = v.Description + strings.Trim(string(v.Value), `"`)
	}
	return strings.Join(words, " ")
}

// TakeTroubles returns a sentence for everything that went wrong behind the
// pages since the last call. A test that provokes a trouble takes it; what nobody
// takes fails the test at its end.
func (p *Page) TakeTroubles() []string {
	p.trouble.mu.Lock()
	defer p.trouble.mu.Unlock()
	taken := p.trouble.sentences
	p.trouble.sentences = nil
	return taken
}
