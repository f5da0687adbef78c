package main

import (
	"net"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/access"
)

// TestBrowserS06APasskeyIsAddedAndSignsIn adds a passkey of a virtual device in
// Chromium, keeps the recovery codes, and signs in by it; then the app's page is
// looked at, and the account page by who has no script.
func TestBrowserS06APasskeyIsAddedAndSignsIn(t *testing.T) {
	if testing.Short() {
		t.Skip("signs in with a browser")
	}
	t.Parallel()
	walker.Need(t)
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	origin := "http://localhost:" + port
	h := houseOf(t, config{base: origin, factor: string(access.DemandStaff)}, false)
	h.hire(t, "li", access.Office)
	serveOn(t, h, l)
	p := walker.Open(t, origin, walker.Options{Screen: walker.Phone(), Script: true})
	p.Device()
	enter := func() {
		p.Go("/login")
		p.Fill("#name", "li")
		p.Fill("#password", testPassword)
		p.Press("main form button")
	}
	look := func(name string) {
		for _, barrier := range p.Barriers() {
			t.Errorf("%s: %s", name, barrier)
		}
		if got := p.Width(); got > walker.Phone().Width {
			t.Errorf("%s is %d wide on a screen of %d", name, got, walker.Phone().Width)
		}
		p.Shot("identity-" + name)
	}
	enter()
	if got := p.Address(); !strings.HasSuffix(got, "/account") {
		t.Fatalf("got to %s, want to set up a second factor", got)
	}
	look("account")
	p.Press(`form[action="/account/app"] button`)
	look("app")
	p.Go("/account")
	p.Fill("#passkey-name", "办公电脑")
	p.Press(`form[data-passkey] button`)
	if got := p.Count("ol.codes li"); got != 10 {
		t.Fatalf("got %d recovery codes, want 10", got)
	}
	look("codes")
	signOut(p)
	enter()
	if got := p.Address(); !strings.Contains(got, "/login/factor") {
		t.Fatalf("got to %s, want to be asked for the second factor", got)
	}
	look("factor")
	p.Press(`form[data-passkey] button`)
	if got := p.Address(); !strings.HasSuffix(got, "/office") {
		t.Fatalf("got to %s, want the office", got)
	}
	p.Go("/account")
	if got := p.Text("#factors ul.plain"); !strings.Contains(got, "办公电脑") || !strings.Contains(got, "最近使用") {
		t.Errorf("got %q, want the passkey with its use", got)
	}
	look("account-done")
}
