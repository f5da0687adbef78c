package main

import (
	"regexp"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// TestBrowserTwoKeyers registers a pile, lets one person key a sheet with Enter alone
// and another key it again with one mistake, settles it by a third look on the
// mismatch screen, and looks at the store: one more answer, and no form left.
func TestBrowserTwoKeyers(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-09-15T10:00")
	before := d.stored(t)
	one := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, one, "agency1")
	one.Go("/agency")
	survey := strings.Split(one.Attribute(`tbody a[href^="/agency/surveys/"]`, "href"), "?")[0]
	_, links := d.as(t, "agency").open(survey + "/links.csv")
	found := regexp.MustCompile(`(?i)/q/([0-9A-Z-]+)`).FindAllStringSubmatch(links, -1)
	if len(found) == 0 {
		t.Fatal("no links")
	}
	code, home := found[len(found)-1][1], survey+"/paper"

	one.Go(home)
	one.Fill("#name", "镇一")
	one.Select("#received", "2020-09-15")
	one.Press(`form[action$="/bundles"] button`)
	for _, barrier := range one.Barriers() {
		t.Errorf("the desk: %s", barrier)
	}
	one.Shot("paper-desk")
	one.Fill("#code", code)
	one.Press(`form[action$="/start"] button`)
	sheet := one.Address()
	withoutScript(t, d, sheet)
	one.Go(sheet) // the draft is kept: the first field without an answer has the focus
	keys(t, one, "")
	if got := one.Address(); !strings.Contains(got, "keying.once") {
		t.Fatalf("after the first keying: %s %s", got, one.Text("main"))
	}

	two := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, two, "agency2")
	two.Go(home)
	two.Press(`td a[href$="` + strings.Split(sheet, "?")[0] + `"]`)
	keys(t, two, "q01")
	if got := two.Text(".done"); !strings.Contains(got, "裁定") {
		t.Fatalf("after the second keying: %s %s", two.Address(), two.Text("main"))
	}
	if got := two.Count("fieldset.card"); got != 1 {
		t.Errorf("differing fields: got %d, want 1", got)
	}
	for _, barrier := range two.Barriers() {
		t.Errorf("the mismatch screen: %s", barrier)
	}
	two.Shot("paper-settle")
	if got := d.stored(t) - before; got != 0 {
		t.Errorf("answers stored before the third look: got %d more, want 0", got)
	}
	one.Go(home)
	one.Press(`td a[href$="/settle"]`)
	one.Click(`input[name="p_q01"][value="first"]`)
	one.Press("#settling button")
	if got := one.Count("#keyers tbody tr"); got != 2 {
		t.Errorf("keyers: got %d, want 2: %s", got, one.Text("main"))
	}
	if got := one.Count(`td a[href*="/sheets/"]`); got != 0 {
		t.Errorf("forms left on the desk: %d", got)
	}
	if got := d.stored(t) - before; got != 1 {
		t.Errorf("answers stored: got %d more, want 1", got)
	}
}

// withoutScript keys the first question of a form where no script runs: Enter keeps
// the draft, and the form is still at its first keying.
func withoutScript(t *testing.T, d *runningDemo, sheet string) {
	t.Helper()
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk()})
	enter(t, d, p, "agency1")
	p.Go(sheet)
	p.Fill("#consent", "1")
	p.Leave()
	if got := p.Address(); !strings.Contains(got, "keying.kept") {
		t.Errorf("Enter without a script: %s %s", got, p.Text("main"))
	}
	if got := p.Value("#consent"); got != "1" {
		t.Errorf("kept without a script: got %q, want 1", got)
	}
}

// keys keys a form as a practised keyer does: digits and Enter, down to the button,
// where Enter sends it; at the question other a mistake is made. Before that nothing
// leaves the page.
func keys(t *testing.T, p *walker.Page, other string) {
	t.Helper()
	for _, barrier := range p.Barriers() {
		t.Errorf("the keying page: %s", barrier)
	}
	if other == "" {
		p.Shot("paper-key")
	}
	at := p.Address()
	right := map[string]string{"s1": "3", "s2": "1", "s3": "2", "s4": "2", "b3": "1"}
	if other != "" {
		right["consent"] = "1"
	}
	for range 40 {
		focused := p.Focused()
		if focused == "do=done" {
			break
		}
		id, _, _ := strings.Cut(strings.TrimPrefix(focused, "a_"), "=")
		value, known := right[id]
		switch {
		case known:
		case id == other:
			value = "2"
		case strings.HasPrefix(id, "q"):
			value = "4"
		}
		p.Keys(value + walker.Enter)
		if got := p.Address(); got != at {
			t.Fatalf("Enter at %s left the page for %s", id, got)
		}
	}
	if got := p.Focused(); got != "do=done" {
		t.Fatalf("Enter leads to %s, want the button", got)
	}
	p.Leave()
}
