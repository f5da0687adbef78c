package main

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/web"
	"minyi/web/library"
)

func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

var _ = flag.Bool("update", false, "write the golden files anew")

// sample fills the parameters of a route with values of the right shape that
// name nothing.
func sample(path string) string {
	return regexp.MustCompile(`:\w+`).ReplaceAllStringFunc(path, func(name string) string {
		switch name {
		case ":round", ":year":
			return "2020"
		case ":unit":
			return "640200"
		}
		return "none"
	})
}

// TestS10RoutesAreGrantedOnPurpose keeps the table of who may ask what in a file,
// so that no grant changes unseen (S10).
func TestS10RoutesAreGrantedOnPurpose(t *testing.T) {
	t.Parallel()
	var lines []string
	h := newHouse(t)
	for _, g := range h.grants {
		who := "public"
		switch {
		case g.Open && len(g.Roles) == 0:
			who = "resident"
		case len(g.Roles) > 0:
			names := make([]string, len(g.Roles))
			for i, r := range g.Roles {
				names[i] = string(r)
			}
			who = strings.Join(names, " ")
		}
		path := regexp.MustCompile(`/static/[0-9a-f]+/`).ReplaceAllString(g.Path, "/static/DIGEST/")
		lines = append(lines, fmt.Sprintf("%-4s %-60s %s", g.Method, path, who))
	}
	slices.Sort(lines)
	unlisted(t, h)
	got := strings.Join(lines, "\n") + "\n"
	golden := filepath.Join("testdata", "routes.golden")
	if updating() {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the table of routes has changed; if on purpose, run with -update\ngot:\n%swant:\n%s", got, want)
	}
}

// unlisted looks for routes of the router that the table does not have.
func unlisted(t *testing.T, h *house) {
	t.Helper()
	listed := map[string]bool{"GET /healthz": true, "GET /readyz": true}
	for _, g := range h.grants {
		listed[g.Method+" "+g.Path] = true
	}
	for _, r := range h.app.GetRoutes(true) {
		whole := r.Method
		if whole == http.MethodHead { // each page may be asked for without its body
			whole = http.MethodGet
		}
		if !listed[r.Method+" "+r.Path] && !listed[whole+" "+r.Path] && !strings.HasPrefix(r.Path, "/static/") {
			t.Errorf("the router has %s %s, the table does not", r.Method, r.Path)
		}
	}
}

// TestS10AndS19EveryRouteRefusesWhoIsNotGranted walks every route as every role and as
// nobody: who is not in the table is refused, and nothing is a 5xx (S10, S19).
func TestS10AndS19EveryRouteRefusesWhoIsNotGranted(t *testing.T) {
	t.Parallel()
	h, people := walkers(t)
	for _, g := range h.grants {
		if g.Path == "/logout" {
			continue // ends the session that the walk needs
		}
		for role, b := range people {
			got := b.ask(g)
			granted := len(g.Roles) == 0 || slices.Contains(g.Roles, role)
			refused := got.status == http.StatusForbidden || got.status == http.StatusTooManyRequests || // all ask from one address
				role == "" && got.status == http.StatusSeeOther && strings.HasPrefix(got.header.Get("Location"), "/login")
			switch {
			case got.status >= http.StatusInternalServerError:
				t.Errorf("%s %s as %q: %d\n%s", g.Method, g.Path, role, got.status, got.body)
			case !granted && !refused:
				t.Errorf("%s %s as %q: got %d, want a refusal", g.Method, g.Path, role, got.status)
			case granted && strings.Contains(got.body, "没有权限"):
				t.Errorf("%s %s as %q: refused, but the table grants it", g.Method, g.Path, role)
			}
		}
	}
}

// ask sends an empty request with a right form token.
func (b *browser) ask(g web.Grant) reply {
	b.t.Helper()
	if g.Method == http.MethodGet {
		return b.get(sample(g.Path))
	}
	return b.change(g.Method, sample(g.Path), csrfIn(b.get("/login").body), "", "")
}

// change sends an empty request with a form token, where forms have it or in a
// header, and one header more.
func (b *browser) change(method, path, token, header, value string) reply {
	b.t.Helper()
	form := url.Values{"csrf": {token}}
	if method != http.MethodPost {
		form = nil
	}
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		r.Header.Set("X-Csrf-Token", token)
	}
	if header != "" {
		r.Header.Set(header, value)
	}
	return b.do(r)
}

// TestEveryChangeNeedsTheFormToken sends every change without a token, with
// another visitor's, and from a foreign page (S09).
func TestEveryChangeNeedsTheFormToken(t *testing.T) {
	t.Parallel()
	h, people := walkers(t)
	stranger := csrfIn(newBrowser(t, h).get("/login").body)
	for _, g := range h.grants {
		if g.Open || slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, g.Method) {
			continue
		}
		b := people[""]
		if len(g.Roles) > 0 {
			b = people[g.Roles[0]]
		}
		path := sample(g.Path)
		for _, token := range []string{"", stranger} {
			if got := b.change(g.Method, path, token, "", ""); got.status != http.StatusForbidden {
				t.Errorf("%s %s with token %q: got %d, want 403", g.Method, path, token, got.status)
			}
		}
		token := csrfIn(b.get("/login").body)
		for header, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
			if got := b.change(g.Method, path, token, header, value); got.status != http.StatusForbidden {
				t.Errorf("%s %s with %s %s: got %d, want 403", g.Method, path, header, value, got.status)
			}
		}
	}
}

// TestS23AndS26EveryAnswerHasItsHeaders looks at every GET, errors too (S23, S26).
func TestS23AndS26EveryAnswerHasItsHeaders(t *testing.T) {
	t.Parallel()
	h, people := walkers(t)
	paths, public := []string{"/no/such/page", "/healthz", "/readyz"}, []string{"/healthz", "/readyz"}
	for _, g := range h.grants {
		if g.Method == http.MethodGet {
			paths = append(paths, sample(g.Path))
		}
		if len(g.Roles) == 0 && !g.Open {
			public = append(public, sample(g.Path))
		}
	}
	for _, path := range paths {
		for role, b := range people {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			r.Header.Set("X-Forwarded-Host", "evil.example")
			r.Header.Set("Forwarded", "host=evil.example")
			got := b.do(r)
			policy := got.header.Get("Content-Security-Policy")
			ancestors := "frame-ancestors 'none'"
			if strings.HasPrefix(path, library.FramedPath) {
				ancestors = "frame-ancestors 'self'" // the preview beside the editor, and nothing else
			}
			for _, must := range []string{"default-src 'none'", ancestors, "base-uri 'none'", "form-action '"} {
				if !strings.Contains(policy, must) {
					t.Errorf("%s as %q: policy %q lacks %s", path, role, policy, must)
				}
			}
			if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
				t.Errorf("%s: policy %q allows too much", path, policy)
			}
			if got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: headers %v", path, got.header)
			}
			kept := got.header.Get("Cache-Control")
			if token := strings.HasPrefix(path, "/q/") || strings.HasPrefix(path, "/try/"); (role != "" || token) && !strings.HasPrefix(path, "/static/") && !strings.HasSuffix(path, ".js") && !strings.Contains(kept, "no-store") && !slices.Contains(public, path) {
				t.Errorf("%s as %q may be kept: Cache-Control %q", path, role, kept)
			}
			if strings.Contains(got.body, "evil.example") || strings.Contains(fmt.Sprint(got.header), "evil.example") {
				t.Errorf("%s: a forged host came back", path)
			}
			if strings.Contains(got.body, "⟦") {
				t.Errorf("%s: a text is missing:\n%s", path, got.body)
			}
		}
	}
}

// TestS12VariantsOpenNoMoreThanThePlainPath tries other spellings of guarded
// paths (S12).
func TestS12VariantsOpenNoMoreThanThePlainPath(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	for _, g := range h.grants {
		if len(g.Roles) == 0 || g.Method != http.MethodGet {
			continue
		}
		plain := sample(g.Path)
		for _, path := range variants(plain) {
			if got := b.get(path); got.status == http.StatusOK || got.status >= http.StatusInternalServerError {
				t.Errorf("GET %s as nobody: got %d", path, got.status)
			}
		}
		for _, method := range []string{http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete} {
			r := httptest.NewRequestWithContext(t.Context(), method, plain, nil)
			for _, override := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
				r.Header.Set(override, "GET")
			}
			if got := b.do(r); got.status == http.StatusOK || got.status >= http.StatusInternalServerError {
				t.Errorf("%s %s as nobody: got %d", method, plain, got.status)
			}
		}
	}
}

// variants are other spellings of a path, as servers and proxies have mistaken them.
func variants(plain string) []string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(plain, "/"), "/")
	return []string{
		strings.ToUpper(plain), "/" + strings.ToUpper(first[:1]) + first[1:] + "/" + rest, plain + "/", "/" + plain, "//" + plain,
		strings.Replace(plain, "/", "/%2f", 1), strings.Replace(plain, "/", "/%252f", 1), "/%2e%2e" + plain, "/%252e" + plain, "/." + plain,
		"/q/.." + plain, "/static/..%2f" + plain[1:], "/login/%2e%2e" + plain, plain + ";x", plain + ";.css", "/;x" + plain, plain + "%00", plain + "%20",
		plain + "%0a", plain + ".json", plain + "%3f", "/" + strings.Replace(first, first[:1], "%"+fmt.Sprintf("%02x", first[0]), 1) + "%2f" + rest,
	}
}

func TestSessionSecretIsNewAtSignInAndCookieIsGuarded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: "li", Role: access.Office, Person: "li", Password: testPassword}); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, h)
	home, _ := url.Parse(testOrigin)
	b.jar.SetCookies(home, []*http.Cookie{{Name: "minyi_session", Value: "chosen-by-a-stranger"}})
	token := csrfIn(b.get("/login").body)
	got := b.post("/login", url.Values{"csrf": {token}, "name": {"li"}, "password": {testPassword}})
	cookie := got.header.Get("Set-Cookie")
	for _, must := range []string{"minyi_session=", "HttpOnly", "SameSite=Lax", "path=/"} {
		if !strings.Contains(cookie, must) {
			t.Errorf("cookie %q lacks %s (S07)", cookie, must)
		}
	}
	if strings.Contains(cookie, "chosen-by-a-stranger") {
		t.Error("the session id is one that the client chose (S07)")
	}
}

func TestS25SignInLeadsOnlyToOwnPaths(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: "li", Role: access.Office, Person: "li", Password: testPassword}); err != nil {
		t.Fatal(err)
	}
	for next, want := range map[string]string{
		"/office/ranking": "/office/ranking", "//evil.example": "/office", `/\evil.example`: "/office",
		"https://evil.example": "/office", "https:evil.example": "/office", "javascript:alert(1)": "/office", "": "/office",
	} {
		b := newBrowser(t, h)
		token := csrfIn(b.get("/login?next=" + url.QueryEscape(next)).body)
		got := b.post("/login", url.Values{"csrf": {token}, "name": {"li"}, "password": {testPassword}, "next": {next}})
		if location := got.header.Get("Location"); location != want {
			t.Errorf("next %q: got %q, want %q (S25)", next, location, want)
		}
	}
}

func TestPublicPostsAreLimitedByNetwork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	token := csrfIn(b.get("/login").body)
	last := reply{}
	for range 15 {
		last = b.post("/objections", url.Values{"csrf": {token}})
	}
	if last.status != http.StatusTooManyRequests || !strings.Contains(last.body, "太频繁") {
		t.Errorf("got %d\n%s\nwant 429 with a sentence", last.status, last.body)
	}
}
