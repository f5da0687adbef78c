package main

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/web/respond"
)

// TestBrowserAPosterUnderAttackIsSentThrough floods a poster from one network until
// it asks for work. A phone with scripts does it unseen and has its receipt; one
// without reads how long to wait, with everything typed kept. A one-time link of the
// same network is not asked.
func TestBrowserAPosterUnderAttackIsSentThrough(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir())
	poster := strings.TrimPrefix(d.Posters[0].URL, d.URL)
	sent := map[int]int{}
	for range respond.DefaultPosterHour + 5 {
		sent[d.fillIn(t, poster)]++
	}
	if sent[http.StatusTooManyRequests] == 0 || sent[http.StatusOK] == 0 || len(sent) != 2 {
		t.Fatalf("answers to a flood: got %v, want 200 and then 429", sent)
	}
	if got := d.fillIn(t, strings.TrimPrefix(d.Residents[0].URL, d.URL)); got != http.StatusOK {
		t.Errorf("a one-time link of the same network: got %d", got)
	}
	before := d.stored(t)

	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: true})
	p.Go(poster + "?view=all")
	answerShort(p)
	send(t, p)
	refusals(t, p)

	p = walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: true})
	p.Go(poster)
	toReview(t, p)
	send(t, p)
	refusals(t, p)

	p = walker.Open(t, d.URL, walker.Options{Screen: small()})
	p.Go(poster + "?view=all")
	answerShort(p)
	p.Press(`button[value="send"]`)
	if got := p.Text("h1"); got != "请稍等" {
		t.Errorf("without scripts: the page is %q", got)
	}
	fits(t, p, small())
	if got := p.Value(`input[type="hidden"][name="_given"]`); !strings.HasSuffix(got, ";;4") {
		t.Errorf("without scripts: the answers are kept as %q", got)
	}
	p.Shot("resident-poster-asks")
	refusals(t, p)

	form := d.form(t, poster)
	form.Set("_work", "1.2.3.4") // work that does not fit is not asked for again: the page stays
	p = walker.Open(t, d.URL, walker.Options{Screen: small(), Script: true})
	p.Go(poster)
	p.Post(poster, form)
	for _, barrier := range p.Barriers() {
		t.Errorf("the page that asks: %s", barrier)
	}
	refusals(t, p)
	if got := d.stored(t) - before; got != 2 {
		t.Errorf("stored: got %d, want the two that worked", got)
	}
}

// answerShort answers what the form with all questions requires, and one more.
func answerShort(p *walker.Page) {
	for _, one := range []string{"consent", "s1", "s3", "s4", "q12"} {
		p.Click(choose(p, one))
	}
	p.Click("#s2 input")
}

// refusals takes what the browser says of pages that came with 429, and fails the
// test over anything else.
func refusals(t *testing.T, p *walker.Page) {
	t.Helper()
	for _, sentence := range p.TakeTroubles() {
		if !strings.Contains(sentence, "429") {
			t.Errorf("browser: %s", sentence)
		}
	}
}

// form fills in the required questions of a new form as a program does.
func (d *runningDemo) form(t *testing.T, link string) url.Values {
	t.Helper()
	_, page := d.ask(t, http.MethodGet, link+"?view=all", nil)
	_, form := formTo(t, page, "")
	maps.Copy(form, url.Values{"consent": {"yes"}, "s1": {"30-39"}, "s2": {"outside"}})
	return form
}

// fillIn sends such a form and returns the status.
func (d *runningDemo) fillIn(t *testing.T, link string) int {
	t.Helper()
	status, _ := d.ask(t, http.MethodPost, link, d.form(t, link))
	return status
}

func (d *runningDemo) ask(t *testing.T, method, path string, form url.Values) (status int, page string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}
