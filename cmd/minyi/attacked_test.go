package main

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/db/dbtest"
	"minyi/web"
)

// tour is somebody of each role, signed in, with a form token.
type tour struct {
	names  []string
	people map[string]*browser
	csrf   map[string]string
}

// touring signs in one account of each role, and the public.
func (w *world) touring() tour {
	w.t.Helper()
	out := tour{people: map[string]*browser{}, csrf: map[string]string{}}
	for _, name := range []string{"", "office1", "agency1", "assessor1", "applicant-640104", "inspector1", "interviewer1", "secadmin1", "auditor1"} {
		b := w.as(name)
		out.names, out.people[name], out.csrf[name] = append(out.names, name), b, csrfIn(b.get("/login").body)
	}
	return out
}

// of is who may ask a route: the first of its roles, the public where all may.
func (o tour) of(g web.Grant) string {
	for _, name := range o.names {
		if name != "" && slices.ContainsFunc(g.Roles, func(r access.Role) bool { return strings.HasPrefix(name, string(r)) }) {
			return name
		}
	}
	return ""
}

// whole are the grants of a method but for those that end the sessions of a tour, or
// go on until somebody leaves.
func (w *world) whole(method string) []web.Grant {
	return slices.DeleteFunc(slices.Clone(w.h.grants), func(g web.Grant) bool {
		return g.Method != method || g.Path == "/logout" || g.Path == "/login" && method == http.MethodPost || strings.HasSuffix(g.Path, "/events")
	})
}

// form is what was sent last to a route, or an empty form to its first object.
func (w *world) form(g web.Grant, ids map[string][]string) (path string, form url.Values) {
	for _, one := range slices.Backward(w.posted("/")) {
		if sameRoute(one.path, g.Path) {
			return one.path, url.Values(http.Header(one.form).Clone())
		}
	}
	return paths(g.Path, ids)[0], url.Values{}
}

// evil is a host that is not ours.
const evil = "evil.example"

// forged sends a request with the names of another host and a page from elsewhere in
// its head: nothing of it comes back, and nobody is led away (S25, S26).
func forged(t *testing.T, b *browser, method, path string, form url.Values) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for header, value := range map[string]string{
		"X-Forwarded-Host": evil, "Forwarded": "host=" + evil, "X-Host": evil, "X-Forwarded-Server": evil,
		"X-Original-URL": "//" + evil, "Referer": "https://" + evil + "/", "X-Forwarded-Proto": "gopher",
	} {
		r.Header.Set(header, value)
	}
	got := b.do(r)
	if strings.Contains(got.body, evil) || strings.Contains(got.body, "gopher:") {
		t.Errorf("%s %s: a forged host came back (S26)", method, path)
	}
	if to := got.header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, evil)) {
		t.Errorf("%s %s leads to %s (S25)", method, path, to)
	}
}

// inner is what a failure inside may not show: statements, files, types, stacks.
func inner() *regexp.Regexp {
	return regexp.MustCompile(`SELECT |INSERT |UPDATE |DELETE |sqlite|SQLITE|not authorized|\.go:\d|goroutine |runtime error|minyi/[a-z]|fault\.|\*[a-z]+\.[A-Z]|/tmp/|sql: `)
}

// failing asks for every page and sends every form with a forged head, and those of a
// sample of routes again while a statement of the store fails: whoever asked gets a page
// that shows nothing of it, and an id where it says that something went wrong (S28). The
// house stays sound.
func failing(t *testing.T, w *world, o tour, ids map[string][]string) {
	t.Helper()
	faults := dbtest.NewFaults(t, w.dir)
	w = w.reopened(nil)
	failed := 0
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, g := range w.whole(method) {
			name := o.of(g)
			path, form := w.form(g, ids)
			if method == http.MethodGet {
				path = paths(g.Path, ids)[0]
			}
			form.Set("csrf", o.csrf[name])
			b := o.people[name].in(w)
			faults.Next(0)
			forged(t, b, method, path, form)
			for _, n := range chosenFaults(g.Path, faults.Next(0)) {
				faults.Next(n)
				got := b.asks(method, path, form)
				faults.Next(0)
				showsNothing(t, fmt.Sprintf("%s %s as %q, statement %d", method, path, name, n), got)
				if got.status >= http.StatusInternalServerError {
					failed++
				}
			}
		}
	}
	least := 25
	if everyFault() {
		least = 1000
	}
	if failed < least {
		t.Errorf("%d requests failed, want at least %d", failed, least)
	}
	w.sound()
}

// everyFault reports whether the environment asks for every statement of every route.
func everyFault() bool { return os.Getenv("MINYI_FAULTS") == "1" }

// chosenFaults are the statements of a route that fail, of so many: every one where
// the environment says MINYI_FAULTS=1, else of every fourth route one that its path
// chooses, past the first two, which look for the session.
func chosenFaults(route string, seen int) (out []int) {
	const session, sampled = 2, 4
	if !everyFault() {
		chance := int(crc32.ChecksumIEEE([]byte(route)))
		if seen <= session || chance%sampled > 0 {
			return nil
		}
		return []int{session + 1 + chance/sampled%(seen-session)}
	}
	for n := range seen {
		out = append(out, n+1)
	}
	return out
}

// showsNothing looks at what somebody sees when a statement failed.
func showsNothing(t *testing.T, what string, got reply) {
	t.Helper()
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-`)
	if bad := inner().FindString(got.body); bad != "" && strings.Contains(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("%s: %d shows %q\n%.300s", what, got.status, bad, got.body)
	}
	if got.status == http.StatusInternalServerError && !id.MatchString(got.body) {
		t.Errorf("%s: no id\n%s", what, got.body)
	}
}

// asks gets a page, or posts a form.
func (b *browser) asks(method, path string, form url.Values) reply {
	b.t.Helper()
	if method == http.MethodGet {
		return b.get(path)
	}
	return b.post(path, form)
}
